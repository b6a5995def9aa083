//! `tagout audit`: the record.

mod chain;
mod verify;

use clap::{Args, Subcommand};
use jiff::{Timestamp, Zoned};

use super::json_array::JsonArray;
use super::print::{clock, json, one_line, say, word};
use super::{Pages, Session, VerbError, until};
use crate::audit::{self, ExportError};
use crate::client::{Client, Notices};
use crate::domain::audit::{AuditEntry, AuditOutcome};
use crate::domain::parse_time::{NotATime, parse_time};
use crate::wire::request::{MAX_ROWS, Window};
use crate::wire::rpc;
use crate::wire::view::{Checkpoint, Status, ToldRow};
use crate::wire::{Code, Problem, Topic};

/// `tagout audit`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// Go on: the last ten, or those since, and a line for every further one
    #[arg(long)]
    follow: bool,
    /// From here on: a time, a day, or how long ago (2h, 3d)
    #[arg(long, value_name = "T", value_parser = since)]
    since: Option<Timestamp>,
    /// Only entries with these words; action:, by:, outcome:, provider:, connection:, since:7d, until: and not: work, too
    #[arg(long, value_name = "TEXT", conflicts_with = "follow")]
    filter: Option<String>,
    /// What to do with the record.
    #[command(subcommand)]
    act: Option<Act>,
}

/// What to do with the record.
#[derive(Debug, Subcommand)]
enum Act {
    /// Check the log, or a bundle of evidence, without a server
    Verify(verify::Arguments),
    /// Every entry as one line of JSON, oldest first, in the form that verify reads
    Export,
    /// The latest signed checkpoint, to keep elsewhere
    Checkpoint,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    match arguments.act {
        Some(Act::Verify(arguments)) => return verify::run(arguments, session),
        Some(Act::Export) => return export(session).await,
        Some(Act::Checkpoint) => return checkpoint(session).await,
        None => {}
    }
    let (client, notices) = session.connect().await?;
    if arguments.follow {
        return follow(&client, notices, arguments.since, session).await;
    }
    let mut printed = PrintedEntries {
        is_json: session.manner.json,
        array: JsonArray::default(),
        any: false,
    };
    match arguments.filter {
        Some(filter) => {
            let since = arguments.since.map(|since| format!(" since:{since}"));
            let filter = filter + &since.unwrap_or_default();
            let mut pages = Pages::new(&client, |window| rpc::Audit {
                // Oldest first.
                window: Window {
                    filter: filter.clone(),
                    reverse: true,
                    ..window
                },
            });
            while let Some(entries) = pages.next().await? {
                printed.extend(&entries)?;
            }
        }
        None => {
            let mut reading = LogPosition::from_the_start(arguments.since);
            while let Some(entries) = reading.next(&client).await? {
                printed.extend(&entries)?;
            }
        }
    }
    printed.end()
}

/// Entries on their way out, as they come: a log is longer than what fits into memory.
struct PrintedEntries {
    is_json: bool,
    array: JsonArray,
    any: bool,
}

impl PrintedEntries {
    fn extend(&mut self, entries: &[AuditEntry]) -> Result<(), VerbError> {
        if self.is_json {
            let rows: Vec<_> = entries.iter().map(told).collect();
            return self.array.extend(&rows);
        }
        if entries.is_empty() {
            return Ok(());
        }
        self.any = true;
        let lines: Vec<String> = entries.iter().map(line).collect();
        say(&lines.join("\n"))
    }

    fn end(self) -> Result<(), VerbError> {
        match (self.is_json, self.any) {
            (true, _) => self.array.end(),
            (false, true) => Ok(()),
            (false, false) => say("There are no entries."),
        }
    }
}

/// The log up to its latest checkpoint, which stands on the last line, so that `audit verify` takes it.
async fn export(session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    let latest: Checkpoint = client.ask(rpc::Checkpoint).await?;
    let mut reading = LogPosition::from_the_start(None);
    while let Some(entries) = reading.next(&client).await? {
        let covered = entries
            .into_iter()
            .take_while(|entry| entry.seq < latest.size)
            .map(|entry| {
                let is_last = entry.seq + 1 == latest.size;
                (entry, is_last.then(|| latest.checkpoint.clone()))
            });
        audit::export(covered, &mut std::io::stdout().lock()).map_err(not_exported)?;
        if reading.seq >= latest.size {
            break;
        }
    }
    Ok(())
}

fn not_exported(error: ExportError) -> VerbError {
    match error {
        ExportError::Write(error) => error.into(),
        ExportError::Leaf(error) => {
            Problem::new(Code::Failed, error.to_string(), "Run tagout audit verify").into()
        }
    }
}

async fn checkpoint(session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    let latest: Checkpoint = client.ask(rpc::Checkpoint).await?;
    session.show(&latest, || latest.checkpoint.trim_end().to_owned())
}

/// So many entries that are there already begin what is followed.
const BEFORE: u64 = 10;

/// Prints entries as they are written, from `since` or the last ten on, until the server goes away.
async fn follow(
    client: &Client,
    mut notices: Notices,
    since: Option<Timestamp>,
    session: &Session,
) -> Result<(), VerbError> {
    let mut reading = LogPosition::from_the_start(since);
    if since.is_none() {
        let status: Status = client.ask(rpc::Status).await?;
        reading.seq = status.audit_entries.saturating_sub(BEFORE);
    }
    loop {
        while let Some(entries) = reading.next(client).await? {
            for entry in &entries {
                match session.manner.json {
                    true => json(&told(entry))?,
                    false => say(&line(entry))?,
                }
            }
        }
        until(&mut notices, |topic| *topic == Topic::Audit).await?;
    }
}

/// Where in the log a reader is.
pub(super) struct LogPosition {
    pub(super) seq: u64,
    since: Option<Timestamp>,
}

impl LogPosition {
    pub(super) fn from_the_start(since: Option<Timestamp>) -> Self {
        Self { seq: 0, since }
    }

    /// The next entries; none at the end, for now.
    pub(super) async fn next(
        &mut self,
        client: &Client,
    ) -> Result<Option<Vec<AuditEntry>>, Problem> {
        let request = rpc::AuditFrom {
            seq: self.seq,
            since: self.since,
            limit: MAX_ROWS,
        };
        let entries: Vec<AuditEntry> = client.ask(request).await?;
        let Some(last) = entries.last() else {
            return Ok(None);
        };
        self.seq = last.seq + 1;
        Ok(Some(entries))
    }
}

/// An entry as JSON.
fn told(entry: &AuditEntry) -> ToldRow<&AuditEntry> {
    ToldRow {
        row: entry,
        sentence: Some(entry.event().sentence()),
    }
}

fn line(entry: &AuditEntry) -> String {
    let outcome = match entry.outcome {
        AuditOutcome::Done => String::new(),
        other => format!(" {}", word(other)),
    };
    let from = entry
        .origin
        .address
        .as_deref()
        .map(|a| format!(" from {a}"));
    one_line(&format!(
        "{} {} {} ({}){}: {} {}{outcome} · {}",
        entry.seq,
        clock(entry.at),
        entry.actor,
        entry.role,
        from.unwrap_or_default(),
        entry.action,
        entry.target,
        entry.event().sentence(),
    ))
}

fn since(text: &str) -> Result<Timestamp, NotATime> {
    parse_time(text, &Zoned::now())
}
