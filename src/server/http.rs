//! The HTTP listener: what vendors send us, and the callback of a redirect URI that is not loopback.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use tokio::net::TcpListener;

use super::connect::came;
use super::{Server, brief, mint, vendor};
use crate::domain::id::WebhookId;
use crate::domain::provider::ProviderFile;
use crate::domain::webhook::{Signed, WebhookEndpoint};
use crate::providers::signature::{self, Delivery, NotSigned};
use crate::store::StoreError;
use crate::wire::Topic;

/// Events come in crowds, and one pull serves a crowd.
const CROWD: Duration = Duration::from_secs(5);

/// Serves until the server stops.
pub async fn serve(server: Arc<Server>, listener: TcpListener) {
    let (trusted, stop) = (server.trusted_proxies.clone(), server.stop.clone());
    let app = Router::new()
        .route("/webhooks/{id}", any(event))
        .route("/callback/{provider}", get(came))
        .with_state(server);
    brief::serve(listener, app, trusted, stop).await;
}

/// An event is answered and counted. What is not the vendor's is refused, and what is for a disconnected integration
/// goes no further (O6): that one is answered like any other, whoever sent it. Nothing of a body is read before it is known that
/// somebody waits for it.
async fn event(
    State(server): State<Arc<Server>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    (method, headers): (Method, HeaderMap),
    body: Body,
) -> Response {
    if !matches!(method, Method::GET | Method::HEAD | Method::POST) {
        return unread(StatusCode::METHOD_NOT_ALLOWED);
    }
    let endpoint = id.parse::<WebhookId>().ok();
    let Some(endpoint) = endpoint.and_then(|id| server.store.webhook(&id).ok()) else {
        return unread(StatusCode::NOT_FOUND);
    };
    let Ok(connection) = server.store.connection(&endpoint.connection) else {
        return unread(StatusCode::NOT_FOUND);
    };
    let body = match server.bodies.read(body).await {
        Ok(body) => body,
        Err(status) => return unread(status),
    };
    let body = body.bytes();
    let file = server.provider(&connection.provider);
    let scheme = file.as_deref().map_or("none", scheme);
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
        body,
    };
    let judged = judged(&server, &connection.provider, scheme, &delivery);
    // A vendor that asks whether the address is ours has nothing to sign with yet, or signs that as well.
    if endpoint.enabled
        && (judged.is_ok() || body.is_empty())
        && let Some(text) = signature::challenge(scheme, &delivery)
    {
        return text.into_response();
    }
    if method != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    match count(&server, &endpoint, signed(&judged)).await {
        Ok(false) => StatusCode::OK.into_response(),
        Ok(true) => answer(judged),
        Err(error) => {
            tracing::error!(%error, "an event could not be counted");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// An answer to what was not read to its end: no other request follows on this connection.
fn unread(status: StatusCode) -> Response {
    (status, [(header::CONNECTION, "close")]).into_response()
}

fn scheme(file: &ProviderFile) -> &str {
    file.webhook
        .as_ref()
        .map_or("none", |webhook| webhook.signature.as_str())
}

/// Whether the vendor sent it.
fn judged(
    server: &Server,
    provider: &str,
    scheme: &str,
    delivery: &Delivery<'_>,
) -> Result<(), NotSigned> {
    let app = vendor::app(server, provider).ok();
    let key = app.as_ref().and_then(|app| app.key_of(scheme));
    signature::verify(scheme, key, delivery, mint::now())
}

/// Counts an event; says whether its endpoint takes any.
async fn count(
    server: &Server,
    endpoint: &WebhookEndpoint,
    signed: Signed,
) -> Result<bool, StoreError> {
    let now = mint::now();
    let due = now.checked_add(CROWD).unwrap_or(now);
    let counted = server
        .store
        .event_received(&endpoint.id, signed, (now, due));
    let is_taken = counted.await?;
    server
        .hub
        .tell([Topic::Connection(endpoint.connection.clone())]);
    if signed == Signed::Verified && is_taken {
        server.schedule.ring();
        server.hub.tell([Topic::Jobs]);
    }
    Ok(is_taken)
}

/// Whose it is. That our own secret is not in the scheme's form is nobody's forgery.
fn signed(judged: &Result<(), NotSigned>) -> Signed {
    match judged {
        Ok(()) => Signed::Verified,
        Err(
            NotSigned::NoKey
            | NotSigned::Unsigned
            | NotSigned::UnknownScheme(_)
            | NotSigned::MalformedKey,
        ) => Signed::Unknown,
        Err(_) => Signed::Forged,
    }
}

/// A forged event is refused. One that cannot be judged, because nobody has told us the secret or the vendor signs
/// nothing, is taken and not believed: it moves nothing.
fn answer(judged: Result<(), NotSigned>) -> Response {
    match judged {
        Ok(()) | Err(NotSigned::NoKey | NotSigned::Unsigned | NotSigned::UnknownScheme(_)) => {
            StatusCode::OK.into_response()
        }
        Err(why) => (StatusCode::UNAUTHORIZED, format!("{why}\n")).into_response(),
    }
}
