//! Events in and out, and the configuration that survives a disconnect.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::channel::Attachment;
use super::condition::Condition;
use super::id::{ConfigId, ConnectionId, SubscriptionId, WebhookId};
use super::message::{self, EventKind};
use super::saturating_time::saturating_later;
use super::sealed::Sealed;

/// An inbound endpoint: where a vendor sends its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookEndpoint {
    /// Its id, part of its URL.
    pub id: WebhookId,
    /// Whose it is.
    pub connection: ConnectionId,
    /// Disabled by a disconnect; enabled by hand.
    pub enabled: bool,
    /// Events received.
    pub received: u64,
    /// Events whose signature held.
    pub verified: u64,
    /// Events dropped because the endpoint was disabled, its connection out of service, or the channel not watched.
    pub ignored: u64,
    /// What came with a wrong signature, or without one where the vendor signs: nobody knows from whom, so that it is
    /// counted nowhere else.
    #[serde(default)]
    pub forged: u64,
    /// Verified events dropped since the latest disconnect began: the vendor still sends.
    #[serde(default)]
    pub dropped_since_disconnect: u64,
    /// When the last event came.
    #[serde(default)]
    pub last_at: Option<Timestamp>,
    /// Deliveries of any kind, the latest of which are listed.
    #[serde(default)]
    pub deliveries: u64,
    /// Those among them that the vendor sent, each counted once.
    #[serde(default)]
    pub listed_verified: u64,
    /// Ids of events that were noted, the latest of which are known again.
    #[serde(default)]
    pub ids: u64,
}

impl WebhookEndpoint {
    /// An endpoint to which nothing has been sent.
    #[must_use]
    pub fn new(id: WebhookId, connection: ConnectionId) -> Self {
        Self {
            id,
            connection,
            enabled: true,
            received: 0,
            verified: 0,
            ignored: 0,
            forged: 0,
            dropped_since_disconnect: 0,
            last_at: None,
            deliveries: 0,
            listed_verified: 0,
            ids: 0,
        }
    }
}

/// What an event's signature says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// The vendor sent it.
    Verified,
    /// That cannot be told: the vendor does not sign, or nobody has told us the secret.
    Unknown,
    /// The signature may hold, but its time is too far away.
    OutOfTime,
    /// Somebody else did.
    Forged,
}

/// What a vendor says of a connection by itself. It is never believed alone: the vendor is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Its tokens were revoked, or its account was ended.
    Revoked,
    /// Our app was removed.
    Uninstalled,
    /// Its access is about to end.
    Expiring,
}

impl Notice {
    /// The end of a sentence that begins with the vendor's name.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Revoked => "says that the access has ended",
            Self::Uninstalled => "says that the app was removed",
            Self::Expiring => "says that the access is about to end",
        }
    }
}

/// What a vendor said of a connection, until it is settled whether it is so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorNotice {
    /// What it said.
    pub said: Notice,
    /// When it came.
    pub at: Timestamp,
    /// How often the vendor was asked since.
    pub tries: u32,
    /// When it is asked next; none in rows of a version that did not ask about what is about to happen.
    pub next: Option<Timestamp>,
}

/// What was about to happen has happened after so long, or does not: then the vendor is asked.
const ABOUT_TO: Duration = Duration::from_secs(24 * 3600);

impl VendorNotice {
    /// What a vendor said a moment ago. What is about to happen cannot be asked about yet.
    #[must_use]
    pub fn new(said: Notice, at: Timestamp) -> Self {
        let next = match said {
            Notice::Revoked | Notice::Uninstalled => at,
            Notice::Expiring => saturating_later(at, ABOUT_TO),
        };
        Self {
            said,
            at,
            tries: 0,
            next: Some(next),
        }
    }

    /// When the vendor is to be asked.
    #[must_use]
    pub fn due(&self) -> Timestamp {
        let later = || saturating_later(self.at, ABOUT_TO);
        self.next.unwrap_or_else(later)
    }

    /// Whether the other is what is still to be asked about: the same word of the same time.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        (self.said, self.at) == (other.said, other.at)
    }

    /// Whether it stands although this is said now: the same, or less than what was said.
    #[must_use]
    pub fn outweighs(&self, said: Notice) -> bool {
        self.said == said || said == Notice::Expiring
    }

    /// What the card says of it, with the vendor's name.
    #[must_use]
    pub fn sentence(&self, vendor: &str) -> String {
        let words = self.said.words();
        match (self.said, self.tries) {
            (Notice::Expiring, _) => format!("{vendor} {words}"),
            (_, 0) => format!("{vendor} {words}; it is being asked"),
            (_, _) => format!("{vendor} {words}; it is asked again"),
        }
    }
}

/// What became of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settled {
    /// The vendor's answers say the same.
    Confirmed,
    /// The token works.
    NotSo,
    /// There is no question that would tell.
    NotAskable,
}

/// An outbound subscription. It belongs to the organisation; no disconnect touches it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookSubscription {
    pub id: SubscriptionId,
    /// Where we send.
    pub url: String,
    /// What we send.
    pub events: Vec<String>,
    /// Whether we send.
    pub enabled: bool,
    /// What messages are signed with; none for one from before they were, and after a restore, whose backup has no secrets.
    #[serde(default)]
    pub secret: Option<Sealed>,
    /// The secret before, which signs beside it for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired: Option<RetiredSecret>,
}

/// A secret that was replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetiredSecret {
    /// The secret.
    pub sealed: Sealed,
    /// Until when it signs.
    pub until: Timestamp,
}

/// Why nothing is sent to a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsent {
    /// Somebody disabled it.
    Disabled,
    /// It has no secret to sign with.
    Unsigned,
}

impl WebhookSubscription {
    /// Whether anything is sent to it.
    #[must_use]
    pub fn is_sent_to(&self) -> bool {
        self.unsent().is_none()
    }

    /// Why nothing is sent to it; none where something is.
    #[must_use]
    pub fn unsent(&self) -> Option<Unsent> {
        match (self.enabled, &self.secret) {
            (false, _) => Some(Unsent::Disabled),
            (true, None) => Some(Unsent::Unsigned),
            (true, Some(_)) => None,
        }
    }

    /// Whether it wants to be told of this.
    #[must_use]
    pub fn wants(&self, kind: EventKind) -> bool {
        let is_asked = |filter: &String| message::fits(filter, kind);
        self.is_sent_to() && (self.events.is_empty() || self.events.iter().any(is_asked))
    }

    /// The secrets that sign at this time, the newest first.
    pub fn signing(&self, at: Timestamp) -> impl Iterator<Item = &Sealed> {
        let retired = self.retired.iter().filter(move |old| old.until > at);
        self.secret.iter().chain(retired.map(|old| &old.sealed))
    }

    /// Every secret of it that is sealed, the newest first.
    pub fn sealed(&self) -> impl Iterator<Item = &Sealed> {
        let retired = self.retired.iter().map(|old| &old.sealed);
        self.secret.iter().chain(retired)
    }
}

/// What kind of configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfigKind {
    /// A watched channel: `from` is the vendor's, `to` what it is called here.
    Channel,
    /// A routing rule: records whose field `from` meets its condition go to subscription `to`.
    Routing,
    /// A field mapping: the vendor's field `from` is our field `to`.
    Mapping,
}

/// A channel, a routing rule or a field mapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigItem {
    pub id: ConfigId,
    /// Whose it is.
    pub connection: ConnectionId,
    /// Which kind.
    pub kind: ConfigKind,
    /// The entity it is about; empty for channels.
    pub entity: String,
    /// The vendor's side.
    pub from: String,
    /// Our side.
    pub to: String,
    /// What a routing rule asks of the field `from`; none for the others, and for a rule from before rules had effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// What became of a channel at the vendor; none before that is settled, and for the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attached: Option<Attachment>,
}

impl ConfigItem {
    /// Whether it is a channel of which it is not settled what becomes of it in this generation.
    #[must_use]
    pub fn is_to_attach(&self, generation: u32) -> bool {
        let settled = self.attached.as_ref().map(|it| it.generation);
        self.kind == ConfigKind::Channel && settled != Some(generation)
    }

    /// What became of it in this generation.
    #[must_use]
    pub fn attached_in(&self, generation: u32) -> Option<&Attachment> {
        self.attached
            .as_ref()
            .filter(|it| it.generation == generation)
    }

    /// The item with what became of it in this generation alone; none is in service after a disconnect.
    #[must_use]
    pub fn as_of(mut self, generation: Option<u32>) -> Self {
        self.attached = self.attached.filter(|it| Some(it.generation) == generation);
        self
    }

    /// What a person is asked to do about it where it is private.
    #[must_use]
    pub fn invitation(&self) -> String {
        format!("Ask to be invited to #{} ({})", self.to, self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::Attached;

    fn said(said: Notice, second: i64) -> VendorNotice {
        VendorNotice::new(said, Timestamp::from_second(second).unwrap())
    }

    /// What is written of an answer is about the word that was asked about, whatever came meanwhile.
    #[test]
    fn a_later_word_is_not_the_one_that_was_asked_about() {
        let asked = said(Notice::Revoked, 1);
        let again = VendorNotice {
            tries: 1,
            next: None,
            ..asked.clone()
        };
        assert!(asked.is_same(&again));
        assert!(!asked.is_same(&said(Notice::Uninstalled, 2)));
        assert!(!asked.is_same(&said(Notice::Revoked, 2)));
        for (known, new, stands) in [
            (Notice::Revoked, Notice::Revoked, true),
            (Notice::Revoked, Notice::Expiring, true),
            (Notice::Revoked, Notice::Uninstalled, false),
            (Notice::Expiring, Notice::Revoked, false),
        ] {
            assert_eq!(said(known, 1).outweighs(new), stands, "{known:?} {new:?}");
        }
    }

    fn channel(kind: ConfigKind, settled_in: Option<u32>) -> ConfigItem {
        ConfigItem {
            id: "cfg_01jd7000000000000000000001".parse().unwrap(),
            connection: "con_01jd7000000000000000000001".parse().unwrap(),
            kind,
            entity: String::new(),
            from: "C1".to_owned(),
            to: "general".to_owned(),
            condition: None,
            attached: settled_in.map(|generation| Attachment {
                follow_up: None,
                generation,
                at: Timestamp::UNIX_EPOCH,
                outcome: Attached::Joined,
                is_told: true,
            }),
        }
    }

    #[test]
    fn what_was_settled_before_the_last_authorization_is_settled_anew() {
        let of = |kind, settled| channel(kind, settled).is_to_attach(2);
        assert!(of(ConfigKind::Channel, None));
        assert!(of(ConfigKind::Channel, Some(1)));
        assert!(!of(ConfigKind::Channel, Some(2)));
        assert!(!of(ConfigKind::Mapping, None));
    }
}
