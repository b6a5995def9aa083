//! What a job knows of a list that it pulls: where a pass stands, what was seen, what is missing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CatchUp, JobEffect, JobEvent, RunWishes};
use crate::domain::id::{ConnectionId, JobId};
use crate::domain::sync::{Gap, Known, Pass, Unchecked, WholeDue};

/// What a job knows of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListState {
    /// The pass that has not come to its end.
    #[serde(default)]
    pub pass: Option<Pass>,
    /// What is known of the list from its last whole pass.
    #[serde(default)]
    pub known: Known,
    /// Every change up to here was seen.
    #[serde(default, alias = "in_step_since")]
    pub watermark: Option<Timestamp>,
    /// Times whose events were not pulled and will not be unless that is asked for (O10), oldest first.
    #[serde(default)]
    pub gaps: Vec<Gap>,
    /// Since when its connection has been out of service.
    #[serde(default)]
    pub out_since: Option<Timestamp>,
    /// A whole pass is due.
    #[serde(default)]
    pub whole_due: Option<WholeDue>,
    /// When the last whole pass began.
    #[serde(default)]
    pub whole_at: Option<Timestamp>,
    /// As of when it is known what was deleted.
    #[serde(default)]
    pub deletions_checked_at: Option<Timestamp>,
    /// Why the last whole pass says nothing of deletions.
    #[serde(default)]
    pub unchecked: Option<Unchecked>,
    /// A person says that what the next whole pass does not list is gone.
    #[serde(default)]
    pub accept_gone: bool,
    /// Digest of whose list it is and how it is read.
    #[serde(default)]
    pub source: Option<u64>,
}

/// The list of one thing, of a job that pulls a list for each of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParentList {
    /// Of which connection.
    pub connection: ConnectionId,
    /// Of which job.
    pub job: JobId,
    /// The vendor's id of the thing.
    pub parent: String,
    /// What is known of the list.
    pub list: ListState,
}

impl ParentList {
    /// A list that has not been pulled. What happened while the connection was out of service is missing from it as it is
    /// from the job's other lists.
    #[must_use]
    pub fn new(connection: ConnectionId, job: JobId, parent: String, gaps: Vec<Gap>) -> Self {
        let list = ListState {
            gaps,
            ..ListState::default()
        };
        Self {
            connection,
            job,
            parent,
            list,
        }
    }

    /// The list as it stands after an event of its job.
    #[must_use]
    pub fn after(mut self, id: &str, event: &JobEvent) -> (Self, JobEffect) {
        let effect = self.list.hear(id, event);
        (self, effect)
    }
}

impl JobEvent {
    /// Whether it happens to every list of a job, and not to the one that is being pulled.
    #[must_use]
    pub fn is_of_every_list(&self) -> bool {
        match self {
            Self::Asked(_)
            | Self::Reset
            | Self::Wiped
            | Self::WentOut { .. }
            | Self::CameBack { .. } => true,
            Self::Enabled { .. }
            | Self::Disabled { .. }
            | Self::Edited { .. }
            | Self::Told { .. }
            | Self::Began { .. }
            | Self::Ended { .. }
            | Self::Cancelled { .. }
            | Self::Authorized { .. }
            | Self::ListSeen { .. }
            | Self::PassStands(_)
            | Self::PassEnded(_) => false,
        }
    }
}

impl ListState {
    /// Takes what an event says of the list; `id` is the job's.
    pub(in crate::domain) fn hear(&mut self, id: &str, event: &JobEvent) -> JobEffect {
        match event {
            JobEvent::Asked(wishes) => self.wish(*wishes),
            JobEvent::Reset => self.begin_afresh(),
            JobEvent::Wiped => self.forget(),
            JobEvent::WentOut { at, .. } => self.out_since = self.out_since.or(Some(*at)),
            JobEvent::CameBack { at, catch_up } => self.come_back(*at, *catch_up),
            JobEvent::ListSeen { source } => {
                // Of another list, or another account's, nothing that was known holds.
                if self.source.is_some_and(|before| before != *source) {
                    self.begin_afresh();
                }
                self.source = Some(*source);
            }
            JobEvent::PassStands(pass) => self.pass = Some(*pass.clone()),
            JobEvent::PassEnded(passed) => {
                if self.passed(passed.clone(), id) {
                    return JobEffect::PassAgain;
                }
            }
            JobEvent::Enabled { .. }
            | JobEvent::Disabled { .. }
            | JobEvent::Edited { .. }
            | JobEvent::Told { .. }
            | JobEvent::Began { .. }
            | JobEvent::Ended { .. }
            | JobEvent::Cancelled { .. }
            | JobEvent::Authorized { .. } => {}
        }
        JobEffect::Nothing
    }

    fn wish(&mut self, wishes: RunWishes) {
        if wishes.full || wishes.accept_gone {
            (self.whole_due, self.pass) = (Some(WholeDue::Now), None);
        }
        self.accept_gone |= wishes.accept_gone;
        if wishes.fill_gap {
            self.fill_gaps();
        }
    }

    /// State is brought up to date, deletions behind changes; events of the time in between are not pulled unless that is
    /// asked for (O10). What had not been pulled before is not in between.
    fn come_back(&mut self, at: Timestamp, catch_up: CatchUp) {
        let out_since = self.out_since.take();
        match catch_up {
            CatchUp::State { deletions_told } => {
                let out = out_since.map(|since| at.duration_since(since).unsigned_abs());
                let is_told =
                    matches!((deletions_told, out), (Some(told), Some(out)) if out < told);
                if !is_told {
                    self.whole_due = self.whole_due.or(Some(WholeDue::Behind));
                }
            }
            CatchUp::FillGaps => self.fill_gaps(),
            CatchUp::LeaveGap => {
                let from = out_since.unwrap_or(at);
                self.gaps.push(Gap { from, to: at });
            }
            // What was there before is missing, too, where something had been pulled.
            CatchUp::FromNow => {
                if let Some(from) = self.watermark {
                    (self.watermark, self.pass) = (Some(at), None);
                    self.gaps.push(Gap { from, to: at });
                }
            }
        }
    }

    /// What a job knows of the list it reads is a part of that list; its settings are not.
    fn forget(&mut self) {
        self.begin_afresh();
        (self.whole_at, self.source) = (None, None);
        self.gaps.clear();
    }

    /// The connection is another account's, or the list another one: nothing that is known of the old one holds.
    fn begin_afresh(&mut self) {
        (self.pass, self.watermark, self.known) = (None, None, Known::default());
        (self.deletions_checked_at, self.unchecked) = (None, None);
        self.whole_due = None;
    }

    /// The gaps are filled by the next pass: it asks from where the first of them began.
    fn fill_gaps(&mut self) {
        if let Some(from) = self.gaps.iter().map(|gap| gap.from).min() {
            (self.watermark, self.pass) = (self.watermark.map(|at| at.min(from)), None);
        }
        self.gaps.clear();
    }

    /// What may be claimed of several lists together: the least of what is claimed of each. The gaps are those of the
    /// first, because all were out of service together.
    #[must_use]
    pub fn together(lists: &[Self]) -> Self {
        let mut all = lists.iter();
        let Some(mut least) = all.next().cloned() else {
            return Self::default();
        };
        for list in all {
            least.pass = least.pass.or_else(|| list.pass.clone());
            // None is less than any time: nothing was seen, or checked.
            least.watermark = least.watermark.min(list.watermark);
            least.whole_at = least.whole_at.min(list.whole_at);
            least.deletions_checked_at = least.deletions_checked_at.min(list.deletions_checked_at);
            least.whole_due = least.whole_due.or(list.whole_due);
            least.unchecked = least.unchecked.or_else(|| list.unchecked.clone());
        }
        least
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn of_lists_together_the_least_is_claimed() {
        let seen = |watermark: Option<i64>| ListState {
            watermark: watermark.map(at),
            ..ListState::default()
        };
        let of = |lists: &[ListState]| ListState::together(lists).watermark;
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[seen(Some(9)), seen(Some(5))]), Some(at(5)));
        assert_eq!(of(&[seen(Some(9)), seen(None)]), None, "one is not pulled");
        let pass = Pass::new(at(1), None, 1);
        let under_way = ListState {
            pass: Some(pass.clone()),
            ..seen(Some(7))
        };
        let all = ListState::together(&[seen(Some(9)), under_way]);
        assert_eq!((all.pass, all.watermark), (Some(pass), Some(at(7))));
    }

    #[test]
    fn a_list_that_comes_later_misses_what_the_others_miss() {
        let gap = Gap {
            from: at(3),
            to: at(4),
        };
        let (connection, job) = (
            "con_01jd7000000000000000000001".parse().unwrap(),
            "job_01jd7000000000000000000001".parse().unwrap(),
        );
        let new = ParentList::new(connection, job, "C1".to_owned(), vec![gap]);
        let wishes = RunWishes {
            fill_gap: true,
            ..RunWishes::default()
        };
        let (filled, _) = new.clone().after("job", &JobEvent::Asked(wishes));
        assert_eq!((new.list.gaps, filled.list.gaps), (vec![gap], vec![]));
    }
}
