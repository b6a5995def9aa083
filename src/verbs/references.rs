//! `tagout references`.

use clap::Args;

use super::print::Table;
use super::{Session, Stop, every};
use crate::wire::ask;
use crate::wire::view::Reference;

/// `tagout references`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Of one connection
    connection: Option<String>,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), Stop> {
    let client = session.client().await?;
    let rows: Vec<Reference> = every(&client, |window| ask::References {
        connection: arguments.connection.clone(),
        window,
    })
    .await?;
    session.show(&rows, || {
        let mut table = Table::new(&[
            "ENTITY",
            "LOCAL",
            "THERE",
            "STATUS",
            "STATUS THERE",
            "LABEL",
            "CONNECTION",
        ]);
        for row in &rows {
            table.row([
                row.entity.clone(),
                row.local_id.clone(),
                row.external_id.clone(),
                row.status.to_string(),
                row.remote_status.clone().unwrap_or_else(|| "-".to_owned()),
                row.label.clone(),
                row.connection.to_string(),
            ]);
        }
        table.render("There are no references.")
    })
}
