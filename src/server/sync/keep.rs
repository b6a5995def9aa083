//! Keeping what came: a page in batches, the last of which carries the position of its pass. Pages in which nothing has changed
//! are kept together, once a second: whoever is killed before asks for them again.

use std::collections::{BTreeMap, HashSet};
use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::item::{Received, moment_at};
use super::outbox_room::wait_for_outbox;
use super::task::Task;
use crate::domain::display_text::clean;
use crate::domain::job::{PulledPage, Synced};
use crate::domain::sync::{Follows, Gap, Pass};
use crate::providers::{ListItem, ListPage};
use crate::server::clock_and_ids;
use crate::store::StoreError;
use crate::store::facts::{ListOf, SyncBatch};
use crate::wire::Topic;

/// So many things commit together at most where subscriptions are told of them: there may be no room for more of these.
const TOLD: usize = 50;
/// So long it waits at most that pages came in which nothing has changed.
const UNCHANGED: Duration = Duration::from_secs(1);

/// Keeps what comes of a list.
pub(super) struct Keeper<'a> {
    task: &'a Task<'a>,
    pub(super) of: ListOf,
    /// Times whose events are not pulled.
    gaps: Vec<Gap>,
    waiting: Option<Waiting>,
    /// Something was new, had changed or went since the pass began.
    has_changed: bool,
}

/// What came of pages in which nothing has changed, and is not committed yet.
struct Waiting {
    due: Instant,
    /// The numbers of what they hold.
    unchanged: Vec<u64>,
    /// The numbers of what was deleted.
    deleted: Vec<u64>,
    /// Things without an id.
    failed: u64,
    /// Where the pass stands behind them.
    pass: Pass,
}

/// What of a page is new or has changed, and the numbers of the rest.
#[derive(Default)]
struct Sifted {
    changed: Vec<Synced>,
    /// The numbers of what was deleted, by the vendor's names.
    deleted: BTreeMap<String, u64>,
    unchanged: Vec<u64>,
}

impl<'a> Keeper<'a> {
    pub(super) fn new(task: &'a Task<'a>, of: ListOf, gaps: Vec<Gap>) -> Self {
        Self {
            task,
            of,
            gaps,
            waiting: None,
            has_changed: false,
        }
    }

    /// Another pass begins.
    pub(super) fn begin(&mut self, gaps: Vec<Gap>) {
        (self.gaps, self.has_changed) = (gaps, false);
    }

    /// Whether something was new, had changed or went since the pass began. What the vendor only tells again did not.
    pub(super) fn has_changed(&self) -> bool {
        self.has_changed
    }

    /// Keeps a page, at once where something of it is new or has changed. What was received is kept, stop or not (T11). Returns
    /// whether to go on.
    pub(super) async fn keep(
        &mut self,
        page: ListPage,
        pass: &Pass,
        is_told: bool,
    ) -> Result<bool, StoreError> {
        let (received, failed) = (page.count as u64, page.without_id as u64);
        let position = match &page.follows {
            Follows::At(next) | Follows::Onward(next) => Some(clean(next)),
            Follows::Nothing | Follows::Silence => None,
        };
        let Sifted {
            changed,
            deleted,
            unchanged,
        } = self.sift(page, pass)?;
        let pages = &self.task.server.executions.pages;
        pages.add(
            &self.task.execution.id,
            PulledPage {
                number: 0,
                at: clock_and_ids::now(),
                parent: self.task.parent.map(|parent| parent.name.clone()),
                received,
                changed: changed.len() as u64,
                unchanged: unchanged.len() as u64,
                deleted: deleted.len() as u64,
                failed,
                position,
            },
        );
        let waiting = self.waiting(pass);
        waiting.unchanged.extend(unchanged);
        waiting.failed += failed;
        let is_due = waiting.due <= Instant::now();
        let is_said_now = !changed.is_empty() || !deleted.is_empty();
        waiting.deleted.extend(deleted.into_values());
        if is_due || is_said_now {
            self.commit(changed, is_told).await?;
        }
        Ok(!self.task.pulling.stop.is_cancelled())
    }

    /// The pass stands there, with nothing that came.
    pub(super) async fn stands(&mut self, pass: &Pass) -> Result<(), StoreError> {
        self.waiting(pass);
        self.commit(Vec::new(), false).await
    }

    /// Commits what waits.
    pub(super) async fn settle(&mut self) -> Result<(), StoreError> {
        self.commit(Vec::new(), false).await
    }

    /// Commits what waits once its second is over, should that be before this comes.
    pub(super) async fn settle_before<T>(
        &mut self,
        comes: impl Future<Output = T>,
    ) -> Result<T, StoreError> {
        tokio::pin!(comes);
        if let Some(due) = self.waiting.as_ref().map(|it| it.due) {
            tokio::select! {
                biased;
                came = &mut comes => return Ok(came),
                () = sleep_until(due) => {}
            }
            self.settle().await?;
        }
        Ok(comes.await)
    }

    fn sift(&self, page: ListPage, pass: &Pass) -> Result<Sifted, StoreError> {
        let store = &self.task.server.store;
        let (mut sifted, mut ids) = (Sifted::default(), HashSet::new());
        for item in page.items {
            if self.is_missing(&item, pass) {
                continue;
            }
            if item.is_deleted {
                sifted.changed.retain(|it| it.external_id != item.id);
                if let Some(number) = store.number(&self.place(&item.id))? {
                    sifted.deleted.insert(item.id, number);
                }
                continue;
            }
            let received = Received::new(item);
            // What stands there again behind its deletion is there.
            sifted.deleted.remove(received.id());
            // What stands on the page twice is kept as it stands there last.
            let kept = match ids.contains(received.id()) {
                true => None,
                false => store.unchanged(&self.place(received.id()), &received.read())?,
            };
            match kept {
                Some(number) => sifted.unchanged.push(number),
                None => {
                    ids.insert(received.id().to_owned());
                    sifted.changed.push(received.synced(self.task));
                }
            }
        }
        Ok(sifted)
    }

    fn place(&self, id: &str) -> String {
        let job = self.task.job;
        Synced::place(&job.connection, &job.entity, self.of.parent.as_deref(), id)
    }

    /// What waits; the pass stands behind it.
    fn waiting(&mut self, pass: &Pass) -> &mut Waiting {
        let waiting = self.waiting.get_or_insert_with(|| Waiting {
            due: Instant::now() + UNCHANGED,
            unchanged: Vec::new(),
            deleted: Vec::new(),
            failed: 0,
            pass: pass.clone(),
        });
        waiting.pass = pass.clone();
        waiting
    }

    /// Commits what waits, and these things, in batches; the last one carries the position. Whoever watches is told.
    async fn commit(&mut self, changed: Vec<Synced>, is_told: bool) -> Result<(), StoreError> {
        let Some(waiting) = self.waiting.take() else {
            return Ok(());
        };
        let most = if is_told { TOLD } else { usize::MAX };
        let pass = waiting.pass;
        let (mut unchanged, mut deleted) = (waiting.unchanged, waiting.deleted);
        let mut failed = waiting.failed;
        let mut items = changed;
        loop {
            if is_told {
                wait_for_outbox(self.task).await?;
            }
            let later = items.split_off(most.min(items.len()));
            let batch = SyncBatch {
                of: self.of.clone(),
                unchanged,
                deleted,
                items,
                failed: std::mem::take(&mut failed),
                pass: later.is_empty().then(|| pass.clone()),
                // The vendor counts rows, and of how many things these are is known at the end.
                total: pass.all_counted().filter(|_| self.task.spec.row.is_none()),
                at: clock_and_ids::now(),
            };
            let left = self.task.server.store.batch(batch).await?;
            let is_kept = left.is_empty() && later.is_empty();
            self.has_changed |= left.changed > 0;
            (unchanged, deleted, items) = (left.unchanged, left.deleted, left.items);
            items.extend(later);
            if is_kept {
                let topics = [
                    Topic::Jobs,
                    Topic::Connection(self.task.job.connection.clone()),
                ];
                self.task.server.hub.tell(topics);
                return Ok(());
            }
        }
    }

    /// Whether it happened while the connection was out of service.
    fn is_missing(&self, item: &ListItem, pass: &Pass) -> bool {
        if self.gaps.is_empty() {
            return false;
        }
        let spec = self.task.spec;
        let at = spec.moment().and_then(|pointer| moment_at(item, pointer));
        at.is_some_and(|at| self.gaps.iter().any(|gap| pass.happened_in(gap, at)))
    }
}
