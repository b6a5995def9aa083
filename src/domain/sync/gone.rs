//! What a whole pass may say of the things that it did not see.

use std::time::Duration;

use jiff::Timestamp;

use super::marks::{Mark, Marks};
use super::unchecked::{FEW, Unchecked};
use crate::domain::job::{Scope, Seen};

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
    /// A whole pass begins; its number. What was marked for one that did not come to its end is forgotten.
    pub fn begin_whole<M: Marks>(&mut self, marks: &mut M) -> Result<u64, M::Error> {
        self.forget_pass(marks)?;
        self.pull += 1;
        self.distinct = 0;
        self.marked_below = self.numbers;
        Ok(self.pull)
    }

    /// What was marked for a whole pass is forgotten, and nothing is until another one begins.
    pub fn forget_pass<M: Marks>(&mut self, marks: &mut M) -> Result<(), M::Error> {
        marks.forget_seen(self.marked_below)?;
        self.marked_below = 0;
        Ok(())
    }

    /// A thing of the scope was seen; its row had told so by `before`, or it is new. Returns by what its row tells from now on.
    pub fn saw<M: Marks>(&mut self, before: Option<Seen>, marks: &mut M) -> Result<Seen, M::Error> {
        match before {
            Some(Seen::Number { n }) => {
                let is_new = n < self.marked_below && marks.set(Mark::Seen, n, true)?;
                self.distinct += u64::from(is_new);
                let was_missed = self.missed > 0 && marks.set(Mark::Missed, n, false)?;
                self.missed -= u64::from(was_missed);
                let was_gone = self.gone > 0 && marks.set(Mark::Gone, n, false)?;
                self.gone -= u64::from(was_gone);
                return Ok(Seen::Number { n });
            }
            Some(Seen::Pass(last)) => {
                self.distinct += u64::from(last < self.pull);
                self.missed -= u64::from(last < self.last_whole && self.missed > 0);
                self.gone -= u64::from(last < self.last_full && self.gone > 0);
            }
            None => {
                self.total += 1;
                self.distinct += 1;
            }
        }
        let n = self.numbers;
        self.numbers += 1;
        Ok(Seen::Number { n })
    }

    /// A whole pass has ended: what of the rest is gone, or no longer visible to us. By number it takes two passes that agree.
    pub fn end_whole<M: Marks>(
        &mut self,
        pass: &WholePass,
        marks: &mut M,
    ) -> Result<Deletions, M::Error> {
        if pass.number != self.pull {
            return Ok(Deletions::Unchecked(Unchecked::Overtaken));
        }
        let said = match pass.short {
            0 => self.end_counted(pass, marks)?,
            by => Deletions::Unchecked(Unchecked::Short { by }),
        };
        // Until the next one begins, nobody asks what this one saw.
        self.forget_pass(marks)?;
        Ok(said)
    }

    /// The same of one that saw as many things as the vendor counts. Who is missed was gone or missed before, or is so now: where
    /// their count stays, they are the same ones.
    fn end_counted<M: Marks>(
        &mut self,
        pass: &WholePass,
        marks: &mut M,
    ) -> Result<Deletions, M::Error> {
        let there = self.total.saturating_sub(self.gone);
        let unseen = self.total.saturating_sub(self.distinct);
        let (missed, below) = (self.missed, self.marked_below);
        let (candidates, seen_by) = if pass.is_numbered {
            (missed, self.last_whole)
        } else {
            (unseen, self.pull)
        };
        let gone = candidates.saturating_sub(self.gone);
        (self.last_whole, self.missed) = (self.pull, unseen);
        let doubt = self.doubts(pass, there, gone);
        let is_believed = doubt.is_none() && gone > 0;
        if is_believed && pass.is_numbered {
            marks.missed_are_gone(below)?;
        }
        if unseen != missed {
            marks.unseen_are_missed(below)?;
        }
        if is_believed && !pass.is_numbered {
            marks.missed_are_gone(below)?;
        }
        if let Some(doubt) = doubt {
            return Ok(Deletions::Unchecked(doubt));
        }
        (self.last_full, self.gone) = (seen_by, self.gone + gone);
        if unseen > self.gone {
            return Ok(Deletions::Unchecked(Unchecked::Once));
        }
        if let Some(every) = pass.full_every {
            self.current_until = pass.began.checked_add(every * 2).ok();
        }
        Ok(Deletions::Checked(gone))
    }

    /// Why so many of those that were there are not believed to be gone.
    fn doubts(&mut self, pass: &WholePass, there: u64, gone: u64) -> Option<Unchecked> {
        if pass.rows > 0 || there == 0 {
            self.emptied_at = None;
        } else if !self.is_emptied(pass, there) {
            return Some(Unchecked::Emptied { of: there });
        }
        let is_much = gone > FEW && gone * SHARE > there;
        let is_doubted = is_much && pass.rows > 0 && !pass.is_accepted;
        is_doubted.then_some(Unchecked::TooMany { gone, of: there })
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
