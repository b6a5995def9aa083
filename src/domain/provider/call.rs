//! One request of the disconnect recipe.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::limited::Limited;
use super::matcher::Matcher;
use super::text::{Span, blank_is_none};

/// A `[[disconnect]]` entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// A well-known shape that fills in what is not said here.
    #[serde(default)]
    pub dialect: Option<Dialect>,
    /// What the call is for.
    #[serde(default)]
    pub kind: CallKind,
    /// Which token it needs; access when not said, and every kind in turn for a dialect.
    #[serde(default)]
    pub token: Option<TokenKind>,
    /// The HTTP method.
    #[serde(default)]
    pub method: Verb,
    /// Where to, names in braces.
    #[serde(default)]
    pub url: String,
    /// How we show who we are; `client` for a dialect, `none` otherwise.
    #[serde(default)]
    pub auth: Option<CallAuth>,
    /// How `params` travel; `form` for a dialect, `none` otherwise.
    #[serde(default)]
    pub encode: Option<Encode>,
    /// What is sent, names in braces.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Further headers, names in braces.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The GraphQL text.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub body: Option<String>,
    /// The vendor says that it is done. Left out: any 2xx that hides no error.
    #[serde(default)]
    pub success: Matcher,
    /// The token was dead before.
    #[serde(default)]
    pub gone: Matcher,
    /// Our own credentials are wrong. Tested before `gone`.
    #[serde(default)]
    pub fatal: Matcher,
    /// Too many requests, beside the file's own `limited`. Tested before everything else.
    #[serde(default)]
    pub limited: Limited,
    /// The vendor takes the token in the URL alone.
    #[serde(default)]
    pub token_in_url: bool,
    /// Which tokens die with it; left out: the one it needs.
    #[serde(default)]
    pub kills: Vec<TokenKind>,
    /// How far it reaches.
    #[serde(default)]
    pub blast: Blast,
    /// Whether what ends with it, and how far it reaches, is not verified or is left to the dialect. It is found out when a file is
    /// read, whatever stands in that, and kept with the file.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_reach_assumed: bool,
    /// How long an access token may outlive it.
    #[serde(default)]
    pub residual: Option<Span>,
    /// Offered, not done by default.
    #[serde(default)]
    pub optional: bool,
}

impl Call {
    /// The token that the call needs.
    #[must_use]
    pub fn needs(&self) -> TokenKind {
        self.token.unwrap_or(TokenKind::Access)
    }

    /// How we show who we are.
    #[must_use]
    pub fn auth(&self) -> &CallAuth {
        self.auth.as_ref().unwrap_or(&CallAuth::None)
    }

    /// How `params` travel.
    #[must_use]
    pub fn encode(&self) -> Encode {
        self.encode.unwrap_or(Encode::None)
    }

    /// Whether a token of this kind dies with the call.
    #[must_use]
    pub fn reaches(&self, kind: TokenKind) -> bool {
        if self.kills.is_empty() {
            self.needs() == kind
        } else {
            self.kills.contains(&kind)
        }
    }
}

/// A well-known shape of a revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// RFC 7009 at `auth.revoke`: the refresh token, then the access token.
    Rfc7009,
}

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallKind {
    /// Takes down what the vendor would keep sending.
    Unsubscribe,
    /// Removes our app from the account.
    Uninstall,
    /// Kills a token.
    #[default]
    Revoke,
}

/// What a secret, or the reference that stands in for one, is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// A token that opens the API.
    Access,
    /// A token that buys access tokens.
    Refresh,
    /// A key that a person pasted.
    ApiKey,
    /// No token: the account's id is enough.
    Account,
    /// No token: the installation's id is enough.
    Installation,
}

impl TokenKind {
    /// The word in files, in JSON and on screen.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
            Self::ApiKey => "api_key",
            Self::Account => "account",
            Self::Installation => "installation",
        }
    }

    /// `token_type_hint` of RFC 7009 2.1 and RFC 7662 2.1.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Refresh => "refresh_token",
            _ => "access_token",
        }
    }
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Verb {
    Get,
    #[default]
    Post,
    Put,
    Patch,
    Delete,
}

impl Verb {
    /// As it stands in a request.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// How a request shows who sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum CallAuth {
    /// Not at all.
    None,
    /// As at the token endpoint (`auth.client_auth`).
    Client,
    /// Client id and secret by HTTP Basic.
    Basic,
    /// Client id and secret among the parameters.
    Body,
    /// The client id among the parameters.
    ClientId,
    /// The token, as `Authorization: Bearer`.
    Bearer,
    /// The token, in a header of this name.
    Header(String),
    /// Our platform key, as `Authorization: Bearer`.
    PlatformKey,
    /// A signed JWT of our app.
    AppJwt,
}

impl CallAuth {
    /// Whether a 401 speaks about our registration and not about the token.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        matches!(
            self,
            Self::Client
                | Self::Basic
                | Self::Body
                | Self::ClientId
                | Self::PlatformKey
                | Self::AppJwt
        )
    }
}

impl TryFrom<String> for CallAuth {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Ok(match text.as_str() {
            "none" => Self::None,
            "client" => Self::Client,
            "basic" => Self::Basic,
            "body" => Self::Body,
            "client_id" => Self::ClientId,
            "bearer" => Self::Bearer,
            "platform_key" => Self::PlatformKey,
            "app_jwt" => Self::AppJwt,
            other => match other.strip_prefix("header:") {
                Some(name) if !name.is_empty() => Self::Header(name.to_owned()),
                _ => {
                    return Err(format!(
                        "{other:?} is not one of none, client, basic, body, client_id, bearer, header:NAME, platform_key, app_jwt"
                    ));
                }
            },
        })
    }
}

impl From<CallAuth> for String {
    fn from(auth: CallAuth) -> String {
        match auth {
            CallAuth::None => "none".into(),
            CallAuth::Client => "client".into(),
            CallAuth::Basic => "basic".into(),
            CallAuth::Body => "body".into(),
            CallAuth::ClientId => "client_id".into(),
            CallAuth::Bearer => "bearer".into(),
            CallAuth::Header(name) => format!("header:{name}"),
            CallAuth::PlatformKey => "platform_key".into(),
            CallAuth::AppJwt => "app_jwt".into(),
        }
    }
}

/// How parameters travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encode {
    /// There are none.
    None,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// A JSON object of texts.
    Json,
    /// In the URL.
    Query,
    /// `{"query": body, "variables": params}`.
    Graphql,
}

/// How far a call reaches, from narrow to wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blast {
    /// That one token.
    #[default]
    Token,
    /// Every token of the grant.
    Grant,
    /// Every token of the installation.
    Installation,
    /// Everything between us and the account.
    Account,
    /// Every grant of that account to our whole project.
    Project,
    /// Every grant of that account to anybody.
    AllAppsOfUser,
}
