//! Why what was planned does not begin.

/// Why what was planned does not begin, at its time or later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FallReason {
    /// The folder was taken on from a copy: since that was made it may have begun, or been cancelled.
    #[error("the folder is an older copy, and this may have begun or been cancelled since")]
    OlderCopy,
    /// Whoever planned it was removed.
    #[error("{actor} is no user of this workspace any more")]
    PlannerGone { actor: String },
    /// Whoever planned it has not the rights any more.
    #[error("{why}")]
    NoRight {
        /// Which right that is.
        why: String,
    },
}
