//! What one run amounts to in its walkthrough.

use crate::domain::disconnect::log::{self, Counts, Next, Record, Step, StepState};
use crate::domain::disconnect::run::RunState;
use crate::domain::trial::Outcome;
use crate::server::queries::run_tokens;
use crate::wire::view::{Evidence, RunToken};

/// A run, folded.
#[derive(Debug)]
pub(super) struct RunSummary {
    pub(super) state: RunState,
    pub(super) step: Step,
    pub(super) steps: u64,
    pub(super) counts: Counts,
    pub(super) tokens: Vec<RunToken>,
}

impl RunSummary {
    pub(super) fn of(log: &[Record]) -> Self {
        let state = |step: &Step| log::last_state(log, *step).0;
        let begun = |step: &Step| state(step) != StepState::Pending;
        let mut tokens = run_tokens::tokens(log);
        for token in &mut tokens {
            // Totals rest on outcomes; what these rest on stands in the run.
            token.evidence = Evidence::default();
        }
        Self {
            state: match log::next(log) {
                Next::Attempt(_) => RunState::Running,
                Next::Wait(_) => RunState::Waiting,
                Next::Finished(log::RunEnding::Completed) => RunState::Completed,
                Next::Finished(log::RunEnding::CompletedWithWarnings) => {
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
