//! Who an account is.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::app::CallContext;
use super::excerpt;
use super::http::{Http, HttpConnection, HttpError, SMALL_REPLY};
use super::oauth::{self, TokenSet};
use super::request::{self, RequestSpec, SetupError};
use crate::domain::provider::{Auth, CallAuth, Encode, Identity, JsonPath, Verb};

/// An account at a vendor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VendorAccount {
    /// Its id there.
    pub id: String,
    /// What it is called; its id when it is called nothing.
    pub label: String,
    /// What the file keeps of the answer (`auth.identity_fields`).
    pub fields: Map<String, Value>,
}

/// Why it is not known who an account is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The file does not say how to ask.
    #[error("neither the provider file nor OpenID Connect says who this is")]
    NotDescribed,
    /// Nothing was sent.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// No answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The vendor did not say.
    #[error("the provider did not say who this is: status {status}, {excerpt}")]
    Refused {
        status: u16,
        /// The vendor's words.
        excerpt: String,
    },
    /// There is nothing where the id should be.
    #[error("there is no account id at {0} of the answer")]
    NoId(String),
}

/// Asks the vendor, or reads it from the token response; where the file does not say how, as OpenID Connect does.
pub(crate) async fn identify(
    http: &Http,
    context: &CallContext<'_>,
    tokens: Option<&TokenSet>,
) -> Result<VendorAccount, IdentityError> {
    let Some(identity) = &context.app.file.auth.identity else {
        return by_openid(http, context, tokens).await;
    };
    match (&identity.url, tokens) {
        (Some(url), _) => {
            let answer = ask(http, context, identity, url).await?;
            read(&context.app.file.auth, identity, &answer)
        }
        (None, Some(tokens)) => read(&context.app.file.auth, identity, &tokens.reply),
        (None, None) => Err(IdentityError::NoId(identity.id.as_str().to_owned())),
    }
}

/// From the ID token and the userinfo endpoint. Nobody asked for it in the file, so that an issuer which says nothing
/// does not stand in the way.
async fn by_openid(
    http: &Http,
    context: &CallContext<'_>,
    tokens: Option<&TokenSet>,
) -> Result<VendorAccount, IdentityError> {
    const USERINFO: &str = "{userinfo}";
    let subject = Identity {
        from: None,
        url: Some(USERINFO.to_owned()),
        auth: None,
        headers: BTreeMap::new(),
        body: None,
        id: JsonPath::new("/sub"),
        label: None,
    };
    let claims = tokens.and_then(|set| oauth::claims(set.id_token.as_ref()?));
    let said = match &context.endpoints.userinfo {
        Some(_) => ask(http, context, &subject, USERINFO).await.ok(),
        None => None,
    };
    let sub = |json: &Option<Value>| text_at(json.as_ref()?, "/sub");
    let id = sub(&claims)
        .or_else(|| sub(&said))
        .ok_or(IdentityError::NotDescribed)?;
    // OpenID Connect Core 5.3.2: an answer about somebody else is not used.
    let said = said.filter(|json| text_at(json, "/sub").as_ref() == Some(&id));
    let label = said.iter().chain(&claims).find_map(|json| {
        ["/email", "/preferred_username", "/name"]
            .iter()
            .find_map(|pointer| text_at(json, pointer))
    });
    Ok(VendorAccount {
        label: label.unwrap_or_else(|| id.clone()),
        id,
        fields: Map::new(),
    })
}

async fn ask(
    http: &Http,
    context: &CallContext<'_>,
    identity: &Identity,
    url: &str,
) -> Result<Value, IdentityError> {
    let (method, encode) = match identity.body {
        Some(_) => (Verb::Post, Encode::Graphql),
        None => (Verb::Get, Encode::None),
    };
    let wanted = RequestSpec {
        method,
        url,
        auth: identity.auth.as_ref().unwrap_or(&CallAuth::Bearer),
        encode,
        params: &BTreeMap::new(),
        headers: &identity.headers,
        body: identity.body.as_deref(),
        limit: SMALL_REPLY,
    };
    let answer = http
        .send(
            HttpConnection::Once,
            request::prepare(&wanted, context)?.outgoing,
        )
        .await?;
    match answer.body.json() {
        Some(json) if answer.is_2xx() && answer.body.hidden_error().is_none() => Ok(json.clone()),
        _ => Err(IdentityError::Refused {
            status: answer.status,
            excerpt: excerpt::of_body(&answer.body, &context.secrets()),
        }),
    }
}

fn read(auth: &Auth, identity: &Identity, json: &Value) -> Result<VendorAccount, IdentityError> {
    let id = identity.id.text(json);
    let id = id.ok_or_else(|| IdentityError::NoId(identity.id.as_str().to_owned()))?;
    let label = identity.label.as_ref().and_then(|place| place.text(json));
    let kept = auth.identity_fields.iter();
    let fields = kept.filter_map(|(name, place)| Some((name.clone(), place.text(json)?.into())));
    Ok(VendorAccount {
        label: label.unwrap_or_else(|| id.clone()),
        id,
        fields: fields.collect(),
    })
}

/// A text or a number; nothing else names anything.
pub(crate) fn text_at(json: &Value, pointer: &str) -> Option<String> {
    match json.pointer(pointer)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
