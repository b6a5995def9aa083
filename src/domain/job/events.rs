//! What happens to a sync job, what is to be done about it, and what is refused.

use std::time::Duration;

use jiff::Timestamp;

use super::{ExecutionStatus, RunWishes, SyncMode};
use crate::domain::id::{ExecutionId, JobId, RunId};
use crate::domain::sync::{Deletions, FinishedPass, ListSource, Pass};

/// What happens to a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobEvent {
    /// It is turned on.
    Enabled {
        /// When, and when it is due.
        at: Timestamp,
    },
    /// A person turns it off.
    Disabled { by: String },
    /// A person changes its settings.
    Edited {
        /// What they are from now on.
        settings: JobSettings,
        /// When the new schedule comes round.
        next_run_at: Option<Timestamp>,
    },
    /// A person has wishes for what it pulls next; they stay until a pass has fulfilled them.
    Asked(RunWishes),
    /// A person has it forget what it knows of its list.
    Reset,
    /// What it brought is removed for good, and what it knows of that with it.
    Wiped,
    /// The vendor tells of a change.
    Told {
        /// When that is pulled at the latest.
        due: Timestamp,
    },
    /// An execution of it begins.
    Began {
        execution: ExecutionId,
        /// Whether nothing but an event of the vendor asks for it.
        is_by_event: bool,
        /// How its execution before this one stands.
        last: Option<ExecutionStatus>,
    },
    /// Its execution came to an end by itself.
    Ended {
        /// Why it did not succeed, in words.
        error: Option<String>,
        /// When it is due next.
        next_run_at: Option<Timestamp>,
    },
    /// A person cancelled its execution.
    Cancelled {
        /// When its schedule comes round next; the execution had taken the time before it.
        next_run_at: Option<Timestamp>,
    },
    /// The vendor has none of the things any more that the last whole pass over a list did not see.
    MissingGone,
    /// The vendor refuses the list of one of the things that have one.
    ListRefused,
    /// A disconnect takes its connection out of service.
    WentOut { run: RunId, at: Timestamp },
    /// Its connection was authorized, for the first time or once more.
    Authorized {
        at: Timestamp,
        /// With other scopes, or another key: it may see more of its lists than before, or less.
        sees_other: bool,
    },
    /// Its connection is in service again after a disconnect.
    CameBack {
        at: Timestamp,
        /// What is done about the time in between.
        catch_up: CatchUp,
    },
    /// Its list is found to be this one.
    ListSeen {
        /// Which it is.
        source: ListSource,
        /// When, which is when it is pulled.
        at: Timestamp,
    },
    /// A pass over its list begins, or has come this far.
    PassStands(Box<Pass>),
    /// The pass has come to its end.
    PassEnded {
        pass: FinishedPass,
        /// Since when a whole one saw what it saw, and what it says of deletions.
        whole: Option<(Timestamp, Deletions)>,
    },
}

/// What a person sets of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSettings {
    /// How much it pulls.
    pub mode: SyncMode,
    /// Cron, or nothing for by hand.
    pub schedule: Option<String>,
    /// 1 to 10.
    pub max_retries: u8,
    /// 1 to 1440.
    pub timeout_minutes: u16,
}

/// What is done about the time in which a job's connection was out of service (O10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatchUp {
    /// What is true now is pulled; what was deleted meanwhile is looked for unless the vendor still tells it.
    State {
        /// How long the vendor tells deletions; none when it never does.
        deletions_told: Option<Duration>,
    },
    /// The events of the time in between are pulled: a person asks for that.
    FillGaps,
    /// The events of the time in between are not pulled.
    LeaveGap,
    /// The same, and nothing tells when an event happened: events are pulled from now on.
    FromNow,
}

/// What is to be done about an event beside keeping the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobEffect {
    /// Nothing.
    Nothing,
    /// It ran until now: its connection remembers it, so that one key turns it on again.
    Remember,
    /// Another pass follows right behind.
    PassAgain,
}

/// What does not happen to a job as it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobRefusal {
    /// Nothing of it begins while it is off.
    #[error("{0} is off; enable it first")]
    Off(JobId),
    /// Two executions of it never run at once.
    #[error("{0} is running already")]
    Running(JobId),
}
