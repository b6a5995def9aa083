//! The words of a run, for `?`: those of what is under the cursor first.

use super::describe::proof;
use crate::console::appearance::Appearance;
use crate::console::screens::WordHere;
use crate::domain::disconnect::log::StepState;
use crate::domain::explained::WordKind;
use crate::wire::view::{Run, RunToken};

/// The token under the cursor, the run, and each step that is under way or wants attention.
pub(super) fn words_here(run: &Run, at: usize, look: &Appearance) -> Vec<WordHere> {
    let token = run.tokens.get(at).and_then(|it| outcome(it, look));
    let mut words: Vec<WordHere> = token.into_iter().collect();
    words.push(WordHere::new(WordKind::Run, run.state.words(), ""));
    for step in &run.steps {
        let wants = matches!(
            step.state,
            StepState::Running | StepState::Warning | StepState::Failed
        );
        if wants {
            let seen = format!("{}: {}", step.step.words(), step.detail);
            words.push(WordHere::new(WordKind::Step, step.state.word(), seen));
        }
    }
    words
}

/// What is claimed of each token that is not proven dead, once for each claim.
pub(in crate::console::screens) fn outcomes(run: &Run, look: &Appearance) -> Vec<WordHere> {
    let open = |it: &&RunToken| it.outcome.is_some_and(|outcome| !outcome.proven());
    let all = run.tokens.iter().filter(open);
    let mut words: Vec<WordHere> = Vec::new();
    for word in all.filter_map(|it| outcome(it, look)) {
        if words.iter().all(|known| known.word != word.word) {
            words.push(word);
        }
    }
    words
}

fn outcome(token: &RunToken, look: &Appearance) -> Option<WordHere> {
    let (_, words, _) = look.outcome(token.outcome?, token.kind);
    let short: String = token.fingerprint.chars().take(16).collect();
    let mut seen = vec![format!("{} {short}", token.kind.word())];
    seen.extend(proof(token, look));
    seen.extend(token.evidence.reason.clone());
    Some(WordHere::new(WordKind::Outcome, words, seen.join("; ")))
}
