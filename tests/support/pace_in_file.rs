//! Proofs that are over within the run, and jobs that no quarter of an hour starts in the middle of a test, as the end of a
//! configuration file: for a server in a process of its own.

pub(crate) const QUICK: &str = "[proof]\napart = \"30ms\"\nspan = \"200ms\"\nlooks = [\"50ms\", \"200ms\"]\n\
     [sync]\nschedule = \"0 0 1 1 *\"\n";
