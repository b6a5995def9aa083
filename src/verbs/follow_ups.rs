//! `tagout follow-ups`: what a person must still do at the vendors.

use clap::{Args, Subcommand};

use super::print::{Table, clock};
use super::{Session, VerbError};
use crate::domain::id::FollowUpId;
use crate::wire::rpc;
use crate::wire::view::FollowUp;

/// `tagout follow-ups`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What to do with one.
    #[command(subcommand)]
    act: Option<Act>,
}

/// What to do with a follow-up.
#[derive(Debug, Subcommand)]
enum Act {
    /// Tick it off, with your name
    Done {
        /// Which
        id: FollowUpId,
        /// What you found
        #[arg(long, value_name = "T", default_value = "")]
        note: String,
    },
    /// Open one again that was ticked off by mistake
    Undo {
        /// Which
        id: FollowUpId,
        /// Why
        #[arg(long, value_name = "T", default_value = "")]
        note: String,
    },
    /// Ask somebody to do one: they see it at their next start
    Assign {
        /// Which
        id: FollowUpId,
        /// Whom: a user's name
        user: String,
    },
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    let it: FollowUp = match arguments.act {
        None => {
            let request = |window| rpc::FollowUps {
                connection: None,
                window,
            };
            let Some(rows) = session.listed(&client, request).await? else {
                return Ok(());
            };
            return session.show(&rows, || list(&rows));
        }
        Some(Act::Done { id, note }) => client.ask(rpc::FollowUpDone { id, note }).await?,
        Some(Act::Assign { id, user }) => client.ask(rpc::FollowUpAssign { id, user }).await?,
        Some(Act::Undo { id, note }) => client.ask(rpc::FollowUpUndo { id, note }).await?,
    };
    session.show(&it, || list(std::slice::from_ref(&it)).whole())
}

fn list(rows: &[FollowUp]) -> Table {
    let mut table = Table::new(&[
        "STATE",
        "PROVIDER",
        "CONNECTION",
        "TO DO",
        "WHERE",
        "CHECKED",
        "FOLLOW-UP",
    ]);
    for row in rows {
        let state = match &row.done {
            None => match (row.moot(), &row.assigned) {
                (Some(moot), _) => moot.to_owned(),
                (None, Some(whose)) => format!("open, {whose}'s"),
                (None, None) => "open".to_owned(),
            },
            Some(done) => format!("done by {} {}", done.by, clock(done.at)),
        };
        table.row([
            state,
            row.provider_name.clone(),
            row.connection_name.clone(),
            row.text.clone(),
            row.url.clone().unwrap_or_default(),
            row.checked_on.clone().unwrap_or_default(),
            row.id.to_string(),
        ]);
    }
    table.or("Nothing is left to do.")
}
