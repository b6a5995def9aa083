//! Signed event tokens of an identity provider: whether the issuer of the provider file signed one for us.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use crate::domain::provider::{ProviderFile, WebhookSpec};
use crate::providers::signature::{EventToken, ExpectedClaims, NotSigned, PublishedKey};
use crate::providers::{App, KeysError};
use crate::server::grants::group_of;
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;

/// What a token says where it is the issuer's; none where the issuer's keys are not to be had now.
pub(super) async fn judge(
    server: &Arc<Server>,
    file: &Arc<ProviderFile>,
    spec: &WebhookSpec,
    body: &[u8],
) -> Result<Option<Result<Vec<u8>, NotSigned>>, StoreError> {
    let vars = server.store.app(&file.id)?.map(|app| app.vars);
    let app = App::new(Arc::clone(file), &vars.unwrap_or_default());
    let issuer = match app.filled(spec.issuer.as_deref().unwrap_or_default()) {
        Ok(issuer) => issuer,
        Err(error) => return Ok(later(file, &error.into())),
    };
    let expected = ExpectedClaims {
        issuer: &issuer,
        audiences: &audiences(server, file)?,
    };
    let token = match EventToken::read(body, expected, clock_and_ids::now()) {
        Ok(token) => token,
        Err(why) => return Ok(Some(Err(why))),
    };
    let keys = spec.keys.clone().unwrap_or_default();
    match key(server, app, keys, token.kid()).await {
        Ok(key) => Ok(Some(token.verified(key.as_ref()))),
        Err(error) => Ok(later(file, &error)),
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
            (status, body).into_response()
        }
        (status, _) => status.into_response(),
    }
}

/// Whose an event is cannot be told now; the sender is asked to come again.
fn later<T>(file: &ProviderFile, error: &KeysError) -> Option<T> {
    let why = "a signed event cannot be judged now";
    match error {
        // Whoever sends many of them fills no log.
        KeysError::AskedAlready => tracing::debug!(provider = %file.id, %error, "{why}"),
        KeysError::Template(_) | KeysError::Http(_) | KeysError::NoSet(_) => {
            tracing::warn!(provider = %file.id, %error, "{why}");
        }
    }
    None
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
            () = asker.stop.cancelled() => Err(KeysError::AskedAlready),
            key = asker.vendors.published_key(&app, &template, &kid) => key,
        }
    };
    let asked = server.tasks.spawn(asking).await;
    asked.unwrap_or(Err(KeysError::AskedAlready))
}

/// Our client ids at the issuer: what was granted at one provider of a group ends with the others, and one address is told.
fn audiences(server: &Server, file: &ProviderFile) -> Result<Vec<String>, StoreError> {
    let mut ids = Vec::new();
    for provider in group_of(server, file) {
        ids.extend(server.store.app(&provider)?.and_then(|app| app.client_id));
    }
    Ok(ids)
}
