//! `tagout explain`: what a word of the program means, and what to do about it. Needs no server.

use clap::Args;
use serde::{Deserialize, Serialize};

use super::print::{facts, one_line};
use super::{Session, VerbError};
use crate::wire::{Code, Problem};

/// The words, with what they mean.
const FILE: &str = include_str!("../../assets/explained.toml");

/// `tagout explain`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A badge, an outcome, or any other word that the program says; all of them when left out
    word: Vec<String>,
}

/// A word, as the file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Explained {
    /// What kind of word it is.
    of: String,
    /// The word of JSON, then those on screen.
    words: Vec<String>,
    /// What it means.
    means: String,
    /// What to do about it.
    todo: String,
}

#[derive(Deserialize)]
struct Words {
    explained: Vec<Explained>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<(), VerbError> {
    let words: Words = toml::from_str(FILE).map_err(std::io::Error::other)?;
    let asked = plain(&arguments.word.join(" "));
    if asked.is_empty() {
        return session.show(&words.explained, || listed(&words.explained));
    }
    let found: Vec<&Explained> = words
        .explained
        .iter()
        .filter(|it| it.words.iter().any(|word| plain(word) == asked))
        .collect();
    if found.is_empty() {
        let known: Vec<&str> = words
            .explained
            .iter()
            .filter_map(|it| it.words.first())
            .map(String::as_str)
            .collect();
        let message = format!("nothing here is called {:?}", arguments.word.join(" "));
        let hint = format!("Known are: {}", known.join(", "));
        return Err(Problem::new(Code::NotFound, message, hint).into());
    }
    session.show(&found, || {
        let each = found.iter().map(|it| in_full(it));
        each.collect::<Vec<_>>().join("\n")
    })
}

/// However it is written: as in JSON, or as on screen.
fn plain(word: &str) -> String {
    let lower = word.to_lowercase().replace(['_', ',', '-'], " ");
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn in_full(it: &Explained) -> String {
    facts(&[
        ("word", format!("{} ({})", it.words.join(", "), it.of)),
        ("means", one_line(&it.means)),
        ("to do", one_line(&it.todo)),
    ])
}

fn listed(all: &[Explained]) -> String {
    let line = |it: &Explained| format!("{:10} {}", it.of, it.words.join(", "));
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::connection::Status;
    use crate::domain::trial::Outcome;

    fn all() -> Vec<Explained> {
        let words: Words = toml::from_str(FILE).unwrap();
        words.explained
    }

    fn has(of: &str, word: &str) -> bool {
        let is_it = |it: &Explained| {
            it.of == of && it.words.iter().any(|known| plain(known) == plain(word))
        };
        all().iter().any(is_it)
    }

    #[test]
    fn badges_outcomes_and_states_are_explained() {
        for status in Status::ALL {
            assert!(
                has("badge", status.code()) && has("badge", status.badge()),
                "{status:?}"
            );
        }
        let outcomes = [
            Outcome::VerifiedDead,
            Outcome::AlreadyDead,
            Outcome::StillAlive,
            Outcome::AcceptedUnverified,
            Outcome::Unsupported,
            Outcome::Unreachable,
            Outcome::Rejected,
        ];
        for outcome in outcomes {
            let json = serde_json::to_value(outcome).unwrap();
            assert!(has("outcome", json.as_str().unwrap()), "{outcome:?}");
        }
        let others = [
            ("run", "running waiting completed completed_with_warnings"),
            ("reference", "synced stale gone"),
            ("health", "healthy degraded down unknown"),
            ("job", "queued idle blocked off failed"),
        ];
        for (of, words) in others {
            for word in words.split(' ') {
                assert!(has(of, word), "{of} {word}");
            }
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
