//! What a connection in service is used for: refreshes, token reads, syncs, events of the vendor.

use tagout::domain::connection::ConnectionEvent;
use tagout::domain::credential::CredentialEvent;
use tagout::domain::job::{ExecutionEffect, ExecutionEnd, ExecutionEvent, JobEvent};

use super::{Fact, Steps};
use crate::races::Race;
use crate::rows::{self, NOW};
use crate::state::{Holder, Intent, Issuer, Pull, PullStage, Read, Refresh};

impl Steps<'_> {
    /// The row that a connection is used with; none when it is not used (`server/tokens`, `current`).
    fn in_use(&self, of: usize) -> Option<usize> {
        let connection = rows::connection(self.now, of);
        if !connection.is_used(NOW) && !self.has(Race::TokenReadWhileDisconnecting) {
            return None;
        }
        let mut all = 0..self.now.rows.len();
        all.rfind(|row| {
            let credential = rows::credential(self.now, *row);
            self.now.rows[*row].of == of && credential.is_used_by(&connection)
        })
    }

    /// `server/tokens/refresh.rs`: with the lock, and an intent before the call.
    pub(super) fn refresh(&mut self, of: usize) {
        let now = &self.now.connections[of];
        match now.refresh {
            None => self.refresh_begins(of),
            Some(Refresh { secret: None, .. }) => {
                self.step("the vendor answers a refresh", of, |world, _| {
                    let secret = world.issue();
                    world.answer(Issuer::Refresh(of), secret);
                    let refresh = world.connections[of].refresh.as_mut();
                    refresh.unwrap().secret = Some(secret);
                });
            }
            Some(refresh) => self.refreshed(of, refresh),
        }
    }

    fn refresh_begins(&mut self, of: usize) {
        let now = &self.now.connections[of];
        if self.now.left.refreshes == 0 || now.lock.is_some() {
            return;
        }
        let serves = rows::connection(self.now, of).serves(now.generation);
        let Some(replaces) = self.in_use(of).filter(|_| serves.is_ok()) else {
            return;
        };
        let generation = now.generation;
        let is_forgotten = self.has(Race::NoIntent);
        self.step("a refresh begins", of, |world, _| {
            world.left.refreshes -= 1;
            world.connections[of].lock = Some(Holder::Refresh);
            world.connections[of].refresh = Some(Refresh {
                generation,
                replaces,
                secret: None,
            });
            if !is_forgotten {
                world.intents.push(Intent {
                    of: Some(of),
                    secret: None,
                    by: Issuer::Refresh(of),
                });
            }
        });
    }

    /// `refreshed`: kept whatever the status, because a disconnect that has begun waits for it and takes it into its run.
    fn refreshed(&mut self, of: usize, refresh: Refresh) {
        let Some(secret) = refresh.secret else { return };
        let event = ConnectionEvent::Refreshed;
        let after = rows::connection(self.now, of).after(event).unwrap().0;
        self.step("what a refresh brought is kept", of, |world, _| {
            world.happens(refresh.replaces, CredentialEvent::Superseded);
            world.issued(of, refresh.generation, secret);
            world.connections[of].status = after.status;
            world.connections[of].refresh = None;
            world.intents.retain(|it| it.by != Issuer::Refresh(of));
            world.unlock(of, Holder::Refresh);
            world.plans_are_old();
        });
    }

    /// `server/token_reads.rs`: a token is found and opened, its vendor may be asked, and it leaves with a transaction.
    pub(super) fn read(&mut self, of: usize) {
        let now = &self.now.connections[of];
        if let Some(read) = now.read {
            return self.leaves(of, read);
        }
        if self.now.left.reads == 0 {
            return;
        }
        if let Some(row) = self.in_use(of) {
            let generation = now.generation;
            self.step("somebody reads a token", of, |world, _| {
                world.left.reads -= 1;
                world.connections[of].read = Some(Read { generation, row });
            });
        }
    }

    fn leaves(&mut self, of: usize, read: Read) {
        let connection = rows::connection(self.now, of);
        let credential = rows::credential(self.now, read.row);
        let may_leave = credential.may_leave(&connection, read.generation).is_ok();
        let leaves = may_leave || self.has(Race::TokenReadWhileDisconnecting);
        self.step("it leaves, or not", of, |world, facts| {
            world.connections[of].read = None;
            if leaves {
                let generation = world.rows[read.row].generation;
                facts.push(Fact::Used { of, generation });
            }
        });
    }

    /// An execution of a sync: `server/sync`.
    pub(super) fn pull(&mut self, of: usize) {
        let Some(pull) = self.now.connections[of].pull else {
            return self.pull_begins(of);
        };
        match pull.stage {
            PullStage::Begun => self.pull_asks(of),
            PullStage::Asks => self.step("a page comes", of, |world, _| {
                let pull = world.connections[of].pull.as_mut();
                pull.unwrap().stage = PullStage::HasPage;
            }),
            PullStage::HasPage => self.batch(of, pull),
            PullStage::Kept => self.pull_ends(of, pull),
        }
    }

    fn pull_begins(&mut self, of: usize) {
        if self.now.left.pulls == 0 {
            return;
        }
        let connection = rows::connection(self.now, of);
        let began = JobEvent::Began {
            execution: rows::execution_id(),
            is_by_event: false,
            last: None,
        };
        let begins = rows::job(self.now, of).after(began);
        let serves = connection.serves(connection.generation);
        if serves.is_err() || begins.is_err() {
            return;
        }
        let generation = connection.generation;
        self.step("a sync begins", of, |world, _| {
            world.left.pulls -= 1;
            world.connections[of].pull = Some(Pull {
                generation,
                is_live: true,
                stage: PullStage::Begun,
            });
        });
    }

    fn pull_asks(&mut self, of: usize) {
        let row = self.in_use(of);
        self.step("a sync opens a token, or not", of, |world, facts| match row
            .map(|row| world.rows[row].generation)
        {
            Some(generation) => {
                let pull = world.connections[of].pull.as_mut();
                pull.unwrap().stage = PullStage::Asks;
                facts.push(Fact::Used { of, generation });
            }
            None => world.connections[of].pull = None,
        });
    }

    /// `batch`: until a disconnect has ended the execution, what was received is kept.
    fn batch(&mut self, of: usize, pull: Pull) {
        let connection = rows::connection(self.now, of);
        let writes = rows::execution(pull).writes(&connection).is_ok()
            || (self.has(Race::OlderPullWrites) && pull.is_live);
        self.step("a page is kept, or not", of, |world, facts| {
            if !writes {
                world.connections[of].pull = None;
                return;
            }
            world.connections[of].has_records = true;
            let kept = world.connections[of].pull.as_mut();
            kept.unwrap().stage = PullStage::Kept;
            let generation = pull.generation;
            facts.push(Fact::Wrote { of, generation });
        });
    }

    /// `execution_ended`: a connection whose vendor has shown what was asked for works.
    fn pull_ends(&mut self, of: usize, pull: Pull) {
        let connection = rows::connection(self.now, of);
        let execution = rows::execution(pull);
        let is_of = execution.is_of(&connection) || self.has(Race::OlderPullWrites);
        let how = ExecutionEnd::Succeeded;
        let ended = execution.after(ExecutionEvent::Ended { how, at: NOW });
        let in_step = matches!(ended, Ok((_, ExecutionEffect::InStep { .. })));
        self.step("a sync has ended", of, |world, facts| {
            world.connections[of].pull = None;
            if in_step && is_of {
                let generation = pull.generation;
                facts.push(Fact::Wrote { of, generation });
            }
        });
    }

    /// An event of the vendor: read and judged first, applied with a transaction.
    pub(super) fn event(&mut self, of: usize) {
        let is_any = self.now.left.events > 0 || self.now.connections[of].event.is_some();
        let connection = is_any.then(|| rows::connection(self.now, of));
        let takes = connection.is_some_and(|it| it.takes_events(&rows::endpoints()));
        match self.now.connections[of].event {
            None if self.now.left.events == 0 => {}
            None => self.step("an event comes", of, |world, _| {
                world.left.events -= 1;
                world.connections[of].event = Some(takes);
            }),
            Some(took) => {
                let takes = if self.has(Race::EventJudgedBefore) {
                    took
                } else {
                    takes
                };
                self.step("it has its effect, or not", of, |world, facts| {
                    world.connections[of].event = None;
                    if takes {
                        facts.push(Fact::Took { of });
                    }
                });
            }
        }
    }
}
