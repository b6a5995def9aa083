//! What happens to a connection, what is to be done about it, and what is refused.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Account, Badge, Connection, Status};
use crate::domain::id::{ConnectionId, JobId};
use crate::domain::origin_binding::OriginBinding;
use crate::domain::webhook::VendorNotice;

/// What happens to a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionEvent {
    /// An authorization brought new tokens.
    Authorized {
        /// The connection as it shall stand, [made](Connection::authorized) of the one that was looked at.
        connection: Box<Connection>,
        /// The version that was looked at; none when there was no connection.
        expected: Option<u64>,
    },
    /// Its vendor's answers say something about it.
    Marked {
        /// Of which generation.
        generation: u32,
        badge: Badge,
    },
    /// A refresh brought new tokens.
    Refreshed,
    /// A sync has pulled everything.
    Synced { at: Timestamp },
    /// A disconnect begins (D1): from here on the gate for tokens and syncs is shut.
    DisconnectBegins {
        /// The version that was looked at; none where only the generation counts.
        expected: Option<u64>,
        /// The generation that was looked at.
        generation: u32,
        /// Who decided it.
        by: String,
    },
    /// The disconnect has destroyed its secrets (D8).
    DisconnectEnds,
    /// The data folder was taken on from a copy: what a copy says of tokens is no reason to use them.
    Readmitted {
        /// Why it has to be authorized again.
        reason: String,
        /// Whether its tokens are here, so that its vendor can be asked about them first.
        can_be_asked: bool,
    },
    /// Its vendor was asked about the tokens that came out of a backup.
    AskedFirst {
        /// Of which generation.
        generation: u32,
        answer: FirstAnswer,
    },
    /// Where its tokens may be sent is known, where that was not kept yet.
    Bound {
        /// Of which generation.
        generation: u32,
        bound: Box<OriginBinding>,
    },
    /// A person changes its configuration.
    Configured {
        /// Its name from now on; none leaves it.
        name: Option<String>,
        /// Its own values of the provider file's variables.
        vars: BTreeMap<String, String>,
    },
    /// Its vendor says something of it by itself.
    Noticed(VendorNotice),
    /// Its vendor was asked about what it said, and that is not settled.
    NoticeAsked(VendorNotice),
    /// It is known whether what the vendor said is so.
    NoticeSettled {
        /// Of which generation.
        generation: u32,
        /// What the vendor said.
        asked: VendorNotice,
        /// What its card says of it; none leaves it.
        reason: Option<String>,
    },
    /// A disconnect turned these of its jobs off.
    JobsWentOff(Vec<JobId>),
    /// A person turns the jobs on that ran before the last disconnect.
    JobsComeBack,
}

/// What comes of asking about tokens that came out of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstAnswer {
    /// The vendor takes them.
    Alive,
    /// It refuses them, or there is nothing to ask about: it is authorized again.
    Refused(String),
    /// Nothing came of it; it is asked again.
    Unclear(String),
}

/// What is to be done about an event beside keeping the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionEffect {
    /// Nothing.
    Nothing,
    /// It is worth an entry.
    Record,
    /// These jobs are turned on.
    TurnOn(Vec<JobId>),
}

/// What does not happen to a connection as it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionRefusal {
    /// It is out of service, or on its way there: whoever comes second wants to know who was first.
    #[error("{name} is {}{}", .status.badge().to_lowercase(), because(.reason))]
    OutOfService {
        /// What people call it.
        name: String,
        /// Where it stands.
        status: Status,
        reason: String,
    },
    /// It is not in service any more, or of another generation.
    #[error("{id} is {}", .status.badge().to_lowercase())]
    NotServing {
        id: ConnectionId,
        /// Where it stands.
        status: Status,
    },
    /// It is another one than the one that was looked at.
    #[error("{what} has changed meanwhile: it is at version {found}, not {expected}")]
    Changed {
        what: String,
        /// The version that was looked at.
        expected: u64,
        /// The version that it has; 0 when there is none.
        found: u64,
    },
    /// It was authorized since it was looked at.
    #[error("{0} was connected anew")]
    Anew(String),
    /// Its tokens would be ended by nobody.
    #[error("{0} is being disconnected")]
    BeingDisconnected(String),
    /// It is there to be ended.
    #[error("{0} stands for tokens that are being ended")]
    ToBeEnded(String),
    /// No disconnect of it is under way that could end.
    #[error("{0} is not being disconnected")]
    NotDisconnecting(String),
    /// Nobody has to be asked about it.
    #[error("{0} does not wait for an answer about tokens of a backup")]
    NotAskedFirst(String),
    /// A grant that was refused is not granted again by an answer about something else.
    #[error("the grant of {0} was refused: it is authorized again first")]
    GrantRefused(String),
}

fn because(reason: &str) -> String {
    match reason {
        "" => String::new(),
        why => format!(", {why}"),
    }
}

/// What an authorization says of whoever gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The name that a person chose for the connection.
    pub name: Option<String>,
    /// What it is called where nobody chose a name.
    pub label: String,
    /// Whose account it is.
    pub account: Account,
    /// When it was given.
    pub at: Timestamp,
}
