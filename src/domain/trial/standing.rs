//! What all that was seen of a token proves, and when to look again where it does not yet.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::pace::ProofPace;
use super::reading::RefusalCause;
use super::series::{History, Series};
use super::{AfterCalls, CallVerdict, Outcome, Reading, Trial, Verdict};
use crate::domain::credential::TokenKind;
use crate::domain::saturating_time::saturating_later;

/// What a proof of death rests on, beside the noes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Something that must pass passed before the first no and after the last.
    Control,
    /// The noes spread over [`ProofPace::span`], or over [`ProofPace::long`].
    Time,
    /// The vendor names this token's end in words that it has for nothing else.
    Named,
}

/// What may be claimed of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// The claim.
    pub outcome: Outcome,
    /// What it rests on; none where nothing is proven.
    pub basis: Option<Basis>,
}

/// How a trial stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// More looks would change nothing, or there is no time for them.
    Settled(Finding),
    /// It goes on.
    UnderWay {
        /// What may be claimed meanwhile.
        meanwhile: Outcome,
        /// When to look next.
        next: Timestamp,
        /// Until when it is settled at the latest.
        until: Timestamp,
    },
}

/// What a token may be kept for while its death is not proven.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keeping {
    /// Nothing: it is destroyed with the run.
    Nothing,
    /// A proof that lacks time alone.
    #[default]
    Proof,
    /// Until it is dead, has expired, or a person gives it up.
    Retry,
}

/// By which terms a trial is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrialTerms<'a> {
    /// When looks fall due.
    pub pace: &'a ProofPace,
    /// What the token may be kept for.
    pub keeping: Keeping,
    /// When its turn to be asked comes, where its vendor bears only so many refusals.
    pub turn: Option<Timestamp>,
    /// The time.
    pub now: Timestamp,
}

/// A token that was to end by the vendor's own word is believed to have ended when that is so long past.
const LONG_OVER: SignedDuration = SignedDuration::from_hours(1);

impl Trial<'_> {
    /// How the trial stands by everything that was seen so far.
    #[must_use]
    pub fn stand(&self, terms: TrialTerms<'_>) -> Standing {
        let history = self.history(terms.pace);
        let Some((reading, at)) = history.last else {
            let turn = terms
                .turn
                .filter(|_| self.waits_for_its_turn(terms.keeping));
            let next = turn.map_or(terms.now, |turn| turn.max(terms.now));
            return Standing::UnderWay {
                meanwhile: self.unproven(None),
                next,
                until: saturating_later(next, terms.pace.patience()),
            };
        };
        let death = history
            .series
            .filter(|_| !self.is_contradicted())
            .and_then(|series| self.death(series, &history, terms));
        if let Some(finding) = death {
            return Standing::Settled(finding);
        }
        let meanwhile = self.unproven(Some(reading));
        let settled = Standing::Settled(Finding {
            outcome: meanwhile,
            basis: None,
        });
        if terms.keeping == Keeping::Nothing {
            return settled;
        }
        let since = history.since.unwrap_or(at);
        let next = match reading {
            Reading::Nothing => return settled,
            Reading::Yes => return self.alive(at, meanwhile, terms),
            Reading::Unclear if self.is_accepted() => terms.pace.after_unclear(at),
            Reading::Unclear => return settled,
            Reading::No(_) => match history.series {
                Some(series) if self.lacks_time_alone(series, &history, terms) => {
                    terms.pace.next_of_series(series.watched.first, at)
                }
                // Whatever had to pass was refused as well.
                None if self.is_accepted() => terms.pace.after_unclear(at),
                Some(_) | None => return settled,
            },
        };
        let until = saturating_later(since, self.patience(terms));
        if terms.now >= until {
            return settled;
        }
        Standing::UnderWay {
            meanwhile,
            next: next.min(until),
            until,
        }
    }

    /// Whether it is not asked before its turn at a host that bears only so many refusals: an accepted call leads to some, and
    /// it is kept until then. Whoever lives or does not answer refuses nothing.
    #[must_use]
    pub fn waits_for_its_turn(&self, keeping: Keeping) -> bool {
        let is_look = |seen: &AfterCalls<'_>| matches!(seen, AfterCalls::Token(_));
        keeping != Keeping::Nothing && self.is_accepted() && !self.seen.iter().any(is_look)
    }

    /// Whether noes in a row beside a control are there already: more of them would add nothing.
    #[must_use]
    pub fn is_controlled(&self, pace: &ProofPace) -> bool {
        let series = self.history(pace).series;
        series.is_some_and(|series| series.is_controlled())
    }

    /// What the latest look said.
    #[must_use]
    pub fn last_reading(&self) -> Option<Reading> {
        self.history(&ProofPace::default())
            .last
            .map(|(reading, _)| reading)
    }

    /// What may be claimed without a proof, by what the calls were answered.
    #[must_use]
    pub fn unproven(&self, last: Option<Reading>) -> Outcome {
        if self.is_accepted() {
            return match last {
                Some(Reading::Yes) => Outcome::StillAlive,
                _ => Outcome::AcceptedUnverified,
            };
        }
        let mut verdicts = self.calls.iter().rev().map(|call| call.verdict);
        match verdicts.find(|it| *it != CallVerdict::Unsupported) {
            // The vendor's word, which a yes disproves.
            Some(CallVerdict::Gone) if self.is_gone_disproved || last == Some(Reading::Yes) => {
                Outcome::Rejected
            }
            Some(CallVerdict::Gone | CallVerdict::Accepted) => Outcome::AcceptedUnverified,
            Some(CallVerdict::Unreachable | CallVerdict::Limited | CallVerdict::Lost) => {
                Outcome::Unreachable
            }
            Some(CallVerdict::Rejected | CallVerdict::ClientRefused | CallVerdict::NotSent) => {
                Outcome::Rejected
            }
            Some(CallVerdict::Unsupported) | None => Outcome::Unsupported,
        }
    }

    /// What the noes prove.
    fn death(&self, series: Series, history: &History, terms: TrialTerms<'_>) -> Option<Finding> {
        let is_mute = self.is_issuers_word_alone(series) || series.is_over_budget;
        if is_mute && !series.is_controlled() {
            return None;
        }
        if self.is_accepted() && !self.was_refused_first() {
            return self.killed(series, terms);
        }
        if self.lived() {
            return self.died_unasked(series, terms);
        }
        self.dead_before(series, history, terms)
    }

    /// The vendor accepted a call about a token that nobody had refused before.
    fn killed(&self, series: Series, terms: TrialTerms<'_>) -> Option<Finding> {
        let is_dead = |basis| Finding {
            outcome: Outcome::VerifiedDead,
            basis: Some(basis),
        };
        if series.is_named(RefusalCause::Revoked) {
            return Some(is_dead(Basis::Named));
        }
        // A control that passes where the token is used says nothing of the place where it is traded in.
        if series.is_controlled() && !series.rests_on_refresh {
            return Some(is_dead(Basis::Control));
        }
        series.is_spread(terms.pace).then_some(is_dead(Basis::Time))
    }

    /// It lived when the run began, no call about it was accepted, and it is refused: whatever refuses it may be in the way.
    fn died_unasked(&self, series: Series, terms: TrialTerms<'_>) -> Option<Finding> {
        let basis = match () {
            () if series.is_named(RefusalCause::Revoked) => Basis::Named,
            () if series.is_controlled() && series.is_spread(terms.pace) => Basis::Control,
            () if series.lasts(terms.pace.long) => Basis::Time,
            () => return None,
        };
        Some(Finding {
            outcome: Outcome::VerifiedDead,
            basis: Some(basis),
        })
    }

    /// It is on record as having lived, and nothing of this run explains why it is refused.
    fn dead_before(
        &self,
        series: Series,
        history: &History,
        terms: TrialTerms<'_>,
    ) -> Option<Finding> {
        // Whoever refused our client, or lost its answer, may be what refuses the token.
        let is_doubtful = self.has(CallVerdict::ClientRefused) || self.has(CallVerdict::Lost);
        if is_doubtful && !history.was_controlled {
            return None;
        }
        let is_over = self.has_ended_long_ago(series) || series.is_named(RefusalCause::Expired);
        let basis = match () {
            () if series.is_named(RefusalCause::Revoked) => Basis::Named,
            () if series.is_controlled() && series.is_spread(terms.pace) => Basis::Control,
            () if is_over && series.is_spread(terms.pace) => Basis::Time,
            () if series.lasts(terms.pace.long) => Basis::Time,
            () => return None,
        };
        Some(Finding {
            outcome: Outcome::AlreadyDead,
            basis: Some(basis),
        })
    }

    fn has_ended_long_ago(&self, series: Series) -> bool {
        let ends = self.subject.ends;
        ends.is_some_and(|ends| series.first.duration_since(ends) >= LONG_OVER)
    }

    /// A token that is accepted: after a call that was accepted too it may only be slow to die.
    fn alive(&self, at: Timestamp, meanwhile: Outcome, terms: TrialTerms<'_>) -> Standing {
        let called = self.calls.iter().map(|call| call.at).max().unwrap_or(at);
        let next = terms
            .pace
            .next_look(called, at)
            .filter(|_| meanwhile == Outcome::StillAlive);
        match next {
            Some(next) => Standing::UnderWay {
                meanwhile,
                next,
                until: saturating_later(
                    saturating_later(called, terms.pace.looks.last().copied().unwrap_or_default()),
                    terms.pace.patience(),
                ),
            },
            None => Standing::Settled(Finding {
                outcome: meanwhile,
                basis: None,
            }),
        }
    }

    /// Whether more noes of this kind can prove a death while the token may be kept.
    fn lacks_time_alone(&self, series: Series, history: &History, terms: TrialTerms<'_>) -> bool {
        if terms.keeping == Keeping::Retry {
            return true;
        }
        let is_mute = self.is_issuers_word_alone(series) && !history.was_controlled;
        if self.is_contradicted() || is_mute {
            return false;
        }
        (self.is_accepted() && !self.was_refused_first())
            || history.was_controlled
            || self.has_ended_long_ago(series)
            || series.named == RefusalCause::Expired
    }

    /// An issuer says the same of a refresh token that it never issued, and to whoever may not ask (RFC 7662 2.2). Time
    /// does not tell these apart: something that it still calls active does, or an API that refuses what was issued with it.
    fn is_issuers_word_alone(&self, series: Series) -> bool {
        self.subject.kind == TokenKind::Refresh
            && series.rests_on_introspection
            && !self.grant.is_refused_at_api
    }

    /// Whether something of a refresh token's grant lives that a call which was accepted should have ended with it.
    fn is_contradicted(&self) -> bool {
        self.subject.kind == TokenKind::Refresh && self.grant.lives_on
    }

    /// Whether it was refused before the first call of this run, which then explains nothing.
    fn was_refused_first(&self) -> bool {
        !self.lived() && self.before.iter().any(|it| it.verdict == Verdict::Dead)
    }

    fn patience(&self, terms: TrialTerms<'_>) -> Duration {
        match terms.keeping {
            Keeping::Retry => terms.pace.long.max(terms.pace.patience()),
            Keeping::Proof | Keeping::Nothing => terms.pace.patience(),
        }
    }
}
