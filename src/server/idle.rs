//! A server that was started by a client leaves when it is not needed any more.

use std::sync::Arc;
use std::time::Duration;

use super::Server;
use crate::store::{Store, StoreError};

/// Stops the server when for so long nothing was attached, scheduled, running or held.
pub async fn leave_when_idle(server: Arc<Server>, patience: Duration) {
    let mut attached = server.presence.subscribe();
    loop {
        if attached.wait_for(|n| *n == 0).await.is_err() {
            return;
        }
        let somebody = async { attached.wait_for(|n| *n > 0).await.is_ok() };
        tokio::select! {
            () = server.stop.cancelled() => return,
            came = tokio::time::timeout(patience, somebody) => if came.is_ok() {
                continue;
            },
        }
        match is_needed(&server) {
            Ok(false) => {
                tracing::info!("nothing is attached, scheduled or running; leaving");
                return server.stop.cancel();
            }
            Ok(true) => {}
            Err(error) => {
                tracing::error!(%error, "whether the server is needed cannot be told; it stays")
            }
        }
    }
}

fn is_needed(server: &Server) -> Result<bool, StoreError> {
    let scheduled = server.store.is_anything_scheduled()?;
    let store = &server.store;
    let running = !store.live_executions(None)?.is_empty()
        || !store.open_runs()?.is_empty()
        || !store.walkthroughs_running()?.is_empty()
        || !store.walkthroughs_planned()?.is_empty()
        || !store.open_wipes()?.is_empty();
    let held = store.holds_count()? > 0 || store.proofs_count()? > 0;
    Ok(scheduled || running || held || is_telling(store)? || server.flows.open() > 0)
}

/// Whether a subscription is still to be told of something.
fn is_telling(store: &Store) -> Result<bool, StoreError> {
    for subscription in store.subscriptions()? {
        if store.next_message(&subscription.id)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
