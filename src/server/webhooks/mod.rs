//! Events that vendors send: judged, counted, listed, and given their effect. What is not the vendor's is refused, and
//! what is for a disconnected integration goes no further (O6).

mod judge;
mod notices;
mod queue;
mod write;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tokio::time::Instant;

use super::Server;
use crate::domain::connection::Connection;
use crate::domain::id::WebhookId;
use crate::domain::webhook::WebhookEndpoint;
use crate::providers::signature::{self, Delivery};

pub use notices::keep as keep_notices;
pub use queue::Queues;

/// Somebody sends to one of our endpoints. Nothing of a body is read before it is known that somebody waits for it.
pub async fn event(
    State(server): State<Arc<Server>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    (method, headers): (Method, HeaderMap),
    body: Body,
) -> Response {
    let began = Instant::now();
    if !matches!(method, Method::GET | Method::HEAD | Method::POST) {
        return unread(StatusCode::METHOD_NOT_ALLOWED);
    }
    let Some((endpoint, connection)) = awaited(&server, &id) else {
        return unread(StatusCode::NOT_FOUND);
    };
    if server.deliveries.is_full(&endpoint.id) {
        return busy();
    }
    let body = match server.bodies.read(body).await {
        Ok(body) => body,
        Err(status) => return unread(status),
    };
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let uri = format!("{}{query}", server.webhook_url(&endpoint.id));
    let sent: Vec<(&str, &str)> = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    let delivery = Delivery {
        method: method.as_str(),
        uri: &uri,
        headers: &sent,
        body: body.bytes(),
    };
    let file = server.provider(&connection.provider);
    let spec = file.as_ref().and_then(|file| file.webhook.as_ref());
    let scheme = spec.map_or("none", |spec| spec.signature.as_str());
    let judged = judge::judge(&server, &connection.provider, scheme, &delivery);
    // A vendor that asks whether the address is ours has nothing to sign with yet, or signs that as well.
    if endpoint.enabled
        && (judged.is_ok() || delivery.body.is_empty())
        && let Some(text) = signature::challenge(scheme, &delivery)
    {
        return text.into_response();
    }
    if method != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let came = judge::Came {
        delivery,
        spec,
        judged: &judged,
        began,
    };
    let (endpoint, arrival) = match judge::read(&server, &endpoint, &connection, came).await {
        Ok(read) => read,
        Err(error) => {
            tracing::error!(endpoint = %endpoint.id, %error, "it cannot be told whose an event is");
            return busy();
        }
    };
    drop(body);
    match (write::put(&server, endpoint, arrival).await, judged) {
        (Some(StatusCode::UNAUTHORIZED), Err(why)) => {
            (StatusCode::UNAUTHORIZED, format!("{why}\n")).into_response()
        }
        (Some(status), _) => status.into_response(),
        (None, _) => busy(),
    }
}

/// The endpoint of this id, and its connection.
fn awaited(server: &Server, id: &str) -> Option<(WebhookEndpoint, Connection)> {
    let endpoint = server.store.webhook(&id.parse::<WebhookId>().ok()?).ok()?;
    let connection = server.store.connection(&endpoint.connection).ok()?;
    Some((endpoint, connection))
}

/// An answer to what was not read to its end: no other request follows on this connection.
fn unread(status: StatusCode) -> Response {
    (status, [(header::CONNECTION, "close")]).into_response()
}

/// Too much waits at this endpoint, or the store refuses: vendors send again what is answered so.
fn busy() -> Response {
    let again = [(header::RETRY_AFTER, "5"), (header::CONNECTION, "close")];
    (StatusCode::SERVICE_UNAVAILABLE, again).into_response()
}
