//! A token that was issued, as far as is known, in an answer that was lost.

use crate::domain::credential::TokenKind;
use crate::domain::disconnect::log::RunToken;
use crate::store::facts::Intent;

/// A token that was issued, as far as is known, and never seen.
pub(in crate::server) fn unseen(intent: Intent) -> RunToken {
    RunToken {
        credential: intent.credential,
        kind: TokenKind::Unknown,
        label: intent.call.to_string(),
        fingerprint: "unknown".to_owned(),
        superseded: false,
        expires_at: None,
        never_expires: false,
        passed_by: None,
        passed_where: String::new(),
        by_proof: false,
        proof_of: None,
        issued_at: None,
        is_self_contained: false,
    }
}
