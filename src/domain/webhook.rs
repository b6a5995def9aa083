//! Events in and out, and the configuration that survives a disconnect.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::{ConfigId, ConnectionId, SubscriptionId, WebhookId};

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
    /// Events dropped because the endpoint was disabled, or its connection out of service.
    pub ignored: u64,
    /// What came with a wrong signature, or without one where the vendor signs: nobody knows from whom, so that it is
    /// counted nowhere else.
    #[serde(default)]
    pub forged: u64,
    /// Events dropped since the latest disconnect began: the vendor still sends.
    #[serde(default)]
    pub dropped_since_disconnect: u64,
    /// When the last event came.
    #[serde(default)]
    pub last_at: Option<Timestamp>,
}

/// What an event's signature says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// The vendor sent it.
    Verified,
    /// That cannot be told: the vendor does not sign, or nobody has told us the secret.
    Unknown,
    /// Somebody else did.
    Forged,
}

/// An outbound subscription. It belongs to the organisation; no disconnect touches it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookSubscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Where we send.
    pub url: String,
    /// What we send.
    pub events: Vec<String>,
    /// Whether we send.
    pub enabled: bool,
}

/// What kind of configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfigKind {
    /// A watched channel: `from` is the vendor's, `to` what it is called here.
    Channel,
    /// A routing rule: events that match `from` go to `to`.
    Routing,
    /// A field mapping: the vendor's field `from` is our field `to`.
    Mapping,
}

/// A channel, a routing rule or a field mapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigItem {
    /// Its id.
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
}
