//! What the words of the program mean and what to do about each, from assets/explained.toml. Verb and console say the same.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// The words, with what they mean.
const FILE: &str = include_str!("../../assets/explained.toml");

/// What kind of word it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordKind {
    /// How a connection stands.
    Badge,
    /// What is claimed of a token.
    Outcome,
    /// How a disconnect stands.
    Run,
    /// How a step of a disconnect stands.
    Step,
    /// How a walkthrough stands.
    Walkthrough,
    /// Whether a reference is in step.
    Reference,
    /// How a provider answers.
    Health,
    /// How a sync job stands.
    Job,
    /// How an execution of a job stands, or how it ended.
    Execution,
    /// What is said of a token beside its outcome.
    Token,
    /// Why a request was not done, or an exit code of a verb.
    Error,
    /// What a provider answers.
    Answer,
    /// What people ask.
    Question,
}

impl WordKind {
    /// Its name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Badge => "badge",
            Self::Outcome => "outcome",
            Self::Run => "run",
            Self::Step => "step",
            Self::Walkthrough => "walkthrough",
            Self::Reference => "reference",
            Self::Health => "health",
            Self::Job => "job",
            Self::Execution => "execution",
            Self::Token => "token",
            Self::Error => "error",
            Self::Answer => "answer",
            Self::Question => "question",
        }
    }
}

/// A word, as the file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explained {
    /// What kind of word it is.
    pub of: WordKind,
    /// The word of JSON, then those on screen.
    pub words: Vec<String>,
    /// What it means.
    pub means: String,
    /// What to do about it.
    pub todo: String,
}

impl Explained {
    /// Whether it is about this word, however that is written: as in JSON, or as on screen.
    #[must_use]
    pub fn is_of(&self, word: &str) -> bool {
        let asked = plain(word);
        self.words.iter().any(|known| plain(known) == asked)
    }
}

#[derive(Deserialize)]
struct Words {
    explained: Vec<Explained>,
}

/// All words, in the file's order. That the file can be read is held by a test.
static WORDS: LazyLock<Vec<Explained>> =
    LazyLock::new(|| toml::from_str(FILE).map_or_else(|_| Vec::new(), |it: Words| it.explained));

/// All words, in the file's order.
#[must_use]
pub fn all() -> &'static [Explained] {
    &WORDS
}

/// What a word of this kind means.
#[must_use]
pub fn find(of: WordKind, word: &str) -> Option<&'static Explained> {
    all().iter().find(|it| it.of == of && it.is_of(word))
}

/// The answers of providers that a text tells of, as they stand there, each with what it means; each meaning once.
fn answers_in(text: &str) -> Vec<ExplainedHere> {
    let mut found: Vec<ExplainedHere> = Vec::new();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    for word in text.split(|c| !is_part(c)).filter(|word| !word.is_empty()) {
        let is_new = |it: &&Explained| !found.iter().any(|known| known.explained == *it);
        let answer = find(WordKind::Answer, word).filter(is_new);
        found.extend(answer.map(|explained| ExplainedHere {
            explained,
            word: word.to_owned(),
            seen: String::new(),
        }));
    }
    found
}

/// A word that is said of a thing, and what was seen of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordHere {
    /// What kind of word it is.
    pub of: WordKind,
    /// The word.
    pub word: String,
    /// What was seen.
    pub seen: String,
}

impl WordHere {
    /// A word, and what was seen.
    #[must_use]
    pub fn new(of: WordKind, word: &str, seen: impl Into<String>) -> Self {
        Self {
            of,
            word: word.to_owned(),
            seen: seen.into(),
        }
    }
}

/// What was seen of things, each word with what it means, and then the answers of providers that were seen.
#[must_use]
pub fn of_seen(words: Vec<WordHere>) -> Vec<ExplainedHere> {
    let seen: Vec<String> = words.iter().map(|it| it.seen.clone()).collect();
    let said = words.into_iter().filter_map(|it| {
        Some(ExplainedHere {
            explained: find(it.of, &it.word)?,
            word: it.word,
            seen: it.seen,
        })
    });
    said.chain(answers_in(&seen.join(" "))).collect()
}

/// A word that is said of a thing, with what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedHere {
    /// What it means, and what to do.
    #[serde(flatten)]
    pub explained: &'static Explained,
    /// The word as it is said.
    pub word: String,
    /// What was seen; empty of what a provider answered.
    pub seen: String,
}

fn plain(word: &str) -> String {
    let lower = word.to_lowercase().replace(['_', ',', '-'], " ");
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::connection::Status;
    use crate::domain::disconnect::log::StepState;
    use crate::domain::disconnect::run::RunState;
    use crate::domain::job::{ExecutionStatus, JobState, ReferenceState};
    use crate::domain::trial::Outcome;
    use crate::domain::walkthrough::WalkState;

    #[test]
    fn the_file_can_be_read() {
        let read: Result<Words, _> = toml::from_str(FILE);
        assert_eq!(read.unwrap().explained, all());
    }

    #[test]
    fn answers_of_providers_are_found_in_what_was_seen() {
        let text = "the token endpoint said invalid_grant (Token revoked); invalid_grant, then \"token_revoked\"";
        let found = answers_in(text).into_iter();
        let words: Vec<_> = found.map(|it| it.word).collect();
        assert_eq!(words, ["invalid_grant", "token_revoked"]);
        assert!(answers_in("xinvalid_grant failed").is_empty());
    }

    #[test]
    fn badges_outcomes_and_states_are_explained() {
        let has = |of: WordKind, word: &str| {
            assert!(find(of, word).is_some(), "{} {word}", of.word());
        };
        for status in Status::ALL {
            has(WordKind::Badge, status.code());
            has(WordKind::Badge, status.badge());
        }
        use Outcome::{
            AcceptedUnverified, AlreadyDead, Rejected, StillAlive, Unreachable, Unsupported,
            VerifiedDead,
        };
        let outcomes = [
            VerifiedDead,
            AlreadyDead,
            StillAlive,
            AcceptedUnverified,
            Unsupported,
            Unreachable,
            Rejected,
        ];
        for outcome in outcomes {
            has(WordKind::Outcome, outcome.code());
            has(WordKind::Outcome, outcome.words());
        }
        use JobState::{Blocked, Failed, Idle, Off, Queued, Running};
        for state in [Running, Queued, Idle, Blocked, Off, Failed] {
            has(WordKind::Job, state.word());
        }
        let executions = [
            ExecutionStatus::Queued,
            ExecutionStatus::Running,
            ExecutionStatus::Succeeded,
            ExecutionStatus::Failed,
            ExecutionStatus::Cancelled,
        ];
        for status in executions {
            has(WordKind::Execution, status.word());
        }
        let steps = [
            StepState::Pending,
            StepState::Running,
            StepState::Done,
            StepState::Warning,
            StepState::Skipped,
            StepState::Failed,
        ];
        for state in steps {
            has(WordKind::Step, state.word());
        }
        let wholes = [
            WalkState::Draft,
            WalkState::Planned,
            WalkState::Running,
            WalkState::Stopped,
            WalkState::Fallen,
            WalkState::Finished,
        ];
        for state in wholes {
            has(WordKind::Walkthrough, state.word());
        }
        let runs = [
            RunState::Running,
            RunState::Waiting,
            RunState::Completed,
            RunState::CompletedWithWarnings,
        ];
        for state in runs {
            has(WordKind::Run, state.words());
        }
        for state in [
            ReferenceState::Synced,
            ReferenceState::Stale,
            ReferenceState::Gone,
        ] {
            has(WordKind::Reference, state.word());
        }
        let others = [
            (WordKind::Token, "held exposed"),
            (WordKind::Health, "healthy degraded down unknown"),
        ];
        for (of, words) in others {
            words.split(' ').for_each(|word| has(of, word));
        }
    }

    #[test]
    fn nothing_is_left_empty() {
        for it in all() {
            assert!(
                !it.words.is_empty() && it.means.ends_with('.') && it.todo.ends_with('.'),
                "{it:?}"
            );
        }
    }
}
