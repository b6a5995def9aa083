//! Keeping what came: a page in batches, the last of which carries the position of its pass.

use super::item::{moment_at, synced};
use super::outbox_room::wait_for_outbox;
use super::task::Task;
use crate::domain::job::Synced;
use crate::domain::sync::{Gap, Pass};
use crate::providers::{ListItem, ListPage};
use crate::server::clock_and_ids;
use crate::store::StoreError;
use crate::store::facts::{ListOf, SyncBatch};
use crate::wire::Topic;

/// So many things commit together at most where subscriptions are told of them: there may be no room for more of these.
const TOLD: usize = 50;

/// Keeps what comes of a list.
pub(super) struct Keeper<'a> {
    pub(super) task: &'a Task<'a>,
    pub(super) of: ListOf,
    /// Times whose events are not pulled.
    pub(super) gaps: Vec<Gap>,
}

impl Keeper<'_> {
    /// Commits a page in batches; the last one carries the position. What was received is kept, stop or not (T11).
    /// Whoever watches is told. Returns whether to go on.
    pub(super) async fn keep(
        &self,
        page: ListPage,
        pass: &Pass,
        is_told: bool,
    ) -> Result<bool, StoreError> {
        let most = if is_told { TOLD } else { usize::MAX };
        let mut failed = page.without_id as u64;
        let items = page.items.into_iter();
        let items = items.filter(|item| !self.is_missing(item));
        let mut items: Vec<Synced> = items.map(|item| synced(self.task, item)).collect();
        loop {
            if is_told {
                wait_for_outbox(self.task).await?;
            }
            let later = items.split_off(most.min(items.len()));
            let batch = SyncBatch {
                items,
                failed: std::mem::take(&mut failed),
                pass: later.is_empty().then(|| pass.clone()),
                ..self.batch(pass)
            };
            items = self.task.server.store.batch(batch).await?;
            let is_kept = items.is_empty() && later.is_empty();
            items.extend(later);
            if is_kept {
                let topics = [
                    Topic::Jobs,
                    Topic::Connection(self.task.job.connection.clone()),
                ];
                self.task.server.hub.tell(topics);
                return Ok(!self.task.pulling.stop.is_cancelled());
            }
        }
    }

    /// The pass stands there, with nothing that came.
    pub(super) async fn stands(&self, pass: &Pass) -> Result<(), StoreError> {
        let batch = SyncBatch {
            pass: Some(pass.clone()),
            ..self.batch(pass)
        };
        self.task.server.store.batch(batch).await.map(drop)
    }

    fn batch(&self, pass: &Pass) -> SyncBatch {
        SyncBatch {
            of: self.of.clone(),
            items: Vec::new(),
            failed: 0,
            pass: None,
            // The vendor counts rows, and of how many things these are is known at the end.
            total: pass.total.filter(|_| self.task.spec.row.is_none()),
            at: clock_and_ids::now(),
        }
    }

    /// Whether it happened while the connection was out of service.
    fn is_missing(&self, item: &ListItem) -> bool {
        if self.gaps.is_empty() {
            return false;
        }
        let spec = self.task.spec;
        let at = spec.moment().and_then(|pointer| moment_at(item, pointer));
        at.is_some_and(|at| self.gaps.iter().any(|gap| gap.holds(at)))
    }
}
