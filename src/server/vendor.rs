//! A provider as one connection meets it: our registration, the endpoints, and the questions of a disconnect.

use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;

use super::who::problem;
use super::{Server, mint};
use crate::domain::connection::{AppSecret, Connection};
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::judge::{Answer, CallAnswer, CallVerdict, Verdict};
use crate::domain::disconnect::registration::Registration;
use crate::domain::provider::{self, Call, Endpoints, ProviderFile, Question};
use crate::domain::sealed::Sealed;
use crate::providers::{self, App, Asked, CallContext, DiscoveryError, Life};
use crate::store::StoreError;
use crate::vault::VaultError;
use crate::wire::{Code, Problem};

/// Why a call has no answer although it was made, or may have been.
pub const LOST: &str = "the server ended before the answer was written";

/// A provider with our registration and its endpoints, as far as they are known.
pub struct Vendor {
    /// The provider as it is set up here.
    pub app: App,
    /// Where its endpoints are, or why that is not known.
    pub endpoints: Result<Endpoints, DiscoveryError>,
    /// When our registration was looked up. What it is told later may be told to another one.
    pub as_of: Timestamp,
    vendors: providers::Vendors,
}

impl Vendor {
    /// The provider of this id, its endpoints discovered.
    ///
    /// # Errors
    /// When there is no such provider, or our registration's secret cannot be opened.
    pub async fn of(server: &Server, provider: &str) -> Result<Self, Problem> {
        let as_of = mint::now();
        let app = app(server, provider)?;
        let endpoints = server.vendors.endpoints(&app).await;
        Ok(Self {
            app,
            endpoints,
            as_of,
            vendors: server.vendors.clone(),
        })
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
                told(self.vendors.ask(&context, kind, passed).await)
            }
            Err(error) => answer(Verdict::Unknown, error.to_string()),
        }
    }

    /// Asks the same question once more, after a revocation. Without one, whatever can be asked is, and a no is asked
    /// again like any other.
    pub async fn ask_again(
        &self,
        c: &Connection,
        token: (TokenKind, &SecretString),
        question: Option<Question>,
        passed: Option<Question>,
    ) -> Answer {
        let (kind, secret) = token;
        if let Some(question) = question {
            return self.the_same(c, kind, secret, question).await;
        }
        let found = self.ask(c, kind, secret, passed).await;
        match (found.verdict, found.question) {
            (Verdict::Dead, Some(question)) => self.the_same(c, kind, secret, question).await,
            _ => found,
        }
    }

    async fn the_same(
        &self,
        c: &Connection,
        kind: TokenKind,
        token: &SecretString,
        question: Question,
    ) -> Answer {
        let Some(kind) = named(kind) else {
            return not_askable("there is no question for it");
        };
        match &self.endpoints {
            Ok(endpoints) => {
                let context = self.context(endpoints, c, Some(token));
                told(self.vendors.ask_again(&context, kind, question).await)
            }
            Err(error) => answer(Verdict::Unknown, error.to_string()),
        }
    }

    /// Makes one call of the disconnect recipe.
    pub async fn call(
        &self,
        c: &Connection,
        spec: &Call,
        token: Option<&SecretString>,
    ) -> providers::CallAnswer {
        match &self.endpoints {
            Ok(endpoints) => {
                self.vendors
                    .call(spec, &self.context(endpoints, c, token))
                    .await
            }
            Err(error) => providers::CallAnswer {
                endpoint: spec.url.clone(),
                method: spec.method.as_str(),
                status: None,
                verdict: providers::Verdict::Unreachable,
                why: Some(error.to_string()),
                retry_after: None,
                request_id: None,
                body_excerpt: String::new(),
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
        .ok_or_else(|| super::look::catalog::unknown(provider))?;
    let registered = server.store.app(provider).map_err(problem)?;
    let mut app = App::new(
        file,
        &registered
            .as_ref()
            .map(|app| app.vars.clone())
            .unwrap_or_default(),
    );
    if let Some(registered) = registered {
        let open = |sealed: Option<&Sealed>| {
            let open = |sealed| server.vault.open_for_use(sealed, registered.id.as_str());
            let secret = sealed.map(open).transpose();
            secret.map_err(|error| sealed_away(&error))
        };
        let secret = open(registered.client_secret.as_ref())?;
        app.platform_key = open(registered.secrets.get(&AppSecret::Platform))?;
        app.signing_secret = open(registered.secrets.get(&AppSecret::Signing))?;
        if let Some(id) = registered.client_id {
            app = app.with_client(id, secret);
        }
    }
    Ok(app)
}

/// Our registration at a provider, as it is now.
///
/// # Errors
/// When the store cannot be read.
pub fn registration(server: &Server, provider: &str) -> Result<Registration, StoreError> {
    let app = server.store.app(provider)?;
    Ok(Registration::new(app.and_then(|app| app.changed_at)))
}

fn told(asked: Asked) -> Answer {
    let (verdict, reason) = match asked.life {
        Life::Alive => (Verdict::Alive, String::new()),
        Life::Dead => (Verdict::Dead, String::new()),
        Life::Unknown(why) => (Verdict::Unknown, why),
        Life::NotAskable => (Verdict::NotAskable, String::new()),
    };
    Answer {
        verdict,
        question: asked.question,
        endpoint: asked.endpoint.unwrap_or_default(),
        status: asked.status,
        reason,
        at: mint::now(),
    }
}

/// A question that was not asked.
#[must_use]
pub fn not_askable(reason: &str) -> Answer {
    answer(Verdict::NotAskable, reason.to_owned())
}

/// A question to which there is no answer, although there could be one.
#[must_use]
pub fn unanswered(reason: &str) -> Answer {
    answer(Verdict::Unknown, reason.to_owned())
}

fn answer(verdict: Verdict, reason: String) -> Answer {
    Answer {
        verdict,
        question: None,
        endpoint: String::new(),
        status: None,
        reason,
        at: mint::now(),
    }
}

/// The evidence of a call, as the run keeps it.
#[must_use]
pub fn evidence(answer: providers::CallAnswer) -> CallAnswer {
    use providers::Verdict as V;
    let verdict = match answer.verdict {
        V::Accepted => CallVerdict::Accepted,
        V::Gone => CallVerdict::Gone,
        V::Unsupported => CallVerdict::Unsupported,
        V::Unreachable | V::RateLimited => CallVerdict::Unreachable,
        V::Lost => CallVerdict::Lost,
        V::Fatal | V::Rejected | V::NotSent => CallVerdict::Rejected,
    };
    let at = mint::now();
    let wait = answer.retry_after.map(|wait| at.checked_add(wait));
    CallAnswer {
        verdict,
        method: answer.method.to_owned(),
        endpoint: answer.endpoint,
        status: answer.status,
        request_id: answer.request_id,
        reason: answer.why.unwrap_or_default(),
        at,
        not_before: wait.map(|until| until.unwrap_or(Timestamp::MAX)),
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
