//! Whether what is connected still works: each connection is asked when nothing else has spoken for it for a while, and
//! what was heard is kept in memory. An ask that changes nothing writes nothing, but that a token passed once more, and that
//! once an hour, in one commit for all.

mod ask;
mod confirm_refusal;
mod ends;
mod first_answer;
mod heard;
mod poll;
mod question;

pub(in crate::server) use ask::{HealthAnswer, ask, vouch};
pub(in crate::server) use heard::hear;
pub(in crate::server) use poll::keep;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::alarm::Alarm;
use super::locks::Locks;
use super::{Server, clock_and_ids};
use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, TokenKind};
use crate::domain::health::{
    self, AnswerMeaning, Assessment, HealthFacts, HealthSignal, NotAsked, RecentAnswers,
    RefusedSince, Schedule,
};
use crate::domain::id::{ConnectionId, CredentialId};
use crate::domain::provider::ProviderFile;
use crate::store::facts::{EndSaid, PassedAgain};

/// What brought nothing is not asked again for the next reader.
const AGAIN: Duration = Duration::from_secs(60);

/// What is known of how vendors answer, and who is asked next.
pub struct HealthWatch {
    /// How often a connection is asked, where its provider file does not want it less often.
    every: Duration,
    state: Mutex<WatchState>,
    /// Wakes whoever asks.
    alarm: Alarm,
    /// One question about a connection at a time.
    turns: Locks,
}

#[derive(Default)]
struct WatchState {
    of: HashMap<ConnectionId, WatchedConnection>,
    due: Schedule<ConnectionId>,
    /// Tokens that end soon, of which that is not written down.
    ends: HashMap<CredentialId, EndSaid>,
}

#[derive(Default)]
struct WatchedConnection {
    generation: u32,
    heard: RecentAnswers,
    /// A token that passed again, which is not written down.
    passed: Option<PassedAgain>,
    /// Why the latest question brought nothing.
    not_asked: Option<(Timestamp, NotAsked)>,
    /// A token whose refusal does not count yet.
    refused: Option<UnconfirmedRefusal>,
    /// How often its tokens of a backup were asked about in vain.
    in_vain: u32,
}

/// What was heard of a token of late.
enum OfLate {
    /// The vendor took it, or issued it.
    Passed,
    /// The vendor refuses it, which does not count yet.
    Refused(String),
    /// A question brought nothing.
    NotAsked(NotAsked),
}

/// A token that is refused while nothing passes beside it.
struct UnconfirmedRefusal {
    credential: CredentialId,
    since: RefusedSince,
    /// When it is asked again.
    next: Timestamp,
    /// What was said of it.
    why: String,
}

impl HealthWatch {
    /// Asks this often, and less often whom a provider file says so of.
    #[must_use]
    pub fn new(every: Duration) -> Self {
        Self {
            every,
            state: Mutex::default(),
            alarm: Alarm::default(),
            turns: Locks::default(),
        }
    }

    /// How often a connection of this provider is asked.
    #[must_use]
    pub fn every(&self, file: Option<&ProviderFile>) -> Duration {
        let wanted = file.and_then(|file| file.probe.as_ref()?.health_every.as_ref());
        wanted.map_or(self.every, |span| span.duration().max(self.every))
    }

    /// The vendor has said something of a connection.
    pub(super) fn hear(&self, connection: &Connection, spoken: HealthSignal) {
        let mut state = self.lock();
        let watched = state.of(connection);
        // A token that was issued anew, or pulled with, is not refused any more.
        if spoken.said == AnswerMeaning::Alive {
            watched.refused = None;
        }
        watched.heard.hear(spoken);
    }

    /// The vendor has refused a token, and nothing passed beside it. When to ask again; none where the refusal has stood for
    /// this span, so that it counts.
    fn refused(
        &self,
        connection: &Connection,
        credential: &CredentialId,
        spoken: &HealthSignal,
        span: Duration,
    ) -> Option<Timestamp> {
        let at = spoken.at;
        let mut state = self.lock();
        let watched = state.of(connection);
        let before = watched.refused.take();
        let since = match before.filter(|it| it.credential == *credential) {
            Some(before) => before.since.again(at),
            None => RefusedSince::first(at),
        };
        if since.counts(span) {
            return None;
        }
        let next = since.next(span);
        watched.refused = Some(UnconfirmedRefusal {
            credential: credential.clone(),
            since,
            next,
            why: spoken.why.clone(),
        });
        Some(next)
    }

    /// Tokens of a backup were asked about in vain; how often before.
    fn asked_in_vain(&self, connection: &Connection) -> u32 {
        let mut state = self.lock();
        let watched = state.of(connection);
        let before = watched.in_vain;
        watched.in_vain = before.saturating_add(1);
        before
    }

    /// There is nothing to ask any more about a token that was refused.
    fn not_refused(&self, connection: &Connection) {
        self.lock().of(connection).refused = None;
    }

    /// Neither a refusal nor a yes was said, or nothing: one that was refused is asked again then, from the beginning.
    fn unsure(&self, connection: &Connection, next: Timestamp) {
        if let Some(refused) = &mut self.lock().of(connection).refused {
            refused.since = RefusedSince::anew(clock_and_ids::now());
            refused.next = next;
        }
    }

    /// The token of a connection that was refused and has not been taken since, and when it is asked again.
    fn refused_now(&self, connection: &Connection) -> Option<(CredentialId, Timestamp)> {
        let mut state = self.lock();
        let refused = state.of(connection).refused.as_ref()?;
        Some((refused.credential.clone(), refused.next))
    }

    /// Something may have to be asked about a connection: it is looked at now.
    pub(super) fn watch(&self, id: &ConnectionId) {
        self.watch_at(id, clock_and_ids::now());
    }

    /// A connection has to be asked about then.
    fn watch_at(&self, id: &ConnectionId, at: Timestamp) {
        self.plan(id, at);
        self.alarm.ring();
    }

    fn plan(&self, id: &ConnectionId, at: Timestamp) {
        self.lock().due.plan(id, at);
    }

    /// So many of those who are due by then, who are due no more, the earliest first.
    fn take_due(&self, by: Timestamp, most: usize) -> Vec<ConnectionId> {
        self.lock().due.take(by, most)
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.lock().due.next()
    }

    /// Nothing that was heard of a connection counts any more. Where it was planned since, it is looked at all the same.
    fn forget(&self, id: &ConnectionId) {
        self.lock().of.remove(id);
    }

    /// Tokens that passed again, and are not written down yet.
    fn take_passed(&self) -> Vec<PassedAgain> {
        let mut state = self.lock();
        let all = state.of.values_mut();
        all.filter_map(|watched| watched.passed.take()).collect()
    }

    fn note_passed(&self, connection: &Connection, credential: &CredentialId, at: Timestamp) {
        self.lock().of(connection).passed = Some(PassedAgain {
            connection: connection.id.clone(),
            credential: credential.clone(),
            at,
        });
    }

    fn note_end(&self, end: EndSaid) {
        self.lock().ends.insert(end.credential.clone(), end);
    }

    /// Tokens that end soon, of which that is to be written down.
    fn take_ends(&self) -> Vec<EndSaid> {
        std::mem::take(&mut self.lock().ends)
            .into_values()
            .collect()
    }

    fn note_not_asked(&self, connection: &Connection, at: Timestamp, why: NotAsked) {
        self.lock().of(connection).not_asked = Some((at, why));
    }

    /// What this server has heard of a connection's token of late; none where it has to be asked.
    fn known(&self, connection: &Connection, every: Duration) -> Option<OfLate> {
        let mut state = self.lock();
        let watched = state.of(connection);
        match &watched.refused {
            Some(it) if it.since.is_refused() => return Some(OfLate::Refused(it.why.clone())),
            None if watched.heard.is_alive(|at| is_within(at, every)) => {
                return Some(OfLate::Passed);
            }
            Some(_) | None => {}
        }
        let (at, why) = watched.not_asked.as_ref()?;
        is_within(*at, AGAIN.min(every)).then(|| OfLate::NotAsked(why.clone()))
    }

    fn heard_of(&self, connection: &Connection) -> RecentAnswers {
        self.lock().of(connection).heard.clone()
    }

    fn alive_at(&self, connection: &Connection) -> Option<Timestamp> {
        self.lock().of(connection).heard.alive_at()
    }

    fn lock(&self) -> MutexGuard<'_, WatchState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WatchState {
    /// What was heard of an older generation says nothing of this one.
    fn of(&mut self, connection: &Connection) -> &mut WatchedConnection {
        let watched = self.of.entry(connection.id.clone()).or_default();
        if watched.generation != connection.generation {
            *watched = WatchedConnection {
                generation: connection.generation,
                ..WatchedConnection::default()
            };
        }
        watched
    }
}

/// How a connection's health is called now, and why.
pub(super) fn told(
    server: &Server,
    connection: &Connection,
    credentials: &[Credential],
) -> Assessment {
    let file = server.provider(&connection.provider);
    let heard = server.health.heard_of(connection);
    let mut current = credentials.iter().filter(|it| is_current(connection, it));
    let has_passed = current.any(|it| it.passed_by.is_some());
    health::assess(&HealthFacts {
        status: connection.status,
        kept: connection.health,
        reason: &connection.reason,
        works_until: connection.works_until,
        alive_at: alive_at(server, connection, credentials),
        heard: Some(&heard),
        is_askable: has_passed || file.as_ref().is_some_and(|file| file.probe.is_some()),
        every: server.health.every(file.as_deref()),
        ending: health::soonest(credentials, clock_and_ids::now()),
        now: clock_and_ids::now(),
    })
}

/// When a connection was last seen alive: by an answer, by a sync, by the issue of its token.
pub(super) fn alive_at(
    server: &Server,
    connection: &Connection,
    credentials: &[Credential],
) -> Option<Timestamp> {
    let current = credentials.iter().filter(|it| is_current(connection, it));
    let shown = current.flat_map(|it| [Some(it.issued_at), it.passed_at]);
    shown
        .chain([connection.synced_at, server.health.alive_at(connection)])
        .flatten()
        .max()
}

/// When a vendor was last asked about a connection.
pub(super) fn asked_at(server: &Server, connection: &Connection) -> Option<Timestamp> {
    let heard = server.health.heard_of(connection);
    heard.last().map(|last| last.at)
}

/// Whether it is what the connection is used with.
fn is_current(connection: &Connection, credential: &Credential) -> bool {
    credential.is_active()
        && credential.generation == connection.generation
        && credential.label.is_empty()
        && matches!(credential.kind, TokenKind::Access | TokenKind::ApiKey)
}

fn is_usable(connection: &Connection) -> bool {
    connection.status.is_pulled()
}

fn is_within(at: Timestamp, length: Duration) -> bool {
    let length = SignedDuration::try_from(length).unwrap_or(SignedDuration::MAX);
    clock_and_ids::now().duration_since(at) < length
}
