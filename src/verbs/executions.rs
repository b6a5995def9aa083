//! `tagout executions`.

use clap::Args;

use super::print::{Table, clock, clock_or_dash, number};
use super::{Session, VerbError};
use crate::domain::id::ExecutionId;
use crate::domain::job::PulledPage;
use crate::wire::rpc;

/// `tagout executions`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Of one job
    job: Option<String>,
    /// The latest pages of one, as far as the server remembers them since it started
    #[arg(long, value_name = "EXECUTION", conflicts_with = "job")]
    pages: Option<ExecutionId>,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    if let Some(execution) = arguments.pages {
        let pages = client.ask(rpc::ExecutionPages { execution }).await?;
        return session.show(&pages, || page_table(&pages));
    }
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
            ">NOT TAKEN",
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
        table.or("No job has run yet.")
    })
}

fn page_table(pages: &[PulledPage]) -> Table {
    let mut table = Table::new(&[
        ">PAGE",
        "CAME",
        ">RECEIVED",
        ">CHANGED",
        ">SAME",
        ">DELETED",
        ">NOT TAKEN",
        "OF",
        "NEXT",
    ]);
    for page in pages {
        table.row([
            number(page.number),
            clock(page.at),
            number(page.received),
            number(page.changed),
            number(page.unchanged),
            number(page.deleted),
            number(page.failed),
            page.parent.clone().unwrap_or_default(),
            page.position.clone().unwrap_or_default(),
        ]);
    }
    table.or("No page of it is remembered.")
}
