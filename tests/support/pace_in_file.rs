//! Proofs that are over within the run, as the end of a configuration file: for a server in a process of its own.

pub(crate) const QUICK: &str =
    "[proof]\napart = \"30ms\"\nspan = \"200ms\"\nlooks = [\"50ms\", \"200ms\"]\n";
