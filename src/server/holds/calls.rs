//! The calls about a held token, as far as they may reach now.

use std::sync::Arc;
use std::time::Duration;

use super::end::kept;
use super::shares_grants;
use crate::domain::connection::Connection;
use crate::domain::disconnect::intents::{CallReach, ended_along, intents};
use crate::domain::disconnect::log::{self, LoggedEvent, RunToken};
use crate::domain::hold::{Hold, HoldEvent};
use crate::domain::provider::{self, Blast, Call, ProviderFile};
use crate::domain::trial::{CallAnswer, CallVerdict};
use crate::server::disconnect::staying;
use crate::server::run_entries::StepError;
use crate::server::vendor::{LOST, VendorSession, no_answer};
use crate::server::{Server, clock_and_ids, grants};
use crate::store::StoreError;
use crate::vault::ToRevoke;

/// What became of the calls of a try, beside their answers.
pub(super) enum Called {
    /// They were made.
    Made {
        /// How long the vendor wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// None may be made now.
    LeftOut,
    /// There is nothing to call for: a person has given the hold up, or the same token is in use again.
    Over,
}

/// Makes the calls. That the token is called for is on the disk before the first one, as in a run (D3). It is the caller's
/// to say that their answers are in.
pub(super) async fn make(
    server: &Arc<Server>,
    hold: &mut Hold,
    vendor: &VendorSession,
    of_then: &Connection,
    secret: Option<&ToRevoke>,
) -> Result<Called, StepError> {
    if hold.calling {
        record(server, hold, no_answer(CallVerdict::Lost, LOST)).await?;
    }
    let _revoking = server.grants.revoking(vendor.file()).await;
    if grants::in_use_again(server, hold, of_then)? {
        server.holds.tries.alarm.ring();
        return Ok(Called::Over);
    }
    let due = due(server, hold, of_then, vendor.file())?;
    let event = match due.narrowed {
        Some(why) if due.calls.is_empty() && !hold.calling => HoldEvent::NoneAllowed { why },
        narrowed => HoldEvent::Calling { narrowed },
    };
    let is_left_out = matches!(event, HoldEvent::NoneAllowed { .. });
    let changed = server.store.hold_changed(&hold.id, event, |_| None);
    let Some(changed) = kept(changed.await)? else {
        return Ok(Called::Over);
    };
    *hold = changed;
    if is_left_out {
        return Ok(Called::LeftOut);
    }
    let mut retry_after = None;
    for spec in due.calls {
        let token = secret.filter(|_| spec.needs() != provider::TokenKind::Account);
        let answer = vendor.call(of_then, &spec, token).await;
        let asked = answer.not_before.map(|at| at.duration_since(answer.at));
        let asked = asked.and_then(|wait| Duration::try_from(wait).ok());
        retry_after = retry_after.max(asked);
        record(server, hold, answer).await?;
    }
    Ok(Called::Made { retry_after })
}

async fn record(server: &Server, hold: &Hold, answer: CallAnswer) -> Result<(), StoreError> {
    let retried = LoggedEvent::Retried {
        credential: hold.token.credential.clone(),
        answer,
    };
    server
        .store
        .recorded(&hold.run, clock_and_ids::now(), vec![retried], None)
        .await
}

/// The calls of a try, as far as they may reach now.
pub(super) struct DueCalls {
    /// Those that are made.
    pub(super) calls: Vec<Call>,
    /// Why others are not; none when all are.
    pub(super) narrowed: Option<String>,
}

/// The calls that are retried now: none that would end another connection's token, or another one along that somebody uses.
pub(super) fn due(
    server: &Server,
    hold: &Hold,
    of_then: &Connection,
    file: &ProviderFile,
) -> Result<DueCalls, StoreError> {
    let narrowed = narrowed(server, hold, file)?;
    let log = server.store.run_log(&hold.run)?;
    let tokens = log::tokens(&log).unwrap_or_default();
    let kept = staying::issued_once_more(server, of_then)?;
    let tokens: Vec<RunToken> = tokens.iter().cloned().chain(kept).collect();
    let again = staying::shared_with(server, of_then, &hold.token.issued_for)?;
    let (mut calls, mut whom) = (Vec::new(), Vec::new());
    for call in wanted(file, hold, narrowed.is_none()) {
        if let Some(again) = again.as_ref().filter(|_| call.is_reach_assumed) {
            whom = grants::united(whom, vec![again.clone()]);
            continue;
        }
        // Whom a wider call reaches is known by its account.
        let ended: Vec<&RunToken> = match call.blast > Blast::Token {
            true => Vec::new(),
            false => ended_along(&call, &hold.token, &tokens).collect(),
        };
        let users = grants::users_of_any(server, hold, of_then, &ended)?;
        match users.is_empty() {
            true => calls.push(call),
            false => whom = grants::united(whom, users),
        }
    }
    let along = (!whom.is_empty()).then(|| {
        let whom = grants::names(server, &whom).join(", ");
        format!("the call would end {whom} too")
    });
    let why: Vec<String> = narrowed.into_iter().chain(along).collect();
    Ok(DueCalls {
        calls,
        narrowed: (!why.is_empty()).then(|| why.join("; ")),
    })
}

/// Why only calls about this one token may be made: a wider one would end a newer grant.
fn narrowed(
    server: &Server,
    hold: &Hold,
    file: &ProviderFile,
) -> Result<Option<String>, StoreError> {
    let connection = server.store.connection(&hold.connection)?;
    if connection.status.may_hold_tokens() {
        return Ok(Some("the connection is in service again".to_owned()));
    }
    if server
        .flows
        .is_open_at(|provider| shares_grants(server, file, provider))
    {
        return Ok(Some("an authorization is under way".to_owned()));
    }
    let blast = grants::widest(file, hold.uninstall);
    let own = Connection {
        account: hold.account.clone(),
        ..connection
    };
    let mut shared = grants::siblings_of(server, &own, file, blast, &hold.token.issued_for)?;
    // Those that were there were accepted with the disconnect; who came later was not.
    let run = server.store.run(&hold.run)?;
    shared.retain(|c| !run.accepted_the_end_of(c));
    Ok((!shared.is_empty()).then(|| {
        let whom = grants::names(server, &shared).join(", ");
        format!("a wider call would end {whom} too")
    }))
}

/// The calls that end the held token; with `wide`, those that end more, too.
fn wanted(file: &ProviderFile, hold: &Hold, wide: bool) -> Vec<Call> {
    let all = file.calls();
    let reach = CallReach {
        uninstall: hold.uninstall,
        wide,
    };
    let mut wanted = intents(&all, std::slice::from_ref(&hold.token), reach);
    wanted.retain(|intent| intent.kills.contains(&hold.token.credential));
    wanted.retain(|intent| wide || intent.token.is_some());
    wanted
        .into_iter()
        .filter_map(|intent| all.get(intent.call).cloned())
        .collect()
}
