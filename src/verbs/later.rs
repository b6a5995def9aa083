//! Verbs that are understood and have no code behind them, because the server has no request for them.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::{Stop, Verb};

/// `tagout purge`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["provider", "all"]))]
pub struct Purge {
    /// Whose data
    pub provider: Option<String>,
    /// All of it
    #[arg(long)]
    pub all: bool,
    /// The name of the workspace, as a confirmation
    #[arg(long, value_name = "WORKSPACE")]
    pub confirm: String,
}

/// `tagout backup` and `tagout restore`.
#[derive(Debug, Args)]
pub struct Portable {
    /// The portable file
    pub file: PathBuf,
}

/// Why nothing was done.
pub(super) fn why(verb: &Verb) -> Stop {
    Stop::NotBuilt(match verb {
        Verb::Purge(_) => "the server wipes nothing",
        Verb::Backup(_) | Verb::Restore(_) => "stop the server and copy its folder",
        _ => "nothing answers it",
    })
}
