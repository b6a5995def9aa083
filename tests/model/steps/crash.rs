//! The process ends at any moment, and the next one takes up what it left: `recover` in `server/start.rs`.

use std::rc::Rc;

use tagout::domain::connection::Status;
use tagout::domain::credential::{CredentialEvent, CredentialState};

use super::Steps;
use crate::state::{BOTH, BackStage, Issuer, Run, Slots, World};

impl Steps<'_> {
    /// A call that was under way may have had its effect at the vendor, or not.
    pub(super) fn crash(&mut self) {
        if self.now.left.crashes == 0 {
            return;
        }
        self.step("the server crashes and starts", 0, |world, _| {
            world.crashes();
        });
        for of in BOTH {
            let run = self.now.connections[of].run.as_ref();
            let Some(call) = run.and_then(|run| Run::open_call(run)) else {
                continue;
            };
            self.step("it crashes after a call", of, |world, _| {
                world.ends(of, &call, &mut Vec::new());
                world.crashes();
            });
        }
    }
}

impl World {
    fn crashes(&mut self) {
        self.left.crashes -= 1;
        for of in BOTH {
            let now = &mut self.connections[of];
            (now.lock, now.refresh, now.read) = (None, None, None);
            // Its execution ends as interrupted.
            (now.pull, now.event) = (None, None);
            if let Some(run) = &mut now.run {
                let run = Rc::make_mut(run);
                (run.is_driven, run.calling) = (false, None);
                (run.slots, run.has_half_moved) = (Slots::Whole, false);
                run.answers.clear();
            }
        }
        self.key = None;
        for intent in &mut self.intents {
            intent.by = Issuer::Nobody;
        }
        // Their rows are ended, and what their codes would be exchanged with died with the process.
        for place in 0..self.flows.len() {
            self.flow_is_over(place);
        }
        for given in &mut self.given_back {
            if given.stage == BackStage::Calls {
                given.stage = BackStage::Listed;
            }
        }
        // A run finishes its own; these were begun outside one.
        for row in 0..self.rows.len() {
            let of = self.rows[row].of;
            let is_half = self.rows[row].state == CredentialState::Destroying;
            if is_half && self.connections[of].status != Status::Disconnecting {
                self.rows[row].is_sealed = false;
                self.happens(row, CredentialEvent::Destroyed);
            }
        }
    }
}
