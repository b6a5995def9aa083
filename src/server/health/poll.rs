//! Asking each connection in time, for as long as the server runs.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use jiff::Timestamp;

use super::first_answer::ask_first;
use super::{HealthWatch, OfLate, alive_at, ask, ends, is_usable};
use crate::domain::connection::Connection;
use crate::domain::credential::Credential;
use crate::domain::health::{self, StartPace, Starting, at_start};
use crate::domain::id::ConnectionId;
use crate::domain::saturating_time::saturating_later;
use crate::server::tokens::{self, UsableToken};
use crate::server::{AFTER_TROUBLE, Server, clock_and_ids};
use crate::store::StoreError;
use crate::wire::Topic;

/// So many are asked at a time.
const AT_ONCE: usize = 8;
/// Those who are due soon are asked together, so that an idle server wakes up seldom: within so many parts of the time
/// between two asks.
const TOGETHER: u32 = 60;
/// At a start so many are asked after those before them at the latest.
const APART: Duration = Duration::from_secs(1);
/// How often it is written down that tokens passed again.
const WRITTEN: Duration = Duration::from_secs(3600);

/// Asks whoever nothing has spoken for, until the server stops.
pub(in crate::server) async fn keep(server: Arc<Server>) {
    if let Err(error) = plan_all(&server) {
        tracing::error!(%error, "whom to ask could not be looked up");
    }
    ends::write(&server).await;
    let mut written = clock_and_ids::now();
    let mut asking = FuturesUnordered::new();
    loop {
        let by = saturating_later(clock_and_ids::now(), server.health.every / TOGETHER);
        for id in server.health.take_due(by, AT_ONCE - asking.len()) {
            asking.push(in_turn(Arc::clone(&server), id));
        }
        let next = match asking.len() < AT_ONCE {
            true => server.health.next_due(),
            false => None,
        };
        tokio::select! {
            () = server.stop.cancelled() => {
                ends::write(&server).await;
                return write(&server).await;
            }
            Some(()) = asking.next() => {}
            _goes_on = server.health.alarm.wait(next, &server.stop) => {}
        }
        let is_hour_over = clock_and_ids::now() >= saturating_later(written, WRITTEN);
        if is_hour_over || asking.is_empty() {
            ends::write(&server).await;
        }
        if is_hour_over {
            written = clock_and_ids::now();
            write(&server).await;
        }
    }
}

/// Plans when each connection is asked first.
fn plan_all(server: &Server) -> Result<(), StoreError> {
    let mut all = Vec::new();
    for connection in server.store.rows::<Connection>(String::new()) {
        let connection = connection?;
        if connection.status.is_out_of_service() {
            continue;
        }
        if connection.is_asked_first {
            server.health.plan(&connection.id, clock_and_ids::now());
            continue;
        }
        if !is_usable(&connection) {
            let credentials = server.store.credentials_of(&connection.id)?;
            if let Some(at) = tokens::token_end::next_overdue(server, &connection, &credentials) {
                server.health.plan(&connection.id, at);
            }
            continue;
        }
        // Whoever was heard of lately is asked later than a server may stay that a client started.
        ends::note(server, &server.store.credentials_of(&connection.id)?);
        let file = server.provider(&connection.provider);
        let every = server.health.every(file.as_deref());
        all.push(Starting {
            id: connection.id,
            spoken_at: connection.synced_at,
            every,
            stray: stray(every),
        });
    }
    let pace = StartPace {
        together: AT_ONCE,
        apart: APART,
        within: server.health.every / 4,
    };
    for (id, at) in at_start(all, pace, clock_and_ids::now()) {
        server.health.plan(&id, at);
    }
    Ok(())
}

/// That tokens passed again is written where it says more than what stands there: once an hour, in one commit for all.
async fn write(server: &Server) {
    let mut passed = server.health.take_passed();
    passed.retain(|it| {
        let all = server.store.credentials_of(&it.connection);
        let row = all
            .ok()
            .and_then(|all| all.into_iter().find(|row| row.id == it.credential));
        let before = row.and_then(|row| row.passed_at);
        before.is_some_and(|before| saturating_later(before, WRITTEN) <= it.at)
    });
    if passed.is_empty() {
        return;
    }
    if let Err(error) = server.store.passed_again(&passed).await {
        tracing::warn!(%error, "that tokens passed again could not be kept");
    }
}

/// Asks about one connection, if nothing has spoken for it since.
async fn in_turn(server: Arc<Server>, id: ConnectionId) {
    let next = match if_silent(&server, &id).await {
        Ok(next) => next,
        Err(error) => {
            tracing::error!(connection = %id, %error, "whether it works could not be asked");
            Some(saturating_later(clock_and_ids::now(), AFTER_TROUBLE))
        }
    };
    match next {
        Some(at) => server.health.plan(&id, at),
        None => server.health.forget(&id),
    }
}

/// Asks, and says when to ask again; none for what is out of service.
async fn if_silent(
    server: &Arc<Server>,
    id: &ConnectionId,
) -> Result<Option<Timestamp>, StoreError> {
    let Some(connection) = server.store.get::<Connection>(id.as_str())? else {
        return Ok(None);
    };
    if connection.is_asked_first {
        return ask_first(server, &connection).await;
    }
    let credentials = server.store.credentials_of(id)?;
    let overdue = tokens::token_end::next_overdue(server, &connection, &credentials);
    tokens::token_end::sweep_overdue(server, &connection, &credentials).await;
    let overdue = overdue.map(|at| match at > clock_and_ids::now() {
        // Not among those who are due soon before it is due.
        true => saturating_later(at, server.health.every / TOGETHER),
        // Its vendor says that it lives: it is asked again in the usual time.
        false => saturating_later(clock_and_ids::now(), server.health.every),
    });
    if !is_usable(&connection) {
        return Ok(overdue);
    }
    ends::note(server, &credentials);
    // Not among those who are due soon before it is due: it would be looked at over and over until then.
    let nearer = health::next_unsaid(&credentials, clock_and_ids::now());
    let nearer = nearer.map(|at| saturating_later(at, server.health.every / TOGETHER));
    let next = ask_if_silent(server, connection, credentials).await?;
    // One that is not used any more is not looked at for its end alone.
    let nearer = nearer.filter(|_| next.is_some());
    Ok(next.into_iter().chain(nearer).chain(overdue).min())
}

async fn ask_if_silent(
    server: &Arc<Server>,
    connection: Connection,
    credentials: Vec<Credential>,
) -> Result<Option<Timestamp>, StoreError> {
    let id = &connection.id;
    let file = server.provider(&connection.provider);
    let every = server.health.every(file.as_deref());
    let refused = server.health.refused_now(&connection);
    let alive = alive_at(server, &connection, &credentials);
    match (&refused, alive.map(|at| saturating_later(at, every))) {
        (Some((_, due)), _) if *due > clock_and_ids::now() => return Ok(Some(*due)),
        (None, Some(due)) if due > clock_and_ids::now() => {
            return Ok(Some(saturating_later(due, stray(every))));
        }
        (Some(_) | None, _) => {}
    }
    let before = super::told(server, &connection, &credentials).health;
    {
        let _turn = server.health.turns.of(id).await;
        // One that has expired is refreshed, which says as much as an answer.
        if let Ok(usable) = tokens::usable(server, id).await
            && (refused.is_some() || !has_passed(&server.health, &usable, every))
        {
            ask(server, usable, None).await?;
        }
    }
    tell(server, id, before)?;
    let connection = server.store.get::<Connection>(id.as_str())?;
    let connection = connection.filter(is_usable);
    Ok(connection.map(|it| match server.health.refused_now(&it) {
        // Nothing was concluded: no token is to be had, say. It is not asked again at once.
        now @ Some(_) if now == refused => saturating_later(clock_and_ids::now(), AFTER_TROUBLE),
        Some((_, due)) => due,
        None => saturating_later(clock_and_ids::now(), every.saturating_add(stray(every))),
    }))
}

fn has_passed(health: &HealthWatch, usable: &UsableToken, every: Duration) -> bool {
    matches!(
        health.known(&usable.connection, every),
        Some(OfLate::Passed)
    )
}

/// Whoever looks is told when the word is another.
fn tell(
    server: &Server,
    id: &ConnectionId,
    before: crate::domain::connection::Health,
) -> Result<(), StoreError> {
    let Some(connection) = server.store.get::<Connection>(id.as_str())? else {
        return Ok(());
    };
    let credentials = server.store.credentials_of(id)?;
    if super::told(server, &connection, &credentials).health != before {
        let topics = [Topic::Connections, Topic::Connection(id.clone())];
        server.hub.tell(topics);
    }
    Ok(())
}

/// Up to a quarter of the time, so that those who were asked together drift apart.
fn stray(every: Duration) -> Duration {
    (every / 4 / 256).saturating_mul(u32::from(clock_and_ids::chance()))
}
