//! How a sync job stands after what happens to it. Nothing else changes a job: the store's transactions read one, ask here,
//! and write what comes back.

use jiff::Timestamp;

use super::{ExecutionStatus, JobEffect, JobEvent, JobRefusal, SyncJob};
use crate::domain::id::ExecutionId;

impl SyncJob {
    /// The job as it stands after an event, and what is to be done beside.
    ///
    /// # Errors
    /// When this does not happen to the job as it stands.
    pub fn after(mut self, event: JobEvent) -> Result<(Self, JobEffect), JobRefusal> {
        let mut effect = self.list.hear(self.id.as_str(), &event);
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
            JobEvent::Wiped => (self.last_execution, self.last_error) = (None, None),
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
            JobEvent::WentOut { run, .. } => {
                if self.is_enabled {
                    self.turn_off(run.to_string());
                    effect = JobEffect::Remember;
                }
            }
            // What a refused token had stopped goes on at once, not at the next due time.
            JobEvent::Authorized { at, .. } if self.is_enabled => self.next_run_at = Some(at),
            JobEvent::Authorized { .. } => {}
            // What these say is of the list.
            JobEvent::Asked(_)
            | JobEvent::Reset
            | JobEvent::CameBack { .. }
            | JobEvent::ListSeen { .. }
            | JobEvent::ListRefused
            | JobEvent::MissingGone
            | JobEvent::PassStands(_)
            | JobEvent::PassEnded { .. } => {}
        }
        Ok((self, effect))
    }

    /// Whether it knows something of its list that a wipe would have it forget.
    #[must_use]
    pub fn knows_something(&self) -> bool {
        match self.clone().after(JobEvent::Wiped) {
            Ok((forgotten, _)) => forgotten != *self,
            Err(_) => true,
        }
    }

    fn turn_on(&mut self, at: Timestamp) {
        (self.is_enabled, self.disabled_by, self.next_run_at) = (true, None, Some(at));
    }

    fn turn_off(&mut self, by: String) {
        (self.is_enabled, self.disabled_by) = (false, Some(by));
        (self.next_run_at, self.event_due) = (None, None);
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
        // It was of the execution before.
        self.last_error = None;
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
}

#[cfg(test)]
mod tests;
