//! Sending what is due: in order for each receiver, at least once, until it is taken or three days have passed. A message is
//! sent only when what it tells of is on the disk. What is pending keeps no server up; it goes on at the next start.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;

use crate::domain::audit::webhooks::DeadLetter;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::id::SubscriptionId;
use crate::domain::message::{About, Attempt, Message, MessageState, entry_data};
use crate::domain::webhook::WebhookSubscription;
use crate::outbound::signature;
use crate::outbound::{Envelope, Reply};
use crate::server::who::server_entry;
use crate::server::{AFTER_TROUBLE, Server, mint};
use crate::store::StoreError;
use crate::vault::VaultError;
use crate::wire::Topic;

/// Why a message cannot be made or written.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The vault refuses.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The secret is none.
    #[error(transparent)]
    Sign(#[from] signature::SignError),
    /// The stored URL is none.
    #[error("{0:?} is no URL")]
    Url(String),
}

/// Sends what is due, until the server stops.
pub async fn keep(server: Arc<Server>) {
    let mut told = server.store.outgoing();
    loop {
        let commit = *told.borrow_and_update();
        let begun = match server.store.durable(commit).await {
            Ok(()) => begin_due(&server).await,
            Err(error) => Err(error.into()),
        };
        let next = begun.unwrap_or_else(|error| {
            tracing::error!(%error, "what subscriptions are to be told cannot be read");
            Some(mint::now() + AFTER_TROUBLE)
        });
        tokio::select! {
            goes_on = server.senders.workers.alarm.wait(next, &server.stop) => if !goes_on { return },
            changed = told.changed() => if changed.is_err() { return },
        }
    }
}

/// Begins to send to every receiver for whom something is due; when the next is.
async fn begin_due(server: &Arc<Server>) -> Result<Option<Timestamp>, Trouble> {
    let now = mint::now();
    let mut next = None;
    for subscription in server.store.subscriptions()? {
        retire(server, &subscription, now).await?;
        let ends = subscription.retired.as_ref().map(|old| old.until);
        let mut due = ends.filter(|at| *at > now);
        if subscription.is_sent_to() {
            match server.store.next_message(&subscription.id)? {
                Some(message) if message.next_try <= now => begin(server, subscription.id),
                Some(message) => due = due.into_iter().chain([message.next_try]).min(),
                None => {}
            }
        }
        next = next.into_iter().chain(due).min();
    }
    Ok(next)
}

/// Destroys a replaced secret whose time is over.
async fn retire(
    server: &Server,
    subscription: &WebhookSubscription,
    now: Timestamp,
) -> Result<(), Trouble> {
    let is_over = |old: &crate::domain::webhook::RetiredSecret| old.until <= now;
    if subscription.retired.as_ref().is_some_and(is_over)
        && let Some(slot) = server.store.retire_secret(&subscription.id, now).await?
    {
        server.vault.discard(&slot)?;
    }
    Ok(())
}

/// Sends to a receiver in a task of its own, unless one does already.
fn begin(server: &Arc<Server>, id: SubscriptionId) {
    let Some(sender) = server.senders.workers.begin(id) else {
        return;
    };
    let server = Arc::clone(server);
    server.clone().tasks.spawn(async move {
        let (server, id) = (&*server, &sender.id);
        let room = sender.room().await;
        let sent = async {
            while send_first(server, id).await? {}
            Ok::<_, Trouble>(())
        };
        tokio::select! {
            // What was under way is sent again at the next start: its id says that it is the same.
            () = server.stop.cancelled() => {}
            sent = sent => if let Err(error) = sent {
                drop(room);
                tracing::error!(subscription = %id, %error, "messages cannot be sent");
                // They are still due. Our own store or vault is in trouble, and hurry does not help.
                server.pause(AFTER_TROUBLE).await;
            }
        }
    });
}

/// Sends the first message that waits, if it is due. Whether to go on with the next.
async fn send_first(server: &Server, id: &SubscriptionId) -> Result<bool, Trouble> {
    let Some(subscription) = server.store.get::<WebhookSubscription>(id.as_str())? else {
        return Ok(false);
    };
    let message = server.store.next_message(id)?;
    let due = message.filter(|it| it.next_try <= mint::now() && subscription.is_sent_to());
    let Some(mut message) = due else {
        return Ok(false);
    };
    let (attempt, retry_after) = send(server, &subscription, &message).await?;
    message.tries += 1;
    let is_taken = attempt.is_taken();
    let now = mint::now();
    message.state = match is_taken {
        true => MessageState::Delivered,
        false if message.is_given_up(now) => MessageState::Dead,
        false => MessageState::Pending,
    };
    message.next_try = next_try(server, &message, retry_after);
    let is_dead = message.state == MessageState::Dead;
    let entry = is_dead.then(|| {
        let dead = Event::DeadLetter(DeadLetter {
            message: message.id.clone(),
            kind: message.kind,
            tries: message.tries,
            why: attempt.why.clone(),
        });
        server_entry(dead, id, AuditOutcome::Failed)
    });
    message.last = Some(attempt);
    server.store.message_tried(message, entry).await?;
    server.hub.tell([Topic::Subscriptions]);
    Ok(is_taken || is_dead)
}

/// Sends a message once, with a signature of each secret that holds.
pub(super) async fn send(
    server: &Server,
    subscription: &WebhookSubscription,
    message: &Message,
) -> Result<(Attempt, Option<Duration>), Trouble> {
    let url = Url::parse(&subscription.url).map_err(|_| Trouble::Url(subscription.url.clone()))?;
    let open = |sealed| server.vault.open_for_use(sealed, subscription.id.as_str());
    let secrets: Vec<SecretString> = subscription.sealed().map(open).collect::<Result<_, _>>()?;
    let body = message.body(&data(server, message)?);
    let (id, at) = (message.id.as_str(), mint::now());
    let signature = signature::sign(&secrets, (id, at.as_second()), &body)?;
    let envelope = Envelope {
        id,
        timestamp: at.as_second(),
        signature: &signature,
        body,
    };
    let began = tokio::time::Instant::now();
    let sent = server.senders.outbound.send(&url, envelope).await;
    let latency_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let attempt = |status, why| Attempt {
        at,
        status,
        latency_ms,
        why,
    };
    Ok(match sent {
        Ok(reply) => (attempt(Some(reply.status), said(&reply)), reply.retry_after),
        Err(error) => (attempt(None, error.to_string()), None),
    })
}

fn said(reply: &Reply) -> String {
    match reply.status {
        200..=299 => "taken".to_owned(),
        300..=399 => "it redirects, and is not followed; write the new URL".to_owned(),
        status if reply.words.is_empty() => format!("it answered {status}"),
        status => format!("it answered {status}: {}", reply.words),
    }
}

fn data(server: &Server, message: &Message) -> Result<Value, StoreError> {
    Ok(match &message.about {
        About::Entry { seq } => match server.store.entry(*seq)? {
            Some(entry) => entry_data(&entry),
            None => Value::Null,
        },
        About::Record(record) => json!(record),
        About::Nothing => json!({ "workspace": server.workspace }),
    })
}

fn next_try(server: &Server, message: &Message, retry_after: Option<Duration>) -> Timestamp {
    let mut random = [u8::MAX];
    if let Err(error) = getrandom::fill(&mut random) {
        tracing::debug!(%error, "no jitter");
    }
    let [random] = random;
    let pace = server.senders.pace;
    // A receiver cannot ask to be left alone for longer than it would be by itself.
    let asked = retry_after.map(|asked| asked.min(pace.most));
    let wait = pace.wait(message.tries.saturating_sub(1), random, asked);
    mint::now().checked_add(wait).unwrap_or(Timestamp::MAX)
}
