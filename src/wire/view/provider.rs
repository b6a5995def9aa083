//! Providers: what the catalog and its cards show.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::connection::{InstanceStatus, Status as ConnectionStatus};
use crate::domain::dependent::SaidBy;
use crate::domain::id::{ConnectionId, DependentId};
use crate::domain::provider::{AuthKind, Call, OwnerScope, ProviderFile};
use crate::domain::tag::Tag;

/// A provider in the catalog's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// The catalog's id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// `crm payments issues …`.
    pub category: String,
    /// The heading it stands under (N2).
    pub group: String,
    /// How it is connected.
    pub auth: AuthKind,
    /// Whose connections are by default.
    pub scope: OwnerScope,
    /// Where the instance stands; none when nobody ever connected.
    pub instance_status: Option<InstanceStatus>,
    /// Its connections, at most three, what needs a person first.
    pub connections: Vec<ProviderConnection>,
    /// How many there are.
    pub connections_total: u64,
    /// Whether an app is registered, or none is needed.
    pub configured: bool,
    /// Whether an endpoint is plain http on loopback.
    pub insecure: bool,
    /// Whether it came with the program.
    pub built_in: bool,
    /// Nothing new is authorized there until this is taken off.
    #[serde(default)]
    pub tag: Option<Tag>,
    /// The providers that it requires and that nobody is connected to, by what people call them: it is unavailable meanwhile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<String>,
}

impl Provider {
    /// The card of a provider that nobody has registered or connected.
    #[must_use]
    pub fn untouched(file: &ProviderFile, is_built_in: bool) -> Self {
        let vars = file.vars_with(&BTreeMap::new());
        Self {
            id: file.id.clone(),
            name: file.name.clone(),
            category: word(&file.category),
            group: file.group().title().to_owned(),
            auth: file.auth.kind,
            scope: file.scope,
            instance_status: None,
            connections: Vec::new(),
            connections_total: 0,
            configured: file.auth.kind != AuthKind::Oauth2,
            insecure: Self::is_insecure(file, &vars),
            built_in: is_built_in,
            tag: None,
            lacks: Vec::new(),
        }
    }

    /// That it is unavailable, and why; none where nothing that it requires is missing.
    #[must_use]
    pub fn unavailable(&self) -> Option<String> {
        let lacks = self.lacks.join(", ");
        (!lacks.is_empty()).then(|| format!("unavailable without {lacks}"))
    }

    /// Whether an endpoint is plain http, with these values of the file.
    #[must_use]
    pub fn is_insecure(file: &ProviderFile, vars: &BTreeMap<String, String>) -> bool {
        let endpoints = file.auth.issuer.iter().chain(file.auth.token.iter());
        let mut all = vars.values().chain(endpoints);
        all.any(|url| url.starts_with("http://"))
    }
}

/// A connection on a provider's card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderConnection {
    pub id: ConnectionId,
    /// What people call it.
    pub name: String,
    /// Where it stands.
    pub status: ConnectionStatus,
}

/// A provider in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderDetail {
    /// Its card.
    #[serde(flatten)]
    pub card: Provider,
    /// Where an admin registers an app.
    pub register_url: Option<String>,
    /// The redirect URI to register.
    pub redirect_uri: String,
    /// The client id, when an app is registered.
    pub client_id: Option<String>,
    /// What our app is called there, where somebody said so.
    #[serde(default)]
    pub app_name: Option<String>,
    /// Whether a code can be typed elsewhere (RFC 8628): the file says where, or the issuer may.
    #[serde(default)]
    pub device: bool,
    /// Scopes that are asked for.
    pub scopes: Vec<String>,
    /// The vendor role that usually grants a scope, where the file says so (N11).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rights: BTreeMap<String, String>,
    /// Connections out of service that whoever asks would take up again by signing in as the same account; three at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disconnected: Vec<ProviderConnection>,
    /// How many of its connections are in service or on their way out.
    #[serde(default)]
    pub in_service: u64,
    /// Entities it can sync.
    pub entities: Vec<String>,
    /// Values that can be overridden, with what is in force.
    pub vars: BTreeMap<String, String>,
    /// What a disconnect calls at the vendor, one line each.
    pub recipe: Vec<String>,
    /// What a disconnect does not do, and where to do it (O2).
    pub manual: Vec<Manual>,
    /// What depends on it (O5).
    pub dependents: Vec<CardDependent>,
    /// Facts of the file that are only remembered.
    pub unverified: Vec<String>,
    /// What is not wrong with the file and yet not good.
    #[serde(default)]
    pub warnings: Vec<String>,
}

impl ProviderDetail {
    /// What a file says by itself. What a disconnect leaves to a person is the caller's to add.
    #[must_use]
    pub fn untouched(file: &ProviderFile, card: Provider, redirect_uri: String) -> Self {
        Self {
            card,
            register_url: file.register_url.clone(),
            redirect_uri,
            client_id: None,
            app_name: None,
            device: file.auth.device.is_some() || file.auth.issuer.is_some(),
            scopes: file.auth.scopes.clone(),
            rights: file.auth.rights.clone(),
            disconnected: Vec::new(),
            in_service: 0,
            entities: file.sync.iter().map(|sync| sync.entity.clone()).collect(),
            vars: file.vars_with(&BTreeMap::new()),
            recipe: file.calls().iter().map(called).collect(),
            manual: Vec::new(),
            dependents: (file.dependents.iter())
                .map(|d| CardDependent {
                    feature: d.feature.clone(),
                    effect: d.effect.clone(),
                    available: true,
                })
                .collect(),
            unverified: file.unverified.clone(),
            warnings: Vec::new(),
        }
    }
}

/// A call of a disconnect, in words.
fn called(call: &Call) -> String {
    let offered = match call.optional {
        true => " (offered, not by default)",
        false => "",
    };
    let (kind, method) = (word(&call.kind), call.method.as_str());
    format!("{kind}: {method} {}{offered}", call.url)
}

/// A word of a provider file, as the file writes it.
#[must_use]
pub(crate) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}

/// Something that depends on a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DependentRow {
    /// Its id; none where a provider file says so.
    pub id: Option<DependentId>,
    /// On which provider.
    pub provider: String,
    /// What people call it.
    pub feature: String,
    /// What happens to it without the provider.
    pub effect: String,
    /// Who says so.
    pub said_by: SaidBy,
    /// Whether it is there to be affected: another provider is, while somebody is connected to it.
    pub in_use: bool,
}

/// Something that depends on a provider, on the provider's card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardDependent {
    /// What people call it.
    pub feature: String,
    /// What happens to it without the provider.
    pub effect: String,
    /// Whether it has what it needs: not since the last account of the provider was disconnected.
    #[serde(default = "yes")]
    pub available: bool,
}

fn yes() -> bool {
    true
}

impl CardDependent {
    /// It in a line.
    #[must_use]
    pub fn words(&self) -> String {
        let unavailable = match self.available {
            true => "",
            false => " (unavailable)",
        };
        format!("{}{unavailable}: {}", self.feature, self.effect)
    }
}

/// What is left to a person at the vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manual {
    /// What to do.
    pub text: String,
    pub url: Option<String>,
    /// When the path was checked.
    pub checked_on: Option<String>,
    /// `always`, `unless_proven` or `unless_uninstalled`.
    pub when: String,
}
