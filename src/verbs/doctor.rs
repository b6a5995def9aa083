//! `tagout doctor`: what on this machine endangers the data or the promise that a destroyed secret is gone. It works with
//! and without a server.

mod checks;
mod facts;
mod program;

use serde::Serialize;

use super::{Session, VerbError, status};
use crate::wire::{Code, Problem};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Grade {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Warning,
    /// To be mended.
    Problem,
}

/// What was looked at, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct CheckResult {
    /// What was looked at.
    check: &'static str,
    /// How bad it is.
    grade: Grade,
    /// In words.
    says: String,
    /// What to do; empty where nothing is to be done.
    #[serde(skip_serializing_if = "str::is_empty", rename = "try")]
    advice: &'static str,
}

pub(super) async fn run(session: &Session) -> Result<(), VerbError> {
    let mut findings = checks::all(&facts::gather(&session.settings));
    let running = status::running(session).await;
    findings.push(program::ProgramFacts::gather().check());
    findings.push(checks::health(running.as_ref()));
    findings.extend(checks::server(running.map(|it| it.warnings)));
    session.show(&findings, || in_words(&findings))?;
    let problems = findings.iter().filter(|it| it.grade == Grade::Problem);
    match problems.count() {
        0 => Ok(()),
        n => Err(Problem::new(
            Code::Failed,
            format!("{n} of {} checks found a problem", findings.len()),
            "each says what to do about it",
        )
        .into()),
    }
}

fn in_words(findings: &[CheckResult]) -> String {
    let line = |it: &CheckResult| {
        let word = match it.grade {
            Grade::Ok => "ok",
            Grade::Warning => "warning",
            Grade::Problem => "PROBLEM",
        };
        let advice = match it.advice {
            "" => String::new(),
            advice => format!("\n{:24}{advice}", ""),
        };
        format!("{word:8} {:14} {}{advice}", it.check, it.says)
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}
