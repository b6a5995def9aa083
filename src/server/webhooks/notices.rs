//! What a vendor says of a connection by itself: the card says so at once, and the vendor is asked whether it is so. A notice
//! alone ends nothing: tokens that still work are used on, and a refusal counts as it does everywhere.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::audit::webhooks::NoticeSettled;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::{Connection, Health, Status};
use crate::domain::credential::Credential;
use crate::domain::id::ConnectionId;
use crate::domain::trial::Verdict;
use crate::domain::webhook::{Settled, VendorNotice};
use crate::server::tokens::{self, NoToken, Usable};
use crate::server::vendor::Vendor;
use crate::server::who::server_entry;
use crate::server::{AFTER_TROUBLE, Server, mint};
use crate::store::StoreError;
use crate::wire::Topic;
use jiff::Timestamp;

/// A vendor that cannot be asked is asked again after so long.
const AGAIN: Duration = Duration::from_secs(3600);

/// Asks about what vendors said, until the server stops.
pub async fn keep(server: Arc<Server>) {
    loop {
        let next = match ask_due(&server).await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(%error, "what vendors said could not be asked about");
                Some(mint::now() + AFTER_TROUBLE)
            }
        };
        if !server.notices.wait(next, &server.stop).await {
            return;
        }
    }
}

/// Asks about each notice that is due; when the next is.
async fn ask_due(server: &Arc<Server>) -> Result<Option<Timestamp>, StoreError> {
    let mut next = None;
    for connection in server.store.noticed()? {
        let Some(notice) = connection.notice.clone() else {
            continue;
        };
        let due = match notice.next {
            Some(at) if at <= mint::now() => ask(server, connection, notice).await?,
            later => later,
        };
        next = next.into_iter().chain(due).min();
    }
    Ok(next)
}

/// Asks once. When to ask again; none when it is settled.
async fn ask(
    server: &Arc<Server>,
    connection: Connection,
    notice: VendorNotice,
) -> Result<Option<Timestamp>, StoreError> {
    let (verdict, why) = is_alive(server, &connection).await?;
    let tries = notice.tries + 1;
    let looks = &server.pace.looks;
    let at = usize::try_from(notice.tries).unwrap_or(usize::MAX);
    let settled = match (verdict, looks.get(at)) {
        (Verdict::Dead, _) => Settled::Confirmed,
        // A vendor's word and its doors are not always equally fast.
        (Verdict::Alive, Some(_)) | (Verdict::Unknown | Verdict::NotAskable, _) => {
            let wait = looks.get(at).copied().unwrap_or(AGAIN);
            let next = mint::now() + wait;
            let asked = VendorNotice {
                tries,
                next: Some(next),
                ..notice
            };
            server.store.notice_asked(&connection.id, asked).await?;
            return Ok(Some(next));
        }
        (Verdict::Alive, None) => Settled::NotSo,
    };
    let event = Event::NoticeSettled(NoticeSettled {
        name: connection.name.clone(),
        provider: connection.provider.clone(),
        said: notice.said,
        settled,
        tries,
        why: why.clone(),
    });
    let outcome = match settled {
        Settled::Confirmed => AuditOutcome::Warning,
        Settled::NotSo => AuditOutcome::Done,
    };
    let entry = server_entry(event, &connection.id, outcome);
    let name = server.provider_name(&connection.provider);
    let reason = match settled {
        Settled::Confirmed => Some(format!("{name} {}; {why}", notice.said.words())),
        Settled::NotSo => None,
    };
    let generation = connection.generation;
    server
        .store
        .notice_settled(&connection.id, generation, reason, entry)
        .await?;
    tell(server, &connection.id);
    Ok(None)
}

/// Whether the connection's token works. A token that is refused is refreshed first, as it would be for a pull: what is
/// refused then turns the badge by itself (N3).
async fn is_alive(
    server: &Arc<Server>,
    connection: &Connection,
) -> Result<(Verdict, String), StoreError> {
    if connection.status == Status::ReconnectRequired {
        return Ok((Verdict::Dead, connection.reason.clone()));
    }
    let usable = match tokens::usable(server, &connection.id).await {
        Ok(usable) => usable,
        Err(error) => return without_token(server, &connection.id, &error),
    };
    let (verdict, why) = put(server, &usable).await;
    if verdict != Verdict::Dead {
        return Ok((verdict, why));
    }
    let fresh = match tokens::after_refusal(server, &usable).await {
        Ok(fresh) => fresh,
        Err(error) => return without_token(server, &connection.id, &error),
    };
    let (verdict, why) = put(server, &fresh).await;
    if verdict == Verdict::Dead {
        let reason = format!("a fresh token was refused: {why}");
        let (status, health) = (Status::ReconnectRequired, Health::Healthy);
        tokens::refresh::mark(server, &fresh.connection, status, health, reason.clone()).await?;
        return Ok((Verdict::Dead, reason));
    }
    Ok((verdict, why))
}

/// There is no token to ask about: the vendor refused to give one, or could not be asked.
fn without_token(
    server: &Server,
    id: &ConnectionId,
    error: &NoToken,
) -> Result<(Verdict, String), StoreError> {
    let status = server.store.connection(id)?.status;
    let verdict = match status {
        Status::ReconnectRequired => Verdict::Dead,
        Status::Error
        | Status::Disconnecting
        | Status::Pending
        | Status::Connected
        | Status::Revoked => Verdict::Unknown,
    };
    Ok((verdict, error.to_string()))
}

/// Puts the file's question about a token.
async fn put(server: &Server, usable: &Usable) -> (Verdict, String) {
    let connection = &usable.connection;
    let credential = server
        .store
        .get::<Credential>(&format!("{}/{}", connection.id, usable.credential));
    let Ok(Some(credential)) = credential else {
        return (
            Verdict::Unknown,
            "its token is not there any more".to_owned(),
        );
    };
    let vendor = match Vendor::about(server, connection).await {
        Ok(vendor) => vendor,
        Err(problem) => return (Verdict::Unknown, problem.message),
    };
    let passed = credential.passed_by;
    let answer = vendor
        .ask(connection, credential.kind, &usable.secret, passed)
        .await;
    let why = match (answer.reason.is_empty(), answer.status) {
        (false, _) => answer.reason,
        (true, Some(status)) => format!("its token was answered {status}"),
        (true, None) => "its token was not answered".to_owned(),
    };
    (answer.verdict, why)
}

fn tell(server: &Server, connection: &ConnectionId) {
    server.hub.tell([
        Topic::Connections,
        Topic::Connection(connection.clone()),
        Topic::Audit,
    ]);
}
