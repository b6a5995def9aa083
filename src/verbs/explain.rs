//! `tagout explain`: what a word of the program means, and what to do about it. Needs no server.

use std::fmt::Display;

use clap::Args;

use super::print::{facts, one_line};
use super::{Session, VerbError};
use crate::domain::explained::{self, Explained};
use crate::wire::{Code, Problem};

/// `tagout explain`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A badge, an outcome, an error, an exit code, or any other word that the program says; all of them when left out
    word: Vec<String>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<(), VerbError> {
    let all = explained::all();
    let mut asked = arguments.word.join(" ");
    // A number is what a verb ended with.
    if asked.parse::<u8>().is_ok() {
        asked = exit_word(&asked);
    }
    if asked.trim().is_empty() {
        return session.show(&all, || listed(all));
    }
    let found: Vec<&Explained> = all.iter().filter(|it| it.is_of(&asked)).collect();
    if found.is_empty() {
        let known: Vec<&str> = all
            .iter()
            .filter_map(|it| it.words.first())
            .map(String::as_str)
            .collect();
        let message = format!("nothing here is called {asked:?}");
        let hint = format!("Known are: {}", known.join(", "));
        return Err(Problem::new(Code::NotFound, message, hint).into());
    }
    session.show(&found, || {
        let each = found.iter().map(|it| in_full(it));
        each.collect::<Vec<_>>().join("\n")
    })
}

/// What an exit code is explained as.
fn exit_word(code: impl Display) -> String {
    format!("exit {code}")
}

fn in_full(it: &Explained) -> String {
    facts(&[
        (
            "word",
            format!("{} ({})", it.words.join(", "), it.of.word()),
        ),
        ("means", one_line(&it.means)),
        ("to do", one_line(&it.todo)),
    ])
}

fn listed(all: &[Explained]) -> String {
    let line = |it: &Explained| format!("{:12}{}", it.of.word(), it.words.join(", "));
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::explained::{WordKind, find};
    use crate::verbs::exit::NOT_PROVEN;

    #[test]
    fn every_error_and_exit_code_is_explained() {
        for code in Code::ALL {
            let by_word = find(WordKind::Error, code.word());
            assert!(by_word.is_some(), "{code:?}");
            assert_eq!(by_word, find(WordKind::Error, &exit_word(code.exit())));
        }
        let not_proven = find(WordKind::Error, "not_proven");
        assert!(not_proven.is_some());
        assert_eq!(not_proven, find(WordKind::Error, &exit_word(NOT_PROVEN)));
        assert!(find(WordKind::Error, &exit_word(0)).is_some());
    }

    #[test]
    fn no_error_is_explained_that_there_is_not() {
        let known = |word: &str| Code::ALL.iter().any(|code| code.word() == word);
        for it in explained::all()
            .iter()
            .filter(|it| it.of == WordKind::Error)
        {
            let word = it.words.first().map_or("", String::as_str);
            assert!(
                known(word) || ["not_proven", "ok"].contains(&word),
                "{word}"
            );
        }
    }
}
