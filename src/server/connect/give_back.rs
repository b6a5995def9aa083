//! Tokens that are not kept are not left alive either.

use serde_json::json;

use super::flow::Flow;
use crate::domain::audit::AuditOutcome;
use crate::domain::provider::CallKind;
use crate::domain::trial::CallVerdict;
use crate::providers::{CallContext, TokenSet};

/// Tokens that are not kept are not left alive either: the recipe's revoking calls are made for them, and what
/// came of it is recorded.
pub(super) async fn give_back(flow: &Flow, set: &TokenSet) {
    let Ok(endpoints) = flow.vendor.endpoints() else {
        return;
    };
    let mut answers = Vec::new();
    for call in flow
        .vendor
        .file()
        .calls()
        .iter()
        .filter(|call| call.kind == CallKind::Revoke && !call.optional)
    {
        for issued in set.all() {
            let token = match call.needs() {
                crate::domain::provider::TokenKind::Refresh => issued.refresh.as_ref(),
                crate::domain::provider::TokenKind::Access => Some(&issued.access),
                _ => None,
            };
            if let Some(token) = token {
                let context = CallContext {
                    fields: Some(&set.fields),
                    ..CallContext::new(&flow.vendor.app, endpoints)
                };
                let context = context.with_token(token);
                answers.push(flow.server.vendors.call(call, &context).await);
            }
        }
    }
    let taken = answers
        .iter()
        .filter(|answer| matches!(answer.verdict, CallVerdict::Accepted | CallVerdict::Gone))
        .count();
    // The vendor's yes is not asked for proof here, so the entry says no more than how many calls were taken.
    let outcome = match taken > 0 && taken == answers.len() {
        true => AuditOutcome::Done,
        false => AuditOutcome::Warning,
    };
    let mut entry = flow.caller.entry(
        "connection.tokens_given_back",
        &flow.purpose.provider,
        outcome,
        json!({ "provider": flow.purpose.provider, "calls": answers.len(), "taken": taken }),
    );
    entry.evidence = json!({ "calls": answers });
    if let Err(error) = flow.server.store.note(entry).await {
        tracing::error!(%error, "that tokens were given back could not be recorded");
    }
}
