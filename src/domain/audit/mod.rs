//! The record: who did what to what, from where, how it ended, and what the provider answered.

mod about;
pub mod authorizations;
pub mod channels;
pub mod claims;
pub mod configuration;
pub mod connections;
mod entry;
mod event;
pub mod follow_ups;
mod hash;
pub mod holds;
pub mod jobs;
pub mod log;
pub mod providers;
pub mod refusals;
pub mod runs;
pub mod server;
pub mod tokens;
pub mod upkeep;
pub mod users;
pub mod walkthroughs;
pub mod webhooks;

use serde::{Deserialize, Serialize};

pub use about::{About, EntrySubject, SubjectThing};
pub use entry::{AuditEntry, Format2, NewEntry};
pub use event::{Event, EventDetail, Unknown};
pub use hash::{Hash, Salt, WrongHash};

pub use super::origin::{Origin, Via};

/// How the thing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditOutcome {
    /// It happened.
    Done,
    /// It happened, and something about it needs attention.
    Warning,
    /// It was not allowed.
    Refused,
    /// It was tried and did not happen.
    Failed,
}

impl AuditOutcome {
    /// The word in JSON and on screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Warning => "warning",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}
