//! `tagout runs`: disconnects, past and under way.

use std::io;

use clap::Args;
use futures::{StreamExt as _, TryStreamExt as _};
use serde_json::Value;

use super::json_array::JsonArray;
use super::print::{Table, clock, clock_or_dash, facts, one_line, residual, section};
use super::{Pages, Session, VerbError, every, plan};
use crate::client::{Client, LONG_PATIENCE};
use crate::domain::credential::HELD_ELSEWHERE;
use crate::domain::disconnect::log::{Step, StepState};
use crate::domain::disconnect::texts;
use crate::domain::flow::OpenFlow;
use crate::wire::rpc;
use crate::wire::view::{FollowUp, Run, RunRow, RunStep, RunToken};

/// So many runs are asked for at once.
const AT_ONCE: usize = 16;

/// `tagout runs`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// One in full
    run: Option<String>,
    /// Go on with one that waits for a person
    #[arg(long, requires = "run")]
    resume: bool,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    let Some(id) = arguments.run else {
        if session.manner.json {
            let (mut array, mut pages) = (JsonArray::default(), Pages::new(&client, rpc::Runs));
            while let Some(rows) = pages.next().await? {
                array.extend(&whole(&client, rows).await?)?;
            }
            return array.end();
        }
        let rows: Vec<RunRow> = every(&client, rpc::Runs).await?;
        return session.show(&rows, || list(&rows));
    };
    let mut run: Run = client.ask(rpc::Run { id: id.clone() }).await?;
    if arguments.resume {
        let request = rpc::RunResume { id: run.id };
        client.ask_within(LONG_PATIENCE, request).await?;
        run = client.ask(rpc::Run { id }).await?;
    }
    session.show(&run, || in_full(&run))
}

/// The rows with every field that the run has when it is asked for alone.
async fn whole(client: &Client, rows: Vec<RunRow>) -> Result<Vec<Value>, VerbError> {
    let one = async |row: RunRow| {
        let id = row.id.to_string();
        let run = client.ask(rpc::Run { id }).await?;
        let mut run = serde_json::to_value(run).map_err(io::Error::from)?;
        let row = serde_json::to_value(row).map_err(io::Error::from)?;
        if let (Value::Object(run), Value::Object(row)) = (&mut run, row) {
            for (name, value) in row {
                run.entry(name).or_insert(value);
            }
        }
        Ok::<_, VerbError>(run)
    };
    let all = futures::stream::iter(rows).map(one);
    all.buffered(AT_ONCE).try_collect().await
}

fn list(rows: &[RunRow]) -> Table {
    let mut table = Table::new(&[
        "BEGAN", "PROVIDER", "NAME", "BY", "REASON", "TICKET", "STATE", ">PROVEN", "RUN",
    ]);
    for row in rows {
        table.row([
            clock(row.started_at),
            row.provider_name.clone(),
            row.name.clone(),
            row.actor.clone(),
            row.reason.words().to_owned(),
            row.ticket.clone().unwrap_or_default(),
            row.state.words().to_owned(),
            format!("{}/{}", row.proven, row.tokens),
            row.id.to_string(),
        ]);
    }
    table.or("Nothing was disconnected yet.")
}

/// A run as a person reads it.
pub(super) fn in_full(run: &Run) -> String {
    let mut text = heading(run);
    text.push_str("\n\n");
    text.push_str(&facts(&[
        ("by", run.actor.clone()),
        ("from", run.origin.address.clone().unwrap_or_default()),
        ("reason", run.reason.words().to_owned()),
        ("note", run.note.clone()),
        ("ticket", run.ticket.clone().unwrap_or_default()),
        ("began", clock(run.started_at)),
        ("ended", clock_or_dash(run.ended_at)),
        ("state", run.state.words().to_owned()),
        ("then", swap(run).unwrap_or_default()),
    ]));
    text.push_str("\n\n");
    for step in &run.steps {
        text.push_str(&step_line(step));
        text.push('\n');
    }
    text.push_str(&rest(run));
    text.trim_end().to_owned()
}

/// What the run is the first half of, where it is one of a swap.
pub(super) fn swap(run: &Run) -> Option<String> {
    run.swap_sentence().map(|said| one_line(&said))
}

/// `Disconnecting GitHub · acme-bot  run_…`.
pub(super) fn heading(run: &Run) -> String {
    one_line(&format!(
        "Disconnecting {} · {}: {}",
        run.provider_name, run.name, run.id
    ))
}

/// A step: its number, words, state, what it found, how long it took.
pub(super) fn step_line(it: &RunStep) -> String {
    let number = Step::ALL
        .iter()
        .position(|step| *step == it.step)
        .map_or(0, |i| i + 1);
    let took = match (it.started_at, it.ended_at) {
        (Some(from), Some(to)) if it.state != StepState::Pending => {
            format!("{:.1} s", to.duration_since(from).as_secs_f64())
        }
        _ => String::new(),
    };
    let line = format!(
        "{number} {:<19}  {:<7}  {took:>7}  {}",
        it.step.words(),
        it.state.word(),
        one_line(&it.detail)
    );
    line.trim_end().to_owned()
}

/// What is known at the end: tokens, what stays, what is left.
pub(super) fn rest(run: &Run) -> String {
    let mut text = section("Tokens", run.tokens.iter().map(token));
    text.push_str(&section(
        "Was given a token, and could hold a copy",
        run.readers.iter().map(plan::reader),
    ));
    text.push_str(&section(
        "Open authorizations that ended with it",
        (run.plan.flows.iter().map(OpenFlow::words)).chain(texts::links(&run.links, clock)),
    ));
    text.push_str(&section("Stays", run.plan.kept.iter().cloned()));
    let left = run.app_left.map(|it| it.sentence().to_owned());
    text.push_str(&section("At the provider", left));
    text.push_str(&section(
        "Left to you",
        run.follow_ups
            .iter()
            .filter(|f| f.done.is_none())
            .map(follow_up),
    ));
    text
}

fn token(it: &RunToken) -> String {
    let outcome = it
        .outcome
        .map_or("not judged", |outcome| outcome.words_of(it.kind));
    let mut facts = Vec::new();
    if let (Some(method), Some(endpoint)) = (&it.evidence.method, &it.evidence.endpoint) {
        let status = it
            .evidence
            .status
            .map_or_else(|| "no answer".to_owned(), |s| s.to_string());
        facts.push(format!("{method} {endpoint}: {status}"));
    }
    let asked = |when, answer: &Option<crate::domain::trial::Answer>| {
        answer
            .as_ref()
            .map(|answer| format!("asked {when}: {}", answer.words()))
    };
    facts.extend(asked("before", &it.evidence.probe_before));
    facts.extend(asked("after", &it.evidence.probe_after));
    if let Some(proof) = &it.proof {
        facts.extend(proof.words("the provider"));
        facts.extend(
            proof
                .until
                .map(|until| format!("proof until {}", clock(until))),
        );
    }
    facts.extend(
        it.evidence
            .reason
            .clone()
            .filter(|reason| !reason.is_empty()),
    );
    facts.extend(match &it.over {
        Some(over) => Some(over.words()),
        None => it
            .residual_until
            .map(residual)
            .filter(|text| !text.is_empty()),
    });
    if it.superseded {
        facts.push(match it.replaced_at {
            Some(at) => format!("replaced {}", clock(at)),
            None => "superseded".to_owned(),
        });
    }
    if it.is_held_elsewhere {
        facts.push(HELD_ELSEWHERE.to_owned());
    }
    let set = if it.label.is_empty() {
        String::new()
    } else {
        format!(" ({})", it.label)
    };
    format!(
        "{}{set} {}: {outcome} · {}",
        it.kind.word(),
        it.fingerprint,
        facts.join(" · ")
    )
}

fn follow_up(it: &FollowUp) -> String {
    let url = it.url.as_ref().map(|url| format!(" ({url})"));
    let moot = it.moot().map(|moot| format!(" ({moot})"));
    format!(
        "{}{}{}",
        it.text,
        url.unwrap_or_default(),
        moot.unwrap_or_default()
    )
}
