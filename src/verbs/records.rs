//! `tagout records`.

use clap::Args;

use super::print::{Table, clock};
use super::{Session, Stop, every};
use crate::wire::ask;
use crate::wire::view::Record;

/// `tagout records`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Of one connection
    connection: Option<String>,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), Stop> {
    let client = session.client().await?;
    let rows: Vec<Record> = every(&client, |window| ask::Records {
        connection: arguments.connection.clone(),
        window,
    })
    .await?;
    session.show(&rows, || {
        let mut table = Table::new(&[
            "ENTITY",
            "RECORD",
            "LABEL",
            "CHANGED THERE",
            "RECEIVED",
            "CONNECTION",
        ]);
        for row in &rows {
            table.row([
                row.entity.clone(),
                row.id.clone(),
                row.label.clone(),
                row.updated.clone().unwrap_or_else(|| "-".to_owned()),
                clock(row.synced_at),
                row.connection.to_string(),
            ]);
        }
        table.render("There are no records.")
    })
}
