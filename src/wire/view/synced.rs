//! What was synced and set up, and survives a disconnect.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::routing::Routing;
use crate::domain::channel::ChannelOutcome;
use crate::domain::condition::Condition;
use crate::domain::id::{ConfigId, ConnectionId, ReferenceId, SubscriptionId, WebhookId};
use crate::domain::job::ReferenceState;
use crate::domain::message::Attempt;
use crate::domain::webhook::ConfigKind;
use crate::wire::request::Secret;

/// A reference to a provider's object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    pub id: ReferenceId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// Of which entity.
    pub entity: String,
    /// The vendor's id of the thing in whose list it stands, where each of several has one: a message's channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Our name for it.
    pub local_id: String,
    /// The vendor's name for it.
    pub external_id: String,
    /// What is claimed of it.
    pub status: ReferenceState,
    /// What the vendor says of it; null when disconnected.
    pub remote_status: Option<String>,
    /// What people call it; `Linear (disconnected)` when it is.
    pub label: String,
    /// What people say it is in systems of their own.
    #[serde(default)]
    pub links: Vec<String>,
}

/// A local record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Our name for it.
    pub id: String,
    /// Of which connection.
    pub connection: ConnectionId,
    /// Of which entity.
    pub entity: String,
    /// The vendor's id of the thing in whose list it stands, where each of several has one: a message's channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// What people call it.
    pub label: String,
    /// The vendor's time of change.
    pub updated: Option<String>,
    /// When it last changed here: a pass that finds it as it was leaves this as it is.
    pub synced_at: Timestamp,
    /// Its own fields: what is mapped, and what people gave it.
    #[serde(default)]
    pub fields: BTreeMap<String, Value>,
    /// Which of them are mapped: the vendor's, as its object has them.
    #[serde(default)]
    pub mapped: Vec<String>,
    /// The object; null where it was too large to be kept.
    pub body: Value,
    /// The address of its page at the vendor, where the provider file says in which field that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// JSON pointers of fields of the object that were too large to be kept.
    #[serde(default)]
    pub left_out: Vec<String>,
    /// What refers to it: its label is `Linear (disconnected)`, and its status there null, while the connection is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refers: Option<Reference>,
}

/// Whether events have their effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookStatus {
    Enabled,
    /// They are dropped.
    Disabled,
}

impl WebhookStatus {
    /// The word in JSON and on screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }
}

/// Whether messages are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionStatus {
    Enabled,
    Disabled,
    /// It has no secret to sign with, and has to be rotated: it is from before messages were signed, or its secret was not
    /// in the backup that was restored.
    Unsigned,
}

impl SubscriptionStatus {
    /// The word in JSON and on screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Unsigned => "unsigned",
        }
    }
}

/// An inbound endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    pub id: WebhookId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// Where the vendor sends.
    pub url: String,
    pub status: WebhookStatus,
    /// Events received.
    pub received: u64,
    /// Events whose signature held.
    pub verified: u64,
    /// Events dropped.
    pub ignored: u64,
    /// What came with a wrong signature, or without one where the vendor signs; counted nowhere else.
    #[serde(default)]
    pub forged: u64,
    /// Events dropped since the latest disconnect: the vendor still sends.
    #[serde(default)]
    pub dropped_since_disconnect: u64,
    /// When the last event came that was not forged.
    #[serde(default)]
    pub last_at: Option<Timestamp>,
    /// What people call the connection.
    #[serde(default)]
    pub connection_name: String,
    /// Its provider, by the catalog's id.
    #[serde(default)]
    pub provider: String,
    /// What people call the provider.
    #[serde(default)]
    pub provider_name: String,
    /// Why whoever asks may not change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// An outbound subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    pub id: SubscriptionId,
    /// Where we send.
    pub url: String,
    /// What we send.
    pub events: Vec<String>,
    pub status: SubscriptionStatus,
    /// Messages that nobody has taken yet.
    #[serde(default)]
    pub pending: u64,
    /// Messages that nobody took for three days; they can be sent again.
    #[serde(default)]
    pub dead: u64,
    /// When the next message is tried, if one waits.
    #[serde(default)]
    pub next_try: Option<Timestamp>,
    /// The last try.
    #[serde(default)]
    pub last: Option<Attempt>,
}

/// A subscription with its secret, which is shown once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubscriptionSecret {
    /// The subscription.
    #[serde(flatten)]
    pub subscription: Subscription,
    /// What its messages are signed with: `whsec_` and base64.
    pub secret: Secret,
}

/// A channel that a vendor has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// The vendor's id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Nobody joins it without being invited.
    #[serde(rename = "private")]
    pub is_private: bool,
    /// Whether we are in it, as the vendor said last; none where it does not say that.
    #[serde(rename = "member")]
    pub is_member: Option<bool>,
    /// The configuration by which it is watched; none while it is not.
    pub watched: Option<ConfigId>,
    /// What is claimed of it.
    pub status: ReferenceState,
}

/// What became of a watched channel at its vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// Which it is.
    pub outcome: ChannelOutcome,
    /// What there is to say of that; empty when nothing.
    pub why: String,
    /// When that was settled.
    pub at: Timestamp,
    /// In which generation of the connection.
    pub generation: u32,
}

/// A channel, a routing rule or a field mapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    pub id: ConfigId,
    /// Which kind.
    pub kind: ConfigKind,
    /// The entity it is about.
    pub entity: String,
    /// The vendor's side.
    pub from: String,
    /// Our side; of a routing rule the subscription that is told.
    pub to: String,
    /// Of a routing rule: what it asks of the field; none where it was kept before rules had effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// Of a routing rule: whether it sends, and why not.
    #[serde(default, flatten, skip_serializing_if = "Option::is_none")]
    pub routing: Option<Routing>,
    /// Of a channel: what became of it at the vendor, once that is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attached: Option<Attached>,
    /// Of a channel: whether our app joins it at the vendor. Where it does not, nothing becomes of it there.
    #[serde(default)]
    pub is_joined: bool,
}

impl Config {
    /// The vendor's side in words: of a routing rule the field, and what is asked of it.
    #[must_use]
    pub fn theirs(&self) -> String {
        match &self.condition {
            None => self.from.clone(),
            Some(condition) => {
                let words = format!("{} {}", self.from, condition.words());
                words.trim().to_owned()
            }
        }
    }

    /// What became of a channel at the vendor, in words.
    #[must_use]
    pub fn outcome_words(&self) -> &'static str {
        match &self.attached {
            Some(attached) => attached.outcome.words(),
            None if self.is_joined => "not settled yet",
            None => "nothing to join",
        }
    }

    /// Our side in words: of a routing rule where it leads, or why it leads nowhere.
    #[must_use]
    pub fn ours(&self) -> String {
        let routing = self.routing.as_ref();
        let said = routing.and_then(|it| it.why.as_ref().or(it.url.as_ref()));
        said.unwrap_or(&self.to).clone()
    }
}

/// A field of a vendor's object that can be mapped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingField {
    /// Of which entity.
    pub entity: String,
    /// Where it stands in the object, a JSON pointer (RFC 6901).
    pub pointer: String,
    /// The same with `*` for each thing of a list, as a routing rule looks at all of them; none where it stands in no list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
    /// What the provider file calls it; none where it was seen in records alone.
    pub name: Option<String>,
    /// A value of it that was seen, shortened.
    pub example: Option<String>,
    /// The own fields that it is mapped to.
    pub mapped_to: Vec<String>,
}
