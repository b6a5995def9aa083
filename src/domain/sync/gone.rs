//! What a whole pass may say of the things that it did not see.

use std::time::Duration;

use jiff::Timestamp;

use super::unchecked::{FEW, Unchecked};
use crate::domain::job::Scope;

/// And one in so many.
const SHARE: u64 = 10;
/// A large list has to stay empty for so many times as long as a small one: an hour for ten minutes.
const LARGE: u32 = 6;

/// A pass over all of a list that has come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WholePass {
    /// Its number in its scope.
    pub number: u64,
    /// The list goes on by counting: what vanishes from a page shifts the next one, and a thing is skipped.
    pub is_numbered: bool,
    /// Things on its pages.
    pub rows: u64,
    /// How many more things the vendor counts than it shows.
    pub short: u64,
    /// No list was there, rather than an empty one.
    pub is_absent: bool,
    /// Since when it saw what it saw.
    pub began: Timestamp,
    /// When it ended.
    pub at: Timestamp,
    /// A person says that what is not listed is gone.
    pub is_accepted: bool,
    /// How old a whole pass may be.
    pub full_every: Option<Duration>,
    /// How long after the first empty list a second one is believed of a small list.
    pub again: Duration,
}

/// What is said of deletions after a whole pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deletions {
    /// So many more things are gone.
    Checked(u64),
    /// Nothing is said to be gone that was not before.
    Unchecked(Unchecked),
}

impl Scope {
    /// A whole pass begins; its number.
    pub fn begin_whole(&mut self) -> u64 {
        self.pull += 1;
        self.distinct = 0;
        self.pull
    }

    /// A thing of the scope was seen; it was last seen by pass `before`, or is new. Returns the pass that has seen it now.
    pub fn saw(&mut self, before: Option<u64>) -> u64 {
        let Some(before) = before else {
            self.total += 1;
            self.distinct += 1;
            return self.pull;
        };
        self.distinct += u64::from(before < self.pull);
        self.missed -= u64::from(before < self.last_whole && self.missed > 0);
        self.gone -= u64::from(before < self.last_full && self.gone > 0);
        self.pull.max(before)
    }

    /// A whole pass has ended: what of the rest is gone, or no longer visible to us. By number it takes two passes that agree.
    pub fn end_whole(&mut self, pass: &WholePass) -> Deletions {
        if pass.number != self.pull {
            return Deletions::Unchecked(Unchecked::Overtaken);
        }
        if pass.short > 0 {
            return Deletions::Unchecked(Unchecked::Short { by: pass.short });
        }
        let there = self.total.saturating_sub(self.gone);
        let unseen = self.total.saturating_sub(self.distinct);
        let (candidates, seen_by) = if pass.is_numbered {
            (self.missed, self.last_whole)
        } else {
            (unseen, self.pull)
        };
        let gone = candidates.saturating_sub(self.gone);
        (self.last_whole, self.missed) = (self.pull, unseen);
        if pass.rows > 0 || there == 0 {
            self.emptied_at = None;
        } else if !self.is_emptied(pass, there) {
            return Deletions::Unchecked(Unchecked::Emptied { of: there });
        }
        let is_much = gone > FEW && gone * SHARE > there;
        if is_much && pass.rows > 0 && !pass.is_accepted {
            return Deletions::Unchecked(Unchecked::TooMany { gone, of: there });
        }
        (self.last_full, self.gone) = (seen_by, self.gone + gone);
        if unseen > self.gone {
            return Deletions::Unchecked(Unchecked::Once);
        }
        if let Some(every) = pass.full_every {
            self.current_until = pass.began.checked_add(every * 2).ok();
        }
        Deletions::Checked(gone)
    }

    /// Whether nothing is claimed of it: it was left out of step, or nobody has looked for deletions for too long.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.stale || self.current_until.is_some_and(|until| until < now)
    }

    /// Whether an empty list is believed: never at the first time, and of many things only with a person's word.
    fn is_emptied(&mut self, pass: &WholePass, there: u64) -> bool {
        let Some(first) = self.emptied_at else {
            self.emptied_at = Some(pass.at);
            return false;
        };
        let since = Duration::try_from(pass.began.duration_since(first)).unwrap_or_default();
        if there > FEW {
            pass.is_accepted && since >= pass.again * LARGE
        } else {
            since >= pass.again && (!pass.is_absent || pass.is_accepted)
        }
    }
}
