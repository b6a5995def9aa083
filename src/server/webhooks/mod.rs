//! Events that vendors send: judged, counted, listed, and given their effect. What is not the vendor's is refused, and
//! what is for a disconnected integration goes no further (O6).

mod batch;
mod classify;
mod event_token;
mod notices;
mod queue;
mod uninstalled;
mod write;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tokio::time::Instant;

use super::{Server, clock_and_ids};
use crate::domain::id::WebhookId;
use crate::store::StoreError;
use queue::ReceivedDelivery;

pub use notices::{AT_ONCE as NOTICES_AT_ONCE, keep as keep_notices};
pub use queue::Queues;
pub use uninstalled::uninstalled;

/// When to come again where nothing says how long our trouble lasts.
const SOON: Duration = Duration::from_secs(5);

/// Somebody sends to one of our endpoints. Nothing of a body is read before it is known that somebody waits for it.
pub async fn event(
    State(server): State<Arc<Server>>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    // Our own trouble is nobody's forgery, and ends nothing: the vendor sends again.
    take(&server, &id, request).await.unwrap_or_else(|error| {
        tracing::error!(endpoint = %id, %error, "an event could not be taken");
        busy()
    })
}

async fn take(server: &Arc<Server>, id: &str, request: Request) -> Result<Response, StoreError> {
    let began = Instant::now();
    let (head, body) = request.into_parts();
    if !matches!(head.method, Method::GET | Method::HEAD | Method::POST) {
        return Ok(unread(StatusCode::METHOD_NOT_ALLOWED));
    }
    let endpoint = match id.parse::<WebhookId>() {
        Ok(endpoint) if server.store.has_webhook(&endpoint)? => endpoint,
        Ok(_) | Err(_) => return Ok(not_found()),
    };
    if server.deliveries.is_full(&endpoint) {
        return Ok(busy());
    }
    let body = match server.bodies.read(body).await {
        Ok(body) => body,
        Err(status) => return Ok(unread(status)),
    };
    let query = head.uri.query().map(|query| format!("?{query}"));
    let received = ReceivedDelivery {
        method: head.method,
        headers: head.headers,
        query: query.unwrap_or_default(),
        body,
        began,
        at: clock_and_ids::now(),
        token: None,
    };
    let Some(queued) = server.deliveries.push(&endpoint, received) else {
        return Ok(busy());
    };
    if queued.is_first {
        batch::begin(server, endpoint);
    }
    Ok(queued.answer.await.unwrap_or_else(|_| busy()))
}

/// There is no such endpoint.
fn not_found() -> Response {
    unread(StatusCode::NOT_FOUND)
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
