//! How a verb ends when it does not simply end: one line on standard error, and an exit code.

use std::error::Error;
use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use serde_json::json;

use super::print::one_line;
use crate::domain::id::WrongId;
use crate::wire::{Code, Problem};

/// Why a verb stopped.
#[derive(Debug)]
pub enum VerbError {
    /// It was not done.
    Problem(Problem),
    /// It was done, and not everything is proven dead (`--strict`).
    NotProven,
    /// Whoever read the output closed it: `tagout audit | head` is no error.
    ReaderGone,
}

/// The exit code of what was done and is not proven.
pub(super) const NOT_PROVEN: u8 = 6;

impl VerbError {
    /// Says so on standard error, and gives the exit code. `verb` names what was asked for.
    #[must_use]
    pub fn end(self, verb: &str, json: bool) -> ExitCode {
        let (problem, line) = match self {
            Self::ReaderGone => return ExitCode::SUCCESS,
            Self::NotProven => return ExitCode::from(NOT_PROVEN),
            Self::Problem(problem) => {
                let line = sentence(verb, &problem);
                (problem, line)
            }
        };
        if json {
            eprintln!("{}", json!({ "error": problem }));
        } else {
            eprintln!("error: {}", one_line(&line));
        }
        ExitCode::from(problem.code.exit())
    }

    /// A way of asking that cannot be answered.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Problem::new(Code::Usage, message, hint).into()
    }
}

/// Says what clap has to say, as JSON when the command line asked for that.
#[must_use]
pub fn not_understood(error: &clap::Error, arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let is_json = arguments.into_iter().any(|argument| argument == "--json");
    // A name that cannot be anybody's is one that nobody has, as it is where the server looks for it.
    if let Some(wrong) = error
        .source()
        .and_then(<dyn Error>::downcast_ref::<WrongId>)
    {
        let problem = Problem::new(Code::NotFound, wrong.to_string(), "The lists print the ids");
        return VerbError::Problem(problem).end("naming it", is_json);
    }
    let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if !error.use_stderr() || is_help {
        // When even this cannot be written, there is nobody left to tell.
        let _ = error.print();
        return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
    }
    VerbError::Problem(said(error)).end("reading the command line", is_json)
}

/// Verbs that end or remove something: whoever mistyped something else is not to be led to them first.
const GRAVE: [&str; 12] = [
    "cancel",
    "compact",
    "disable",
    "discard",
    "disconnect",
    "drop",
    "purge",
    "remove",
    "restore",
    "revoke",
    "stop",
    "swap",
];

/// What clap has to say, in one sentence and one hint.
fn said(error: &clap::Error) -> Problem {
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let message = one_line(first.trim_start_matches("error: "));
    let usage = text.lines().find(|line| line.starts_with("Usage: "));
    let hint = match (suggestion(error), usage) {
        (Some(meant), _) => format!("Did you mean {meant}? See --help"),
        (None, Some(usage)) => usage.to_owned(),
        (None, None) => "See --help".to_owned(),
    };
    Problem::new(Code::Usage, message, hint)
}

/// What may have been meant, the grave ones last.
fn suggestion(error: &clap::Error) -> Option<String> {
    let kinds = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    let mut all: Vec<String> = Vec::new();
    for suggested in kinds.into_iter().filter_map(|kind| error.get(kind)) {
        if let ContextValue::String(one) = suggested {
            all.push(one.clone());
        }
        if let ContextValue::Strings(several) = suggested {
            all.extend(several.iter().cloned());
        }
    }
    // clap puts what is most alike last.
    all.reverse();
    all.sort_by_key(|word| GRAVE.contains(&word.as_str()));
    (!all.is_empty()).then(|| all.join(" or "))
}

/// `WHAT failed: WHY. TRY`, where the problem may have said what failed itself.
fn sentence(verb: &str, problem: &Problem) -> String {
    let stop = |text: &str| match text.ends_with(['.', '!', '?']) || text.is_empty() {
        true => text.to_owned(),
        false => format!("{text}."),
    };
    let mut line = stop(&format!("{verb} failed: {}", problem.message));
    if !problem.hint.is_empty() {
        line.push(' ');
        line.push_str(problem.hint.trim_end_matches('.'));
    }
    line
}

impl From<Problem> for VerbError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<io::Error> for VerbError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::ReaderGone;
        }
        Problem::new(
            Code::Failed,
            format!("reading or writing here did not work: {error}"),
            "Check where the output goes",
        )
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_one_sentence_and_what_to_try() {
        let problem = Problem::new(
            Code::NotFound,
            "no connection is called x",
            "See tagout connections.",
        );
        assert_eq!(
            sentence("plan", &problem),
            "plan failed: no connection is called x. See tagout connections"
        );
        let problem = Problem::new(Code::Failed, "the disk is full.", "");
        assert_eq!(sentence("plan", &problem), "plan failed: the disk is full.");
    }

    #[test]
    fn what_clap_says_is_one_line() {
        let said_of =
            |line: &str| said(&crate::cli::parse(line.split(' ').map(Into::into)).unwrap_err());
        for line in [
            "tagout connections --nope",
            "tagout users add",
            "tagout jobs edit j --max-retries 99",
            "tagout nothing-like-this",
        ] {
            let problem = said_of(line);
            assert!(!problem.message.contains('\n'), "{}", problem.message);
            assert!(
                !problem.message.is_empty() && !problem.hint.contains('\n'),
                "{line}"
            );
        }
        let problem = said_of("tagout users add");
        assert!(
            problem.hint.starts_with("Usage: tagout users add"),
            "{}",
            problem.hint
        );
    }

    #[test]
    fn what_ends_something_is_never_suggested_first() {
        for (line, first) in [
            ("tagout konnect", "connect"),
            ("tagout webhooks eisable", "enable"),
            ("tagout connectt", "connect"),
        ] {
            let problem = said(&crate::cli::parse(line.split(' ').map(Into::into)).unwrap_err());
            let meant = format!("Did you mean {first}");
            assert!(problem.hint.starts_with(&meant), "{line}: {}", problem.hint);
        }
        let problem =
            said(&crate::cli::parse(["tagout", "disconect"].map(Into::into)).unwrap_err());
        assert!(problem.hint.contains("disconnect"), "{}", problem.hint);
    }

    #[test]
    fn a_closed_pipe_is_no_error() {
        let gone = io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(matches!(VerbError::from(gone), VerbError::ReaderGone));
    }
}
