//! `tagout explain`: what a word of the program means, what was seen of it, and what to do about it. A word needs no server;
//! the name of a connection is looked up there.

use std::fmt::Display;

use clap::Args;

use super::print::{clock, facts, one_line};
use super::session::every;
use super::{Session, VerbError};
use crate::client::StartMode;
use crate::domain::explained::{self, Explained, ExplainedHere, WordHere, WordKind};
use crate::domain::job::JobState;
use crate::wire::view::Job;
use crate::wire::{Code, Problem, rpc};

/// `tagout explain`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A badge, an outcome, an error, an exit code, what a provider answered (invalid_grant), or any other word that the
    /// program says; or a connection, to hear what is said of it and what was seen. All words when left out
    word: Vec<String>,
}

pub(super) async fn run(arguments: &Arguments, session: &Session) -> Result<(), VerbError> {
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
        let name = arguments.word.join(" ");
        let here = here(&name, session).await?;
        let here = here.ok_or_else(|| nothing_called(&name))?;
        session.show(&here, || {
            let each = here.iter().map(with_seen);
            each.collect::<Vec<_>>().join("\n")
        })?;
        return Ok(());
    }
    session.show(&found, || {
        let each = found.iter().map(|it| in_full(it));
        each.collect::<Vec<_>>().join("\n")
    })
}

fn nothing_called(asked: &str) -> Problem {
    let words = explained::all().iter().filter_map(|it| it.words.first());
    let known: Vec<&str> = words.map(String::as_str).collect();
    let message =
        format!("neither a word nor a connection of a running server is called {asked:?}");
    let hint = format!("The words are: {}", known.join(", "));
    Problem::new(Code::NotFound, message, hint)
}

/// What is said of a connection and of those of its jobs that want something; none where there is no such connection, or no
/// server that runs.
async fn here(name: &str, session: &Session) -> Result<Option<Vec<ExplainedHere>>, Problem> {
    let socket = session.settings.socket_path();
    if !socket.is_ok_and(|socket| socket.exists()) {
        return Ok(None);
    }
    let (client, _notices) = session.connect_or(StartMode::Never).await?;
    let request = rpc::Connection {
        name: name.to_owned(),
    };
    let row = match client.ask(request).await {
        Ok(row) => row,
        Err(problem) if problem.code == Code::NotFound => return Ok(None),
        Err(problem) => return Err(problem),
    };
    let said = match row.reason.is_empty() {
        true => row.trouble(clock).unwrap_or_default(),
        false => row.reason.clone(),
    };
    let mut words = row.words(said, clock);
    let jobs = every(&client, |window| rpc::Jobs {
        connection: Some(row.id.to_string()),
        window,
    });
    let wants = |job: &Job| matches!(job.state, JobState::Failed | JobState::Blocked);
    words.extend(jobs.await?.into_iter().filter(wants).map(|job| {
        let why = job.last_error.as_deref().unwrap_or_default();
        let seen = format!("{}: {why}", job.entity);
        WordHere::new(WordKind::Job, job.state.word(), seen)
    }));
    Ok(Some(explained::of_seen(words)))
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

fn with_seen(it: &ExplainedHere) -> String {
    let seen = match it.seen.is_empty() {
        true => "-".to_owned(),
        false => one_line(&it.seen),
    };
    facts(&[
        ("word", format!("{} ({})", it.word, it.explained.of.word())),
        ("seen", seen),
        ("means", one_line(&it.explained.means)),
        ("to do", one_line(&it.explained.todo)),
    ])
}

fn listed(all: &[Explained]) -> String {
    let line = |it: &Explained| format!("{:12}{}", it.of.word(), it.words.join(", "));
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::explained::find;
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
