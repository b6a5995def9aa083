//! The rows that a wipe is about: which they are, part by part, and how many are left.

use crate::domain::connection::Connection;
use crate::domain::delivery::Delivery;
use crate::domain::id::ConnectionId;
use crate::domain::job::{JobEvent, ParentList, Scope, SyncExecution, SyncJob, Synced};
use crate::domain::webhook::WebhookEndpoint;
use crate::domain::wipe::{Wipe, WipeCounts, WipeStep};
use crate::store::{Row, Store, StoreError, Tx};

use super::outgoing::{Messages, count_about};
use super::synced::SYNCED;

/// Rows that one transaction removes.
const PART: usize = 200;

impl Store {
    pub(super) fn wiped_connections(
        &self,
        provider: Option<&str>,
    ) -> Result<Vec<Connection>, StoreError> {
        let all = self.scan::<Connection>("")?;
        Ok(all
            .into_iter()
            .filter(|it| is_meant(provider, it))
            .collect())
    }

    pub(super) fn wiped_part(&self, wipe: &Wipe, step: WipeStep) -> Result<Part, StoreError> {
        let provider = wipe.provider.as_deref();
        let of = self.wiped_connections(provider)?;
        let mut part = Part::default();
        for prefix in prefixes(provider, of.iter().map(|it| &it.id)) {
            match step {
                WipeStep::RemoveRecords => {
                    part.records = self.page::<Synced>(&prefix, None, PART, false)?;
                    if part.records.is_empty() {
                        part.scopes = self.page::<Scope>(&prefix, None, PART, false)?;
                    }
                }
                WipeStep::RemoveExecutions if provider.is_none() => {
                    part.executions = self.page::<SyncExecution>("", None, PART, false)?;
                }
                WipeStep::RemoveExecutions => {
                    for job in self.scan::<SyncJob>(&prefix)? {
                        let left = PART - part.executions.len();
                        let of_job = format!("{}/", job.id);
                        let found = self.page::<SyncExecution>(&of_job, None, left, false)?;
                        part.executions.extend(found);
                    }
                }
                WipeStep::RemoveDeliveries => {
                    for endpoint in self.scan::<WebhookEndpoint>(&prefix)? {
                        let left = PART - part.deliveries.len();
                        let of_it = format!("{}/", endpoint.id);
                        let found = self.page::<Delivery>(&of_it, None, left, false)?;
                        part.deliveries.extend(found);
                    }
                }
                WipeStep::ForgetCursors => {
                    for job in self.scan::<SyncJob>(&prefix)? {
                        if part.jobs.len() < PART && self.knows_something(&job)? {
                            part.jobs.push(job);
                        }
                    }
                }
                WipeStep::Compact | WipeStep::WriteAudit => {}
            }
            if !part.is_empty() {
                break;
            }
        }
        if step == WipeStep::RemoveDeliveries && part.is_empty() {
            part.messages = self.messages_about(&of.iter().map(|it| &it.id).collect())?;
        }
        Ok(part)
    }
}

/// Rows that are removed together.
#[derive(Default)]
pub(super) struct Part {
    records: Vec<Synced>,
    scopes: Vec<Scope>,
    executions: Vec<SyncExecution>,
    deliveries: Vec<Delivery>,
    messages: Messages,
    jobs: Vec<SyncJob>,
}

impl Part {
    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty()
            && self.scopes.is_empty()
            && self.executions.is_empty()
            && self.deliveries.is_empty()
            && self.messages.is_empty()
            && self.jobs.is_empty()
    }
}

/// What rows are counted with, in a transaction and outside of one.
pub(super) trait Reads {
    fn scan<R: Row>(&self, prefix: &str) -> Result<Vec<R>, StoreError>;
    fn key_count<R: Row>(&self, prefix: &str) -> Result<u64, StoreError>;
    fn each<R: Row>(&self, look: impl FnMut(R)) -> Result<(), StoreError>;
}

impl Reads for Store {
    fn scan<R: Row>(&self, prefix: &str) -> Result<Vec<R>, StoreError> {
        self.scan(prefix)
    }

    fn key_count<R: Row>(&self, prefix: &str) -> Result<u64, StoreError> {
        self.key_count::<R>(prefix)
    }

    fn each<R: Row>(&self, mut look: impl FnMut(R)) -> Result<(), StoreError> {
        self.rows(String::new()).try_for_each(|row| {
            look(row?);
            Ok(())
        })
    }
}

impl Reads for Tx<'_> {
    fn scan<R: Row>(&self, prefix: &str) -> Result<Vec<R>, StoreError> {
        self.scan(prefix)
    }

    fn key_count<R: Row>(&self, prefix: &str) -> Result<u64, StoreError> {
        self.key_count::<R>(prefix)
    }

    fn each<R: Row>(&self, look: impl FnMut(R)) -> Result<(), StoreError> {
        self.each(look)
    }
}

/// What there is of everything that a wipe of these connections removes, counted row by row.
pub(super) fn wiped_rows(
    reads: &impl Reads,
    provider: Option<&str>,
    of: &[Connection],
) -> Result<WipeCounts, StoreError> {
    let mut found = WipeCounts::default();
    for prefix in prefixes(provider, of.iter().map(|it| &it.id)) {
        found.records += reads.key_count::<Synced>(&prefix)?;
        found.scopes += reads.key_count::<Scope>(&prefix)?;
        for job in reads.scan::<SyncJob>(&prefix)? {
            let lists = format!("{}/{}/", job.connection, job.id);
            let knows = job.knows_something() || reads.key_count::<ParentList>(&lists)? > 0;
            found.cursors += u64::from(knows);
            found.executions += reads.key_count::<SyncExecution>(&format!("{}/", job.id))?;
        }
        for endpoint in reads.scan::<WebhookEndpoint>(&prefix)? {
            found.deliveries += reads.key_count::<Delivery>(&format!("{}/", endpoint.id))?;
        }
    }
    found.deliveries += count_about(reads, &of.iter().map(|it| &it.id).collect())?;
    if provider.is_none() {
        found.executions = reads.key_count::<SyncExecution>("")?;
    }
    Ok(found)
}

impl Tx<'_> {
    /// Removes these rows, and counts those that were still there.
    pub(super) fn remove_part(
        &mut self,
        part: &Part,
        counts: &mut WipeCounts,
    ) -> Result<(), StoreError> {
        let records = self.remove_rows(&part.records)?;
        self.add(SYNCED, -i64::try_from(records).unwrap_or(i64::MAX))?;
        counts.records += records;
        counts.scopes += self.remove_rows(&part.scopes)?;
        counts.executions += self.remove_rows(&part.executions)?;
        counts.deliveries += self.remove_rows(&part.deliveries)?;
        counts.deliveries += self.remove_messages(&part.messages)?;
        counts.cursors += part.jobs.len() as u64;
        for job in &part.jobs {
            let job = self.need::<SyncJob>(&job.key())?;
            self.job_after(job, JobEvent::Wiped)?;
        }
        Ok(())
    }

    fn remove_rows<R: Row>(&mut self, rows: &[R]) -> Result<u64, StoreError> {
        let mut removed = 0;
        for row in rows {
            removed += u64::from(self.removed::<R>(&row.key())?);
        }
        Ok(removed)
    }

    /// Removes a row. Whether it was there.
    pub(super) fn removed<R: Row>(&mut self, key: &str) -> Result<bool, StoreError> {
        let is_there = self.get::<R>(key)?.is_some();
        self.remove::<R>(key)?;
        Ok(is_there)
    }
}

pub(super) fn is_meant(provider: Option<&str>, connection: &Connection) -> bool {
    provider.is_none_or(|provider| provider == connection.provider)
}

/// Where the rows of a wipe are: all of a kind, or those of some connections.
pub(super) fn prefixes<'a>(
    provider: Option<&str>,
    connections: impl Iterator<Item = &'a ConnectionId>,
) -> Vec<String> {
    match provider {
        None => vec![String::new()],
        Some(_) => connections.map(|id| format!("{id}/")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::domain::id::WebhookId;
    use crate::domain::job::RecordOf;
    use crate::domain::message::{About, EventKind, Message};
    use crate::domain::webhook::Signed;
    use crate::store::facts::Arrival;
    use crate::store::trouble::{entry, signer};

    fn at() -> Timestamp {
        "2026-03-01T10:00:00Z".parse().unwrap()
    }

    fn id(prefix: &str, n: usize) -> String {
        format!("{prefix}_01jd70000000000000000000{n:02}")
    }

    fn endpoint() -> WebhookId {
        id("whk", 1).parse().unwrap()
    }

    fn revoked(provider: &str) -> Connection {
        let connection = json!({
            "id": id("con", 1), "instance": id("ins", 1), "provider": provider, "name": provider,
            "owner": { "kind": "workspace" }, "account": { "id": "1", "label": "acme" },
            "status": "revoked", "reason": "", "health": "unknown", "generation": 1, "version": 1,
            "connected_at": null, "synced_at": null,
        });
        serde_json::from_value(connection).unwrap()
    }

    fn record(of: &Connection) -> Synced {
        Synced {
            id: id("ref", 1).parse().unwrap(),
            connection: of.id.clone(),
            entity: "issue".to_owned(),
            parent: None,
            local_id: "1".to_owned(),
            external_id: "7".to_owned(),
            label: String::new(),
            updated: None,
            synced_at: at(),
            seen: 1,
            digest: String::new(),
            body: json!({}),
            left_out: Vec::new(),
            own: BTreeMap::new(),
            links: BTreeSet::new(),
        }
    }

    /// A connection of `ledger` that is out of service, with an endpoint and one record.
    fn store(folder: &tempfile::TempDir) -> Store {
        let store = Store::open(&folder.path().join("data"), signer()).unwrap();
        let connection = revoked("ledger");
        let written = store.write(|tx| {
            tx.put(&connection)?;
            tx.put(&record(&connection))?;
            tx.add(SYNCED, 1)?;
            tx.put(&WebhookEndpoint::new(endpoint(), connection.id.clone()))?;
            tx.put_index(&format!("webhook/{}", endpoint()), connection.id.as_str())
        });
        store.durable_blocking(written.unwrap().commit).unwrap();
        store
    }

    async fn begun(store: &Store, n: usize, provider: Option<&str>) -> Result<Wipe, StoreError> {
        let wipe = Wipe::begun(
            id("wip", n).parse().unwrap(),
            provider.map(str::to_owned),
            "ada".to_owned(),
            at(),
        );
        store.wipe_begun(wipe, entry("data.wipe_begun")).await
    }

    #[tokio::test]
    async fn a_wipe_ends_only_when_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        for (n, provider) in [(1, None), (2, Some("ledger"))] {
            let mut wipe = begun(&store, n, provider).await.unwrap();
            let (id, size) = (wipe.id.clone(), store.tree().size());
            let written = store.write(|tx| tx.put(&record(&revoked("ledger"))));
            store.durable_blocking(written.unwrap().commit).unwrap();
            while wipe.step != Some(WipeStep::WriteAudit) {
                wipe.step_ended(at());
            }
            let written = store.write(|tx| tx.put(&wipe));
            store.durable_blocking(written.unwrap().commit).unwrap();
            let ended = store.wipe_ended(&id, at(), |_, _| entry("data.wiped"));
            let ended = ended.await.unwrap();
            assert_eq!(ended.step, Some(WipeStep::RemoveRecords));
            assert_eq!(store.open_wipes().unwrap(), std::slice::from_ref(&id));
            assert_eq!(store.tree().size(), size, "there is no entry");

            let mut wipe = ended;
            for _ in 0..8 {
                if wipe.step < Some(WipeStep::Compact) {
                    wipe = store.wipe_part(&id, at()).await.unwrap();
                }
            }
            assert_eq!(wipe.step, Some(WipeStep::Compact));
            store.wipe_compacted(&id, at()).await.unwrap();
            let told = |wipe: &Wipe, left: WipeCounts| {
                assert_eq!(left, WipeCounts::default());
                assert!(wipe.has_done(WipeStep::Compact));
                entry("data.wiped")
            };
            let ended = store.wipe_ended(&id, at(), told).await.unwrap();
            assert_eq!((ended.step, ended.counts.records), (None, 1));
            assert_eq!(store.tree().size(), size + 1);
            assert_eq!(store.open_wipes().unwrap(), []);
        }
    }

    #[tokio::test]
    async fn no_row_is_wiped_twice() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let first = begun(&store, 1, Some("ledger")).await.unwrap();
        // The same once more is the one that is open; another provider is another wipe.
        assert_eq!(begun(&store, 2, Some("ledger")).await.unwrap(), first);
        assert!(begun(&store, 3, Some("github")).await.is_ok());
        let refused = begun(&store, 4, None).await;
        let why = matches!(&refused, Err(StoreError::Refused(why)) if why.contains("being wiped"));
        assert!(why, "{refused:?}");
    }

    #[tokio::test]
    async fn nothing_is_listed_at_an_endpoint_while_it_is_wiped() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let arrival = Arrival {
            at: at(),
            signed: Signed::Unknown,
            doubt: None,
            event_id: None,
            id_digest: None,
            effects: BTreeSet::new(),
            unwatched: BTreeSet::new(),
            notices: Vec::new(),
            due: at(),
            latency_us: 1,
            preview: "{}".to_owned(),
        };
        for (came, listed) in [(1, 1), (2, 1)] {
            let arrivals = std::slice::from_ref(&arrival);
            store.deliveries_came(&endpoint(), arrivals).await.unwrap();
            assert_eq!(store.webhook(&endpoint()).unwrap().deliveries, came);
            assert_eq!(store.deliveries_of(&endpoint()).unwrap().len(), listed);
            begun(&store, 1, Some("ledger")).await.unwrap();
        }
    }

    fn message(n: usize, about: &Synced) -> Message {
        let mut message = Message::new(
            id("sub", 1).parse().unwrap(),
            EventKind::RecordCreated,
            at(),
            About::Record(RecordOf::new(about)),
            &n.to_string(),
        );
        message.number = n as u64;
        message
    }

    /// Messages are removed some at a time, and announced all at once.
    #[tokio::test]
    async fn a_wipe_removes_what_was_announced() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let record = record(&revoked("ledger"));
        let written = store.write(|tx| (0..1100).try_for_each(|n| tx.queue(message(n, &record))));
        store.durable_blocking(written.unwrap().commit).unwrap();
        let planned = store.wipe_forecast(Some("ledger")).unwrap().counts;
        assert_eq!((planned.records, planned.deliveries), (1, 1100));
        let mut wipe = begun(&store, 1, Some("ledger")).await.unwrap();
        while wipe.step < Some(WipeStep::Compact) {
            wipe = store.wipe_part(&wipe.id, at()).await.unwrap();
        }
        assert_eq!(wipe.counts, planned);
        let again = store.wipe_forecast(Some("ledger")).unwrap().counts;
        assert_eq!(again, WipeCounts::default());
    }

    /// It was read to be removed, and somebody else was quicker.
    #[tokio::test]
    async fn what_is_gone_already_is_not_counted() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let record = record(&revoked("ledger"));
        let written = store.write(|tx| tx.queue(message(1, &record)));
        store.durable_blocking(written.unwrap().commit).unwrap();
        let of = revoked("ledger").id;
        let part = Part {
            records: vec![record],
            messages: store.messages_about(&BTreeSet::from([&of])).unwrap(),
            ..Part::default()
        };
        let mut counts = WipeCounts::default();
        for _ in 0..2 {
            let written = store.write(|tx| tx.remove_part(&part, &mut counts));
            store.durable_blocking(written.unwrap().commit).unwrap();
            assert_eq!((counts.records, counts.deliveries), (1, 1));
            assert_eq!(store.synced_total().unwrap(), 0);
        }
    }

    /// A link is part of the record that it is made at, whatever else is linked to the same thing.
    #[tokio::test]
    async fn a_wipe_removes_links_with_their_records() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let mut other = revoked("github");
        other.id = id("con", 2).parse().unwrap();
        let links = BTreeSet::from(["TICKET-9".to_owned()]);
        let linked = |n: usize, of: &Connection| Synced {
            id: id("ref", n).parse().unwrap(),
            links: links.clone(),
            ..record(of)
        };
        let (here, there) = (linked(1, &revoked("ledger")), linked(2, &other));
        let written = store.write(|tx| {
            tx.put(&other)?;
            tx.put(&here)?;
            tx.put(&there)?;
            tx.add(SYNCED, 1)
        });
        store.durable_blocking(written.unwrap().commit).unwrap();
        let mut wipe = begun(&store, 1, Some("ledger")).await.unwrap();
        while wipe.step < Some(WipeStep::Compact) {
            wipe = store.wipe_part(&wipe.id, at()).await.unwrap();
        }
        assert_eq!(wipe.counts.records, 1);
        let gone = store.reference(here.id.as_str());
        assert!(matches!(gone, Err(StoreError::NotFound { .. })), "{gone:?}");
        assert_eq!(store.reference(there.id.as_str()).unwrap().links, links);
        assert_eq!(store.scan::<Synced>("").unwrap(), [there]);
    }
}
