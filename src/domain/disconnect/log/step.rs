//! The steps of a run.

use serde::{Deserialize, Serialize};

/// The seven steps, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Plan shown, reason and actor recorded, the gate shut.
    Confirm,
    /// Jobs off, executions cancelled, what was received is kept.
    DisableSyncJobs,
    /// Every live token asked, revoked, asked again.
    RevokeTokens,
    /// Slots overwritten, ciphertext emptied, records soft-deleted.
    DestroyCredentials,
    /// Connection, instance, endpoints, health.
    UpdateStatuses,
    /// Scopes marked stale.
    MarkReferences,
    /// The summary entry and the follow-ups.
    WriteAudit,
}

impl Step {
    /// All of them, in order.
    pub const ALL: [Self; 7] = [
        Self::Confirm,
        Self::DisableSyncJobs,
        Self::RevokeTokens,
        Self::DestroyCredentials,
        Self::UpdateStatuses,
        Self::MarkReferences,
        Self::WriteAudit,
    ];

    /// The words on screen.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Confirm => "Confirm",
            Self::DisableSyncJobs => "Disable sync jobs",
            Self::RevokeTokens => "Revoke tokens",
            Self::DestroyCredentials => "Destroy credentials",
            Self::UpdateStatuses => "Update statuses",
            Self::MarkReferences => "Mark references",
            Self::WriteAudit => "Write audit",
        }
    }
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Not begun.
    Pending,
    /// Begun.
    Running,
    /// Ended as it should.
    Done,
    /// Ended, and something about it needs attention.
    Warning,
    /// There was nothing to do.
    Skipped,
    /// Our own store or vault refused.
    Failed,
}

impl StepState {
    /// Whether nothing more comes.
    #[must_use]
    pub fn ended(self) -> bool {
        matches!(self, Self::Done | Self::Warning | Self::Skipped)
    }

    /// The word on screen and in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Done => "done",
            Self::Warning => "warning",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}
