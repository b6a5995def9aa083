//! The revoking step of a disconnect, and what comes next in it: `server/disconnect/revoke`.

use tagout::domain::disconnect::intents::{CallReach, decide};
use tagout::domain::disconnect::log::{self, LoggedEvent, NextRevoke, Step, next_revoke};
use tagout::domain::disconnect::step_results;
use tagout::domain::trial::{Keeping, Outcome};

use super::{Fact, Steps};
use crate::races::Race;
use crate::rows::{self, UNSEEN};
use crate::state::{Answer, Call, Record, Run, World};

impl Steps<'_> {
    pub(super) fn revokes(&mut self, of: usize, log: &[log::Record]) {
        match next_revoke(log) {
            NextRevoke::Collect => self.collects(of),
            NextRevoke::Ask => self.asks(of, log),
            NextRevoke::Call(at) => self.calls(of, at),
            NextRevoke::Look => self.judges(of, log),
            NextRevoke::Over => {
                let LoggedEvent::Step { state, .. } = step_results::revoking(log) else {
                    unreachable!("the end of a step is a step")
                };
                self.step("revoking has ended", of, |world, _| {
                    world.run_mut(of).has_done(Step::RevokeTokens, state);
                });
            }
        }
    }

    /// Every token of the connection, those included that were issued and never seen.
    fn collects(&mut self, of: usize) {
        let mut tokens = self.live_rows(of);
        let unseen = self
            .now
            .intents
            .iter()
            .filter(|it| it.of == Some(of))
            .count();
        tokens.extend((0..unseen).map(|n| UNSEEN + n));
        self.step("the tokens are collected", of, |world, _| {
            world.run_mut(of).log.push(Record::Tokens(tokens));
        });
    }

    /// D3: what each token answers before the first call, and the calls.
    fn asks(&mut self, of: usize, log: &[log::Record]) {
        let tokens = log::tokens(log).unwrap_or_default().iter();
        let tokens: Vec<usize> = tokens.map(|it| rows::row_of(&it.credential)).collect();
        let calls = self.decided(of, &tokens);
        let run = self.now.connections[of].run.as_ref().unwrap();
        let is_alive = |row: &usize| {
            let seen = self.now.rows.get(*row).map(|row| row.secret);
            seen.is_some_and(|secret| self.now.secrets[secret].is_alive)
        };
        let alive: Vec<_> = match run.answers.as_slice() {
            [] => tokens.iter().map(|row| (*row, is_alive(row))).collect(),
            remembered => remembered.to_vec(),
        };
        if self.has(Race::CallBeforeD3) && run.answers.is_empty() && !calls.is_empty() {
            let call = calls[0].clone();
            return self.step("a call is made before D3", of, |world, facts| {
                world.run_mut(of).answers = alive;
                world.ends(of, &call, facts);
            });
        }
        let is_as_shown = calls == run.planned;
        let is_same = run.is_as_planned;
        self.step("the tokens are asked (D3)", of, |world, facts| {
            let run = world.run_mut(of);
            run.answers.clear();
            run.log.push(Record::Asked { alive, calls });
            facts.push(Fact::Decided {
                is_as_shown,
                is_same,
            });
        });
    }

    /// A call, and D4. It never meets a grant that is just being issued, and what it reaches is looked at once more before it.
    fn calls(&mut self, of: usize, at: usize) {
        let run = self.now.connections[of].run.as_ref().unwrap();
        let call = run.call(at);
        let is_wide = call.at == 0;
        if run.calling.is_some() {
            return self.step("the call is answered (D4)", of, |world, facts| {
                world.ends(of, &call, facts);
                let run = world.run_mut(of);
                run.calling = None;
                run.log.push(Record::Called(at, Answer::Accepted));
            });
        }
        let is_gated = match is_wide {
            true => !self.has(Race::GrantEndsWhileIssued),
            false => !self.has(Race::TokenEndsWhileIssued),
        };
        if is_gated && self.now.is_issuing() {
            return;
        }
        let mut ended = call.kills.iter().filter_map(|row| self.now.rows.get(*row));
        let is_held = ended.any(|row| self.now.is_used(row.secret, Some(of)));
        let is_forbidden = is_held || (is_wide && self.is_in_service(1 - of));
        if is_forbidden && !self.has(Race::SiblingNotSpared) {
            return self.step("the call would reach another", of, |world, _| {
                world
                    .run_mut(of)
                    .log
                    .push(Record::Called(at, Answer::NotMade));
            });
        }
        self.step("a call is made", of, |world, _| {
            world.run_mut(of).calling = Some(is_gated);
        });
        if self.now.left.outages > 0 {
            self.step("the vendor is out of reach", of, |world, _| {
                world.left.outages -= 1;
                let run = world.run_mut(of);
                run.log.push(Record::Called(at, Answer::Unreachable));
            });
        }
    }

    /// D5. The trial itself is not in the model: it finds out what is so, at once, or with time for which a token is kept.
    fn judges(&mut self, of: usize, log: &[log::Record]) {
        let keeping = rows::keeping(self.now.left.keeping);
        let variants: &[bool] = match keeping {
            Keeping::Nothing => &[false],
            Keeping::Proof | Keeping::Retry => &[false, true],
        };
        for takes_time in variants {
            let judged = self.judged(of, log, *takes_time);
            self.step("the tokens are judged (D5)", of, |world, facts| {
                for (record, fact) in judged {
                    world.run_mut(of).log.push(record);
                    facts.extend(fact);
                }
            });
        }
    }

    fn judged(
        &self,
        of: usize,
        log: &[log::Record],
        takes_time: bool,
    ) -> Vec<(Record, Option<Fact>)> {
        let run = self.now.connections[of].run.as_ref().unwrap();
        let tokens = log::tokens(log).unwrap_or_default().iter();
        let judged = tokens.map(|token| {
            let row = rows::row_of(&token.credential);
            let secret = self.now.rows.get(row).map(|row| row.secret);
            let is_dead = secret.map(|secret| !self.now.secrets[secret].is_alive);
            let lived = run.lived(row);
            let (outcome, is_under_way) = match (is_dead, lived, run.answer_about(row)) {
                (Some(true), false, _) => (Outcome::AlreadyDead, false),
                (Some(true), true, _) if takes_time => (Outcome::AcceptedUnverified, true),
                (Some(true), true, _) => (Outcome::VerifiedDead, false),
                (_, _, Some(Answer::Unreachable)) => (Outcome::Unreachable, false),
                (Some(false), _, Some(Answer::Accepted)) => (Outcome::StillAlive, false),
                (None, _, Some(Answer::Accepted)) => (Outcome::AcceptedUnverified, false),
                (_, _, Some(Answer::NotMade) | None) => (Outcome::Unsupported, false),
            };
            let claimed = secret.map(|secret| Fact::Claimed {
                secret,
                by: of,
                outcome,
            });
            let record = Record::Judged {
                row,
                outcome,
                is_under_way,
            };
            (record, claimed)
        });
        judged.collect()
    }

    /// The calls about these tokens, by the rule that plans and runs share: none that reaches another connection in service.
    pub(super) fn decided(&self, of: usize, tokens: &[usize]) -> Vec<Call> {
        let tokens: Vec<_> = tokens
            .iter()
            .map(|row| rows::run_token(self.now, *row))
            .collect();
        let reach = CallReach {
            uninstall: false,
            wide: !self.is_in_service(1 - of) || self.has(Race::SiblingNotSpared),
        };
        let is_held = |row: usize| {
            let row = self.now.rows.get(row);
            row.is_some_and(|row| self.now.is_used(row.secret, Some(of)))
        };
        let made = decide(rows::calls(), &tokens, reach, |intent| {
            !intent.kills.iter().any(|id| is_held(rows::row_of(id)))
        })
        .made;
        let call = |intent: &log::Intent| Call {
            at: intent.call,
            about: intent.token.as_ref().map_or(UNSEEN, rows::row_of),
            kills: intent.kills.iter().map(rows::row_of).collect(),
        };
        made.iter().map(call).collect()
    }
}

impl World {
    /// What a call ends at the vendor: the grant of both connections, or one token.
    pub(super) fn ends(&mut self, of: usize, call: &Call, facts: &mut Vec<Fact>) {
        let is_wide = call.at == 0;
        let about = self.rows.get(call.about).map(|row| row.secret);
        for (secret, it) in self.secrets.iter_mut().enumerate() {
            if it.is_alive && (is_wide || about == Some(secret)) {
                (it.is_alive, it.ended_by) = (false, Some(of));
                let by = Some(of);
                facts.push(Fact::Called { secret, by });
            }
        }
    }
}

impl Run {
    /// The call that is under way.
    pub(super) fn open_call(&self) -> Option<Call> {
        self.calling?;
        let asked = self.log.iter().any(|it| matches!(it, Record::Asked { .. }));
        let answered = self
            .log
            .iter()
            .filter(|it| matches!(it, Record::Called(..)));
        asked.then(|| self.call(answered.count()))
    }

    fn call(&self, at: usize) -> Call {
        let asked = self.log.iter().find_map(|record| match record {
            Record::Asked { calls, .. } => Some(calls),
            _ => None,
        });
        asked.unwrap()[at].clone()
    }

    /// Whether a token was accepted before the first call.
    fn lived(&self, row: usize) -> bool {
        self.log.iter().any(|record| match record {
            Record::Asked { alive, .. } => alive.contains(&(row, true)),
            _ => false,
        })
    }

    /// What the calls that end a token were answered, the best of it.
    fn answer_about(&self, row: usize) -> Option<Answer> {
        let answered = self.log.iter().filter_map(|record| match record {
            Record::Called(at, answer) if self.call(*at).kills.contains(&row) => Some(*answer),
            _ => None,
        });
        answered.min_by_key(|answer| match answer {
            Answer::Accepted => 0,
            Answer::Unreachable => 1,
            Answer::NotMade => 2,
        })
    }
}
