//! What came in at an endpoint: counted, listed, known again by its id, and given its effect, in one transaction for
//! everything that waited together.

mod arrival;
mod recent_ids;
#[cfg(test)]
pub(super) mod tests;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;

use crate::domain::connection::Connection;
use crate::domain::delivery::{Delivery, Fate, ListPlace};
use crate::domain::id::{ConnectionId, WebhookId};
use crate::domain::job::{JobEvent, SyncJob};
use crate::domain::webhook::{Signed, VendorNotice, WebhookEndpoint};
use crate::store::{Store, StoreError, Tx, WriteClass, Written};

pub use arrival::{Arrival, DeliveryEffect, NoEffect, VendorSaid};
pub use recent_ids::RecentIds;
use recent_ids::note_ids;

/// What came of a batch.
#[derive(Debug, Clone, Default)]
pub struct BatchResult {
    /// What each is answered with, in their order.
    pub statuses: Vec<u16>,
    /// The connections of which jobs are due.
    pub woken: BTreeSet<ConnectionId>,
    /// The connections of which the vendor said something.
    pub noticed: BTreeSet<ConnectionId>,
}

impl Store {
    /// Deliveries came in that are counted at one endpoint. Those that are the vendor's have their effect once, for each
    /// connection that they are about; a connection takes nothing from the moment it is being disconnected. Nothing may be
    /// answered before the commit is durable.
    ///
    /// # Errors
    /// When there is no such endpoint, or the store refuses.
    pub fn deliveries_came(
        &self,
        id: &WebhookId,
        arrivals: &[Arrival],
        recent: &mut RecentIds,
    ) -> Result<Written<BatchResult>, StoreError> {
        let connection = self.webhook(id)?.connection;
        let reopened = self.reopened();
        let remembered = recent.take(id, reopened);
        let written = self.write_as(WriteClass::Normal, |tx| {
            let endpoint = tx.need::<WebhookEndpoint>(&format!("{connection}/{id}"))?;
            let of = tx.need::<Connection>(connection.as_str())?;
            let mut batch = DeliveryBatch {
                is_open: endpoint.enabled && of.status.in_service(),
                is_wiped: tx.is_wiped(&of.provider)?,
                known: recent_ids::known(tx, &endpoint, remembered, arrivals)?,
                fresh: Vec::new(),
                takes: BTreeMap::new(),
                woken: BTreeMap::new(),
                endpoint,
                taken: BatchResult::default(),
            };
            let mut listed = BTreeMap::new();
            for arrival in arrivals {
                let delivery = batch.take(tx, arrival)?;
                listed.insert(delivery.slot(), delivery);
            }
            for delivery in listed.values().filter(|_| !batch.is_wiped) {
                tx.put(delivery)?;
            }
            note_ids(tx, &mut batch.endpoint, &batch.fresh)?;
            tx.put(&batch.endpoint)?;
            Ok(batch)
        })?;
        let batch = written.value;
        recent.keep(&batch.endpoint, batch.known, reopened);
        Ok(Written {
            value: batch.taken,
            commit: written.commit,
        })
    }

    /// The latest deliveries of an endpoint, newest first.
    pub fn deliveries_of(&self, id: &WebhookId) -> Result<Vec<Delivery>, StoreError> {
        let mut all = self.scan::<Delivery>(&format!("{id}/"))?;
        all.sort_unstable_by_key(|delivery| std::cmp::Reverse(delivery.number));
        Ok(all)
    }
}

/// What a connection takes.
#[derive(Debug, Clone, Copy)]
struct Takes {
    /// Of what happened at the vendor.
    events: bool,
    /// Of what the vendor says of the connection.
    notices: bool,
}

/// What is written together.
struct DeliveryBatch {
    endpoint: WebhookEndpoint,
    /// Whether the endpoint is enabled, and its connection in service.
    is_open: bool,
    /// What came in there is being removed, so nothing is listed.
    is_wiped: bool,
    /// What connections take, of those that were looked up.
    takes: BTreeMap<ConnectionId, Takes>,
    known: HashSet<u64>,
    fresh: Vec<u64>,
    /// What was said to be due, and when.
    woken: BTreeMap<DeliveryEffect, WokenJobs>,
    taken: BatchResult,
}

/// The jobs that an event made due.
struct WokenJobs {
    due: Timestamp,
    /// What was done, in words.
    said: String,
}

impl DeliveryBatch {
    fn take(&mut self, tx: &mut Tx<'_>, arrival: &Arrival) -> Result<Delivery, StoreError> {
        let fate = self.fate(tx, arrival)?;
        let why = match fate {
            Fate::Applied => self.apply(tx, arrival)?,
            Fate::WithoutEffect => arrival.no_effect.words().to_owned(),
            Fate::Unwatched => "it happened in a channel that is not watched".to_owned(),
            Fate::Repeated => "this event had come before".to_owned(),
            Fate::Dropped if !self.endpoint.enabled => "the endpoint is disabled".to_owned(),
            Fate::Dropped => "the connection is out of service".to_owned(),
            Fate::Unverified | Fate::OutOfTime | Fate::Forged => {
                arrival.doubt.clone().unwrap_or_default()
            }
        };
        let place = self.count(arrival, fate);
        let status = self.status(arrival, fate);
        self.taken.statuses.push(status);
        Ok(Delivery {
            endpoint: self.endpoint.id.clone(),
            number: self.endpoint.deliveries,
            place: Some(place),
            at: arrival.at,
            event_id: arrival.event_id.clone(),
            fate,
            status,
            latency_us: arrival.latency_us,
            why,
            preview: arrival.preview.clone(),
        })
    }

    fn fate(&mut self, tx: &Tx<'_>, arrival: &Arrival) -> Result<Fate, StoreError> {
        match arrival.signed {
            Signed::Forged => return Ok(Fate::Forged),
            Signed::OutOfTime => return Ok(Fate::OutOfTime),
            Signed::Unknown if self.is_open => return Ok(Fate::Unverified),
            Signed::Unknown => return Ok(Fate::Dropped),
            Signed::Verified => {}
        }
        if let Some(id) = arrival.id_digest {
            if !self.known.insert(id) {
                return Ok(Fate::Repeated);
            }
            self.fresh.push(id);
        }
        if !self.somebody_takes(tx, arrival)? {
            return Ok(Fate::Dropped);
        }
        Ok(match arrival.means_nothing() {
            true => Fate::WithoutEffect,
            false if arrival.is_unwatched() => Fate::Unwatched,
            false => Fate::Applied,
        })
    }

    /// Whether any connection that it is about takes events; where it is about none, whether the endpoint does.
    fn somebody_takes(&mut self, tx: &Tx<'_>, arrival: &Arrival) -> Result<bool, StoreError> {
        if arrival.means_nothing() {
            return Ok(self.is_open);
        }
        for connection in arrival.happened_at() {
            if self.takes(tx, connection)?.events {
                return Ok(true);
            }
        }
        for it in &arrival.notices {
            if self.takes(tx, &it.connection)?.notices {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What a connection takes.
    fn takes(&mut self, tx: &Tx<'_>, connection: &ConnectionId) -> Result<Takes, StoreError> {
        if let Some(known) = self.takes.get(connection) {
            return Ok(*known);
        }
        let of = tx.need::<Connection>(connection.as_str())?;
        let endpoints = tx.scan::<WebhookEndpoint>(&format!("{connection}/"))?;
        let takes = Takes {
            events: of.takes_events(&endpoints),
            notices: of.takes_notices(&endpoints),
        };
        self.takes.insert(connection.clone(), takes);
        Ok(takes)
    }

    /// Whoever forges is told so, unless nothing is taken: then everybody is answered alike.
    fn status(&self, arrival: &Arrival, fate: Fate) -> u16 {
        let is_refused = matches!(fate, Fate::Forged | Fate::OutOfTime) && self.is_open;
        match (is_refused, arrival.is_token) {
            (true, false) => 401,
            (true, true) => 400,
            (false, false) => 200,
            (false, true) => 202,
        }
    }

    /// Counts it; its place in the list.
    fn count(&mut self, arrival: &Arrival, fate: Fate) -> ListPlace {
        let endpoint = &mut self.endpoint;
        endpoint.deliveries += 1;
        let is_verified = arrival.signed == Signed::Verified;
        match fate {
            Fate::Forged | Fate::OutOfTime => endpoint.forged += 1,
            // It is counted once: who replays what the vendor sent once says nothing of the vendor.
            Fate::Repeated => {}
            Fate::Applied
            | Fate::WithoutEffect
            | Fate::Unwatched
            | Fate::Dropped
            | Fate::Unverified => {
                endpoint.received += 1;
                endpoint.verified += u64::from(is_verified);
                endpoint.last_at = Some(arrival.at);
                endpoint.ignored += u64::from(matches!(fate, Fate::Dropped | Fate::Unwatched));
            }
        }
        // Anybody can send: only what the vendor signed says that the vendor still sends.
        if fate == Fate::Dropped && arrival.shows_that_it_sends() {
            endpoint.dropped_since_disconnect += 1;
        }
        if is_verified && fate != Fate::Repeated {
            endpoint.listed_verified += 1;
            return ListPlace::Verified(endpoint.listed_verified);
        }
        ListPlace::Doubted(endpoint.deliveries - endpoint.listed_verified)
    }

    /// What was done, in words.
    fn apply(&mut self, tx: &mut Tx<'_>, arrival: &Arrival) -> Result<String, StoreError> {
        let mut done = Vec::new();
        for effect in &arrival.effects {
            if !self.takes(tx, &effect.connection)?.events {
                done.push(format!("{} takes no events", effect.connection));
                continue;
            }
            done.push(self.wake(tx, effect, arrival.due)?);
        }
        for it in &arrival.notices {
            if !self.takes(tx, &it.connection)?.notices {
                done.push(format!("{} takes no events", it.connection));
                continue;
            }
            let notice = VendorNotice::new(it.said, arrival.at);
            if tx.noticed(&it.connection, notice, it.entry.clone())? {
                self.taken.noticed.insert(it.connection.clone());
            }
            done.push(format!("the vendor {}", it.said.words()));
        }
        Ok(done.join("; "))
    }

    /// Makes due what an event is about, and says so in words. In a crowd most events are about the same, and it is due already.
    fn wake(
        &mut self,
        tx: &mut Tx<'_>,
        effect: &DeliveryEffect,
        due: Timestamp,
    ) -> Result<String, StoreError> {
        if let Some(woken) = self.woken.get(effect).filter(|woken| woken.due <= due) {
            return Ok(woken.said.clone());
        }
        let jobs = tx.wake(&effect.connection, effect.entity.as_deref(), due)?;
        let said = match jobs.as_slice() {
            [] => "no job of that is on".to_owned(),
            entities => format!("pulls {}", entities.join(", ")),
        };
        self.taken.woken.insert(effect.connection.clone());
        let woken = WokenJobs {
            due,
            said: said.clone(),
        };
        self.woken.insert(effect.clone(), woken);
        Ok(said)
    }
}

impl Tx<'_> {
    /// The jobs of a connection that are on, of one entity or of all, are due at `due` at the latest. Their entities.
    fn wake(
        &mut self,
        connection: &ConnectionId,
        entity: Option<&str>,
        due: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        let mut woken = Vec::new();
        for job in self.scan::<SyncJob>(&format!("{connection}/"))? {
            if !job.is_enabled || entity.is_some_and(|entity| job.entity != entity) {
                continue;
            }
            woken.push(job.entity.clone());
            let (told, _) = job.clone().after(JobEvent::Told { due })?;
            // Its version grows with a change alone.
            if told != job {
                self.put_job(&told)?;
            }
        }
        Ok(woken)
    }
}
