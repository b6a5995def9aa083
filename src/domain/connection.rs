//! A provider in this workspace, its accounts, and our registration there.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::{AppId, ConnectionId, InstanceId, JobId};
use super::origin_binding::OriginBinding;
use super::sealed::Sealed;
use super::user::Owner;
use super::webhook::{VendorNotice, WebhookEndpoint};

mod events;
mod instance;
mod transitions;

pub use events::{
    Authorization, ConnectionEffect, ConnectionEvent, ConnectionRefusal, FirstAnswer,
};
pub use instance::InstanceEvent;
pub use transitions::may_be_authorized;

/// A provider in this workspace. It outlives every disconnect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    pub id: InstanceId,
    /// The catalog's id.
    pub provider: String,
    /// Where it stands.
    pub status: InstanceStatus,
}

/// Where an instance stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstanceStatus {
    /// Somebody is connecting.
    Pending,
    /// At least one connection is in service.
    Connected,
    /// Nobody is connected.
    Revoked,
}

/// Our registration at a provider. A disconnect does not destroy it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// Its id, which owns the sealed secret.
    pub id: AppId,
    /// The catalog's id; one registration a provider.
    pub provider: String,
    /// The public half of the registration.
    pub client_id: Option<String>,
    /// The client secret.
    pub client_secret: Option<Sealed>,
    /// Further secrets of it.
    #[serde(default)]
    pub secrets: BTreeMap<AppSecret, Sealed>,
    /// Overrides the loopback default.
    pub redirect_uri: Option<String>,
    /// What it is called at the vendor, where that is not our own name.
    #[serde(default)]
    pub name: Option<String>,
    /// Overrides of the provider file's `[vars]`.
    #[serde(default)]
    pub vars: BTreeMap<String, String>,
    /// When the client id or a var last became another: what the vendor answered before was answered to somebody
    /// else, or by somebody else, and proves nothing about its answers since.
    #[serde(default)]
    pub changed_at: Option<Timestamp>,
}

/// What an app may have beside its client secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppSecret {
    /// What the vendor signs its events with.
    Signing,
    /// What speaks for our whole platform.
    Platform,
}

impl App {
    /// Every secret of it that is sealed.
    pub fn sealed(&self) -> impl Iterator<Item = &Sealed> {
        self.client_secret.iter().chain(self.secrets.values())
    }
}

/// Where a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The vendor refused the token: a person has to authorize again.
    ReconnectRequired,
    /// It cannot be used now, through no fault of the token.
    Error,
    /// A disconnect is under way.
    Disconnecting,
    /// An authorization is under way.
    Pending,
    /// In service.
    Connected,
    /// Out of service.
    Revoked,
}

impl Status {
    /// Each of them, in the order of lists: what needs a person first.
    pub const ALL: [Self; 6] = [
        Self::ReconnectRequired,
        Self::Error,
        Self::Disconnecting,
        Self::Pending,
        Self::Connected,
        Self::Revoked,
    ];

    /// The badge on screen.
    #[must_use]
    pub fn badge(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Connected => "Connected",
            Self::ReconnectRequired => "Reconnect",
            Self::Error => "Error",
            Self::Disconnecting => "Disconnecting",
            Self::Revoked => "Disconnected",
        }
    }

    /// The word in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Connected => "connected",
            Self::ReconnectRequired => "reconnect_required",
            Self::Error => "error",
            Self::Disconnecting => "disconnecting",
            Self::Revoked => "revoked",
        }
    }

    /// Which part of the list it stands in: 0 needs a person, 1 in service, 2 out of service.
    #[must_use]
    pub fn rank(self) -> u8 {
        match self {
            Self::ReconnectRequired | Self::Error | Self::Disconnecting => 0,
            Self::Pending | Self::Connected => 1,
            Self::Revoked => 2,
        }
    }

    /// Whether an account is connected, be it that it cannot be used at the moment.
    #[must_use]
    pub fn is_connected(self) -> bool {
        matches!(self, Self::Connected | Self::Error)
    }

    /// Whether it holds tokens that a disconnect would have to revoke.
    #[must_use]
    pub fn in_service(self) -> bool {
        matches!(
            self,
            Self::Connected | Self::ReconnectRequired | Self::Error
        )
    }

    /// Whether tokens of it may be here: it is in service, or a disconnect that ends them is under way.
    #[must_use]
    pub fn may_hold_tokens(self) -> bool {
        self.in_service() || self == Self::Disconnecting
    }

    /// Whether it is out of service, or on the way there: nothing of it is used any more.
    #[must_use]
    pub fn is_out_of_service(self) -> bool {
        matches!(self, Self::Disconnecting | Self::Revoked)
    }

    /// Whether jobs pull for it. In error they still do: that is how the outage is seen to end.
    #[must_use]
    pub fn is_pulled(self) -> bool {
        matches!(self, Self::Connected | Self::Error)
    }
}

/// How well the vendor answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// The last call was answered.
    Healthy,
    /// Slow or rate limited.
    Degraded,
    /// Not answering.
    Down,
    /// Not asked.
    Unknown,
}

impl Health {
    /// Its word, in JSON and on screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Down => "down",
            Self::Unknown => "unknown",
        }
    }
}

/// Where a connection in service comes to stand by what its vendor says, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// Where it stands.
    pub status: Status,
    /// How well the vendor answers.
    pub health: Health,
    /// Why, in words; empty when there is nothing to say.
    pub reason: String,
    /// Until when its access token is still taken although its grant was refused.
    pub works_until: Option<Timestamp>,
}

impl Badge {
    /// The vendor answers as it should.
    #[must_use]
    pub fn connected() -> Self {
        Self {
            status: Status::Connected,
            health: Health::Healthy,
            reason: String::new(),
            works_until: None,
        }
    }

    /// The vendor refused the token or the grant.
    #[must_use]
    pub fn reconnect(reason: String) -> Self {
        Self {
            status: Status::ReconnectRequired,
            health: Health::Down,
            reason,
            works_until: None,
        }
    }

    /// It cannot be used now, through no fault of the token.
    #[must_use]
    pub fn error(health: Health, reason: String) -> Self {
        Self {
            status: Status::Error,
            health,
            reason,
            works_until: None,
        }
    }
}

/// Whose account it is at the vendor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The vendor's id.
    pub id: String,
    /// What people call it.
    pub label: String,
}

impl Account {
    /// What people call it, with its id where that says more.
    #[must_use]
    pub fn shown(&self) -> String {
        match (self.label.as_str(), self.id.as_str()) {
            ("", "") => "an account that the provider does not name".to_owned(),
            ("", id) => id.to_owned(),
            (label, id) if label == id || id.is_empty() => label.to_owned(),
            (label, id) => format!("{label} ({id})"),
        }
    }
}

/// One account of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its id, the same for every generation.
    pub id: ConnectionId,
    /// Which instance it belongs to.
    pub instance: InstanceId,
    /// The catalog's id.
    pub provider: String,
    /// What people call it; the account's label unless they chose another.
    pub name: String,
    /// Whose it is.
    pub owner: Owner,
    /// Whose account it is at the vendor.
    pub account: Account,
    /// Where it stands.
    pub status: Status,
    /// Why it stands there, in words; empty when there is nothing to say.
    pub reason: String,
    /// How well the vendor answers.
    pub health: Health,
    /// Until when its access token is still taken although its grant was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub works_until: Option<Timestamp>,
    /// Grows with every connect. Nothing of an older generation can be used or written.
    pub generation: u32,
    /// Grows with every change that [`Connection::is_another`] sees: a request that names an older one is a conflict.
    pub version: u64,
    /// When this generation was authorized.
    pub connected_at: Option<Timestamp>,
    /// When the last sync succeeded.
    pub synced_at: Option<Timestamp>,
    /// Scopes asked for.
    #[serde(default)]
    pub scopes_asked: Vec<String>,
    /// Scopes granted.
    #[serde(default)]
    pub scopes_granted: Vec<String>,
    /// Values of the token response that provider files may use (`{instance_url}`).
    #[serde(default)]
    pub fields: serde_json::Map<String, serde_json::Value>,
    /// Its own values of the provider file's variables.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub vars: BTreeMap<String, String>,
    /// What the vendor said of it by itself, until it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<VendorNotice>,
    /// Where its tokens may be sent; none for what was authorized before that was kept, which is bound at its next use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Box<OriginBinding>>,
    /// Jobs that were enabled when it was last disconnected: one key enables them again.
    #[serde(default)]
    pub enabled_before: Vec<JobId>,
    /// Whether it stands for tokens that an authorization brought and nobody keeps: it is there to be disconnected, is
    /// listed no longer than until then, and is never authorized again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_given_back: bool,
    /// Whether its grant is another tool's, which goes on with it: nothing that ends more than one token of it is called for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_borrowed: bool,
    /// Whether its tokens came out of a backup and its vendor has not said since that it takes them. Its badge is Reconnect
    /// meanwhile; a program that does not know this word leaves it at that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_asked_first: bool,
    /// The connection that was authorized again, where this one stands for tokens that it had until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_of: Option<ConnectionId>,
}

impl Connection {
    /// Whether its provider can be asked first about tokens of a backup: what was refused before the backup was made is not
    /// asked about again, and what was never asked since an earlier one still is.
    #[must_use]
    pub fn can_be_asked_about(&self) -> bool {
        self.status.is_pulled() || self.is_asked_first
    }

    /// Whether a person who looked at `old` has to look again. Health and the time of the last sync change all day by
    /// themselves, and nothing is decided by them.
    #[must_use]
    pub fn is_another(&self, old: &Self) -> bool {
        let seen = Self {
            health: old.health,
            synced_at: old.synced_at,
            bound: old.bound.clone(),
            version: old.version,
            ..self.clone()
        };
        seen != *old
    }

    /// Whether what its vendor tells has an effect: it is in service, and its endpoint is enabled.
    #[must_use]
    pub fn takes_events(&self, endpoints: &[WebhookEndpoint]) -> bool {
        self.status.in_service() && endpoints.iter().any(|it| it.enabled)
    }

    /// Whether what its vendor says of the connection itself counts. That may come in at another's endpoint, so that one
    /// without an endpoint of its own takes it, and only whoever disabled theirs does not.
    #[must_use]
    pub fn takes_notices(&self, endpoints: &[WebhookEndpoint]) -> bool {
        self.takes_events(endpoints) || (self.status.in_service() && endpoints.is_empty())
    }
}
