//! What has to hold in every state and of every step.

use tagout::domain::connection::Status;
use tagout::domain::credential::CredentialState;
use tagout::domain::trial::Outcome;

use crate::state::{BOTH, HoldState, Keeping, Stage, Wipe, World};
use crate::steps::{Fact, Taken};

/// What has to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Property {
    /// Nothing of an older generation is read for use, or written.
    OnlyThisGeneration,
    /// No token is read for use, and no event has an effect, once `disconnecting` is durable (D1); nothing is written once the
    /// connection is out of service.
    ShutSinceD1,
    /// One generation of a connection lives at most, and none once its disconnect has ended.
    OneLiveGeneration,
    /// No authorization that began before a disconnect ends after it as connected, and none that was ended is exchanged.
    NoWayBack,
    /// Nothing is connected at a tagged provider, or written while it is wiped.
    NothingNew,
    /// No call ends a token that another connection in service uses, or one that is just being issued.
    OthersAreSpared,
    /// What is claimed of a token is so, and not by a call of the run that claims it to have been dead before.
    ClaimsAreTrue,
    /// Every token that lives at the vendor is on record: sealed, an intent, or said to live on.
    NothingIsForgotten,
    /// A secret is sealed as long as its row says so, no longer, and once.
    SealedAsSaid,
    /// The calls of a disconnect are those that its plan showed, unless something they rest on has changed since.
    ForecastIsOutcome,
    /// From every state, everything that is under way can come to its end.
    EverythingEnds,
}

/// The property that a step violates, by what it did or where it led.
pub(crate) fn violated(before: &World, taken: &Taken) -> Option<Property> {
    let by_fact = taken
        .facts
        .iter()
        .find_map(|fact| by_fact(before, taken, *fact));
    by_fact.or_else(|| by_state(&taken.world))
}

fn by_fact(before: &World, taken: &Taken, fact: Fact) -> Option<Property> {
    let after = &taken.world;
    let (property, holds) = match fact {
        Fact::Used { of, generation } => {
            let now = &after.connections[of];
            if !now.status.in_service() {
                return Some(Property::ShutSinceD1);
            }
            let holds = now.generation == generation;
            (Property::OnlyThisGeneration, holds)
        }
        Fact::Wrote { of, generation } => {
            if matches!(before.wipe, Wipe::Removes | Wipe::Closes) {
                return Some(Property::NothingNew);
            }
            let now = &after.connections[of];
            if now.status == Status::Revoked {
                return Some(Property::ShutSinceD1);
            }
            (Property::OnlyThisGeneration, now.generation == generation)
        }
        Fact::Took { of } => {
            let holds = after.connections[of].status.in_service();
            (Property::ShutSinceD1, holds)
        }
        Fact::Exchanged { is_ended } => (Property::NoWayBack, !is_ended),
        Fact::Connected { is_older, is_anew } => {
            if is_older {
                return Some(Property::NoWayBack);
            }
            if !is_anew {
                return Some(Property::OneLiveGeneration);
            }
            let is_wiped = matches!(before.wipe, Wipe::Removes | Wipe::Closes);
            (Property::NothingNew, !before.is_tagged && !is_wiped)
        }
        Fact::Called { secret, by } => {
            let holds = !before.is_used(secret, by) && !before.is_being_issued(secret);
            (Property::OthersAreSpared, holds)
        }
        Fact::OpenedLate => (Property::SealedAsSaid, false),
        Fact::Claimed {
            secret,
            by,
            outcome,
        } => {
            let secret = after.secrets[secret];
            let is_by_us = outcome == Outcome::AlreadyDead && secret.ended_by == Some(by);
            let holds = !outcome.proven() || (!secret.is_alive && !is_by_us);
            (Property::ClaimsAreTrue, holds)
        }
        Fact::Decided {
            is_as_shown,
            is_same,
        } => (Property::ForecastIsOutcome, is_as_shown || !is_same),
    };
    (!holds).then_some(property)
}

fn by_state(world: &World) -> Option<Property> {
    if !BOTH.iter().all(|of| one_generation_lives(world, *of)) {
        return Some(Property::OneLiveGeneration);
    }
    if !is_sealed_as_said(world) {
        return Some(Property::SealedAsSaid);
    }
    let forgotten = (0..world.secrets.len()).find(|secret| !is_on_record(world, *secret));
    forgotten.map(|_| Property::NothingIsForgotten)
}

fn one_generation_lives(world: &World, of: usize) -> bool {
    let now = &world.connections[of];
    let mut own = world.rows.iter().filter(|row| row.of == of);
    let mut active = own
        .clone()
        .filter(|row| row.state == CredentialState::Active);
    let is_current = active.clone().all(|row| row.generation == now.generation);
    let is_over = now.status == Status::Revoked;
    let is_gone = own.all(|row| row.state == CredentialState::Destroyed);
    is_current && active.nth(1).is_none() && (!is_over || is_gone)
}

fn is_sealed_as_said(world: &World) -> bool {
    let rows = world.rows.iter().all(|row| match row.state {
        CredentialState::Active | CredentialState::Superseded => row.is_sealed,
        CredentialState::Destroying => true,
        CredentialState::Destroyed => !row.is_sealed,
    });
    let may_live = |row: usize| {
        let state = world.rows[row].state;
        matches!(state, CredentialState::Active | CredentialState::Superseded)
    };
    let open = || world.holds.iter().filter(|hold| hold.is_sealed);
    let holds = open().all(|hold| {
        let once = open().filter(|other| other.row == hold.row).count() == 1;
        hold.state != HoldState::Ended && hold.keeping != Keeping::Nothing && once
    });
    // Between the two halves of one transaction nobody looks.
    let moved = open().all(|hold| !may_live(hold.row) || is_half_moved(world, hold.of));
    rows && holds && moved
}

fn is_half_moved(world: &World, of: usize) -> bool {
    let run = world.connections[of].run.as_ref();
    run.is_some_and(|run| run.has_half_moved)
}

/// Whether a token that lives is known of: by a row, a hold, what is given back, an intent, or as one that may live on.
fn is_on_record(world: &World, secret: usize) -> bool {
    let it = world.secrets[secret];
    let mut rows = world.rows.iter();
    let mut holds = world.holds.iter();
    let mut given_back = world.given_back.iter();
    let mut intents = world.intents.iter();
    !it.is_alive
        || it.is_exposed
        || rows.any(|row| row.secret == secret && row.state != CredentialState::Destroyed)
        || holds.any(|hold| hold.secret == secret && hold.state != HoldState::Ended)
        || given_back.any(|given| given.secret == secret)
        || intents.any(|intent| intent.secret == Some(secret))
        || is_in_a_run(world, secret)
}

/// A run that has not ended says with its end what it leaves.
fn is_in_a_run(world: &World, secret: usize) -> bool {
    let is_under_way = |row: &&crate::state::Row| {
        let run = world.connections[row.of].run.as_ref();
        row.secret == secret && run.is_some()
    };
    world.rows.iter().any(|row| is_under_way(&row))
}

/// Whether nothing is under way.
pub(crate) fn is_quiet(world: &World) -> bool {
    let connections = world.connections.iter().all(|it| {
        let is_idle = it.lock.is_none() && it.refresh.is_none() && it.read.is_none();
        let is_out = it.run.is_none();
        let is_done = it.pull.is_none() && it.event.is_none();
        is_idle && is_out && is_done && it.status != Status::Disconnecting
    });
    let mut flows = world.flows.iter();
    let mut holds = world.holds.iter();
    connections
        && flows.all(|it| it.stage == Stage::Over)
        && world.given_back.is_empty()
        && holds.all(|it| it.state == HoldState::Ended)
        && world.key.is_none()
        && matches!(world.wipe, Wipe::None | Wipe::Over)
}
