//! `tagout holds`: tokens that are kept sealed to retry their revocation.

use clap::{Args, Subcommand};

use super::print::{Table, clock};
use super::{Session, VerbError, input};
use crate::domain::id::HoldId;
use crate::wire::rpc;
use crate::wire::view::Hold;

/// `tagout holds`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What to do with one.
    #[command(subcommand)]
    act: Option<Act>,
}

/// What to do with a hold.
#[derive(Debug, Subcommand)]
enum Act {
    /// Give it up: the token is destroyed without proof, and may live on
    Drop {
        /// Which
        id: HoldId,
        /// Why
        #[arg(long, value_name = "T")]
        note: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    if let Some(Act::Drop { yes, .. }) = &arguments.act {
        let question = "The token is destroyed here without proof, and may live on at the vendor.";
        input::sure(session, *yes, question, "drop")?;
    }
    let client = session.client().await?;
    let Some(Act::Drop { id, note, .. }) = arguments.act else {
        let request = |window| rpc::Holds {
            connection: None,
            window,
        };
        let Some(rows) = session.listed(&client, request).await? else {
            return Ok(());
        };
        return session.show(&rows, || list(&rows));
    };
    let it: Hold = client.ask(rpc::HoldDrop { id, note }).await?;
    session.show(&it, || list(std::slice::from_ref(&it)).whole())
}

/// Each hold with its next try and since when it is held.
pub(super) fn list(rows: &[Hold]) -> Table {
    let mut table = Table::new(&[
        "PROVIDER",
        "CONNECTION",
        "TOKEN",
        "HELD SINCE",
        "TRIES",
        "NEXT TRY",
        "LAST ANSWER",
        "HOLD",
    ]);
    for row in rows {
        let next = match (&row.ended, row.next_try) {
            (Some(how), _) => format!("ended: {how}"),
            (None, Some(at)) => clock(at),
            (None, None) => String::new(),
        };
        let last = match &row.narrowed {
            Some(why) => format!("{} ({why})", row.last),
            None => row.last.clone(),
        };
        table.row([
            row.provider_name.clone(),
            row.connection_name.clone(),
            format!("{} {}", row.kind.word(), row.fingerprint),
            clock(row.opened_at),
            row.tries.to_string(),
            next,
            last,
            row.id.to_string(),
        ]);
    }
    table.or("No token is held.")
}
