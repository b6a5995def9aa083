//! Tokens that are kept sealed after their disconnect: `server/holds`.

use std::rc::Rc;

use tagout::domain::hold::{HoldEffect, HoldEvent, TryCalls};
use tagout::domain::trial::Outcome;

use super::{Fact, Steps};
use crate::races::Race;
use crate::rows::{self, NOW, UNTIL};
use crate::state::{Hold, HoldState, Holder, Keeping, Record, World};

impl Steps<'_> {
    pub(super) fn hold(&mut self, place: usize) {
        let hold = self.now.holds[place];
        match hold.state {
            HoldState::Waiting => {
                // A try that has begun ends with the time of its proof.
                let is_tried = self.now.connections[hold.of].lock == Some(Holder::Hold(place));
                if hold.keeping == Keeping::Proof && !hold.is_late && !is_tried {
                    self.step("the time of a proof is over", place, |world, _| {
                        world.holds[place].is_late = true;
                    });
                }
                match self.now.connections[hold.of].lock {
                    None => self.tries(place),
                    Some(Holder::Hold(by)) if by == place => self.opens(place),
                    Some(_) => {}
                }
            }
            HoldState::Ending => self.finishes(place),
            HoldState::Ended => {}
        }
    }

    /// A try begins with the lock of its connection: whether it ends untried is asked first.
    fn tries(&mut self, place: usize) {
        let hold = self.now.holds[place];
        let row = rows::hold(&hold);
        let now = if hold.is_late { UNTIL } else { NOW };
        let is_in_use = self.is_in_use_again(&hold);
        let is_in_use = is_in_use && !self.has(Race::HeldTokenUsedAgain);
        let untried = row.ends_untried(now, || Ok::<_, ()>(is_in_use)).unwrap();
        let untried = untried.filter(|_| !self.has(Race::HoldOutlivesItsTime));
        let ending = HoldEvent::Ending {
            calls: TryCalls::None,
            end: rows::end(Outcome::AcceptedUnverified),
        };
        let ended = row.after(ending).is_ok();
        self.step("a held token is tried", place, |world, _| {
            match untried.is_some() && ended {
                true => world.holds[place].state = HoldState::Ending,
                false => world.connections[hold.of].lock = Some(Holder::Hold(place)),
            }
        });
    }

    /// A connection in service uses the same token: the other one, or its own by a later authorization.
    fn is_in_use_again(&self, hold: &Hold) -> bool {
        let own = rows::hold(hold).is_before(&rows::connection(self.now, hold.of));
        let but = (!own).then_some(hold.of);
        self.now.is_used(hold.secret, but)
    }

    /// It is opened: for its calls, which exclude what issues, or to look at whether it is dead.
    fn opens(&mut self, place: usize) {
        let hold = self.now.holds[place];
        if hold.keeping == Keeping::Proof {
            return self.step("a proof is looked at", place, |world, facts| {
                world.opened(place, facts);
                if !world.secrets[hold.secret].is_alive {
                    world.holds[place].state = HoldState::Ending;
                }
                world.unlock(hold.of, Holder::Hold(place));
            });
        }
        if self.now.is_issuing() && !self.has(Race::HeldTokenUsedAgain) {
            return;
        }
        if self.is_in_use_again(&hold) && !self.has(Race::HeldTokenUsedAgain) {
            return self.step("the held token is in use again", place, |world, _| {
                world.unlock(hold.of, Holder::Hold(place));
            });
        }
        let calling = rows::hold(&hold).after(HoldEvent::Calling { narrowed: None });
        if calling.is_err() {
            return;
        }
        self.step("a held token is called for", place, |world, facts| {
            world.opened(place, facts);
            if world.secrets[hold.secret].is_alive {
                world.secrets[hold.secret].is_alive = false;
                world.secrets[hold.secret].ended_by = Some(hold.of);
                let (secret, by) = (hold.secret, Some(hold.of));
                facts.push(Fact::Called { secret, by });
            }
            world.holds[place].state = HoldState::Ending;
            world.unlock(hold.of, Holder::Hold(place));
        });
        if self.now.left.outages > 0 {
            self.step("the vendor is out of reach", place, |world, _| {
                world.left.outages -= 1;
                world.unlock(hold.of, Holder::Hold(place));
            });
        }
    }

    /// D6 of the hold is on the disk: the slot, and D7.
    fn finishes(&mut self, place: usize) {
        let hold = self.now.holds[place];
        let destroyed = rows::hold(&hold).after(HoldEvent::Destroyed { at: NOW });
        let Ok((_, HoldEffect::Tell(_))) = destroyed else {
            return;
        };
        self.step("a hold has ended", place, |world, _| {
            world.is_exposed(hold.secret);
            let outcome = match world.secrets[hold.secret].is_alive {
                true => Outcome::StillAlive,
                false => Outcome::VerifiedDead,
            };
            world.holds[place].state = HoldState::Ended;
            world.holds[place].is_sealed = false;
            let now = &mut world.connections[hold.of];
            if let Some(run) = now
                .run
                .as_mut()
                .filter(|_| now.generation == hold.generation)
            {
                let run = Rc::make_mut(run);
                run.log.push(Record::HoldEnded(hold.row, outcome));
            }
        });
    }
}

impl World {
    fn opened(&self, place: usize, facts: &mut Vec<Fact>) {
        if self.holds[place].is_late {
            facts.push(Fact::OpenedLate);
        }
    }
}
