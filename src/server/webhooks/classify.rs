//! Whose a delivery is, and what it means for which connection.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::audit::{self, AuditOutcome, Event, NewEntry, Origin, Via};
use crate::domain::connection::Connection;
use crate::domain::delivery::{self, DEBOUNCE};
use crate::domain::display_text::clean;
use crate::domain::id::WebhookId;
use crate::domain::provider::{Body, Headers, Means, WebhookSpec};
use crate::domain::saturating_time::saturating_later;
use crate::domain::sync::digest_of;
use crate::domain::webhook::{Notice, Signed, WebhookEndpoint};
use crate::providers::is_on_loopback;
use crate::providers::signature::{self, CLOCKS_APART, NotSigned, SignedDelivery};
use crate::server::caller::server_entry;
use crate::server::sync::parents;
use crate::server::{Server, clock_and_ids, vendor};
use crate::store::StoreError;
use crate::store::facts::{Arrival, DeliveryEffect, VendorSaid};
use crate::wire::Problem;

use super::event_token;

/// A delivery that has been judged.
pub(super) struct JudgedDelivery<'a> {
    pub delivery: SignedDelivery<'a>,
    pub spec: Option<&'a WebhookSpec>,
    /// What is read of it, where the vendor sent it.
    pub judged: &'a Result<Cow<'a, [u8]>, NotSigned>,
    /// When its head had been read.
    pub began: Instant,
}

/// What is read of it, where the vendor sent it: its body.
///
/// # Errors
/// When our secret cannot be opened: that is nobody's forgery.
pub(super) fn judge_delivery<'a>(
    server: &Server,
    provider: &str,
    scheme: &str,
    delivery: SignedDelivery<'a>,
) -> Result<Result<Cow<'a, [u8]>, NotSigned>, Problem> {
    let key = vendor::signing_key(server, provider, scheme)?;
    let verified = signature::verify(scheme, key.as_ref(), &delivery, clock_and_ids::now());
    Ok(verified.map(|()| Cow::Borrowed(delivery.body)))
}

/// The endpoint at which it is counted, and what is written of it. One address may get the events of all accounts of our
/// app: the account that a verified event names says whose it is.
pub(super) fn read(
    server: &Server,
    endpoint: &WebhookEndpoint,
    own: &Connection,
    came: JudgedDelivery<'_>,
) -> Result<(WebhookId, Arrival), StoreError> {
    let now = clock_and_ids::now();
    let signed = signed(came.judged);
    let is_token = (came.spec).is_some_and(|spec| signature::is_token(&spec.signature));
    let mut arrival = Arrival {
        at: now,
        signed,
        is_token,
        is_of_earlier: false,
        doubt: came.judged.as_ref().err().map(ToString::to_string),
        event_id: None,
        id_digest: None,
        effects: BTreeSet::new(),
        unwatched: BTreeSet::new(),
        notices: Vec::new(),
        due: now,
        latency_us: 0,
        preview: match came.judged {
            Ok(content) => delivery::preview(content),
            // Anybody can send that: it is not worth the time to look into it.
            Err(_) => delivery::size(came.delivery.body),
        },
    };
    let mut target = endpoint.id.clone();
    if let (Ok(content), Some(spec)) = (came.judged, came.spec) {
        let headers: Headers = came.delivery.headers.iter().copied().collect();
        let body = Body::from_bytes(content);
        let providers = told_at_once(server, own, is_token)?;
        let issued = issued_at(&body).filter(|_| is_token);
        // The claims that are verified name a token; its bytes are not the same when it is written anew.
        let jti = || body.at("/jti")?.as_str().map(str::to_owned);
        let in_body = (spec.id_of(&body)).or_else(|| jti().filter(|_| is_token));
        let known_by = (in_body.clone().map(String::into_bytes))
            .or_else(|| signature::known_by(&spec.signature, &came.delivery));
        arrival.id_digest = known_by.map(|by| digest_of(std::iter::once(by)));
        let id = in_body.or_else(|| signature::id_of(&spec.signature, &came.delivery));
        arrival.event_id = id.as_deref().map(clean);
        arrival.due = saturating_later(now, debounce(server, own));
        let mut named = Vec::new();
        for happening in spec.read(&headers, &body) {
            // One address is told of everybody: without a name it is nobody's.
            if is_token && happening.account.is_none() {
                continue;
            }
            let whose = whose(server, own, &providers, happening.account.as_deref())?;
            for connection in &whose {
                let is_of_earlier = issued.is_some_and(|at| is_before(at, connection));
                for means in &happening.means {
                    if is_of_earlier && matches!(means, Means::Notice(_)) {
                        arrival.is_of_earlier = true;
                        continue;
                    }
                    add(server, &mut arrival, connection, means.clone())?;
                }
            }
            named.extend(whose);
        }
        target = counted_at(server, endpoint, &named)?;
    }
    arrival.latency_us = u64::try_from(came.began.elapsed().as_micros()).unwrap_or(u64::MAX);
    Ok((target, arrival))
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
fn told_at_once(
    server: &Server,
    own: &Connection,
    is_token: bool,
) -> Result<Vec<String>, StoreError> {
    match server.provider(&own.provider).filter(|_| is_token) {
        Some(file) => event_token::told_together(server, &file),
        None => Ok(vec![own.provider.clone()]),
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
    own: &Connection,
    providers: &[String],
    account: Option<&str>,
) -> Result<Vec<Connection>, StoreError> {
    let Some(account) = account else {
        return Ok(vec![own.clone()]);
    };
    let named: Vec<Connection> = server
        .store
        .connections_of_account(providers, account)
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
fn counted_at(
    server: &Server,
    came_in: &WebhookEndpoint,
    named: &[Connection],
) -> Result<WebhookId, StoreError> {
    let own = &came_in.connection;
    let place = |it: &&Connection| (!it.status.in_service(), it.id != *own);
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

/// How long events are collected before a pull; shorter for what was authorized at a vendor on this machine alone.
fn debounce(server: &Server, connection: &Connection) -> Duration {
    let is_local = connection.bound.as_ref().is_some_and(|bound| {
        let mut origins = bound.origins.iter().peekable();
        origins.peek().is_some() && origins.all(|origin| is_on_loopback(origin))
    });
    match is_local {
        true => server.debounce,
        false => server.debounce.max(DEBOUNCE),
    }
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
