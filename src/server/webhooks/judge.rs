//! Whose a delivery is, and what it means for which connection.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::audit::{self, AuditOutcome, Event, NewEntry, Origin, Via};
use crate::domain::connection::Connection;
use crate::domain::delivery::{self, DEBOUNCE};
use crate::domain::id::WebhookId;
use crate::domain::provider::{Body, Headers, Means, WebhookSpec};
use crate::domain::sync::digest_of;
use crate::domain::text::clean;
use crate::domain::webhook::{Notice, Signed, WebhookEndpoint};
use crate::providers::signature::{self, Delivery, NotSigned};
use crate::server::vendor::Vendor;
use crate::server::who::server_entry;
use crate::server::{Server, mint, vendor};
use crate::store::facts::{Arrival, Effect, Noticed};

/// A delivery that has been judged.
pub(super) struct Came<'a> {
    pub delivery: Delivery<'a>,
    pub spec: Option<&'a WebhookSpec>,
    pub judged: &'a Result<(), NotSigned>,
    /// When its head had been read.
    pub began: Instant,
}

/// Whether the vendor sent it.
pub(super) fn judge(
    server: &Server,
    provider: &str,
    scheme: &str,
    delivery: &Delivery<'_>,
) -> Result<(), NotSigned> {
    let app = vendor::app(server, provider).ok();
    let key = app.as_ref().and_then(|app| app.key_of(scheme));
    signature::verify(scheme, key, delivery, mint::now())
}

/// The endpoint that it is for, and what is written of it. One address may get the events of all accounts of our app: the
/// account that a verified event names says whose it is.
pub(super) async fn read(
    server: &Server,
    endpoint: &WebhookEndpoint,
    own: &Connection,
    came: Came<'_>,
) -> (WebhookId, Arrival) {
    let now = mint::now();
    let signed = signed(came.judged);
    let mut arrival = Arrival {
        at: now,
        signed,
        doubt: came.judged.as_ref().err().map(ToString::to_string),
        event_id: None,
        id_digest: None,
        effects: BTreeSet::new(),
        notices: Vec::new(),
        due: now,
        latency_us: 0,
        preview: delivery::preview(came.delivery.body),
    };
    let mut target = endpoint.id.clone();
    if let (Signed::Verified, Some(spec)) = (signed, came.spec) {
        let headers: Headers = came.delivery.headers.iter().copied().collect();
        let body = Body::from_bytes(came.delivery.body);
        let id = spec.id_of(&body);
        let id = id.or_else(|| signature::id_of(&spec.signature, &came.delivery));
        arrival.id_digest = id.as_deref().map(|id| digest_of(std::iter::once(id)));
        arrival.event_id = id.as_deref().map(clean);
        arrival.due = now.checked_add(debounce(server, own).await).unwrap_or(now);
        for happening in spec.read(&headers, &body) {
            let Some(whose) = whose(server, own, happening.account.as_deref()) else {
                continue;
            };
            let is_first = arrival.effects.is_empty() && arrival.notices.is_empty();
            if is_first && whose.id != own.id {
                target = endpoint_of(server, &whose).unwrap_or(target);
            }
            for means in happening.means {
                add(&mut arrival, &whose, means);
            }
        }
    }
    arrival.latency_us = u64::try_from(came.began.elapsed().as_micros()).unwrap_or(u64::MAX);
    (target, arrival)
}

fn add(arrival: &mut Arrival, whose: &Connection, means: Means) {
    let connection = whose.id.clone();
    let entity = match means {
        Means::Entity(entity) => Some(entity),
        Means::Everything => None,
        Means::Notice(said) => {
            let entry = notice_entry(whose, said, arrival.event_id.as_deref());
            arrival.notices.push(Noticed {
                connection,
                said,
                entry,
            });
            return;
        }
    };
    arrival.effects.insert(Effect { connection, entity });
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

/// The connection that an event is about; none where it is about an account that nobody here has.
fn whose(server: &Server, own: &Connection, account: Option<&str>) -> Option<Connection> {
    let Some(account) = account.filter(|account| *account != own.account.id) else {
        return Some(own.clone());
    };
    let mut named: Vec<Connection> = server
        .store
        .connections_named(&own.provider, account)
        .filter_map(Result::ok)
        .filter(|other| other.account.id == account)
        .collect();
    named.sort_by_key(|other| !other.status.in_service());
    named.into_iter().next()
}

fn endpoint_of(server: &Server, connection: &Connection) -> Option<WebhookId> {
    let endpoints = server.store.webhooks_of(Some(&connection.id)).ok()?;
    endpoints.into_iter().next().map(|endpoint| endpoint.id)
}

/// How long events are collected before a pull; shorter for vendors on this machine alone.
async fn debounce(server: &Server, connection: &Connection) -> Duration {
    if server.debounce >= DEBOUNCE {
        return server.debounce;
    }
    match Vendor::of_connection(server, connection).await {
        Ok(vendor) if vendor.is_on_loopback() => server.debounce,
        Ok(_) | Err(_) => DEBOUNCE,
    }
}

/// That our own secret is not in the scheme's form is nobody's forgery.
fn signed(judged: &Result<(), NotSigned>) -> Signed {
    match judged {
        Ok(()) => Signed::Verified,
        Err(
            NotSigned::NoKey
            | NotSigned::Unsigned
            | NotSigned::UnknownScheme(_)
            | NotSigned::MalformedKey,
        ) => Signed::Unknown,
        Err(NotSigned::OutOfTime(_)) => Signed::OutOfTime,
        Err(NotSigned::Missing(_) | NotSigned::MalformedTime | NotSigned::Wrong) => Signed::Forged,
    }
}
