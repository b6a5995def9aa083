//! `tagout flows`: authorizations that are open.

use clap::{Args, Subcommand};
use serde_json::json;

use super::print::{Table, clock};
use super::{Session, VerbError};
use crate::domain::flow::OpenFlow;
use crate::domain::id::FlowId;
use crate::wire::rpc;

/// `tagout flows`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What to do with one.
    #[command(subcommand)]
    act: Option<Act>,
}

/// What to do with a flow.
#[derive(Debug, Subcommand)]
enum Act {
    /// End it: its code is not exchanged any more
    Cancel {
        /// Which
        id: FlowId,
    },
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    let Some(Act::Cancel { id }) = arguments.act else {
        let rows: Vec<OpenFlow> = client.ask(rpc::Flows).await?;
        return session.show(&rows, || list(&rows));
    };
    client.ask(rpc::FlowCancel { id: id.clone() }).await?;
    session.show(&json!({ "cancelled": id }), || format!("Ended {id}."))
}

fn list(rows: &[OpenFlow]) -> Table {
    let mut table = Table::new(&[
        "PROVIDER",
        "CONNECTION",
        "OWNER",
        "BEGUN BY",
        "HOW",
        "SINCE",
        "ENDS",
        "FLOW",
    ]);
    for row in rows {
        let connection = row.connection.as_ref();
        table.row([
            row.provider.clone(),
            connection.map_or_else(|| "new".to_owned(), ToString::to_string),
            row.owner.clone(),
            row.by.clone(),
            row.kind.word().to_owned(),
            clock(row.began_at),
            clock(row.ends_at),
            row.id.to_string(),
        ]);
    }
    table.or("No authorization is open.")
}
