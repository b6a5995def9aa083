//! Flows that were ended: those under way are told, and what they may still bring is waited for.

use std::time::Duration;

use crate::domain::id::FlowId;
use crate::server::Server;
use crate::wire::Topic;

/// What a flow that was ended may still bring is waited for so long, before the calls that end grants are made.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// Tells the flows under way whose rows say that somebody ended them.
pub fn notify_ended_flows(server: &Server) {
    let rows = match server.store.flows() {
        Ok(rows) => rows,
        // Nothing is lost: before an exchange, and before anything is kept, the row is looked at again.
        Err(error) => {
            tracing::error!(%error, "which authorizations were ended cannot be read");
            return;
        }
    };
    let ended = |id: &FlowId| rows.iter().any(|row| row.id == *id && !row.is_open());
    server.flows.end(ended);
    server
        .hub
        .tell([Topic::Connections, Topic::Providers, Topic::Audit]);
}

/// Waits until nothing can come of the flows that were ended, but not longer than ten seconds. Returns whether that is
/// so: what comes later is given back by itself.
pub async fn wait_for_ended_flows(server: &Server) -> bool {
    notify_ended_flows(server);
    let quiet = server.flows.until_quiet();
    tokio::time::timeout(LAST_ANSWERS, quiet).await.is_ok()
}
