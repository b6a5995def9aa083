//! A pass: one list, walked once from its beginning to its end.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::by_key::KeyProgress;
use super::follows::Follows;

/// A list that goes on for more pages than this does not end: at one row a page it is a million rows.
pub const PAGES: u64 = 1_000_000;
/// After so many pages on end with nothing on them, a list is taken to have ended. Some vendors filter behind the page, and show
/// an empty one now and then.
const EMPTY_PAGES: u32 = 20;
/// How often a list may be walked to an end that nobody names before it is given up.
const WALKS: u8 = 4;

/// What is known of a list from the last time that all of it was seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastPass {
    /// The most things that a page of it has held.
    #[serde(default)]
    pub fullest: u64,
    /// Digest of the ids of the page that it ended with.
    #[serde(default)]
    pub ended_on: Option<u64>,
}

/// Where a pass goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// As the list's style writes it.
    pub cursor: String,
    /// When the page before it was committed.
    pub at: Timestamp,
    /// Where the page before it began; none for the beginning.
    pub before: Option<String>,
    /// Digest of the ids of the page before it.
    pub before_ids: u64,
}

/// A pass as far as it has come. What is in it survives the execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// When it was first started, by this machine's clock.
    pub began: Timestamp,
    /// The same by the vendor's clock (`Date` of its first answer).
    #[serde(default)]
    pub vendor_began: Option<Timestamp>,
    /// How many seconds the vendor's clock is ahead of ours.
    #[serde(default)]
    pub ahead: Option<i64>,
    /// What it asks from; none for everything.
    pub since: Option<Timestamp>,
    /// Its number among the whole passes of its scope; 0 for one that asks for changes alone.
    #[serde(default)]
    pub number: u64,
    /// Of which generation of the connection its position is.
    pub generation: u32,
    /// Where it goes on; none at the beginning.
    pub position: Option<Position>,
    /// Newest change that was seen.
    #[serde(default)]
    pub newest: Option<Timestamp>,
    /// Something was seen without a time of change that can be read.
    #[serde(default)]
    pub undated: bool,
    /// Its positions count things or pages, whatever their style says.
    #[serde(default)]
    pub is_counted_on: bool,
    /// Things without an id on the pages of this walk.
    #[serde(default)]
    pub without_id: u64,
    /// Things on the pages of this walk, since it went on by key where it did.
    pub rows: u64,
    /// Pages in all walks.
    pub pages: u64,
    /// The most things that a page has held.
    pub fullest: u64,
    /// How many things the vendor counts.
    pub total: Option<u64>,
    /// How many things a page is asked for, where the file's size was too much.
    #[serde(default)]
    pub size: Option<u32>,
    /// How often that was halved.
    #[serde(default)]
    pub halved: u64,
    /// It was begun anew after a position was refused.
    #[serde(default)]
    pub renewed: bool,
    /// How often it came to an end that nobody named.
    #[serde(default)]
    pub walks: u8,
    /// Digest of the ids of the page where the walk before ended.
    #[serde(default)]
    pub ended_on: Option<u64>,
    /// How far it has come by key.
    #[serde(default, skip_serializing_if = "KeyProgress::is_unknown")]
    pub keys: KeyProgress,
}

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

/// Why a list cannot be walked to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListFault {
    /// It leads back to a page that was there before.
    #[error("the list circles: page {page} leads to where it has been")]
    Circle {
        /// Which page, counted from one.
        page: u64,
    },
    /// It does not end.
    #[error("the list does not end: {PAGES} pages were read")]
    Endless,
    /// It ends where the vendor shows no more.
    #[error(
        "the list ends at {cap}, and the vendor shows no more than that of any list; ask for less of it \
         (params, since)"
    )]
    Capped {
        /// How many things it shows at most.
        cap: u64,
    },
    /// It ends elsewhere each time, and never says that it ends.
    #[error(
        "the list ends at another place each time it is read, and no answer says that it ends; \
         something on the way may drop what names the next page"
    )]
    Unsettled,
}

impl Pass {
    /// A pass that begins.
    #[must_use]
    pub fn new(began: Timestamp, since: Option<Timestamp>, generation: u32) -> Self {
        Self {
            began,
            vendor_began: None,
            ahead: None,
            since,
            number: 0,
            generation,
            position: None,
            newest: None,
            undated: false,
            is_counted_on: false,
            without_id: 0,
            rows: 0,
            pages: 0,
            fullest: 0,
            total: None,
            size: None,
            halved: 0,
            renewed: false,
            walks: 0,
            ended_on: None,
            keys: KeyProgress::default(),
        }
    }

    /// Where to ask for the next page; none for the beginning.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.position.as_ref().map(|it| it.cursor.as_str())
    }

    /// Goes back to the beginning; what was found out about the list is kept.
    pub fn restart(&mut self) {
        (self.position, self.rows, self.without_id) = (None, 0, 0);
        self.keys = self.keys.restarted();
    }

    /// All that the vendor counts was shown.
    fn is_counted(&self) -> bool {
        self.total.is_some_and(|total| self.rows >= total)
    }

    /// What is known of the list once it was walked to its end.
    #[must_use]
    pub fn known(&self) -> LastPass {
        LastPass {
            fullest: self.fullest,
            ended_on: self.ended_on,
        }
    }
}

/// A digest of a page's ids, in their order.
#[must_use]
pub fn digest_of(ids: impl Iterator<Item = impl AsRef<[u8]>>) -> u64 {
    let mut digest = Sha256::new();
    for id in ids {
        let id = id.as_ref();
        digest.update((id.len() as u64).to_be_bytes());
        digest.update(id);
    }
    let bytes = digest.finalize();
    bytes
        .iter()
        .take(8)
        .fold(0, |all, byte| all << 8 | u64::from(*byte))
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
        if self.pass.pages >= PAGES {
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

    /// Whether an empty page is the end, although it names a position: its own one, or after many others.
    fn is_end(&mut self, next: &str, page: &PageSeen) -> bool {
        self.empty = if page.count == 0 { self.empty + 1 } else { 0 };
        let names_itself = self.pass.cursor() == Some(next);
        self.empty > 0 && (names_itself || self.empty >= EMPTY_PAGES)
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
            // Beyond the last numbered page some vendors have no page at all. It is silence unless all was counted, and a refusal
            // below what they count. In other words than that there is no such page it may be one, too.
            let is_said = self.pass.is_counted();
            let may_end = self.pass.total.is_none() && (is_nowhere || !last.is_full);
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
