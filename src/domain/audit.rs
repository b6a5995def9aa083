//! An entry of the record: who did what to what, from where, how it ended, and what the provider answered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::id::AuditId;

/// Where a request came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The network address, when there is one.
    pub address: Option<String>,
    /// How the address is known.
    pub via: Via,
}

/// How much an [`Origin`] can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// A local process, known by its uid.
    Local,
    /// The client said so (`SSH_CONNECTION`); nothing proves it.
    Claimed,
    /// The gateway account's sshd said so.
    Sshd,
    /// The server itself acted: a schedule, a recovery, a refusal by the vendor.
    Server,
    /// An inbound HTTP request.
    Http,
}

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

/// One entry as it is hashed, stored and exported. Its leaf covers every field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Position in the log and leaf index in the tree, from 0.
    pub seq: u64,
    /// The entry's own id.
    pub id: AuditId,
    /// When, UTC.
    pub at: Timestamp,
    /// Who: a user's name, or `server`.
    pub actor: String,
    /// The role that was acted with; `server` for the server.
    pub role: String,
    /// From where.
    pub origin: Origin,
    /// What was done, as `noun.verb` (`connection.disconnected`).
    pub action: String,
    /// To what: an id or a name.
    pub target: String,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// What the provider answered; null when no provider was involved.
    pub evidence: Value,
    /// What else there is to say. Whole numbers only: RFC 8785 floats are avoided.
    pub detail: Value,
}

/// An entry before the store has given it its place in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEntry {
    /// The entry's own id.
    pub id: AuditId,
    /// When, UTC.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// With which role.
    pub role: String,
    /// From where.
    pub origin: Origin,
    /// What was done.
    pub action: String,
    /// To what.
    pub target: String,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// What the provider answered.
    pub evidence: Value,
    /// What else there is to say.
    pub detail: Value,
}

impl NewEntry {
    /// The entry at its place in the log.
    #[must_use]
    pub fn at_seq(self, seq: u64) -> AuditEntry {
        AuditEntry {
            seq,
            id: self.id,
            at: self.at,
            actor: self.actor,
            role: self.role,
            origin: self.origin,
            action: self.action,
            target: self.target,
            outcome: self.outcome,
            evidence: self.evidence,
            detail: self.detail,
        }
    }
}
