//! A provider as one connection meets it: our registration, the endpoints, and the questions of a disconnect.

mod account_secrets;
mod questions;
mod registration;

use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;

use super::{Server, clock_and_ids};
use crate::domain::connection::Connection;
use crate::domain::credential::TokenKind;
use crate::domain::origin_binding::OriginBinding;
use crate::domain::provider::{Call, Endpoints, ProviderFile};
use crate::domain::trial::{CallAnswer, CallVerdict};
use crate::providers::{self, App, CallContext, DiscoveryError, OwnName};
use crate::store::StoreError;
use crate::vault::{ToAsk, ToRevoke, ToTradeIn};
use crate::wire::{Code, Problem};

pub use questions::not_askable;
pub use registration::{app, client, registration, sealed_away, signing_key};

/// Why a call has no answer although it was made, or may have been.
pub const LOST: &str = "the server ended before the answer was written";

/// A token that is asked about.
#[derive(Clone, Copy)]
pub struct AskedToken<'a> {
    /// What kind it is.
    pub kind: TokenKind,
    /// The secret itself.
    pub secret: &'a ToAsk,
}

/// A provider with our registration and its endpoints, as far as they are known.
pub struct VendorSession {
    /// The provider as it is set up here.
    pub app: App,
    /// Where its endpoints are, or why that is not known.
    pub endpoints: Result<Endpoints, DiscoveryError>,
    /// When our registration was looked up. What it is told later may be told to another one.
    pub as_of: Timestamp,
    /// When our registration last changed, as of then.
    pub registered_at: Option<Timestamp>,
    /// Our secrets were not entered for these addresses, and are not sent there.
    withholds_our_secrets: bool,
    vendors: providers::Vendors,
}

impl VendorSession {
    /// The provider of this id, its endpoints discovered.
    ///
    /// # Errors
    /// When there is no such provider, or our registration's secret cannot be opened.
    pub async fn of(server: &Server, provider: &str) -> Result<Self, Problem> {
        let as_of = clock_and_ids::now();
        let registered = server.store.app(provider)?;
        let app = app(server, provider)?;
        Ok(Self {
            as_of,
            registered_at: registered.and_then(|app| app.changed_at),
            ..Self::set_up_as(server, app).await
        })
    }

    /// The provider with the connection's own variables.
    ///
    /// # Errors
    /// When there is no such provider, or our registration's secret cannot be opened.
    pub async fn of_connection(server: &Server, connection: &Connection) -> Result<Self, Problem> {
        let mut vendor = Self::of(server, &connection.provider).await?;
        vendor.app.beside = account_secrets::of(server, connection);
        if connection.vars.is_empty() {
            return Ok(vendor);
        }
        let mut app = vendor.app.clone();
        app.vars.extend(connection.vars.clone());
        let mut own = Self {
            as_of: vendor.as_of,
            registered_at: vendor.registered_at,
            ..Self::set_up_as(server, app).await
        };
        // Our secrets were entered for the provider's addresses: whoever may set a connection's variables does not learn them.
        if !own.stays_within(&vendor) {
            own.forget_our_secrets();
        }
        Ok(own)
    }

    fn forget_our_secrets(&mut self) {
        (self.app.client_secret, self.app.platform_key) = (None, None);
        self.withholds_our_secrets = true;
    }

    /// Whether requests go to no other origins than those of this one.
    #[must_use]
    pub fn stays_within(&self, other: &Self) -> bool {
        match (&self.endpoints, &other.endpoints) {
            (Ok(own), Ok(others)) => CallContext::new(&self.app, own)
                .origins()
                .is_subset(&CallContext::new(&other.app, others).origins()),
            // Where it cannot be told where they go, they may go anywhere.
            _ => false,
        }
    }

    /// The provider set up like this, its endpoints discovered.
    pub async fn set_up_as(server: &Server, app: App) -> Self {
        Self {
            endpoints: server.vendors.endpoints(&app).await,
            app,
            as_of: clock_and_ids::now(),
            registered_at: None,
            withholds_our_secrets: false,
            vendors: server.vendors.clone(),
        }
    }

    /// The provider as this connection was authorized there: what moved since, by a variable or by discovery, is told
    /// nothing of its tokens. They are asked about and revoked where they were issued.
    ///
    /// # Errors
    /// When there is no such provider, or our registration's secret cannot be opened.
    pub async fn about(server: &Server, connection: &Connection) -> Result<Self, Problem> {
        let vendor = Self::of_connection(server, connection).await?;
        let Some(bound) = connection.bound.as_ref() else {
            return Ok(vendor);
        };
        if vendor.moved(connection).is_none() {
            return Ok(vendor);
        }
        let mut kept = Self::of(server, &connection.provider).await?;
        kept.app.beside = vendor.app.beside;
        kept.app.vars.clone_from(&bound.vars);
        kept.endpoints = Ok(bound.endpoints.clone());
        if bound.by_connection {
            kept.forget_our_secrets();
        }
        Ok(kept)
    }

    /// How the provider is set up otherwise than this connection was authorized, in words; none where it is not, or where
    /// its endpoints are not known.
    #[must_use]
    pub fn moved(&self, connection: &Connection) -> Option<String> {
        let (bound, endpoints) = (connection.bound.as_ref()?, self.endpoints.as_ref().ok()?);
        let now = self.context(endpoints, connection, None).origins();
        let strangers = bound.strangers(&now);
        (!strangers.is_empty()).then(|| bound.sentence(&strangers))
    }

    /// Where the tokens of a connection with these values may be sent.
    #[must_use]
    pub fn binding(&self, connection: &Connection) -> Option<Box<OriginBinding>> {
        let endpoints = self.endpoints.as_ref().ok()?;
        Some(Box::new(OriginBinding {
            origins: self.context(endpoints, connection, None).origins(),
            vars: self.app.vars.clone(),
            // What the issuer offers is looked up anew, and can be long.
            endpoints: Endpoints {
                scopes: Vec::new(),
                ..endpoints.clone()
            },
            by_connection: self.withholds_our_secrets,
        }))
    }

    /// Whether our registration is still the one that was looked up. What two registrations are told about a token
    /// cannot be compared: a vendor says the same about a dead token as about somebody else's (RFC 7662 2.2).
    pub fn still_stands(&self, server: &Server) -> Result<bool, StoreError> {
        Ok(registration(server, &self.app.file.id)?.stood_since(self.as_of))
    }

    /// The provider file.
    #[must_use]
    pub fn file(&self) -> &Arc<ProviderFile> {
        &self.app.file
    }

    /// Whether whatever is known of the vendor's addresses is on this machine.
    #[must_use]
    pub fn is_on_loopback(&self) -> bool {
        let known = self.endpoints.as_ref().ok().map(|endpoints| {
            let known = [
                &endpoints.token,
                &endpoints.introspect,
                &endpoints.userinfo,
                &endpoints.revoke,
            ];
            known.into_iter().flatten()
        });
        let probe = self.app.file.probe.iter().map(|probe| &probe.url);
        let mut addresses = known
            .into_iter()
            .flatten()
            .chain(self.app.vars.values())
            .chain(probe)
            .filter(|text| text.starts_with("http"))
            .peekable();
        addresses.peek().is_some() && addresses.all(|url| providers::is_on_loopback(url))
    }

    /// Whether the host of this endpoint has refused us more often of late than the provider file says that it bears.
    pub fn is_over_budget(&self, endpoint: &str) -> bool {
        self.vendors.is_over_budget(self.file(), endpoint)
    }

    /// Tries to trade a refresh token for tokens, to see whether it lives.
    ///
    /// # Errors
    /// See [`providers::TokenError`].
    pub async fn try_refresh(
        &self,
        endpoints: &Endpoints,
        token: &ToTradeIn,
    ) -> Result<providers::TokenSet, providers::TokenError> {
        let secret = token.at_the_token_endpoint();
        self.vendors.try_refresh(&self.app, endpoints, secret).await
    }

    /// The endpoints, for what cannot be done without.
    ///
    /// # Errors
    /// When they are not known.
    pub fn endpoints(&self) -> Result<&Endpoints, Problem> {
        self.endpoints.as_ref().map_err(|error| {
            let name = &self.app.file.name;
            Problem::new(
                Code::Failed,
                format!("finding the endpoints of {name} failed: {error}"),
                "check the issuer, then try again",
            )
        })
    }

    /// A request about this connection.
    #[must_use]
    pub fn context<'a>(
        &'a self,
        endpoints: &'a Endpoints,
        c: &'a Connection,
        token: Option<&'a SecretString>,
    ) -> CallContext<'a> {
        let account = Some(c.account.id.as_str()).filter(|id| !id.is_empty());
        CallContext {
            token,
            account_id: account,
            fields: Some(&c.fields),
            ..CallContext::new(&self.app, endpoints)
        }
    }

    /// One call of the disconnect recipe, as it may be shown before it is made.
    #[must_use]
    pub fn shown(&self, c: &Connection, spec: &Call) -> String {
        let unknown = Endpoints::default();
        let endpoints = self.endpoints.as_ref().unwrap_or(&unknown);
        let context = self.context(endpoints, c, None);
        self.vendors.shown(spec, &context)
    }

    /// Makes one call with a name of its own, which stands for what the call is about.
    pub async fn call_about(
        &self,
        c: &Connection,
        spec: &Call,
        token: &SecretString,
        own: OwnName<'_>,
    ) -> CallAnswer {
        match &self.endpoints {
            Ok(endpoints) => {
                let context = self.context(endpoints, c, Some(token));
                let context = context.with_own(own.name, own.value);
                self.vendors.call(spec, &context).await
            }
            Err(error) => no_answer(CallVerdict::Unreachable, &error.to_string()),
        }
    }

    /// Makes one call of the disconnect recipe.
    pub async fn call(&self, c: &Connection, spec: &Call, token: Option<&ToRevoke>) -> CallAnswer {
        match &self.endpoints {
            Ok(endpoints) => {
                let context = self.context(endpoints, c, token.map(ToRevoke::in_a_call));
                self.vendors.call(spec, &context).await
            }
            Err(error) => CallAnswer {
                endpoint: spec.url.clone(),
                method: spec.method.as_str().to_owned(),
                ..no_answer(CallVerdict::Unreachable, &error.to_string())
            },
        }
    }
}

/// What there is to say of a call to which there is no answer.
#[must_use]
pub fn no_answer(verdict: CallVerdict, why: &str) -> CallAnswer {
    CallAnswer {
        verdict,
        method: String::new(),
        endpoint: String::new(),
        status: None,
        request_id: None,
        reason: why.to_owned(),
        at: clock_and_ids::now(),
        not_before: None,
    }
}
