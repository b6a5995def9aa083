//! The passes over a list: where each begins or goes on, and what follows its end.

use std::time::Duration;

use jiff::Timestamp;

use super::ask_page::set_vars;
use super::fetch::{self, FetchError};
use super::keep::Keeper;
use super::task::{ParentCause, Task};
use super::walk::Walker;
use crate::domain::provider::{SyncKind, SyncSpec};
use crate::domain::sync::{
    Circumstances, FinishedPass, Follows, ListState, Moves, Pass, PassEndClaim, Resume, Sorted,
    Walk, WholePass,
};
use crate::providers::ListPage;
use crate::server::clock_and_ids;
use crate::server::tokens;
use crate::store::facts::PassEnd;

/// A pass for changes that may have skipped something is repeated so often at most. A row that all four passes skip has moved
/// from an unread page to a read one during each of them.
const AGAIN: u32 = 3;

/// Pulls until the list ends; false when somebody said stop. A pass that an earlier execution had begun is followed by
/// another one from its first start on: what had changed meanwhile where it had already been is seen, too. A whole pass that
/// is due follows a pass for changes.
pub(super) async fn to_the_end(task: &Task<'_>) -> Result<bool, FetchError> {
    let connection = &task.execution.connection;
    let usable = tokio::select! {
        biased;
        () = task.pulling.stop.cancelled() => return Ok(false),
        usable = tokens::usable(task.server, connection) => usable?,
    };
    let vendor = tokens::vendor_for_use(task.server, &usable.connection).await?;
    let source = {
        let of = task.parent.map(|parent| parent.id.as_str());
        task.spec
            .source(&usable.connection.account.id, of, &set_vars(&vendor))
    };
    let of = task.list();
    let mut list = task
        .server
        .store
        .pass_source(&of, source, clock_and_ids::now())
        .await?;
    let mut walker = Walker {
        task,
        keeper: Keeper::new(task, of, list.gaps.clone()),
        vendor,
        usable,
        known: list.known,
        filling: list.filling.clone(),
        walk: Walk::of(wanted(task, &list)),
        is_absent: false,
        again: 0,
    };
    let begun = match &list.pass {
        Some(pass) if pass.since.is_some() == walker.walk.pass.since.is_some() => {
            walker.take_up(pass).await?
        }
        Some(_) | None => {
            walker.begin().await?;
            Some(false)
        }
    };
    let Some(mut is_resumed) = begun else {
        return Ok(false);
    };
    loop {
        let is_whole = walker.walk.pass.since.is_none();
        let Some((after, mut follows)) = walker.finish(list.watermark, !is_resumed).await? else {
            return Ok(false);
        };
        list = after;
        if is_whole && let Some(settled) = walker.settled(&list).await? {
            (list, follows) = (settled, false);
        }
        let next = if is_resumed || walker.again > 0 {
            // A deletion of the time before may be told no more, where it was taken up long after it had begun.
            let now = clock_and_ids::now();
            let is_told = !list.misses_deletions(deletions_told(task.spec), now);
            let from = since(task.spec, list.watermark.filter(|_| is_told));
            Pass::new(now, from, task.execution.generation)
        } else if follows {
            wanted(task, &list)
        } else {
            return Ok(true);
        };
        is_resumed = false;
        walker.known = list.known;
        walker.filling.clone_from(&list.filling);
        // What a whole pass behind a pass for changes looks for can wait; the changes of further lists cannot.
        let is_behind = !is_whole && next.since.is_none() && task.parent.is_none();
        task.pulling.give_way(is_behind);
        walker.walk = Walk::of(next);
        walker.keeper.begin(list.gaps.clone());
        walker.begin().await?;
    }
}

/// The pass that is asked for.
fn wanted(task: &Task<'_>, list: &ListState) -> Pass {
    let now = clock_and_ids::now();
    let wants_everything = list.wants_everything(task.job.mode, task.execution.is_by_event)
        || list.misses_deletions(deletions_told(task.spec), now)
        // A clock was wrong: what changed meanwhile cannot be asked for.
        || list.watermark.is_some_and(|at| at > now);
    let watermark = list.watermark.filter(|_| !wants_everything);
    Pass::new(now, since(task.spec, watermark), task.execution.generation)
}

/// How long ago a deletion may have been that a pass for changes is told: less by what is asked for again, for it takes its time.
fn deletions_told(spec: &SyncSpec) -> Option<Duration> {
    let told = spec.deletions_told()?;
    let is_looked_for = spec.kind == SyncKind::State;
    is_looked_for.then(|| told.saturating_sub(spec.since.goes_back()))
}

/// Where a pass for changes begins; none where the list cannot be asked for changes.
fn since(spec: &SyncSpec, watermark: Option<Timestamp>) -> Option<Timestamp> {
    let from = watermark.filter(|_| spec.since.param.is_some())?;
    Some(from.checked_sub(spec.since.goes_back()).unwrap_or(from))
}

impl Walker<'_> {
    /// Begins the pass.
    async fn begin(&mut self) -> Result<(), FetchError> {
        let store = &self.task.server.store;
        let pass = self.walk.pass.clone();
        let kind = self.task.spec.kind;
        self.walk = Walk::of(store.pass_begun(&self.keeper.of, pass, kind).await?);
        Ok(())
    }

    /// Takes up a pass that did not come to its end. Whether it goes on in its middle; none when somebody said stop.
    async fn take_up(&mut self, pass: &Pass) -> Result<Option<bool>, FetchError> {
        let spec = self.task.spec;
        let resume = pass.resume(&Circumstances {
            now: clock_and_ids::now(),
            generation: self.task.execution.generation,
            position_ttl: spec.position_ttl(),
            is_numbered: spec.is_numbered() || pass.is_counted_on,
            has_since: spec.since.param.is_some(),
        });
        self.walk = Walk::of(pass.clone());
        let goes_on = match (resume, &pass.position) {
            (Resume::AtPosition, _) => true,
            (Resume::AfterCheck, Some(position)) => {
                let Some(page) = self.ask(position.before.as_deref()).await? else {
                    return Ok(None);
                };
                let is_next = |page: &ListPage| matches!(&page.follows, Follows::Onward(next) | Follows::At(next) if *next == position.cursor);
                page.is_ok_and(|page| is_next(&page) && page.ids == position.before_ids)
            }
            (Resume::AfterCheck, None) | (Resume::WithoutPosition | Resume::Anew, _) => false,
        };
        let by_key = spec.by_key().filter(|_| resume != Resume::Anew);
        if goes_on || by_key.is_some_and(|by| self.walk.take_up_by_key(by)) {
            return Ok(Some(true));
        }
        self.walk.restart();
        self.walk.pass.generation = self.task.execution.generation;
        self.walk.pass.renewed = false;
        self.begin().await?;
        Ok(Some(false))
    }

    /// Walks until the pass has ended. What is known of the list then, and whether another pass follows; none when somebody said
    /// stop.
    async fn finish(
        &mut self,
        before: Option<Timestamp>,
        is_in_step: bool,
    ) -> Result<Option<(ListState, bool)>, FetchError> {
        let ended = self.walked().await;
        // However it ended, what was received is kept.
        let kept = self.keeper.settle().await;
        let Some(ended) = ended? else {
            return kept.map(|()| None).map_err(FetchError::from);
        };
        kept?;
        let spec = self.task.spec;
        let pass = &self.walk.pass;
        let is_whole = pass.since.is_none();
        // What happened is not undone by a list that no longer shows it.
        let says_gone = is_whole && spec.kind == SyncKind::State;
        let is_repeated = !is_whole && self.again < AGAIN && self.may_have_skipped();
        let finished = FinishedPass {
            watermark: match is_repeated {
                true => before,
                false => pass.watermark(before, spec.updated.is_some()),
            },
            known: if is_whole { pass.known() } else { self.known },
            is_everything: is_whole,
            filled: match is_repeated {
                true => Vec::new(),
                false => self.filling.clone(),
            },
            told_until: (!is_repeated).then_some(pass.began),
            full_every: spec.full_every(),
            at: clock_and_ids::now(),
        };
        let end = PassEnd {
            of: self.keeper.of.clone(),
            pass: finished,
            whole: says_gone.then(|| self.whole(ended)),
            is_in_step: is_in_step && !is_repeated,
            is_watched: self
                .task
                .parent
                .is_some_and(|it| it.why == ParentCause::Watched),
        };
        let ended = self.task.server.store.pass_ended(end).await?;
        self.again = match is_repeated {
            true => self.again + 1,
            false => 0,
        };
        Ok(Some(ended))
    }

    /// What changes or vanishes while counted pages are read shifts what stands behind it, so that something is skipped. That is
    /// not seen from the times on the pages: what vanished is on none of them. Behind a page that had room for more nothing stood.
    fn may_have_skipped(&self) -> bool {
        let is_shifting = self.moves() == Moves::Shifting && !self.walk.is_one_short();
        is_shifting && self.keeper.has_changed()
    }

    fn whole(&self, ended: PassEndClaim) -> WholePass {
        let pass = &self.walk.pass;
        WholePass {
            number: pass.number,
            moves: self.moves(),
            rows: pass.all_rows(),
            without_id: pass.without_id,
            short: ended.short,
            is_absent: self.is_absent,
            is_refused: ended.is_refused,
            began: pass.began,
            at: clock_and_ids::now(),
            accepted: None,
            full_every: self.task.spec.full_every(),
            again: fetch::empty_again(self.task.server, &self.vendor),
        }
    }

    /// How far things may have moved between the pages of the pass.
    fn moves(&self) -> Moves {
        let (spec, pass) = (self.task.spec, &self.walk.pass);
        let is_one_page = pass.is_at_beginning();
        if is_one_page {
            Moves::Onward
        } else if spec.is_numbered() || pass.is_counted_on {
            Moves::Shifting
        } else if spec.sorted == Some(Sorted::OldestFirst) && pass.is_in_order() {
            Moves::Onward
        } else {
            Moves::Anywhere
        }
    }
}
