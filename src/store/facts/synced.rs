//! What syncs bring: batches that commit with their cursor.

use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::lists::ListOf;
use crate::domain::audit::NewEntry;
use crate::domain::id::{ConnectionId, ReferenceId};
use crate::domain::job::{JobEvent, ReferenceState, Scope, SyncExecution, Synced};
use crate::domain::message::RecordChange;
use crate::domain::sync::Pass;
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

/// So long a batch takes things while nobody else can commit. To hand it over takes about as long again.
const LONGEST: Duration = Duration::from_millis(3);
/// And so many bytes: several jobs that are woken together by one flush stay below what may wait for the disk (256 KiB, see
/// `store::durable`).
const LARGEST: usize = 48 << 10;

/// Counts what syncs have brought.
pub(super) const SYNCED: &str = "synced";

/// Items that were received, and where the next page begins.
pub struct SyncBatch {
    /// Of which list.
    pub of: ListOf,
    /// The items; `seen` is set by the store.
    pub items: Vec<Synced>,
    /// Items that could not be taken.
    pub failed: u64,
    /// Where the pass stands once all of them are kept, when they end a page.
    pub pass: Option<Pass>,
    /// How many items there are, when the vendor says so.
    pub total: Option<u64>,
    /// When they were received.
    pub at: Timestamp,
}

impl Store {
    /// Keeps a batch with its cursor, or as many things of its beginning as the time allows; what is left, without the cursor, is
    /// returned. It is taken as long as its execution has not ended: a disconnect ends executions only after what they had
    /// received is here (T11).
    ///
    /// # Errors
    /// When the execution has ended, or its connection was authorized again.
    pub async fn batch(&self, batch: SyncBatch) -> Result<Vec<Synced>, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let (mut execution, job) = tx.walked(&batch.of)?;
            let parent = batch.of.parent.as_deref();
            let mut scope = tx.scope(&job, parent)?;
            let before = scope.total;
            let rules = tx.rules(&job.connection)?;
            let mut items = batch.items.into_iter();
            let begun = Instant::now();
            for item in items.by_ref() {
                if let Some((record, change)) = take(tx, item, &mut execution, &mut scope)? {
                    tx.route(&rules, &record, change, batch.at)?;
                }
                if begun.elapsed() >= LONGEST || tx.bytes() >= LARGEST {
                    break;
                }
            }
            let left: Vec<Synced> = items.collect();
            let new = i64::try_from(scope.total - before).unwrap_or(i64::MAX);
            tx.add(SYNCED, new)?;
            execution.failed += batch.failed;
            execution.total = batch.total.or(execution.total);
            if let Some(pass) = batch.pass.filter(|_| left.is_empty()) {
                let before = tx.list(&job, parent)?.pass;
                let before = before.map_or(0, |before| before.pages);
                execution.pages += u64::from(before != pass.pages);
                execution.halved = execution.halved.max(pass.halved);
                execution.cursor = pass.cursor().map(Value::from);
                tx.list_after(job, parent, JobEvent::PassStands(Box::new(pass)))?;
            }
            tx.put(&scope)?;
            tx.put_execution(&execution)?;
            Ok(left)
        })
        .await
    }

    /// The record that is called so. Its name says its entity; within that, records are looked through until it is found.
    pub fn record(&self, local_id: &str) -> Result<Synced, StoreError> {
        let missing = || StoreError::NotFound {
            what: "record",
            id: local_id.to_owned(),
        };
        let (entity, _) = local_id.rsplit_once('_').ok_or_else(missing)?;
        let scopes = self.scan::<Scope>("")?.into_iter();
        for scope in scopes.filter(|scope| scope.entity == entity) {
            let found = self.sought(format!("{}/", scope.key()), |it| it.local_id == local_id)?;
            if let Some(found) = found {
                return Ok(found);
            }
        }
        Err(missing())
    }

    /// The record whose reference has this id, or that is called so. Without its entity all are looked through.
    pub fn reference(&self, name: &str) -> Result<Synced, StoreError> {
        let Ok(id) = name.parse::<ReferenceId>() else {
            return self.record(name);
        };
        let found = self.sought(String::new(), |it| it.id == id)?;
        found.ok_or_else(|| StoreError::NotFound {
            what: "reference",
            id: name.to_owned(),
        })
    }

    /// The first record under this prefix that is meant.
    fn sought(
        &self,
        prefix: String,
        is_meant: impl Fn(&Synced) -> bool,
    ) -> Result<Option<Synced>, StoreError> {
        let mut rows = self.rows::<Synced>(prefix);
        rows.find(|it| it.as_ref().map_or(true, &is_meant))
            .transpose()
    }

    /// A person gives something to a record, or takes it away.
    ///
    /// # Errors
    /// When it is not there any more.
    pub async fn edit_record(
        &self,
        key: &str,
        edit: impl FnOnce(&mut Synced),
        entry: NewEntry,
    ) -> Result<Synced, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let mut record = tx.need::<Synced>(key)?;
            edit(&mut record);
            tx.put(&record)?;
            tx.append(entry)?;
            Ok(record)
        })
        .await
    }

    /// How many things syncs have brought, of all connections.
    pub fn synced_total(&self) -> Result<u64, StoreError> {
        Ok(self.count(SYNCED)?.unsigned_abs())
    }

    /// The scopes of a connection.
    pub fn scopes_of(&self, id: &ConnectionId) -> Result<Vec<Scope>, StoreError> {
        self.scan::<Scope>(&format!("{id}/"))
    }
}

/// Scopes of records that are looked at together: each is read once.
#[derive(Default)]
pub struct Scopes {
    read: BTreeMap<String, Option<Scope>>,
}

impl Scopes {
    /// The one that a record belongs to.
    pub fn of(&mut self, store: &Store, item: &Synced) -> Result<Option<&Scope>, StoreError> {
        let of = Scope {
            parent: item.parent.clone(),
            ..Scope::new(item.connection.clone(), item.entity.clone())
        };
        Ok(match self.read.entry(of.key()) {
            Entry::Occupied(read) => read.into_mut().as_ref(),
            Entry::Vacant(unread) => {
                let scope = store.get::<Scope>(unread.key())?;
                unread.insert(scope).as_ref()
            }
        })
    }

    /// Where a record stands now.
    pub fn state(
        &mut self,
        store: &Store,
        item: &Synced,
        now: Timestamp,
    ) -> Result<ReferenceState, StoreError> {
        let scope = self.of(store, item)?;
        Ok(ReferenceState::of(item, scope, now))
    }
}

/// What a thing that was received takes over from its row.
#[derive(Deserialize)]
struct Before {
    id: ReferenceId,
    local_id: String,
    seen: u64,
    digest: String,
    #[serde(default)]
    own: BTreeMap<String, String>,
    #[serde(default)]
    links: BTreeSet<String>,
}

/// Keeps a thing that was received. The record with what happened to it; none where it is as it was.
fn take(
    tx: &mut Tx<'_>,
    mut item: Synced,
    execution: &mut SyncExecution,
    scope: &mut Scope,
) -> Result<Option<(Synced, RecordChange)>, StoreError> {
    execution.processed += 1;
    let key = item.key();
    let change = match tx.part::<Synced, Before>(&key)? {
        None => {
            execution.created += 1;
            item.seen = scope.saw(None);
            Some(RecordChange::Created)
        }
        Some(old) => {
            item.seen = scope.saw(Some(old.seen));
            (item.id, item.local_id) = (old.id, old.local_id);
            (item.own, item.links) = (old.own, old.links);
            if old.digest == item.digest {
                execution.skipped += 1;
                if old.seen == item.seen {
                    return Ok(None);
                }
                None
            } else {
                execution.updated += 1;
                Some(RecordChange::Updated)
            }
        }
    };
    tx.put(&item)?;
    Ok(change.map(|change| (item, change)))
}

/// A vendor's id as the last part of a key. Ids of vendors can be of any length and alphabet.
pub(super) fn id_part(id: &str) -> Cow<'_, str> {
    match id.len() <= 120 && !id.contains('\0') {
        true => Cow::Borrowed(id),
        false => Cow::Owned(format!("#{}", hex::encode(Sha256::digest(id)))),
    }
}

/// The same before a further part, with which it must not run together.
pub(super) fn parent_part(id: &str) -> String {
    id_part(id).replace('%', "%25").replace('/', "%2F")
}
