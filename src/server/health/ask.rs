//! Asking about the token that a connection is used with.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::domain::connection::{Badge, Connection, Health, Status};
use crate::domain::credential::Credential;
use crate::domain::health::{NotAsked, NotAskedCause, Said, Spoken};
use crate::domain::provider::RefusalKind;
use crate::domain::trial::{Answer, Verdict, refusal_is_known};
use crate::providers::{Line, Probed};
use crate::server::tokens::{self, NoToken, Usable};
use crate::server::trial;
use crate::server::vendor::{Token, Vendor};
use crate::server::{Server, mint};
use crate::store::StoreError;

use super::is_within;

/// Whoever waits for a token waits for its question no longer.
const PATIENCE: Duration = Duration::from_secs(3);
/// What brought nothing is not asked again for the next reader.
const AGAIN: Duration = Duration::from_secs(60);
/// A refusal is asked again after so long at most: whoever refuses everybody for a moment is over it by then.
const ONCE_MORE: Duration = Duration::from_millis(500);
/// Why a refusal is not believed.
const TOO_OFTEN: &str = "refused, as everything may be where we are refused so often";

/// What came of a question.
pub(in crate::server) enum Asked {
    /// The vendor takes this token: the one that was asked about, or a new one in its place.
    Alive(Usable),
    /// It refuses it, and a new one cannot be had or is refused as well.
    Refused(String),
    /// It cannot be told.
    Unknown(Usable, NotAsked),
}

/// The token, seen alive no longer ago than the provider is asked; else the vendor is asked now, for three seconds at most.
///
/// # Errors
/// [`NoToken::Refused`] when the vendor refuses it; then the connection has turned to Reconnect.
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
    let first = put_within(server, &usable, within).await;
    if first.said != Said::Refused {
        return answered(server, usable, first).await;
    }
    let fresh = match tokens::after_refusal(server, &usable).await {
        Ok(fresh) => fresh,
        Err(NoToken::Store(error)) => return Err(error),
        Err(error) => return Ok(Asked::Refused(error.to_string())),
    };
    let second = put_within(server, &fresh, within).await;
    if second.said != Said::Refused {
        return answered(server, fresh, second).await;
    }
    let why = format!("a fresh token was refused: {}", second.why);
    let badge = Badge::reconnect(why.clone());
    tokens::refresh::mark(server, &fresh.connection, badge).await?;
    Ok(Asked::Refused(why))
}

/// The vendor did not refuse the token.
async fn answered(server: &Server, usable: Usable, spoken: Answered) -> Result<Asked, StoreError> {
    let Some(why) = spoken.not_asked() else {
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

/// What an answer says, or that there was no question.
struct Answered {
    said: Said,
    is_askable: bool,
    why: String,
}

impl Answered {
    fn not_asked(&self) -> Option<NotAsked> {
        match self.is_askable {
            true => NotAsked::of(self.said, &self.why),
            false => Some(NotAsked {
                cause: NotAskedCause::NoProbe,
                why: self.why.clone(),
            }),
        }
    }

    fn nothing(why: &str) -> Self {
        Self {
            said: Said::Unclear,
            is_askable: false,
            why: why.to_owned(),
        }
    }
}

async fn put_within(server: &Server, usable: &Usable, within: Option<Duration>) -> Answered {
    let Some(within) = within else {
        return put(server, usable).await;
    };
    match tokio::time::timeout(within, put(server, usable)).await {
        Ok(answered) => answered,
        Err(_) => {
            let why = format!("no answer within {} s", within.as_secs());
            hear(server, &usable.connection, Said::NoAnswer, (None, &why));
            // Without a limit it may be a refusal: it is asked again now, by whoever asks in the background.
            server.health.watch(&usable.connection.id);
            Answered {
                said: Said::NoAnswer,
                is_askable: true,
                why,
            }
        }
    }
}

/// Puts the question that the token passed before; a refusal is asked again, on a connection of its own, and has to be one
/// of this vendor.
async fn put(server: &Server, usable: &Usable) -> Answered {
    let connection = &usable.connection;
    let key = format!("{}/{}", connection.id, usable.credential);
    let Ok(Some(credential)) = server.store.get::<Credential>(&key) else {
        return Answered::nothing("its token is not there any more");
    };
    let vendor = match Vendor::about(server, connection).await {
        Ok(vendor) => vendor,
        Err(problem) => return Answered::nothing(&problem.message),
    };
    let token = Token {
        kind: credential.kind,
        secret: &usable.secret,
    };
    let known = credential.passed_by;
    let asked = Instant::now();
    let probed = match (known, vendor.questions(connection, token).first()) {
        (Some(question), _) => vendor.check(connection, token, question, Line::Kept).await,
        (None, Some(_)) => first_question(server, &vendor, connection, (&credential, token)).await,
        (None, None) => {
            return Answered::nothing("the provider file has no question for this token");
        }
    };
    let took = asked.elapsed();
    let mut said = said(&probed);
    let mut why = words(&probed.answer);
    if said == Said::Refused
        && let Some(doubt) = doubt(server, &vendor, (connection, token), &probed.answer).await
    {
        (said, why) = doubt;
    }
    if said == Said::Alive && known.is_some() {
        let passed = &credential.id;
        server.health.note_passed(connection, passed, vendor.as_of);
    }
    let spoken = Spoken {
        at: mint::now(),
        said,
        took: Some(took).filter(|_| probed.answer.status.is_some()),
        headroom: probed.headroom,
        why: why.clone(),
    };
    server.health.hear(connection, spoken);
    Answered {
        said,
        is_askable: true,
        why,
    }
}

/// The first question that a token is asked: it counts where a made-up token is answered otherwise, and is kept.
async fn first_question(
    server: &Server,
    vendor: &Vendor,
    connection: &Connection,
    (credential, token): (&Credential, Token<'_>),
) -> Probed {
    let answer = vendor.ask(connection, token.kind, token.secret, None).await;
    if let (Verdict::Alive, Some(question)) = (answer.verdict, answer.question) {
        let passed = [(credential.id.clone(), question, answer.endpoint.clone())];
        let kept = server.store.passed(&connection.id, &passed, vendor.as_of);
        if let Err(error) = kept.await {
            tracing::warn!(connection = %connection.id, %error, "that its token passed could not be kept");
        }
    }
    answer.into()
}

/// Why a refusal does not count: asked again it is none, or somebody else than the vendor says it.
async fn doubt(
    server: &Server,
    vendor: &Vendor,
    (connection, token): (&Connection, Token<'_>),
    first: &Answer,
) -> Option<(Said, String)> {
    if is_over_budget(first) {
        return Some((Said::Limited, TOO_OFTEN.to_owned()));
    }
    let question = first.question?;
    let made_up = trial::made_up_like(&server.made_up, vendor, (connection, token), first).await;
    tokio::time::sleep(server.pace.apart.min(ONCE_MORE)).await;
    let second = vendor.check(connection, token, question, Line::Fresh).await;
    let said = said(&second);
    if said != Said::Refused {
        return Some((said, words(&second.answer)));
    }
    if is_over_budget(&second.answer) {
        return Some((Said::Limited, TOO_OFTEN.to_owned()));
    }
    let is_known = |answer: &Answer| refusal_is_known(answer, made_up.as_ref());
    if is_known(first) && is_known(&second.answer) {
        return None;
    }
    let why = format!(
        "{}, otherwise than this provider answers a made-up token",
        words(first)
    );
    Some((Said::Unclear, why))
}

/// Whether we were refused so often there that a lockout could refuse whatever we ask.
fn is_over_budget(answer: &Answer) -> bool {
    let refusal = answer.refusal.as_ref();
    refusal.is_some_and(|refusal| refusal.is_over_budget)
}

fn said(probed: &Probed) -> Said {
    let answer = &probed.answer;
    let kind = answer.refusal.as_ref().map(|refusal| refusal.kind);
    match (answer.verdict, answer.status) {
        (Verdict::Alive, _) => Said::Alive,
        (Verdict::Dead, _) if kind == Some(RefusalKind::Suspended) => Said::Suspended,
        (Verdict::Dead, _) => Said::Refused,
        (Verdict::Unknown | Verdict::NotAskable, _) if probed.is_limited => Said::Limited,
        (Verdict::Unknown | Verdict::NotAskable, None | Some(500..)) => Said::NoAnswer,
        (Verdict::Unknown | Verdict::NotAskable, Some(_)) => Said::Unclear,
    }
}

fn words(answer: &Answer) -> String {
    match (answer.reason.as_str(), answer.status) {
        ("", Some(status)) => format!("its token was answered {status}"),
        ("", None) => "its token was not answered".to_owned(),
        (reason, _) => reason.to_owned(),
    }
}

/// Something else than a question was answered for a connection, or was not.
pub(in crate::server) fn hear(
    server: &Server,
    connection: &Connection,
    said: Said,
    (took, why): (Option<Duration>, &str),
) {
    let spoken = Spoken {
        at: mint::now(),
        said,
        took,
        headroom: None,
        why: why.to_owned(),
    };
    server.health.hear(connection, spoken);
}
