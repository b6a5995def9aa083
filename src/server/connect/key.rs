//! Connecting with a key that a person pasted.

use std::sync::Arc;

use secrecy::SecretString;

use super::keep::{self, Kept};
use super::{Purpose, account, begun};
use crate::domain::credential::TokenKind;
use crate::domain::id::FlowId;
use crate::domain::provider::ProviderFile;
use crate::domain::trial::Verdict;
use crate::providers::CallContext;
use crate::server::tokens::seal::{Issue, Unsealed};
use crate::server::vendor::{Vendor, sealed_away};
use crate::server::who::Caller;
use crate::server::{Server, mint, tokens};
use crate::vault::ToAsk;
use crate::wire::request::Secret;
use crate::wire::view;
use crate::wire::{Code, Problem};

/// The key is tried before it is kept: one that the vendor refuses is no connection.
pub(super) async fn connect(
    server: &Arc<Server>,
    caller: &Caller,
    purpose: Purpose,
    file: &ProviderFile,
    key: Secret,
) -> Result<view::Flow, Problem> {
    let secret = SecretString::from(key.0.trim().to_owned());
    let keep = async |flow| {
        let tried = Tried {
            purpose: &purpose,
            file,
            secret: &secret,
            flow,
        };
        kept(server, caller, tried).await
    };
    begun::tried(server, caller, &purpose, keep).await
}

/// A key, and the authorization as which it is tried.
struct Tried<'a> {
    purpose: &'a Purpose,
    file: &'a ProviderFile,
    secret: &'a SecretString,
    flow: FlowId,
}

async fn kept(
    server: &Arc<Server>,
    caller: &Caller,
    tried: Tried<'_>,
) -> Result<view::Flow, Problem> {
    let Tried {
        purpose,
        file,
        secret,
        flow,
    } = tried;
    let vendor = Vendor::of(server, &file.id).await?;
    let endpoints = vendor.endpoints()?;
    let nobody = keep::fresh(server, purpose, None, Default::default(), file);
    let asked = vendor
        .ask(&nobody, TokenKind::ApiKey, &ToAsk::of(secret.clone()), None)
        .await;
    match asked.verdict {
        Verdict::Alive | Verdict::NotAskable => {}
        Verdict::Dead => return Err(refused(file, "the key is refused")),
        Verdict::Unknown => {
            return Err(refused(
                file,
                &format!("the key could not be tried: {}", asked.reason),
            ));
        }
    }
    let context = CallContext::new(&vendor.app, endpoints);
    let (account, fields) =
        account::whose(&vendor, &context.with_token(secret), server, None).await?;
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
    let connection = keep::bound_to(&vendor, connection);
    let token = Unsealed {
        kind: TokenKind::ApiKey,
        secret,
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
    tokens::end::passed(server, &vendor, &connection.id).await;
    Ok(keep::connected(file, connection.id))
}

fn refused(file: &ProviderFile, why: &str) -> Problem {
    Problem::new(
        Code::Failed,
        format!("connecting {} failed: {why}", file.name),
        "check the key, then try again",
    )
}
