//! Connections whose tokens came out of a backup: what was destroyed since it was made came back with it, so nothing of them is
//! used before the vendor has said that it takes them. What it refuses, and what there is no question about, is authorized again.

use std::sync::Arc;

use jiff::Timestamp;

use super::question::{NotConcluded, QuestionOutcome, put_within};
use crate::domain::audit::connections::Marked;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::{Connection, FirstAnswer, Status};
use crate::domain::credential::Credential;
use crate::domain::health::{AnswerMeaning, NotAskedCause};
use crate::domain::provider::RefreshKind;
use crate::domain::saturating_time::saturating_later;
use crate::server::caller::server_entry;
use crate::server::tokens::{self, NoToken};
use crate::server::{AFTER_TROUBLE, Server, clock_and_ids};
use crate::store::StoreError;
use crate::wire::Topic;

/// Asks about one, and says when to look again; none where it is not waited for any more.
pub(super) async fn ask_first(
    server: &Arc<Server>,
    connection: &Connection,
) -> Result<Option<Timestamp>, StoreError> {
    let _turn = server.health.turns.of(&connection.id).await;
    if let Some(answer) = answer(server, connection).await? {
        settle(server, connection, answer).await?;
    }
    let now = server.store.connection(&connection.id)?;
    Ok(match now.is_asked_first {
        true => Some(saturating_later(clock_and_ids::now(), AFTER_TROUBLE)),
        // From now on as every other.
        false => super::is_usable(&now)
            .then(|| saturating_later(clock_and_ids::now(), server.health.every)),
    })
}

/// What the vendor says; none where that is settled already, or is nobody's concern any more.
async fn answer(
    server: &Arc<Server>,
    connection: &Connection,
) -> Result<Option<FirstAnswer>, StoreError> {
    let credentials = server.store.credentials_of(&connection.id)?;
    let mut newest = credentials.iter().rev();
    let in_use = newest.find(|it| it.is_used_by(connection));
    let lasts = |it: &&Credential| it.expires_at.is_none_or(|at| at > clock_and_ids::now());
    let refused = match in_use.filter(lasts) {
        Some(credential) => match of_token(server, connection, credential).await {
            Told::Said(answer) => return Ok(answer),
            Told::Refused(why) => why,
        },
        None => "its token has expired".to_owned(),
    };
    if !tokens::refresh::is_renewable(server, connection)? {
        let why = format!("restored from a backup, and not taken any more: {refused}");
        return Ok(Some(FirstAnswer::Refused(why)));
    }
    if may_end_another(server, connection) {
        let why = format!(
            "restored from a backup: {refused}, and a use of its refresh token could end the grant of whoever else uses it; \
             stop the installation that the backup is of for good, then: tagout reconnect {}",
            connection.name
        );
        return Ok(Some(FirstAnswer::Refused(why)));
    }
    // To trade the refresh token in is to ask about it; what it brings is used from then on.
    match tokens::renew_first(server, &connection.id).await {
        Ok(()) | Err(NoToken::OutOfService(_)) => Ok(None),
        Err(NoToken::Store(error)) => Err(error),
        Err(other) => Ok(Some(FirstAnswer::Unclear(unclear(&other.to_string())))),
    }
}

/// Whether trading its refresh token in could end a grant that somebody else goes on with: the installation that the backup is
/// of, or the tool that the grant was borrowed from. A refresh token that is replaced at its use was theirs, too (RFC 9700, 4.14.2).
fn may_end_another(server: &Server, connection: &Connection) -> bool {
    let file = server.provider(&connection.provider);
    let is_replaced = file.is_some_and(|it| it.auth.refresh == RefreshKind::Rotating);
    connection.is_borrowed || is_replaced
}

/// What was said of a token.
enum Told {
    Said(Option<FirstAnswer>),
    /// It is not taken, or there is no question about it.
    Refused(String),
}

async fn of_token(server: &Server, connection: &Connection, credential: &Credential) -> Told {
    let opened = tokens::to_ask_first(server, connection.clone(), credential);
    let token = match opened {
        Ok(token) => token,
        Err(error) => return Told::Refused(error.to_string()),
    };
    match put_within(server, &token, None).await {
        Ok(QuestionOutcome::Told { said, why }) => Told::Said(Some(match said {
            AnswerMeaning::Alive => FirstAnswer::Alive,
            _ => FirstAnswer::Unclear(unclear(&why)),
        })),
        Ok(QuestionOutcome::Refused(refusal)) => Told::Refused(refusal.spoken.why),
        Err(NotConcluded::OutOfService(_)) => Told::Said(None),
        Err(NotConcluded::NotAsked(not)) => match not.cause {
            NotAskedCause::NoProbe | NotAskedCause::NoToken => Told::Refused(not.why),
            NotAskedCause::SetUp
            | NotAskedCause::Stopped
            | NotAskedCause::Unreachable
            | NotAskedCause::Limited
            | NotAskedCause::Suspended
            | NotAskedCause::Unclear => Told::Said(Some(FirstAnswer::Unclear(unclear(&not.why)))),
        },
    }
}

fn unclear(why: &str) -> String {
    format!(
        "restored from a backup with its secrets, and not used before its provider takes them: {why}"
    )
}

async fn settle(
    server: &Server,
    connection: &Connection,
    answer: FirstAnswer,
) -> Result<(), StoreError> {
    let (status, reason) = match &answer {
        FirstAnswer::Alive => (Status::Connected, String::new()),
        FirstAnswer::Refused(why) | FirstAnswer::Unclear(why) => {
            (Status::ReconnectRequired, why.clone())
        }
    };
    let marked = Marked {
        name: connection.name.clone(),
        provider: connection.provider.clone(),
        status,
        reason,
    };
    let (event, outcome) = match answer {
        FirstAnswer::Alive => (Event::Recovered(marked), AuditOutcome::Done),
        FirstAnswer::Refused(_) | FirstAnswer::Unclear(_) => {
            (Event::ReconnectRequired(marked), AuditOutcome::Warning)
        }
    };
    let entry = server_entry(event, &connection.id, outcome);
    if server.store.asked_first(connection, answer, entry).await? {
        server.hub.tell([
            Topic::Connections,
            Topic::Connection(connection.id.clone()),
            Topic::Jobs,
            Topic::Audit,
            Topic::Providers,
        ]);
    }
    Ok(())
}
