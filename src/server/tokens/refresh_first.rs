//! A live access token for the calls of a disconnect that are authenticated by one.

use super::is_enough;
use std::collections::BTreeSet;

use super::refresh::{Occasion, refresh};
use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, TokenKind};
use crate::domain::disconnect::intents::CallReach;
use crate::domain::disconnect::run::Run;
use crate::domain::provider::{self, AuthKind, Call, CallKind};
use crate::domain::trial::Verdict;
use crate::server::Server;
use crate::server::vendor::VendorSession;

/// Before revoking: where the recipe needs a live access token and the one at hand has expired or is refused, a new one.
/// That it cannot be had is no reason to stop: the calls will say so themselves.
pub async fn for_revocation(server: &Server, run: &Run) {
    let Some(file) = server.provider(&run.provider) else {
        return;
    };
    // Minting a token only to end it would leave one more to prove dead.
    if file.auth.kind == AuthKind::AppInstall || !wants_a_live_one(&file.calls(), run.uninstall) {
        return;
    }
    let (Ok(connection), Ok(all)) = (
        server.store.connection(&run.connection),
        server.store.credentials_of(&run.connection),
    ) else {
        return;
    };
    // Each set stands for itself: a token of one cannot speak for another's.
    let labels: BTreeSet<&str> = all.iter().map(|c| c.label.as_str()).collect();
    for label in labels {
        let mut usable = all.iter().filter(|c| c.is_active() && c.label == label);
        let access = usable.clone().rfind(|c| c.kind == TokenKind::Access);
        let Some(access) = access.filter(|_| usable.any(|c| c.kind == TokenKind::Refresh)) else {
            continue;
        };
        if is_enough(access, None) && !is_refused(server, &connection, access).await {
            continue;
        }
        if let Err(error) = refresh(server, &connection, label, Occasion::Revocation).await {
            tracing::warn!(run = %run.id, label, %error, "no live access token for the revocation");
        }
    }
}

/// Whether the vendor says that an access token is dead, whatever the clock says.
async fn is_refused(server: &Server, connection: &Connection, access: &Credential) -> bool {
    let vendor = VendorSession::about(server, connection).await;
    let secret = (access.sealed.as_ref())
        .and_then(|sealed| (server.vault.open_to_ask(sealed, access.id.as_str())).ok());
    let (Ok(vendor), Some(secret)) = (vendor, secret) else {
        return false;
    };
    let answer = vendor.ask(connection, access.kind, &secret, access.passed_by);
    answer.await.verdict == Verdict::Dead
}

/// Whether a call that is made has to show a live access token: one about the app or the account always, one about the
/// token itself where it is the only way to end the refresh token too.
fn wants_a_live_one(calls: &[Call], uninstall: bool) -> bool {
    let reach = CallReach {
        uninstall,
        wide: true,
    };
    let made = |call: &&Call| reach.wants(call);
    let ends_refresh = |call: &Call| call.needs() == provider::TokenKind::Refresh;
    let is_other_way = calls.iter().filter(made).any(ends_refresh);
    let by_access = |call: &&Call| call.needs() == provider::TokenKind::Access;
    let mut shown = calls.iter().filter(made).filter(by_access);
    shown.any(|call| call.kind != CallKind::Revoke || (!call.auth().is_ours() && !is_other_way))
}
