//! Asking about the token that a connection is used with.

use std::sync::Arc;
use std::time::Duration;

use super::is_within;
use super::question::{Answered, Unput, put_within};
use crate::domain::connection::{Badge, Health, Status};
use crate::domain::health::{NotAsked, NotAskedCause, Said};
use crate::server::tokens::{self, NoToken, Usable};
use crate::server::{Server, mint};
use crate::store::StoreError;

/// Whoever waits for a token waits for its question no longer.
const PATIENCE: Duration = Duration::from_secs(3);
/// What brought nothing is not asked again for the next reader.
const AGAIN: Duration = Duration::from_secs(60);
/// What came of a question.
pub(in crate::server) enum Asked {
    /// The vendor takes this token: the one that was asked about, or a new one in its place.
    Alive(Usable),
    /// It refuses it, and a new one cannot be had or is refused as well.
    Refused(String),
    /// It cannot be told.
    Unknown(Usable, NotAsked),
    /// A disconnect or another authorization has begun; how the connection is now.
    OutOfService(&'static str),
}

/// The token, seen alive no longer ago than the provider is asked; else the vendor is asked now, for three seconds at most.
///
/// # Errors
/// [`NoToken::Refused`] when the vendor refuses it; then the connection has turned to Reconnect.
/// [`NoToken::OutOfService`] when a disconnect has begun.
pub(in crate::server) async fn vouch(
    server: &Arc<Server>,
    usable: Usable,
) -> Result<(Usable, Option<NotAsked>), NoToken> {
    let every = {
        let file = server.provider(&usable.connection.provider);
        server.health.every(file.as_deref())
    };
    if is_young(server, &usable, every) {
        return Ok((usable, None));
    }
    let turn = server.health.turns.of(&usable.connection.id);
    let Ok(_turn) = tokio::time::timeout(PATIENCE, turn).await else {
        let why = "it is being asked, and has not answered".to_owned();
        let cause = NotAskedCause::Unreachable;
        return Ok((usable, Some(NotAsked { cause, why })));
    };
    // Somebody may have asked meanwhile.
    if is_young(server, &usable, every) {
        return Ok((usable, None));
    }
    if let Some(why) = server
        .health
        .not_asked(&usable.connection, AGAIN.min(every))
    {
        return Ok((usable, Some(why)));
    }
    match ask(server, usable, Some(PATIENCE)).await? {
        Asked::Alive(usable) => Ok((usable, None)),
        Asked::Unknown(usable, why) => {
            let health = &server.health;
            health.note_not_asked(&usable.connection, mint::now(), why.clone());
            Ok((usable, Some(why)))
        }
        Asked::Refused(why) => Err(NoToken::Refused(why)),
        Asked::OutOfService(now) => Err(NoToken::OutOfService(now)),
    }
}

fn is_young(server: &Server, usable: &Usable, every: Duration) -> bool {
    let heard = server.health.alive_at(&usable.connection);
    let shown = [Some(usable.shown_at), usable.connection.synced_at, heard];
    let latest = shown.into_iter().flatten().max();
    latest.is_some_and(|at| is_within(at, every))
}

/// Asks about a token. One that is refused is refreshed, as it would be for a pull, and what is refused then turns the badge
/// (N3); anything else leaves it as it is.
///
/// # Errors
/// When the store refuses.
pub(in crate::server) async fn ask(
    server: &Arc<Server>,
    usable: Usable,
    within: Option<Duration>,
) -> Result<Asked, StoreError> {
    let first = match put_within(server, &usable, within).await {
        Ok(first) => first,
        Err(unput) => return Ok(nothing(usable, unput)),
    };
    if first.said != Said::Refused {
        return answered(server, usable, first).await;
    }
    let fresh = match tokens::after_refusal(server, &usable).await {
        Ok(fresh) => fresh,
        Err(NoToken::Store(error)) => return Err(error),
        Err(error) => return Ok(Asked::Refused(error.to_string())),
    };
    let second = match put_within(server, &fresh, within).await {
        Ok(second) => second,
        Err(unput) => return Ok(nothing(fresh, unput)),
    };
    if second.said != Said::Refused {
        return answered(server, fresh, second).await;
    }
    let why = format!("a fresh token was refused: {}", second.why);
    let badge = Badge::reconnect(why.clone());
    tokens::refresh::mark(server, &fresh.connection, badge).await?;
    Ok(Asked::Refused(why))
}

fn nothing(usable: Usable, unput: Unput) -> Asked {
    match unput {
        Unput::NotAsked(why) => Asked::Unknown(usable, why),
        Unput::OutOfService(now) => Asked::OutOfService(now),
    }
}

/// The vendor did not refuse the token.
async fn answered(server: &Server, usable: Usable, spoken: Answered) -> Result<Asked, StoreError> {
    let Some(why) = NotAsked::of(spoken.said, &spoken.why) else {
        // Only an outage is over by an answer: what a refresh is refused for is not.
        let is_over =
            usable.connection.status == Status::Error && usable.connection.health == Health::Down;
        if is_over {
            tokens::refresh::mark(server, &usable.connection, Badge::connected()).await?;
        }
        return Ok(Asked::Alive(usable));
    };
    Ok(Asked::Unknown(usable, why))
}
