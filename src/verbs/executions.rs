//! `tagout executions`.

use clap::Args;

use super::print::{Table, clock, clock_or_dash, number};
use super::{Session, VerbError};
use crate::wire::rpc;

/// `tagout executions`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Of one job
    job: Option<String>,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    let request = |window| rpc::Executions {
        job: arguments.job.clone(),
        window,
    };
    let Some(rows) = session.listed(&client, request).await? else {
        return Ok(());
    };
    session.show(&rows, || {
        let mut table = Table::new(&[
            "BEGAN",
            "ENDED",
            "STATUS",
            ">RECEIVED",
            ">NEW",
            ">CHANGED",
            ">SAME",
            ">FAILED",
            "ERROR",
            "EXECUTION",
            "JOB",
        ]);
        for row in &rows {
            table.row([
                clock(row.started_at),
                clock_or_dash(row.completed_at),
                row.status.word().to_owned(),
                number(row.processed),
                number(row.created),
                number(row.updated),
                number(row.skipped),
                number(row.failed),
                row.error.clone().unwrap_or_default(),
                row.id.to_string(),
                row.job.to_string(),
            ]);
        }
        table.render("No job has run yet.")
    })
}
