//! Connecting an installation of our app. The reference to it is kept sealed like a secret, so that a disconnect
//! destroys it like one; tokens are minted when they are needed.

use std::sync::Arc;

use secrecy::SecretString;

use super::known_secret::{self, KnownSecret};
use super::requirements::missing_registration;
use super::{ConnectPurpose, open_flow};
use crate::domain::credential::TokenKind;
use crate::domain::provider::ProviderFile;
use crate::providers::CallContext;
use crate::server::Server;
use crate::server::caller::Caller;
use crate::server::vendor::VendorSession;
use crate::wire::view;
use crate::wire::{Code, Problem};

/// The vendor says whose installation it is; one that our app does not have is no connection.
pub(super) async fn connect(
    server: &Arc<Server>,
    caller: &Caller,
    purpose: ConnectPurpose,
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
    let vendor = VendorSession::of(server, &file.id).await?;
    missing_registration(&vendor.app)?;
    let keep = async |flow| {
        let context = CallContext::new(&vendor.app, vendor.endpoints()?).with_token(&id);
        let known = KnownSecret {
            vendor: &vendor,
            kind: TokenKind::Installation,
            secret: &id,
            flow,
        };
        known_secret::keep(
            server,
            caller,
            &purpose,
            known,
            &context.about_installation(),
        )
        .await
    };
    open_flow::with_open_flow(server, caller, &purpose, keep).await
}
