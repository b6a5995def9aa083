//! A disconnect, record by record. The letters are those of the order of writes: D1 to D10.

use jiff::Timestamp;

use crate::domain::audit::NewEntry;
use crate::domain::connection::{Connection, ConnectionEvent, Instance, InstanceEvent};
use crate::domain::credential::{Credential, CredentialEvent};
use crate::domain::disconnect::log::{Counts, LoggedEvent, Step};
use crate::domain::disconnect::run::{Run, RunState};
use crate::domain::disconnect::{RunEvent, RunRefusal, steps};
use crate::domain::id::{CredentialId, RunId};
use crate::domain::job::{JobEffect, JobEvent, Scope, SyncJob};
use crate::domain::webhook::WebhookEndpoint;
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

use super::connections::held;
use super::credentials::IssueIntent;
use super::exposures::ExposureChanges;
use super::follow_ups::FollowUpChanges;
use super::walkthroughs::PartOver;

impl Store {
    /// One run.
    pub fn run(&self, id: &RunId) -> Result<Run, StoreError> {
        self.get::<Run>(id.as_str())?
            .ok_or_else(|| StoreError::NotFound {
                what: "run",
                id: id.to_string(),
            })
    }

    /// Runs that have not ended.
    pub fn open_runs(&self) -> Result<Vec<RunId>, StoreError> {
        self.named_in("run_open/")
    }

    /// Runs that ended, and were interrupted before they had their checkpoint.
    pub fn ended_without_checkpoint(&self) -> Result<Vec<Run>, StoreError> {
        let mut runs = Vec::new();
        for (_, id) in self.index_page("run_unsettled/", None, usize::MAX, false)? {
            runs.extend(self.get::<Run>(&id)?);
        }
        Ok(runs)
    }

    /// D2: jobs off, executions cancelled. What they had received is committed already.
    pub async fn run_jobs_off(
        &self,
        run: &Run,
        at: Timestamp,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let mut counts = Counts::default();
            let connection = tx.need::<Connection>(run.connection.as_str())?;
            let mut enabled = Vec::new();
            for job in tx.scan::<SyncJob>(&format!("{}/", run.connection))? {
                let last = tx.last_execution(&job)?;
                if let Some(last) = last.filter(|last| last.status.is_live()) {
                    tx.cancel(last, run.id.as_str(), at)?;
                    counts.executions_cancelled += 1;
                }
                let run = run.id.clone();
                let (job, effect) = tx.job_after(job, JobEvent::WentOut { run, at })?;
                if effect == JobEffect::Remember {
                    enabled.push(job.id);
                    counts.jobs_disabled += 1;
                }
            }
            tx.connection_after(connection, ConnectionEvent::JobsWentOff(enabled))?;
            tx.record(&run.id, at, LoggedEvent::Counted { counts })?;
            tx.record(&run.id, at, steps::jobs_off(&counts))?;
            tx.record(&run.id, at, LoggedEvent::step_started(Step::RevokeTokens))?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// D6: these secrets are about to be destroyed. Nothing can open them for use any more.
    pub async fn run_destroying(
        &self,
        run: &Run,
        doomed: Vec<(CredentialId, NewEntry)>,
        at: Timestamp,
    ) -> Result<Vec<Credential>, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let mut destroying = Vec::with_capacity(doomed.len());
            for (id, entry) in doomed {
                let credential = tx.need::<Credential>(&format!("{}/{id}", run.connection))?;
                let credential = tx.credential_after(credential, CredentialEvent::Destroying)?;
                let key = credential.sealed.as_ref().map(|sealed| sealed.key.clone());
                tx.record(
                    &run.id,
                    at,
                    LoggedEvent::Destroying {
                        credential: id,
                        key,
                    },
                )?;
                tx.append(entry)?;
                destroying.push(credential);
            }
            Ok(destroying)
        })
        .await
    }

    /// D7: their slots are overwritten; ciphertexts emptied, soft-deleted.
    pub async fn run_destroyed(
        &self,
        run: &Run,
        doomed: Vec<(CredentialId, NewEntry)>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            for (credential, entry) in doomed {
                let key = format!("{}/{credential}", run.connection);
                let row = tx.need::<Credential>(&key)?;
                tx.credential_after(row, CredentialEvent::Destroyed)?;
                tx.record(&run.id, at, LoggedEvent::Destroyed { credential })?;
                tx.append(entry)?;
            }
            Ok(())
        })
        .await
    }

    /// D8: connection `revoked`, instance `revoked` only when nobody else is connected, endpoints disabled.
    pub async fn run_statuses(
        &self,
        run: &Run,
        at: Timestamp,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let connection = tx.need::<Connection>(run.connection.as_str())?;
            let (connection, _) =
                tx.connection_after(connection, ConnectionEvent::DisconnectEnds)?;
            let others = tx.count(&held(&connection.provider))?;
            let instance = tx.need::<Instance>(&connection.provider)?;
            if others == 0 {
                tx.put(&instance.after(InstanceEvent::NobodyConnected))?;
            }
            let mut counts = Counts::default();
            for mut endpoint in tx.scan::<WebhookEndpoint>(&format!("{}/", run.connection))? {
                if endpoint.enabled {
                    endpoint.enabled = false;
                    tx.put(&endpoint)?;
                    counts.webhooks_disabled += 1;
                }
            }
            tx.record(&run.id, at, LoggedEvent::Counted { counts })?;
            tx.record(&run.id, at, steps::out_of_service(others))?;
            tx.record(&run.id, at, LoggedEvent::step_started(Step::MarkReferences))?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// D9: the scopes of this connection are stale; one write each, however many references they have.
    pub async fn run_references(
        &self,
        run: &Run,
        at: Timestamp,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let mut counts = Counts::default();
            for mut scope in tx.scan::<Scope>(&format!("{}/", run.connection))? {
                if !scope.stale {
                    scope.stale = true;
                    counts.references_marked += scope.total;
                    tx.put(&scope)?;
                }
            }
            tx.record(&run.id, at, LoggedEvent::Counted { counts })?;
            let stale = steps::references_stale(counts.references_marked);
            tx.record(&run.id, at, stale)?;
            tx.record(&run.id, at, LoggedEvent::step_started(Step::WriteAudit))?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// D10: the summary entry, the follow-ups, the end.
    pub async fn run_ended(&self, id: &RunId, end: RunEnd) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let at = end.at;
            let state = end.state;
            let run = tx.run_after(id, RunEvent::Ended { at, state })?;
            let things = end.left.of_run().count();
            tx.expose(end.exposed, at)?;
            let entry = tx.append(end.entry)?;
            tx.leave(end.left)?;
            tx.record(id, at, steps::summed_up(entry.seq, things))?;
            for intent in tx.scan::<IssueIntent>(&format!("{}/", run.connection))? {
                tx.remove::<IssueIntent>(&intent.key())?;
            }
            tx.remove_index(&format!("run_open/{id}"))?;
            tx.put_index(&format!("run_unsettled/{id}"), id.as_str())?;
            end.over.map_or(Ok(()), |over| tx.part_over(over, at))
        })
        .await
    }

    /// The run has its checkpoint. Nobody waits for it: without it the next start finds it again.
    pub fn run_settled(&self, id: &RunId, checkpoint: Option<String>) -> Result<(), StoreError> {
        let settled = self.write_as(WriteClass::Disconnect, |tx| {
            tx.run_after(id, RunEvent::Settled { checkpoint })?;
            tx.remove_index(&format!("run_unsettled/{id}"))
        });
        settled.map(drop)
    }

    /// The run waits for a person.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it has ended.
    pub async fn run_waits(&self, id: &RunId) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            tx.run_after(id, RunEvent::Waits).map(drop)
        })
        .await
    }
}

/// The end of a run.
#[derive(Debug)]
pub struct RunEnd {
    pub at: Timestamp,
    /// What it is then.
    pub state: RunState,
    /// What is left to a person.
    pub left: FollowUpChanges,
    /// What may live on.
    pub exposed: ExposureChanges,
    /// The summary.
    pub entry: NewEntry,
    /// Of the walkthrough that it is part of.
    pub over: Option<PartOver>,
}

impl Tx<'_> {
    /// Something happens to a run.
    pub(super) fn run_after(&mut self, id: &RunId, event: RunEvent) -> Result<Run, StoreError> {
        let run = self.need::<Run>(id.as_str())?.after(event)?;
        self.put(&run)?;
        Ok(run)
    }
}

impl From<RunRefusal> for StoreError {
    fn from(refusal: RunRefusal) -> Self {
        Self::Refused(refusal.to_string())
    }
}
