//! D1: disconnects begin, one or several together.

use crate::domain::audit::NewEntry;
use crate::domain::connection::{Connection, ConnectionEvent};
use crate::domain::disconnect::log::{LoggedEvent, Step, StepState};
use crate::domain::disconnect::run::Run;
use crate::domain::flow::{Flow, FlowEnd, FlowSelection};
use crate::domain::webhook::WebhookEndpoint;
use crate::store::{Store, StoreError, Tx, WriteClass};

/// A disconnect that is about to begin.
#[derive(Clone)]
pub struct NewRun {
    /// Its head.
    pub run: Run,
    /// The version of the connection that was looked at.
    pub expected: Option<u64>,
    /// Its target's place in the walkthrough that it is part of.
    pub place: Option<usize>,
    /// Whether it is the first half of a swap.
    pub is_swap: bool,
    /// What the log of the house says of it.
    pub entry: NewEntry,
}

impl Store {
    /// D1, of one disconnect or of several that begin together: the run, `disconnecting`, the entry. From here on the
    /// gate for tokens and syncs is shut, and every authorization that could bring the connection back is ended. A target
    /// of a walkthrough begins once.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a connection is not what was looked at; [`StoreError::Refused`] when it is being
    /// disconnected, or out of service, or its walkthrough was stopped. Then none has begun.
    pub async fn insert_runs(&self, runs: Vec<NewRun>) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            for NewRun {
                mut run,
                expected,
                place,
                is_swap,
                mut entry,
            } in runs
            {
                if is_swap {
                    run.swap = Some(tx.second_half(&run.connection)?);
                    entry.event.begins_swap();
                }
                if let (Some(walkthrough), Some(index)) = (&run.walkthrough, place) {
                    tx.target_begun(walkthrough, index, &run)?;
                }
                tx.insert_run(&run, expected, entry)?;
            }
            Ok(())
        })
        .await
    }
}

impl Tx<'_> {
    fn insert_run(
        &mut self,
        run: &Run,
        expected: Option<u64>,
        mut entry: NewEntry,
    ) -> Result<(), StoreError> {
        let connection = self.need::<Connection>(run.connection.as_str())?;
        let begins = ConnectionEvent::DisconnectBegins {
            expected,
            generation: run.generation,
            by: run.actor.clone(),
        };
        let (connection, _) = self.connection_after(connection, begins)?;
        self.tell_owner(&connection, run)?;
        self.swap_opens(run)?;
        if let Some(which) = FlowSelection::ended_with(&connection) {
            let end = FlowEnd::Run {
                run: run.id.clone(),
            };
            let ended = self.end_flows(&which, &end)?;
            name_ended(&mut entry, &ended);
        }
        for mut endpoint in self.scan::<WebhookEndpoint>(&format!("{}/", run.connection))? {
            endpoint.dropped_since_disconnect = 0;
            self.put(&endpoint)?;
        }
        self.put_index(
            &format!("runs_of/{}/{}", run.connection, run.id),
            run.id.as_str(),
        )?;
        self.put_index(&format!("run_open/{}", run.id), run.id.as_str())?;
        self.put(run)?;
        self.add("runs", 1)?;
        self.record(
            &run.id,
            run.started_at,
            LoggedEvent::step(
                Step::Confirm,
                StepState::Running,
                "plan accepted".to_owned(),
            ),
        )?;
        self.append(entry)?;
        Ok(())
    }
}

/// The entry of what ended flows names them.
pub(super) fn name_ended(entry: &mut NewEntry, ended: &[Flow]) {
    let ids = ended.iter().map(|flow| flow.id.clone()).collect();
    entry.event.ends(ids);
}
