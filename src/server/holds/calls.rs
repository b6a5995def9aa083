//! The calls about a held token, as far as they may reach now.

use std::sync::Arc;
use std::time::Duration;

use super::end::kept;
use super::shares_grants;
use crate::domain::connection::Connection;
use crate::domain::disconnect::intents::{Reach, ended_along, intents};
use crate::domain::disconnect::log::{self, Happened, RunToken};
use crate::domain::hold::{Hold, HoldEvent};
use crate::domain::provider::{self, Blast, Call, ProviderFile};
use crate::domain::trial::{CallAnswer, CallVerdict};
use crate::server::entry::StepError;
use crate::server::vendor::{LOST, Vendor, no_answer};
use crate::server::{Server, grants, mint};
use crate::store::StoreError;
use crate::vault::ToRevoke;

/// What the calls of a try brought, beside their answers.
pub(super) struct Called {
    /// How long the vendor wants to be left alone.
    pub(super) retry_after: Option<Duration>,
}

/// Makes the calls. That the token is called for is on the disk before the first one, as in a run (D3). None when a person
/// has given the hold up, or the same token is in use again; it is the caller's to say that their answers are in.
pub(super) async fn make(
    server: &Arc<Server>,
    hold: &mut Hold,
    vendor: &Vendor,
    of_then: &Connection,
    secret: Option<&ToRevoke>,
) -> Result<Option<Called>, StepError> {
    if hold.calling {
        record(server, hold, no_answer(CallVerdict::Lost, LOST)).await?;
    }
    let _revoking = server.grants.revoking(vendor.file()).await;
    if grants::in_use_again(server, hold, of_then)? {
        server.holds.tries.alarm.ring();
        return Ok(None);
    }
    let along = along(server, hold, of_then, vendor.file())?;
    let narrowed = narrowed(server, hold, vendor.file())?.or(along.why);
    let calling = HoldEvent::Calling { narrowed };
    let changed = server.store.hold_changed(&hold.id, calling, |_| None);
    let Some(changed) = kept(changed.await)? else {
        return Ok(None);
    };
    *hold = changed;
    let mut called = Called { retry_after: None };
    let mut specs = wanted(vendor.file(), hold);
    specs.retain(|spec| !along.calls.contains(spec));
    for spec in specs {
        let token = secret.filter(|_| spec.needs() != provider::TokenKind::Account);
        let answer = vendor.call(of_then, &spec, token).await;
        let asked = answer.not_before.map(|at| at.duration_since(answer.at));
        let asked = asked.and_then(|wait| Duration::try_from(wait).ok());
        called.retry_after = called.retry_after.max(asked);
        record(server, hold, answer).await?;
    }
    Ok(Some(called))
}

async fn record(server: &Server, hold: &Hold, answer: CallAnswer) -> Result<(), StoreError> {
    let retried = Happened::Retried {
        credential: hold.token.credential.clone(),
        answer,
    };
    server
        .store
        .recorded(&hold.run, mint::now(), vec![retried], None)
        .await
}

/// What would end other connections' tokens along with the held one.
struct Along {
    /// These calls.
    calls: Vec<Call>,
    /// In words, where there are any.
    why: Option<String>,
}

/// The calls about this one token that would end another one along which somebody uses, as in a run.
fn along(
    server: &Server,
    hold: &Hold,
    of_then: &Connection,
    file: &ProviderFile,
) -> Result<Along, StoreError> {
    let log = server.store.run_log(&hold.run)?;
    let tokens = log::tokens(&log).unwrap_or_default();
    let (mut calls, mut whom) = (Vec::new(), Vec::new());
    for call in wanted(file, hold) {
        if call.blast > Blast::Token {
            continue;
        }
        let ended: Vec<&RunToken> = ended_along(&call, &hold.token, tokens).collect();
        let users = grants::users_of_any(server, hold, of_then, &ended)?;
        if !users.is_empty() {
            whom = grants::united(whom, users);
            calls.push(call);
        }
    }
    let why = (!whom.is_empty()).then(|| {
        let whom = grants::names(server, &whom).join(", ");
        format!("the call would end {whom} too")
    });
    Ok(Along { calls, why })
}

/// Why only calls about this one token may be made: a wider one would end a newer grant.
pub(super) fn narrowed(
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
    let mut shared = grants::siblings(server, &own, file, blast)?;
    // Those that were there were accepted with the disconnect; who came later was not.
    shared.retain(|c| !hold.allow_wider || c.connected_at.is_none_or(|at| at > hold.created_at));
    Ok((!shared.is_empty()).then(|| {
        let whom = grants::names(server, &shared).join(", ");
        format!("a wider call would end {whom} too")
    }))
}

/// The calls that are retried now.
pub(super) fn wanted(file: &ProviderFile, hold: &Hold) -> Vec<Call> {
    let wide = hold.narrowed.is_none();
    let all = file.calls();
    let reach = Reach {
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
