//! Tokens of an installation: the app shows its JWT, and the vendor mints one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::app::CallContext;
use super::excerpt;
use super::http::{Http, HttpAnswer, HttpConnection, SMALL_REPLY};
use super::limits;
use super::oauth::{self, TokenError, TokenSet, TradedIn};
use super::request::{self, RequestSpec, SetupError};
use crate::domain::provider::{CallAuth, Encode, TokenKind, Verb};

/// Mints a token for the context's installation, which is what stands as its token.
pub(crate) async fn mint(http: &Http, context: &CallContext<'_>) -> Result<TokenSet, TokenError> {
    let app = context.app;
    let url = app.file.auth.mint.as_deref();
    let url = url.ok_or_else(|| SetupError::NoEndpoint {
        provider: app.file.id.clone(),
        what: "token",
    })?;
    let wanted = RequestSpec {
        method: Verb::Post,
        url,
        auth: &CallAuth::AppJwt,
        encode: Encode::None,
        params: &BTreeMap::new(),
        headers: &BTreeMap::new(),
        body: None,
        limit: SMALL_REPLY,
    };
    let context = context.about(TokenKind::Installation);
    let prepared = request::prepare(&wanted, &context)?;
    let answer = http.send(HttpConnection::Once, prepared.outgoing).await;
    let answer = answer.map_err(oauth::unanswered)?;
    let is_limited = limits::met(&answer, &[&app.file.limited]).is_some();
    if let Some(error) = refused(&answer, &context).filter(|_| !is_limited) {
        return Err(error);
    }
    oauth::judge(&app.file, TradedIn::Kept, &answer, &|| context.secrets())?;
    let reply = answer.body.json().cloned().unwrap_or_default();
    TokenSet::read(&app.file.auth, reply).ok_or_else(|| TokenError::Lost {
        why: "the answer holds no token".to_owned(),
    })
}

/// There is no OAuth error in these answers, so that the status has to say whose fault it is: with 401 the vendor does
/// not take the JWT, with 404 the installation was removed. What the
/// file calls suspended passes, and is for [`oauth::judge`] to say.
fn refused(answer: &HttpAnswer, context: &CallContext<'_>) -> Option<TokenError> {
    if context.app.file.auth.suspended.matches(&answer.response()) {
        return None;
    }
    let message = answer.body.at("/message").and_then(Value::as_str);
    let description = message.map(|text| excerpt::of_text(text, &context.secrets()));
    let error = format!("status {}", answer.status);
    match answer.status {
        401 => Some(TokenError::ClientRejected { error, description }),
        403 | 404 | 410 | 422 => Some(TokenError::Refused { error, description }),
        _ => None,
    }
}
