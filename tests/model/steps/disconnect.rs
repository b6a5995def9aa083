//! A disconnect, transaction by transaction: `server/disconnect`. What comes next is asked of the run's log, as the server does.

use std::rc::Rc;

use tagout::domain::connection::ConnectionEvent;
use tagout::domain::disconnect::log::{Next, Step, StepState, next};
use tagout::domain::flow::{FlowEnd, FlowEvent, FlowSelection};
use tagout::domain::job::{ExecutionEnd, ExecutionEvent, JobEvent};

use super::Steps;
use crate::races::Race;
use crate::rows::{self, NOW, UNSEEN, VERSION};
use crate::state::{Holder, Phase, Record, Run, Slots, World};

impl Steps<'_> {
    /// D1: the run, `disconnecting`, and the end of every authorization that could bring the connection back.
    pub(super) fn disconnect_begins(&mut self, of: usize) {
        if self.now.left.disconnects == 0 {
            return;
        }
        let connection = rows::connection(self.now, of);
        let begins = ConnectionEvent::DisconnectBegins {
            expected: Some(VERSION),
            generation: connection.generation,
            by: "alice".to_owned(),
        };
        let Ok((after, _)) = connection.after(begins) else {
            return;
        };
        let planned = self.decided(of, &self.live_rows(of));
        let spares_flows = self.has(Race::FlowsNotEnded);
        let spares_keys = self.has(Race::KeyNotEnded);
        self.step("a disconnect begins (D1)", of, |world, _| {
            world.left.disconnects -= 1;
            world.connections[of].status = after.status;
            world.has_changed(of);
            world.plans_are_old();
            let which = FlowSelection::ended_with(&after).unwrap();
            let ended = FlowEvent::Ended(FlowEnd::Run {
                run: rows::run_id(),
            });
            for flow in &mut world.flows {
                let row = rows::flow(flow.of, flow.is_named, flow.phase);
                if row.is_open() && which.includes(&row) {
                    flow.is_older = true;
                    if !spares_flows {
                        flow.phase = rows::phase(&row.after(ended.clone()).unwrap().0);
                    }
                }
            }
            for key in world.key.iter_mut().filter(|key| key.of == of) {
                key.is_older = true;
                if !spares_keys {
                    key.phase = Phase::Ended;
                }
            }
            world.connections[of].run = Some(Rc::new(Run {
                planned,
                is_as_planned: true,
                log: vec![Record::Step(Step::Confirm, StepState::Running)],
                is_driven: false,
                calling: None,
                answers: Vec::new(),
                slots: Slots::Whole,
                has_half_moved: false,
            }));
        });
    }

    /// The rows of a connection that may live.
    pub(super) fn live_rows(&self, of: usize) -> Vec<usize> {
        let may_live = |row: &usize| {
            self.now.rows[*row].of == of && rows::credential(self.now, *row).may_live()
        };
        (0..self.now.rows.len()).filter(may_live).collect()
    }

    /// What the run's log says that comes next, once somebody drives it with the connection's lock.
    pub(super) fn run(&mut self, of: usize) {
        let now = &self.now.connections[of];
        let Some(run) = now.run.as_ref() else {
            return;
        };
        if !run.is_driven {
            if now.lock.is_none() || self.has(Race::DisconnectDoesNotWait) {
                self.step("the disconnect goes on", of, |world, _| {
                    let now = &mut world.connections[of];
                    now.lock = now.lock.or(Some(Holder::Run));
                    world.run_mut(of).is_driven = true;
                });
            }
            return;
        }
        let log = rows::log(self.now, &run.log);
        match next(&log) {
            Next::Attempt(Step::Confirm) => self.confirms(of),
            Next::Attempt(Step::DisableSyncJobs) => self.turns_jobs_off(of),
            Next::Attempt(Step::RevokeTokens) => self.revokes(of, &log),
            Next::Attempt(Step::DestroyCredentials) => self.destroys(of, &log),
            Next::Attempt(Step::UpdateStatuses) => self.updates_statuses(of),
            Next::Attempt(Step::MarkReferences) => self.noted(of, Step::MarkReferences),
            Next::Attempt(Step::WriteAudit) => self.ends(of),
            Next::Wait(_) | Next::Finished(_) => unreachable!("no step of the model fails"),
        }
    }

    /// What ended authorizations still bring is waited for, but no longer than ten seconds.
    fn confirms(&mut self, of: usize) {
        self.noted(of, Step::Confirm);
    }

    fn noted(&mut self, of: usize, step: Step) {
        self.step("a step has ended", of, |world, _| {
            world.run_mut(of).has_done(step, StepState::Done);
        });
    }

    /// D2.
    fn turns_jobs_off(&mut self, of: usize) {
        let went_out = JobEvent::WentOut {
            run: rows::run_id(),
            at: NOW,
        };
        let job = rows::job(self.now, of).after(went_out).unwrap().0;
        let spares_pulls = self.has(Race::PullNotCancelled);
        self.step("jobs are off (D2)", of, |world, _| {
            world.connections[of].is_job_on = job.is_enabled;
            if let Some(pull) = &mut world.connections[of].pull
                && !spares_pulls
            {
                let by = "run".to_owned();
                let how = ExecutionEnd::Cancelled { by };
                let cancelled = ExecutionEvent::Ended { how, at: NOW };
                if let Ok((execution, _)) = rows::execution(*pull).after(cancelled) {
                    pull.is_live = execution.live().is_ok();
                }
            }
            let run = world.run_mut(of);
            run.has_done(Step::DisableSyncJobs, StepState::Done);
        });
    }

    /// D8.
    fn updates_statuses(&mut self, of: usize) {
        let ends = ConnectionEvent::DisconnectEnds;
        let after = rows::connection(self.now, of).after(ends).unwrap().0;
        self.step("it is out of service (D8)", of, |world, _| {
            world.connections[of].status = after.status;
            world.has_changed(of);
            world.plans_are_old();
            let run = world.run_mut(of);
            run.has_done(Step::UpdateStatuses, StepState::Done);
        });
    }

    /// D10: what may live on is exposed, and what was issued and never seen stands in the run.
    fn ends(&mut self, of: usize) {
        self.step("the disconnect has ended (D10)", of, |world, _| {
            let run = world.connections[of].run.take().unwrap();
            for row in run.left().into_iter().filter(|row| *row < UNSEEN) {
                let secret = world.rows[row].secret;
                world.secrets[secret].is_exposed = true;
            }
            for intent in world.intents.iter().filter(|it| it.of == Some(of)) {
                if let Some(secret) = intent.secret {
                    world.secrets[secret].is_exposed = true;
                }
            }
            world.intents.retain(|it| it.of != Some(of));
            world.unlock(of, Holder::Run);
            // Who ended it is of no more interest.
            for secret in &mut world.secrets {
                secret.ended_by = secret.ended_by.filter(|by| *by != of);
            }
        });
    }
}

impl World {
    pub(super) fn run_mut(&mut self, of: usize) -> &mut Run {
        Rc::make_mut(self.connections[of].run.as_mut().unwrap())
    }
}

impl Run {
    /// A step has ended, and the next one is under way, in one transaction.
    pub(super) fn has_done(&mut self, step: Step, state: StepState) {
        self.log.push(Record::Step(step, state));
        let mut after = Step::ALL.into_iter().skip_while(|it| *it != step);
        if let Some(next) = after.nth(1) {
            self.log.push(Record::Step(next, StepState::Running));
        }
    }

    /// The tokens that it leaves, not proven dead.
    fn left(&self) -> Vec<usize> {
        let left = self.log.iter().filter_map(|record| match record {
            Record::Judged { row, outcome, .. } if !outcome.proven() => Some(*row),
            _ => None,
        });
        left.collect()
    }
}
