//! The provider file: everything that is known about a vendor, as data. The contract's "Provider file" section says
//! what each field means; the types here say the same in Rust and nothing else knows a vendor.

mod auth;
mod call;
mod channels;
mod control;
mod endpoints;
mod limited;
mod matcher;
mod paging;
mod place;
mod probe;
mod refusal;
mod response;
mod rfc7009;
mod sync;
mod text;
mod time_param;
mod webhook;

pub use auth::{
    AlsoToken, Auth, AuthKind, ClientAuth, Identity, IdentitySource, Lifetime, Pkce, ProveRefresh,
    RefreshKind, TokenBody, TokenEncode,
};
pub use call::{Blast, Call, CallAuth, CallKind, Dialect, Encode, TokenKind, Verb};
pub use channels::{ChannelsSpec, JoinSpec};
pub use control::{ControlAuth, ControlSpec, ProbeControl};
pub use endpoints::Endpoints;
pub use limited::{EPOCH_FROM, Limited, wait_until};
pub use matcher::{Body, Matcher};
pub use paging::{PageSpec, PageStyle};
pub use place::JsonPath;
pub use probe::{ProbeSpec, Question};
pub use refusal::{RefusalKind, RefusalWords};
pub use response::{Headers, Response};
pub use sync::{IdForm, SyncKind, SyncSpec, host_of};
pub use text::Span;
pub use time_param::{TimeFormat, TimeParam};
pub use webhook::{EventRule, Happening, Means, WebhookSpec};

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// So many refusals a minute are borne by a host of which the file says nothing else.
const REFUSALS: u32 = 120;

/// One vendor, as its file describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderFile {
    /// The name in commands, JSON and callback paths.
    pub id: String,
    /// The name on screen.
    pub name: String,
    /// What the vendor is for.
    pub category: Category,
    /// Whose connections are by default.
    #[serde(default)]
    pub scope: OwnerScope,
    /// Where an admin registers an OAuth app.
    #[serde(default, deserialize_with = "text::blank_is_none")]
    pub register_url: Option<String>,
    /// Features that need this provider, shown when they are in use.
    #[serde(default)]
    pub dependents: Vec<Dependent>,
    /// Where a host from a token response may point: exact names or `*.domain`.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// How strictly the vendor compares the redirect URI.
    #[serde(default)]
    pub redirect: Redirect,
    /// Files with the same word here are one app at the vendor, so that connections of one account through any of them
    /// may share a grant.
    #[serde(default, deserialize_with = "text::blank_is_none")]
    pub grant_group: Option<String>,
    /// Providers that must be connected first.
    #[serde(default)]
    pub requires: Vec<String>,
    /// Fields of this file that are remembered and not verified, by path: `auth.lifetime`, `disconnect[0].gone`.
    #[serde(default)]
    pub unverified: Vec<String>,
    /// Defaults for the names in braces; one without a default (`""`) has to be configured before it can be used.
    #[serde(default)]
    pub vars: BTreeMap<String, String>,
    /// How one connects.
    pub auth: Auth,
    /// How one disconnects, in order and as written; [`ProviderFile::calls`] expands dialects.
    #[serde(default)]
    pub disconnect: Vec<Call>,
    /// The cheapest request that tells a live token from a dead one.
    #[serde(default)]
    pub probe: Option<ProbeSpec>,
    /// The request that tells an installation that stands from one that was removed.
    #[serde(default)]
    pub installed: Option<ProbeSpec>,
    /// A read through the same door that needs no token of the connection.
    #[serde(default)]
    pub control: Option<ControlSpec>,
    /// What too many requests are answered with, where that is not 429. Tested before everything else: a vendor that
    /// has no time has said nothing about a token.
    #[serde(default)]
    pub limited: Limited,
    /// What only a person can do at the vendor.
    #[serde(default)]
    pub manual: Vec<Manual>,
    /// Of a chat: what is watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<ChannelsSpec>,
    /// How the vendor signs what it sends us, and what that means.
    #[serde(default)]
    pub webhook: Option<WebhookSpec>,
    /// What can be pulled.
    #[serde(default)]
    pub sync: Vec<SyncSpec>,
}

/// What a vendor is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Category {
    Crm,
    Payments,
    Issues,
    Chat,
    Email,
    Calendar,
    Files,
    Identity,
    Other,
}

/// The catalog's groups, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// CRM.
    Crm,
    /// Personal email and calendar.
    PersonalMailAndCalendar,
    /// Chat and notifications.
    ChatAndNotifications,
    /// Everything else.
    Others,
}

impl Group {
    /// The heading on screen.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Crm => "CRM",
            Self::PersonalMailAndCalendar => "Personal email and calendar",
            Self::ChatAndNotifications => "Chat and notifications",
            Self::Others => "Others",
        }
    }
}

/// Whose a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerScope {
    /// The workspace's.
    #[default]
    Workspace,
    /// One user's.
    Personal,
}

impl OwnerScope {
    /// The word in JSON and in tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Personal => "personal",
        }
    }
}

/// How strictly the vendor compares the redirect URI with the registered one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Redirect {
    /// Byte for byte: the port is part of what was registered.
    #[default]
    Exact,
    /// Any port on loopback (RFC 8252 7.3).
    AnyPort,
}

/// A feature of ours that stops working without the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependent {
    /// The feature's name.
    pub feature: String,
    /// What happens to it, as the end of a sentence that begins with the feature.
    pub effect: String,
    /// The entity of `[[sync]]` whose records it shows; none where that may be any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
}

/// What only a person can do at the vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manual {
    /// The steps, `{app}` being our name there.
    pub text: String,
    /// Where the steps begin.
    #[serde(default, deserialize_with = "text::blank_is_none")]
    pub url: Option<String>,
    /// When somebody last saw that the steps are right.
    #[serde(default, deserialize_with = "text::date")]
    pub checked_on: Option<Date>,
    /// When it becomes a follow-up.
    #[serde(default)]
    pub when: ManualWhen,
}

/// When a manual step becomes a follow-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ManualWhen {
    /// After every disconnect.
    #[default]
    Always,
    /// Unless every token was proven dead.
    UnlessProven,
    /// Unless the uninstall call was made and accepted.
    UnlessUninstalled,
}

impl ProviderFile {
    /// Whether our app stays installed at the vendor until somebody removes it, whatever becomes of its tokens.
    #[must_use]
    pub fn app_outlives_tokens(&self) -> bool {
        let mut acts = self.manual.iter().map(|manual| manual.when);
        acts.any(|when| when == ManualWhen::UnlessUninstalled)
    }

    /// The list of an entity.
    #[must_use]
    pub fn list_of(&self, entity: &str) -> Option<&SyncSpec> {
        self.sync.iter().find(|spec| spec.entity == entity)
    }

    /// The catalog's group. Mail and calendars are personal only where the connections are: a transactional mail
    /// service of the workspace stands among the others.
    #[must_use]
    pub fn group(&self) -> Group {
        match (self.category, self.scope) {
            (Category::Crm, _) => Group::Crm,
            (Category::Email | Category::Calendar, OwnerScope::Personal) => {
                Group::PersonalMailAndCalendar
            }
            (Category::Chat, _) => Group::ChatAndNotifications,
            _ => Group::Others,
        }
    }

    /// The disconnect calls in order, dialects expanded, the optional ones included. A file that says where tokens are
    /// revoked, or whom to ask for it, and nothing about how, means RFC 7009.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        let may_revoke = self.auth.revoke.is_some() || self.auth.issuer.is_some();
        if self.disconnect.is_empty() && self.auth.kind == AuthKind::Oauth2 && may_revoke {
            return Call::by_the_book().expand();
        }
        self.disconnect.iter().flat_map(Call::expand).collect()
    }

    /// What is asked for when nobody chooses: the file's scopes; with none there, what OpenID Connect needs to say who
    /// this is and to stay connected, as far as the issuer offers it. An issuer may refuse an empty request (RFC 6749 3.3).
    #[must_use]
    pub fn scopes(&self, endpoints: &Endpoints) -> Vec<String> {
        let offered = |name: &&str| endpoints.scopes.iter().any(|scope| scope == name);
        if !self.auth.scopes.is_empty() || !offered(&"openid") {
            return self.auth.scopes.clone();
        }
        ["openid", "profile", "email", "offline_access"]
            .into_iter()
            .filter(offered)
            .map(str::to_owned)
            .collect()
    }

    /// Whether uninstalling the app is offered (`--uninstall`).
    #[must_use]
    pub fn offers_uninstall(&self) -> bool {
        let mut calls = self.disconnect.iter();
        calls.any(|call| call.optional && call.kind == CallKind::Uninstall)
    }

    /// How many refused questions a minute a host of the vendor bears before it locks us out; none where there is no bound.
    #[must_use]
    pub fn refusal_budget(&self, is_on_loopback: bool) -> Option<u32> {
        // What the file says of its own question holds for its host.
        let said = self.probe.as_ref().and_then(|probe| probe.refusals);
        said.or((!is_on_loopback).then_some(REFUSALS))
    }

    /// Whether a disconnect without extras calls the vendor to kill a token of this kind.
    #[must_use]
    pub fn can_revoke(&self, kind: TokenKind) -> bool {
        self.calls()
            .iter()
            .any(|call| !call.optional && call.reaches(kind))
    }

    /// Whether the file says how to ask if a token of this kind lives. What discovery adds is
    /// [`Endpoints::can_prove`]'s to say.
    #[must_use]
    pub fn can_prove(&self, kind: TokenKind) -> bool {
        let has_keys = self.auth.kind == AuthKind::ApiKey;
        match kind {
            TokenKind::Access => {
                !has_keys && (self.probe.is_some() || self.auth.introspect.is_some())
            }
            TokenKind::ApiKey => has_keys && self.probe.is_some(),
            TokenKind::Refresh => {
                let is_issued =
                    self.auth.kind == AuthKind::Oauth2 && self.auth.refresh != RefreshKind::None;
                let may_be_tried = is_issued && self.auth.prove_refresh != ProveRefresh::Never;
                self.auth.introspect.is_some() || may_be_tried
            }
            TokenKind::Installation => self.installed.is_some(),
            TokenKind::Account => false,
        }
    }

    /// The defaults of `[vars]` with the configured ones over them.
    #[must_use]
    pub fn vars_with(&self, configured: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut vars = self.vars.clone();
        vars.extend(
            configured
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        vars
    }
}
