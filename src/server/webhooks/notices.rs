//! What a vendor says of a connection by itself: the card says so at once, and the vendor is asked whether it is so. A notice
//! alone ends nothing: tokens that still work are used on, and a refusal counts as it does everywhere.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::audit::webhooks::NoticeSettled;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::{Connection, Status};
use crate::domain::health::NotAskedCause;
use crate::domain::id::ConnectionId;
use crate::domain::trial::Verdict;
use crate::domain::webhook::{Notice, Settled, VendorNotice};
use crate::server::caller::server_entry;
use crate::server::health::{self, HealthAnswer};
use crate::server::tokens;
use crate::server::{AFTER_TROUBLE, Server, clock_and_ids};
use crate::store::StoreError;
use crate::wire::Topic;
use jiff::Timestamp;

/// A vendor that cannot be asked is asked again after so long.
const AGAIN: Duration = Duration::from_secs(3600);

/// So many vendors are asked at once.
pub const AT_ONCE: usize = 8;

/// Asks about what vendors said, until the server stops.
pub async fn keep(server: Arc<Server>) {
    loop {
        let next = match begin_due(&server) {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(%error, "what vendors said could not be asked about");
                Some(clock_and_ids::now() + AFTER_TROUBLE)
            }
        };
        if !server.notices.alarm.wait(next, &server.stop).await {
            return;
        }
    }
}

/// Begins to ask about each notice that is due; when the next is. One vendor that is slow keeps no other waiting.
fn begin_due(server: &Arc<Server>) -> Result<Option<Timestamp>, StoreError> {
    let mut next = None;
    for connection in server.store.noticed()? {
        let Some(notice) = connection.notice.clone() else {
            continue;
        };
        match notice.due() {
            at if at <= clock_and_ids::now() => spawn_check(server, connection, notice),
            later => next = next.into_iter().chain([later]).min(),
        }
    }
    Ok(next)
}

/// Asks in a task of its own, unless one asks about this connection already.
fn spawn_check(server: &Arc<Server>, connection: Connection, notice: VendorNotice) {
    let Some(worker) = server.notices.begin(connection.id.clone()) else {
        return;
    };
    let server = Arc::clone(server);
    server.clone().tasks.spawn(async move {
        let room = worker.room().await;
        tokio::select! {
            // It is asked again at the next start.
            () = server.stop.cancelled() => {}
            asked = ask(&server, &connection, notice) => if let Err(error) = asked {
                drop(room);
                tracing::error!(connection = %worker.id, %error, "what a vendor said of it could not be asked about");
                server.pause(AFTER_TROUBLE).await;
            }
        }
    });
}

/// Asks once.
async fn ask(
    server: &Arc<Server>,
    connection: &Connection,
    notice: VendorNotice,
) -> Result<(), StoreError> {
    let (verdict, why) = is_alive(server, connection).await?;
    match what_now(verdict, &notice, &server.pace.looks) {
        AfterNotice::Again(wait) => {
            let asked = VendorNotice {
                tries: notice.tries + 1,
                next: Some(clock_and_ids::now() + wait),
                ..notice
            };
            server.store.notice_asked(&connection.id, asked).await?;
        }
        AfterNotice::Settled(settled) => {
            settle(
                server,
                connection,
                NoticeResult {
                    notice,
                    settled,
                    why,
                },
            )
            .await?
        }
    }
    tell(server, &connection.id);
    Ok(())
}

/// What follows from an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AfterNotice {
    /// It is asked again after so long.
    Again(Duration),
    Settled(Settled),
}

fn what_now(verdict: Verdict, notice: &VendorNotice, looks: &[Duration]) -> AfterNotice {
    let at = usize::try_from(notice.tries).unwrap_or(usize::MAX);
    match (verdict, notice.said, looks.get(at)) {
        (Verdict::Dead, _, _) => AfterNotice::Settled(Settled::Confirmed),
        (Verdict::NotAskable, _, _) => AfterNotice::Settled(Settled::NotAskable),
        (Verdict::Unknown, _, wait) => AfterNotice::Again(wait.copied().unwrap_or(AGAIN)),
        // A vendor's word and its doors are not always equally fast.
        (Verdict::Alive, Notice::Revoked | Notice::Uninstalled, Some(wait)) => {
            AfterNotice::Again(*wait)
        }
        (Verdict::Alive, Notice::Revoked | Notice::Uninstalled, None)
        | (Verdict::Alive, Notice::Expiring, _) => AfterNotice::Settled(Settled::NotSo),
    }
}

/// What came of a notice.
struct NoticeResult {
    notice: VendorNotice,
    settled: Settled,
    /// What the vendor answered last.
    why: String,
}

async fn settle(
    server: &Arc<Server>,
    connection: &Connection,
    came: NoticeResult,
) -> Result<(), StoreError> {
    let NoticeResult {
        notice,
        settled,
        why,
    } = came;
    let said = notice.said.words();
    let name = server.provider_name(&connection.provider);
    let (outcome, reason) = match (settled, notice.said) {
        (Settled::Confirmed, _) => (AuditOutcome::Warning, Some(format!("{name} {said}; {why}"))),
        (Settled::NotAskable, Notice::Revoked | Notice::Uninstalled) => {
            let reason = format!("{name} {said}; nothing can be asked that would tell");
            (AuditOutcome::Warning, Some(reason))
        }
        (Settled::NotSo, _) | (Settled::NotAskable, Notice::Expiring) => (AuditOutcome::Done, None),
    };
    let event = Event::NoticeSettled(NoticeSettled {
        name: connection.name.clone(),
        provider: connection.provider.clone(),
        said: notice.said,
        settled,
        tries: notice.tries + 1,
        why,
    });
    let entry = server_entry(event, &connection.id, outcome);
    let store = &server.store;
    store
        .notice_settled(connection, &notice, reason, entry)
        .await
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
        Err(error) => return without_token(server, &connection.id, error.to_string()),
    };
    match health::ask(server, usable, None).await? {
        HealthAnswer::Alive(_) => Ok((Verdict::Alive, "its token was accepted".to_owned())),
        HealthAnswer::Doubted(why) => Ok((Verdict::Unknown, why)),
        HealthAnswer::Unknown(_, not_asked) => Ok((untold(not_asked.cause), not_asked.why)),
        HealthAnswer::OutOfService(now) => {
            without_token(server, &connection.id, format!("the connection is {now}"))
        }
        HealthAnswer::Refused(why) => without_token(server, &connection.id, why),
    }
}

/// Where there is no question none will come by asking again.
fn untold(cause: NotAskedCause) -> Verdict {
    match cause {
        NotAskedCause::NoProbe => Verdict::NotAskable,
        NotAskedCause::NoToken
        | NotAskedCause::SetUp
        | NotAskedCause::Stopped
        | NotAskedCause::Unreachable
        | NotAskedCause::Limited
        | NotAskedCause::Suspended
        | NotAskedCause::Unclear => Verdict::Unknown,
    }
}

/// There is no token to ask about: the vendor refused to give one, or could not be asked.
fn without_token(
    server: &Server,
    id: &ConnectionId,
    why: String,
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
    Ok((verdict, why))
}

fn tell(server: &Server, connection: &ConnectionId) {
    server.hub.tell([
        Topic::Connections,
        Topic::Connection(connection.clone()),
        Topic::Audit,
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_without_a_question_is_nothing_asked_again() {
        let notice = VendorNotice::new(Notice::Revoked, Timestamp::UNIX_EPOCH);
        let next = |cause| what_now(untold(cause), &notice, &[]);
        let over = AfterNotice::Settled(Settled::NotAskable);
        assert_eq!(next(NotAskedCause::NoProbe), over);
        for cause in [
            NotAskedCause::NoToken,
            NotAskedCause::SetUp,
            NotAskedCause::Stopped,
            NotAskedCause::Unreachable,
            NotAskedCause::Unclear,
        ] {
            assert_eq!(next(cause), AfterNotice::Again(AGAIN), "{cause:?}");
        }
    }

    #[test]
    fn every_notice_ends() {
        let looks = [Duration::from_secs(1)];
        let again = AfterNotice::Again(Duration::from_secs(1));
        let told = |said, tries| VendorNotice {
            tries,
            ..VendorNotice::new(said, Timestamp::UNIX_EPOCH)
        };
        for (said, tries, verdict, expected) in [
            (
                Notice::Revoked,
                0,
                Verdict::Dead,
                AfterNotice::Settled(Settled::Confirmed),
            ),
            (Notice::Revoked, 0, Verdict::Alive, again),
            (
                Notice::Revoked,
                1,
                Verdict::Alive,
                AfterNotice::Settled(Settled::NotSo),
            ),
            (
                Notice::Uninstalled,
                0,
                Verdict::NotAskable,
                AfterNotice::Settled(Settled::NotAskable),
            ),
            (
                Notice::Revoked,
                7,
                Verdict::Unknown,
                AfterNotice::Again(AGAIN),
            ),
            (
                Notice::Expiring,
                0,
                Verdict::Alive,
                AfterNotice::Settled(Settled::NotSo),
            ),
            (Notice::Expiring, 0, Verdict::Unknown, again),
        ] {
            let next = what_now(verdict, &told(said, tries), &looks);
            assert_eq!(next, expected, "{said:?} {tries} {verdict:?}");
        }
        let expiring = told(Notice::Expiring, 0);
        assert_eq!(
            expiring.due(),
            VendorNotice {
                next: None,
                ..expiring.clone()
            }
            .due()
        );
        assert!(expiring.due() > Timestamp::UNIX_EPOCH);
    }
}
