//! Many grants at once: JSON Lines in, and a line each of what became of it.

use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, stdin};
use tokio::signal::unix::{SignalKind, signal};
use zeroize::Zeroizing;

use super::{Arguments, adopted};
use crate::client::StartMode;
use crate::domain::provider::OwnerScope;
use crate::verbs::connect::{GIVEN_UP, Settled};
use crate::verbs::print::{aside, json, one_line, say};
use crate::verbs::{Session, VerbError};
use crate::wire::request::{FlowKind, Secret};
use crate::wire::rpc::{Adopt, Connect};
use crate::wire::{Code, Problem};

/// A line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// The catalog's id.
    provider: String,
    /// The refresh token that the other tool has.
    refresh_token: Secret,
    /// An access token that it has.
    #[serde(default)]
    access_token: Option<Secret>,
    /// Whose account it has to be, by its id or name there.
    #[serde(default)]
    account: Option<String>,
    /// What to call it.
    #[serde(default)]
    name: Option<String>,
    /// `workspace` or `personal`.
    #[serde(default)]
    scope: Option<OwnerScope>,
}

/// No line with two tokens is longer.
const LONGEST: u64 = 64 * 1024;

/// What became of the lines so far.
#[derive(Default)]
struct Tally {
    lines: u64,
    taken: u64,
    failed: u64,
}

/// Takes them over one after the other. What fails is said in its line, and keeps no other from being taken over; Ctrl-C, and a server
/// that is gone, end it.
pub(super) async fn run(arguments: &Arguments, session: &Session) -> Result<(), VerbError> {
    let (client, mut notices) = session.connect_or(StartMode::OnDemand).await?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut input = BufReader::new(stdin());
    let mut tally = Tally::default();
    let stopped = loop {
        let mut line = Zeroizing::new(Vec::new());
        let mut bounded = (&mut input).take(LONGEST + 1);
        let read = tokio::select! {
            read = bounded.read_until(b'\n', &mut line) => read?,
            _ = interrupt.recv() => break Some(interrupted()),
        };
        if read == 0 {
            break None;
        }
        tally.lines += 1;
        if line.len() as u64 > LONGEST {
            break Some(Problem::new(
                Code::Usage,
                format!("line {} is longer than {LONGEST} bytes", tally.lines),
                "The lines after that were not read",
            ));
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let mut is_interrupted = false;
        let ended = match read_line(&line, arguments) {
            Ok(request) => {
                let provider = request.connect.provider.clone();
                let ended = adopted(&client, &mut notices, request, &mut interrupt).await;
                is_interrupted = ended.is_interrupted;
                ended.of.map(|it| (provider, it))
            }
            Err(why) => Err(why),
        };
        match &ended {
            Ok(_) => tally.taken += 1,
            Err(_) => tally.failed += 1,
        }
        let problem = told(tally.lines, ended, session)?;
        if let Some(problem) = problem.filter(|it| it.code == Code::NoServer) {
            break Some(problem);
        }
        if is_interrupted {
            break Some(interrupted());
        }
    };
    summary(&tally, stopped, session)
}

fn interrupted() -> Problem {
    Problem::new(Code::Failed, GIVEN_UP, "The lines after that were not read")
}

fn summary(tally: &Tally, stopped: Option<Problem>, session: &Session) -> Result<(), VerbError> {
    let Tally { taken, failed, .. } = tally;
    if !session.manner.json {
        aside(&format!("{taken} taken over, {failed} not."))?;
    }
    match (stopped, failed) {
        (Some(problem), _) => Err(problem.into()),
        (None, 0) => Ok(()),
        (None, _) => Err(Problem::new(
            Code::Failed,
            format!("{failed} of {} were not taken over", taken + failed),
            "Correct those lines, and run them again",
        )
        .into()),
    }
}

/// The text itself is in no error: it holds tokens.
fn read_line(text: &[u8], arguments: &Arguments) -> Result<Adopt, VerbError> {
    let line: Line = parsed(text)?;
    if line.account.is_none() && !arguments.yes {
        return Err(VerbError::usage(
            "it does not say whose account it is",
            "Add account, or --yes for all of them",
        ));
    }
    Ok(Adopt {
        connect: Connect {
            name: line.name,
            scope: line.scope,
            enable_jobs: arguments.enable_jobs,
            ..Connect::new(line.provider, FlowKind::Adopt)
        },
        refresh_token: line.refresh_token,
        access_token: line.access_token,
        account: line.account,
        any_account: arguments.yes,
    })
}

fn parsed(text: &[u8]) -> Result<Line, VerbError> {
    serde_json::from_slice(text).map_err(|error| {
        VerbError::usage(
            format!(
                "it is no such object: {} at column {}",
                match error.classify() {
                    serde_json::error::Category::Data => "a field is missing, unknown or of another type",
                    _ => "it is not JSON",
                },
                error.column()
            ),
            "Fields are provider, refresh_token, access_token, account, name and scope; all but the first two may be left out",
        )
    })
}

/// Says what became of a line; the problem, where there was one.
fn told(
    number: u64,
    ended: Result<(String, Settled), VerbError>,
    session: &Session,
) -> Result<Option<Problem>, VerbError> {
    let (line, words, problem) = match ended {
        Ok((provider, it)) => {
            let id = it.connection;
            let mut line = json!({ "line": number, "outcome": "connected", "provider": provider, "connection": id });
            let mut words = format!("line {number}: {provider} taken over as {id}");
            // What it took the place of is ended by itself, and is not waited for between lines.
            if let Some(run) = it.replaced_by {
                words.push_str(&format!("; what was there before is ended by {run}"));
                line = json!({ "line": number, "outcome": "connected", "provider": provider, "connection": id, "replaced_by": run });
            }
            (line, words, None)
        }
        Err(VerbError::Problem(problem)) => {
            let words = format!(
                "line {number}: not taken over: {}; {}",
                problem.message, problem.hint
            );
            let line = json!({ "line": number, "outcome": "failed", "error": problem });
            (line, words, Some(problem))
        }
        Err(other) => return Err(other),
    };
    match session.manner.json {
        true => json(&line)?,
        false => say(&one_line(&words))?,
    }
    Ok(problem)
}
