//! What a vendor says at our redirect URI: that our app was uninstalled there. Pipedrive does (Handling user app uninstallation):
//! a DELETE, authenticated as our client with HTTP Basic. Whoever has our client's secret could say so as well, and it ends
//! nothing by itself: the card says so at once, and the vendor is asked.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{busy, classify, unread};
use crate::domain::connection::Connection;
use crate::domain::provider::Body;
use crate::domain::webhook::Notice;
use crate::server::{Server, clock_and_ids, vendor};
use crate::store::StoreError;
use crate::store::facts::VendorSaid;
use crate::wire::{Problem, Topic};

/// A vendor says that our app was uninstalled at one of its accounts.
pub async fn uninstalled(
    State(server): State<Arc<Server>>,
    Path(provider): Path<String>,
    request: Request,
) -> Response {
    let taken = take(&server, &provider, request).await;
    taken.unwrap_or_else(|problem| {
        tracing::error!(%provider, error = %problem.message, "an uninstallation could not be taken");
        busy()
    })
}

async fn take(server: &Arc<Server>, provider: &str, request: Request) -> Result<Response, Problem> {
    let file = server.provider(provider);
    let says = file.and_then(|file| file.webhook.as_ref()?.uninstall.clone());
    let Some(says) = says else {
        return Ok(unread(StatusCode::METHOD_NOT_ALLOWED));
    };
    let (head, body) = request.into_parts();
    // Nothing of a body is read before it is known that the vendor sends it.
    if !is_our_client(server, provider, &head.headers)? {
        return Ok(unread(StatusCode::UNAUTHORIZED));
    }
    let body = match server.bodies.read(body).await {
        Ok(body) => Body::from_bytes(body.bytes()),
        Err(status) => return Ok(unread(status)),
    };
    let Some(account) = says.account_of(&body) else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    let said = about(server, provider, &account)?;
    let noticed = server.store.vendor_said(said, clock_and_ids::now()).await?;
    if !noticed.is_empty() {
        server.notices.alarm.ring();
        let about = noticed.into_iter().map(Topic::Connection);
        let lists = [Topic::Connections, Topic::Audit];
        server.hub.tell(about.chain(lists).collect::<Vec<_>>());
    }
    Ok(StatusCode::OK.into_response())
}

/// Whether whoever sends this authenticates as our client at that provider.
///
/// # Errors
/// When our secret cannot be opened: that is nobody's forgery.
fn is_our_client(server: &Server, provider: &str, headers: &HeaderMap) -> Result<bool, Problem> {
    let sent = headers.get(header::AUTHORIZATION);
    let Some(sent) = sent.and_then(|sent| sent.to_str().ok()?.strip_prefix("Basic ")) else {
        return Ok(false);
    };
    let Some((id, secret)) = vendor::client(server, provider)? else {
        return Ok(false);
    };
    let pair = Zeroizing::new(format!("{id}:{}", secret.expose_secret()));
    let ours = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
    Ok(bool::from(sent.as_bytes().ct_eq(ours.as_bytes())))
}

/// What is said of each connection of the account that is in service; of one that is out of service it is no news.
fn about(server: &Server, provider: &str, account: &str) -> Result<Vec<VendorSaid>, StoreError> {
    let providers = [provider.to_owned()];
    let mut said = Vec::new();
    for connection in server.store.connections_of_account(&providers, account) {
        let connection: Connection = connection?;
        if connection.status.in_service() {
            said.push(VendorSaid {
                entry: classify::notice_entry(&connection, Notice::Uninstalled, None),
                connection: connection.id,
                said: Notice::Uninstalled,
            });
        }
    }
    Ok(said)
}
