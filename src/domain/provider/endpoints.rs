//! Where a provider's endpoints are, once names are filled in and discovery is done.

use serde::{Deserialize, Serialize};

use super::auth::ClientAuth;
use super::call::TokenKind;

/// A provider's endpoints.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Endpoints {
    /// Who issues the tokens, when that is known.
    pub issuer: Option<String>,
    /// RFC 6749 3.1.
    pub authorize: Option<String>,
    /// RFC 6749 3.2.
    pub token: Option<String>,
    /// Where refresh tokens are traded in, when that is not `token`.
    #[serde(default)]
    pub refresh: Option<String>,
    /// RFC 7009.
    pub revoke: Option<String>,
    /// RFC 7662.
    pub introspect: Option<String>,
    /// RFC 8628.
    pub device: Option<String>,
    /// OpenID Connect's.
    pub userinfo: Option<String>,
    /// RFC 9207 3: a callback without `iss` is to be refused.
    pub iss_supported: bool,
    /// How the client authenticates.
    pub client_auth: Option<ClientAuth>,
    /// The same at the revocation endpoint, where the issuer says otherwise (RFC 8414 2).
    #[serde(default)]
    pub revoke_auth: Option<ClientAuth>,
    /// The same at the introspection endpoint.
    #[serde(default)]
    pub introspect_auth: Option<ClientAuth>,
    /// What the issuer says it takes (RFC 8414 2); empty when it says nothing.
    pub auth_methods: Vec<String>,
    /// The scopes that the issuer names (RFC 8414 2); empty when it says nothing.
    #[serde(default)]
    pub scopes: Vec<String>,
}

impl Endpoints {
    /// As the revocation endpoint sees us.
    #[must_use]
    pub fn at_revocation(&self) -> Self {
        self.authenticated(self.revoke_auth)
    }

    /// As the introspection endpoint sees us.
    #[must_use]
    pub fn at_introspection(&self) -> Self {
        self.authenticated(self.introspect_auth)
    }

    fn authenticated(&self, auth: Option<ClientAuth>) -> Self {
        Self {
            client_auth: auth.or(self.client_auth),
            ..self.clone()
        }
    }

    /// Whether the endpoints themselves can tell a live token of this kind from a dead one.
    #[must_use]
    pub fn can_prove(&self, kind: TokenKind) -> bool {
        match kind {
            TokenKind::Access => self.introspect.is_some() || self.userinfo.is_some(),
            TokenKind::Refresh => self.introspect.is_some(),
            TokenKind::ApiKey | TokenKind::Account | TokenKind::Installation => false,
        }
    }
}
