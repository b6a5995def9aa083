//! `tagout purge`: what syncs brought is removed for good; configuration, runs and the record stay.

use clap::{ArgGroup, Args};
use serde_json::json;

use super::print::{count, json as print_json, number, say};
use super::progress::ProgressOutput;
use super::{Session, VerbError, input, until};
use crate::client::{Client, LONG_PATIENCE, Notices};
use crate::domain::id::WipeId;
use crate::domain::wipe::{Wipe, WipeCounts};
use crate::wire::view::{Progress, WipePlan};
use crate::wire::{Topic, rpc};

/// `tagout purge`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["provider", "all"]))]
pub struct Arguments {
    /// Whose data
    provider: Option<String>,
    /// All of it
    #[arg(long)]
    all: bool,
    /// The name of the workspace, as a confirmation; asked for where somebody is there
    #[arg(long, value_name = "WORKSPACE")]
    confirm: Option<String>,
    /// Only say what would be removed
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let (client, notices) = session.connect().await?;
    let provider = arguments.provider;
    let plan: WipePlan = client
        .ask_within(
            LONG_PATIENCE,
            rpc::WipePlan {
                provider: provider.clone(),
            },
        )
        .await?;
    if arguments.dry_run {
        return session.show(&plan, || planned(&plan));
    }
    let question = format!("{}\nThis cannot be undone.", planned(&plan));
    let confirm = match arguments.confirm {
        Some(confirm) => {
            input::sure(session, arguments.yes, &question, "wipe")?;
            confirm
        }
        None => {
            let question = format!("{question} Type the name of the workspace to go on:");
            input::answered(session, &question, "Add --confirm WORKSPACE and --yes")?
        }
    };
    // The tables are looked through before the first row goes.
    let begin = rpc::WipeBegin { provider, confirm };
    let wipe: Wipe = client.ask_within(LONG_PATIENCE, begin).await?;
    // One that is under way has removed some, and the plan counts what was left.
    let total = rows(&wipe.counts) + rows(&plan.counts);
    let wipe = follow(&client, notices, wipe.id, total, session).await?;
    match session.manner.json {
        true => print_json(&json!({ "event": "wiped", "wipe": wipe })),
        false => say(&format!(
            "Wiped: {}. Nothing of it is in the database any more.",
            listed(&wipe.counts)
        )),
    }
}

/// Shows how far it is, and each reason why it waits, until it has ended.
async fn follow(
    client: &Client,
    mut notices: Notices,
    id: WipeId,
    total: u64,
    session: &Session,
) -> Result<Wipe, VerbError> {
    let mut shown = ProgressOutput::of(session);
    let mut said: Option<String> = None;
    loop {
        let wipe: Wipe = client.ask(rpc::Wipe { id: id.clone() }).await?;
        if wipe.ended_at.is_some() {
            shown.end()?;
            return Ok(wipe);
        }
        if let Some(why) = &wipe.why
            && said.as_ref() != Some(why)
        {
            shown.waits(why)?;
            said = Some(why.clone());
        }
        shown.at(&Progress {
            rows: rows(&wipe.counts),
            rows_total: Some(total.max(rows(&wipe.counts))),
            ..Progress::default()
        })?;
        until(&mut notices, |topic| *topic == Topic::Upkeep).await?;
    }
}

fn rows(counts: &WipeCounts) -> u64 {
    counts.records + counts.scopes + counts.executions + counts.deliveries + counts.cursors
}

fn listed(counts: &WipeCounts) -> String {
    format!(
        "{} with their references, {}, webhook deliveries ({}), the cursors of {}",
        count(counts.records, "record"),
        count(counts.executions, "execution"),
        number(counts.deliveries),
        count(counts.cursors, "job"),
    )
}

fn planned(plan: &WipePlan) -> String {
    let what = plan.provider.as_deref().unwrap_or("all providers");
    let mut text = format!("A wipe of {what} removes {}.", listed(&plan.counts));
    text.push_str(" Configuration, disconnects and the record stay.");
    if !plan.connected.is_empty() {
        text.push_str(&format!(
            "\nIt is refused while {} not out of service: {}.",
            match plan.connected.len() {
                1 => "1 connection is".to_owned(),
                n => format!("{} connections are", number(n as u64)),
            },
            plan.connected.join(", ")
        ));
    }
    text
}
