//! Authorizations: `server/connect/finish.rs`, `give_back.rs`, and the transactions that they make.

use tagout::domain::connection::ConnectionEvent;
use tagout::domain::flow::{FlowEffect, FlowEvent};

use super::{Fact, Steps};
use crate::races::Race;
use crate::rows;
use crate::state::{
    BOTH, BackStage, Flow, GivenBack, Holder, Intent, Issuer, Phase, Seen, Stage, Wipe,
};

impl Steps<'_> {
    /// `flow_begun`: for a connection that is named, or for an account that turns out to be that of one.
    pub(super) fn flow_begins(&mut self, of: usize) {
        if self.now.left.flows == 0 || self.is_shut() {
            return;
        }
        for is_named in [true, false] {
            self.step("an authorization begins", of, |world, _| {
                world.left.flows -= 1;
                world.flows.push(Flow {
                    of,
                    is_named,
                    phase: Phase::Open,
                    stage: Stage::Waits,
                    is_older: false,
                });
            });
        }
    }

    pub(super) fn flow(&mut self, place: usize) {
        let flow = self.now.flows[place];
        match flow.stage {
            Stage::Waits if flow.phase == Phase::Ended => self.hears_its_end(place),
            Stage::Waits => self.code_comes(place),
            Stage::Came => self.exchanges(place),
            Stage::Asks => self.is_issued(place),
            Stage::Issued { secret } => self.asks_whose(place, secret),
            Stage::Known { secret } => self.looks(place, secret),
            Stage::Looked { secret, seen } => self.keeps(place, secret, seen),
            Stage::GivesBack { secret } => self.gives_back(place, secret),
            Stage::Over => {}
        }
    }

    fn hears_its_end(&mut self, place: usize) {
        self.step("an ended authorization is given up", place, |world, _| {
            world.flow_is_over(place);
        });
    }

    /// With the lock of the connection that was named; a new one has its own.
    fn code_comes(&mut self, place: usize) {
        let flow = self.now.flows[place];
        if flow.is_named && self.now.connections[flow.of].lock.is_some() {
            return;
        }
        self.step("a code comes", place, |world, _| {
            world.flows[place].stage = Stage::Came;
            if flow.is_named {
                world.connections[flow.of].lock = Some(Holder::Flow(place));
            }
        });
    }

    /// `flow_exchanging`: the intent, unless the flow was ended.
    fn exchanges(&mut self, place: usize) {
        if self.is_revoking() {
            return;
        }
        let flow = self.now.flows[place];
        let row = rows::flow(flow.of, flow.is_named, flow.phase);
        let after = match self.has(Race::EndedFlowExchanges) {
            true => Ok((row, FlowEffect::Exchange)),
            false => row.after(FlowEvent::CodeCame),
        };
        let is_forgotten = self.has(Race::NoIntent);
        let is_ended = flow.phase == Phase::Ended;
        self.step("its code is exchanged, or not", place, |world, facts| {
            let Ok((row, FlowEffect::Exchange)) = after else {
                return world.flow_is_over(place);
            };
            facts.push(Fact::Exchanged { is_ended });
            world.flows[place].phase = rows::phase(&row);
            world.flows[place].stage = Stage::Asks;
            if !is_forgotten {
                world.intents.push(Intent {
                    of: flow.is_named.then_some(flow.of),
                    secret: None,
                    by: Issuer::Flow(place),
                });
            }
        });
    }

    fn is_issued(&mut self, place: usize) {
        self.step("the vendor issues a token", place, |world, _| {
            let living = world.secrets.iter().position(|it| it.is_alive);
            let again = living.filter(|_| world.left.issues_again);
            let secret = again.unwrap_or_else(|| world.issue());
            world.answer(Issuer::Flow(place), secret);
            world.flows[place].stage = Stage::Issued { secret };
        });
    }

    /// Whose account it is. What is issued for one while it is being disconnected is given back.
    fn asks_whose(&mut self, place: usize, secret: usize) {
        let is_given_back = BOTH.iter().any(|of| self.is_disconnecting(*of));
        let of = self.now.flows[place].of;
        self.step("its account is known", place, |world, _| {
            world.flows[place].stage = match is_given_back {
                true => Stage::GivesBack { secret },
                false => Stage::Known { secret },
            };
            if !is_given_back {
                let lock = &mut world.connections[of].lock;
                *lock = lock.or(Some(Holder::Flow(place)));
            }
        });
    }

    /// How the connection stands that is continued, with its lock.
    fn looks(&mut self, place: usize, secret: usize) {
        let flow = self.now.flows[place];
        let is_locked = self.now.connections[flow.of].lock.is_some();
        if !self.now.has_its_lock(place) && (is_locked || self.is_revoking()) {
            return;
        }
        self.step("its connection is looked at", place, |world, _| {
            world.connections[flow.of].lock = Some(Holder::Flow(place));
            let seen = world.seen(flow.of);
            world.flows[place].stage = Stage::Looked { secret, seen };
        });
    }

    /// `connected`: everything in one transaction, or nothing of it.
    fn keeps(&mut self, place: usize, secret: usize, seen: Seen) {
        let flow = self.now.flows[place];
        let row = rows::flow(flow.of, flow.is_named, flow.phase);
        let is_wanted = match row.after(FlowEvent::Issued) {
            Ok((_, FlowEffect::Keep)) => true,
            Ok(_) | Err(_) => self.has(Race::EndedFlowConnects),
        };
        let is_kept = is_wanted && self.may_be_kept(flow.of, seen);
        self.step("what was issued is kept, or not", place, |world, facts| {
            if !is_kept {
                world.flows[place].stage = Stage::GivesBack { secret };
                return;
            }
            world.flow_is_over(place);
            let is_anew = world.authorized(flow.of, secret, seen);
            let is_older = flow.is_older;
            facts.push(Fact::Connected { is_older, is_anew });
        });
    }

    /// Whether a connection may be authorized: by the rule of the domain, the tag and the wipe.
    pub(super) fn may_be_kept(&self, of: usize, seen: Seen) -> bool {
        let before = rows::connection(self.now, of);
        let is_current = seen.is_current || self.has(Race::VersionNotLookedAt);
        let (connection, expected) = rows::authorized(of, seen.generation, is_current);
        let authorized = ConnectionEvent::Authorized {
            connection,
            expected,
        };
        let is_tagged = self.now.is_tagged && !self.has(Race::TagWithoutEffect);
        let is_wiped = self.is_wiped() && !self.has(Race::WipeNotLookedAt);
        before.after(authorized).is_ok() && !is_tagged && !is_wiped
    }

    /// Nothing new is authorized: the provider is tagged, or what it brought is being wiped.
    pub(super) fn is_shut(&self) -> bool {
        self.now.is_tagged || self.is_wiped()
    }

    pub(super) fn is_wiped(&self) -> bool {
        matches!(self.now.wipe, Wipe::Removes | Wipe::Closes)
    }

    /// `issued_for_nothing` and `flow_failed`.
    fn gives_back(&mut self, place: usize, secret: usize) {
        self.step("what was issued is given back", place, |world, _| {
            world.flow_is_over(place);
            let stage = BackStage::Listed;
            world.given_back.push(GivenBack { secret, stage });
        });
    }

    /// The disconnect of what nobody keeps: whether the same token is in use, the call, the end.
    pub(super) fn given_back(&mut self, place: usize) {
        let given = self.now.given_back[place];
        match given.stage {
            BackStage::Listed => {
                if self.now.is_issuing() && !self.has(Race::GivenBackWhileIssued) {
                    return;
                }
                let is_used = self.now.is_used(given.secret, None);
                self.step("what was given back is looked at", place, |world, _| {
                    world.given_back[place].stage = BackStage::Calls;
                    if is_used {
                        world.is_exposed(given.secret);
                        world.given_back.remove(place);
                    }
                });
            }
            BackStage::Calls => {
                self.step("what was given back is ended", place, |world, facts| {
                    world.given_back.remove(place);
                    let (secret, by) = (given.secret, None);
                    facts.push(Fact::Called { secret, by });
                    world.secrets[secret].is_alive = false;
                });
            }
        }
    }
}
