//! How one connects.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::matcher::Matcher;
use super::place::{JsonPath, blank_place_is_none};
use super::refusal::{RefusalKind, RefusalWords};
use super::response::Response;
use super::text::{Span, blank_is_none};

/// How long a replaced refresh token may still work, where the file does not say.
const SUPERSEDED_FOR: Duration = Duration::from_secs(3600);

/// The `[auth]` table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// Which way of connecting.
    pub kind: AuthKind,
    /// Where the endpoints can be discovered; those given here win.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub issuer: Option<String>,
    /// RFC 6749 3.1.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub authorize: Option<String>,
    /// RFC 6749 3.2.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub token: Option<String>,
    /// Where refresh tokens are traded in, when that is not `token`.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub refresh_url: Option<String>,
    /// RFC 8628.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub device: Option<String>,
    /// RFC 7662.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub introspect: Option<String>,
    /// RFC 7009.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub revoke: Option<String>,
    /// OpenID Connect's.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub userinfo: Option<String>,
    /// How the client authenticates; left out: what discovery says, else Basic.
    #[serde(default)]
    pub client_auth: Option<ClientAuth>,
    /// How the token endpoint wants its parameters.
    #[serde(default)]
    pub token_encode: TokenEncode,
    /// Extra parameters of the token endpoint, for codes and refresh tokens alike; what the grant itself sends wins.
    #[serde(default)]
    pub token_params: BTreeMap<String, String>,
    /// Extra headers of the token endpoint.
    #[serde(default)]
    pub token_headers: BTreeMap<String, String>,
    /// How its answers are written.
    #[serde(default)]
    pub token_body: TokenBody,
    /// Where its answers say when the first access token expires (RFC 3339, or an epoch in seconds or milliseconds).
    #[serde(default, deserialize_with = "blank_is_none")]
    pub expires_at: Option<String>,
    /// RFC 7636.
    #[serde(default)]
    pub pkce: Pkce,
    /// What is asked for.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// What stands between scopes.
    #[serde(default = "space")]
    pub scope_separator: String,
    /// Extra authorize parameters.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// What becomes of a refresh token when it is used.
    #[serde(default)]
    pub refresh: RefreshKind,
    /// How long an access token lives when the vendor does not say: a duration, or `never`.
    #[serde(default)]
    pub lifetime: Option<Lifetime>,
    /// Who this account is.
    #[serde(default)]
    pub identity: Option<Identity>,
    /// Whether a refresh token is tried after its revocation was accepted: never, also where there is another question, or,
    /// left out, where there is no other. `invalid_grant` is a refusal then (RFC 6749 5.2); a success shows that it lives, and
    /// what it issued is stored, revoked and recorded.
    #[serde(default)]
    pub prove_refresh: ProveRefresh,
    /// How long a replaced refresh token may still work; see [`Auth::superseded_for`].
    #[serde(default)]
    pub superseded_for: Option<Span>,
    /// What the token endpoint refuses in passing, where it would be taken for a refusal for good.
    #[serde(default)]
    pub passing: Matcher,
    /// The token endpoint refuses a refresh token for good, beside `invalid_grant` (RFC 6749 5.2). Every other failure of a
    /// refresh passes.
    #[serde(default)]
    pub refused: Matcher,
    /// The token endpoint names a refresh token as revoked.
    #[serde(default)]
    pub revoked: Matcher,
    /// The token endpoint names it as expired.
    #[serde(default)]
    pub expired: Matcher,
    /// The token endpoint refuses for the state of an account, a tenant, an app, a network or a session.
    #[serde(default)]
    pub suspended: Matcher,
    /// Scope → the vendor role that usually grants it.
    #[serde(default)]
    pub rights: BTreeMap<String, String>,
    /// Where an installed app mints its tokens: a POST, `{installation_id}` in it.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub mint: Option<String>,
    /// Further tokens in the token response.
    #[serde(default)]
    pub also: Vec<AlsoToken>,
    /// Fields of the token response that may stand in braces.
    #[serde(default)]
    pub token_fields: Vec<String>,
    /// Names that may stand in braces → parameters of the callback that stand for them.
    #[serde(default)]
    pub callback_fields: BTreeMap<String, String>,
    /// Names that may stand in braces → where their values stand in the answer that says who the account is.
    #[serde(default)]
    pub identity_fields: BTreeMap<String, JsonPath>,
    /// Whether the ID token repeats the nonce (OpenID Connect Core 3.1.2.1); several vendors' does not.
    #[serde(default = "yes")]
    pub nonce: bool,
}

impl Auth {
    /// The names of what is kept of an authorization's answers, and may stand in braces.
    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        let named = self
            .callback_fields
            .keys()
            .chain(self.identity_fields.keys());
        self.token_fields.iter().chain(named).map(String::as_str)
    }

    /// How long a replaced refresh token may still work.
    #[must_use]
    pub fn superseded_for(&self) -> Duration {
        let said = self.superseded_for.as_ref();
        said.map_or(SUPERSEDED_FOR, Span::duration)
    }

    /// Whether the token endpoint's answer refuses a grant for good, in the words of the file.
    #[must_use]
    pub fn refuses(&self, refusal: &Response<'_>) -> bool {
        !self.passing.matches(refusal)
            && [&self.refused, &self.revoked, &self.expired]
                .iter()
                .any(|it| it.matches(refusal))
    }

    /// What a refusal of the token endpoint says of a refresh token's end.
    #[must_use]
    pub fn refusal(&self, refusal: &Response<'_>) -> RefusalKind {
        let words = RefusalWords {
            revoked: &self.revoked,
            expired: &self.expired,
            suspended: &self.suspended,
        };
        words.kind(refusal)
    }
}

fn yes() -> bool {
    true
}

fn space() -> String {
    " ".into()
}

/// Which way of connecting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthKind {
    /// OAuth 2.0.
    Oauth2,
    /// A key that a person pastes.
    ApiKey,
    /// An app that is installed and mints its own tokens.
    AppInstall,
}

impl AuthKind {
    /// The word in JSON and in tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Oauth2 => "oauth2",
            Self::ApiKey => "api_key",
            Self::AppInstall => "app_install",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Oauth2 => "OAuth",
            Self::ApiKey => "API key",
            Self::AppInstall => "app",
        }
    }
}

/// How the client authenticates at the token endpoint (RFC 6749 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// HTTP Basic.
    Basic,
    /// In the body.
    Body,
    /// A public client: its id alone.
    None,
}

/// How the token endpoint wants its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenEncode {
    /// As RFC 6749 has it.
    #[default]
    Form,
    /// As a JSON object, which the RFC does not know.
    Json,
}

/// How the token endpoint writes its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenBody {
    /// By its content type.
    #[default]
    Auto,
    /// JSON (RFC 6749 5.1), whatever it says.
    Json,
    /// As a form, whatever it says.
    Form,
}

/// RFC 7636.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Pkce {
    /// With SHA-256.
    #[default]
    S256,
    /// The vendor does not take it.
    #[serde(rename = "none")]
    None,
}

/// What becomes of a refresh token when it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshKind {
    /// It stays.
    #[default]
    Static,
    /// Another takes its place.
    Rotating,
    /// There is none.
    None,
}

/// Whether one refresh may be tried, after a revocation, to prove a refresh token dead. A refresh issues tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Option<bool>", into = "Option<bool>")]
pub enum ProveRefresh {
    /// The file does not say: the rules of proof decide.
    #[default]
    ByRules,
    /// Never.
    Never,
    /// Also where there is another question.
    Always,
}

impl From<Option<bool>> for ProveRefresh {
    fn from(said: Option<bool>) -> Self {
        match said {
            None => Self::ByRules,
            Some(false) => Self::Never,
            Some(true) => Self::Always,
        }
    }
}

impl From<ProveRefresh> for Option<bool> {
    fn from(prove: ProveRefresh) -> Self {
        match prove {
            ProveRefresh::ByRules => None,
            ProveRefresh::Never => Some(false),
            ProveRefresh::Always => Some(true),
        }
    }
}

/// How long a token lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Lifetime {
    /// Until somebody revokes it.
    Never,
    /// So long.
    For(Span),
}

impl Lifetime {
    /// The length; none for a token that does not expire.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        match self {
            Self::Never => None,
            Self::For(span) => Some(span.duration()),
        }
    }
}

impl TryFrom<String> for Lifetime {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "never" {
            Ok(Self::Never)
        } else {
            text.parse().map(Self::For)
        }
    }
}

impl From<Lifetime> for String {
    fn from(lifetime: Lifetime) -> String {
        match lifetime {
            Lifetime::Never => "never".into(),
            Lifetime::For(span) => span.into(),
        }
    }
}

/// Where the account's id and label stand, as JSON pointers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// `token`: in the token response.
    #[serde(default)]
    pub from: Option<IdentitySource>,
    /// Otherwise what is asked, with the access token or key.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub url: Option<String>,
    /// How the token travels; `bearer` when not said.
    #[serde(default)]
    pub auth: Option<super::call::CallAuth>,
    /// Further headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The GraphQL text, for vendors that say it only so.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub body: Option<String>,
    /// The account's id.
    pub id: JsonPath,
    /// What the account is called; left out: its id.
    #[serde(default, deserialize_with = "blank_place_is_none")]
    pub label: Option<JsonPath>,
}

/// Where the identity is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentitySource {
    /// The token response.
    Token,
}

/// A further set of tokens in the token response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlsoToken {
    /// What tells it from the first set.
    pub label: String,
    /// Where the access token stands.
    pub access: String,
    /// Where the refresh token stands.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub refresh: Option<String>,
    /// Where the lifetime in seconds stands.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub expires_in: Option<String>,
    /// Where the end of its life stands (RFC 3339).
    #[serde(default, deserialize_with = "blank_is_none")]
    pub expires_at: Option<String>,
    /// Where the scopes stand.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub scope: Option<String>,
}
