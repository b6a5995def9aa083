//! The HTTP listener: what vendors send us, and the callback of a redirect URI that is not loopback, where some say too that
//! our app was uninstalled.

use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get};
use tokio::net::TcpListener;

use super::connect::came;
use super::{Server, http_connections, webhooks};

/// Serves until the server stops.
pub async fn serve(server: Arc<Server>, listener: TcpListener) {
    let (trusted, stop) = (server.trusted_proxies.clone(), server.stop.clone());
    let app = Router::new()
        .route("/webhooks/{id}", any(webhooks::event))
        .route(
            "/callback/{provider}",
            get(came).delete(webhooks::uninstalled),
        )
        .with_state(server);
    http_connections::serve(listener, app, trusted, stop).await;
}
