//! Events in and out, and the configuration that survives a disconnect.

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
    /// Events dropped because the endpoint was disabled.
    pub ignored: u64,
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
