//! Sync jobs, their executions, and what they brought.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::id::{ConnectionId, ExecutionId, JobId, ReferenceId};
use super::sync::ListState;

mod events;
mod executions;
mod fair_order;
mod kept_executions;
mod links;
mod list;
mod page_slots;
mod pulled_page;
mod record_of;
mod reference;
mod retries;
#[cfg(test)]
pub(crate) mod sample;
mod schedule;
mod seen;
mod state;
mod stored_body;
mod transitions;

pub use events::{CatchUp, JobEffect, JobEvent, JobRefusal, JobSettings};
pub use executions::{ExecutionEffect, ExecutionEnd, ExecutionEvent, ExecutionRefusal};
pub use fair_order::in_rounds;
pub use kept_executions::{LATEST_KEPT, OLDEST_ASKED, has_old_executions, not_kept};
pub use links::LinkRefused;
pub use list::ParentList;
pub use page_slots::{Asker, PageSlots, SlotEvent, SlotLimits};
pub use pulled_page::PulledPage;
pub use record_of::RecordOf;
pub use reference::ReferenceState;
pub use retries::{AGAIN, TRIES};
pub use schedule::{SCHEDULE, check_schedule};
pub use seen::Seen;
pub use state::JobState;
pub use stored_body::{MAX_BODY, StoredBody};

/// How much a job pulls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncMode {
    /// Everything; what was not seen is gone.
    Full,
    /// What changed since the last success.
    Incremental,
}

/// What is wished of an execution that a person starts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunWishes {
    /// Everything, not only what changed.
    pub full: bool,
    /// Events of the times in which the connection was out of service, too.
    pub fill_gap: bool,
    /// What the vendor no longer lists is gone, however much it is. Means `full`.
    pub accept_gone: bool,
}

/// A sync job: configuration that survives every disconnect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncJob {
    pub id: JobId,
    /// Whose it is.
    pub connection: ConnectionId,
    /// What it pulls, as the provider file names it.
    pub entity: String,
    /// How much it pulls.
    pub mode: SyncMode,
    /// Off until a person enables it.
    pub is_enabled: bool,
    /// Cron, or nothing for by hand.
    pub schedule: Option<String>,
    /// 1 to 10.
    pub max_retries: u8,
    /// 1 to 1440.
    pub timeout_minutes: u16,
    /// The latest execution.
    pub last_execution: Option<ExecutionId>,
    /// What it knows of its list.
    #[serde(flatten)]
    pub list: ListState,
    /// Why it is off, when something other than a person turned it off.
    #[serde(default)]
    pub disabled_by: Option<String>,
    /// Why the last execution failed, in words.
    pub last_error: Option<String>,
    /// When it is due, if it has a schedule.
    pub next_run_at: Option<Timestamp>,
    /// When it is due because the vendor told of a change. It is then asked for what changed, whatever the mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_due: Option<Timestamp>,
    /// Grows with every change.
    pub version: u64,
}

impl SyncJob {
    /// A job that has not run yet: off, by hand.
    #[must_use]
    pub fn new(id: JobId, connection: ConnectionId, entity: String, mode: SyncMode) -> Self {
        Self {
            id,
            connection,
            entity,
            mode,
            is_enabled: false,
            schedule: None,
            max_retries: 3,
            timeout_minutes: 60,
            last_execution: None,
            list: ListState::default(),
            disabled_by: None,
            last_error: None,
            next_run_at: None,
            event_due: None,
            version: 1,
        }
    }

    /// When it runs next by itself; none while it is off.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        let due = self.next_run_at.into_iter().chain(self.event_due);
        due.min().filter(|_| self.is_enabled)
    }

    /// Whether nothing but a vendor's event makes it due at `now`.
    #[must_use]
    pub fn is_due_by_event(&self, now: Timestamp) -> bool {
        let is_due = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        is_due(self.event_due) && !is_due(self.next_run_at)
    }
}

/// Where an execution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecutionStatus {
    /// Waits its turn.
    Queued,
    /// Pulls.
    Running,
    /// Everything was pulled.
    Succeeded,
    /// Gave up.
    Failed,
    /// Stopped by a person or a disconnect; what was received is kept.
    Cancelled,
}

impl ExecutionStatus {
    /// Whether it still moves.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }

    /// The word in JSON and on screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// One execution of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncExecution {
    pub id: ExecutionId,
    /// Of which job.
    pub job: JobId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// Of which generation; an older one can no longer write.
    pub generation: u32,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// Since when it has run.
    pub started_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// Items received.
    pub processed: u64,
    /// Items that were new.
    pub created: u64,
    /// Items that had changed.
    pub updated: u64,
    /// Items that were as we had them.
    pub skipped: u64,
    /// Items that were not taken: they have no id.
    pub failed: u64,
    /// Pages received.
    pub pages: u64,
    /// How often the size of a page was halved.
    #[serde(default)]
    pub halved: u64,
    /// How many items there are, when the vendor says so.
    pub total: Option<u64>,
    /// The cursor that was committed with the last batch.
    pub cursor: Option<Value>,
    /// A vendor's event started it: it asks for what changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_by_event: bool,
    /// Why it failed, or who cancelled it.
    pub error: Option<String>,
}

/// What a sync brought: a local record and the reference to the provider's object, in one row.
///
/// Two rows would always be written together; `records` and `references` are two views of this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Synced {
    /// The reference's id.
    pub id: ReferenceId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// Of which entity.
    pub entity: String,
    /// The vendor's id of the thing in whose list it stands, where each of several has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Our name for it.
    pub local_id: String,
    /// The vendor's name for it; unique in its list.
    pub external_id: String,
    /// What people call it, cleaned.
    pub label: String,
    /// The vendor's time of change, as the vendor writes it.
    pub updated: Option<String>,
    /// When it last changed here: a pass that finds it as it was leaves this as it is.
    pub synced_at: Timestamp,
    /// How it tells whether passes saw it.
    pub seen: Seen,
    /// SHA-256 of the object, hex: tells changed from unchanged.
    pub digest: String,
    /// The object, as much of it as is stored ([`StoredBody`]).
    pub body: Value,
    /// JSON pointers of the fields of the object that were too large to be kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// Fields that people gave it, which no sync touches.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub own: BTreeMap<String, String>,
    /// What people say it is here: ids or names in a system of theirs, which no sync touches.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub links: BTreeSet<String>,
}

/// Staleness belongs to a scope, the things of one list, however many references it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Of which connection.
    pub connection: ConnectionId,
    /// Of which entity.
    pub entity: String,
    /// The thing whose list it is, where each of several has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Not claimed to be current.
    pub stale: bool,
    /// It holds what another list, or another account's, has brought, and no whole pass has said yet what of it is here, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_foreign: bool,
    /// References in it.
    pub total: u64,
    /// Numbers that its references were given.
    #[serde(default)]
    pub numbers: u64,
    /// Lower numbers are marked when the whole pass under way sees them; 0 while none is under way.
    #[serde(default)]
    pub marked_below: u64,
    /// Number of whole passes begun.
    pub pull: u64,
    /// What was last seen by an earlier whole pass than this one is gone.
    pub last_full: u64,
    /// The last whole pass that came to its end.
    #[serde(default)]
    pub last_whole: u64,
    /// References that were seen since whole pass `pull` began.
    #[serde(default)]
    pub distinct: u64,
    /// References that were not seen since whole pass `last_whole` began.
    #[serde(default)]
    pub missed: u64,
    /// References that are gone.
    #[serde(default)]
    pub gone: u64,
    /// When a whole pass first found the list empty that was not.
    #[serde(default)]
    pub emptied_at: Option<Timestamp>,
    /// Until when nobody has to look for deletions again.
    #[serde(default)]
    pub current_until: Option<Timestamp>,
}

impl Scope {
    /// A scope without references.
    #[must_use]
    pub fn new(connection: ConnectionId, entity: String) -> Self {
        Self {
            connection,
            entity,
            parent: None,
            stale: false,
            is_foreign: false,
            total: 0,
            numbers: 0,
            marked_below: 0,
            pull: 0,
            last_full: 0,
            last_whole: 0,
            distinct: 0,
            missed: 0,
            gone: 0,
            emptied_at: None,
            current_until: None,
        }
    }

    /// What is claimed of the things of both: the least of what is claimed of each.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            stale: self.stale || other.stale,
            total: self.total + other.total,
            gone: self.gone + other.gone,
            current_until: self
                .current_until
                .into_iter()
                .chain(other.current_until)
                .min(),
            ..self
        }
    }
}
