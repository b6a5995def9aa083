//! Connections whose tokens came out of a backup: what was destroyed since it was made came back with it, so nothing of them is
//! used before the vendor has said that it takes them. What it refuses, and what there is no question about, is authorized again.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::question::{NotConcluded, QuestionOutcome, put_within};
use crate::domain::audit::connections::Marked;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::{Connection, FirstAnswer, Status};
use crate::domain::credential::Credential;
use crate::domain::health::{AnswerMeaning, HealthSignal, NotAskedCause};
use crate::domain::id::CredentialId;
use crate::domain::provider::{AuthKind, RefreshKind};
use crate::domain::saturating_time::saturating_later;
use crate::providers::TokenError;
use crate::server::caller::server_entry;
use crate::server::tokens::{self, NoToken};
use crate::server::{AFTER_TROUBLE, Server, clock_and_ids};
use crate::store::StoreError;
use crate::wire::Topic;

/// What an ask came to.
enum Asked {
    /// It is settled already, or is nobody's concern any more.
    Settled,
    Said(FirstAnswer),
    /// It is refused, which does not count yet.
    Doubted {
        why: String,
        /// When it is asked again.
        again: Timestamp,
    },
}

/// Asks about one, and says when to look again; none where it is not waited for any more.
pub(super) async fn ask_first(
    server: &Arc<Server>,
    connection: &Connection,
) -> Result<Option<Timestamp>, StoreError> {
    let _turn = server.health.turns.of(&connection.id).await;
    let again = match answer(server, connection).await? {
        Asked::Settled => None,
        Asked::Said(answer) => {
            settle(server, connection, answer).await?;
            None
        }
        Asked::Doubted { why, again } => {
            settle(server, connection, FirstAnswer::Unclear(unclear(&why))).await?;
            Some(again)
        }
    };
    let now = server.store.connection(&connection.id)?;
    Ok(match now.is_asked_first {
        true => Some(again.unwrap_or_else(|| next_ask(server, &now))),
        // From now on as every other.
        false => super::is_usable(&now)
            .then(|| saturating_later(clock_and_ids::now(), server.health.every)),
    })
}

/// Later each time, up to how often it would be asked if it worked.
fn next_ask(server: &Server, connection: &Connection) -> Timestamp {
    let file = server.provider(&connection.provider);
    let every = server.health.every(file.as_deref());
    let before = server.health.asked_in_vain(connection);
    saturating_later(clock_and_ids::now(), wait(before, every))
}

/// How long after so many asks in vain before this one.
fn wait(before: u32, every: Duration) -> Duration {
    let doubled = AFTER_TROUBLE.saturating_mul(1_u32.checked_shl(before).unwrap_or(u32::MAX));
    doubled.min(every)
}

/// What the vendor says.
async fn answer(server: &Arc<Server>, connection: &Connection) -> Result<Asked, StoreError> {
    let credentials = server.store.credentials_of(&connection.id)?;
    let mut newest = credentials.iter().rev();
    let in_use = newest.find(|it| it.is_used_by(connection));
    let lasts = |it: &Credential| it.expires_at.is_none_or(|at| at > clock_and_ids::now());
    let not_taken = match in_use {
        Some(credential) if lasts(credential) => {
            match of_token(server, connection, credential).await {
                Told::Said(asked) => return Ok(asked),
                Told::NotTaken(not_taken) => not_taken,
            }
        }
        Some(_) => NotTaken::surely("its token has expired"),
        None => NotTaken::surely("its token is not here"),
    };
    let is_renewable = tokens::refresh::is_renewable(server, connection)?;
    if is_renewable && !may_end_another(server, connection) {
        return trade_in(server, connection).await;
    }
    if let Some(doubted) = doubted(server, connection, &not_taken) {
        return Ok(doubted);
    }
    let NotTaken { why, .. } = not_taken;
    let why = match is_renewable {
        false => format!("restored from a backup, and not taken any more: {why}"),
        true => format!(
            "restored from a backup: {why}, and a use of its refresh token could end the grant of whoever else uses it; \
             stop the installation that the backup is of for good, then: tagout reconnect {}",
            connection.id
        ),
    };
    Ok(Asked::Said(FirstAnswer::Refused(why)))
}

/// To trade the refresh token in is to ask about it; what it brings is used from then on. Where the answer may have been lost
/// the vendor may have ended the token with its use, or the grant for a second one.
async fn trade_in(server: &Arc<Server>, connection: &Connection) -> Result<Asked, StoreError> {
    let file = server.provider(&connection.provider);
    let is_minted = file.is_some_and(|it| it.auth.kind == AuthKind::AppInstall);
    Ok(match tokens::renew_first(server, &connection.id).await {
        Ok(()) => {
            let recovered = Event::Recovered(marked(connection, &FirstAnswer::Alive));
            let entry = server_entry(recovered, &connection.id, AuditOutcome::Done);
            server.store.note(entry).await?;
            server.hub.tell([Topic::Audit]);
            Asked::Settled
        }
        Err(NoToken::OutOfService(_)) => Asked::Settled,
        Err(NoToken::Store(error)) => return Err(error),
        Err(NoToken::Vendor(error @ TokenError::Lost { .. })) if !is_minted => {
            let why = format!(
                "restored from a backup, and its refresh token is not used once more: {error}"
            );
            Asked::Said(FirstAnswer::Refused(why))
        }
        Err(other) => Asked::Said(FirstAnswer::Unclear(unclear(&other.to_string()))),
    })
}

/// Whether the refusal does not count yet: whoever refuses everybody for a moment ends no connection (as for every other ask).
fn doubted(server: &Server, connection: &Connection, not_taken: &NotTaken) -> Option<Asked> {
    let Doubt {
        credential,
        spoken,
        span,
    } = not_taken.doubt.as_ref()?;
    let doubt = HealthSignal {
        said: AnswerMeaning::Unclear,
        why: format!("{}, as everybody may be for a moment", spoken.why),
        ..spoken.clone()
    };
    let health = &server.health;
    let again = health.refused(connection, credential, &doubt, *span)?;
    let why = doubt.why.clone();
    health.hear(connection, doubt);
    Some(Asked::Doubted { why, again })
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
    Said(Asked),
    NotTaken(NotTaken),
}

/// A token that is refused, or that nobody can be asked about.
struct NotTaken {
    why: String,
    /// Where others may be refused, too.
    doubt: Option<Doubt>,
}

/// A refusal that has to stand for a while to count.
struct Doubt {
    credential: CredentialId,
    spoken: HealthSignal,
    /// How long.
    span: Duration,
}

impl NotTaken {
    fn surely(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            doubt: None,
        }
    }
}

async fn of_token(server: &Server, connection: &Connection, credential: &Credential) -> Told {
    let said = |answer| Told::Said(Asked::Said(answer));
    let token = match tokens::open(server, connection.clone(), credential) {
        Ok(token) => token,
        Err(NoToken::None) => return Told::NotTaken(NotTaken::surely("its token is not here")),
        // Our own trouble is no word of the vendor.
        Err(error) => return said(FirstAnswer::Unclear(unclear(&error.to_string()))),
    };
    match put_within(server, &token, None).await {
        Ok(QuestionOutcome::Told { said: it, why }) => said(match it {
            AnswerMeaning::Alive => FirstAnswer::Alive,
            _ => FirstAnswer::Unclear(unclear(&why)),
        }),
        Ok(QuestionOutcome::Refused(refusal)) => Told::NotTaken(NotTaken {
            why: refusal.spoken.why.clone(),
            doubt: (!refusal.counts_at_once).then(|| Doubt {
                credential: credential.id.clone(),
                spoken: refusal.spoken,
                span: refusal.span,
            }),
        }),
        Err(NotConcluded::OutOfService(_)) => Told::Said(Asked::Settled),
        Err(NotConcluded::NotAsked(not)) => match not.cause {
            NotAskedCause::NoProbe | NotAskedCause::NoToken => {
                Told::NotTaken(NotTaken::surely(not.why))
            }
            NotAskedCause::SetUp
            | NotAskedCause::Stopped
            | NotAskedCause::Unreachable
            | NotAskedCause::Limited
            | NotAskedCause::Suspended
            | NotAskedCause::Unclear => {
                // A refusal that was heard before counts from the next one on, as for every other ask.
                let next = saturating_later(clock_and_ids::now(), AFTER_TROUBLE);
                server.health.unsure(connection, next);
                said(FirstAnswer::Unclear(unclear(&not.why)))
            }
        },
    }
}

fn unclear(why: &str) -> String {
    format!(
        "restored from a backup with its secrets, and not used before its provider takes them: {why}"
    )
}

/// How the connection comes to stand, for the record.
fn marked(connection: &Connection, answer: &FirstAnswer) -> Marked {
    let (status, reason) = match answer {
        FirstAnswer::Alive => (
            Status::Connected,
            "its tokens came back from a backup, and its provider takes them".to_owned(),
        ),
        FirstAnswer::Refused(why) | FirstAnswer::Unclear(why) => {
            (Status::ReconnectRequired, why.clone())
        }
    };
    Marked {
        name: connection.name.clone(),
        provider: connection.provider.clone(),
        status,
        reason,
    }
}

async fn settle(
    server: &Server,
    connection: &Connection,
    answer: FirstAnswer,
) -> Result<(), StoreError> {
    let marked = marked(connection, &answer);
    let entry = |event, outcome| Some(server_entry(event, &connection.id, outcome));
    let entry = match answer {
        FirstAnswer::Alive => entry(Event::Recovered(marked), AuditOutcome::Done),
        FirstAnswer::Refused(_) => entry(Event::ReconnectRequired(marked), AuditOutcome::Warning),
        FirstAnswer::Unclear(_) => None,
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unclear_answer_is_asked_about_less_and_less_often() {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        let every = minutes(15);
        let waits: Vec<_> = (0..6).map(|before| wait(before, every)).collect();
        let as_it_should = [1, 2, 4, 8, 15, 15].map(minutes);
        assert_eq!(waits, as_it_should);
        assert_eq!(wait(u32::MAX, every), every);
    }
}
