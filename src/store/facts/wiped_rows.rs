//! The rows that a wipe is about: which they are, part by part, and how many are left.

use crate::domain::connection::Connection;
use crate::domain::delivery::Delivery;
use crate::domain::id::ConnectionId;
use crate::domain::job::{JobEvent, ParentList, Scope, SyncExecution, SyncJob, Synced};
use crate::domain::webhook::WebhookEndpoint;
use crate::domain::wipe::{Wipe, WipeCounts, WipeStep};
use crate::store::{Row, Store, StoreError, Tx};

use super::outgoing::Messages;
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

impl Tx<'_> {
    /// What there is of everything that a wipe removes, counted row by row.
    pub(super) fn wiped_rows_left(&self, provider: Option<&str>) -> Result<WipeCounts, StoreError> {
        let mut of = Vec::new();
        self.each::<Connection>(|it| of.extend(is_meant(provider, &it).then_some(it)))?;
        let mut left = WipeCounts::default();
        for prefix in prefixes(provider, of.iter().map(|it| &it.id)) {
            left.records += self.key_count::<Synced>(&prefix)?;
            left.scopes += self.key_count::<Scope>(&prefix)?;
            for job in self.scan::<SyncJob>(&prefix)? {
                let lists =
                    self.key_count::<ParentList>(&format!("{}/{}/", job.connection, job.id))?;
                left.cursors += u64::from(job.knows_something() || lists > 0);
                left.executions += self.key_count::<SyncExecution>(&format!("{}/", job.id))?;
            }
            for endpoint in self.scan::<WebhookEndpoint>(&prefix)? {
                left.deliveries += self.key_count::<Delivery>(&format!("{}/", endpoint.id))?;
            }
        }
        left.deliveries += self.messages_left(&of.iter().map(|it| &it.id).collect())?;
        if provider.is_none() {
            left.executions = self.key_count::<SyncExecution>("")?;
        }
        Ok(left)
    }

    pub(super) fn remove_part(
        &mut self,
        part: Part,
        counts: &mut WipeCounts,
    ) -> Result<(), StoreError> {
        let Part {
            records,
            scopes,
            executions,
            deliveries,
            messages,
            jobs,
        } = part;
        let removed = i64::try_from(records.len()).unwrap_or(i64::MAX);
        self.add(SYNCED, -removed)?;
        counts.records += records.len() as u64;
        counts.scopes += scopes.len() as u64;
        counts.executions += executions.len() as u64;
        counts.deliveries += (deliveries.len() + messages.len()) as u64;
        counts.cursors += jobs.len() as u64;
        for record in records {
            self.remove::<Synced>(&record.key())?;
        }
        for scope in scopes {
            self.remove::<Scope>(&scope.key())?;
        }
        for execution in executions {
            self.remove::<SyncExecution>(&execution.key())?;
        }
        for delivery in deliveries {
            self.remove::<Delivery>(&delivery.key())?;
        }
        self.remove_messages(&messages)?;
        for job in jobs {
            let job = self.need::<SyncJob>(&job.key())?;
            self.job_after(job, JobEvent::Wiped)?;
        }
        Ok(())
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
}
