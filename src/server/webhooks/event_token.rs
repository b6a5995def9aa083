//! Signed event tokens of an identity provider: whether the issuer of the provider file signed one for us.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::queue::ReceivedDelivery;
use crate::domain::provider::{ProviderFile, WebhookSpec};
use crate::providers::signature::{self, EventToken, NotSigned, PublishedKey, is_same_issuer};
use crate::providers::{App, KeysError};
use crate::server::Server;
use crate::server::grants::group_of;
use crate::store::StoreError;

/// What is to be set right here first is looked at again after so long.
const OUR_FAULT: Duration = Duration::from_secs(60);

/// What a token is found to be.
pub(super) enum JudgedToken {
    /// The issuer's, and what it says, as JSON.
    Signed(Vec<u8>),
    /// Not the issuer's, or not for us.
    Refused(NotSigned),
    /// That cannot be told now; the sender is asked to come again after so long.
    Later(Duration),
}

/// Whose a token is.
pub(super) async fn judge(
    server: &Arc<Server>,
    file: &Arc<ProviderFile>,
    spec: &WebhookSpec,
    received: &ReceivedDelivery,
) -> Result<JudgedToken, StoreError> {
    let app = app_of(server, file)?;
    let issuer = match app.filled(spec.issuer.as_deref().unwrap_or_default()) {
        Ok(issuer) => issuer,
        Err(error) => return Ok(later(file, &error.into())),
    };
    let read = EventToken::read(received.body.bytes(), &issuer, received.at);
    let read = match read {
        Ok(token) => token.issued_to(&audiences(server, file, &issuer)?),
        Err(why) => Err(why),
    };
    let token = match read {
        Ok(token) => token,
        Err(why) => return Ok(refused(file, why)),
    };
    let keys = spec.keys.clone().unwrap_or_default();
    Ok(match key(server, app, keys, token.kid()).await {
        Ok(key) => match token.verified(key.as_ref()) {
            Ok(says) => JudgedToken::Signed(says),
            Err(why) => JudgedToken::Refused(why),
        },
        Err(error) => later(file, &error),
    })
}

/// The providers that one event of this one's issuer is about: those that share its grants and have the same issuer. At
/// another issuer the same account is somebody else's.
pub(super) fn told_together(
    server: &Server,
    file: &Arc<ProviderFile>,
) -> Result<Vec<String>, StoreError> {
    match issuer_of(server, file)? {
        Some(issuer) => issued_by(server, file, &issuer),
        None => Ok(Vec::new()),
    }
}

/// What the issuer is answered: 202 for what was taken, 400 with a reason for what was not (RFC 8935, sections 2.2 and 2.3).
pub(super) fn answer(status: StatusCode, refusal: Option<&NotSigned>) -> Response {
    match (status, refusal) {
        (StatusCode::BAD_REQUEST, Some(why)) => {
            let body = Json(serde_json::Map::from_iter([
                ("err".to_owned(), why.event_error().into()),
                ("description".to_owned(), why.to_string().into()),
            ]));
            let language = [(header::CONTENT_LANGUAGE, "en")];
            (status, language, body).into_response()
        }
        (status, _) => status.into_response(),
    }
}

/// What is wrong at our side is no forgery: the event comes again.
fn refused(file: &ProviderFile, why: NotSigned) -> JudgedToken {
    if matches!(why, NotSigned::NoClient | NotSigned::OutOfTime(_)) {
        tracing::debug!(provider = %file.id, %why, "a signed event cannot be judged now");
        return JudgedToken::Later(OUR_FAULT);
    }
    JudgedToken::Refused(why)
}

/// Whose an event is cannot be told now.
fn later(file: &ProviderFile, error: &KeysError) -> JudgedToken {
    let why = "a signed event cannot be judged now";
    match error {
        // Whoever sends many of them fills no log.
        KeysError::AskedAlready(_) | KeysError::Template(_) | KeysError::Stopped => {
            tracing::debug!(provider = %file.id, %error, "{why}");
        }
        KeysError::Http { .. } | KeysError::NoSet { .. } => {
            tracing::warn!(provider = %file.id, %error, "{why}");
        }
    }
    JudgedToken::Later(match error {
        KeysError::AskedAlready(again)
        | KeysError::Http { again, .. }
        | KeysError::NoSet { again, .. } => *again,
        KeysError::Template(_) => OUR_FAULT,
        KeysError::Stopped => super::SOON,
    })
}

/// The issuer's key. Whoever sends an event may hang up while the issuer is asked: it is asked to the end all the same.
async fn key(
    server: &Arc<Server>,
    app: App,
    template: String,
    kid: &str,
) -> Result<Option<PublishedKey>, KeysError> {
    let (asker, kid) = (Arc::clone(server), kid.to_owned());
    let asking = async move {
        tokio::select! {
            () = asker.stop.cancelled() => Err(KeysError::Stopped),
            key = asker.vendors.published_key(&app, &template, &kid) => key,
        }
    };
    let asked = server.tasks.spawn(asking).await;
    asked.unwrap_or(Err(KeysError::Stopped))
}

/// Our client ids at the issuer: what was granted at one provider of a group ends with the others, and one address is told.
fn audiences(
    server: &Server,
    file: &ProviderFile,
    issuer: &str,
) -> Result<Vec<String>, StoreError> {
    let mut ids = Vec::new();
    for provider in issued_by(server, file, issuer)? {
        ids.extend(server.store.app(&provider)?.and_then(|app| app.client_id));
    }
    Ok(ids)
}

/// The providers that share grants with this one, but for those whose events another issuer signs.
fn issued_by(
    server: &Server,
    file: &ProviderFile,
    issuer: &str,
) -> Result<Vec<String>, StoreError> {
    let mut all = Vec::new();
    for id in group_of(server, file) {
        let Some(other) = server.provider(&id) else {
            continue;
        };
        let its = issuer_of(server, &other)?;
        if its.is_none_or(|its| is_same_issuer(&its, issuer)) {
            all.push(id);
        }
    }
    Ok(all)
}

/// Who signs the events of a provider; none where nobody does, or the settings do not say.
fn issuer_of(server: &Server, file: &Arc<ProviderFile>) -> Result<Option<String>, StoreError> {
    let spec = file.webhook.as_ref();
    let spec = spec.filter(|spec| signature::is_token(&spec.signature));
    let Some(template) = spec.and_then(|spec| spec.issuer.as_deref()) else {
        return Ok(None);
    };
    Ok(app_of(server, file)?.filled(template).ok())
}

/// What our settings there say; nothing secret.
fn app_of(server: &Server, file: &Arc<ProviderFile>) -> Result<App, StoreError> {
    let vars = server.store.app(&file.id)?.map(|app| app.vars);
    Ok(App::new(Arc::clone(file), &vars.unwrap_or_default()))
}
