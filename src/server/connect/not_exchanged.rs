//! Why a code, or a refresh token that was brought along, got nothing.

use crate::providers::TokenError;
use crate::wire::{Code, Problem};

/// Why nothing was had for what was traded in.
pub(super) enum NotExchanged {
    /// The answer was lost: something may have been issued.
    Lost(Problem),
    /// Nothing was issued.
    NothingIssued(Problem),
}

impl NotExchanged {
    /// What the vendor's answer means; `at_client` is what to do where it does not know our client.
    pub(super) fn of(name: &str, error: TokenError, at_client: &str) -> Self {
        let hint = match &error {
            TokenError::ClientRejected { .. } => at_client,
            TokenError::Lost { .. } => {
                "start again; a token may have been issued that nobody holds"
            }
            _ => "start again",
        };
        let message = format!("connecting {name} failed: {error}");
        let problem = Problem::new(Code::Failed, message, hint);
        match error {
            TokenError::Lost { .. } => Self::Lost(problem),
            TokenError::ClientRejected { .. }
            | TokenError::Refused { .. }
            | TokenError::Suspended { .. }
            | TokenError::Outage { .. }
            | TokenError::Setup(_) => Self::NothingIssued(problem),
        }
    }
}
