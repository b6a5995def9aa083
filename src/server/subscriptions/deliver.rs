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
use crate::domain::message::{Attempt, Message, MessageContext, MessageState};
use crate::domain::payload::{entry_data, record_data, wiped_data};
use crate::domain::saturating_time::saturating_later;
use crate::domain::webhook::WebhookSubscription;
use crate::outbound::signature;
use crate::outbound::{Envelope, ReceiverReply};
use crate::server::caller::server_entry;
use crate::server::{AFTER_TROUBLE, Server, clock_and_ids};
use crate::store::StoreError;
use crate::vault::VaultError;
use crate::wire::Topic;

/// Why a message cannot be made or written.
#[derive(Debug, thiserror::Error)]
pub(super) enum SendError {
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
    let forgetting = forget_removed(Arc::clone(&server));
    server.tasks.spawn(forgetting);
    loop {
        told.mark_unchanged();
        let next = begin_due(&server).await.unwrap_or_else(|error| {
            tracing::error!(%error, "what subscriptions are to be told cannot be read");
            Some(clock_and_ids::now() + AFTER_TROUBLE)
        });
        tokio::select! {
            goes_on = server.senders.workers.alarm.wait(next, &server.stop) => if !goes_on { return },
            changed = told.changed() => if changed.is_err() { return },
        }
    }
}

/// Removes what a removal left that was cut short. There may be much of it, and nobody waits for it.
async fn forget_removed(server: Arc<Server>) {
    tokio::select! {
        () = server.stop.cancelled() => {}
        forgotten = server.store.forget_removed() => if let Err(error) = forgotten {
            tracing::error!(%error, "messages of removed subscriptions stay until the next start");
        }
    }
}

/// Begins to send to every receiver for whom something is due; when the next is.
async fn begin_due(server: &Arc<Server>) -> Result<Option<Timestamp>, SendError> {
    let now = clock_and_ids::now();
    let mut next = None;
    for subscription in server.store.subscriptions()? {
        // Trouble with one receiver is nobody else's.
        let due = look_at(server, &subscription, now).await;
        let due = due.unwrap_or_else(|error| {
            let id = &subscription.id;
            tracing::error!(subscription = %id, %error, "what it is to be told cannot be read");
            Some(now + AFTER_TROUBLE)
        });
        next = next.into_iter().chain(due).min();
    }
    Ok(next)
}

/// Begins to send to a receiver, if something is due; when the next is.
async fn look_at(
    server: &Arc<Server>,
    subscription: &WebhookSubscription,
    now: Timestamp,
) -> Result<Option<Timestamp>, SendError> {
    if subscription.is_sent_to() {
        match server.store.next_message(&subscription.id)? {
            Some(message) if message.next_try <= now => {
                spawn_sender(server, subscription.id.clone())
            }
            Some(message) => {
                let ends = retire(server, subscription, now).await?;
                return Ok(ends.into_iter().chain([message.next_try]).min());
            }
            None => {}
        }
    }
    retire(server, subscription, now).await
}

/// Destroys a replaced secret whose time is over; when that of one is that still signs.
async fn retire(
    server: &Server,
    subscription: &WebhookSubscription,
    now: Timestamp,
) -> Result<Option<Timestamp>, SendError> {
    let Some(old) = &subscription.retired else {
        return Ok(None);
    };
    if old.until > now {
        return Ok(Some(old.until));
    }
    if let Some(slot) = server.store.retire_secret(&subscription.id, now).await? {
        server.vault.discard(&slot)?;
    }
    Ok(None)
}

/// Sends to a receiver in a task of its own, unless one does already.
fn spawn_sender(server: &Arc<Server>, id: SubscriptionId) {
    let Some(sender) = server.senders.workers.begin(id) else {
        return;
    };
    let server = Arc::clone(server);
    server.clone().tasks.spawn(async move {
        let (server, id) = (&*server, &sender.id);
        let sent = async {
            loop {
                // For each message anew, so that long queues of a few do not keep everybody else waiting.
                let room = sender.room().await;
                if !send_first(server, id).await? {
                    return Ok::<_, SendError>(());
                }
                drop(room);
            }
        };
        tokio::select! {
            // What was under way is sent again at the next start: its id says that it is the same.
            () = server.stop.cancelled() => {}
            sent = sent => if let Err(error) = sent {
                tracing::error!(subscription = %id, %error, "messages cannot be sent");
                // They are still due. Our own store or vault is in trouble, and hurry does not help.
                server.pause(AFTER_TROUBLE).await;
            }
        }
    });
}

/// Sends the first message that waits, if it is due. Whether to go on with the next.
async fn send_first(server: &Server, id: &SubscriptionId) -> Result<bool, SendError> {
    let Some(subscription) = server.store.get::<WebhookSubscription>(id.as_str())? else {
        return Ok(false);
    };
    let message = server.store.next_message(id)?;
    let due = message.filter(|it| it.next_try <= clock_and_ids::now() && subscription.is_sent_to());
    let Some(mut message) = due else {
        return Ok(false);
    };
    // What a power cut could still take back has not happened for anybody outside.
    server.store.durable(server.store.seen()).await?;
    let (attempt, retry_after) = send(server, &subscription, &message).await?;
    message.tries += 1;
    let is_taken = attempt.is_taken();
    let now = clock_and_ids::now();
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
            why: attempt.in_our_words(),
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
) -> Result<(Attempt, Option<Duration>), SendError> {
    let url =
        Url::parse(&subscription.url).map_err(|_| SendError::Url(subscription.url.clone()))?;
    let open = |sealed| server.vault.open_own(sealed, subscription.id.as_str());
    let (id, at) = (message.id.as_str(), clock_and_ids::now());
    let secrets: Vec<SecretString> =
        (subscription.signing(at).map(open)).collect::<Result<_, _>>()?;
    let body = message.body(&data(server, message)?);
    let signature = signature::sign(&secrets, id, at.as_second(), &body)?;
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

fn said(reply: &ReceiverReply) -> String {
    match reply.status {
        200..=299 => "taken".to_owned(),
        300..=399 => "it redirects, and is not followed; write the new URL".to_owned(),
        status if reply.words.is_empty() => format!("it answered {status}"),
        status => format!("it answered {status}: {}", reply.words),
    }
}

fn data(server: &Server, message: &Message) -> Result<Value, StoreError> {
    Ok(match &message.about {
        MessageContext::Entry { log, seq } => match server.store.entry_of(*log, *seq)? {
            Some(entry) => entry_data(message.kind, &entry),
            None => Value::Null,
        },
        MessageContext::Record(of) => match server.store.named_record(of)? {
            Some(record) => {
                let connection = server.store.connection(&of.connection)?;
                let configs = server.store.configs_of(&of.connection)?;
                record_data(&connection, &record, &configs)
            }
            None => wiped_data(of),
        },
        MessageContext::Nothing => json!({ "workspace": server.workspace }),
    })
}

fn next_try(server: &Server, message: &Message, retry_after: Option<Duration>) -> Timestamp {
    let pace = server.senders.pace;
    // A receiver cannot ask to be left alone for longer than it would be by itself.
    let asked = retry_after.map(|asked| asked.min(pace.most));
    let tries = message.tries.saturating_sub(1);
    let wait = pace.wait(tries, clock_and_ids::chance(), asked);
    saturating_later(clock_and_ids::now(), wait)
}
