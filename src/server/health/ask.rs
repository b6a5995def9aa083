//! Asking about the token that a connection is used with.

use std::sync::Arc;
use std::time::Duration;

use super::OfLate;
use super::question::{NotConcluded, QuestionOutcome, VendorRefusal, put_within};
use crate::domain::connection::{Badge, Health, Status};
use crate::domain::health::{AnswerMeaning, HealthSignal, NotAsked, NotAskedCause};
use crate::domain::saturating_time::saturating_later;
use crate::server::tokens::{self, NoToken, UsableToken};
use crate::server::{AFTER_TROUBLE, Server, clock_and_ids};
use crate::store::StoreError;

/// Whoever waits for a token waits for its question no longer.
const PATIENCE: Duration = Duration::from_secs(3);

/// What came of a question.
pub(in crate::server) enum HealthAnswer {
    /// The vendor takes this token: the one that was asked about, or a new one in its place.
    Alive(UsableToken),
    /// It refuses it, and a new one cannot be had or is refused as well.
    Refused(String),
    /// It refuses it now. That counts when it has stood for a while: somebody may refuse everybody for a moment.
    Doubted(String),
    /// It cannot be told.
    Unknown(UsableToken, NotAsked),
    /// A disconnect or another authorization has begun; how the connection is now.
    OutOfService(&'static str),
}

/// The token, seen alive by this server no longer ago than the provider is asked; else the vendor is asked now, for three
/// seconds at most. What is written down is no word for it: the folder may be a copy that was put back, of a time when the
/// token lived. So the first token of a connection after a start is asked about before it leaves.
///
/// # Errors
/// [`NoToken::Refused`] when the vendor refuses it: the connection has turned to Reconnect, or does so if it stays refused.
/// [`NoToken::OutOfService`] when a disconnect has begun.
pub(in crate::server) async fn vouch(
    server: &Arc<Server>,
    usable: UsableToken,
) -> Result<(UsableToken, Option<NotAsked>), NoToken> {
    let every = {
        let file = server.provider(&usable.connection.provider);
        server.health.every(file.as_deref())
    };
    if let Some(known) = server.health.known(&usable.connection, every) {
        return known.of(usable);
    }
    let turn = server.health.turns.of(&usable.connection.id);
    let turn = tokio::time::timeout(PATIENCE, turn).await;
    // Somebody may have asked meanwhile, and a new token may have taken the place of one that was refused.
    if let Some(known) = server.health.known(&usable.connection, every) {
        return known.of(tokens::usable(server, &usable.connection.id).await?);
    }
    let Ok(_turn) = turn else {
        let why = "it is being asked, and has not answered".to_owned();
        let cause = NotAskedCause::Unreachable;
        return Ok((usable, Some(NotAsked { cause, why })));
    };
    match ask(server, usable, Some(PATIENCE)).await? {
        HealthAnswer::Alive(usable) => Ok((usable, None)),
        HealthAnswer::Unknown(usable, why) => {
            let health = &server.health;
            health.note_not_asked(&usable.connection, clock_and_ids::now(), why.clone());
            Ok((usable, Some(why)))
        }
        HealthAnswer::Refused(why) | HealthAnswer::Doubted(why) => Err(NoToken::Refused(why)),
        HealthAnswer::OutOfService(now) => Err(NoToken::OutOfService(now)),
    }
}

impl OfLate {
    /// What it means for whoever wants the token.
    fn of(self, usable: UsableToken) -> Result<(UsableToken, Option<NotAsked>), NoToken> {
        match self {
            Self::Passed => Ok((usable, None)),
            Self::NotAsked(why) => Ok((usable, Some(why))),
            Self::Refused(why) => Err(NoToken::Refused(why)),
        }
    }
}

/// Asks about a token. One that is refused is refreshed, as it would be for a pull, and what is refused then turns the badge
/// (N3), at once where something passes beside it or the vendor names this token's end, else when it has been refused for the span of a proof: whoever refuses
/// everybody for a moment ends no connection. Anything else leaves the badge as it is.
pub(in crate::server) async fn ask(
    server: &Arc<Server>,
    usable: UsableToken,
    within: Option<Duration>,
) -> Result<HealthAnswer, StoreError> {
    let first = match put_within(server, &usable, within).await {
        Ok(QuestionOutcome::Told { said, why }) => {
            return answered(server, usable, said, &why).await;
        }
        Ok(QuestionOutcome::Refused(first)) => first,
        Err(unput) => return Ok(nothing(server, usable, unput)),
    };
    let known = server.health.refused_now(&usable.connection);
    let is_known = known.is_some_and(|(credential, _)| credential == usable.credential);
    let is_renewable = tokens::refresh::is_renewable(server, &usable.connection)?;
    if is_known || !is_renewable {
        return refused(server, usable, first, is_renewable).await;
    }
    let VendorRefusal { spoken, .. } = first;
    server.health.hear(&usable.connection, spoken);
    let fresh = match tokens::after_refusal(server, &usable.connection.id, &usable.credential).await
    {
        Ok(fresh) => fresh,
        Err(NoToken::Store(error)) => return Err(error),
        Err(error) => return Ok(HealthAnswer::Refused(error.to_string())),
    };
    match put_within(server, &fresh, within).await {
        Ok(QuestionOutcome::Told { said, why }) => answered(server, fresh, said, &why).await,
        Ok(QuestionOutcome::Refused(second)) => refused(server, fresh, second, is_renewable).await,
        Err(unput) => Ok(nothing(server, fresh, unput)),
    }
}

/// There is nothing more to try for a token that is refused.
async fn refused(
    server: &Server,
    usable: UsableToken,
    VendorRefusal {
        spoken,
        counts_at_once,
        span,
    }: VendorRefusal,
    is_renewable: bool,
) -> Result<HealthAnswer, StoreError> {
    let health = &server.health;
    let connection = &usable.connection;
    if !counts_at_once {
        let doubt = HealthSignal {
            said: AnswerMeaning::Unclear,
            why: format!("{}, as everybody may be for a moment", spoken.why),
            ..spoken.clone()
        };
        if let Some(again) = health.refused(connection, &usable.credential, &doubt, span) {
            let why = doubt.why.clone();
            health.hear(connection, doubt);
            health.watch_at(&connection.id, again);
            return Ok(HealthAnswer::Doubted(why));
        }
    }
    let why = match is_renewable {
        true => format!("a fresh token was refused: {}", spoken.why),
        false => format!(
            "the token was refused, and there is no refresh token: {}",
            spoken.why
        ),
    };
    health.hear(connection, spoken);
    let badge = Badge::reconnect(why.clone());
    tokens::refresh::mark(server, connection, badge).await?;
    Ok(HealthAnswer::Refused(why))
}

/// There was no question.
fn nothing(server: &Server, usable: UsableToken, unput: NotConcluded) -> HealthAnswer {
    match unput {
        NotConcluded::NotAsked(why) => {
            match why.cause {
                NotAskedCause::NoProbe | NotAskedCause::NoToken => {
                    server.health.not_refused(&usable.connection);
                }
                NotAskedCause::SetUp
                | NotAskedCause::Stopped
                | NotAskedCause::Unreachable
                | NotAskedCause::Limited
                | NotAskedCause::Suspended
                | NotAskedCause::Unclear => {
                    let next = saturating_later(clock_and_ids::now(), AFTER_TROUBLE);
                    server.health.unsure(&usable.connection, next);
                }
            }
            HealthAnswer::Unknown(usable, why)
        }
        NotConcluded::OutOfService(now) => HealthAnswer::OutOfService(now),
    }
}

/// The vendor did not refuse the token.
async fn answered(
    server: &Server,
    usable: UsableToken,
    said: AnswerMeaning,
    why: &str,
) -> Result<HealthAnswer, StoreError> {
    let Some(why) = NotAsked::of(said, why) else {
        // Only an outage is over by an answer: what a refresh is refused for is not.
        let is_over =
            usable.connection.status == Status::Error && usable.connection.health == Health::Down;
        if is_over {
            tokens::refresh::mark(server, &usable.connection, Badge::connected()).await?;
        }
        return Ok(HealthAnswer::Alive(usable));
    };
    Ok(HealthAnswer::Unknown(usable, why))
}
