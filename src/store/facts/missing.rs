//! What a whole pass over a list did not see: some of it to be asked for, and all of it gone.

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
        let most = most.min(all);
        let (step, first) = (all / most, u64::from(chance) % (all / most));
        let (mut missed, mut gone) = (ReadMarks::of(Mark::Missed), ReadMarks::of(Mark::Gone));
        let (mut found, mut place) = (MissingThings::default(), 0);
        for row in self.rows::<Synced>(format!("{}/", scope.key())) {
            let row = row?;
            let (is_missed, is_gone) = match row.seen {
                Seen::Number { n } => (missed.has(self, &scope, n)?, gone.has(self, &scope, n)?),
                Seen::Pass(last) => (last < scope.last_whole, last < scope.last_full),
            };
            if !is_missed {
                found.seen = found.seen.or(Some(row.external_id));
            } else if !is_gone {
                let is_asked = place % step == first && (found.missing.len() as u64) < most;
                found.missing.extend(is_asked.then_some(row.external_id));
                place += 1;
            }
        }
        // Counters are what rows say, or nothing is settled.
        let is_whole = place == all && found.missing.len() as u64 == most;
        Ok(is_whole.then_some(found))
    }

    /// The vendor has none of the things any more that the last whole pass over a list did not see. What is known of the list then.
    ///
    /// # Errors
    /// When the execution has ended, or its connection was authorized again.
    pub async fn missing_gone(
        &self,
        of: &ListOf,
        full_every: Option<Duration>,
    ) -> Result<ListState, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let (_, job) = tx.walked(of)?;
            let parent = of.parent.as_deref();
            let mut scope = tx.scope(&job, parent)?;
            let began = tx.list(&job, parent)?.whole_at;
            let mut marks = ScopeMarks::of(&scope);
            scope.settle(began, full_every, &mut marks.within(tx))?;
            marks.write(tx)?;
            tx.put(&scope)?;
            Ok(tx.list_after(job, parent, JobEvent::MissingGone)?.0)
        })
        .await
    }
}
