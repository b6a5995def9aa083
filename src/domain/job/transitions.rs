//! How a sync job stands after what happens to it. Nothing else changes a job: the store's transactions read one, ask here,
//! and write what comes back.

use jiff::Timestamp;

use super::{CatchUp, ExecutionStatus, JobEffect, JobEvent, JobRefusal, RunWishes, SyncJob};
use crate::domain::id::ExecutionId;
use crate::domain::sync::{Gap, WholeDue};

impl SyncJob {
    /// The job as it stands after an event, and what is to be done beside.
    ///
    /// # Errors
    /// When this does not happen to the job as it stands.
    pub fn after(mut self, event: JobEvent) -> Result<(Self, JobEffect), JobRefusal> {
        let mut effect = JobEffect::Nothing;
        match event {
            JobEvent::Enabled { at } => self.turn_on(at),
            JobEvent::Disabled { by } => self.turn_off(by),
            JobEvent::Edited {
                settings,
                next_run_at,
            } => {
                (self.mode, self.schedule) = (settings.mode, settings.schedule);
                self.max_retries = settings.max_retries;
                self.timeout_minutes = settings.timeout_minutes;
                self.next_run_at = next_run_at.filter(|_| self.is_enabled);
            }
            JobEvent::Asked(wishes) => self.wish(wishes),
            JobEvent::Reset => self.begin_afresh(),
            JobEvent::Wiped => self.forget(),
            JobEvent::Told { due } => {
                if !self.is_enabled {
                    return Err(JobRefusal::Off(self.id));
                }
                // One pull serves everything that comes until it begins.
                if self.due_at().is_none_or(|at| at > due) {
                    self.event_due = Some(due);
                }
            }
            JobEvent::Began {
                execution,
                is_by_event,
                last,
            } => self.begin(execution, is_by_event, last)?,
            JobEvent::Ended { error, next_run_at } => {
                self.last_error = error;
                self.due_by(next_run_at);
            }
            JobEvent::Cancelled { next_run_at } => self.due_by(next_run_at),
            JobEvent::WentOut { run, at } => {
                self.out_since = self.out_since.or(Some(at));
                if self.is_enabled {
                    self.turn_off(run.to_string());
                    effect = JobEffect::Remember;
                }
            }
            // What a refused token had stopped goes on at once, not at the next due time.
            JobEvent::Authorized { at } if self.is_enabled => self.next_run_at = Some(at),
            JobEvent::Authorized { .. } => {}
            JobEvent::CameBack { at, catch_up } => self.come_back(at, catch_up),
            JobEvent::ListSeen { source } => {
                // Of another list, or another account's, nothing that was known holds.
                if self.source.is_some_and(|before| before != source) {
                    self.begin_afresh();
                }
                self.source = Some(source);
            }
            JobEvent::PassStands(pass) => self.pass = Some(*pass),
            JobEvent::PassEnded(passed) => {
                if self.passed(passed) {
                    effect = JobEffect::PassAgain;
                }
            }
        }
        Ok((self, effect))
    }

    /// Whether it knows something of its list that a wipe would have it forget.
    #[must_use]
    pub fn knows_something(&self) -> bool {
        let mut forgotten = self.clone();
        forgotten.forget();
        forgotten != *self
    }

    fn turn_on(&mut self, at: Timestamp) {
        (self.is_enabled, self.disabled_by, self.next_run_at) = (true, None, Some(at));
    }

    fn turn_off(&mut self, by: String) {
        (self.is_enabled, self.disabled_by) = (false, Some(by));
        (self.next_run_at, self.event_due) = (None, None);
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

    fn begin(
        &mut self,
        execution: ExecutionId,
        is_by_event: bool,
        last: Option<ExecutionStatus>,
    ) -> Result<(), JobRefusal> {
        if !self.is_enabled {
            return Err(JobRefusal::Off(self.id.clone()));
        }
        if last.is_some_and(ExecutionStatus::is_live) {
            return Err(JobRefusal::Running(self.id.clone()));
        }
        self.last_execution = Some(execution);
        self.event_due = None;
        if !is_by_event {
            self.next_run_at = None;
        }
        Ok(())
    }

    /// What an execution left standing may have become due meanwhile.
    fn due_by(&mut self, at: Option<Timestamp>) {
        self.next_run_at = self.next_run_at.into_iter().chain(at).min();
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
        (self.last_execution, self.last_error) = (None, None);
        (self.whole_at, self.source) = (None, None);
        self.gaps.clear();
    }
}

#[cfg(test)]
mod tests;
