//! Connections, and what hangs on them in numbers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Config, Manual, OpenSwap};
use crate::domain::connection::{Account, Health, InstanceStatus, Status as ConnectionStatus};
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::exposure;
use crate::domain::display_text::counted;
use crate::domain::explained::{WordHere, WordKind};
use crate::domain::flow::OpenFlow;
use crate::domain::health::{self, Cause};
use crate::domain::id::{ConnectionId, CredentialId, InstanceId, RunId};
use crate::domain::provider::OwnerScope;
use crate::domain::tag::Tag;
use crate::domain::trial::Residual;

/// A connection, as in the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    pub id: ConnectionId,
    /// The catalog's id.
    pub provider: String,
    /// What people call the provider.
    pub provider_name: String,
    /// Whether the texts for a CRM apply (N6).
    pub is_crm: bool,
    /// Its instance.
    pub instance: InstanceId,
    /// Where the instance stands.
    pub instance_status: InstanceStatus,
    /// What people call it.
    pub name: String,
    /// Whose it is: a user's name, or `workspace`.
    pub owner: String,
    /// Whether it is the workspace's.
    pub scope: OwnerScope,
    /// Whose account it is at the vendor.
    pub account: Account,
    /// Where it stands.
    pub status: ConnectionStatus,
    pub reason: String,
    /// How well the vendor answers.
    pub health: Health,
    /// Why that is so, in words; times are UTC.
    #[serde(default)]
    pub health_reason: String,
    /// The same, one by one.
    #[serde(default)]
    pub health_causes: Vec<Cause>,
    /// When the vendor was last asked, since the server started.
    #[serde(default)]
    pub last_asked_at: Option<Timestamp>,
    /// When the vendor last took its token.
    #[serde(default)]
    pub last_alive_at: Option<Timestamp>,
    /// Until when its access token is still taken although its grant was refused.
    #[serde(default)]
    pub works_until: Option<Timestamp>,
    /// Grows with every connect.
    pub generation: u32,
    /// Grows with every change.
    pub version: u64,
    /// Since when this generation is authorized.
    pub connected_at: Option<Timestamp>,
    /// When the last sync succeeded.
    pub synced_at: Option<Timestamp>,
    /// When the access token expires.
    pub token_expires_at: Option<Timestamp>,
    /// Its jobs in numbers.
    pub jobs: JobCounts,
    /// Its secrets, destroyed ones included.
    pub credentials: Vec<Credential>,
    /// Its references in numbers.
    pub references: ReferenceCounts,
    /// Its inbound endpoints in numbers.
    pub webhooks: WebhookCounts,
    /// Whether channels can be picked at its provider.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_channels: bool,
    /// The channels that it watches, with what became of each at the vendor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Config>,
    /// Features that depend on it.
    pub features: Vec<Feature>,
    /// Open follow-ups.
    pub follow_ups: u64,
    /// Scopes granted.
    pub scopes: Vec<String>,
    /// Scopes that were asked for and not granted (N11).
    #[serde(default)]
    pub scopes_missing: Vec<MissingScope>,
    /// Tokens of it that are kept sealed to retry their revocation.
    #[serde(default)]
    pub holds: u64,
    /// Tokens of its past runs that may still live.
    #[serde(default)]
    pub exposed: Vec<Exposed>,
    /// Times whose events it lacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<EntityGap>,
    /// The latest run.
    pub last_run: Option<RunId>,
    /// The swap of it that was left in the middle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap: Option<OpenSwap>,
    /// How many jobs one key would enable again.
    pub enabled_before: u64,
    /// What a disconnect leaves to a person (O2).
    pub manual: Vec<Manual>,
    /// Authorizations that are open, which a disconnect would end.
    #[serde(default)]
    pub flows: Vec<OpenFlow>,
    /// The tag of its provider: it cannot be authorized again until that is taken off.
    #[serde(default)]
    pub tag: Option<Tag>,
    /// Why this client may not manage it; none if it may.
    pub refused: Option<String>,
}

impl Connection {
    /// What is said once it was authorized.
    #[must_use]
    pub fn connected_words(&self) -> String {
        format!("{} {} is connected.", self.provider_name, self.name)
    }

    /// Why its health is so, in one line.
    #[must_use]
    pub fn health_words(&self, moment: impl Fn(Timestamp) -> String) -> String {
        health::sentence(&self.health_causes, moment)
    }

    /// What is wrong with its health beside a badge that says nothing of it: what weighs most; none while nothing is.
    #[must_use]
    pub fn trouble(&self, moment: impl Fn(Timestamp) -> String) -> Option<String> {
        let first = self.health_causes.first();
        let is_wrong = matches!(self.health, Health::Degraded | Health::Down)
            || first == Some(&Cause::NotAskable);
        let is_unsaid = is_wrong && self.reason.is_empty();
        let first = first.filter(|_| is_unsaid)?;
        Some(first.words(moment))
    }

    /// The words that are said of it, with what was seen of each; `said` is what was seen of its badge.
    #[must_use]
    pub fn words(&self, said: String, moment: impl Fn(Timestamp) -> String) -> Vec<WordHere> {
        let mut words = vec![WordHere::new(WordKind::Badge, self.status.badge(), said)];
        let lives = self.exposure(&moment);
        words.extend(lives.map(|lives| WordHere::new(WordKind::Token, "exposed", lives)));
        if self.holds > 0 {
            let seen = counted(self.holds, "token");
            words.push(WordHere::new(WordKind::Token, "held", seen));
        }
        // What is to be done about a refused grant, which is down, too, stands with its badge.
        let is_refusal = |cause: &Cause| matches!(cause, Cause::Refused { .. });
        if !self.health_causes.iter().any(is_refusal) {
            let seen = self.health_words(&moment);
            words.push(WordHere::new(WordKind::Health, self.health.word(), seen));
        }
        words
    }

    /// The badge, and until when it still works behind it.
    #[must_use]
    pub fn badge(&self, moment: impl Fn(Timestamp) -> String) -> String {
        let badge = self.status.badge();
        match self.works_until {
            Some(at) => format!("{badge}, works until {}", moment(at)),
            None => badge.to_owned(),
        }
    }

    /// What of it may still live, in one line; none when nothing may.
    #[must_use]
    pub fn exposure(&self, moment: impl Fn(Timestamp) -> String) -> Option<String> {
        let exposed = self.exposed.iter();
        exposure::words(exposed.map(|it| (it.kind, it.works, it.until)), moment)
    }
}

/// A time whose events were not pulled (O10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityGap {
    pub entity: String,
    /// From when.
    pub from: Timestamp,
    /// Until when; none while it grows.
    pub to: Option<Timestamp>,
}

/// A token of a past run that may still live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposed {
    pub kind: TokenKind,
    /// Which, for whoever finds it.
    pub fingerprint: String,
    /// The run that left it.
    pub run: RunId,
    /// Whether it was accepted when it was last asked about.
    #[serde(default)]
    pub works: bool,
    /// Until when it may live.
    pub until: Residual,
}

/// A scope that was asked for and not granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingScope {
    pub scope: String,
    /// The vendor role that usually grants it, when the provider file says so.
    pub role: Option<String>,
}

/// Jobs in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobCounts {
    /// All.
    pub total: u64,
    /// Enabled.
    pub enabled: u64,
    /// Running now.
    pub running: u64,
}

/// References in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceCounts {
    /// In step.
    pub synced: u64,
    /// Not claimed to be current.
    pub stale: u64,
    /// No longer listed by the vendor, or no longer visible to us.
    #[serde(default)]
    pub gone: u64,
}

/// Inbound endpoints in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookCounts {
    /// Enabled.
    pub enabled: u64,
    /// Events received.
    pub received: u64,
    /// Events dropped.
    pub ignored: u64,
    /// What came with a wrong signature, or without one where the vendor signs; counted nowhere else.
    #[serde(default)]
    pub forged: u64,
    /// Events dropped since the latest disconnect: the vendor still sends.
    #[serde(default)]
    pub dropped_since_disconnect: u64,
}

/// A secret, without itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    pub id: CredentialId,
    pub kind: TokenKind,
    /// Which, for whoever finds it.
    pub fingerprint: String,
    /// In use.
    pub is_active: bool,
    /// Destroyed.
    pub is_deleted: bool,
    /// When it expires by itself.
    pub expires_at: Option<Timestamp>,
}

/// A feature that depends on a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    pub name: String,
    /// What happens to it without the connection.
    pub effect: String,
    /// Whether it is in use.
    pub in_use: bool,
    /// Whether it works now.
    pub available: bool,
}
