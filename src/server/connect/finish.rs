//! The vendor has answered: the code becomes tokens, the tokens become a connection.

use futures::FutureExt;
use tokio::time::Instant;

use super::flow::{Flow, Opened};
use super::give_back::give_back;
use super::keep::{self, Kept, fresh, keep};
use super::{account, ending};
use crate::domain::audit::authorizations::{AnswerLost, AuthorizeFailed};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::{Account, Connection};
use crate::domain::provider::Pkce;
use crate::providers::{
    CallContext, Exchange, Expected, TokenError, TokenSet, callback_fields, parse_callback,
};
use crate::server::gate::current::still_manages;
use crate::server::grants::Pass;
use crate::server::vendor::sealed_away;
use crate::server::{Server, mint, tokens};
use crate::store::StoreError;
use crate::store::facts::Intent;
use crate::wire::view::FlowState;
use crate::wire::{Code, Problem, Topic};

/// What came back is read, exchanged and kept; the flow ends here.
pub(super) async fn came(flow: &Flow, opened: &Opened, text: &str) {
    let code = match read(flow, opened, text) {
        Ok(code) => code,
        Err(problem) => return failed(flow, None, problem).await,
    };
    // A disconnect of the same connection ends first; what is written then is the next generation.
    let held = flow.held();
    let Some(_one_at_a_time) = flow.turn(&held).await else {
        return too_late(flow).await;
    };
    flow.set(FlowState::Exchanging);
    let issuing = flow.server.grants.issuing(flow.vendor.file()).await;
    let intent = Intent {
        credential: mint::credential(),
        connection: held,
        generation: 0,
        call: "exchange".to_owned(),
        at: mint::now(),
        lost: false,
    };
    // The gate let this in minutes ago, and the lock may have taken a while.
    if let Err(problem) = still_manages(&flow.server, &flow.caller, &flow.purpose.owner) {
        return failed(flow, None, problem).await;
    }
    match flow.server.store.flow_exchanging(&intent, &flow.id).await {
        Ok(()) => {}
        Err(StoreError::Refused(_)) => return too_late(flow).await,
        Err(error) => return failed(flow, None, Problem::from(error)).await,
    }
    if let Err(problem) = same_registration(flow) {
        return failed(flow, Some(&intent), problem).await;
    }
    match exchange(flow, opened, &code).await {
        Err((true, problem)) => {
            lost(flow, &intent).await;
            failed(flow, None, problem).await;
        }
        Err((false, problem)) => failed(flow, Some(&intent), problem).await,
        Ok(set) => {
            let wanted = &flow.vendor.file().auth.callback_fields;
            let set = set.with_callback(callback_fields(text, wanted));
            let nonce = opened.authorize.nonce.as_deref();
            take(flow, nonce, &intent, (&set, issuing)).await;
        }
    }
}

/// The flow was ended before its code could be exchanged.
pub(super) async fn too_late(flow: &Flow) {
    if let Ok(Some(row)) = flow.server.store.flow(&flow.id) {
        ending::not_exchanged(&flow.server, &row).await;
    }
    failed(flow, None, ending::how(&flow.server, &flow.id)).await;
}

/// A code belongs to the registration that asked for it.
pub(super) fn same_registration(flow: &Flow) -> Result<(), Problem> {
    match flow.vendor.still_stands(&flow.server) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Problem::new(
            Code::Conflict,
            format!(
                "connecting {} failed: our registration there was changed meanwhile",
                flow.vendor.file().name
            ),
            "start again",
        )),
        Err(error) => Err(Problem::from(error)),
    }
}

/// What was issued becomes the connection, or is given back.
pub(super) async fn take(
    flow: &Flow,
    nonce: Option<&str>,
    intent: &Intent,
    (set, issuing): (&TokenSet, Pass),
) {
    match issued(flow, nonce, intent, (set, issuing)).await {
        Ok(connection) => {
            // Before anybody is told: a token that dies next minute is on record as having lived.
            tokens::end::passed(&flow.server, &flow.vendor, &connection.id).await;
            flow.set(FlowState::Connected {
                connection: connection.id,
            });
        }
        Err(problem) => {
            give_back(flow, intent, set, &problem.message).await;
            failed(flow, None, problem).await;
        }
    }
}

/// The vendor may have issued something that nobody has seen.
pub(super) async fn lost(flow: &Flow, intent: &Intent) {
    let lost = Event::AnswerLost(AnswerLost {
        provider: Some(flow.purpose.provider.clone()),
        ..AnswerLost::of(&intent.credential, &intent.call)
    });
    let entry = flow
        .caller
        .entry(lost, &intent.connection, AuditOutcome::Warning);
    if let Err(error) = flow.server.store.intent_lost(intent, entry).await {
        tracing::error!(%error, "that an answer was lost could not be recorded");
    }
}

/// The flow came to nothing; that is recorded, and shown with its reason.
pub(super) async fn failed(flow: &Flow, intent: Option<&Intent>, why: Problem) {
    let target = flow
        .purpose
        .again
        .as_ref()
        .map_or_else(|| flow.purpose.provider.clone(), ToString::to_string);
    let failed = Event::AuthorizeFailed(AuthorizeFailed {
        provider: flow.purpose.provider.clone(),
        why: why.message.clone(),
    });
    let entry = flow.caller.entry(failed, target, AuditOutcome::Failed);
    if let Err(error) = flow
        .server
        .store
        .flow_failed((&flow.id, &flow.purpose.provider), intent, entry)
        .await
    {
        tracing::error!(%error, "that an authorization failed could not be recorded");
    }
    flow.set(FlowState::Failed { problem: why });
    flow.server
        .hub
        .tell([Topic::Connections, Topic::Providers, Topic::Audit]);
}

fn read(flow: &Flow, opened: &Opened, text: &str) -> Result<secrecy::SecretString, Problem> {
    let endpoints = flow.vendor.endpoints()?;
    let expected = Expected {
        state: &opened.authorize.state,
        issuer: endpoints.issuer.as_deref(),
        iss_supported: endpoints.iss_supported,
        has_pkce: flow.vendor.file().auth.pkce == Pkce::S256,
    };
    parse_callback(text, expected).map_err(|error| {
        let name = &flow.vendor.file().name;
        Problem::new(
            Code::Failed,
            format!("connecting {name} failed: {error}"),
            "start again",
        )
    })
}

/// The error says whether the answer was lost, in which case something may have been issued.
async fn exchange(
    flow: &Flow,
    opened: &Opened,
    code: &secrecy::SecretString,
) -> Result<TokenSet, (bool, Problem)> {
    let endpoints = flow
        .vendor
        .endpoints()
        .map_err(|problem| (false, problem))?;
    let exchange = Exchange {
        code,
        redirect_uri: &opened.redirect_uri,
        pkce_verifier: opened.authorize.pkce_verifier.as_ref(),
    };
    let vendors = &flow.server.vendors;
    let exchanged = vendors.exchange(&flow.vendor.app, endpoints, exchange);
    tokens::in_flight(Instant::now(), exchanged)
        .await
        .map_err(|error| {
            let lost = matches!(error, TokenError::Lost { .. });
            let name = &flow.vendor.file().name;
            let hint = match &error {
                TokenError::ClientRejected { .. } => {
                    "check the client id and secret with `tagout providers configure`; where the vendor wants the secret in the request's body, the provider file says client_auth = \"body\""
                }
                TokenError::Lost { .. } => {
                    "start again; a token may have been issued that nobody holds"
                }
                _ => "start again",
            };
            (
                lost,
                Problem::new(
                    Code::Failed,
                    format!("connecting {name} failed: {error}"),
                    hint,
                ),
            )
        })
}

async fn issued(
    flow: &Flow,
    nonce: Option<&str>,
    intent: &Intent,
    (set, issuing): (&TokenSet, Pass),
) -> Result<Connection, Problem> {
    let endpoints = flow.vendor.endpoints()?;
    // A vendor that repeats no nonce still says for whom its ID token is.
    let says_for_whom = !flow.vendor.file().auth.nonce && set.id_token.is_some();
    if nonce.is_some() || says_for_whom {
        let vendors = &flow.server.vendors;
        vendors
            .check_id_token(&flow.vendor.app, endpoints, set, nonce)
            .map_err(|error| {
                let name = &flow.vendor.file().name;
                Problem::new(
                    Code::Failed,
                    format!("connecting {name} failed: {error}"),
                    "start again; the new tokens were handed in for revocation, and the audit log has the answers",
                )
            })?;
    }
    let context = CallContext {
        fields: Some(&set.fields),
        ..CallContext::new(&flow.vendor.app, endpoints)
    };
    let (account, fields) = account::whose(
        &flow.vendor,
        &context.with_token(&set.first.access),
        &flow.server,
        Some(set),
    )
    .await?;
    account::not_under_way(&flow.server, flow.vendor.file(), &account)?;
    let mut before = account::connection_for(&flow.server, &flow.purpose, &account)?;
    // Whose connection this continues is known only now.
    let mut issuing = issuing;
    let _one_at_a_time = match &before {
        Some(known) if known.id != intent.connection => {
            let locks = &flow.server.locks;
            let held = match locks.of(&known.id).now_or_never() {
                Some(held) => held,
                None => {
                    // Whoever holds the lock may be waiting to revoke, and so for us.
                    drop(issuing);
                    let held = locks.of(&known.id).await;
                    issuing = flow.server.grants.issuing(flow.vendor.file()).await;
                    held
                }
            };
            before = account::connection_for(&flow.server, &flow.purpose, &account)?;
            Some(held)
        }
        _ => None,
    };
    if let Some(before) = &before
        && account::is_other(Some(before), &account)
        && !flow.purpose.accept_other_account
    {
        return Err(account::other_account(before, &account));
    }
    let asked = flow.vendor.file().scopes(endpoints);
    let granted = set.first.scope.clone().unwrap_or_else(|| asked.clone());
    let mut connection = put_in_service(flow, before.as_ref(), account);
    connection.scopes_asked = asked;
    connection.scopes_granted = granted;
    connection.fields.clone_from(&set.fields);
    connection.fields.extend(fields);
    let connection = keep::bound_to(&flow.vendor, connection);
    let issue = next_issue(&flow.server, before.as_ref())?;
    let mut credentials = Vec::new();
    for issued in set.all() {
        let sealed = tokens::seal::seal_issued(
            &flow.server,
            &connection,
            flow.vendor.file(),
            issued,
            (&issued.label, issue),
            intent.at,
        );
        credentials.extend(
            sealed
                .map_err(|error| sealed_away(&error))?
                .into_iter()
                .map(|(row, _)| row),
        );
    }
    let kept = keep(
        &flow.server,
        &flow.caller,
        flow.vendor.file(),
        Kept {
            connection,
            before,
            credentials,
            intent: Some(intent.clone()),
            flow: Some(flow.id.clone()),
        },
        &flow.purpose,
    )
    .await;
    drop(issuing);
    kept
}

/// The connection as it shall stand: the one there was, in its next generation, or a new one.
fn put_in_service(flow: &Flow, before: Option<&Connection>, account: Account) -> Connection {
    fresh(
        &flow.server,
        &flow.purpose,
        before,
        account,
        flow.vendor.file(),
    )
}

fn next_issue(server: &Server, before: Option<&Connection>) -> Result<u32, Problem> {
    let Some(before) = before else { return Ok(1) };
    let all = server.store.credentials_of(&before.id)?;
    Ok(all.iter().map(|c| c.issue).max().unwrap_or(0) + 1)
}
