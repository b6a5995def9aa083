//! Proofs that are over within the run, for a server inside the test: the vendors of the tests are on this machine.

pub(crate) fn quick() -> tagout::domain::trial::ProofPace {
    let milliseconds = std::time::Duration::from_millis;
    tagout::domain::trial::ProofPace {
        apart: milliseconds(30),
        span: milliseconds(200),
        looks: vec![milliseconds(50), milliseconds(200)],
        ..Default::default()
    }
}
