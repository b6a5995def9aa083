//! An authorization that is open. Until it has ended somebody can come back in through it, so a disconnect ends it,
//! and what it brings afterwards is not exchanged, or given back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::connection::Connection;
use super::id::{ConnectionId, FlowId, RunId, UserId, WalkthroughId};
use super::user::Owner;

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
        }
    }
}

/// An authorization, from its first request until nothing can come of it any more. What makes its code worth something
/// (state, PKCE verifier, device code) is never stored: it dies with the process, or with the flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// Its id.
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
    /// When.
    pub began_at: Timestamp,
    /// When it ends by itself.
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
    /// Its id.
    pub id: FlowId,
    /// The connection that is authorized again; none for a new one.
    pub connection: Option<ConnectionId>,
    /// The catalog's id.
    pub provider: String,
    /// How it is done.
    pub kind: FlowKind,
    /// Whose the connection will be: a user's name, or `workspace`.
    pub owner: String,
    /// Who began it.
    pub by: String,
    /// When.
    pub began_at: Timestamp,
    /// When it ends by itself.
    pub ends_at: Timestamp,
}

impl OpenFlow {
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
        end: End,
    },
    /// It brought a connection, or came to nothing by itself.
    Over,
}

/// Who or what ended a flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum End {
    /// A disconnect of its connection, or of one of the same owner at the provider.
    Run {
        /// Which.
        run: RunId,
    },
    /// A walkthrough of its provider, its owner, or everything.
    Walkthrough {
        /// Which.
        walkthrough: WalkthroughId,
    },
    /// A person gave it up, or ended somebody else's.
    Person {
        /// Their name.
        name: String,
    },
    /// Whoever began it is no user any more, or may not manage its connection any more.
    Unentitled,
    /// The server stopped.
    Stopped,
}

impl End {
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

/// What happens to a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A code came back from the vendor.
    CodeCame,
    /// The vendor issued tokens.
    Issued,
    /// It came to nothing by itself: refused, too late, given up by whoever began it.
    Failed,
    /// Somebody ends it.
    Ended(End),
}

/// What is to be done about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The code is exchanged.
    Exchange,
    /// The tokens become a connection.
    Keep,
    /// The tokens go back to the vendor.
    GiveBack,
    /// The secrets of the flow are dropped.
    Forget,
    /// Nothing.
    Nothing,
}

/// The flow has ended, and this is not done any more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Refusal {
    /// How it ended, as a sentence.
    pub why: String,
}

/// Where a flow stands after an event, and what is to be done.
///
/// # Errors
/// When the flow has ended: nothing that comes later is exchanged.
pub fn step(phase: &Phase, event: Event) -> Result<(Phase, Effect), Refusal> {
    Ok(match (phase, event) {
        (Phase::Open, Event::CodeCame) => (Phase::Exchanging, Effect::Exchange),
        (Phase::Open | Phase::Exchanging, Event::Issued) => (Phase::Over, Effect::Keep),
        (Phase::Open | Phase::Exchanging, Event::Failed) => (Phase::Over, Effect::Forget),
        (Phase::Open | Phase::Exchanging, Event::Ended(end)) => {
            (Phase::Ended { end }, Effect::Forget)
        }
        (Phase::Ended { .. }, Event::Issued) => (phase.clone(), Effect::GiveBack),
        // Whoever ended it first has ended it.
        (Phase::Ended { .. }, Event::Failed | Event::Ended(_)) => (phase.clone(), Effect::Nothing),
        (Phase::Ended { end }, Event::CodeCame) => {
            return Err(Refusal {
                why: end.sentence(),
            });
        }
        (Phase::Exchanging | Phase::Over, Event::CodeCame) => {
            return Err(Refusal {
                why: "the authorization has had its answer".to_owned(),
            });
        }
        (Phase::Over, Event::Issued) => (Phase::Over, Effect::GiveBack),
        (Phase::Over, Event::Failed | Event::Ended(_)) => (Phase::Over, Effect::Nothing),
    })
}

/// Which flows somebody ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(FlowId),
    /// Those of a connection, and those that the same owner has open at its provider.
    Of {
        /// The connection.
        connection: ConnectionId,
        /// Its provider.
        provider: String,
        /// Its owner.
        owner: Owner,
    },
    /// Those at a provider.
    At(String),
    /// Those of [`Which::By`] at a provider.
    AtBy(String, Owner),
    /// Those whose connection is, or would be, this owner's, and those that this person began.
    By(Owner),
    /// All.
    All,
}

impl Which {
    /// Those that a disconnect of this connection ends.
    #[must_use]
    pub fn of(connection: &Connection) -> Self {
        Self::Of {
            connection: connection.id.clone(),
            provider: connection.provider.clone(),
            owner: connection.owner.clone(),
        }
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

    /// Whether its connection is, or would be, this owner's, or this person began it.
    fn concerns(&self, owner: &Owner) -> bool {
        self.owner == *owner || matches!(owner, Owner::Personal(id) if self.by == *id)
    }

    /// What ended it, if somebody did.
    #[must_use]
    pub fn ended_by(&self) -> Option<&End> {
        match &self.phase {
            Phase::Ended { end } => Some(end),
            Phase::Open | Phase::Exchanging | Phase::Over => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended() -> Phase {
        Phase::Ended {
            end: End::Person {
                name: "alice".to_owned(),
            },
        }
    }

    #[test]
    fn what_comes_after_the_end_is_not_exchanged_and_not_kept() {
        let refused = step(&ended(), Event::CodeCame).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the authorization was given up by alice"
        );
        let given_back = step(&ended(), Event::Issued).unwrap();
        assert_eq!(given_back, (ended(), Effect::GiveBack));
        // An exchange that was under way at the end brings nothing either.
        let (phase, _) = step(&Phase::Exchanging, Event::Ended(End::Stopped)).unwrap();
        let (_, effect) = step(&phase, Event::Issued).unwrap();
        assert_eq!(effect, Effect::GiveBack);
    }

    #[test]
    fn a_code_is_exchanged_once() {
        let (phase, effect) = step(&Phase::Open, Event::CodeCame).unwrap();
        assert_eq!(effect, Effect::Exchange);
        assert!(step(&phase, Event::CodeCame).is_err());
        let (phase, effect) = step(&phase, Event::Issued).unwrap();
        assert_eq!((&phase, effect), (&Phase::Over, Effect::Keep));
        assert_eq!(step(&phase, Event::Issued).unwrap().1, Effect::GiveBack);
    }

    #[test]
    fn whoever_ended_it_first_has_ended_it() {
        let (phase, effect) = step(&ended(), Event::Ended(End::Stopped)).unwrap();
        assert_eq!((phase, effect), (ended(), Effect::Nothing));
    }
}
