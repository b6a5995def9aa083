//! What people do with subscriptions.

use url::Url;

use super::deliver::{self, SendError};
use crate::domain::audit::connections::{
    SubscriptionAdded, SubscriptionEdited, SubscriptionRemoved,
};
use crate::domain::audit::webhooks::{MessageResent, MessageTested, SecretRotated};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::id::{MessageId, SubscriptionId};
use crate::domain::message::{
    EventKind, Message, MessageContext, MessageState, OVERLAP, is_filter,
};
use crate::domain::sealed::{SealPurpose, Sealed, SlotRef};
use crate::domain::webhook::WebhookSubscription;
use crate::outbound::signature;
use crate::server::caller::Caller;
use crate::server::vendor::sealed_away;
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;
use crate::wire::request::Secret;
use crate::wire::view::SubscriptionStatus;
use crate::wire::{Code, Problem, Topic, rpc, view};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// All of them.
pub(super) fn list(server: &Server) -> Result<Vec<view::Subscription>, Problem> {
    let all = server.store.subscriptions()?;
    Ok(all
        .into_iter()
        .map(|it| shown(server, it))
        .collect::<Result<_, _>>()?)
}

fn shown(server: &Server, it: WebhookSubscription) -> Result<view::Subscription, StoreError> {
    let status = match (it.enabled, &it.secret) {
        (false, _) => SubscriptionStatus::Disabled,
        (true, None) => SubscriptionStatus::Unsigned,
        (true, Some(_)) => SubscriptionStatus::Enabled,
    };
    let messages = server.store.messages_of(&it.id)?;
    let waits = server.store.next_message(&it.id)?;
    let pending = server.store.waiting_messages(&it.id)?;
    let dead = server.store.dead_letters(&it.id)?;
    let mut tried = messages.iter().filter_map(|message| message.last.clone());
    Ok(view::Subscription {
        last: tried.next(),
        next_try: waits.map(|message| message.next_try),
        pending,
        dead,
        id: it.id,
        url: it.url,
        events: it.events,
        status,
    })
}

/// Adds one. Its secret is shown in this answer and never again.
///
/// # Errors
/// When the URL may not be sent to, or nothing is called like an event.
pub(super) async fn add(
    server: &Server,
    caller: &Caller,
    url: String,
    events: Vec<String>,
) -> Result<view::SubscriptionSecret, Problem> {
    check_url(server, &url)?;
    check_events(&events)?;
    let id = clock_and_ids::subscription();
    let (secret, sealed) = new_secret(server, &id)?;
    let slot = sealed.key.clone();
    let subscription = WebhookSubscription {
        id,
        url,
        events,
        enabled: true,
        secret: Some(sealed),
        retired: None,
    };
    let added = Event::SubscriptionAdded(SubscriptionAdded {
        url: subscription.url.clone(),
        events: subscription.events.clone(),
    });
    let entry = caller.entry(added, &subscription.id, AuditOutcome::Done);
    if let Err(error) = server.store.add_subscription(&subscription, entry).await {
        destroy(server, [slot])?;
        return Err(error.into());
    }
    server.hub.tell([Topic::Subscriptions, Topic::Audit]);
    Ok(view::SubscriptionSecret {
        subscription: shown(server, subscription)?,
        secret,
    })
}

/// Has one told elsewhere, or of other events. What waits for it goes to the new address.
///
/// # Errors
/// When there is no such subscription, the URL may not be sent to, or nothing is called like an event.
pub(super) async fn edit(
    server: &Server,
    caller: &Caller,
    asked: rpc::SubscriptionEdit,
) -> Result<view::Subscription, Problem> {
    if let Some(url) = &asked.url {
        check_url(server, url)?;
    }
    check_events(asked.events.as_deref().unwrap_or_default())?;
    let edited = server.store.edit_subscription(&asked.id, |row| {
        let before = row.clone();
        row.url = asked.url.clone().unwrap_or(row.url.clone());
        row.events = asked.events.clone().unwrap_or(row.events.clone());
        let edited = Event::SubscriptionEdited(SubscriptionEdited {
            url: row.url.clone(),
            events: row.events.clone(),
            url_before: before.url,
            events_before: before.events,
        });
        caller.entry(edited, &asked.id, AuditOutcome::Done)
    });
    let subscription = edited.await?;
    server.hub.tell([Topic::Subscriptions, Topic::Audit]);
    server.senders.workers.alarm.ring();
    Ok(shown(server, subscription)?)
}

/// Removes one, with what it was to be told.
pub(super) async fn remove(
    server: &Server,
    caller: &Caller,
    id: &SubscriptionId,
) -> Result<(), Problem> {
    let removed = Event::SubscriptionRemoved(SubscriptionRemoved {});
    let entry = caller.entry(removed, id, AuditOutcome::Done);
    let slots = server.store.remove_subscription(id, entry).await?;
    destroy(server, slots)?;
    server.hub.tell([Topic::Subscriptions, Topic::Audit]);
    Ok(())
}

/// Gives it another secret, shown in this answer and never again. The old one signs beside it for a day.
pub(super) async fn rotate(
    server: &Server,
    caller: &Caller,
    id: &SubscriptionId,
) -> Result<view::SubscriptionSecret, Problem> {
    server.store.subscription(id)?;
    let (secret, sealed) = new_secret(server, id)?;
    let slot = sealed.key.clone();
    let until = clock_and_ids::now() + OVERLAP;
    let rotated = Event::SecretRotated(SecretRotated {
        old_signs_until: until,
    });
    let entry = caller.entry(rotated, id, AuditOutcome::Done);
    match server.store.rotate_secret(id, sealed, until, entry).await {
        Ok(unnamed) => destroy(server, unnamed)?,
        Err(error) => {
            destroy(server, [slot])?;
            return Err(error.into());
        }
    }
    server.hub.tell([Topic::Subscriptions, Topic::Audit]);
    server.senders.workers.alarm.ring();
    let subscription = server.store.subscription(id)?;
    Ok(view::SubscriptionSecret {
        subscription: shown(server, subscription)?,
        secret,
    })
}

/// Sends a message at once, whatever waits, and says what came of it. It is not tried again.
///
/// # Errors
/// When there is no such subscription, or it has no secret.
pub(super) async fn test(
    server: &Server,
    caller: &Caller,
    id: &SubscriptionId,
) -> Result<Message, Problem> {
    let subscription = server.store.subscription(id)?;
    if subscription.secret.is_none() {
        return Err(Problem::new(
            Code::Conflict,
            format!("{id} has no secret to sign with"),
            format!("`tagout subscriptions rotate {id}` gives it one"),
        ));
    }
    let source = clock_and_ids::audit();
    let mut message = Message::new(
        id.clone(),
        EventKind::Test,
        clock_and_ids::now(),
        MessageContext::Nothing,
        source.as_str(),
    );
    let (attempt, _) = deliver::send(server, &subscription, &message)
        .await
        .map_err(not_sent)?;
    message.tries = 1;
    message.state = match attempt.is_taken() {
        true => MessageState::Delivered,
        false => MessageState::Failed,
    };
    let tested = Event::MessageTested(MessageTested {
        message: message.id.clone(),
        status: attempt.status,
        why: attempt.in_our_words(),
    });
    let outcome = match attempt.is_taken() {
        true => AuditOutcome::Done,
        false => AuditOutcome::Failed,
    };
    message.last = Some(attempt);
    let entry = caller.entry(tested, id, outcome);
    let message = server.store.message_tested(message, entry).await?;
    server.hub.tell([Topic::Subscriptions, Topic::Audit]);
    Ok(message)
}

/// What one was told last, is to be told, and did not take.
pub(super) fn deliveries(server: &Server, id: &SubscriptionId) -> Result<Vec<Message>, Problem> {
    server.store.subscription(id)?;
    Ok(server.store.messages_of(id)?)
}

/// Sends a dead letter again.
pub(super) async fn resend(
    server: &Server,
    caller: &Caller,
    id: &MessageId,
) -> Result<Message, Problem> {
    let dead = server.store.dead_letter(id)?;
    let resent = Event::MessageResent(MessageResent {
        message: id.clone(),
        kind: dead.kind,
    });
    let entry = caller.entry(resent, &dead.subscription, AuditOutcome::Done);
    let message = server.store.resend(id, clock_and_ids::now(), entry).await?;
    server.hub.tell([Topic::Subscriptions, Topic::Audit]);
    Ok(message)
}

fn check_url(server: &Server, url: &str) -> Result<(), Problem> {
    let usage = |message: String, hint: &str| Problem::new(Code::Usage, message, hint);
    let parsed = Url::parse(url).map_err(|error| {
        usage(
            format!("{url:?} is no URL: {error}"),
            "write it with https://",
        )
    })?;
    server.senders.outbound.check(&parsed).map_err(|refused| {
        let message = format!("a subscription cannot be sent there: {refused}");
        usage(message, "nothing was changed")
    })
}

fn check_events(events: &[String]) -> Result<(), Problem> {
    let Some(unknown) = events.iter().find(|event| !is_filter(event)) else {
        return Ok(());
    };
    let known: Vec<&str> = EventKind::ALL.iter().map(|kind| kind.word()).collect();
    Err(Problem::new(
        Code::Usage,
        format!("no event is called {unknown:?}"),
        format!("write * or a noun with .*, or one of: {}", known.join(", ")),
    ))
}

fn new_secret(server: &Server, id: &SubscriptionId) -> Result<(Secret, Sealed), Problem> {
    let secret: SecretString = signature::new_secret().map_err(|error| {
        Problem::new(
            Code::Failed,
            format!("making a secret failed: {error}"),
            "try again",
        )
    })?;
    let sealed = server
        .vault
        .seal(&secret, id.as_str(), SealPurpose::Subscription)
        .map_err(|error| sealed_away(&error))?;
    let shown = Zeroizing::new(secret.expose_secret().to_owned());
    Ok((Secret(shown), sealed))
}

fn destroy(server: &Server, slots: impl IntoIterator<Item = SlotRef>) -> Result<(), Problem> {
    for slot in slots {
        server
            .vault
            .discard(&slot)
            .map_err(|error| sealed_away(&error))?;
    }
    Ok(())
}

fn not_sent(trouble: SendError) -> Problem {
    Problem::new(
        Code::Failed,
        format!("sending a test message failed: {trouble}"),
        "see the server's log",
    )
}
