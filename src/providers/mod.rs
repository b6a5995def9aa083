//! The only room that speaks to vendors. What it knows about them stands in provider files; what it is told about a
//! connection is handed in with every call, so that it holds no secret of its own.
//!
//! [`Vendors`] is the door. A request is made from an [`App`] (the provider as it is set up here) and a [`CallContext`]
//! (the connection it is about); [`Vendors::endpoints`] says where the vendor's endpoints are.

mod app;
mod app_jwt;
mod auth_methods;
mod catalog;
mod client_auth_quirks;
mod discovery;
mod excerpt;
mod file;
mod http;
mod identity;
mod installation_token;
mod limits;
mod list;
mod made_up;
mod manual;
mod oauth;
mod origins;
mod probe;
mod published_keys;
mod recipe;
mod request;
mod self_contained;
pub mod signature;
mod template;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use futures::future::BoxFuture;
use secrecy::SecretString;
use url::Url;

pub use app::{App, CallContext, SecretSource, SecretsToHide};
pub use app_jwt::check_key;
pub use catalog::{Catalog, CatalogEntry, CatalogError};
pub use discovery::DiscoveryError;
pub use file::{Checked, FileError, check, parse};
pub use http::{BOUNDS, HostTraffic, HttpConnection, HttpError, Patience, Pool};
pub use identity::{IdentityError, VendorAccount};
pub use list::{Cursor, ListItem, ListPage, PageError, PageRequest};
pub(crate) use made_up::like as made_up_like;
pub use manual::{ManualStep, OUR_NAME, manual_steps_of};
pub use oauth::{
    Authorize, AuthorizeRequest, CallbackError, DeviceCode, DevicePoll, Exchange, Expected,
    IdTokenError, IssuedToken, TokenError, TokenSet, callback_fields, check_callback,
    parse_callback,
};
pub use probe::Probed;
pub use published_keys::KeysError;
pub use request::SetupError;
pub(crate) use self_contained::outlives_its_issuers_word;
pub use template::{OwnName, TemplateError};

use crate::domain::provider::{Call, Endpoints, ProviderFile, Question, SyncSpec, TokenKind};
use crate::domain::trial::{Answer, CallAnswer};

/// Whether a URL stays on this machine.
#[must_use]
pub fn is_on_loopback(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| http::is_loopback(&url))
}

/// Everything that is known of vendors and how to reach them. Cheap to clone; all clones are one.
///
/// Its futures are boxed: the compiler cannot prove those of nested closures `Send` by themselves
/// (rust-lang/rust#102211).
#[derive(Clone)]
pub struct Vendors {
    inner: Arc<Inner>,
}

struct Inner {
    catalog: RwLock<Arc<Catalog>>,
    http: http::Http,
    discovery: discovery::Discovery,
    keys: published_keys::PublishedKeys,
}

impl Vendors {
    /// Over a catalog, with a vendor's time limits.
    #[must_use]
    pub fn new(catalog: Catalog, patience: Patience) -> Self {
        let inner = Inner {
            catalog: RwLock::new(Arc::new(catalog)),
            http: http::Http::new(patience),
            discovery: discovery::Discovery::new(patience.metadata),
            keys: published_keys::PublishedKeys::new(patience),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// What was asked of each host since the start, and how long it took.
    #[must_use]
    pub fn traffic(&self) -> BTreeMap<String, HostTraffic> {
        self.inner.http.traffic()
    }

    /// How often the host of this endpoint has refused us within the last minute.
    #[must_use]
    pub fn refused_of_late(&self, endpoint: &Url) -> u32 {
        self.inner.http.refused_of_late(endpoint)
    }

    /// Whether that is more often than the provider file says that it bears.
    #[must_use]
    pub fn is_over_budget(&self, file: &ProviderFile, endpoint: &str) -> bool {
        probe::is_over_budget(&self.inner.http, file, endpoint)
    }

    /// The catalog as it is now.
    #[must_use]
    pub fn catalog(&self) -> Arc<Catalog> {
        self.inner
            .catalog
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Adds a provider; see [`Catalog::add`].
    ///
    /// # Errors
    /// When the file is wrong or its id is taken.
    pub fn add(&self, text: &str, name: &str) -> Result<CatalogEntry, CatalogError> {
        Arc::make_mut(
            &mut *self
                .inner
                .catalog
                .write()
                .unwrap_or_else(PoisonError::into_inner),
        )
        .add(text, name)
    }

    /// Removes a provider; see [`Catalog::remove`].
    ///
    /// # Errors
    /// When there is none, it is built in, or another one requires it.
    pub fn remove(&self, id: &str) -> Result<CatalogEntry, CatalogError> {
        Arc::make_mut(
            &mut *self
                .inner
                .catalog
                .write()
                .unwrap_or_else(PoisonError::into_inner),
        )
        .remove(id)
    }

    /// Where the provider's endpoints are, discovered where the file names an issuer.
    ///
    /// # Errors
    /// When the issuer cannot be asked, or speaks for another.
    pub fn endpoints<'a>(
        &'a self,
        app: &'a App,
    ) -> BoxFuture<'a, Result<Endpoints, DiscoveryError>> {
        Box::pin(self.inner.discovery.endpoints(&self.inner.http, app))
    }

    /// The key of this name that is published at the template's address; none where there is none.
    ///
    /// # Errors
    /// When that is not known now.
    pub fn published_key<'a>(
        &'a self,
        app: &'a App,
        template: &'a str,
        kid: &'a str,
    ) -> BoxFuture<'a, Result<Option<signature::PublishedKey>, KeysError>> {
        Box::pin(self.inner.keys.key(&self.inner.http, app, template, kid))
    }

    /// Begins an authorization.
    ///
    /// # Errors
    /// When there is no authorization endpoint or no client id.
    pub fn authorize(
        &self,
        app: &App,
        endpoints: &Endpoints,
        request: AuthorizeRequest<'_>,
    ) -> Result<Authorize, SetupError> {
        oauth::authorize(app, endpoints, request)
    }

    /// Trades a code for tokens.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn exchange<'a>(
        &'a self,
        app: &'a App,
        endpoints: &'a Endpoints,
        exchange: Exchange<'a>,
    ) -> BoxFuture<'a, Result<TokenSet, TokenError>> {
        Box::pin(oauth::exchange(&self.inner.http, app, endpoints, exchange))
    }

    /// Checks that the ID token of an exchange belongs to the flow whose nonce this is.
    ///
    /// # Errors
    /// When it is missing, or issued by or for somebody else.
    pub fn check_id_token(
        &self,
        app: &App,
        endpoints: &Endpoints,
        tokens: &TokenSet,
        nonce: Option<&str>,
    ) -> Result<(), IdTokenError> {
        oauth::check_id_token(app, endpoints, tokens, nonce)
    }

    /// Trades a refresh token for tokens.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn refresh<'a>(
        &'a self,
        app: &'a App,
        endpoints: &'a Endpoints,
        token: &'a SecretString,
    ) -> BoxFuture<'a, Result<TokenSet, TokenError>> {
        let http = &self.inner.http;
        Box::pin(oauth::refresh(
            http,
            HttpConnection::Once,
            app,
            endpoints,
            token,
        ))
    }

    /// The same as a question, on a connection that meets another replica each time: an answer of one would say nothing of the
    /// others.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn try_refresh<'a>(
        &'a self,
        app: &'a App,
        endpoints: &'a Endpoints,
        token: &'a SecretString,
    ) -> BoxFuture<'a, Result<TokenSet, TokenError>> {
        let http = &self.inner.http;
        Box::pin(oauth::refresh(
            http,
            HttpConnection::Fresh,
            app,
            endpoints,
            token,
        ))
    }

    /// Mints a token for an installation of our app.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn mint<'a>(
        &'a self,
        context: &'a CallContext<'a>,
    ) -> BoxFuture<'a, Result<TokenSet, TokenError>> {
        Box::pin(installation_token::mint(&self.inner.http, context))
    }

    /// Begins a device authorization; `scopes` none means the file's.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn start_device<'a>(
        &'a self,
        app: &'a App,
        endpoints: &'a Endpoints,
        scopes: Option<&'a [String]>,
    ) -> BoxFuture<'a, Result<DeviceCode, TokenError>> {
        Box::pin(oauth::start_device(
            &self.inner.http,
            app,
            endpoints,
            scopes,
        ))
    }

    /// Asks once whether the person has decided; wait for the interval before each call.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn poll_device<'a>(
        &'a self,
        app: &'a App,
        endpoints: &'a Endpoints,
        code: &'a DeviceCode,
    ) -> BoxFuture<'a, Result<DevicePoll, TokenError>> {
        Box::pin(oauth::poll_device(&self.inner.http, app, endpoints, code))
    }

    /// Makes one call of the disconnect recipe, expanded by [`crate::domain::provider::ProviderFile::calls`].
    pub fn call<'a>(
        &'a self,
        spec: &'a Call,
        context: &'a CallContext<'a>,
    ) -> BoxFuture<'a, CallAnswer> {
        Box::pin(recipe::call(&self.inner.http, spec, context))
    }

    /// Asks whether the context's token, which is of this kind, lives: every question there is until one is answered
    /// with yes, beginning with the one that it has passed before.
    pub fn ask<'a>(
        &'a self,
        context: &'a CallContext<'a>,
        kind: TokenKind,
        passed: Option<Question>,
    ) -> BoxFuture<'a, Answer> {
        Box::pin(probe::ask(&self.inner.http, context, kind, passed))
    }

    /// Asks this question about the context's token, once.
    pub fn check<'a>(
        &'a self,
        context: &'a CallContext<'a>,
        kind: TokenKind,
        question: Question,
        line: HttpConnection<'a>,
    ) -> BoxFuture<'a, Probed> {
        Box::pin(probe::check(
            &self.inner.http,
            context,
            kind,
            question,
            line,
        ))
    }

    /// The questions that there are about a token of this kind, the file's own first.
    #[must_use]
    pub fn questions(&self, context: &CallContext<'_>, kind: TokenKind) -> Vec<Question> {
        probe::questions(context, kind)
    }

    /// Asks every question that there is about the context's token, once, and doubts no answer.
    pub fn ask_each<'a>(
        &'a self,
        context: &'a CallContext<'a>,
        kind: TokenKind,
        line: HttpConnection<'a>,
    ) -> BoxFuture<'a, Vec<Answer>> {
        Box::pin(probe::ask_each(&self.inner.http, context, kind, line))
    }

    /// Asks this question about a token that nobody issued, in the form of the context's own; none where there is no such
    /// token, or the question would show none.
    pub fn ask_made_up<'a>(
        &'a self,
        context: &'a CallContext<'a>,
        kind: TokenKind,
        question: Question,
    ) -> BoxFuture<'a, Option<Answer>> {
        Box::pin(probe::ask_made_up(
            &self.inner.http,
            context,
            kind,
            question,
        ))
    }

    /// Asks the file's `[control]`; none where it has none.
    pub fn ask_control<'a>(
        &'a self,
        context: &'a CallContext<'a>,
    ) -> BoxFuture<'a, Option<Answer>> {
        Box::pin(async move {
            let control = context.app.file.control.as_ref()?;
            Some(probe::ask_control(&self.inner.http, context, control).await)
        })
    }

    /// Says who the account is, from the vendor or from the token response.
    ///
    /// # Errors
    /// When the vendor does not say.
    pub fn identify<'a>(
        &'a self,
        context: &'a CallContext<'a>,
        tokens: Option<&'a TokenSet>,
    ) -> BoxFuture<'a, Result<VendorAccount, IdentityError>> {
        Box::pin(identity::identify(&self.inner.http, context, tokens))
    }

    /// The host that a list is asked of; none where it is not known before.
    #[must_use]
    pub fn host_of_list(&self, spec: &SyncSpec, context: &CallContext<'_>) -> Option<String> {
        let url = context.names().fill_url(&spec.url).ok()?;
        Some(http::host_of(&url.sent))
    }

    /// Fetches one page of a list, on a connection of this pool.
    ///
    /// # Errors
    /// See [`PageError`].
    pub fn fetch_page<'a>(
        &'a self,
        pool: &'a Pool,
        spec: &'a SyncSpec,
        context: &'a CallContext<'a>,
        wanted: PageRequest<'a>,
    ) -> BoxFuture<'a, Result<ListPage, PageError>> {
        Box::pin(list::fetch_page(
            &self.inner.http,
            pool,
            spec,
            context,
            wanted,
        ))
    }

    /// Whether the vendor has this thing of a list, asked on a connection of this pool.
    ///
    /// # Errors
    /// See [`PageError`].
    pub fn is_there<'a>(
        &'a self,
        pool: &'a Pool,
        spec: &'a SyncSpec,
        context: &'a CallContext<'a>,
        id: &'a str,
    ) -> BoxFuture<'a, Result<bool, PageError>> {
        let http = &self.inner.http;
        Box::pin(list::one::is_there(http, pool, spec, context, id))
    }

    /// The method and address of a call, as they may be shown before it is made.
    #[must_use]
    pub fn shown(&self, spec: &Call, context: &CallContext<'_>) -> String {
        recipe::shown(spec, context)
    }

    /// What is left for a person to do at the vendor, where we are called `app_name`.
    #[must_use]
    pub fn manual_steps(&self, context: &CallContext<'_>, app_name: &str) -> Vec<ManualStep> {
        manual::manual_steps(context, app_name)
    }
}
