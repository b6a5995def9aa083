//! Proofs that are over within the run: the vendors of the tests are on this machine.

/// For a server inside the test.
#[allow(dead_code, reason = "each suite needs one of the two")]
pub(crate) fn quick() -> tagout::domain::trial::Pace {
    let milliseconds = std::time::Duration::from_millis;
    tagout::domain::trial::Pace {
        apart: milliseconds(30),
        span: milliseconds(200),
        looks: vec![milliseconds(50), milliseconds(200)],
        ..Default::default()
    }
}

/// For a server of its own: the end of its configuration file.
#[allow(dead_code, reason = "each suite needs one of the two")]
pub(crate) const QUICK: &str =
    "[proof]\napart = \"30ms\"\nspan = \"200ms\"\nlooks = [\"50ms\", \"200ms\"]\n";
