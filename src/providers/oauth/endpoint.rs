//! The token endpoint: a code or a refresh token goes in, tokens come out (RFC 6749 4.1.3, 6).
//!
//! The crate `oauth2` makes the request. What an answer means is decided here, before it parses: vendors answer
//! failures with 200, leave out required fields, and its errors carry the raw body.

use std::borrow::Cow;
use std::sync::OnceLock;
use std::time::Duration;

use futures::future::BoxFuture;
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
};
use oauth2::{
    AccessToken, AsyncHttpClient, AuthType, AuthorizationCode, Client, ClientId, ClientSecret,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, PkceCodeVerifier, RedirectUrl,
    RefreshToken, RequestTokenError, Scope, StandardRevocableToken, TokenResponse, TokenType,
    TokenUrl,
};
use reqwest::Method;
use reqwest::header::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::body;
use super::id_token::{self, IdTokenError};
use super::refusal::{TokenError, TradedIn, judge, unanswered};
use super::reply::TokenSet;
use crate::domain::provider::{ClientAuth, Endpoints, TokenBody};
use crate::providers::app::App;
use crate::providers::client_auth_quirks::missed;
use crate::providers::http::{Http, HttpAnswer, HttpConnection, HttpError, Outgoing, SMALL_REPLY};
use crate::providers::request::{SetupError, client_id};
use crate::providers::template::TemplateError;

/// A code with what has to go with it.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    /// The code.
    pub code: &'a SecretString,
    /// The same redirect URI as in the authorization (RFC 6749 4.1.3).
    pub redirect_uri: &'a str,
    /// The verifier of the challenge.
    pub pkce_verifier: Option<&'a SecretString>,
}

type TokenClient = Client<
    BasicErrorResponse,
    Issued,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// The reply as `oauth2` has it: the access token alone, as our own reading found it. The whole [`TokenSet`] stays with the
/// [`Carrier`], since the crate leaves the bytes that it parses in memory.
#[derive(Debug, Serialize, Deserialize)]
struct Issued {
    access_token: AccessToken,
}

/// What kind of token it is. Vendors leave it out or misspell it, and nobody here asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct NotRead;

impl TokenType for NotRead {}

impl TokenResponse for Issued {
    type TokenType = NotRead;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &NotRead {
        &NotRead
    }

    fn expires_in(&self) -> Option<Duration> {
        None
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        None
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}

/// Trades a code for tokens.
pub(crate) async fn exchange(
    http: &Http,
    app: &App,
    endpoints: &Endpoints,
    exchange: Exchange<'_>,
) -> Result<TokenSet, TokenError> {
    let client = client(app, endpoints, None)?;
    let redirect = RedirectUrl::new(exchange.redirect_uri.to_owned())
        .map_err(|_| SetupError::from(TemplateError::NotAUrl(exchange.redirect_uri.to_owned())))?;
    let mut request = client
        .exchange_code(AuthorizationCode::new(
            exchange.code.expose_secret().to_owned(),
        ))
        .set_redirect_uri(Cow::Owned(redirect));
    if let Some(verifier) = exchange.pkce_verifier {
        request =
            request.set_pkce_verifier(PkceCodeVerifier::new(verifier.expose_secret().to_owned()));
    }
    let carrier = Carrier {
        http,
        app,
        endpoints,
        line: HttpConnection::Once,
        grant: TradedIn::Code,
        of_grant: [Some(exchange.code), exchange.pkce_verifier],
        issued: OnceLock::new(),
    };
    let reply = request.request_async(&carrier).await;
    carrier.issued(reply)
}

/// Checks that the ID token of an exchange belongs to the flow. It is a question of its own, so that whoever gets no for
/// an answer still holds the tokens and can give them back.
pub(crate) fn check_id_token(
    app: &App,
    endpoints: &Endpoints,
    tokens: &TokenSet,
    nonce: Option<&str>,
) -> Result<(), IdTokenError> {
    // A server that does not grant `openid` issues no ID token, and says so (RFC 6749 3.3).
    let granted = |scopes: &Vec<String>| scopes.iter().any(|scope| scope == "openid");
    if tokens.id_token.is_none() && !tokens.first.scope.as_ref().is_none_or(granted) {
        return Ok(());
    }
    let client_id = app.client_id.as_deref().unwrap_or_default();
    id_token::check(
        tokens.id_token.as_ref(),
        endpoints.issuer.as_deref(),
        client_id,
        nonce,
    )
}

/// Trades a refresh token for tokens, on a connection of this kind.
pub(crate) async fn refresh(
    http: &Http,
    line: HttpConnection<'_>,
    app: &App,
    endpoints: &Endpoints,
    token: &SecretString,
) -> Result<TokenSet, TokenError> {
    let client = client(app, endpoints, endpoints.refresh.as_ref())?;
    let refresh_token = RefreshToken::new(token.expose_secret().to_owned());
    let request = client.exchange_refresh_token(&refresh_token);
    let carrier = Carrier {
        http,
        app,
        endpoints,
        line,
        grant: TradedIn::Kept,
        of_grant: [Some(token), None],
        issued: OnceLock::new(),
    };
    let reply = request.request_async(&carrier).await;
    carrier.issued(reply)
}

/// A client of the token endpoint, or of the one that stands in its place.
fn client(
    app: &App,
    endpoints: &Endpoints,
    elsewhere: Option<&String>,
) -> Result<TokenClient, SetupError> {
    let at = elsewhere
        .or(endpoints.token.as_ref())
        .cloned()
        .ok_or_else(|| SetupError::NoEndpoint {
            provider: app.file.id.clone(),
            what: "token",
        })?;
    let token_url = TokenUrl::new(at.clone()).map_err(|_| TemplateError::NotAUrl(at))?;
    let auth = endpoints.client_auth.unwrap_or(ClientAuth::Basic);
    // Basic encodes id and secret first (RFC 6749 2.3.1), and without a secret the id alone goes into the body.
    let kind = if auth == ClientAuth::Basic {
        AuthType::BasicAuth
    } else {
        AuthType::RequestBody
    };
    let mut client = Client::new(ClientId::new(client_id(app)?.to_owned())).set_auth_type(kind);
    if let Some(secret) = app
        .client_secret
        .as_ref()
        .filter(|_| auth != ClientAuth::None)
    {
        client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
    }
    Ok(client.set_token_uri(token_url))
}

/// Our client, as `oauth2` wants it.
struct Carrier<'a> {
    line: HttpConnection<'a>,
    http: &'a Http,
    app: &'a App,
    endpoints: &'a Endpoints,
    grant: TradedIn,
    /// What is traded in, and must not be repeated to anybody.
    of_grant: [Option<&'a SecretString>; 2],
    /// What the answer issued, read as its vendor writes it.
    issued: OnceLock<TokenSet>,
}

impl Carrier<'_> {
    /// What must not be repeated to anybody.
    fn secrets(&self) -> Vec<SecretString> {
        let mut secrets = self.app.unrepeated();
        secrets.extend(self.of_grant.into_iter().flatten().cloned());
        secrets
    }

    /// What was issued, where the crate has nothing against the answer.
    fn issued(
        self,
        reply: Result<Issued, RequestTokenError<TokenError, BasicErrorResponse>>,
    ) -> Result<TokenSet, TokenError> {
        match reply {
            Ok(_) => self.issued.into_inner().ok_or_else(no_response),
            Err(RequestTokenError::Request(error)) => Err(error),
            // Their texts would repeat the body, and the body may hold tokens.
            Err(
                RequestTokenError::ServerResponse(_)
                | RequestTokenError::Parse(..)
                | RequestTokenError::Other(_),
            ) => Err(no_response()),
        }
    }
}

impl<'c> AsyncHttpClient<'c> for Carrier<'_> {
    type Error = TokenError;
    type Future = BoxFuture<'c, Result<HttpResponse, TokenError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(carry(self, request))
    }
}

/// What `oauth2` sends, through our client. It sees nothing but a good answer, as RFC 6749 5.1 has it.
async fn carry(carrier: &Carrier<'_>, request: HttpRequest) -> Result<HttpResponse, TokenError> {
    let (parts, body) = request.into_parts();
    let unsendable = |_| SetupError::from(HttpError::BadRequest("the token endpoint is not a URL"));
    let url = Url::parse(&parts.uri.to_string()).map_err(unsendable)?;
    let mut answer = post(carrier, &url, &parts.headers, &body).await?;
    let has = |name: &str| form_urlencoded::parse(&body).any(|(it, _)| it == name);
    let missed = missed(carrier.app, carrier.endpoints, &answer);
    if let Some(missed) = missed.filter(|it| !has(it.name)) {
        let value = carrier
            .app
            .names()
            .fill(missed.value)
            .map_err(SetupError::from)?;
        let form = String::from_utf8_lossy(&body).into_owned();
        let form = form_urlencoded::Serializer::new(form)
            .append_pair(missed.name, value.sent.expose_secret())
            .finish();
        answer = post(carrier, &url, &parts.headers, form.as_bytes()).await?;
    }
    judge(&carrier.app.file, carrier.grant, &answer, &|| {
        carrier.secrets()
    })?;
    let reply = answer.body.json().filter(|it| it.is_object()).cloned();
    let set = with_access_token(carrier.app, reply.ok_or_else(no_response)?)?;
    let issued = Issued {
        access_token: AccessToken::new(set.first.access.expose_secret().to_owned()),
    };
    let body = serde_json::to_vec(&issued).map_err(|_| no_response())?;
    // A carrier is made for one request. Of a second answer it would not be known what the first one issued.
    carrier.issued.set(set).map_err(|_| no_response())?;
    Ok(HttpResponse::new(body))
}

async fn post(
    carrier: &Carrier<'_>,
    url: &Url,
    headers: &HeaderMap,
    form: &[u8],
) -> Result<HttpAnswer, TokenError> {
    let mut outgoing = Outgoing::new(Method::POST, url.clone(), SMALL_REPLY);
    outgoing.headers.clone_from(headers);
    body::write(&mut outgoing, carrier.app, form)?;
    let mut answer = carrier
        .http
        .send(carrier.line, outgoing)
        .await
        .map_err(unanswered)?;
    if carrier.app.file.auth.token_body == TokenBody::Form {
        answer.body = answer.body.as_form();
    }
    Ok(answer)
}

pub(super) fn with_access_token(app: &App, reply: Value) -> Result<TokenSet, TokenError> {
    TokenSet::read(&app.file.auth, reply).ok_or_else(|| TokenError::Lost {
        why: "the answer holds no access token".to_owned(),
    })
}

fn no_response() -> TokenError {
    TokenError::Lost {
        why: "the answer is not a token response".to_owned(),
    }
}
