//! The question whether the vendor takes a token, and whether its refusal is to be believed.

use std::time::{Duration, Instant};

use super::hear;
use crate::domain::connection::Connection;
use crate::domain::credential::Credential;
use crate::domain::health::{NotAsked, NotAskedCause, Said, Spoken};
use crate::domain::provider::RefusalKind;
use crate::domain::trial::{Answer, Verdict, refusal_is_known};
use crate::providers::{Line, Probed};
use crate::server::tokens::Usable;
use crate::server::trial;
use crate::server::vendor::{Token, Vendor};
use crate::server::{Server, mint};

/// A refusal is asked again after so long at most: whoever refuses everybody for a moment is over it by then.
const ONCE_MORE: Duration = Duration::from_millis(500);
/// Why a refusal is not believed.
const TOO_OFTEN: &str = "refused, as everything may be where we are refused so often";

/// What the vendor's answer says.
pub(super) struct Answered {
    pub(super) said: Said,
    pub(super) why: String,
}

/// Why nothing can be concluded: there was no question, or nobody is left to ask for.
pub(super) enum Unput {
    NotAsked(NotAsked),
    OutOfService(&'static str),
}

impl Unput {
    fn because(cause: NotAskedCause, why: impl Into<String>) -> Self {
        let why = why.into();
        Self::NotAsked(NotAsked { cause, why })
    }
}

/// Puts the question, and waits for its answer no longer than this.
///
/// # Errors
/// See [`Unput`].
pub(super) async fn put_within(
    server: &Server,
    usable: &Usable,
    within: Option<Duration>,
) -> Result<Answered, Unput> {
    let Some(within) = within else {
        return put(server, usable).await;
    };
    match tokio::time::timeout(within, put(server, usable)).await {
        Ok(put) => put,
        Err(_) => {
            let why = format!("no answer within {} s", within.as_secs());
            hear(server, &usable.connection, Said::NoAnswer, (None, &why));
            // Without a limit it may be a refusal: it is asked again now, by whoever asks in the background.
            server.health.watch(&usable.connection.id);
            Ok(Answered {
                said: Said::NoAnswer,
                why,
            })
        }
    }
}

/// Puts the question that the token passed before; a refusal is asked again, on a connection of its own, and has to be one
/// of this vendor.
async fn put(server: &Server, usable: &Usable) -> Result<Answered, Unput> {
    let connection = &usable.connection;
    may_ask(server, connection)?;
    let key = format!("{}/{}", connection.id, usable.credential);
    let Ok(Some(credential)) = server.store.get::<Credential>(&key) else {
        let why = "its token is not there any more";
        return Err(Unput::because(NotAskedCause::NoToken, why));
    };
    let vendor = Vendor::about(server, connection)
        .await
        .map_err(|problem| Unput::because(NotAskedCause::SetUp, problem.message))?;
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
            let why = "the provider file has no question for this token";
            return Err(Unput::because(NotAskedCause::NoProbe, why));
        }
    };
    let took = asked.elapsed();
    let mut said = said(&probed);
    let mut why = words(&probed.answer);
    if said == Said::Refused
        && let Some(doubt) = doubt(server, &vendor, (connection, token), &probed.answer).await?
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
    Ok(Answered { said, why })
}

/// Once a disconnect or another authorization has begun, nothing is asked and nothing is concluded.
fn may_ask(server: &Server, connection: &Connection) -> Result<(), Unput> {
    let now = server.store.get::<Connection>(connection.id.as_str());
    match now {
        Ok(Some(now)) if now.generation != connection.generation => {
            Err(Unput::OutOfService("authorized anew meanwhile"))
        }
        Ok(Some(now)) if now.status.in_service() => Ok(()),
        Ok(Some(now)) => Err(Unput::OutOfService(now.status.badge())),
        Ok(None) => Err(Unput::OutOfService("not there any more")),
        Err(error) => Err(Unput::because(NotAskedCause::SetUp, error.to_string())),
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
) -> Result<Option<(Said, String)>, Unput> {
    if is_over_budget(first) {
        return Ok(Some((Said::Limited, TOO_OFTEN.to_owned())));
    }
    let Some(question) = first.question else {
        return Ok(None);
    };
    let made_up = trial::made_up_like(&server.made_up, vendor, (connection, token), first).await;
    if !server.pause(server.pace.apart.min(ONCE_MORE)).await {
        let why = "the server stopped before the refusal could be asked about again";
        return Err(Unput::because(NotAskedCause::Stopped, why));
    }
    may_ask(server, connection)?;
    let second = vendor.check(connection, token, question, Line::Fresh).await;
    let said = said(&second);
    if said != Said::Refused {
        return Ok(Some((said, words(&second.answer))));
    }
    if is_over_budget(&second.answer) {
        return Ok(Some((Said::Limited, TOO_OFTEN.to_owned())));
    }
    let is_known = |answer: &Answer| refusal_is_known(answer, made_up.as_ref());
    if is_known(first) && is_known(&second.answer) {
        return Ok(None);
    }
    let why = format!(
        "{}, otherwise than this provider answers a made-up token",
        words(first)
    );
    Ok(Some((Said::Unclear, why)))
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
