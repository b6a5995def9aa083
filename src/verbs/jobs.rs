//! `tagout jobs`.

mod describe;
mod follow;

use clap::{Args, Subcommand};

use self::describe::{progress, rate, words};
use super::print::{Table, clock_or_dash};
use super::{Session, VerbError, input, word};
use crate::client::{Client, LONG_PATIENCE};
use crate::domain::job::RunWishes;
use crate::domain::job::SyncMode;
use crate::wire::Problem;
use crate::wire::rpc;
use crate::wire::rpc::JobSpec;
use crate::wire::view::Job;

/// `tagout jobs`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// Go on: every job once, then a line with the time for each change
    #[arg(long)]
    follow: bool,
    /// What to do with one.
    #[command(subcommand)]
    act: Option<Act>,
}

/// What to do with a job.
#[derive(Debug, Subcommand)]
enum Act {
    /// Make one
    Add {
        /// Of which connection
        connection: String,
        /// What it pulls, as tagout providers PROVIDER lists it
        #[arg(long)]
        entity: String,
        /// How.
        #[command(flatten)]
        how: JobOptions,
    },
    /// Change one
    Edit {
        /// Which
        job: String,
        /// How.
        #[command(flatten)]
        how: JobOptions,
    },
    /// Let one run, or all that ran before a disconnect
    Enable {
        /// Which
        #[arg(required_unless_present = "before", conflicts_with = "before")]
        job: Option<String>,
        /// Those of this connection that ran before its disconnect
        #[arg(long, value_name = "CONNECTION")]
        before: Option<String>,
    },
    /// Turn one off; a running execution is cancelled
    Disable {
        /// Which
        job: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Run one now; with --full or --fill-gap a running execution is stopped first
    Run {
        /// Which
        job: String,
        /// Ask for everything, not only for what changed
        #[arg(long)]
        full: bool,
        /// Pull the events of the times in which the connection was out of service, too
        #[arg(long)]
        fill_gap: bool,
        /// Believe that what the vendor no longer lists is gone, however much it is
        #[arg(long, requires = "full")]
        accept_gone: bool,
    },
    /// Forget where one stands: its next run begins at the beginning, and asks for everything
    Reset {
        /// Which
        job: String,
    },
    /// Stop the running execution of one; what was received is kept
    Cancel {
        /// Which
        job: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

/// What can be said about a job.
#[derive(Debug, Args)]
struct JobOptions {
    /// How much it pulls
    #[arg(long, value_parser = word::<SyncMode>(&["full", "incremental"]))]
    mode: Option<SyncMode>,
    /// Cron; an empty text for by hand
    #[arg(long, value_name = "CRON")]
    schedule: Option<String>,
    /// How often an execution is tried again
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=10))]
    max_retries: Option<u8>,
    /// After how long without a page an execution fails; waiting for a limit is no such time
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u16).range(1..=1440))]
    timeout: Option<u16>,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let (client, notices) = session.connect().await?;
    let Some(act) = arguments.act else {
        return match arguments.follow {
            true => follow::run(&client, notices, session).await,
            false => {
                let Some(rows) = session.listed(&client, follow::of_all).await? else {
                    return Ok(());
                };
                session.show(&rows, || table(&rows).or("There are no sync jobs."))
            }
        };
    };
    if let Act::Enable {
        before: Some(connection),
        ..
    } = act
    {
        let jobs: Vec<Job> = client.ask(rpc::EnableBefore { connection }).await?;
        return session.show(&jobs, || table(&jobs).or("No job ran before."));
    }
    match &act {
        Act::Disable { yes, .. } => {
            let question = "The job does not run any more, and a running execution is cancelled.";
            input::agreed(session, *yes, question)?;
        }
        Act::Cancel { yes, .. } => {
            let question = "The running execution ends; what was received is kept.";
            input::agreed(session, *yes, question)?;
        }
        Act::Add { .. }
        | Act::Edit { .. }
        | Act::Enable { .. }
        | Act::Run { .. }
        | Act::Reset { .. } => {}
    }
    let job = done(&client, act).await?;
    session.show(&job, || table(std::slice::from_ref(&job)).whole())
}

async fn done(client: &Client, act: Act) -> Result<Job, Problem> {
    use rpc::JobAction::{Cancel, Disable, Enable, Reset, Run, RunWith};
    let (job, act) = match act {
        Act::Add {
            connection,
            entity,
            how,
        } => {
            let spec = how.spec(Some(connection), Some(entity));
            return client.ask_within(LONG_PATIENCE, rpc::JobAdd(spec)).await;
        }
        Act::Edit { job, how } => {
            let spec = how.spec(None, None);
            let edit = rpc::JobEdit { job, spec };
            return client.ask_within(LONG_PATIENCE, edit).await;
        }
        Act::Enable { job, .. } => (job.unwrap_or_default(), Enable),
        Act::Disable { job, .. } => (job, Disable),
        Act::Run {
            job,
            full: false,
            fill_gap: false,
            accept_gone: false,
        } => (job, Run),
        Act::Run {
            job,
            full,
            fill_gap,
            accept_gone,
        } => {
            let wishes = RunWishes {
                full,
                fill_gap,
                accept_gone,
            };
            (job, RunWith(wishes))
        }
        Act::Reset { job } => (job, Reset),
        Act::Cancel { job, .. } => (job, Cancel),
    };
    // Cancelling waits for the page under way.
    let act = rpc::JobAct { job, act };
    client.ask_within(LONG_PATIENCE, act).await
}

impl JobOptions {
    fn spec(self, connection: Option<String>, entity: Option<String>) -> JobSpec {
        JobSpec {
            connection,
            entity,
            mode: self.mode,
            schedule: self.schedule,
            max_retries: self.max_retries,
            timeout_minutes: self.timeout,
        }
    }
}

fn table(rows: &[Job]) -> Table {
    let mut table = Table::new(&[
        "PROVIDER",
        "CONNECTION",
        "ENTITY",
        "MODE",
        "STATE",
        ">RECEIVED",
        ">RATE",
        "NEXT",
        "LAST WORDS",
        "JOB",
    ]);
    for job in rows {
        table.row([
            job.provider.clone(),
            job.connection_name.clone(),
            job.entity.clone(),
            super::print::word(job.mode),
            job.state.to_string(),
            progress(job),
            rate(job),
            clock_or_dash(job.next_run_at),
            words(job),
            job.id.to_string(),
        ]);
    }
    table
}
