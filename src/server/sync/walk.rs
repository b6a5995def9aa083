//! The pages of a pass, one after another.

use std::future::{Future, poll_fn};

use futures::future::maybe_done;

use super::ask_page::{Asked, ask, wanted_page};
use super::fetch::{self, FetchError};
use super::item::is_nowhere;
use super::keep::Keeper;
use super::outbox_room::is_told;
use super::task::Task;
use crate::domain::provider::PageStyle;
use crate::domain::sync::{
    Gap, LastPass, ListFault, NextPage, PageRefusal, PageSeen, PassEndClaim, Walk, moment,
};
use crate::providers::{Cursor, ListPage, PageError};
use crate::server::clock_and_ids;
use crate::server::tokens::UsableToken;
use crate::server::vendor::VendorSession;
use crate::store::StoreError;

/// A list that is being walked.
pub(super) struct Walker<'a> {
    pub(super) task: &'a Task<'a>,
    pub(super) keeper: Keeper<'a>,
    pub(super) vendor: VendorSession,
    pub(super) usable: UsableToken,
    pub(super) known: LastPass,
    /// Gaps that it fills.
    pub(super) filling: Vec<Gap>,
    pub(super) walk: Walk,
    /// How often on end a pass may have skipped something.
    pub(super) again: u32,
    /// The last list that came was not there at all.
    pub(super) is_absent: bool,
}

/// A page that was taken.
struct Taken {
    step: NextPage,
    /// Nobody has said stop.
    goes_on: bool,
    /// What came of asking for the page behind it, where that was done meanwhile.
    ahead: Option<Asked>,
}

impl Walker<'_> {
    /// Walks from where the pass stands to its end; none when somebody said stop.
    pub(super) async fn walked(&mut self) -> Result<Option<PassEndClaim>, FetchError> {
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
    pub(super) async fn ask(&mut self, cursor: Option<&str>) -> Asked {
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
