//! The request that tells a live token from a dead one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::call::{CallAuth, Encode, Verb};
use super::matcher::Matcher;

/// A question that tells a live token from a dead one. Proof is the same question accepted before and refused after,
/// so that every answer says which one it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// The file's `[probe]`.
    Probe,
    /// RFC 7662.
    Introspection,
    /// OpenID Connect's userinfo endpoint.
    Userinfo,
    /// The file's `[installed]`: whether the app is still installed.
    Installed,
    /// Using a refresh token, which spends it: asked once, after its revocation, where the file allows it.
    Refresh,
}

/// The `[probe]` table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProbeSpec {
    /// The HTTP method.
    #[serde(default = "get")]
    pub method: Verb,
    /// Where to, names in braces.
    pub url: String,
    /// How the token or the client shows itself.
    #[serde(default = "bearer")]
    pub auth: CallAuth,
    /// How `params` travel.
    #[serde(default = "no_params")]
    pub encode: Encode,
    /// What is sent.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Further headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The GraphQL text.
    #[serde(default)]
    pub body: Option<String>,
    /// The token lives; left out: any 2xx that hides no error. Given: a 2xx that does not match says nothing.
    #[serde(default)]
    pub alive: Matcher,
    /// The token is dead. Tested first.
    #[serde(default = "unauthorized")]
    pub dead: Matcher,
    /// The vendor takes the token in the URL alone.
    #[serde(default)]
    pub token_in_url: bool,
}

impl ProbeSpec {
    /// Whether the question shows the token. One that does not is about the account, and says the same whatever the token.
    #[must_use]
    pub fn shows_token(&self) -> bool {
        let places = [&self.url].into_iter().chain(&self.body);
        let mut places = places
            .chain(self.params.values())
            .chain(self.headers.values());
        matches!(self.auth, CallAuth::Bearer | CallAuth::Header(_))
            || places.any(|text| text.contains("{token}") || text.contains("{installation_id}"))
    }
}

fn get() -> Verb {
    Verb::Get
}

fn bearer() -> CallAuth {
    CallAuth::Bearer
}

fn no_params() -> Encode {
    Encode::None
}

fn unauthorized() -> Matcher {
    Matcher::of_status(&[401])
}
