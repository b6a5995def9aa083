//! What the runs of a walkthrough amount to so far. A run is folded once for each time its log has grown.

use std::sync::Arc;

use super::run_summary::RunSummary;
use super::{Server, WalkTarget};
use crate::domain::disconnect::log::Step;
use crate::domain::disconnect::run::RunState;
use crate::domain::id::RunId;
use crate::server::queries::runs;
use crate::store::StoreError;
use crate::wire::walkthrough::{Done, Left, NAMED, OutcomeCount, TargetCounts, Unproven};

/// A run, folded: anew when its log has grown.
pub(super) fn part(server: &Server, id: &RunId) -> Result<Arc<RunSummary>, StoreError> {
    let records = server.store.run_records(id)?;
    if let Some(part) = server.walks.folded(id, records) {
        return Ok(part);
    }
    let log = server.store.run_log(id)?;
    let part = Arc::new(RunSummary::of(&log));
    let length = log.len() as u64;
    server.walks.fold(id.clone(), length, Arc::clone(&part));
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

fn add(done: &mut Done, part: &RunSummary) {
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
                let view = runs::follow_up_of(server, &target.name, &provider_name, &follow_up)?;
                left.follow_ups.push(view);
            }
        }
    }
    Ok(left)
}
