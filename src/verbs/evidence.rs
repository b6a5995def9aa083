//! `tagout evidence`: the auditor's bundle.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::audit::LogPosition;
use super::{Session, VerbError, every};
use crate::client::Client;
use crate::domain::disconnect::run::RunState;
use crate::domain::id::WalkthroughId;
use crate::evidence::folder::{self, NotWritten};
use crate::evidence::{Bundle, Gathering, NoBundle};
use crate::verbs::print::number;
use crate::wire::rpc;
use crate::wire::view::{Checkpoint, Run};
use crate::wire::walkthrough::WalkthroughTarget;
use crate::wire::{Code, Problem};

/// `tagout evidence`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Which runs; a walkthrough stands for all of its runs
    #[arg(required = true, value_name = "RUN")]
    runs: Vec<String>,
    /// Where to write: a folder that does not exist yet
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    let mut runs: Vec<Run> = Vec::new();
    for id in ids(&client, arguments.runs).await? {
        let run: Run = client.ask(rpc::Run { id }).await?;
        if matches!(run.state, RunState::Running | RunState::Waiting) {
            return Err(unfinished(&run).into());
        }
        if !runs.iter().any(|it| it.id == run.id) {
            runs.push(run);
        }
    }
    let of = runs.into_iter().map(|run| (run.id, run.connection));
    let (bundle, size) = gather(&client, Gathering::new(of)).await?;
    folder::write(&bundle, &arguments.out).map_err(not_written)?;
    let folder = arguments.out.display();
    let told = json!({
        "folder": arguments.out, "runs": bundle.about.runs, "entries": bundle.lines.len(), "size": size,
        "checkpoint": bundle.checkpoint,
    });
    session.show(&told, || {
        let (kept, size) = (number(bundle.lines.len() as u64), number(size));
        format!(
            "{folder}: {kept} of the record's {size} entries, each with its proof, and a report to read.\n\
             tagout audit verify {folder} checks it."
        )
    })
}

/// The runs that are meant: a walkthrough stands for its own.
async fn ids(client: &Client, names: Vec<String>) -> Result<Vec<String>, Problem> {
    let mut ids = Vec::new();
    for name in names {
        let Ok(id) = name.parse::<WalkthroughId>() else {
            ids.push(name);
            continue;
        };
        let targets: Vec<WalkthroughTarget> = every(client, |window| {
            let id = id.clone();
            rpc::WalkthroughTargets { id, window }
        })
        .await?;
        let before = ids.len();
        ids.extend(
            targets
                .into_iter()
                .filter_map(|it| it.run)
                .map(|run| run.to_string()),
        );
        if ids.len() == before {
            return Err(Problem::new(
                Code::Conflict,
                format!("{name} has disconnected nothing yet"),
                "Run it first",
            ));
        }
    }
    Ok(ids)
}

/// Reads the record up to its latest checkpoint; the bundle, and how many entries that covers.
async fn gather(client: &Client, mut gathering: Gathering) -> Result<(Bundle, u64), VerbError> {
    let latest: Checkpoint = client.ask(rpc::Checkpoint).await?;
    let mut reading = LogPosition::from_the_start(None);
    while reading.seq < latest.size
        && let Some(entries) = reading.next(client).await?
    {
        for entry in entries.into_iter().filter(|it| it.seq < latest.size) {
            let taken = gathering.take(entry).map_err(NoBundle::from);
            taken.map_err(NotWritten::from).map_err(not_written)?;
        }
    }
    let bundle = gathering.finish(latest.checkpoint, latest.public_key);
    let bundle = bundle.map_err(NotWritten::from).map_err(not_written)?;
    Ok((bundle, latest.size))
}

fn unfinished(run: &Run) -> Problem {
    Problem::new(
        Code::Conflict,
        format!("{} is {}", run.id, run.state.words()),
        "Wait for its end; tagout runs shows it",
    )
}

fn not_written(error: NotWritten) -> Problem {
    let (code, hint) = match &error {
        NotWritten::Exists(_) => (Code::Conflict, "Name a folder that does not exist yet"),
        NotWritten::Disk { .. } => (Code::Failed, "Name a folder where there is room for it"),
        NotWritten::Unclear(_) | NotWritten::NoBundle(_) => {
            (Code::Failed, "Run tagout audit verify")
        }
    };
    Problem::new(code, error.to_string(), hint)
}
