//! What events of a job say of its lists, and the lists of jobs that pull one for each of several things.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CatchUp, JobEffect, JobEvent, RunWishes};
use crate::domain::id::{ConnectionId, JobId};
use crate::domain::sync::{Gap, LastPass, ListState, Unchecked, WholeDue};

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
            | Self::CameBack { .. }
            | Self::Authorized { .. } => true,
            Self::Enabled { .. }
            | Self::Disabled { .. }
            | Self::Edited { .. }
            | Self::Told { .. }
            | Self::Began { .. }
            | Self::Ended { .. }
            | Self::Cancelled { .. }
            | Self::ListSeen { .. }
            | Self::ListRefused
            | Self::MissingGone
            | Self::PassStands(_)
            | Self::PassEnded { .. } => false,
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
            // More may be seen than before, of which nothing has changed, or less.
            JobEvent::Authorized { sees_other, .. } if *sees_other && self.is_pulled() => {
                self.whole_due = self.whole_due.or(Some(WholeDue::Behind));
            }
            JobEvent::Authorized { .. } => {}
            JobEvent::ListSeen { source, at } => {
                self.tried_at = Some(*at);
                // Of another list, or another account's, nothing that was known holds.
                if self.source.is_some_and(|before| before != source.list) {
                    self.begin_afresh();
                }
                (self.source, self.whose) = (Some(source.list), Some(source.whose));
            }
            JobEvent::ListRefused => self.is_refused = true,
            JobEvent::MissingGone => self.settle(),
            JobEvent::PassStands(pass) => self.pass = Some(*pass.clone()),
            JobEvent::PassEnded { pass, whole } => {
                if self.passed(pass.clone(), whole.clone(), id) {
                    return JobEffect::PassAgain;
                }
            }
            JobEvent::Enabled { .. }
            | JobEvent::Disabled { .. }
            | JobEvent::Edited { .. }
            | JobEvent::Told { .. }
            | JobEvent::Began { .. }
            | JobEvent::Ended { .. }
            | JobEvent::Cancelled { .. } => {}
        }
        JobEffect::Nothing
    }

    /// Whether all of this is wished already, or there is nothing that it would change.
    #[must_use]
    pub fn has_wishes(&self, wishes: RunWishes) -> bool {
        let mut wished = self.clone();
        wished.wish(wishes);
        wished.pass.clone_from(&self.pass);
        wished == *self
    }

    fn wish(&mut self, wishes: RunWishes) {
        if wishes.full || wishes.accept_gone {
            (self.whole_due, self.pass) = (Some(WholeDue::Now), None);
        }
        // What somebody accepts is what the list said, and nothing that it may say later.
        let unchecked = self.unchecked.as_ref();
        self.accept_gone |=
            wishes.accept_gone && unchecked.is_some_and(Unchecked::waits_for_a_person);
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
        (self.whole_at, self.source, self.whose) = (None, None, None);
        self.gaps.clear();
        self.filling.clear();
    }

    /// The connection is another account's, or the list another one: nothing that is known of the old one holds.
    fn begin_afresh(&mut self) {
        (self.pass, self.watermark, self.known) = (None, None, LastPass::default());
        (self.deletions_checked_at, self.unchecked) = (None, None);
        (self.pulled_at, self.told_until) = (None, None);
        self.whole_due = None;
        self.accept_gone = false;
    }

    /// The gaps are filled by the next pass that comes to its end: it asks from where the first of them began.
    fn fill_gaps(&mut self) {
        if let Some(from) = self.gaps.iter().map(|gap| gap.from).min() {
            (self.watermark, self.pass) = (self.watermark.map(|at| at.min(from)), None);
        }
        self.filling.append(&mut self.gaps);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
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
        assert_eq!((new.list.gaps, &filled.list.gaps), (vec![gap], &vec![]));
        assert_eq!(filled.list.filling, [gap], "until a pass has ended");
    }

    /// What is accepted is what a list has said, not what it may say in months.
    #[test]
    fn only_a_list_that_waits_for_a_person_is_accepted() {
        let list = |unchecked| ParentList {
            list: ListState {
                unchecked,
                ..ListState::default()
            },
            ..ParentList::new(
                "con_01jd7000000000000000000001".parse().unwrap(),
                "job_01jd7000000000000000000001".parse().unwrap(),
                "C1".to_owned(),
                Vec::new(),
            )
        };
        let accepted = JobEvent::Asked(RunWishes {
            accept_gone: true,
            ..RunWishes::default()
        });
        let many = Unchecked::TooMany { gone: 90, of: 100 };
        for (unchecked, is_accepted) in [
            (Some(many), true),
            (Some(Unchecked::Once), false),
            (None, false),
        ] {
            let (list, _) = list(unchecked).after("job", &accepted);
            assert_eq!(list.list.accept_gone, is_accepted);
        }
    }
}
