//! What a job claims of its scope, pass by pass.

use std::time::Duration;

use jiff::Timestamp;

use super::gap::{Gap, WholeDue};
use super::gone::Deletions;
use super::list::ListState;
use super::pass::{LastPass, Pass};
use super::unchecked::Unchecked;
use crate::domain::display_text::number;
use crate::domain::id::JobId;
use crate::domain::job::{Scope, SyncMode};

/// How a claim begins to say how long ago deletions were checked.
const CHECKED: &str = "deletions checked";

impl Gap {
    /// Whether something happened in it.
    #[must_use]
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }
}

/// A pass that has come to its end, as its job takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedPass {
    /// The next watermark.
    pub watermark: Option<Timestamp>,
    /// What is known of the list from now on.
    pub known: LastPass,
    /// It asked for everything, whatever it may say of deletions.
    pub is_everything: bool,
    /// Gaps that were to be filled when it began, and are.
    pub filled: Vec<Gap>,
    /// When it was first begun, where everything up to then was seen: none where it is repeated.
    pub told_until: Option<Timestamp>,
    /// How old a whole pass may be; none where deletions are not looked for.
    pub full_every: Option<Duration>,
    /// When it ended.
    pub at: Timestamp,
}

/// Of what something is claimed, beside what is known of its list.
#[derive(Debug)]
pub struct ClaimedOf<'a> {
    /// Whose list it is.
    pub job: &'a JobId,
    /// Where its things are counted.
    pub scope: Option<&'a Scope>,
    /// Which lists of the job are refused, in words. Nothing is claimed of these, and they are named whatever is claimed of the
    /// others.
    pub refused: Option<String>,
    /// When.
    pub now: Timestamp,
}

impl ListState {
    /// What is asked for next: everything, or what changed since the watermark. `mode` is the job's. An event tells of a change alone.
    #[must_use]
    pub fn wants_everything(&self, mode: SyncMode, is_by_event: bool) -> bool {
        (mode == SyncMode::Full && !is_by_event)
            || self.watermark.is_none()
            || self.whole_due == Some(WholeDue::Now)
            || self.unchecked == Some(Unchecked::First)
    }

    /// Whether something may have been deleted that the vendor tells no more: for as long as it tells deletions, where it does,
    /// no pass has come to its end.
    #[must_use]
    pub fn misses_deletions(&self, told: Option<Duration>, now: Timestamp) -> bool {
        // An older build kept no more than the end of a pass, and a still older one not even that.
        let until = self.told_until.or(self.pulled_at).or(self.watermark);
        let is_over = |told: Duration| {
            let since = until.map(|until| Duration::try_from(now.duration_since(until)));
            since.is_none_or(|since| since.unwrap_or_default() >= told)
        };
        told.is_some_and(is_over)
    }

    /// A pass of job `id` has come to its end. `whole`: since when a whole one saw what it saw, and what it says of deletions.
    /// Whether another one follows right behind it.
    pub(in crate::domain) fn passed(
        &mut self,
        passed: FinishedPass,
        whole: Option<(Timestamp, Deletions)>,
        id: &str,
    ) -> bool {
        (self.pass, self.pulled_at) = (None, Some(passed.at));
        self.told_until = passed.told_until.or(self.told_until);
        self.filling.retain(|gap| !passed.filled.contains(gap));
        self.is_refused = false;
        // What was asked to be filled meanwhile is asked for next.
        let still = self.filling.iter().map(|gap| gap.from).min();
        let watermark = passed.watermark;
        self.watermark = still.map_or(watermark, |from| watermark.map(|at| at.min(from)));
        self.known = passed.known;
        let Some((began, deletions)) = whole else {
            if passed.is_everything {
                self.whole_due = None;
                return false;
            }
            let is_old = |every: Duration| {
                let age = self.whole_at.map(|at| passed.at.duration_since(at));
                age.is_none_or(|age| age.unsigned_abs() > spread(every, id))
            };
            if self.whole_due.is_some() || passed.full_every.is_some_and(is_old) {
                self.whole_due = Some(WholeDue::Now);
            }
            return self.whole_due.is_some();
        };
        let was_once = self.unchecked == Some(Unchecked::Once);
        let before = self.whole_at.replace(began);
        (self.whole_due, self.accept_gone) = (None, false);
        match deletions {
            Deletions::Checked(_) => {
                (self.deletions_checked_at, self.unchecked) = (Some(began), None);
            }
            // What this pass and the one before it agree on is known as of that one; the rest is for the next.
            Deletions::Unchecked(Unchecked::Once) if was_once => {
                (self.deletions_checked_at, self.unchecked) = (before, None);
            }
            Deletions::Unchecked(why) => self.unchecked = Some(why),
        }
        if self.unchecked == Some(Unchecked::Once) && !was_once {
            self.whole_due = Some(WholeDue::Now);
            return true;
        }
        if matches!(self.unchecked, Some(Unchecked::Emptied { .. })) {
            self.whole_due = Some(WholeDue::Now);
        }
        false
    }

    /// Whether the list was found empty, and a second look settles it.
    #[must_use]
    pub fn looks_again(&self) -> bool {
        let is_emptied = matches!(self.unchecked, Some(Unchecked::Emptied { .. }));
        is_emptied
            && !self
                .unchecked
                .as_ref()
                .is_some_and(Unchecked::waits_for_a_person)
    }

    /// What a job claims of its scope, in words.
    #[must_use]
    pub fn claim(&self, of: &ClaimedOf<'_>) -> String {
        let (id, now) = (of.job, of.now);
        let refused = of.refused.as_deref();
        let named = refused.map_or(String::new(), |it| format!("; {it} could not be pulled"));
        let Some(scope) = of.scope.filter(|_| self.is_pulled()) else {
            return format!("not pulled yet{named}");
        };
        if scope.is_stale(now) {
            let waits = self
                .unchecked
                .as_ref()
                .filter(|why| why.waits_for_a_person());
            return waits.map_or(format!("stale{named}"), |why| {
                format!("stale: {}; {}{named}", why.words(), accept(id))
            });
        }
        let gap = self
            .missing()
            .max_by_key(|gap| gap.to)
            .map_or(String::new(), |gap| {
                format!("; events from {} to {} are missing", gap.from, gap.to)
            });
        let whole = self.pass.as_ref().filter(|pass| pass.since.is_none());
        let synced = refused.map_or("synced".to_owned(), |it| {
            format!("synced but for {it}, which could not be pulled")
        });
        let words = match (&self.unchecked, whole, self.deletions_checked_at) {
            (None, ..) if self.whole_due.is_some() => {
                format!(
                    "updates in, deletions unchecked{}{named}",
                    share(whole, scope)
                )
            }
            (Some(why), ..) if why.waits_for_a_person() => format!(
                "{synced}; deletions unchecked: {}; {}",
                why.words(),
                accept(id)
            ),
            (Some(why), ..) => format!("{synced}; deletions unchecked: {}", why.words()),
            (None, _, Some(at)) => format!("{synced}; {CHECKED} {}", ago(at, now)),
            (None, ..) => synced,
        };
        words + &gap
    }
}

/// What somebody does who knows that as much is gone.
fn accept(id: &JobId) -> String {
    format!("`tagout jobs run {id} --full --accept-gone` if that is so")
}

/// What a claim says without how long ago deletions were checked, which grows by itself.
#[must_use]
pub fn without_age(claim: &str) -> String {
    let lasting = claim.split("; ").filter(|part| !part.starts_with(CHECKED));
    lasting.collect::<Vec<_>>().join("; ")
}

/// How long ago: `3 d ago`.
fn ago(at: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(at).as_mins().max(0);
    match minutes {
        0 => "just now".to_owned(),
        1..60 => format!("{minutes} min ago"),
        60..1440 => format!("{} h ago", minutes / 60),
        _ => format!("{} d ago", minutes / 1440),
    }
}

/// How far a whole pass has come: ` 34 %`.
fn share(pass: Option<&Pass>, scope: &Scope) -> String {
    let of = pass.map_or(0, |pass| pass.all_counted().unwrap_or(scope.total));
    match pass {
        Some(pass) if of > 0 => format!(" {} %", number((pass.all_rows() * 100 / of).min(99))),
        _ => String::new(),
    }
}

/// Jobs of one age do not all begin at one time: up to a tenth earlier, by the job's id.
fn spread(every: Duration, id: &str) -> Duration {
    let place = id.bytes().fold(0_u32, |all, byte| {
        all.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    every - every / 1000 * (place % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_passes_are_spread_over_a_tenth() {
        let day = Duration::from_secs(86_400);
        for id in ["job_1", "job_2", "job_3"] {
            let spread = spread(day, id);
            assert!(spread <= day && spread > day * 9 / 10, "{id}: {spread:?}");
        }
    }
    /// What counts is since when nothing was told, and not when the last pass ended.
    #[test]
    fn deletions_are_missed_once_nothing_was_told_for_as_long_as_the_vendor_tells_them() {
        let day = Duration::from_secs(86_400);
        let at = |days: i64| Timestamp::from_second(1_800_000_000 + days * 86_400).unwrap();
        let list = |told_until, pulled_at| ListState {
            told_until,
            pulled_at,
            ..ListState::default()
        };
        let taken_up = list(Some(at(0)), Some(at(3)));
        assert!(!taken_up.misses_deletions(Some(day * 4), at(3)));
        assert!(taken_up.misses_deletions(Some(day * 3), at(3)));
        assert!(!taken_up.misses_deletions(None, at(3)));
        // A folder of an older program has the end of the pass alone, or nothing.
        assert!(!list(None, Some(at(3))).misses_deletions(Some(day), at(3)));
        assert!(list(None, None).misses_deletions(Some(day), at(3)));
    }
}
