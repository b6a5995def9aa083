//! What several kinds of steps change.

use std::rc::Rc;

use tagout::domain::credential::{CredentialEvent, CredentialState};

use crate::rows;
use crate::state::{Flow, Holder, Issuer, KeyStage, Phase, Row, Secret, Seen, Stage, World};

impl World {
    /// The vendor issues a token that there was not.
    pub(super) fn issue(&mut self) -> usize {
        self.secrets.push(Secret {
            is_alive: true,
            ended_by: None,
            is_exposed: false,
        });
        self.secrets.len() - 1
    }

    /// The vendor has answered, and the answer is not written.
    pub(super) fn answer(&mut self, by: Issuer, secret: usize) {
        let mut own = self.intents.iter_mut().filter(|it| it.by == by);
        if let Some(intent) = own.next() {
            intent.secret = Some(secret);
        }
    }

    /// An authorization has come to its end: nothing of it matters any more.
    pub(super) fn flow_is_over(&mut self, place: usize) {
        let of = self.flows[place].of;
        self.unlock(of, Holder::Flow(place));
        self.intents.retain(|it| it.by != Issuer::Flow(place));
        self.flows[place] = Flow {
            of: 0,
            is_named: false,
            phase: Phase::Over,
            stage: Stage::Over,
            is_older: false,
        };
    }

    /// What is known of a secret, although nothing of it is kept.
    pub(super) fn is_exposed(&mut self, secret: usize) {
        let secret = &mut self.secrets[secret];
        secret.is_exposed |= secret.is_alive;
    }

    pub(super) fn unlock(&mut self, of: usize, holder: Holder) {
        let lock = &mut self.connections[of].lock;
        if *lock == Some(holder) {
            *lock = None;
        }
    }

    /// How a connection stands, for whoever continues it.
    pub(super) fn seen(&self, of: usize) -> Seen {
        Seen {
            generation: self.connections[of].generation,
            is_current: true,
        }
    }

    /// The connection is in service, as whoever looked at it continues it; what it had before is set aside. Whether its generation
    /// has grown.
    pub(super) fn authorized(&mut self, of: usize, secret: usize, seen: Seen) -> bool {
        let (after, _) = rows::authorized(of, seen.generation, true);
        let now = &mut self.connections[of];
        let is_anew = after.generation > now.generation;
        (now.status, now.generation) = (after.status, after.generation);
        for row in 0..self.rows.len() {
            if self.rows[row].of == of && self.rows[row].state == CredentialState::Active {
                self.happens(row, CredentialEvent::Superseded);
            }
        }
        self.issued(of, after.generation, secret);
        self.has_changed(of);
        self.plans_are_old();
        is_anew
    }

    /// A row for a secret that is in use from now on.
    pub(super) fn issued(&mut self, of: usize, generation: u32, secret: usize) {
        self.rows.push(Row {
            of,
            generation,
            state: CredentialState::Active,
            secret,
            is_sealed: true,
        });
    }

    /// Something happens to a secret, by the rule of the domain.
    pub(super) fn happens(&mut self, row: usize, event: CredentialEvent) {
        let after = rows::credential(self, row).after(event);
        self.rows[row].state = after.unwrap().state;
    }

    /// What the plans of disconnects rest on is another.
    pub(super) fn plans_are_old(&mut self) {
        let runs = self.connections.iter_mut();
        for run in runs.filter_map(|it| it.run.as_mut()) {
            Rc::make_mut(run).is_as_planned = false;
        }
    }

    /// The connection is another one than whoever looked at it has seen.
    pub(super) fn has_changed(&mut self, of: usize) {
        for flow in self.flows.iter_mut().filter(|flow| flow.of == of) {
            if let Stage::Looked { seen, .. } = &mut flow.stage {
                seen.is_current = false;
            }
        }
        for key in self.key.iter_mut().filter(|key| key.of == of) {
            if let KeyStage::Looked(seen) = &mut key.stage {
                seen.is_current = false;
            }
        }
    }
}
