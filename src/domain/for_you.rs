//! What concerns one person, and is told to them at their next start.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;

use super::id::{RunId, WalkthroughId};

/// What was not seen for so long is told no more: the record has it.
pub const TOLD_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What somebody is told of until they have seen it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    /// The disconnect of a connection of theirs by somebody else.
    Run(RunId),
    /// A walkthrough that they had planned, and that left something.
    Walkthrough(WalkthroughId),
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(id) => id.fmt(f),
            Self::Walkthrough(id) => id.fmt(f),
        }
    }
}

/// A text that is the id of no such thing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is neither a run nor a walkthrough")]
pub struct NoThing(String);

impl FromStr for Thing {
    type Err = NoThing;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let run = text.parse().map(Self::Run);
        run.or_else(|_| text.parse().map(Self::Walkthrough))
            .map_err(|_| NoThing(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_known_by_their_ids() {
        for id in [
            "run_01jd7000000000000000000001",
            "wlk_01jd7000000000000000000001",
        ] {
            assert_eq!(id.parse::<Thing>().unwrap().to_string(), id);
        }
        assert!("fup_01jd7000000000000000000001".parse::<Thing>().is_err());
    }
}
