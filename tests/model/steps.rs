//! What can happen next, of everything that is under way. Each step is one transaction of the server, one call at the vendor, or
//! one look at the store that something is decided by later. Who waits for a lock has no step until it is free.

mod change;
mod connect;
mod crash;
mod destroy;
mod disconnect;
mod holds;
mod keys;
mod revoke;
mod uses;
mod wipe;

use tagout::domain::connection::Status;
use tagout::domain::trial::Outcome;

use crate::races::Race;
use crate::state::{BOTH, BackStage, World};

/// A step, and where it leads.
pub(crate) struct Taken {
    pub(crate) name: &'static str,
    pub(crate) of: usize,
    pub(crate) world: World,
    pub(crate) facts: Vec<Fact>,
}

/// What a step did that no state shows, and that a property speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fact {
    /// A token of this generation left to somebody who reads it, or was opened to be used.
    Used { of: usize, generation: u32 },
    /// Something was written of what a token of this generation brought.
    Wrote { of: usize, generation: u32 },
    /// An event of the vendor had an effect.
    Took { of: usize },
    /// A code of an authorization was exchanged; whether somebody had ended that.
    Exchanged { is_ended: bool },
    /// An authorization put the connection into service: whether a disconnect of it has begun since that had begun, and whether
    /// its generation has grown.
    Connected { is_older: bool, is_anew: bool },
    /// A call about a secret was made for this connection, or for what nobody keeps.
    Called { secret: usize, by: Option<usize> },
    /// A held token was opened for its calls, or its proof, although its time was over.
    OpenedLate,
    /// A disconnect claims this of a secret.
    Claimed {
        secret: usize,
        by: usize,
        outcome: Outcome,
    },
    /// A disconnect has decided on its calls; whether they are those that its plan showed, and whether anything changed that
    /// they rest on.
    Decided { is_as_shown: bool, is_same: bool },
}

/// The steps out of one state.
pub(crate) struct Steps<'a> {
    pub(crate) now: &'a World,
    race: Option<Race>,
    pub(crate) taken: Vec<Taken>,
}

impl<'a> Steps<'a> {
    /// All of them. With a race, one guard is missing.
    pub(crate) fn of(now: &'a World, race: Option<Race>) -> Vec<Taken> {
        let mut steps = Self {
            now,
            race,
            taken: Vec::new(),
        };
        for of in BOTH {
            steps.connection(of);
        }
        for place in 0..now.flows.len() {
            steps.flow(place);
        }
        for place in 0..now.holds.len() {
            steps.hold(place);
        }
        for place in 0..now.given_back.len() {
            steps.given_back(place);
        }
        steps.key();
        steps.wipe();
        steps.tag();
        steps.crash();
        steps.taken
    }

    fn connection(&mut self, of: usize) {
        self.flow_begins(of);
        self.key_begins(of);
        self.disconnect_begins(of);
        self.run(of);
        self.refresh(of);
        self.read(of);
        self.pull(of);
        self.event(of);
    }

    /// Whether this race is put back.
    fn has(&self, race: Race) -> bool {
        self.race == Some(race)
    }

    /// A step that leads where `change` says.
    fn step(
        &mut self,
        name: &'static str,
        of: usize,
        change: impl FnOnce(&mut World, &mut Vec<Fact>),
    ) {
        let (mut world, mut facts) = (self.now.clone(), Vec::new());
        change(&mut world, &mut facts);
        self.taken.push(Taken {
            name,
            of,
            world,
            facts,
        });
    }

    fn is_in_service(&self, of: usize) -> bool {
        self.now.connections[of].status.in_service()
    }

    /// Whether a call is under way that nothing is issued beside.
    fn is_revoking(&self) -> bool {
        let mut runs = self.now.connections.iter().filter_map(|it| it.run.as_ref());
        let mut given_back = self.now.given_back.iter();
        runs.any(|run| run.calling == Some(true))
            || given_back.any(|it| it.stage == BackStage::Calls)
    }

    fn is_disconnecting(&self, of: usize) -> bool {
        self.now.connections[of].status == Status::Disconnecting
    }
}
