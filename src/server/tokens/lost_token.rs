//! A token that was issued, as far as is known, in an answer that was lost.

use crate::domain::credential::TokenKind;
use crate::domain::disconnect::log::RunToken;
use crate::store::facts::IssueIntent;

/// A token that was issued, as far as is known, and never seen.
pub(in crate::server) fn lost_token(intent: IssueIntent) -> RunToken {
    let fingerprint = "unknown".to_owned();
    RunToken {
        label: intent.call.to_string(),
        ..RunToken::known_by(intent.credential, TokenKind::Unknown, fingerprint)
    }
}
