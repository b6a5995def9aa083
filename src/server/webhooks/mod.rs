//! Events that vendors send: judged, counted, listed, and given their effect. What is not the vendor's is refused, and
//! what is for a disconnected integration goes no further (O6).

mod classify;
mod event_token;
mod notices;
mod queue;
mod uninstalled;
mod write;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tokio::time::Instant;

use super::Server;
use crate::domain::connection::Connection;
use crate::domain::id::WebhookId;
use crate::domain::webhook::WebhookEndpoint;
use crate::providers::signature::{self, SignedDelivery};
use crate::store::StoreError;
use crate::wire::Problem;
use event_token::JudgedToken;

pub use notices::{AT_ONCE as NOTICES_AT_ONCE, keep as keep_notices};
pub use queue::Queues;
pub use uninstalled::uninstalled;

/// When to come again where nothing says how long our trouble lasts.
const SOON: Duration = Duration::from_secs(5);

/// A request to one of our endpoints.
struct Sent {
    method: Method,
    headers: HeaderMap,
    /// With its question mark; empty where there is none.
    query: String,
    body: Body,
    /// When its head had been read.
    began: Instant,
}

/// Somebody sends to one of our endpoints. Nothing of a body is read before it is known that somebody waits for it.
pub async fn event(
    State(server): State<Arc<Server>>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let query = head.uri.query().map(|query| format!("?{query}"));
    let sent = Sent {
        method: head.method,
        headers: head.headers,
        query: query.unwrap_or_default(),
        body,
        began: Instant::now(),
    };
    // Our own trouble is nobody's forgery, and ends nothing: the vendor sends again.
    take(&server, &id, sent).await.unwrap_or_else(|problem| {
        tracing::error!(endpoint = %id, error = %problem.message, "an event could not be taken");
        busy()
    })
}

async fn take(server: &Arc<Server>, id: &str, sent: Sent) -> Result<Response, Problem> {
    if !matches!(sent.method, Method::GET | Method::HEAD | Method::POST) {
        return Ok(unread(StatusCode::METHOD_NOT_ALLOWED));
    }
    let Some((endpoint, connection)) = awaited(server, id)? else {
        return Ok(unread(StatusCode::NOT_FOUND));
    };
    if server.deliveries.is_full(&endpoint.id) {
        return Ok(busy());
    }
    let body = match server.bodies.read(sent.body).await {
        Ok(body) => body,
        Err(status) => return Ok(unread(status)),
    };
    let uri = format!("{}{}", server.webhook_url(&endpoint.id), sent.query);
    let headers: Vec<(&str, &str)> = sent
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    let delivery = SignedDelivery {
        method: sent.method.as_str(),
        uri: &uri,
        headers: &headers,
        body: body.bytes(),
    };
    let file = server.provider(&connection.provider);
    let spec = file.as_ref().and_then(|file| file.webhook.as_ref());
    let scheme = spec.map_or("none", |spec| spec.signature.as_str());
    let judged = match (&file, spec) {
        (Some(file), Some(spec)) if signature::is_token(scheme) => {
            match event_token::judge(server, file, spec, delivery.body).await? {
                JudgedToken::Signed(says) => Ok(Cow::Owned(says)),
                JudgedToken::Refused(why) => Err(why),
                JudgedToken::Later(after) => return Ok(later(after)),
            }
        }
        (_, _) => classify::judge_delivery(server, &connection.provider, scheme, delivery)?,
    };
    // A vendor that asks whether the address is ours has nothing to sign with yet, or signs that as well.
    if endpoint.enabled
        && (judged.is_ok() || delivery.body.is_empty())
        && let Some(text) = signature::challenge(scheme, &delivery)
    {
        return Ok(text.into_response());
    }
    if sent.method != Method::POST {
        return Ok(StatusCode::METHOD_NOT_ALLOWED.into_response());
    }
    let came = classify::JudgedDelivery {
        delivery,
        spec,
        judged: &judged,
        began: sent.began,
    };
    let (endpoint, arrival) = classify::read(server, &endpoint, &connection, came)?;
    let refusal = judged.err();
    drop(body);
    let written = write::put(server, endpoint, arrival).await;
    Ok(match (written, refusal) {
        (Some(status), refusal) if signature::is_token(scheme) => {
            event_token::answer(status, refusal.as_ref())
        }
        (Some(StatusCode::UNAUTHORIZED), Some(why)) => {
            (StatusCode::UNAUTHORIZED, format!("{why}\n")).into_response()
        }
        (Some(status), _) => status.into_response(),
        (None, _) => busy(),
    })
}

/// The endpoint of this id, and its connection; none where there is no such endpoint.
fn awaited(server: &Server, id: &str) -> Result<Option<(WebhookEndpoint, Connection)>, StoreError> {
    let Ok(id) = id.parse::<WebhookId>() else {
        return Ok(None);
    };
    let found = server.store.webhook(&id).and_then(|endpoint| {
        let connection = server.store.connection(&endpoint.connection)?;
        Ok((endpoint, connection))
    });
    match found {
        Ok(found) => Ok(Some(found)),
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// An answer to what was not read to its end: no other request follows on this connection.
fn unread(status: StatusCode) -> Response {
    (status, [(header::CONNECTION, "close")]).into_response()
}

/// Too much waits at this endpoint, or we are in trouble: vendors send again what is answered so.
fn busy() -> Response {
    later(SOON)
}

/// It cannot be taken now, and may come again after so long.
fn later(after: Duration) -> Response {
    let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
    let again = [
        (header::RETRY_AFTER, seconds.max(1).to_string()),
        (header::CONNECTION, "close".to_owned()),
    ];
    (StatusCode::SERVICE_UNAVAILABLE, again).into_response()
}
