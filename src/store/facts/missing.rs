//! What a whole pass over a list did not see: some of it to be asked for, and all of it gone.

use std::collections::BTreeSet;
use std::time::Duration;

use super::lists::ListOf;
use super::marks::{ReadMarks, ScopeMarks};
use crate::domain::job::{JobEvent, Scope, Seen, SyncJob, Synced};
use crate::domain::sync::{ListState, Mark, Unchecked};
use crate::store::{Store, StoreError, StoredRow, WriteClass};

/// Things of a list that are asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct MissingThings {
    /// Some of those that the last whole pass did not see, by the vendor's names, from all over the list.
    pub missing: Vec<String>,
    /// One that it saw; none where it saw none.
    pub seen: Option<String>,
    /// The pass that did not see them.
    pub pass: u64,
    /// How many that are.
    pub all: u64,
}

impl MissingThings {
    /// Whether answers about them say something: a name that changes the address it is put into is asked about elsewhere.
    #[must_use]
    pub fn can_be_asked_for(&self) -> bool {
        let mut all = self.missing.iter().chain(&self.seen);
        self.seen.is_some() && all.all(|id| !matches!(id.as_str(), "." | "..") && !id.contains('/'))
    }
}

/// Which of `all` are asked for: one by chance of each of `most` parts of about the same length.
fn places(all: u64, most: u64, chance: u8) -> BTreeSet<u64> {
    let part = |of: u64| of * all / most;
    let place =
        |of: u64| part(of) + (u64::from(chance) + of * 101) % (part(of + 1) - part(of)).max(1);
    (0..most).map(place).collect()
}

impl Store {
    /// Things of a job's own list whose answers settle what its last whole pass left open; none where answers do not. `chance` says
    /// which.
    pub fn missing_things(
        &self,
        job: &SyncJob,
        why: &Unchecked,
        chance: u8,
    ) -> Result<Option<MissingThings>, StoreError> {
        let scope = Scope::new(job.connection.clone(), job.entity.clone());
        let Some(scope) = self.get::<Scope>(&scope.key())? else {
            return Ok(None);
        };
        let Some(most) = scope.to_ask(why) else {
            return Ok(None);
        };
        let all = scope.missing();
        let places = places(all, most.min(all), chance);
        let (mut missed, mut gone) = (ReadMarks::of(Mark::Missed), ReadMarks::of(Mark::Gone));
        let mut place = 0;
        let mut found = MissingThings {
            pass: scope.last_whole,
            all,
            ..MissingThings::default()
        };
        for row in self.rows::<Synced>(format!("{}/", scope.key())) {
            let row = row?;
            let (is_missed, is_gone) = match row.seen {
                Seen::Number { n } => (missed.has(self, &scope, n)?, gone.has(self, &scope, n)?),
                Seen::Pass(last) => (last < scope.last_whole, last < scope.last_full),
            };
            if !is_missed {
                found.seen = found.seen.or(Some(row.external_id));
            } else if !is_gone {
                let is_asked = places.contains(&place);
                found.missing.extend(is_asked.then_some(row.external_id));
                place += 1;
            }
        }
        // Counters are what rows say, or nothing is settled.
        let is_whole = place == all && found.missing.len() == places.len();
        Ok(is_whole.then_some(found))
    }

    /// The vendor has none of these things any more, which stand for all that the last whole pass over a list did not see. What is
    /// known of the list then; none where another pass has ended since, or more is missing.
    ///
    /// # Errors
    /// When the execution has ended, or its connection was authorized again.
    pub async fn missing_gone(
        &self,
        of: &ListOf,
        things: &MissingThings,
        full_every: Option<Duration>,
    ) -> Result<Option<ListState>, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let (_, job) = tx.walked(of)?;
            let parent = of.parent.as_deref();
            let mut scope = tx.scope(&job, parent)?;
            if scope.last_whole != things.pass || scope.missing() > things.all {
                return Ok(None);
            }
            let began = tx.list(&job, parent)?.whole_at;
            let mut marks = ScopeMarks::of(&scope);
            scope.settle(began, full_every, &mut marks.within(tx))?;
            marks.write(tx)?;
            tx.put(&scope)?;
            Ok(Some(tx.list_after(job, parent, JobEvent::MissingGone)?.0))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_of_the_whole_list_and_any_can_be() {
        for all in [1, 19, 20, 21, 39, 40, 79, 1_000] {
            let most = all.min(20);
            let mut asked = BTreeSet::new();
            for chance in 0..=u8::MAX {
                let places = places(all, most, chance);
                assert_eq!(places.len() as u64, most, "{all}");
                assert!(places.iter().all(|place| *place < all), "{all}");
                asked.extend(places);
            }
            assert_eq!(asked.len() as u64, all);
        }
    }

    #[test]
    fn names_that_change_an_address_are_not_asked_for() {
        let things = |missing: &str, seen: Option<&str>| MissingThings {
            missing: vec![missing.to_owned()],
            seen: seen.map(str::to_owned),
            ..MissingThings::default()
        };
        assert!(things("a b", Some("c")).can_be_asked_for());
        for (missing, seen) in [
            ("docs/a", Some("c")),
            ("a", Some("..")),
            (".", Some("c")),
            ("a", None),
        ] {
            assert!(
                !things(missing, seen).can_be_asked_for(),
                "{missing} {seen:?}"
            );
        }
    }
}
