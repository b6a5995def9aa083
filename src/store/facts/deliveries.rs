//! What came in at an endpoint: counted, listed, known again by its id, and given its effect, in one transaction for
//! everything that waited together.

#[cfg(test)]
pub(super) mod tests;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;

use crate::domain::audit::NewEntry;
use crate::domain::connection::Connection;
use crate::domain::delivery::{Delivery, Fate, ID_PAGES, IDS_IN_PAGE, IdPage, LISTED};
use crate::domain::id::{ConnectionId, WebhookId};
use crate::domain::job::{JobEvent, SyncJob};
use crate::domain::webhook::{Notice, Signed, VendorNotice, WebhookEndpoint};
use crate::store::{Store, StoreError, Tx, WriteClass, Written};

/// A delivery that has been read and judged.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// When it came.
    pub at: Timestamp,
    /// Whose it is.
    pub signed: Signed,
    /// Whether it is a signed event token: these are about accounts, and answered with statuses of their own (RFC 8935).
    pub is_token: bool,
    /// Whether it says something of an authorization before the present one, which is no news of that.
    pub is_of_earlier: bool,
    /// Why it is not believed, in words.
    pub doubt: Option<String>,
    /// The vendor's id of it.
    pub event_id: Option<String>,
    /// Digest of what it is known by when it comes again.
    pub id_digest: Option<u64>,
    /// What it means, and for which connection; nothing of what is not verified.
    pub effects: BTreeSet<DeliveryEffect>,
    /// Connections that do not watch where it happened.
    pub unwatched: BTreeSet<ConnectionId>,
    /// What the vendor says of connections with it.
    pub notices: Vec<VendorSaid>,
    /// When jobs are due for it.
    pub due: Timestamp,
    /// How long it took to read and to judge it, in microseconds.
    pub latency_us: u64,
    /// Its body, as it may be shown.
    pub preview: String,
}

impl Arrival {
    /// The connections at which something happened.
    fn happened_at(&self) -> impl Iterator<Item = &ConnectionId> {
        let effects = self.effects.iter().map(|effect| &effect.connection);
        effects.chain(&self.unwatched)
    }

    fn is_unwatched(&self) -> bool {
        self.effects.is_empty() && self.notices.is_empty() && !self.unwatched.is_empty()
    }

    fn means_nothing(&self) -> bool {
        self.happened_at().next().is_none() && self.notices.is_empty()
    }

    /// Whether it shows that the vendor's side is open: who says that it was closed does not, nor does an identity provider,
    /// which tells of accounts as long as they exist.
    fn shows_that_it_sends(&self) -> bool {
        self.signed == Signed::Verified && self.notices.is_empty() && !self.is_token
    }
}

/// What a vendor says of a connection.
#[derive(Debug, Clone)]
pub struct VendorSaid {
    pub connection: ConnectionId,
    /// What it says.
    pub said: Notice,
    /// What the log says of it.
    pub entry: NewEntry,
}

/// What an event means for a connection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeliveryEffect {
    pub connection: ConnectionId,
    /// Of which entity something changed; none where it is not known of which.
    pub entity: Option<String>,
}

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
        let listed = usize::try_from(LISTED).unwrap_or(usize::MAX);
        self.write_as(WriteClass::Normal, |tx| {
            let endpoint = tx.need::<WebhookEndpoint>(&format!("{connection}/{id}"))?;
            let of = tx.need::<Connection>(connection.as_str())?;
            let mut batch = DeliveryBatch {
                is_open: endpoint.enabled && of.status.in_service(),
                is_wiped: tx.is_wiped(&of.provider)?,
                known: recent.take_for(tx, &endpoint, arrivals)?,
                fresh: Vec::new(),
                takes: BTreeMap::new(),
                woken: BTreeMap::new(),
                endpoint,
                taken: BatchResult::default(),
            };
            for (arrival, later) in arrivals.iter().zip((0..arrivals.len()).rev()) {
                let delivery = batch.take(tx, arrival)?;
                // Those behind it take the places of what would not be listed any more.
                if later < listed && !batch.is_wiped {
                    tx.put(&delivery)?;
                }
            }
            note_ids(tx, &mut batch.endpoint, &batch.fresh)?;
            tx.put(&batch.endpoint)?;
            recent.keep(&batch.endpoint, batch.known);
            Ok(batch.taken)
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

/// The ids that are known again at the endpoint to which a writer wrote last, so that a crowd does not have them read for each
/// batch.
#[derive(Debug, Default)]
pub struct RecentIds {
    endpoint: Option<WebhookId>,
    /// How many had been noted there: others may have written since.
    noted: u64,
    ids: HashSet<u64>,
}

impl RecentIds {
    /// So many are held before they are read anew.
    const HELD: u64 = 2 * ID_PAGES * IDS_IN_PAGE;

    /// The ids that came before, if any of these has one. Nothing is left here: what a transaction adds that fails is not known.
    fn take_for(
        &mut self,
        tx: &Tx<'_>,
        endpoint: &WebhookEndpoint,
        arrivals: &[Arrival],
    ) -> Result<HashSet<u64>, StoreError> {
        let recent = std::mem::take(self);
        if recent.endpoint.as_ref() == Some(&endpoint.id) && recent.noted == endpoint.ids {
            return Ok(recent.ids);
        }
        if arrivals.iter().all(|arrival| arrival.id_digest.is_none()) {
            return Ok(HashSet::new());
        }
        let pages = tx.scan::<IdPage>(&format!("{}/", endpoint.id))?;
        Ok(pages.into_iter().flat_map(|page| page.ids).collect())
    }

    fn keep(&mut self, endpoint: &WebhookEndpoint, ids: HashSet<u64>) {
        // Without any, nothing was read.
        if ids.is_empty() || ids.len() as u64 > Self::HELD {
            return;
        }
        *self = Self {
            endpoint: Some(endpoint.id.clone()),
            noted: endpoint.ids,
            ids,
        };
    }
}

impl DeliveryBatch {
    fn take(&mut self, tx: &mut Tx<'_>, arrival: &Arrival) -> Result<Delivery, StoreError> {
        let fate = self.fate(tx, arrival)?;
        let why = match fate {
            Fate::Applied => self.apply(tx, arrival)?,
            Fate::WithoutEffect if arrival.is_of_earlier => {
                "it is about an authorization before the present one".to_owned()
            }
            Fate::WithoutEffect => "the provider file does not speak of such an event".to_owned(),
            Fate::Unwatched => "it happened in a channel that is not watched".to_owned(),
            Fate::Repeated => "this event had come before".to_owned(),
            Fate::Dropped if !self.endpoint.enabled => "the endpoint is disabled".to_owned(),
            Fate::Dropped => "the connection is out of service".to_owned(),
            Fate::Unverified | Fate::OutOfTime | Fate::Forged => {
                arrival.doubt.clone().unwrap_or_default()
            }
        };
        self.count(arrival, fate);
        let status = self.status(arrival, fate);
        self.taken.statuses.push(status);
        Ok(Delivery {
            endpoint: self.endpoint.id.clone(),
            number: self.endpoint.deliveries,
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

    fn count(&mut self, arrival: &Arrival, fate: Fate) {
        let endpoint = &mut self.endpoint;
        endpoint.deliveries += 1;
        match fate {
            Fate::Forged | Fate::OutOfTime => {
                endpoint.forged += 1;
                return;
            }
            // It is counted once: who replays what the vendor sent once says nothing of the vendor.
            Fate::Repeated => return,
            Fate::Applied
            | Fate::WithoutEffect
            | Fate::Unwatched
            | Fate::Dropped
            | Fate::Unverified => {}
        }
        let is_verified = arrival.signed == Signed::Verified;
        endpoint.received += 1;
        endpoint.verified += u64::from(is_verified);
        endpoint.last_at = Some(arrival.at);
        endpoint.ignored += u64::from(matches!(fate, Fate::Dropped | Fate::Unwatched));
        if fate == Fate::Dropped {
            // Anybody can send: only what the vendor signed says that the vendor still sends.
            endpoint.dropped_since_disconnect += u64::from(arrival.shows_that_it_sends());
        }
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
}

impl DeliveryBatch {
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

/// Notes ids in the ring of pages; the oldest page makes room for a new one.
fn note_ids(
    tx: &mut Tx<'_>,
    endpoint: &mut WebhookEndpoint,
    fresh: &[u64],
) -> Result<(), StoreError> {
    let mut rest = fresh;
    while !rest.is_empty() {
        let (page, used) = (
            endpoint.ids / IDS_IN_PAGE % ID_PAGES,
            endpoint.ids % IDS_IN_PAGE,
        );
        let before = tx.get::<IdPage>(&format!("{}/{page:02}", endpoint.id))?;
        let mut row = before.filter(|_| used > 0).unwrap_or_else(|| IdPage {
            endpoint: endpoint.id.clone(),
            page,
            ids: Vec::new(),
        });
        let room = usize::try_from(IDS_IN_PAGE - used).unwrap_or(1);
        let (now, later) = rest.split_at(room.min(rest.len()));
        row.ids.extend_from_slice(now);
        tx.put(&row)?;
        endpoint.ids += now.len() as u64;
        rest = later;
    }
    Ok(())
}
