//! Verbs that are understood and have no code behind them, because the server has no request for them.

use std::path::PathBuf;

use clap::Args;

use super::{Stop, Verb};

/// `tagout restore`.
#[derive(Debug, Args)]
pub struct Portable {
    /// The portable file
    pub file: PathBuf,
}

/// Why nothing was done.
pub(super) fn why(verb: &Verb) -> Stop {
    Stop::NotBuilt(match verb {
        Verb::Restore(_) => "stop the server and put a copy of its folder back",
        _ => "nothing answers it",
    })
}
