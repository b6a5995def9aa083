//! Connecting an installation of our app. The reference to it is kept sealed like a secret, so that a disconnect
//! destroys it like one; tokens are minted when they are needed.

use std::sync::Arc;

use secrecy::SecretString;

use super::keep::{self, Kept};
use super::{Purpose, account, begun};
use crate::domain::credential::TokenKind;
use crate::domain::id::FlowId;
use crate::domain::provider::ProviderFile;
use crate::providers::{self, CallContext};
use crate::server::tokens::seal::{Issue, Unsealed};
use crate::server::vendor::{Vendor, sealed_away};
use crate::server::who::Caller;
use crate::server::{Server, mint, tokens};
use crate::wire::view;
use crate::wire::{Code, Problem};

/// The vendor says whose installation it is; one that our app does not have is no connection.
pub(super) async fn connect(
    server: &Arc<Server>,
    caller: &Caller,
    purpose: Purpose,
    file: &ProviderFile,
    installation: Option<String>,
) -> Result<view::Flow, Problem> {
    let flags = "--app-id ID --app-key-file FILE --installation ID";
    let named = installation.map(|id| id.trim().to_owned());
    let Some(id) = named.filter(|id| !id.is_empty()) else {
        return Err(Problem::new(
            Code::Usage,
            format!("{} is connected by an installation of our app", file.name),
            format!("tagout connect {} {flags}", file.id),
        ));
    };
    let id = SecretString::from(id);
    let vendor = Vendor::of(server, &file.id).await?;
    if let Some(key) = &vendor.app.client_secret
        && let Err(why) = providers::check_key(key)
    {
        let message = format!("connecting {} failed: the app's key {why}", file.name);
        let hint = format!("tagout connect {} {flags}", file.id);
        return Err(Problem::new(Code::Usage, message, hint));
    }
    let keep = async |flow| {
        let tried = Tried {
            purpose: &purpose,
            vendor: &vendor,
            id: &id,
            flow,
        };
        kept(server, caller, tried).await
    };
    begun::tried(server, caller, &purpose, keep).await
}

/// An installation, and the authorization as which it is tried.
struct Tried<'a> {
    purpose: &'a Purpose,
    vendor: &'a Vendor,
    id: &'a SecretString,
    flow: FlowId,
}

async fn kept(
    server: &Arc<Server>,
    caller: &Caller,
    tried: Tried<'_>,
) -> Result<view::Flow, Problem> {
    let Tried {
        purpose,
        vendor,
        id,
        flow,
    } = tried;
    let file = vendor.file();
    let context = CallContext::new(&vendor.app, vendor.endpoints()?).with_token(id);
    let context = context.about_installation();
    let (account, fields) = account::whose(vendor, &context, server, None).await?;
    let before = account::connection_for(server, purpose, &account)?;
    if let Some(before) = &before
        && account::is_other(Some(before), &account)
        && !purpose.accept_other_account
    {
        return Err(account::other_account(before, &account));
    }
    let held = before.as_ref().map_or(&purpose.fresh, |c| &c.id);
    let _one_at_a_time = server.locks.of(held).await;
    let mut connection = keep::fresh(server, purpose, before.as_ref(), account, file);
    connection.fields = fields;
    let connection = keep::bound_to(vendor, connection);
    let token = Unsealed {
        kind: TokenKind::Installation,
        secret: id,
        expires_at: None,
    };
    let issue = Issue::next(server, before.as_ref(), "", mint::now())?;
    let row = tokens::seal::seal_row(server, &connection, issue, token);
    let kept = Kept {
        connection,
        before,
        credentials: vec![row.map_err(|error| sealed_away(&error))?],
        intent: None,
        flow: Some(flow),
    };
    let connection = keep::keep(server, caller, file, kept, purpose).await?;
    tokens::end::passed(server, vendor, &connection.id).await;
    Ok(keep::connected(file, connection.id))
}
