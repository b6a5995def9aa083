//! Connecting with a secret that is known before: a key, or the reference to an installation.

use std::sync::Arc;

use secrecy::SecretString;

use super::persist::{self, NewConnection};
use super::{ConnectPurpose, account};
use crate::domain::credential::TokenKind;
use crate::domain::id::FlowId;
use crate::providers::CallContext;
use crate::server::caller::Caller;
use crate::server::tokens::seal::{Issue, Unsealed};
use crate::server::vendor::{VendorSession, sealed_away};
use crate::server::{Server, clock_and_ids, tokens};
use crate::wire::{Problem, view};

/// A secret, and the authorization as which it is tried.
pub(super) struct KnownSecret<'a> {
    pub vendor: &'a VendorSession,
    pub kind: TokenKind,
    pub secret: &'a SecretString,
    pub flow: FlowId,
}

/// Asks whose it is, in this context, and keeps it.
pub(super) async fn keep(
    server: &Arc<Server>,
    caller: &Caller,
    purpose: &ConnectPurpose,
    known: KnownSecret<'_>,
    context: &CallContext<'_>,
) -> Result<view::Flow, Problem> {
    let KnownSecret {
        vendor,
        kind,
        secret,
        flow,
    } = known;
    let file = vendor.file();
    let (account, fields) = account::whose(vendor, context, server).await?;
    let before = account::connection_for(server, purpose, &account)?;
    account::may_be(before.as_ref(), &account, purpose, "")?;
    let held = before.as_ref().map_or(&purpose.fresh, |c| &c.id);
    let _one_at_a_time = server.locks.of(held).await;
    let mut connection = persist::fresh(server, purpose, before.as_ref(), account, file);
    connection.fields = fields;
    let connection = persist::bound_to(vendor, connection);
    let token = Unsealed {
        kind,
        secret,
        expires_at: None,
    };
    let held_before = match &before {
        Some(before) => server.store.credentials_of(&before.id)?,
        None => Vec::new(),
    };
    let issue = Issue::after(&held_before, "", clock_and_ids::now());
    let row = tokens::seal::seal_row(server, &connection, issue, token);
    let kept = NewConnection {
        connection,
        before,
        credentials: vec![row.map_err(|error| sealed_away(&error))?],
        intent: None,
        flow: Some(flow.clone()),
    };
    let persisted = persist::persist_connection(server, caller, file, kept, purpose).await?;
    tokens::token_end::passed(server, vendor, &persisted.connection.id).await;
    Ok(persist::connected(flow, file, persisted))
}
