//! Verbs that are understood and have no code behind them, because the server has no request for them.

use std::path::PathBuf;

use clap::Args;

use super::{Stop, Verb};

/// `tagout backup` and `tagout restore`.
#[derive(Debug, Args)]
pub struct Portable {
    /// The portable file
    pub file: PathBuf,
}

/// Why nothing was done.
pub(super) fn why(verb: &Verb) -> Stop {
    Stop::NotBuilt(match verb {
        Verb::Backup(_) | Verb::Restore(_) => "stop the server and copy its folder",
        _ => "nothing answers it",
    })
}
