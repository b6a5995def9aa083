//! What a disconnect would do, before anything happens.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::credential::{HELD_ELSEWHERE, TokenKind};
use crate::domain::flow::OpenFlow;
use crate::domain::id::{ConnectionId, CredentialId};
use crate::domain::provider::AuthKind;

/// A plan names no more other connections than this: it is kept with the run, in one transaction.
pub const OTHERS: usize = 50;

/// Shown before the key is pressed, and recorded with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub connection: ConnectionId,
    /// The version it was made of; disconnecting another one is a conflict.
    pub version: u64,
    /// The catalog's id.
    pub provider: String,
    /// What people call the provider.
    pub provider_name: String,
    /// What people call the connection.
    pub name: String,
    /// Whether the texts for a CRM apply (N6).
    pub is_crm: bool,
    /// How it is connected, which says what another account takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<AuthKind>,
    /// Jobs that would be turned off.
    pub jobs_enabled: u64,
    /// Executions that would be cancelled.
    pub executions_running: u64,
    /// Secrets that would be destroyed.
    pub credentials: u64,
    /// References that would be marked stale.
    pub references: u64,
    /// Inbound endpoints that would be disabled.
    pub webhooks: u64,
    /// Features that depend on the provider and are in use.
    pub dependents: Vec<Dependent>,
    /// Other connections of the same provider, and whether they are affected: those that are first, then as many as
    /// [`OTHERS`] has room for.
    pub other_connections: Vec<Other>,
    /// How many there are.
    #[serde(default)]
    pub other_connections_total: u64,
    /// Connections that share the grant and are not disconnected with it (B5): affected, they would die too; else the
    /// calls that would end them are not made.
    pub shares_grant_with: Vec<Other>,
    /// What stays, one sentence each.
    pub kept: Vec<String>,
    /// What a person must do at the vendor, one sentence each.
    pub follow_ups: Vec<String>,
    /// Every token that may live.
    pub tokens: Vec<PlannedToken>,
    /// How many refused questions a minute the provider's host bears; none where there is no bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusals_a_minute: Option<u32>,
    /// Who has read a token since the connection was authorized, and could still hold a copy (B10).
    #[serde(default)]
    pub readers: Vec<TokenHolder>,
    /// Authorizations that are open and would end.
    #[serde(default)]
    pub flows: Vec<OpenFlow>,
    /// Whether the provider file offers an uninstall.
    pub can_uninstall: bool,
    /// What will be known of our app at the vendor; none where nothing is installed that outlives its tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_left: Option<AppPlanned>,
    /// The connections that an uninstall with wider calls would end too; none when that is what is planned.
    #[serde(default)]
    pub uninstall_ends: Vec<String>,
    /// Calls that are not made unless wider ones are allowed, as they would be made.
    #[serde(default)]
    pub narrowed: Vec<String>,
}

/// What a disconnect will find out about our app, which stays installed at the vendor until somebody removes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppPlanned {
    /// It is uninstalled, and its tokens are asked whether that is so.
    Asked,
    /// Nothing that is asked tells whether it stays.
    Unknown,
}

impl AppPlanned {
    /// What is said of it.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Asked => {
                "The app is uninstalled at the provider, and its tokens are asked afterwards: the run says whether it is gone."
            }
            Self::Unknown => {
                "Whether the app is still installed at the provider will not be known: a revocation does not say."
            }
        }
    }

    /// The same, where there is little room.
    #[must_use]
    pub fn in_short(self) -> &'static str {
        match self {
            Self::Asked => "The app is uninstalled.",
            Self::Unknown => "The app may stay installed.",
        }
    }
}

/// Somebody who was given tokens of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenHolder {
    /// A user's name, as it was.
    pub name: String,
    /// How often.
    pub count: u64,
    /// When last.
    pub last: Timestamp,
}

/// A feature that depends on the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependent {
    /// The feature.
    pub feature: String,
    /// What happens to it.
    pub effect: String,
}

/// Another connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Other {
    pub id: ConnectionId,
    /// What people call it.
    pub name: String,
    /// Whose it is.
    pub owner: String,
    /// Whether it would be affected.
    pub affected: bool,
}

/// A token, and what can be done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedToken {
    pub credential: CredentialId,
    pub kind: TokenKind,
    /// Which, for whoever finds a token.
    pub fingerprint: String,
    /// When it expires by itself.
    pub expires_at: Option<Timestamp>,
    /// When a newer one took its place; none while it is in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_at: Option<Timestamp>,
    /// Whether the tool that it was brought along from may hold it, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_held_elsewhere: bool,
    /// Whether a call is made that ends it.
    pub can_revoke: bool,
    /// Whether there is a question that tells it dead.
    pub can_prove: bool,
    /// Whether a call could end it that is not made, because it would end other connections' tokens too.
    #[serde(default)]
    pub left_alone: bool,
}

impl PlannedToken {
    /// That another tool may hold it, to be added to a line about it.
    #[must_use]
    pub fn elsewhere(&self) -> String {
        match self.is_held_elsewhere {
            true => format!(", {HELD_ELSEWHERE}"),
            false => String::new(),
        }
    }

    /// What becomes of it, in words.
    #[must_use]
    pub fn fate(&self) -> &'static str {
        match (self.can_revoke, self.can_prove) {
            (true, true) => "can be revoked and proven dead",
            (true, false) => "can be revoked, cannot be proven dead",
            (false, _) if self.left_alone => "is not revoked: the call would end others too",
            (false, true) => "cannot be revoked, only asked whether it lives",
            (false, false) => "cannot be revoked, nor asked whether it lives",
        }
    }
}

impl Plan {
    /// Those that would die too.
    pub fn dying(&self) -> impl Iterator<Item = &Other> {
        self.shares_grant_with.iter().filter(|it| it.affected)
    }

    /// Those that share the grant, and live on because the calls that would end them are not made.
    pub fn spared(&self) -> impl Iterator<Item = &Other> {
        self.shares_grant_with.iter().filter(|it| !it.affected)
    }
}
