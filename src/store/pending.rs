//! What has been committed and not yet handed to the database: read as if it were there.
//!
//! Staging costs memory only, so writers do not wait for the disk while others' commits are on their way to it. A power
//! cut takes what is here, and nobody has been told that any of it was durable.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use super::chunk::Change;
use super::engine::{Range, RawRow};
use super::error::StoreError;

/// Keys and the values they get; `None` removes.
type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// Two layers over the database.
#[derive(Default)]
pub(crate) struct PendingRows(RwLock<Layers>);

#[derive(Default)]
struct Layers {
    /// Staged since the last time, newest.
    waiting: Changes,
    /// On the way to the database, which may have part of it already: the same values.
    moving: Arc<Changes>,
}

impl PendingRows {
    pub(crate) fn add(&self, changes: Vec<Change>) {
        let mut layers = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let changes = changes.into_iter();
        layers
            .waiting
            .extend(changes.map(|(key, value)| (key.into_bytes(), value)));
    }

    /// The value that is not in the database yet: none when there is nothing here, `Some(None)` when it is removed.
    #[expect(
        clippy::option_option,
        reason = "a removed row is not one that nobody changed"
    )]
    pub(crate) fn get(&self, key: &[u8]) -> Option<Option<Vec<u8>>> {
        let layers = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let found = layers.waiting.get(key).or_else(|| layers.moving.get(key));
        found.cloned()
    }

    /// The keys of everything that is here.
    pub(crate) fn keys(&self) -> BTreeSet<Vec<u8>> {
        let layers = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let both = layers.moving.keys().chain(layers.waiting.keys());
        both.cloned().collect()
    }

    /// Lets `apply` hand all of it to the database. It is read from here until that has happened; when it fails, it stays.
    pub(crate) fn settle(
        &self,
        apply: impl FnOnce(&Changes) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let moving = {
            let mut layers = self.0.write().unwrap_or_else(PoisonError::into_inner);
            let waiting = std::mem::take(&mut layers.waiting);
            // What failed before is below what came after it.
            Arc::make_mut(&mut layers.moving).extend(waiting);
            layers.moving.clone()
        };
        apply(&moving)?;
        let mut layers = self.0.write().unwrap_or_else(PoisonError::into_inner);
        layers.moving = Arc::default();
        Ok(())
    }

    /// The rows of a range as they will be: the database's, with what is here laid over them.
    pub(crate) fn over(
        &self,
        range: Range,
        reverse: bool,
        rows: impl FnOnce(Range) -> sled::Iter,
    ) -> impl Iterator<Item = RawRow> {
        let mut own = self.within(&range).into_iter();
        let mut rows = rows(range);
        let mut next_own = move || {
            if reverse { own.next_back() } else { own.next() }
        };
        let mut next_row = move || {
            if reverse {
                rows.next_back()
            } else {
                rows.next()
            }
        };
        let (mut of_own, mut of_rows) = (next_own(), next_row());
        std::iter::from_fn(move || {
            loop {
                match first(&of_rows, &of_own, reverse)? {
                    Ordering::Less => {
                        let row = std::mem::replace(&mut of_rows, next_row())?;
                        let row = row.map_err(StoreError::engine("read"));
                        return Some(row.map(|(key, value)| (key.to_vec(), value.to_vec())));
                    }
                    // The row of the same key is an older one.
                    Ordering::Equal => of_rows = next_row(),
                    Ordering::Greater => {}
                }
                let (key, value) = std::mem::replace(&mut of_own, next_own())?;
                if let Some(value) = value {
                    return Some(Ok((key, value)));
                }
            }
        })
    }

    fn within(&self, range: &Range) -> Changes {
        let layers = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let both = [&*layers.moving, &layers.waiting];
        let within = both
            .into_iter()
            .flat_map(|layer| layer.range(range.clone()));
        within
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }
}

type Row = sled::Result<(sled::IVec, sled::IVec)>;
type Own = (Vec<u8>, Option<Vec<u8>>);

/// Which comes first: `Less` for the row, `Greater` for our own; none when there is neither.
fn first(row: &Option<Row>, own: &Option<Own>, reverse: bool) -> Option<Ordering> {
    match (row, own) {
        (None, None) => None,
        (Some(Err(_)), _) | (Some(_), None) => Some(Ordering::Less),
        (None, Some(_)) => Some(Ordering::Greater),
        (Some(Ok((row, _))), Some((own, _))) if reverse => Some(own.as_slice().cmp(row)),
        (Some(Ok((row, _))), Some((own, _))) => Some(row.as_ref().cmp(own)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Change = (u8, Option<u8>);

    fn changes(of: &[Change]) -> Vec<super::Change> {
        let one = |(key, value): &Change| (key.to_string(), value.map(|value| vec![value]));
        of.iter().map(one).collect()
    }

    fn changed() -> impl Strategy<Value = Vec<Change>> {
        prop::collection::vec((0..30u8, any::<Option<u8>>()), 0..20)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        /// Wherever a change is — in the database, on the way, waiting — what is read is the last one.
        #[test]
        fn what_is_read_is_what_was_committed_last(
            below in changed(), moving in changed(), waiting in changed(), reverse: bool,
        ) {
            let db = sled::Config::new().temporary(true).open().unwrap();
            let pending = PendingRows::default();
            let mut model = BTreeMap::new();
            for (key, value) in changes(&below).into_iter().chain(changes(&moving)).chain(changes(&waiting)) {
                model.insert(key.into_bytes(), value);
            }
            for (key, value) in changes(&below) {
                value.map_or_else(|| db.remove(&key), |value| db.insert(&key, value)).unwrap();
            }
            pending.add(changes(&moving));
            let failed = pending.settle(|_| Err(StoreError::Stopped("a test".to_owned())));
            prop_assert!(failed.is_err());
            pending.add(changes(&waiting));

            let all = (std::ops::Bound::Unbounded, std::ops::Bound::Unbounded);
            let found: Vec<_> = pending.over(all, reverse, |range| db.range(range)).map(Result::unwrap).collect();
            let mut wanted: Vec<_> = model.iter().filter_map(|(k, v)| Some((k.clone(), v.clone()?))).collect();
            if reverse {
                wanted.reverse();
            }
            prop_assert_eq!(found, wanted);
            for (key, _) in changes(&moving).iter().chain(&changes(&waiting)) {
                prop_assert_eq!(pending.get(key.as_bytes()), model.get(key.as_bytes()).cloned());
            }
            pending.settle(|_| Ok(())).unwrap();
            prop_assert!(model.keys().all(|key| pending.get(key).is_none()));
        }
    }
}
