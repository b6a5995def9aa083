//! The vendor has answered: the code becomes tokens, the tokens become a connection.

use futures::FutureExt;
use secrecy::SecretString;
use tokio::sync::OwnedMutexGuard;

use super::brought::Adopted;
use super::flow::{ConsentOpened, FlowContext};
use super::give_back::give_back;
use super::not_exchanged::NotExchanged;
use super::persist::{self, NewConnection, Persisted, fresh, persist_connection};
use super::{account, cancel, code};
use crate::domain::audit::authorizations::{AnswerLost, AuthorizeFailed};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::{Account, Connection};
use crate::domain::credential::{Credential, IssuingCall, TokenKind};
use crate::domain::id::ConnectionId;
use crate::providers::{TokenSet, callback_fields};
use crate::server::gate::current::still_manages;
use crate::server::grants::GrantGuard;
use crate::server::tokens;
use crate::server::tokens::seal::{Issue, is_same};
use crate::server::vendor::{VendorSession, sealed_away};
use crate::store::StoreError;
use crate::store::facts::IssueIntent;
use crate::wire::view::FlowState;
use crate::wire::{Code, Problem, Topic};

/// What came back is read, exchanged and kept; the flow ends here.
pub(super) async fn came(flow: &FlowContext, opened: &ConsentOpened, text: &str) {
    let code = match code::read(flow, opened, text) {
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
    let intent = flow.intent(IssuingCall::Exchange);
    match may_exchange(flow, &intent).await {
        Ok(()) => {}
        Err(NotStarted::Ended) => return too_late(flow).await,
        Err(NotStarted::Refused(problem)) => return failed(flow, Some(&intent), problem).await,
    }
    match code::exchange(flow, opened, &code).await {
        Err(why) => nothing_came(flow, &intent, why).await,
        Ok(set) => {
            let wanted = &flow.vendor.file().auth.callback_fields;
            let set = set.with_callback(callback_fields(text, wanted));
            let issued = IssuedTokens {
                set: &set,
                intent: &intent,
                nonce: opened.authorize.nonce.as_deref(),
                adopted: None,
            };
            take(flow, issued, issuing).await;
        }
    }
}

/// The flow was ended before its code could be exchanged.
pub(super) async fn too_late(flow: &FlowContext) {
    if let Ok(Some(row)) = flow.server.store.flow(&flow.id) {
        cancel::not_exchanged(&flow.server, &row).await;
    }
    failed(flow, None, cancel::how(&flow.server, &flow.id)).await;
}

/// Why nothing is traded in.
pub(super) enum NotStarted {
    /// Somebody ended the flow.
    Ended,
    /// It is not allowed, or not possible, any more.
    Refused(Problem),
}

/// Whether what is about to be traded in may be. The intent to do so is on the disk then.
pub(super) async fn may_exchange(
    flow: &FlowContext,
    intent: &IssueIntent,
) -> Result<(), NotStarted> {
    // The gate let this in minutes ago, and the lock may have taken a while.
    still_manages(&flow.server, &flow.caller, &flow.purpose.owner).map_err(NotStarted::Refused)?;
    match flow.server.store.flow_exchanging(intent, &flow.id).await {
        Ok(()) => same_registration(flow).map_err(NotStarted::Refused),
        Err(StoreError::Refused(_)) => Err(NotStarted::Ended),
        Err(error) => Err(NotStarted::Refused(Problem::from(error))),
    }
}

/// A code belongs to the registration that asked for it.
pub(super) fn same_registration(flow: &FlowContext) -> Result<(), Problem> {
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

/// Tokens that the vendor has issued to a flow.
#[derive(Clone, Copy)]
pub(super) struct IssuedTokens<'a> {
    pub(super) set: &'a TokenSet,
    /// Stands in the store since before they were asked for.
    pub(super) intent: &'a IssueIntent,
    /// What their ID token has to repeat, where one was sent.
    pub(super) nonce: Option<&'a str>,
    /// What they were had for, where a grant of another tool is taken over.
    pub(super) adopted: Option<Adopted<'a>>,
}

/// What was issued becomes the connection, or is given back.
pub(super) async fn take(flow: &FlowContext, issued: IssuedTokens<'_>, issuing: GrantGuard) {
    if let Err(problem) = kept(flow, issued, issuing).await {
        not_kept(flow, issued.intent, issued.set, problem).await;
    }
}

/// What was issued is given back, and the flow says why.
pub(super) async fn not_kept(
    flow: &FlowContext,
    intent: &IssueIntent,
    set: &TokenSet,
    why: Problem,
) {
    give_back(flow, intent, set, &why.message).await;
    failed(flow, None, why).await;
}

/// What was traded in brought nothing, or nobody knows what.
pub(super) async fn nothing_came(flow: &FlowContext, intent: &IssueIntent, why: NotExchanged) {
    match why {
        NotExchanged::Lost(problem) => {
            lost(flow, intent).await;
            failed(flow, None, problem).await;
        }
        NotExchanged::NothingIssued(problem) => failed(flow, Some(intent), problem).await,
    }
}

/// What was issued becomes the connection.
pub(super) async fn kept(
    flow: &FlowContext,
    issued: IssuedTokens<'_>,
    issuing: GrantGuard,
) -> Result<(), Problem> {
    let Persisted {
        connection,
        replaced_by,
    } = connect(flow, issued, issuing).await?;
    ask_about(flow, issued, &connection).await;
    if let Some(run) = replaced_by {
        flow.server.flows.replaced(&flow.id, run);
    }
    flow.set(FlowState::Connected {
        connection: connection.id,
    });
    Ok(())
}

/// Before anybody is told that it is kept: a token that dies next minute is on record as having lived, and what another tool was given
/// may have ended with the trade.
async fn ask_about(flow: &FlowContext, issued: IssuedTokens<'_>, connection: &Connection) {
    let known = VendorSession::of_connection(&flow.server, connection).await;
    let vendor = known.as_ref().unwrap_or_else(|problem| {
        tracing::warn!(
            connection = %connection.id, why = %problem.message,
            "the provider could not be looked up as the connection has it; its tokens are asked about where they were issued"
        );
        &flow.vendor
    });
    tokens::token_end::passed(&flow.server, vendor, &connection.id).await;
    if issued.adopted.is_none() {
        return;
    }
    // The lock of a new connection is held already.
    let _one_at_a_time = match connection.id == issued.intent.connection {
        true => None,
        false => Some(flow.server.locks.of(&connection.id).await),
    };
    match flow.server.store.connection(&connection.id) {
        Ok(now) if now.generation == connection.generation && now.status.in_service() => {
            tokens::token_end::sweep(&flow.server, vendor, &now).await;
        }
        Ok(_) => {}
        Err(error) => {
            tracing::error!(connection = %connection.id, %error, "superseded tokens cannot be looked at");
        }
    }
}

/// The vendor may have issued something that nobody has seen.
pub(super) async fn lost(flow: &FlowContext, intent: &IssueIntent) {
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
pub(super) async fn failed(flow: &FlowContext, intent: Option<&IssueIntent>, why: Problem) {
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
        .flow_failed(&flow.id, &flow.purpose.provider, intent, entry)
        .await
    {
        tracing::error!(%error, "that an authorization failed could not be recorded");
    }
    flow.set(FlowState::Failed { problem: why });
    flow.server
        .hub
        .tell([Topic::Connections, Topic::Providers, Topic::Audit]);
}

async fn connect(
    flow: &FlowContext,
    issued: IssuedTokens<'_>,
    issuing: GrantGuard,
) -> Result<Persisted, Problem> {
    let (server, file) = (&flow.server, flow.vendor.file());
    is_for_us(flow, &issued)?;
    let set = issued.set;
    let endpoints = flow.vendor.endpoints()?;
    let (account, fields) = match issued.adopted {
        Some(adopted) => adopted.named.clone(),
        None => account::of_issued(flow, set, 1).await?,
    };
    account::not_under_way(server, file, &account)?;
    let turn = turn(flow, &account, &issued.intent.connection, issuing).await?;
    let before = turn.before;
    account::may_be(before.as_ref(), &account, &flow.purpose, account::HANDED_IN)?;
    let mut connection = fresh(server, &flow.purpose, before.as_ref(), account, file);
    connection.scopes_asked = file.scopes(endpoints);
    connection.scopes_granted = match (&set.first.scope, issued.adopted) {
        (Some(granted), _) => granted.clone(),
        (None, None) => connection.scopes_asked.clone(),
        // What another tool asked for is not known.
        (None, Some(_)) => {
            connection.scopes_asked.clear();
            Vec::new()
        }
    };
    connection.fields.clone_from(&set.fields);
    connection.fields.extend(fields);
    let connection = persist::bound_to(&flow.vendor, connection);
    let kept = NewConnection {
        credentials: sealed(flow, &issued, &connection, before.as_ref())?,
        connection,
        before,
        intent: Some(issued.intent.clone()),
        flow: Some(flow.id.clone()),
    };
    persist_connection(server, &flow.caller, file, kept, &flow.purpose).await
}

/// Checks that the ID token is for this flow, where one was asked for or came. A vendor that repeats no nonce still says for
/// whom its ID token is.
fn is_for_us(flow: &FlowContext, issued: &IssuedTokens<'_>) -> Result<(), Problem> {
    let says_for_whom = !flow.vendor.file().auth.nonce && issued.set.id_token.is_some();
    if issued.nonce.is_none() && !says_for_whom {
        return Ok(());
    }
    let endpoints = flow.vendor.endpoints()?;
    let vendors = &flow.server.vendors;
    vendors
        .check_id_token(&flow.vendor.app, endpoints, issued.set, issued.nonce)
        .map_err(|error| {
            let name = &flow.vendor.file().name;
            Problem::new(
                Code::Failed,
                format!("connecting {name} failed: {error}"),
                "start again; the new tokens were handed in for revocation, and the audit log has the answers",
            )
        })
}

/// The connection that is continued, with nobody else at work on it.
struct ConnectionTurn {
    before: Option<Connection>,
    _one_at_a_time: Option<OwnedMutexGuard<()>>,
    _issuing: GrantGuard,
}

/// Waits for the lock of the connection of this account: whose connection is continued is known only now. `held` is locked
/// already.
async fn turn(
    flow: &FlowContext,
    account: &Account,
    held: &ConnectionId,
    issuing: GrantGuard,
) -> Result<ConnectionTurn, Problem> {
    let server = &flow.server;
    let before = account::connection_for(server, &flow.purpose, account)?;
    let Some(other) = before.as_ref().filter(|known| known.id != *held) else {
        return Ok(ConnectionTurn {
            before,
            _one_at_a_time: None,
            _issuing: issuing,
        });
    };
    let lock = server.locks.of(&other.id);
    let (lock, issuing) = match lock.now_or_never() {
        Some(lock) => (lock, issuing),
        None => {
            // Whoever holds the lock may be waiting to revoke, and so for us.
            drop(issuing);
            let lock = server.locks.of(&other.id).await;
            (lock, server.grants.issuing(flow.vendor.file()).await)
        }
    };
    Ok(ConnectionTurn {
        before: account::connection_for(server, &flow.purpose, account)?,
        _one_at_a_time: Some(lock),
        _issuing: issuing,
    })
}

fn sealed(
    flow: &FlowContext,
    issued: &IssuedTokens<'_>,
    connection: &Connection,
    before: Option<&Connection>,
) -> Result<Vec<Credential>, Problem> {
    let known = match before {
        Some(before) => flow.server.store.credentials_of(&before.id)?,
        None => Vec::new(),
    };
    let first = Issue::after(&known, "", issued.intent.at);
    let (mut credentials, number) = match issued.adopted {
        Some(adopted) => {
            let brought = adopted.sealed(flow, connection, first, &issued.set.first)?;
            (brought, first.number + 1)
        }
        None => (Vec::new(), first.number),
    };
    for one in issued.set.all() {
        let issue = Issue {
            label: &one.label,
            number,
            lives_from: issued.adopted.map_or(first.lives_from, |it| it.issued_at),
            ..first
        };
        let sealed =
            tokens::seal::seal_issued(&flow.server, connection, flow.vendor.file(), one, issue);
        let sealed = sealed.map_err(|error| sealed_away(&error))?;
        credentials.extend(sealed.into_iter().map(|(row, secret)| Credential {
            is_held_elsewhere: is_held_elsewhere(flow, issued, &known, &row, &secret),
            ..row
        }));
    }
    Ok(credentials)
}

/// Whether another tool has this one too: the vendor has issued it before, to that tool.
fn is_held_elsewhere(
    flow: &FlowContext,
    issued: &IssuedTokens<'_>,
    known: &[Credential],
    row: &Credential,
    secret: &SecretString,
) -> bool {
    let was_brought = issued.adopted.is_some_and(|it| {
        let access = it.brought.access.as_ref();
        row.kind == TokenKind::Access && access.is_some_and(|it| it.is(secret))
    });
    let is_it = |old: &Credential| {
        old.is_held_elsewhere && old.kind == row.kind && is_same(&flow.server, old, secret)
    };
    was_brought || known.iter().any(is_it)
}
