//! Connecting with a key that a person pasted.

use std::sync::Arc;

use secrecy::SecretString;

use super::known_secret::{self, KnownSecret};
use super::persist;
use super::{ConnectPurpose, open_flow};
use crate::domain::credential::TokenKind;
use crate::domain::provider::ProviderFile;
use crate::domain::trial::Verdict;
use crate::providers::CallContext;
use crate::server::Server;
use crate::server::caller::Caller;
use crate::server::vendor::VendorSession;
use crate::vault::ToAsk;
use crate::wire::request::Secret;
use crate::wire::view;
use crate::wire::{Code, Problem};

/// The key is tried before it is kept: one that the vendor refuses is no connection.
pub(super) async fn connect(
    server: &Arc<Server>,
    caller: &Caller,
    purpose: ConnectPurpose,
    file: &ProviderFile,
    key: Secret,
) -> Result<view::Flow, Problem> {
    let secret = SecretString::from(key.0.trim().to_owned());
    let keep = async |flow| {
        let vendor = VendorSession::of(server, &file.id).await?;
        let endpoints = vendor.endpoints()?;
        try_key(server, &vendor, &purpose, &secret).await?;
        let context = CallContext::new(&vendor.app, endpoints);
        let known = KnownSecret {
            vendor: &vendor,
            kind: TokenKind::ApiKey,
            secret: &secret,
            flow,
        };
        known_secret::keep(
            server,
            caller,
            &purpose,
            known,
            &context.with_token(&secret),
        )
        .await
    };
    open_flow::with_open_flow(server, caller, &purpose, keep).await
}

/// Asks the vendor whether it takes the key; where nothing can be asked it may.
async fn try_key(
    server: &Server,
    vendor: &VendorSession,
    purpose: &ConnectPurpose,
    secret: &SecretString,
) -> Result<(), Problem> {
    let file = vendor.file();
    let nobody = persist::fresh(server, purpose, None, Default::default(), file);
    let asked = vendor
        .ask(&nobody, TokenKind::ApiKey, &ToAsk::of(secret.clone()), None)
        .await;
    match asked.verdict {
        Verdict::Alive | Verdict::NotAskable => Ok(()),
        Verdict::Dead => Err(refused(file, "the key is refused")),
        Verdict::Unknown => Err(refused(
            file,
            &format!("the key could not be tried: {}", asked.reason),
        )),
    }
}

fn refused(file: &ProviderFile, why: &str) -> Problem {
    Problem::new(
        Code::Failed,
        format!("connecting {} failed: {why}", file.name),
        "check the key, then try again",
    )
}
