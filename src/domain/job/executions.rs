//! What happens to an execution of a sync job. One that has ended never changes again.

use jiff::Timestamp;

use super::{ExecutionStatus, SyncExecution};
use crate::domain::connection::Connection;
use crate::domain::id::ExecutionId;

/// What happens to an execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExecutionEvent {
    /// Its turn has come.
    Runs,
    /// It ends.
    Ended { how: ExecutionEnd, at: Timestamp },
}

/// How an execution ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExecutionEnd {
    /// Everything was pulled.
    Succeeded,
    /// It gave up.
    Failed { why: String },
    /// The server stopped while it ran.
    Interrupted,
    /// Somebody stopped it.
    Cancelled {
        /// A person's name, or the disconnect's id.
        by: String,
    },
}

impl ExecutionEnd {
    /// Why not everything was pulled, in words; none when it was.
    #[must_use]
    pub fn error(&self) -> Option<String> {
        match self {
            Self::Succeeded => None,
            Self::Failed { why } => Some(why.clone()),
            Self::Interrupted => {
                Some("the server stopped; the next one goes on from its cursor".to_owned())
            }
            Self::Cancelled { by } => Some(format!("cancelled by {by}")),
        }
    }

    fn status(&self) -> ExecutionStatus {
        match self {
            Self::Succeeded => ExecutionStatus::Succeeded,
            Self::Failed { .. } => ExecutionStatus::Failed,
            Self::Interrupted | Self::Cancelled { .. } => ExecutionStatus::Cancelled,
        }
    }
}

/// What is to be done about an event beside keeping the execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExecutionEffect {
    /// Nothing.
    Nothing,
    /// Its scope is in step, and its connection is seen to work.
    InStep {
        /// Since when.
        at: Timestamp,
    },
}

/// What does not happen to an execution as it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExecutionRefusal {
    /// It has ended, and nothing happens to it any more.
    #[error("{execution} has ended: {}", .status.word())]
    Ended {
        /// Which execution.
        execution: ExecutionId,
        status: ExecutionStatus,
    },
    /// What it brings may be another account's by now.
    #[error("{0} is of an older authorization: its connection was authorized again meanwhile")]
    Older(ExecutionId),
}

impl SyncExecution {
    /// Whether something can still happen to it: what a sync brings is taken until then.
    ///
    /// # Errors
    /// When it has ended.
    pub fn live(self) -> Result<Self, ExecutionRefusal> {
        match self.status.is_live() {
            true => Ok(self),
            false => Err(ExecutionRefusal::Ended {
                execution: self.id,
                status: self.status,
            }),
        }
    }

    /// Whether what it brings is written: it has not ended, and is of the generation that its connection has now. A disconnect
    /// that has begun changes nothing about that: it ends executions once what they had received is here (T11).
    pub fn writes(self, connection: &Connection) -> Result<Self, ExecutionRefusal> {
        let execution = self.live()?;
        match execution.is_of(connection) {
            true => Ok(execution),
            false => Err(ExecutionRefusal::Older(execution.id)),
        }
    }

    /// Whether what it found says something of the connection as it is now.
    #[must_use]
    pub fn is_of(&self, connection: &Connection) -> bool {
        self.generation == connection.generation
    }

    /// The execution as it stands after an event, and what is to be done beside.
    ///
    /// # Errors
    /// When it has ended.
    pub fn after(self, event: ExecutionEvent) -> Result<(Self, ExecutionEffect), ExecutionRefusal> {
        let mut execution = self.live()?;
        let effect = match event {
            ExecutionEvent::Runs => {
                execution.status = ExecutionStatus::Running;
                ExecutionEffect::Nothing
            }
            ExecutionEvent::Ended { how, at } => {
                execution.status = how.status();
                execution.completed_at = Some(at);
                execution.error = how.error();
                match how {
                    ExecutionEnd::Succeeded => ExecutionEffect::InStep { at },
                    ExecutionEnd::Failed { .. }
                    | ExecutionEnd::Interrupted
                    | ExecutionEnd::Cancelled { .. } => ExecutionEffect::Nothing,
                }
            }
        };
        Ok((execution, effect))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::job::sample::execution;

    const ALL: [ExecutionStatus; 5] = [
        ExecutionStatus::Queued,
        ExecutionStatus::Running,
        ExecutionStatus::Succeeded,
        ExecutionStatus::Failed,
        ExecutionStatus::Cancelled,
    ];

    fn events() -> Vec<ExecutionEvent> {
        let at = Timestamp::from_second(1_800_000_000).unwrap();
        let why = "503".to_owned();
        let by = "alice".to_owned();
        let ends = [
            ExecutionEnd::Succeeded,
            ExecutionEnd::Failed { why },
            ExecutionEnd::Interrupted,
            ExecutionEnd::Cancelled { by },
        ];
        let ended = ends.map(|how| ExecutionEvent::Ended { how, at });
        [ExecutionEvent::Runs].into_iter().chain(ended).collect()
    }

    #[test]
    fn what_has_ended_never_changes_again() {
        for status in ALL {
            for event in events() {
                let before = execution(status);
                let after = before.clone().after(event.clone());
                assert_eq!(after.is_ok(), status.is_live(), "{status:?} {event:?}");
                let Ok((after, effect)) = after else {
                    continue;
                };
                // What was received is kept, however it ended.
                assert_eq!(after.processed, before.processed);
                assert_eq!(after.cursor, before.cursor);
                let has_ended = matches!(event, ExecutionEvent::Ended { .. });
                assert_eq!(after.status.is_live(), !has_ended, "{status:?} {event:?}");
                assert_eq!(after.completed_at.is_some(), has_ended);
                let is_whole = after.status == ExecutionStatus::Succeeded;
                assert_eq!(
                    matches!(effect, ExecutionEffect::InStep { .. }),
                    is_whole,
                    "{event:?}"
                );
                assert_eq!(after.error.is_none(), is_whole || !has_ended);
            }
        }
    }

    #[test]
    fn a_refusal_says_how_it_ended() {
        let refused = execution(ExecutionStatus::Failed).after(ExecutionEvent::Runs);
        assert_eq!(
            refused.unwrap_err().to_string(),
            "exe_01jd7000000000000000000001 has ended: failed"
        );
    }
}
