//! What syncs have brought.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::marks::ReadMarks;
use crate::domain::audit::NewEntry;
use crate::domain::id::{ConnectionId, ReferenceId};
use crate::domain::job::{ReferenceState, Scope, Synced};
use crate::domain::sync::Mark;
use crate::store::{Store, StoreError, StoredRow, WriteClass};

/// Counts what syncs have brought.
pub(super) const SYNCED: &str = "synced";

impl Store {
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
    read: BTreeMap<String, ReadScope>,
}

struct ReadScope {
    scope: Option<Scope>,
    gone: ReadMarks,
}

impl Scopes {
    /// Where a record stands now.
    pub fn state(
        &mut self,
        store: &Store,
        item: &Synced,
        now: Timestamp,
    ) -> Result<ReferenceState, StoreError> {
        let of = Scope {
            parent: item.parent.clone(),
            ..Scope::new(item.connection.clone(), item.entity.clone())
        };
        let read = match self.read.entry(of.key()) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(unread) => {
                let scope = store.get::<Scope>(unread.key())?;
                unread.insert(ReadScope {
                    scope,
                    gone: ReadMarks::of(Mark::Gone),
                })
            }
        };
        let is_marked = match (&read.scope, item.seen.number()) {
            (Some(scope), Some(number)) => read.gone.has(store, scope, number)?,
            (None, _) | (_, None) => false,
        };
        let scope = read.scope.as_ref();
        Ok(ReferenceState::of(item, scope, is_marked, now))
    }
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
