//! `tagout walkthroughs`: several connections taken out of service as one thing.

pub(super) mod print;

use clap::{Args, Subcommand};

use super::disconnect::{Until, walk};
use super::print::{Table, clock, one_line};
use super::{Session, VerbError, input};
use crate::client::{Client, LONG_PATIENCE};
use crate::domain::walkthrough::WalkState;
use crate::wire::rpc::{self, Rpc};
use crate::wire::walkthrough::{Walkthrough, WalkthroughRow};
use print::in_full;

/// `tagout walkthroughs`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// One in full
    walkthrough: Option<String>,
    /// What to do with one.
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Take back what is planned: it is a draft again
    Cancel(One),
    /// Stop between connections: what has begun goes on to its end
    Stop(One),
    /// Begin what had not begun when it was stopped, and watch
    Resume(Resume),
    /// Throw a draft away, or close one that stopped or fell: what had not begun stays in service
    Discard(Discard),
}

#[derive(Debug, Args)]
struct One {
    /// Its id, or the beginning of it
    walkthrough: String,
}

#[derive(Debug, Args)]
struct Discard {
    /// Its id, or the beginning of it
    walkthrough: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, Args)]
struct Resume {
    /// Its id, or the beginning of it
    walkthrough: String,
    /// Exit 6 unless every token is proven dead
    #[arg(long)]
    strict: bool,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let (client, notices) = session.connect().await?;
    let one = async |id: String| client.ask(rpc::Walkthrough { id }).await;
    match (arguments.act, arguments.walkthrough) {
        (None, None) => {
            let Some(rows) = session.listed(&client, rpc::Walkthroughs).await? else {
                return Ok(());
            };
            session.show(&rows, || list(&rows))
        }
        (None, Some(id)) => {
            let found = one(id).await?;
            session.show(&found, || in_full(&found))
        }
        (Some(Act::Cancel(it)), _) => {
            let id = one(it.walkthrough).await?.id;
            act(&client, rpc::WalkthroughPlan::cancelling(id), session).await
        }
        (Some(Act::Stop(it)), _) => {
            let id = one(it.walkthrough).await?.id;
            act(&client, rpc::WalkthroughStop { id }, session).await
        }
        (Some(Act::Discard(it)), _) => {
            let found = one(it.walkthrough).await?;
            let question = format!("{} is thrown away or closed.", one_line(&found.title));
            input::agreed(session, it.yes, &question)?;
            let id = found.id.clone();
            if found.state == WalkState::Planned {
                let cancel = rpc::WalkthroughPlan::cancelling(id.clone());
                client.ask(cancel).await?;
            }
            client.ask(rpc::WalkthroughDiscard { id }).await?;
            session.show(&found, || {
                let word = match found.state {
                    WalkState::Draft | WalkState::Planned => "Discarded",
                    _ => "Closed",
                };
                format!("{word} {}.", one_line(&found.title))
            })
        }
        (Some(Act::Resume(it)), _) => {
            let id = one(it.walkthrough).await?.id;
            let go_on = rpc::WalkthroughGoOn { id: id.clone() };
            client.ask_within(LONG_PATIENCE, go_on).await?;
            let until = match it.strict {
                true => Until::Proven,
                false => Until::Ended,
            };
            let proven = walk::watch(&client, notices, id, until, session).await?;
            match it.strict && !proven {
                true => Err(VerbError::NotProven),
                false => Ok(()),
            }
        }
    }
}

async fn act<A: Rpc<Reply = Walkthrough>>(
    client: &Client,
    request: A,
    session: &Session,
) -> Result<(), VerbError> {
    let now = client.ask_within(LONG_PATIENCE, request).await?;
    session.show(&now, || in_full(&now))
}

fn list(rows: &[WalkthroughRow]) -> Table {
    let mut table = Table::new(&[
        "SAVED",
        "TITLE",
        "BY",
        "REASON",
        "TICKET",
        "STATE",
        ">DONE",
        "WALKTHROUGH",
    ]);
    for row in rows {
        table.row([
            clock(row.created_at),
            row.title.clone(),
            row.by.clone(),
            row.terms.reason.words().to_owned(),
            row.terms.ticket.clone().unwrap_or_default(),
            match (row.state, row.planned_for) {
                (WalkState::Planned, Some(at)) => format!("planned for {}", clock(at)),
                (state, _) => state.word().to_owned(),
            },
            format!("{}/{}", row.targets.ended, row.targets.chosen),
            row.id.to_string(),
        ]);
    }
    table.or("Connections were taken out of service one by one so far.")
}
