//! `tagout explain`: what a word of the program means, and what to do about it. Needs no server.

use clap::Args;

use super::print::{facts, one_line};
use super::{Session, VerbError};
use crate::domain::explained::{self, Explained};
use crate::wire::{Code, Problem};

/// `tagout explain`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A badge, an outcome, or any other word that the program says; all of them when left out
    word: Vec<String>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<(), VerbError> {
    let all = explained::all();
    let asked = arguments.word.join(" ");
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
