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
    /// How far things may move between its pages.
    pub moves: Moves,
    /// Things on its pages.
    pub rows: u64,
    /// How many of them have no id: they may be any of those that were not seen.
    pub without_id: u64,
    /// How many more things the vendor counts than it shows.
    pub short: u64,
    /// No list was there at last, rather than an empty one.
    pub is_absent: bool,
    /// The page behind the last one was refused, in words that may mean anything.
    pub is_refused: bool,
    /// Since when it saw what it saw.
    pub began: Timestamp,
    /// When it ended.
    pub at: Timestamp,
    /// A person says that as many things are gone as the last pass did not show.
    pub accepted: Option<u64>,
    /// How old a whole pass may be.
    pub full_every: Option<Duration>,
    /// How long after the first empty list a second one is believed of a small list.
    pub again: Duration,
}

/// How far things may move between the pages of a list while it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moves {
    /// Not to where the list was read: it begins with what changed longest ago, and goes on by what it showed last.
    Onward,
    /// A change may move what was not read to where the list was read. The pass behind it asks for what changed, so that
    /// nothing is left out by that, but not to be seen is no sign of being gone.
    Anywhere,
    /// The pages are counted: what vanishes from one shifts all that follow, and a thing is skipped that did not change.
    Shifting,
}

/// What is said of deletions after a whole pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deletions {
    /// So many more things are gone.
    Checked(u64),
    /// Nothing is said to be gone that was not before.
    Unchecked(Unchecked),
}

impl Deletions {
    /// Whether a whole pass leaves open what of another list's things is here; `before` is what the one before it had left. What
    /// two of them agree on is known.
    #[must_use]
    pub fn leaves_open(&self, before: Option<&Unchecked>) -> bool {
        match self {
            Self::Checked(_) => false,
            Self::Unchecked(Unchecked::Once) => before != Some(&Unchecked::Once),
            Self::Unchecked(why) => match why {
                Unchecked::Short { .. } | Unchecked::First | Unchecked::TooMany { .. } => false,
                Unchecked::Emptied { .. }
                | Unchecked::BrokeOff { .. }
                | Unchecked::WithoutId { .. }
                | Unchecked::Once
                | Unchecked::Overtaken => true,
            },
        }
    }
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

    /// The vendor tells that the thing of this number was deleted; whether that is new.
    pub fn told_gone<M: Marks>(&mut self, n: u64, marks: &mut M) -> Result<bool, M::Error> {
        // What came in since the whole pass under way began is not marked in it, and the next one does not see it.
        if self.marked_below > 0 && n >= self.marked_below {
            return Ok(false);
        }
        let was_seen = marks.set(Mark::Seen, n, false)?;
        self.distinct -= u64::from(was_seen);
        let is_missed = marks.set(Mark::Missed, n, true)?;
        self.missed += u64::from(is_missed);
        let is_gone = marks.set(Mark::Gone, n, true)?;
        self.gone += u64::from(is_gone);
        Ok(is_gone)
    }

    /// A whole pass has ended: what of the rest is gone, or no longer visible to us. Where things move it takes two passes that
    /// agree.
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
        let takes_two = pass.moves != Moves::Onward;
        let is_first = self.last_whole == 0;
        let (candidates, seen_by) = match takes_two {
            true => (missed, self.last_whole),
            false => (unseen, self.pull),
        };
        let gone = candidates.saturating_sub(self.gone);
        (self.last_whole, self.missed) = (self.pull, unseen);
        let doubt = self.doubts(pass, there, gone);
        let is_believed = doubt.is_none() && gone > 0;
        if is_believed && takes_two {
            marks.missed_are_gone(below)?;
        }
        if unseen != missed {
            marks.unseen_are_missed(below)?;
        }
        if is_believed && !takes_two {
            marks.missed_are_gone(below)?;
        }
        if let Some(doubt) = doubt {
            return Ok(Deletions::Unchecked(doubt));
        }
        (self.last_full, self.gone) = (seen_by, self.gone + gone);
        let until = |every: Duration| pass.began.checked_add(every * 2).ok();
        self.current_until = pass.full_every.and_then(until);
        if unseen > self.gone {
            return Ok(Deletions::Unchecked(Unchecked::Once));
        }
        // What a first pass has skipped shows by nothing.
        if is_first && pass.moves == Moves::Shifting && pass.rows > 0 {
            return Ok(Deletions::Unchecked(Unchecked::First));
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
        let is_accepted = pass.accepted.is_some_and(|said| gone <= said + FEW);
        if gone == 0 || pass.rows == 0 || is_accepted {
            return None;
        }
        if pass.is_absent || pass.is_refused {
            return Some(Unchecked::BrokeOff { gone, of: there });
        }
        if pass.without_id > 0 {
            return Some(Unchecked::WithoutId {
                count: pass.without_id,
                gone,
            });
        }
        let is_much = gone > FEW && gone * SHARE > there && !self.is_foreign;
        is_much.then_some(Unchecked::TooMany { gone, of: there })
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
        let is_said = pass.accepted.is_some_and(|said| there <= said + FEW);
        let is_accepted = is_said || self.is_foreign;
        if there > FEW {
            is_accepted && since >= pass.again * LARGE
        } else {
            since >= pass.again && (!pass.is_absent || is_accepted)
        }
    }
}
