//! How patiently holds are tried, and which are being tried.

use crate::domain::hold::RetryPace;
use crate::domain::id::HoldId;
use crate::server::workers::Workers;

/// How many are tried at once.
const AT_ONCE: usize = 8;

/// What the worker needs to know between two looks.
pub struct HoldAttempts {
    pub(super) pace: RetryPace,
    pub(super) tries: Workers<HoldId>,
}

impl HoldAttempts {
    /// With this patience.
    #[must_use]
    pub fn new(pace: RetryPace) -> Self {
        Self {
            pace,
            tries: Workers::new(AT_ONCE),
        }
    }
}
