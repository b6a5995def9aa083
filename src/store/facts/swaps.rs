//! Swaps whose second half is open: the run that was the first one carries it, and the connection is found by it.

use jiff::Timestamp;

use super::named::PAGE;
use crate::domain::audit::NewEntry;
use crate::domain::connection::{Connection, Status};
use crate::domain::disconnect::RunEvent;
use crate::domain::disconnect::run::Run;
use crate::domain::disconnect::swap::{SwapEnd, SwapHalf, SwapOutcome};
use crate::domain::flow::{Flow, FlowEnd, FlowSelection};
use crate::domain::id::{ConnectionId, JobId, RunId};
use crate::domain::job::{JobEvent, SyncJob};
use crate::store::{Store, StoreError, Tx, WriteClass};

/// The index of the runs whose second halves are open, by connection.
const OPEN: &str = "swap_open/";

/// A swap that has come to its end.
pub(super) struct EndedSwap {
    /// The disconnect that was its first half.
    pub(super) run: RunId,
    /// The jobs that were enabled when it was decided.
    pub(super) jobs: Vec<JobId>,
}

impl Store {
    /// The run whose second half is open, of a connection that is swapped.
    pub fn swap_left(&self, id: &ConnectionId) -> Result<Option<Run>, StoreError> {
        match self.get_index(&open(id))? {
            Some(run) => self.get::<Run>(&run),
            None => Ok(None),
        }
    }

    /// So many of the runs whose second halves are open.
    pub fn swaps_left(&self, most: usize) -> Result<Vec<Run>, StoreError> {
        let mut runs = Vec::new();
        for (_, id) in self.index_page(OPEN, None, most, false)? {
            runs.extend(self.get::<Run>(&id)?);
        }
        Ok(runs)
    }

    /// How many second halves are open.
    pub fn swaps_left_count(&self) -> Result<u64, StoreError> {
        let mut rows = self.index_rows(OPEN.to_owned(), PAGE);
        rows.try_fold(0, |count, row| row.map(|_| count + 1))
    }

    /// Connections of one provider that are out of service, and whose new account a swap left open.
    pub fn connections_left_by_swaps<'a>(
        &'a self,
        provider: &'a str,
    ) -> impl Iterator<Item = Result<Connection, StoreError>> + 'a {
        let all = self.foremost_connections_of(provider);
        all.filter_map(|found| match found {
            Ok(it) if it.status != Status::Revoked => None,
            Ok(it) => match self.get_index(&open(&it.id)) {
                Ok(run) => run.is_some().then_some(Ok(it)),
                Err(error) => Some(Err(error)),
            },
            Err(error) => Some(Err(error)),
        })
    }

    /// A person gives up the second half of a swap, and with it the authorizations of its connection that are open: no account
    /// is connected by these any more. The connection is left as it is.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when no second half of it is open.
    pub async fn swap_given_up(
        &self,
        id: &ConnectionId,
        by: &FlowEnd,
        entry: impl FnOnce(&[Flow]) -> NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let flows = tx.end_flows(&FlowSelection::OfConnection(id.clone()), by)?;
            let entry = entry(&flows);
            let ended = tx.swap_ends(id, SwapOutcome::GivenUp, &entry)?;
            if ended.is_none() {
                return Err(StoreError::Refused(format!(
                    "no swap of {id} was left in the middle"
                )));
            }
            tx.append(entry)?;
            Ok(())
        })
        .await
    }
}

impl Tx<'_> {
    /// The run whose second half is open, of a connection that is swapped.
    pub(super) fn swap_left_of(&self, id: &ConnectionId) -> Result<Option<String>, StoreError> {
        self.get_index(&open(id))
    }

    /// What is to come after the disconnect of a connection that is swapped, by what it has now.
    pub(super) fn second_half(&self, id: &ConnectionId) -> Result<SwapHalf, StoreError> {
        let jobs = self.scan::<SyncJob>(&format!("{id}/"))?.into_iter();
        let enabled = jobs.filter(|job| job.is_enabled).map(|job| job.id);
        Ok(SwapHalf::of(enabled.collect()))
    }

    /// A disconnect begins; if it is the first half of a swap, the second one is open from here on. Its connection is
    /// `disconnecting` by now, and stands where it will stand.
    pub(super) fn swap_opens(&mut self, run: &Run) -> Result<(), StoreError> {
        match run.half_left() {
            Some(_) => self.put_index(&open(&run.connection), run.id.as_str()),
            None => Ok(()),
        }
    }

    /// The second half of a connection's swap has come to its end, if one was open; `entry` says when, and by whom.
    pub(super) fn swap_ends(
        &mut self,
        id: &ConnectionId,
        how: SwapOutcome,
        entry: &NewEntry,
    ) -> Result<Option<EndedSwap>, StoreError> {
        let Some(run) = self.swap_left_of(id)? else {
            return Ok(None);
        };
        let run = self.need::<Run>(&run)?;
        let jobs = run.half_left().map(|half| half.jobs.clone());
        let end = SwapEnd {
            how,
            at: entry.at,
            by: entry.actor.clone(),
        };
        let run = run.after(RunEvent::SwapEnded(end))?;
        self.put(&run)?;
        self.swap_closed(id, |tx| tx.remove_index(&open(id)))?;
        let jobs = jobs.unwrap_or_default();
        Ok(Some(EndedSwap { run: run.id, jobs }))
    }

    /// The jobs of a connection that its swap turned off are enabled again. One that is gone stays gone, and one that a person
    /// disabled meanwhile stays off.
    pub(super) fn jobs_come_back(
        &mut self,
        id: &ConnectionId,
        swap: &EndedSwap,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        for job in &swap.jobs {
            if let Some(job) = self.get::<SyncJob>(&format!("{id}/{job}"))?
                && !job.is_enabled
                && job.disabled_by.as_deref() == Some(swap.run.as_str())
            {
                self.job_after(job, JobEvent::Enabled { at })?;
            }
        }
        Ok(())
    }
}

fn open(id: &ConnectionId) -> String {
    format!("{OPEN}{id}")
}
