//! Whose a delivery is, and what it means for which connection.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::domain::audit::{self, AuditOutcome, Event, NewEntry, Origin, Via};
use crate::domain::connection::Connection;
use crate::domain::delivery;
use crate::domain::id::WebhookId;
use crate::domain::provider::{Body, Headers, Means};
use crate::domain::saturating_time::saturating_later;
use crate::domain::sync::digest_of;
use crate::domain::webhook::{Notice, Signed, WebhookEndpoint};
use crate::providers::signature::{self, CLOCKS_APART, NotSigned, SignedDelivery};
use crate::server::Server;
use crate::server::caller::server_entry;
use crate::server::sync::parents;
use crate::store::StoreError;
use crate::store::facts::{Arrival, DeliveryEffect, NoEffect, VendorSaid};

use super::batch::EndpointContext;
use super::event_token;

/// A delivery that was judged.
pub(super) struct JudgedRequest<'a> {
    pub(super) delivery: SignedDelivery<'a>,
    /// What is read of it, where the vendor sent it.
    pub(super) judged: Result<&'a [u8], NotSigned>,
    /// When its head had been read.
    pub(super) began: Instant,
    /// When all of it had been read.
    pub(super) at: Timestamp,
}

/// What is written of a delivery.
pub(super) struct ReadDelivery {
    /// The endpoint at which it is counted.
    pub(super) counted_at: WebhookId,
    pub(super) arrival: Arrival,
    /// Why it is not believed.
    pub(super) refusal: Option<NotSigned>,
}

/// What is written of a delivery, and where. One address may get the events of all accounts of our app: the account that a
/// verified event names says whose it is.
pub(super) fn read(
    server: &Server,
    context: &EndpointContext,
    came: JudgedRequest<'_>,
) -> Result<ReadDelivery, StoreError> {
    let now = came.at;
    let is_token = context.token_file().is_some();
    let mut arrival = Arrival {
        at: now,
        signed: signed(&came.judged),
        is_token,
        no_effect: NoEffect::UnknownEvent,
        doubt: came.judged.as_ref().err().map(ToString::to_string),
        event_id: None,
        id_digest: None,
        effects: BTreeSet::new(),
        unwatched: BTreeSet::new(),
        notices: Vec::new(),
        due: now,
        latency_us: 0,
        // Anybody can send what is not believed: it is not worth the time to look into it.
        preview: delivery::size(came.delivery.body),
    };
    let mut counted_at = context.endpoint.id.clone();
    if let (Ok(content), Some(spec)) = (&came.judged, context.spec()) {
        let headers: Headers = came.delivery.headers.iter().copied().collect();
        let body = Body::from_bytes(content);
        arrival.preview = delivery::preview(content, body.json());
        let issued = issued_at(&body).filter(|_| is_token);
        // The claims that are verified name a token; its bytes are not the same when it is written anew.
        let jti = || body.at("/jti")?.as_str().map(str::to_owned);
        let in_body = (spec.id_of(&body)).or_else(|| jti().filter(|_| is_token));
        let known_by = (in_body.clone().map(String::into_bytes))
            .or_else(|| signature::known_by(&spec.signature, &came.delivery));
        arrival.id_digest = known_by.map(|by| digest_of(std::iter::once(by)));
        let id = in_body.or_else(|| signature::id_of(&spec.signature, &came.delivery));
        arrival.event_id = id.as_deref().map(delivery::shown_text);
        arrival.due = saturating_later(now, context.debounce);
        let mut named = Vec::new();
        for happening in spec.read(&headers, &body) {
            // One address is told of everybody: without a name it is nobody's.
            if is_token && happening.account.is_none() {
                continue;
            }
            let whose = whose(server, context, happening.account.as_deref())?;
            if whose.is_empty() && !happening.means.is_empty() {
                arrival.no_effect = arrival.no_effect.max(NoEffect::OfNobody);
            }
            for connection in &whose {
                let is_of_earlier = issued.is_some_and(|at| is_before(at, connection));
                for means in &happening.means {
                    if is_of_earlier && matches!(means, Means::Notice(_)) {
                        arrival.no_effect = arrival.no_effect.max(NoEffect::OfEarlier);
                        continue;
                    }
                    add(server, &mut arrival, connection, means.clone())?;
                }
            }
            named.extend(whose);
        }
        counted_at = find_endpoint(server, &context.endpoint, &named)?;
    }
    arrival.latency_us = u64::try_from(came.began.elapsed().as_micros()).unwrap_or(u64::MAX);
    Ok(ReadDelivery {
        counted_at,
        arrival,
        refusal: came.judged.err(),
    })
}

fn add(
    server: &Server,
    arrival: &mut Arrival,
    whose: &Connection,
    means: Means,
) -> Result<(), StoreError> {
    let connection = whose.id.clone();
    let entity = match means {
        Means::Entity(entity) => Some(entity),
        Means::Listed { entity, parent } => {
            if !parents::is_taken_in(server, whose, &entity, &parent)? {
                arrival.unwatched.insert(connection);
                return Ok(());
            }
            Some(entity)
        }
        Means::Everything => None,
        Means::Notice(said) => {
            let entry = notice_entry(whose, said, arrival.event_id.as_deref());
            arrival.notices.push(VendorSaid {
                connection,
                said,
                entry,
            });
            return Ok(());
        }
    };
    arrival
        .effects
        .insert(DeliveryEffect { connection, entity });
    Ok(())
}

/// What the log says of what a vendor said.
pub(super) fn notice_entry(whose: &Connection, said: Notice, event: Option<&str>) -> NewEntry {
    let told = Event::Noticed(audit::webhooks::Noticed {
        name: whose.name.clone(),
        provider: whose.provider.clone(),
        said,
        event: event.map(str::to_owned),
    });
    let entry = server_entry(told, &whose.id, AuditOutcome::Warning);
    NewEntry {
        origin: Origin {
            address: None,
            via: Via::Http,
        },
        ..entry
    }
}

/// The providers at which an account is the one that is named here. An identity provider tells one address of ours about
/// everything that was granted to our app, whatever it is for.
fn told_at_once(server: &Server, context: &EndpointContext) -> Result<Vec<String>, StoreError> {
    match context.token_file() {
        Some(file) => event_token::told_together(server, file),
        None => Ok(vec![context.connection.provider.clone()]),
    }
}

/// When a token was issued, in seconds.
fn issued_at(body: &Body) -> Option<i64> {
    Some(body.at("/iat")?.as_f64()? as i64)
}

/// Whether the connection was authorized well after that: what was said then is about the authorization before. In doubt the
/// vendor is asked.
fn is_before(at: i64, connection: &Connection) -> bool {
    let authorized = connection.connected_at;
    authorized.is_some_and(|authorized| at < authorized.as_second() - CLOCKS_APART)
}

/// The connections that an event is about: every one of its account that is in service, because several owners may have
/// the same account. Where none of them is, the one at which it is counted as dropped; none where nobody here has the account.
fn whose(
    server: &Server,
    context: &EndpointContext,
    account: Option<&str>,
) -> Result<Vec<Arc<Connection>>, StoreError> {
    let own = &context.connection;
    let Some(account) = account else {
        return Ok(vec![Arc::clone(own)]);
    };
    let providers = told_at_once(server, context)?;
    let named: Vec<Arc<Connection>> = server
        .store
        .connections_of_account(&providers, account)
        .map(|it| it.map(Arc::new))
        .collect::<Result<_, _>>()?;
    let (living, mut gone): (Vec<_>, Vec<_>) =
        named.into_iter().partition(|it| it.status.in_service());
    if living.is_empty() {
        gone.sort_by_key(|it| it.id != own.id);
        gone.truncate(1);
        return Ok(gone);
    }
    Ok(living)
}

/// The endpoint at which a delivery about these connections is counted: where it came in if that takes it, or that of the
/// first connection in service.
fn find_endpoint(
    server: &Server,
    came_in: &WebhookEndpoint,
    named: &[Arc<Connection>],
) -> Result<WebhookId, StoreError> {
    let own = &came_in.connection;
    let place = |it: &&Arc<Connection>| (!it.status.in_service(), it.id != *own);
    let Some(first) = named.iter().min_by_key(place) else {
        return Ok(came_in.id.clone());
    };
    if first.id == *own {
        return Ok(came_in.id.clone());
    }
    let endpoints = server.store.webhooks_of(Some(&first.id))?;
    let its = endpoints.into_iter().next();
    Ok(its.map_or_else(|| came_in.id.clone(), |endpoint| endpoint.id))
}

/// That our own secret is not in the scheme's form is nobody's forgery.
fn signed<T>(judged: &Result<T, NotSigned>) -> Signed {
    match judged {
        Ok(_) => Signed::Verified,
        Err(
            NotSigned::NoKey
            | NotSigned::NoClient
            | NotSigned::Unsigned
            | NotSigned::UnknownScheme(_)
            | NotSigned::MalformedKey,
        ) => Signed::Unknown,
        Err(NotSigned::OutOfTime(_)) => Signed::OutOfTime,
        Err(
            NotSigned::Missing(_)
            | NotSigned::MalformedTime
            | NotSigned::Wrong
            | NotSigned::NotAToken
            | NotSigned::Algorithm
            | NotSigned::OtherIssuer
            | NotSigned::OtherAudience
            | NotSigned::UnknownKey
            | NotSigned::WeakKey,
        ) => Signed::Forged,
    }
}
