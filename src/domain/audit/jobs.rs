//! Entries about sync jobs and their executions.

use serde::{Deserialize, Serialize};

use crate::domain::display_text::counted;
use crate::domain::id::{ExecutionId, JobId};
use crate::domain::job::{RunWishes, SyncMode};

/// Something was done with a job, by a person or by its schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobActed {
    /// Which job.
    pub job: JobId,
    /// What it pulls.
    pub entity: String,
    /// What people call the connection; none where the schedule started it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What a person wishes of the execution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wishes: Option<RunWishes>,
    /// Whether a vendor's event started the execution.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_event: bool,
}

/// A job was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobAdded {
    pub job: JobId,
    /// What it pulls.
    pub entity: String,
    /// When it runs; by hand where there is none.
    pub schedule: Option<String>,
}

/// A job was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobEdited {
    pub job: JobId,
    /// When it runs; by hand where there is none.
    pub schedule: Option<String>,
    /// How much it pulls.
    pub mode: SyncMode,
}

/// The jobs that ran before a disconnect were enabled again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnabledBefore {
    /// What people call the connection.
    pub name: String,
    pub jobs: Vec<JobId>,
}

/// An execution ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncEnded {
    /// Of which job.
    pub job: JobId,
    pub execution: ExecutionId,
    /// What it pulled.
    pub entity: String,
    /// How many records it received.
    pub processed: u64,
    /// How many of them were new.
    pub created: u64,
    /// How many had changed.
    pub updated: u64,
    /// Why it failed, or what else there is to say.
    pub why: Option<String>,
}

/// An execution ended with the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncInterrupted {
    /// Of which job.
    pub job: JobId,
    pub execution: ExecutionId,
    /// What it pulled.
    pub entity: String,
}

impl JobActed {
    pub(super) fn enabled(&self) -> String {
        format!("enabled {}", self.words())
    }

    pub(super) fn disabled(&self) -> String {
        format!("disabled {}", self.words())
    }

    pub(super) fn reset(&self) -> String {
        format!("reset {}: it begins from the beginning", self.words())
    }

    pub(super) fn asked(&self) -> String {
        let wishes = self.wishes.unwrap_or_default();
        let said = [
            (wishes.full, "everything"),
            (wishes.fill_gap, "the time out of service too"),
            (wishes.accept_gone, "what is not listed is gone"),
        ];
        let said: Vec<&str> = said
            .into_iter()
            .filter_map(|(is, word)| is.then_some(word))
            .collect();
        format!("asked for {}: {}", self.words(), said.join(", "))
    }

    pub(super) fn started(&self) -> String {
        let why = match self.by_event {
            true => ", for an event of the vendor",
            false => "",
        };
        format!("started {}{why}", self.words())
    }

    pub(super) fn cancelled(&self) -> String {
        format!("stopped {}", self.words())
    }

    fn words(&self) -> String {
        let of = self
            .name
            .as_ref()
            .map_or_else(String::new, |name| format!(" of {name}"));
        format!("the sync of {}{of}", self.entity)
    }
}

impl JobAdded {
    pub(super) fn sentence(&self) -> String {
        format!(
            "added a sync of {}, {}",
            self.entity,
            when(self.schedule.as_deref())
        )
    }
}

impl JobEdited {
    pub(super) fn sentence(&self) -> String {
        let mode = match self.mode {
            SyncMode::Full => "full",
            SyncMode::Incremental => "incremental",
        };
        format!(
            "changed the sync job {}: {mode}, {}",
            self.job,
            when(self.schedule.as_deref())
        )
    }
}

impl EnabledBefore {
    pub(super) fn sentence(&self) -> String {
        let jobs = counted(self.jobs.len() as u64, "sync job");
        format!("enabled {jobs} of {} that had run before", self.name)
    }
}

impl SyncEnded {
    pub(super) fn succeeded(&self) -> String {
        let Self {
            entity,
            processed,
            created,
            updated,
            ..
        } = self;
        format!("pulled {processed} {entity}: {created} new, {updated} changed")
    }

    pub(super) fn failed(&self) -> String {
        let why = self.why.as_deref().unwrap_or("no reason is known");
        format!(
            "the sync of {} failed after {} records: {why}",
            self.entity, self.processed
        )
    }
}

impl SyncInterrupted {
    pub(super) fn sentence(&self) -> String {
        format!("the sync of {} ended with the server", self.entity)
    }
}

fn when(schedule: Option<&str>) -> String {
    schedule.map_or_else(|| "by hand".to_owned(), |cron| format!("at {cron}"))
}
