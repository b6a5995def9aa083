//! An authorization that is open. Until it has ended somebody can come back in through it, so a disconnect ends it,
//! and what it brings afterwards is not exchanged, or given back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::connection::Connection;
use super::id::{ConnectionId, FlowId, RunId, UserId, WalkthroughId};
use super::user::Owner;

mod transitions;

pub use transitions::{FlowEffect, FlowEvent, FlowRefusal};

/// How an authorization is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowKind {
    /// Code flow with a loopback callback on the server's machine.
    Browser,
    /// Code flow; the redirected URL is pasted.
    Paste,
    /// RFC 8628.
    Device,
    /// From far away: by device where the provider has it, else by paste.
    Remote,
    /// A grant that another tool was given is taken over: its refresh token is traded in.
    Adopt,
}

impl FlowKind {
    /// The word in JSON and on screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Paste => "paste",
            Self::Device => "device",
            Self::Remote => "remote",
            Self::Adopt => "adopt",
        }
    }
}

/// An authorization, from its first request until nothing can come of it any more. What makes its code worth something
/// (state, PKCE verifier, device code) is never stored: it dies with the process, or with the flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    pub id: FlowId,
    /// The catalog's id.
    pub provider: String,
    /// The connection that is authorized again, when one was named.
    pub connection: Option<ConnectionId>,
    /// How it is done.
    pub kind: FlowKind,
    /// Whose the connection will be.
    pub owner: Owner,
    /// Who began it.
    pub by: UserId,
    /// Their name, as it was.
    pub by_name: String,
    pub began_at: Timestamp,
    /// Until when the vendor takes an approval, as far as is known. We wait for ten minutes at most.
    pub ends_at: Timestamp,
    /// SHA-256 of its `state` in hex: what comes back late is recognised by it, and nobody can use it.
    #[serde(default)]
    pub state_digest: Option<String>,
    /// Where it stands.
    pub phase: Phase,
}

/// An open flow as it is shown: in lists, plans and runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenFlow {
    pub id: FlowId,
    /// The connection that is authorized again; none for a new one.
    pub connection: Option<ConnectionId>,
    /// What people call that connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_name: Option<String>,
    /// The catalog's id.
    pub provider: String,
    /// How it is done.
    pub kind: FlowKind,
    /// Whose the connection will be: a user's name, or `workspace`.
    pub owner: String,
    /// Who began it.
    pub by: String,
    pub began_at: Timestamp,
    /// Until when the vendor takes an approval, as far as is known.
    pub ends_at: Timestamp,
}

impl OpenFlow {
    /// Whether a person can approve it with no client of ours: its code is a link to the vendor.
    #[must_use]
    pub fn is_link(&self) -> bool {
        self.kind == FlowKind::Device
    }

    /// What it is, without its times.
    #[must_use]
    pub fn words(&self) -> String {
        let what = match self.connection {
            Some(_) => "authorizing it again",
            None => "a new connection",
        };
        format!("{what}, by {} ({})", self.by, self.kind.word())
    }
}

/// Where a flow stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "phase")]
pub enum Phase {
    /// A person decides at the vendor.
    Open,
    /// The vendor is asked for tokens.
    Exchanging,
    /// Somebody ended it. It is kept until its own time is over, so that a late code is recognised.
    Ended {
        /// Who or what.
        end: FlowEnd,
    },
    /// It brought a connection, or came to nothing by itself.
    Over,
}

/// Who or what ended a flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum FlowEnd {
    /// A disconnect of its connection, or of one of the same owner at the provider.
    Run { run: RunId },
    /// A walkthrough of its provider, its owner, or everything.
    Walkthrough { walkthrough: WalkthroughId },
    /// A person gave it up, or ended somebody else's.
    Person { name: String },
    /// Whoever began it is no user any more, or may not manage its connection any more.
    Unentitled,
    /// The server stopped.
    Stopped,
}

impl FlowEnd {
    /// How it ended, as a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Run { run } => format!("the authorization was ended by the disconnect {run}"),
            Self::Walkthrough { walkthrough } => {
                format!("the authorization was ended by the walkthrough {walkthrough}")
            }
            Self::Person { name } => format!("the authorization was given up by {name}"),
            Self::Unentitled => {
                "the authorization ended: whoever began it may not connect any more".to_owned()
            }
            Self::Stopped => "the authorization ended with the server".to_owned(),
        }
    }
}

/// Which flows somebody ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlowSelection {
    /// This one.
    One(FlowId),
    /// Those of a connection, and those that the same owner has open at its provider.
    Of {
        connection: ConnectionId,
        /// Its provider.
        provider: String,
        /// Its owner.
        owner: Owner,
    },
    /// Those of a connection, and no others.
    OfConnection(ConnectionId),
    /// Those at a provider.
    At(String),
    /// Those of [`FlowSelection::By`] at a provider.
    AtBy(String, Owner),
    /// Those whose connection is, or would be, this owner's, and those that this person began.
    By(Owner),
    /// All.
    All,
}

impl FlowSelection {
    /// Those that a disconnect of this connection ends.
    #[must_use]
    pub fn of(connection: &Connection) -> Self {
        Self::Of {
            connection: connection.id.clone(),
            provider: connection.provider.clone(),
            owner: connection.owner.clone(),
        }
    }

    /// Those that end in the transaction that begins a disconnect (D1); none where the connection is there to be given back: it was
    /// never in use, and whoever authorizes another one is not meant.
    #[must_use]
    pub fn ended_with(connection: &Connection) -> Option<Self> {
        (!connection.is_given_back).then(|| Self::of(connection))
    }

    /// Whether this flow is one of them.
    #[must_use]
    pub fn includes(&self, flow: &Flow) -> bool {
        match self {
            Self::One(id) => flow.id == *id,
            Self::Of {
                connection,
                provider,
                owner,
            } => {
                flow.connection.as_ref() == Some(connection)
                    || (flow.provider == *provider && flow.owner == *owner)
            }
            Self::OfConnection(id) => flow.connection.as_ref() == Some(id),
            Self::At(provider) => flow.provider == *provider,
            Self::AtBy(provider, owner) => flow.provider == *provider && flow.concerns(owner),
            Self::By(owner) => flow.concerns(owner),
            Self::All => true,
        }
    }
}

impl Flow {
    /// Whether something can still come of it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open | Phase::Exchanging)
    }

    /// Whether it is a device link that somebody ended here, and the vendor may take an approval of: nobody asks for what that
    /// would bring, as the code died with the flow.
    #[must_use]
    pub fn may_be_approved(&self, now: Timestamp) -> bool {
        self.kind == FlowKind::Device && self.ended_by().is_some() && self.ends_at > now
    }

    /// Whether its connection is, or would be, this owner's, or this person began it.
    fn concerns(&self, owner: &Owner) -> bool {
        self.owner == *owner || matches!(owner, Owner::Personal(id) if self.by == *id)
    }

    /// Why nothing more comes of it, as a sentence.
    #[must_use]
    pub fn why_over(&self) -> String {
        match self.ended_by() {
            Some(end) => end.sentence(),
            None => transitions::HAD_ITS_ANSWER.to_owned(),
        }
    }

    /// What ended it, if somebody did.
    #[must_use]
    pub fn ended_by(&self) -> Option<&FlowEnd> {
        match &self.phase {
            Phase::Ended { end } => Some(end),
            Phase::Open | Phase::Exchanging | Phase::Over => None,
        }
    }
}
