//! What the runs of a walkthrough amount to so far. A run is folded once for each time its log has grown.

use std::sync::{Arc, PoisonError};

use super::{Server, WalkTarget};
use crate::domain::disconnect::log::{self, Counts, Next, Record, Step, StepState};
use crate::domain::disconnect::run::RunState;
use crate::domain::id::RunId;
use crate::domain::trial::Outcome;
use crate::server::look::runs;
use crate::store::StoreError;
use crate::wire::view::RunToken;
use crate::wire::walkthrough::{Done, Left, NAMED, OutcomeCount, TargetCounts, Unproven};

/// So many runs are remembered folded at most.
const REMEMBERED: usize = 20_000;

/// A run, folded.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) state: RunState,
    pub(super) step: Step,
    steps: u64,
    counts: Counts,
    pub(super) tokens: Vec<RunToken>,
}

impl Part {
    fn of(log: &[Record]) -> Self {
        let state = |step: &Step| log::last_state(log, *step).0;
        let begun = |step: &Step| state(step) != StepState::Pending;
        let mut tokens = runs::tokens(log);
        for token in &mut tokens {
            // Totals rest on outcomes; what these rest on stands in the run.
            token.evidence = crate::wire::view::Evidence::default();
        }
        Self {
            state: match log::next(log) {
                Next::Attempt(_) => RunState::Running,
                Next::Wait(_) => RunState::Waiting,
                Next::Finished(log::Ending::Completed) => RunState::Completed,
                Next::Finished(log::Ending::CompletedWithWarnings) => {
                    RunState::CompletedWithWarnings
                }
            },
            step: Step::ALL
                .into_iter()
                .rev()
                .find(begun)
                .unwrap_or(Step::Confirm),
            steps: Step::ALL.iter().filter(|step| state(step).ended()).count() as u64,
            counts: log::counts(log),
            tokens,
        }
    }

    pub(super) fn proven(&self) -> u64 {
        let proven = |token: &&RunToken| token.outcome.is_some_and(Outcome::proven);
        self.tokens.iter().filter(proven).count() as u64
    }
}

/// A run, folded: anew when its log has grown.
pub(super) fn part(server: &Server, id: &RunId) -> Result<Arc<Part>, StoreError> {
    let records = server.store.run_records(id)?;
    let folded = || {
        let folded = &server.walks.folded;
        folded.lock().unwrap_or_else(PoisonError::into_inner)
    };
    if let Some((at, part)) = folded().get(id)
        && *at == records
    {
        return Ok(Arc::clone(part));
    }
    let log = server.store.run_log(id)?;
    let part = Arc::new(Part::of(&log));
    let mut folded = folded();
    if folded.len() >= REMEMBERED {
        folded.clear();
    }
    folded.insert(id.clone(), (log.len() as u64, Arc::clone(&part)));
    Ok(part)
}

/// The targets in numbers, and what their runs did.
pub(super) fn folded(
    server: &Server,
    targets: &[WalkTarget],
) -> Result<(TargetCounts, Done), StoreError> {
    let (mut counts, mut done) = (TargetCounts::default(), Done::default());
    for target in targets {
        match (&target.run, target.left_out, &target.passed_over) {
            (_, true, _) => counts.left_out += 1,
            (None, false, Some(_)) => counts.passed_over += 1,
            (None, false, None) => counts.not_begun += 1,
            (Some(run), false, _) => {
                let part = part(server, run)?;
                match part.state {
                    RunState::Running => counts.running += 1,
                    RunState::Waiting => counts.waiting += 1,
                    RunState::Completed | RunState::CompletedWithWarnings => counts.ended += 1,
                }
                add(&mut done, &part);
            }
        }
    }
    counts.chosen = targets.len() as u64 - counts.left_out;
    done.steps_total = (counts.chosen - counts.passed_over) * Step::ALL.len() as u64;
    done.outcomes.sort_by_key(|it| it.outcome.words());
    Ok((counts, done))
}

fn add(done: &mut Done, part: &Part) {
    done.steps += part.steps;
    done.counts.add(&part.counts);
    done.tokens += part.tokens.len() as u64;
    for token in &part.tokens {
        let Some(outcome) = token.outcome else {
            done.unjudged += 1;
            continue;
        };
        match done.outcomes.iter_mut().find(|it| it.outcome == outcome) {
            Some(found) => found.count += 1,
            None => done.outcomes.push(OutcomeCount { outcome, count: 1 }),
        }
    }
}

/// What is left to a person.
pub(super) fn left(server: &Server, targets: &[WalkTarget]) -> Result<Left, StoreError> {
    let mut left = Left::default();
    for target in targets {
        let Some(id) = &target.run else {
            continue;
        };
        let provider_name = server.provider_name(&target.provider);
        let part = part(server, id)?;
        // What has expired, or was proven dead later, is left to nobody.
        for token in part.tokens.iter().filter(|token| token.over.is_none()) {
            let Some(outcome) = token.outcome.filter(|outcome| !outcome.proven()) else {
                continue;
            };
            left.unproven_total += 1;
            if left.unproven.len() < NAMED {
                left.unproven.push(Unproven {
                    run: id.clone(),
                    connection: target.connection.clone(),
                    provider_name: provider_name.clone(),
                    name: target.name.clone(),
                    kind: token.kind,
                    fingerprint: token.fingerprint.clone(),
                    outcome,
                    residual_until: token.residual_until,
                });
            }
        }
        for follow_up in server.store.follow_ups_of(&target.connection)? {
            if !follow_up.is_of(id) || follow_up.done.is_some() {
                continue;
            }
            left.follow_ups_total += 1;
            if left.follow_ups.len() < NAMED {
                let named = (target.name.as_str(), provider_name.as_str());
                left.follow_ups
                    .push(runs::follow_up_of(server, named, &follow_up)?);
            }
        }
    }
    Ok(left)
}
