//! What was answered last about a token, and until when one that is not proven dead may live.

use jiff::Timestamp;

use crate::domain::credential::TokenKind;
use crate::domain::disconnect::log::{self, Record, RunToken};
use crate::domain::id::CredentialId;
use crate::domain::provider::{Lifetime, ProviderFile, RefreshKind};
use crate::domain::saturating_time::saturating_later;
use crate::domain::trial::{Answer, Outcome, Residual};
use crate::server::vendor::not_askable;

/// The latest answer about a token that says most: a yes, else a no, else whatever came.
pub(in crate::server) fn last_answer(log: &[Record], id: &CredentialId) -> Answer {
    let told = log::looks(log).filter_map(|(_, look)| {
        let own = look.answers.iter().filter(|told| told.credential == *id);
        own.map(|told| &told.answer).min_by_key(|it| it.verdict)
    });
    told.last()
        .cloned()
        .unwrap_or_else(|| not_askable("it was not asked again"))
}

/// Until when a token that is not proven dead may live (B3). `by` is when it was there already.
pub(in crate::server) fn residual(
    file: Option<&ProviderFile>,
    token: &RunToken,
    outcome: Outcome,
    by: Timestamp,
) -> Residual {
    if outcome.proven() {
        return Residual::None;
    }
    if let Some(at) = token.expires_at {
        return Residual::Until(at);
    }
    if token.never_expires {
        return Residual::Never;
    }
    // What was replaced was so before the run, and a vendor that replaces on use takes it for a while at most.
    let auth = file.map(|file| &file.auth);
    let is_replaced = token.superseded && !token.stays && token.kind == TokenKind::Refresh;
    if let Some(auth) = auth.filter(|it| is_replaced && it.refresh == RefreshKind::Rotating) {
        return Residual::Until(saturating_later(by, auth.superseded_for()));
    }
    // The file's lifetime counts from the issue, which was before the token was asked about.
    let lifetime = file.and_then(|file| file.auth.lifetime.as_ref());
    let lifetime = lifetime.filter(|_| token.kind == TokenKind::Access);
    let ends = lifetime.and_then(Lifetime::duration);
    match ends.map(|lifetime| by.checked_add(lifetime)) {
        Some(Ok(at)) => Residual::Until(at),
        _ => Residual::Unknown,
    }
}
