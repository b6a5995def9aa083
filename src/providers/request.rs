//! From what a file says to what is sent.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::{Url, form_urlencoded};

use super::app::{App, CallContext};
use super::app_jwt;
use super::http::{HttpError, Outgoing};
use super::template::{Filled, TemplateError};
use crate::domain::provider::{CallAuth, ClientAuth, Encode, Verb};

/// Why a request could not be made; nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// A name in braces has no value.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// It cannot be sent.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// Our registration lacks something.
    #[error(
        "the {what} of {provider} is not configured; set it with `tagout providers configure {provider}`"
    )]
    Missing {
        provider: String,
        /// What is missing.
        what: &'static str,
    },
    /// There is no such endpoint.
    #[error("{provider} has no {what} endpoint")]
    NoEndpoint {
        provider: String,
        what: &'static str,
    },
    /// The request needs a token that was not given.
    #[error("the request needs a token, and there is none")]
    NoToken,
    /// What was configured cannot sign.
    #[error(
        "the private key of {provider} {why}; set it with `tagout providers configure {provider} --client-secret-file`"
    )]
    Key {
        provider: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// What a file says about a request.
pub(crate) struct RequestSpec<'a> {
    pub(crate) method: Verb,
    pub(crate) url: &'a str,
    pub(crate) auth: &'a CallAuth,
    pub(crate) encode: Encode,
    pub(crate) params: &'a BTreeMap<String, String>,
    pub(crate) headers: &'a BTreeMap<String, String>,
    pub(crate) body: Option<&'a str>,
    pub(crate) limit: usize,
}

/// A request, and its URL as it may be shown.
pub(crate) struct Prepared {
    pub(crate) outgoing: Outgoing,
    pub(crate) endpoint: String,
}

/// Makes the request.
pub(crate) fn prepare(
    wanted: &RequestSpec<'_>,
    context: &CallContext<'_>,
) -> Result<Prepared, SetupError> {
    let names = context.names();
    let url = names.fill_url(wanted.url)?;
    let method = Method::from_bytes(wanted.method.as_str().as_bytes())
        .map_err(|_| HttpError::BadRequest("the method is none"))?;
    let mut prepared = Prepared {
        outgoing: Outgoing::new(method, url.sent, wanted.limit),
        endpoint: url.shown,
    };
    let mut params = Vec::new();
    for (name, template) in wanted.params {
        params.push((name.as_str(), names.fill(template)?));
    }
    for (name, template) in wanted.headers {
        let value = names.fill(template)?;
        prepared.outgoing.header(name, value.sent.expose_secret())?;
    }
    authenticate(&mut prepared.outgoing, &mut params, wanted.auth, context)?;
    encode(&mut prepared, wanted, &params)?;
    Ok(prepared)
}

fn authenticate(
    outgoing: &mut Outgoing,
    params: &mut Vec<(&str, Filled)>,
    auth: &CallAuth,
    context: &CallContext<'_>,
) -> Result<(), SetupError> {
    let app = context.app;
    let token = || context.token.ok_or(SetupError::NoToken);
    match auth {
        CallAuth::None => {}
        CallAuth::Bearer => bearer(outgoing, token()?)?,
        CallAuth::Header(name) => outgoing.header(name, token()?.expose_secret())?,
        // A vendor with a platform key may have no other secret: the key is then our client secret.
        CallAuth::PlatformKey => bearer(
            outgoing,
            app.platform_key
                .as_ref()
                .or(app.client_secret.as_ref())
                .ok_or_else(|| missing(app, "platform key"))?,
        )?,
        CallAuth::Client => {
            let as_configured = match (context.endpoints.client_auth, &app.client_secret) {
                // RFC 7009 2.1: a public client names itself and nothing more.
                (Some(ClientAuth::None), _) | (_, None) => CallAuth::ClientId,
                (Some(ClientAuth::Body), Some(_)) => CallAuth::Body,
                (Some(ClientAuth::Basic) | None, Some(_)) => CallAuth::Basic,
            };
            return authenticate(outgoing, params, &as_configured, context);
        }
        CallAuth::Basic => outgoing.header(
            "authorization",
            &basic(client_id(app)?, client_secret(app)?),
        )?,
        CallAuth::Body => {
            params.push(("client_id", Filled::plain(client_id(app)?)));
            params.push((
                "client_secret",
                Filled::plain(client_secret(app)?.expose_secret()),
            ));
        }
        CallAuth::ClientId => params.push(("client_id", Filled::plain(client_id(app)?))),
        CallAuth::AppJwt => bearer(outgoing, &app_jwt(app)?)?,
    }
    Ok(())
}

/// An installed app's id stands where other apps have a client id, and its private key where they have a secret.
fn app_jwt(app: &App) -> Result<SecretString, SetupError> {
    let id = app.client_id.as_deref();
    let id = id.ok_or_else(|| missing(app, "app id"))?;
    let key = app.client_secret.as_ref();
    let key = key.ok_or_else(|| missing(app, "private key"))?;
    app_jwt::sign(id, key, jiff::Timestamp::now()).map_err(|why| SetupError::Key {
        provider: app.file.id.clone(),
        why,
    })
}

fn bearer(outgoing: &mut Outgoing, token: &SecretString) -> Result<(), HttpError> {
    outgoing.header(
        "authorization",
        &format!("Bearer {}", token.expose_secret()),
    )
}

/// RFC 6749 2.3.1: id and secret are form-urlencoded each before they are joined.
fn basic(id: &str, secret: &SecretString) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let joined = format!("{}:{}", encode(id), encode(secret.expose_secret()));
    format!("Basic {}", BASE64_STANDARD.encode(joined))
}

/// Our client id, which every OAuth request needs.
pub(crate) fn client_id(app: &App) -> Result<&str, SetupError> {
    app.client_id
        .as_deref()
        .ok_or_else(|| missing(app, "client id"))
}

fn client_secret(app: &App) -> Result<&SecretString, SetupError> {
    app.client_secret
        .as_ref()
        .ok_or_else(|| missing(app, "client secret"))
}

fn missing(app: &App, what: &'static str) -> SetupError {
    SetupError::Missing {
        provider: app.file.id.clone(),
        what,
    }
}

fn encode(
    prepared: &mut Prepared,
    wanted: &RequestSpec<'_>,
    params: &[(&str, Filled)],
) -> Result<(), SetupError> {
    let sent = || {
        params
            .iter()
            .map(|(name, value)| (*name, value.sent.expose_secret()))
    };
    match wanted.encode {
        Encode::None => {}
        Encode::Query => {
            append_query(&mut prepared.outgoing.url, sent());
            for (name, value) in params {
                let separator = if prepared.endpoint.contains('?') {
                    '&'
                } else {
                    '?'
                };
                prepared
                    .endpoint
                    .push_str(&format!("{separator}{name}={}", value.shown));
            }
        }
        Encode::Form => {
            let form = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(sent())
                .finish();
            set_body(
                &mut prepared.outgoing,
                "application/x-www-form-urlencoded",
                form.into_bytes(),
            )?;
        }
        Encode::Json => {
            let object: BTreeMap<&str, &str> = sent().collect();
            set_body(
                &mut prepared.outgoing,
                "application/json",
                json!(object).to_string().into_bytes(),
            )?;
        }
        Encode::Graphql => {
            let variables: BTreeMap<&str, &str> = sent().collect();
            let object =
                json!({ "query": wanted.body.unwrap_or_default(), "variables": variables });
            set_body(
                &mut prepared.outgoing,
                "application/json",
                object.to_string().into_bytes(),
            )?;
        }
    }
    Ok(())
}

/// Adds parameters to a URL and leaves it alone when there are none: `?` alone is another URL.
pub(crate) fn append_query<'p>(url: &mut Url, params: impl Iterator<Item = (&'p str, &'p str)>) {
    let mut params = params.peekable();
    if params.peek().is_some() {
        url.query_pairs_mut().extend_pairs(params);
    }
}

/// Gives a request its body.
pub(crate) fn set_body(
    outgoing: &mut Outgoing,
    kind: &str,
    body: Vec<u8>,
) -> Result<(), HttpError> {
    outgoing.header(CONTENT_TYPE.as_str(), kind)?;
    outgoing.body = Some(body);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_encoded_before_they_are_joined() {
        let header = basic("my:client", &SecretString::from("p+ß s"));
        let decoded = BASE64_STANDARD
            .decode(header.trim_start_matches("Basic "))
            .unwrap();
        assert_eq!(
            String::from_utf8(decoded).unwrap(),
            "my%3Aclient:p%2B%C3%9F+s"
        );
    }
}
