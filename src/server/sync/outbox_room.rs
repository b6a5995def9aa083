//! Room in the outbox: a pull waits while what it brings would be told to a subscription that has too much to take already.
//! Nothing is lost so: the list is still at the vendor, and the pass stands where it stood.

use std::collections::BTreeSet;

use tokio::sync::broadcast::error::RecvError;

use super::task::Task;
use super::{WaitsFor, wait_state::WaitGuard};
use crate::domain::routing;
use crate::domain::webhook::{ConfigKind, WebhookSubscription};
use crate::server::Server;
use crate::store::StoreError;
use crate::wire::Topic;

/// Whether subscriptions are told of what is kept.
pub(super) fn is_told(task: &Task<'_>) -> Result<bool, StoreError> {
    Ok(!led_to(task.server, task)?.is_empty())
}

/// Waits until there is room for what a batch may tell, or somebody says stop: what was received is kept then all the same.
pub(super) async fn wait_for_outbox(task: &Task<'_>) -> Result<(), StoreError> {
    if full(task)?.is_none() {
        return Ok(());
    }
    // Listened to before it is looked at again, so that no change is missed.
    let mut changes = task.server.hub.listen();
    let mut waiting: Option<WaitGuard<'_>> = None;
    while let Some(why) = full(task)? {
        let what = WaitsFor::Us { why };
        match &waiting {
            Some(waiting) => waiting.waits_for(what),
            None => waiting = Some(WaitGuard::begins(task, what)),
        }
        tokio::select! {
            biased;
            () = task.pulling.stop.cancelled() => break,
            () = changed(&mut changes, task) => {}
        }
    }
    Ok(())
}

/// A message was sent, or where rules lead is another.
async fn changed(changes: &mut tokio::sync::broadcast::Receiver<Vec<Topic>>, task: &Task<'_>) {
    let rules = Topic::Connection(task.execution.connection.clone());
    loop {
        match changes.recv().await {
            Ok(topics) => {
                if topics
                    .iter()
                    .any(|it| *it == Topic::Subscriptions || *it == rules)
                {
                    return;
                }
            }
            Err(RecvError::Lagged(_)) => return,
            // Nothing changes any more: the server stops, and ends this.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// Why there is no room; none where there is.
fn full(task: &Task<'_>) -> Result<Option<String>, StoreError> {
    let server = task.server;
    for subscription in led_to(server, task)? {
        let unsent = server.store.unsent(&subscription.id)?;
        // The numbers count what was removed in between; only where they are too high is each message looked at.
        let unsent = match unsent >= server.senders.most_unsent {
            true => server.store.waiting_messages(&subscription.id)?,
            false => unsent,
        };
        if unsent >= server.senders.most_unsent {
            return Ok(Some(format!(
                "waits until {} takes what it was told: {unsent} messages are not sent yet",
                subscription.url
            )));
        }
    }
    Ok(None)
}

/// The subscriptions that rules for this entity lead to, and that are sent to.
fn led_to(server: &Server, task: &Task<'_>) -> Result<Vec<WebhookSubscription>, StoreError> {
    let rules = server.store.configs_of(&task.job.connection)?.into_iter();
    let rules = rules.filter(|it| it.kind == ConfigKind::Routing && it.entity == task.job.entity);
    let ids: BTreeSet<_> = rules.filter_map(|rule| routing::target(&rule)).collect();
    let mut found = Vec::new();
    for id in ids {
        let subscription = server.store.get::<WebhookSubscription>(id.as_str())?;
        found.extend(subscription.filter(WebhookSubscription::is_sent_to));
    }
    Ok(found)
}
