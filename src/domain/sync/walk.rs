//! A pass under way: page after page to an end that may be believed.

use std::collections::HashSet;

use jiff::Timestamp;

use super::follows::Follows;
use super::pass::{LastPass, ListFault, PAGES, Pass, Position, digest_of};

/// Some vendors filter behind the page, and show an empty one now and then. After so many on end a list does not end.
const EMPTY_PAGES: u32 = 1_000;
/// How often a list may be walked to an end that nobody names before it is given up.
const WALKS: u8 = 4;

/// A pass under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// What is kept of it.
    pub pass: Pass,
    /// Positions and ids that this execution has met: a list that leads to one of them again is a circle.
    met: HashSet<u64>,
    last: Option<Last>,
    /// Pages on end with nothing on them.
    empty: u32,
    /// All that it has shown stood on its first page, which had room for more.
    is_one_short: bool,
}

/// The page before.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Last {
    ids: u64,
    is_empty: bool,
    is_full: bool,
    is_onward: bool,
}

/// A page, as far as a pass looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSeen {
    /// Things on it, those without an id among them.
    pub count: u64,
    /// How many have no id.
    pub without_id: u64,
    /// Digest of their ids.
    pub ids: u64,
    /// What it says of what follows.
    pub follows: Follows,
    /// The position that it names counts things or pages.
    pub is_counted_on: bool,
    /// How many things the vendor counts, when it says so.
    pub total: Option<u64>,
    /// How many things were asked for; none where the file does not say.
    pub size: Option<u64>,
    /// When it came.
    pub at: Timestamp,
}

/// What is done after a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextPage {
    /// The list goes on at the pass's position.
    Go,
    /// The list ends without anybody saying so: it is walked once more, to see whether it ends there again.
    Again,
    /// It has ended.
    End(PassEndClaim),
}

/// An end that may be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassEndClaim {
    /// How many more things the vendor counts than it shows.
    pub short: u64,
    /// The page behind the last one was refused, in words that may mean anything.
    pub is_refused: bool,
}

/// What is done when a page is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageRefusal {
    /// The list had ended before it.
    Step(PassEndClaim),
    /// The pass begins anew.
    Anew,
    /// The pass has failed.
    Fail,
}

impl Walk {
    /// Goes on with a pass, or begins it.
    #[must_use]
    pub fn of(pass: Pass) -> Self {
        Self {
            pass,
            met: HashSet::new(),
            last: None,
            empty: 0,
            is_one_short: false,
        }
    }

    /// Takes a page, and says what is done after it.
    ///
    /// # Errors
    /// When the list cannot be walked to its end.
    pub fn take(&mut self, page: &PageSeen, known: &LastPass) -> Result<NextPage, ListFault> {
        self.pass.rows += page.count;
        self.pass.without_id += page.without_id;
        self.pass.pages += 1;
        self.pass.total = page.total.or(self.pass.total);
        self.pass.is_counted_on |= page.is_counted_on;
        self.pass.fullest = self.pass.fullest.max(page.count);
        self.empty = if page.count == 0 { self.empty + 1 } else { 0 };
        if self.pass.pages >= PAGES || self.empty >= EMPTY_PAGES {
            return Err(ListFault::Endless);
        }
        let fullest = self.pass.fullest.max(known.fullest);
        let is_full = page.count >= fullest || page.size.is_some_and(|size| page.count >= size);
        let last = Last {
            ids: page.ids,
            is_empty: page.count == 0,
            is_full,
            is_onward: matches!(page.follows, Follows::Onward(_)),
        };
        let before = self.last.replace(last.clone());
        let is_repeated = before.is_some_and(|before| before.ids == page.ids);
        if self.pass.is_at_beginning() {
            // A page may be short because the vendor filters behind it: that nothing follows has to be said.
            let is_said = matches!(page.follows, Follows::Nothing) || self.pass.is_counted();
            self.is_one_short = !is_full && is_said;
        } else if page.count > 0 && !is_repeated {
            self.is_one_short = false;
        }
        match &page.follows {
            Follows::At(next) if self.is_end(next, page) => self.end(&last, true, known),
            Follows::At(next) => self.go(next, page),
            Follows::Onward(_) if is_repeated => self.repeated(page, &last, known),
            Follows::Onward(next) => self.go(next, page),
            Follows::Nothing => self.end(&last, true, known),
            Follows::Silence => {
                let is_said = last.is_empty || !is_full || self.pass.is_counted();
                self.end(&last, is_said, known)
            }
        }
    }

    /// Whether an empty page is the end, although it names a position: its own one.
    fn is_end(&self, next: &str, page: &PageSeen) -> bool {
        page.count == 0 && self.pass.cursor() == Some(next)
    }

    /// Whether the page before was as full as any.
    #[must_use]
    pub fn was_full(&self) -> bool {
        self.last.as_ref().is_none_or(|last| last.is_full)
    }

    /// Whether all that this walk has shown stood on its first page, behind which nothing follows by the vendor's word: nothing
    /// stood there that can have moved.
    #[must_use]
    pub fn is_one_short(&self) -> bool {
        self.is_one_short
    }

    /// Some vendors show their last page again to whoever asks beyond it; others do not read the number at all.
    fn repeated(
        &mut self,
        page: &PageSeen,
        last: &Last,
        known: &LastPass,
    ) -> Result<NextPage, ListFault> {
        self.pass.rows -= page.count;
        let is_short = page.size.is_some_and(|size| page.count < size);
        if is_short || self.pass.is_counted() {
            return self.end(last, true, known);
        }
        Err(ListFault::Circle {
            page: self.pass.pages,
        })
    }

    /// A page was refused in a way that speaks of its position (400, 404, 410, `invalid_cursor`). `is_nowhere`: the answer
    /// says that there is no such page.
    ///
    /// # Errors
    /// When the list cannot be walked to its end.
    pub fn refused(
        &mut self,
        is_nowhere: bool,
        known: &LastPass,
    ) -> Result<PageRefusal, ListFault> {
        if self.pass.position.is_none() {
            return Ok(PageRefusal::Fail);
        }
        if let Some(last) = self.last.clone().filter(|last| last.is_onward) {
            // Beyond the last numbered page some vendors have no page at all. It is silence unless all was counted. In other words
            // than that there is no such page it may be a refusal, which it is below what they count.
            let is_said = self.pass.is_counted();
            let may_end = is_nowhere || (self.pass.total.is_none() && !last.is_full);
            if is_said || may_end {
                return Ok(match self.end(&last, is_said, known)? {
                    NextPage::End(ended) => PageRefusal::Step(PassEndClaim {
                        is_refused: !is_said && !is_nowhere,
                        ..ended
                    }),
                    NextPage::Again | NextPage::Go => PageRefusal::Anew,
                });
            }
        }
        self.restart();
        if self.pass.renewed {
            return Ok(PageRefusal::Fail);
        }
        self.pass.renewed = true;
        Ok(PageRefusal::Anew)
    }

    /// A page was too large or too slow: from now on half as much is asked for. `size` is what the file asks for, `first` the
    /// number of the first page where pages are numbered. False where nothing is left to halve.
    pub fn halve(&mut self, size: Option<u32>, first: Option<u64>) -> bool {
        let Some(size) = self.pass.size.or(size).filter(|size| *size > 1) else {
            return false;
        };
        self.pass.size = Some(size / 2);
        self.pass.halved += 1;
        let Some(first) = first else {
            return true;
        };
        // The page's number counts pages of the old size.
        let number = self.pass.cursor().and_then(|it| it.parse::<u64>().ok());
        match (number, &mut self.pass.position) {
            (Some(number), Some(position)) if size.is_multiple_of(2) && number >= first => {
                position.cursor = (first + (number - first) * 2).to_string();
            }
            _ => self.restart(),
        }
        true
    }

    /// Goes back to the beginning.
    pub fn restart(&mut self) {
        self.pass.restart();
        self.last = None;
        self.empty = 0;
        self.is_one_short = false;
        self.met.clear();
    }

    fn go(&mut self, next: &str, page: &PageSeen) -> Result<NextPage, ListFault> {
        let met = digest_of([next, &page.ids.to_string()].into_iter());
        if !self.met.insert(met) {
            return Err(ListFault::Circle {
                page: self.pass.pages,
            });
        }
        let before = self.pass.position.take().map(|it| it.cursor);
        self.pass.position = Some(Position {
            cursor: next.to_owned(),
            at: page.at,
            before,
            before_ids: page.ids,
        });
        Ok(NextPage::Go)
    }

    /// An end that was not said counts when the walk before, or the last whole pass, ended on the same ids. A total that is
    /// not reached forbids an end once, unless the page is empty.
    fn end(&mut self, last: &Last, is_said: bool, known: &LastPass) -> Result<NextPage, ListFault> {
        let pass = &mut self.pass;
        let short = pass.total.unwrap_or(0).saturating_sub(pass.rows);
        let known = known
            .ended_on
            .filter(|_| pass.since.is_none() && pass.walks == 0);
        let agreed = pass.ended_on.or(known) == Some(last.ids);
        pass.ended_on = Some(last.ids);
        if agreed || (is_said && (short == 0 || last.is_empty)) {
            return Ok(NextPage::End(PassEndClaim {
                short,
                is_refused: false,
            }));
        }
        pass.walks += 1;
        if pass.walks >= WALKS {
            return Err(ListFault::Unsettled);
        }
        self.restart();
        Ok(NextPage::Again)
    }
}
