//! The destroying step of a disconnect: `server/disconnect/destroy.rs`.

use tagout::domain::credential::{CredentialEvent, CredentialState};
use tagout::domain::disconnect::log::{self, LoggedEvent, Step};
use tagout::domain::disconnect::step_results;
use tagout::domain::trial::Keeping;

use super::Steps;
use crate::races::Race;
use crate::rows;
use crate::state::{Hold, HoldState, Record, Slots};

impl Steps<'_> {
    /// One pass over the secrets: into a hold what is kept; D6 of the rest; the slots; D7. What was written beside it is not looked
    /// at any more.
    pub(super) fn destroys(&mut self, of: usize, log: &[log::Record]) {
        let run = self.now.connections[of].run.as_ref().unwrap();
        match run.slots {
            Slots::Whole => self.dooms(of, log),
            Slots::Overwritten => self.destroyed(of),
            Slots::Gone => {
                let LoggedEvent::Step { state, .. } = step_results::destroying(log) else {
                    unreachable!("the end of a step is a step")
                };
                self.step("destroying has ended", of, |world, _| {
                    let run = world.run_mut(of);
                    run.slots = Slots::Whole;
                    run.has_done(Step::DestroyCredentials, state);
                });
            }
        }
    }

    fn dooms(&mut self, of: usize, log: &[log::Record]) {
        let keeping = rows::keeping(self.now.left.keeping);
        let live = self.live_rows(of);
        let kept = |row: &usize| keeping.of_token(log, &rows::credential_id(*row));
        let mut held = live.iter().copied();
        if let Some(row) = held.find(|row| kept(row) != Keeping::Nothing) {
            return self.moves(of, row);
        }
        if !live.is_empty() {
            return self.destroying(of, live);
        }
        let doomed = self.doomed(of);
        self.step("slots are overwritten", of, |world, _| {
            world.run_mut(of).slots = Slots::Overwritten;
            for row in doomed {
                world.rows[row].is_sealed = false;
            }
        });
    }

    /// What is being destroyed of a connection.
    fn doomed(&self, of: usize) -> Vec<usize> {
        let is_begun = |row: &usize| {
            let row = self.now.rows[*row];
            row.of == of && row.state == CredentialState::Destroying
        };
        (0..self.now.rows.len()).filter(is_begun).collect()
    }

    fn destroyed(&mut self, of: usize) {
        let doomed = self.doomed(of);
        self.step("they are destroyed (D7)", of, |world, _| {
            world.run_mut(of).slots = Slots::Gone;
            for row in doomed {
                world.happens(row, CredentialEvent::Destroyed);
                world.run_mut(of).log.push(Record::Destroyed(row));
            }
        });
    }

    /// `hold_opened`: the hold, and the beginning of the end of the row, in one transaction.
    fn moves(&mut self, of: usize, row: usize) {
        let is_in_two = self.has(Race::HoldOpenedApart);
        let is_half = self.now.connections[of]
            .run
            .as_ref()
            .unwrap()
            .has_half_moved;
        let hold = Hold {
            of,
            generation: self.now.connections[of].generation,
            keeping: self.now.left.keeping,
            row,
            secret: self.now.rows[row].secret,
            state: HoldState::Waiting,
            is_sealed: true,
            is_late: false,
        };
        self.step("a token is moved into a hold (D6)", of, |world, _| {
            if !is_half {
                world.holds.push(hold);
            }
            // What half of it was done is known in memory alone.
            let is_first_half = is_in_two && !is_half;
            world.run_mut(of).has_half_moved = is_first_half;
            if !is_first_half {
                world.happens(row, CredentialEvent::Destroying);
                let run = world.run_mut(of);
                run.log.push(Record::Held(row));
                run.log.push(Record::Destroying(row));
            }
        });
    }

    fn destroying(&mut self, of: usize, live: Vec<usize>) {
        let is_sealed = live.iter().all(|row| self.now.rows[*row].is_sealed);
        if self.has(Race::SlotBeforeD6) && is_sealed {
            return self.step("slots are overwritten before D6", of, |world, _| {
                for row in live {
                    world.rows[row].is_sealed = false;
                }
            });
        }
        self.step("secrets are to be destroyed (D6)", of, |world, _| {
            for row in live {
                world.happens(row, CredentialEvent::Destroying);
                world.run_mut(of).log.push(Record::Destroying(row));
            }
        });
    }
}
