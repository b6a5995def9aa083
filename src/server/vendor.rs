//! A provider as one connection meets it: our registration, the endpoints, and the questions of a disconnect.

use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;

use super::{Server, mint};
use crate::domain::binding::Binding;
use crate::domain::connection::{self, AppSecret, Connection};
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::registration::Registration;
use crate::domain::provider::{self, Call, Endpoints, ProviderFile, Question};
use crate::domain::sealed::Sealed;
use crate::domain::trial::{Answer, CallAnswer, CallVerdict, Verdict};
use crate::providers::signature::{self, KeyOf};
use crate::providers::{self, App, CallContext, DiscoveryError, Line, Probed};
use crate::store::StoreError;
use crate::vault::VaultError;
use crate::wire::{Code, Problem};

/// Why a call has no answer although it was made, or may have been.
pub const LOST: &str = "the server ended before the answer was written";

/// A token that is asked about.
#[derive(Clone, Copy)]
pub struct Token<'a> {
    /// What kind it is.
    pub kind: TokenKind,
    /// The secret itself.
    pub secret: &'a SecretString,
}

/// A provider with our registration and its endpoints, as far as they are known.
pub struct Vendor {
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

impl Vendor {
    /// The provider of this id, its endpoints discovered.
    ///
    /// # Errors
    /// When there is no such provider, or our registration's secret cannot be opened.
    pub async fn of(server: &Server, provider: &str) -> Result<Self, Problem> {
        let as_of = mint::now();
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
        let vendor = Self::of(server, &connection.provider).await?;
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
            as_of: mint::now(),
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
    pub fn binding(&self, connection: &Connection) -> Option<Box<Binding>> {
        let endpoints = self.endpoints.as_ref().ok()?;
        Some(Box::new(Binding {
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
    ///
    /// # Errors
    /// When the store cannot be read.
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

    /// Tries to trade a refresh token for tokens, to see whether it lives.
    ///
    /// # Errors
    /// See [`providers::TokenError`].
    pub async fn try_refresh(
        &self,
        endpoints: &Endpoints,
        token: &SecretString,
    ) -> Result<providers::TokenSet, providers::TokenError> {
        self.vendors.try_refresh(&self.app, endpoints, token).await
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

    /// Asks whether a token lives, beginning with the question that it passed before.
    pub async fn ask(
        &self,
        c: &Connection,
        kind: TokenKind,
        token: &SecretString,
        passed: Option<Question>,
    ) -> Answer {
        let Some(kind) = named(kind) else {
            return not_askable("there is no question for it");
        };
        match &self.endpoints {
            Ok(endpoints) => {
                let context = self.context(endpoints, c, Some(token));
                self.vendors.ask(&context, kind, passed).await
            }
            Err(error) => answer(Verdict::Unknown, error.to_string()),
        }
    }

    /// The questions that there are about a token, the file's own first.
    #[must_use]
    pub fn questions(&self, c: &Connection, token: Token<'_>) -> Vec<Question> {
        match (named(token.kind), &self.endpoints) {
            (Some(kind), Ok(endpoints)) => {
                let context = self.context(endpoints, c, Some(token.secret));
                self.vendors.questions(&context, kind)
            }
            (Some(_) | None, Ok(_) | Err(_)) => Vec::new(),
        }
    }

    /// Asks one question about a token, and no other for comparison.
    pub async fn check(
        &self,
        c: &Connection,
        token: Token<'_>,
        question: Question,
        line: Line,
    ) -> Probed {
        let Some(kind) = named(token.kind) else {
            return not_askable("there is no question for it").into();
        };
        match &self.endpoints {
            Ok(endpoints) => {
                let context = self.context(endpoints, c, Some(token.secret));
                self.vendors.check(&context, kind, question, line).await
            }
            Err(error) => answer(Verdict::Unknown, error.to_string()).into(),
        }
    }

    /// Asks every question that there is about a token, on connections of their own.
    pub async fn ask_each(&self, c: &Connection, token: Token<'_>) -> Vec<Answer> {
        let Some(kind) = named(token.kind) else {
            return vec![not_askable("there is no question for it")];
        };
        match &self.endpoints {
            Ok(endpoints) => {
                let context = self.context(endpoints, c, Some(token.secret));
                let mut answers = self.vendors.ask_each(&context, kind, Line::Fresh).await;
                if answers.is_empty() {
                    answers.push(not_askable("there is no question for it"));
                }
                answers
            }
            Err(error) => vec![answer(Verdict::Unknown, error.to_string())],
        }
    }

    /// Asks the file's `[control]` about the connection's account; none where it has none.
    pub async fn ask_control(&self, c: &Connection) -> Option<Answer> {
        let endpoints = self.endpoints.as_ref().ok()?;
        self.vendors
            .ask_control(&self.context(endpoints, c, None))
            .await
    }

    /// Asks one question about a made-up token in the form of this one; none where that cannot be.
    pub async fn ask_made_up(
        &self,
        c: &Connection,
        token: Token<'_>,
        question: Question,
    ) -> Option<Answer> {
        let (kind, endpoints) = (named(token.kind)?, self.endpoints.as_ref().ok()?);
        let context = self.context(endpoints, c, Some(token.secret));
        self.vendors.ask_made_up(&context, kind, question).await
    }

    /// Asks the file's probe about a token with a secret that is not ours; none where we have no secret.
    pub async fn ask_as_a_stranger(&self, c: &Connection, token: Token<'_>) -> Option<Answer> {
        let (kind, endpoints) = (named(token.kind)?, self.endpoints.as_ref().ok()?);
        let mut app = self.app.clone();
        app.client_secret = Some(providers::made_up_like(app.client_secret.as_ref()?)?);
        let context = CallContext {
            app: &app,
            ..self.context(endpoints, c, Some(token.secret))
        };
        let told = self.vendors.ask_each(&context, kind, Line::Fresh).await;
        let mut told = told.into_iter();
        told.find(|answer| answer.question == Some(Question::Probe))
    }

    /// One call of the disconnect recipe, as it may be shown before it is made.
    #[must_use]
    pub fn shown(&self, c: &Connection, spec: &Call) -> String {
        let unknown = Endpoints::default();
        let endpoints = self.endpoints.as_ref().unwrap_or(&unknown);
        let context = self.context(endpoints, c, None);
        self.vendors.shown(spec, &context)
    }

    /// Makes one call of the disconnect recipe.
    pub async fn call(
        &self,
        c: &Connection,
        spec: &Call,
        token: Option<&SecretString>,
    ) -> CallAnswer {
        match &self.endpoints {
            Ok(endpoints) => {
                self.vendors
                    .call(spec, &self.context(endpoints, c, token))
                    .await
            }
            Err(error) => CallAnswer {
                endpoint: spec.url.clone(),
                method: spec.method.as_str().to_owned(),
                ..no_answer(CallVerdict::Unreachable, &error.to_string())
            },
        }
    }
}

/// The provider as it is set up here, its endpoints aside.
///
/// # Errors
/// When there is no such provider, or our registration's secrets cannot be opened.
pub fn app(server: &Server, provider: &str) -> Result<App, Problem> {
    let file = server
        .provider(provider)
        .ok_or_else(|| super::resolve::no_provider(server, provider))?;
    let registered = server.store.app(provider)?;
    let mut app = App::new(
        file,
        &registered
            .as_ref()
            .map(|app| app.vars.clone())
            .unwrap_or_default(),
    );
    if let Some(registered) = registered {
        let open = |sealed: Option<&Sealed>| opened(server, &registered, sealed);
        let secret = open(registered.client_secret.as_ref())?;
        app.platform_key = open(registered.secrets.get(&AppSecret::Platform))?;
        app.signing_secret = open(registered.secrets.get(&AppSecret::Signing))?;
        if let Some(id) = registered.client_id {
            app = app.with_client(id, secret);
        }
    }
    Ok(app)
}

/// The secret of our registration that a signature scheme wants, where there is one; no other is opened.
///
/// # Errors
/// When the store cannot be read, or the secret cannot be opened.
pub fn signing_key(
    server: &Server,
    provider: &str,
    scheme: &str,
) -> Result<Option<SecretString>, Problem> {
    let Some(wanted) = signature::key_of(scheme) else {
        return Ok(None);
    };
    let Some(registered) = server.store.app(provider)? else {
        return Ok(None);
    };
    let sealed = match wanted {
        KeyOf::Client => registered.client_secret.as_ref(),
        KeyOf::Signing => registered.secrets.get(&AppSecret::Signing),
    };
    opened(server, &registered, sealed)
}

fn opened(
    server: &Server,
    registered: &connection::App,
    sealed: Option<&Sealed>,
) -> Result<Option<SecretString>, Problem> {
    let open = |sealed| server.vault.open_for_use(sealed, registered.id.as_str());
    let secret = sealed.map(open).transpose();
    secret.map_err(|error| sealed_away(&error))
}

/// Our registration at a provider, as it is now.
///
/// # Errors
/// When the store cannot be read.
pub fn registration(server: &Server, provider: &str) -> Result<Registration, StoreError> {
    let app = server.store.app(provider)?;
    Ok(Registration::new(app.and_then(|app| app.changed_at)))
}

/// A question that was not asked.
#[must_use]
pub fn not_askable(reason: &str) -> Answer {
    answer(Verdict::NotAskable, reason.to_owned())
}

fn answer(verdict: Verdict, reason: String) -> Answer {
    Answer {
        verdict,
        question: None,
        endpoint: String::new(),
        status: None,
        reason,
        at: mint::now(),
        refusal: None,
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
        at: mint::now(),
        not_before: None,
    }
}

/// What a provider file calls a token of ours.
#[must_use]
pub fn named(kind: TokenKind) -> Option<provider::TokenKind> {
    match kind {
        TokenKind::Access => Some(provider::TokenKind::Access),
        TokenKind::Refresh => Some(provider::TokenKind::Refresh),
        TokenKind::ApiKey => Some(provider::TokenKind::ApiKey),
        TokenKind::Installation => Some(provider::TokenKind::Installation),
        TokenKind::Unknown => None,
    }
}

/// A secret that the vault cannot open.
#[must_use]
pub fn sealed_away(error: &VaultError) -> Problem {
    Problem::new(
        Code::Failed,
        format!("opening a stored secret failed: {error}"),
        "see the server's log",
    )
}
