//! A pass over a list, page after page.

use std::future::{Future, poll_fn};

use futures::future::maybe_done;
use jiff::Timestamp;

use super::ask_page::{Asked, ask, set_vars, wanted_page};
use super::fetch::{self, FetchError};
use super::item::is_nowhere;
use super::keep::Keeper;
use super::outbox_room::is_told;
use super::task::{ParentCause, Task};
use crate::domain::provider::{PageStyle, SyncKind, SyncSpec};
use crate::domain::sync::{
    Circumstances, Follows, Gap, LastPass, ListFault, ListState, Moves, NextPage, PageRefusal,
    PageSeen, Pass, PassEndClaim, Resume, Sorted, Walk, WholePass, moment,
};
use crate::providers::{Cursor, ListPage, PageError};
use crate::server::clock_and_ids;
use crate::server::tokens::{self, UsableToken};
use crate::server::vendor::VendorSession;
use crate::store::StoreError;
use crate::store::facts::PassEnd;

/// A pass for changes that may have skipped something is repeated so often at most. A row that all four passes skip has moved
/// from an unread page to a read one during each of them.
const AGAIN: u32 = 3;

/// A list that is being walked.
struct Walker<'a> {
    task: &'a Task<'a>,
    keeper: Keeper<'a>,
    vendor: VendorSession,
    usable: UsableToken,
    known: LastPass,
    /// Gaps that it fills.
    filling: Vec<Gap>,
    walk: Walk,
    /// How often on end a pass may have skipped something.
    again: u32,
    /// The last list that came was not there at all.
    is_absent: bool,
}

/// A page that was taken.
struct Taken {
    step: NextPage,
    /// Nobody has said stop.
    goes_on: bool,
    /// What came of asking for the page behind it, where that was done meanwhile.
    ahead: Option<Asked>,
}

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
        _ => walker.begin().await?,
    };
    let Some(mut is_resumed) = begun else {
        return Ok(false);
    };
    loop {
        let Some((after, follows)) = walker.finish(list.watermark, !is_resumed).await? else {
            return Ok(false);
        };
        list = after;
        let next = if is_resumed || walker.again > 0 {
            let from = since(task.spec, list.watermark);
            Pass::new(clock_and_ids::now(), from, task.execution.generation)
        } else if follows {
            wanted(task, &list)
        } else {
            return Ok(true);
        };
        is_resumed = false;
        walker.known = list.known;
        walker.filling.clone_from(&list.filling);
        walker.walk = Walk::of(next);
        walker.keeper.begin(list.gaps.clone());
        walker.begin().await?;
    }
}

/// The pass that is asked for.
fn wanted(task: &Task<'_>, list: &ListState) -> Pass {
    let now = clock_and_ids::now();
    let wants_everything = list.wants_everything(task.job.mode, task.execution.is_by_event)
        // A clock was wrong: what changed meanwhile cannot be asked for.
        || list.watermark.is_some_and(|at| at > now);
    let watermark = list.watermark.filter(|_| !wants_everything);
    Pass::new(now, since(task.spec, watermark), task.execution.generation)
}

/// Where a pass for changes begins; none where the list cannot be asked for changes.
fn since(spec: &SyncSpec, watermark: Option<Timestamp>) -> Option<Timestamp> {
    let from = watermark.filter(|_| spec.since.param.is_some())?;
    Some(from.checked_sub(spec.since.goes_back()).unwrap_or(from))
}

impl Walker<'_> {
    /// Begins the pass. Whether it goes on where another execution was: no.
    async fn begin(&mut self) -> Result<Option<bool>, FetchError> {
        let store = &self.task.server.store;
        let pass = self.walk.pass.clone();
        let kind = self.task.spec.kind;
        self.walk = Walk::of(store.pass_begun(&self.keeper.of, pass, kind).await?);
        Ok(Some(false))
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
            is_sorted: spec.by_key().is_some(),
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
            _ => false,
        };
        let by_key = spec.by_key().filter(|_| resume != Resume::Anew);
        if goes_on || by_key.is_some_and(|by| self.walk.take_up_by_key(by)) {
            return Ok(Some(true));
        }
        self.walk.restart();
        self.walk.pass.generation = self.task.execution.generation;
        self.walk.pass.renewed = false;
        self.begin().await
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
        let watermark = match is_repeated {
            true => before,
            false => pass.watermark(before, spec.updated.is_some()),
        };
        let end = PassEnd {
            of: self.keeper.of.clone(),
            watermark,
            known: if is_whole { pass.known() } else { self.known },
            is_everything: is_whole,
            filled: match is_repeated {
                true => Vec::new(),
                false => self.filling.clone(),
            },
            whole: says_gone.then(|| self.whole(ended)),
            is_in_step: is_in_step && !is_repeated,
            is_watched: self
                .task
                .parent
                .is_some_and(|it| it.why == ParentCause::Watched),
            full_every: spec.full_every(),
            at: clock_and_ids::now(),
        };
        let ended = self.task.server.store.pass_ended(end).await?;
        self.again = match is_repeated {
            true => self.again + 1,
            false => 0,
        };
        Ok(Some(ended))
    }

    /// What changes or vanishes while counted pages are read shifts what stands behind it, so that something is skipped. That is
    /// not seen from the times on the pages: what vanished is on none of them.
    fn may_have_skipped(&self) -> bool {
        self.moves() == Moves::Shifting && self.keeper.has_changed()
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
        let is_one_page = pass.position.is_none() && pass.keys.from.is_none();
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

    /// Walks from where the pass stands to its end; none when somebody said stop.
    async fn walked(&mut self) -> Result<Option<PassEndClaim>, FetchError> {
        let mut ahead = None;
        loop {
            let asked = match ahead.take() {
                Some(asked) => asked?,
                None => {
                    let cursor = self.walk.pass.cursor().map(str::to_owned);
                    self.ask(cursor.as_deref()).await?
                }
            };
            let Some(page) = asked else {
                return Ok(None);
            };
            let step = match page {
                Ok(page) => {
                    let taken = self.take(page).await?;
                    // What had come before somebody said stop is kept, too.
                    let has_page = matches!(taken.ahead, Some(Ok(Some(Ok(_)))));
                    if !taken.goes_on && !has_page && taken.step == NextPage::Go {
                        return Ok(None);
                    }
                    ahead = taken.ahead;
                    taken.step
                }
                Err(error) if fetch::is_too_much(&error) => {
                    self.halve(error)?;
                    continue;
                }
                Err(error) => self.refused(error).await?,
            };
            match (step, self.capped()) {
                (NextPage::Again, _) | (NextPage::Go, None) => {}
                (NextPage::End(ended), None) => return Ok(Some(ended)),
                (NextPage::Go | NextPage::End(_), Some(cap)) => self.go_beyond(cap).await?,
            }
        }
    }

    /// The vendor shows no more of the list than it has: it is asked for the rest, where it can be asked from a key on.
    async fn go_beyond(&mut self, cap: u64) -> Result<(), FetchError> {
        let by_key = self.task.spec.by_key();
        if by_key.is_some_and(|by| self.walk.go_on_by_key(by)) {
            return Ok(self.keeper.stands(&self.walk.pass).await?);
        }
        self.drop_position().await?;
        Err(ListFault::Capped { cap }.into())
    }

    /// Asks for a page; none when somebody said stop.
    async fn ask(&mut self, cursor: Option<&str>) -> Asked {
        let cursor = cursor.map(|text| Cursor::from(text.to_owned()));
        let wanted = wanted_page(self.task.spec, &self.walk.pass, cursor.as_ref());
        let asked = ask(self.task, &self.vendor, wanted, &mut self.usable);
        self.keeper.settle_before(asked).await?
    }

    /// Takes a page and commits it.
    async fn take(&mut self, mut page: ListPage) -> Result<Taken, FetchError> {
        let spec = self.task.spec;
        let seen = PageSeen {
            count: page.count as u64,
            without_id: page.without_id as u64,
            is_counted_on: page.is_counted_on,
            ids: page.ids,
            follows: page.follows.clone(),
            total: page.total_hint,
            size: self.size().map(u64::from),
            at: clock_and_ids::now(),
        };
        // From here on it is only shown, and some vendors repeat what they were sent.
        page.follows = page.follows.with(|text| self.vendor.app.hide(&text));
        let updates = page
            .items
            .iter()
            .filter(|_| spec.updated.is_some())
            .map(|item| item.updated.as_deref().and_then(moment));
        self.walk.pass.vendor_says(page.date, clock_and_ids::now());
        self.walk.pass.clock(page.date, updates);
        if let Some(order) = spec.sorted.filter(|_| page.count > 0) {
            self.walk.keys(order, page.keys);
        }
        // Behind a page that was not full, some leave the empty list out.
        self.is_absent = page.is_absent && self.walk.was_full();
        let step = self.walk.take(&seen, &self.known);
        let is_behind = step == Ok(NextPage::Go) && self.capped().is_none();
        // What came is kept even where it leads nowhere.
        let (goes_on, ahead) = self.keep(page, is_behind).await?;
        match step {
            Ok(step) => Ok(Taken {
                step,
                goes_on,
                ahead,
            }),
            Err(fault) => {
                self.drop_position().await?;
                Err(fault.into())
            }
        }
    }

    /// Keeps a page. While the disk is waited for, the page behind it is asked for, should there be one: unless what is kept is
    /// told to subscriptions, for which it may have to wait without a place. Whether to go on, and what was asked for.
    async fn keep(
        &mut self,
        page: ListPage,
        is_behind: bool,
    ) -> Result<(bool, Option<Asked>), FetchError> {
        let is_told = is_told(self.task)?;
        let pass = &self.walk.pass;
        if !is_behind || is_told {
            return Ok((self.keeper.keep(page, pass, is_told).await?, None));
        }
        let cursor = pass.cursor().map(str::to_owned).map(Cursor::from);
        let wanted = wanted_page(self.task.spec, pass, cursor.as_ref());
        // Asked for once this page was looked through: that is no time that the vendor has taken.
        let next = maybe_done(ask(self.task, &self.vendor, wanted, &mut self.usable));
        tokio::pin!(next);
        let goes_on = {
            let kept = self.keeper.keep(page, pass, is_told);
            tokio::pin!(kept);
            poll_fn(|context| {
                let kept = kept.as_mut().poll(context);
                let _comes_yet = next.as_mut().poll(context);
                kept
            })
            .await?
        };
        self.keeper.settle_before(next.as_mut()).await?;
        Ok((goes_on, next.as_mut().take_output()))
    }

    /// How many things the vendor shows at most, once it has shown as many.
    fn capped(&self) -> Option<u64> {
        self.task.spec.cap.filter(|cap| self.walk.pass.rows >= *cap)
    }

    /// How many things a page is asked for.
    fn size(&self) -> Option<u32> {
        let said = self.task.spec.page.as_ref().and_then(|page| page.size);
        self.walk.pass.size.or(said)
    }

    /// Half as much is asked for from now on, as long as there is anything to halve.
    fn halve(&mut self, error: PageError) -> Result<(), FetchError> {
        let page = self.task.spec.page.as_ref();
        let sized = page.filter(|page| page.size_param.is_some());
        let first = page.filter(|page| page.style == PageStyle::Page);
        let first = first.map(|page| u64::from(page.first.unwrap_or(1)));
        let size = sized.and_then(|page| page.size);
        if size.is_some() && self.walk.halve(size, first) {
            return Ok(());
        }
        match self.size() {
            Some(size) => Err(FetchError::TooMuch { size, error }),
            None => Err(error.into()),
        }
    }

    /// A page of a position was refused: what is done then.
    async fn refused(&mut self, error: PageError) -> Result<NextPage, FetchError> {
        let refusal = self.walk.refused(is_nowhere(&error), &self.known);
        let refusal = match refusal {
            Ok(PageRefusal::Step(ended)) => return Ok(NextPage::End(ended)),
            other => other,
        };
        self.drop_position().await?;
        match refusal? {
            PageRefusal::Fail => Err(error.into()),
            _ => Ok(NextPage::Again),
        }
    }

    /// A position that leads nowhere is not gone on from, now or later.
    async fn drop_position(&mut self) -> Result<(), StoreError> {
        self.walk.restart();
        self.keeper.stands(&self.walk.pass).await
    }
}
