//! What a request to a vendor is made from: our registration there, and the connection it is about.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::excerpt;
use super::template::{Names, OwnName, PARENT, TemplateError};
use crate::domain::provider::{Endpoints, ProviderFile, TokenKind};

/// Secrets that a vendor knows beside those of a request, and that none of its texts may repeat.
///
/// They are opened when a text of the vendor is about to be kept or shown, to be found in it, and for nothing else.
pub trait SecretSource: Send + Sync {
    /// Each that can be opened now.
    fn secrets(&self) -> Vec<SecretString>;
}

/// What a [`SecretSource`] holds, where there may be any.
#[derive(Clone, Default)]
pub struct SecretsToHide(Option<Arc<dyn SecretSource>>);

impl SecretsToHide {
    /// These.
    #[must_use]
    pub fn new(unspoken: Arc<dyn SecretSource>) -> Self {
        Self(Some(unspoken))
    }

    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let unspoken = self.0.as_ref();
        unspoken.map(|it| it.secrets()).unwrap_or_default()
    }
}

impl fmt::Debug for SecretsToHide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Beside")
    }
}

/// A provider as it is set up here: its file, the vars, our registration.
#[derive(Debug, Clone)]
pub struct App {
    /// What is known about the vendor.
    pub file: Arc<ProviderFile>,
    /// The file's vars with the configured ones over them.
    pub vars: BTreeMap<String, String>,
    /// Our client id.
    pub client_id: Option<String>,
    /// Our client secret; a public client has none.
    pub client_secret: Option<SecretString>,
    /// The key that speaks for our whole platform.
    pub platform_key: Option<SecretString>,
    /// What the vendor signs its events with.
    pub signing_secret: Option<SecretString>,
    /// What else its texts may not repeat.
    pub beside: SecretsToHide,
}

impl App {
    /// A provider with its vars, before anything is registered.
    #[must_use]
    pub fn new(file: Arc<ProviderFile>, configured: &BTreeMap<String, String>) -> Self {
        let vars = file.vars_with(configured);
        Self {
            file,
            vars,
            client_id: None,
            client_secret: None,
            platform_key: None,
            signing_secret: None,
            beside: SecretsToHide::default(),
        }
    }

    /// The same with an OAuth client.
    #[must_use]
    pub fn with_client(mut self, id: impl Into<String>, secret: Option<SecretString>) -> Self {
        self.client_id = Some(id.into());
        self.client_secret = secret;
        self
    }

    /// A text of the vendor without any secret of ours, or of the connection that it is about.
    #[must_use]
    pub fn hide(&self, text: &str) -> String {
        excerpt::without(text, &self.unrepeated())
    }

    /// What none of its texts may repeat, whatever the request.
    pub(crate) fn unrepeated(&self) -> Vec<SecretString> {
        let own = [
            &self.client_secret,
            &self.platform_key,
            &self.signing_secret,
        ];
        let mut secrets = self.beside.secrets();
        secrets.extend(own.into_iter().flatten().cloned());
        secrets
    }

    /// A text with what stands for the names in braces. Not through `Url`: an issuer is compared as it is written, and parsing
    /// would add a slash to a bare host.
    pub(crate) fn filled(&self, template: &str) -> Result<String, TemplateError> {
        Ok(self.names().fill(template)?.shown)
    }

    /// The names that stand in its endpoints.
    pub(crate) fn names(&self) -> Names<'_> {
        Names {
            client_id: self.client_id.as_deref(),
            client_secret: self.client_secret.as_ref(),
            platform_key: self.platform_key.as_ref(),
            ..Names::of_vars(&self.vars, &self.file.hosts)
        }
    }
}

/// What a request is about.
#[derive(Debug, Clone, Copy)]
pub struct CallContext<'a> {
    pub app: &'a App,
    /// Its endpoints, see [`super::Vendors::endpoints`].
    pub endpoints: &'a Endpoints,
    /// The token or key that the request needs.
    pub token: Option<&'a SecretString>,
    /// The account's id at the vendor.
    pub account_id: Option<&'a str>,
    /// The installation's id at the vendor.
    pub installation_id: Option<&'a str>,
    /// What was kept of the token response ([`super::TokenSet::fields`]).
    pub fields: Option<&'a Map<String, Value>>,
    /// A name of this request alone, and what stands for it.
    pub own: Option<OwnName<'a>>,
}

impl<'a> CallContext<'a> {
    /// A request that is about no connection yet.
    #[must_use]
    pub fn new(app: &'a App, endpoints: &'a Endpoints) -> Self {
        Self {
            app,
            endpoints,
            token: None,
            account_id: None,
            installation_id: None,
            fields: None,
            own: None,
        }
    }

    /// The same with a token.
    #[must_use]
    pub fn with_token(self, token: &'a SecretString) -> Self {
        Self {
            token: Some(token),
            ..self
        }
    }

    /// The same about the list of this thing, of an entity with a list for each of several.
    #[must_use]
    pub fn of_parent(self, id: &'a str) -> Self {
        self.with_own(PARENT, id)
    }

    /// The same with a name of its own.
    #[must_use]
    pub fn with_own(self, name: &'a str, value: &'a str) -> Self {
        Self {
            own: Some(OwnName { name, value }),
            ..self
        }
    }

    /// The same for what is about a token of this kind: an installation's id is all there is of it, so that it stands
    /// where a token would.
    pub(crate) fn about(&self, kind: TokenKind) -> Self {
        let installation_id = match kind {
            TokenKind::Installation => self.token.map(ExposeSecret::expose_secret),
            _ => self.installation_id,
        };
        Self {
            installation_id,
            ..*self
        }
    }

    /// The same, where the token is an installation's id.
    #[must_use]
    pub fn about_installation(&self) -> Self {
        self.about(TokenKind::Installation)
    }

    pub(crate) fn names(&self) -> Names<'a> {
        Names {
            endpoints: Some(self.endpoints),
            token: self.token,
            account_id: self.account_id,
            installation_id: self.installation_id,
            fields: self.fields,
            own: self.own,
            ..self.app.names()
        }
    }

    /// What must not be repeated to anybody.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let mut secrets = self.app.unrepeated();
        secrets.extend(self.token.cloned());
        secrets
    }
}
