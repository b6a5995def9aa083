//! What a run leaves behind: follow-ups for a person, and tokens that are held.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::credential::TokenKind;
use crate::domain::disconnect::run::DoneBy;
use crate::domain::id::{ConnectionId, FollowUpId, HoldId, RunId};

/// What a person must still do at the vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    pub id: FollowUpId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// What people call the connection.
    pub connection_name: String,
    /// What people call the provider.
    pub provider_name: String,
    /// Left by which run.
    pub run: RunId,
    /// The later runs that would have left the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<RunId>,
    /// What to do.
    pub text: String,
    pub url: Option<String>,
    /// When the path was checked.
    pub checked_on: Option<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Who ticked it off.
    pub done: Option<DoneBy>,
    /// The name of whom it is assigned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<String>,
    /// When the connection was authorized again since; none when it was not, or is out of service once more.
    #[serde(default)]
    pub reconnected_at: Option<Timestamp>,
}

impl FollowUp {
    /// Why it had better not be done any more.
    #[must_use]
    pub fn moot(&self) -> Option<&'static str> {
        let again = self.reconnected_at.filter(|_| self.done.is_none());
        again.map(|_| "connected again since: doing this now would end the new connection")
    }
}

/// A token that is kept sealed to retry its revocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub id: HoldId,
    /// Whose token it was.
    pub connection: ConnectionId,
    /// What people call the connection.
    pub connection_name: String,
    /// What people call the provider.
    pub provider_name: String,
    /// The run that could not reach the provider.
    pub run: RunId,
    /// What kind of token.
    pub kind: TokenKind,
    /// Which, for whoever finds it.
    pub fingerprint: String,
    /// The calls that are retried, one line each; none when all of them would reach further than they may.
    pub retries: Vec<String>,
    /// Since when it is held.
    pub opened_at: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// When it is tried next; none when it has ended.
    pub next_try: Option<Timestamp>,
    /// When the token expires by itself.
    pub expires_at: Option<Timestamp>,
    /// What the latest try brought.
    pub last: String,
    /// Why only calls about this one token are made.
    pub narrowed: Option<String>,
    /// How it ended: `dead accepted expired dropped`.
    pub ended: Option<String>,
    /// Why this client may not give it up; none when it may.
    pub refused: Option<String>,
}
