//! The HTTP listener: what vendors send us, and the callback of a redirect URI that is not loopback.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use tokio::net::TcpListener;

use super::Server;
use super::connect::came;
use crate::domain::id::WebhookId;
use crate::store::StoreError;
use crate::wire::Topic;

/// Events larger than this are refused; no vendor of the catalog sends such.
const LARGEST_EVENT: usize = 1024 * 1024;

/// Serves until the server stops.
pub async fn serve(server: Arc<Server>, listener: TcpListener) {
    let stop = server.stop.clone();
    let app = Router::new()
        .route("/webhooks/{id}", post(event))
        .route("/callback/{provider}", get(came))
        .layer(DefaultBodyLimit::max(LARGEST_EVENT))
        .with_state(server);
    if let Err(error) = axum::serve(listener, app)
        .with_graceful_shutdown(stop.cancelled_owned())
        .await
    {
        tracing::error!(%error, "the HTTP listener ended");
    }
}

/// An event is answered and counted; one for a disconnected integration goes no further (O6).
async fn event(
    State(server): State<Arc<Server>>,
    Path(id): Path<String>,
    _body: axum::body::Bytes,
) -> StatusCode {
    let Ok(id) = id.parse::<WebhookId>() else {
        return StatusCode::NOT_FOUND;
    };
    match server.store.event_received(&id).await {
        Ok(endpoint) => {
            server.hub.tell([Topic::Connection(endpoint.connection)]);
            StatusCode::OK
        }
        Err(StoreError::NotFound { .. }) => StatusCode::NOT_FOUND,
        Err(error) => {
            tracing::error!(%error, "an event could not be counted");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}
