//! The question whether the vendor takes a token.

use std::time::{Duration, Instant};

use super::confirm_refusal::{RefusalVerdict, RefusedToken};
use super::hear;
use crate::domain::connection::Connection;
use crate::domain::credential::Credential;
use crate::domain::health::{AnswerMeaning, HealthSignal, NotAsked, NotAskedCause, RefusedSince};
use crate::domain::provider::RefusalKind;
use crate::domain::trial::{Answer, Verdict};
use crate::providers::{HttpConnection, Probed};
use crate::server::tokens::UsableToken;
use crate::server::trial;
use crate::server::vendor::{AskedToken, VendorSession};
use crate::server::{Server, clock_and_ids};
use crate::vault::ToAsk;

/// What came of a question.
pub(super) enum QuestionOutcome {
    /// The token was not refused by its vendor. It is heard already.
    Told {
        /// What that says.
        said: AnswerMeaning,
        /// In words; empty for a yes.
        why: String,
    },
    /// Its vendor refuses it, as it refuses tokens. It is for the asker to hear what that comes to.
    Refused(VendorRefusal),
}

/// A refusal in the vendor's own way.
pub(super) struct VendorRefusal {
    pub(super) spoken: HealthSignal,
    /// Whether it is known that not everybody is refused.
    pub(super) counts_at_once: bool,
    /// How long it has to stand to count where nothing passed beside it.
    pub(super) span: Duration,
}

/// Why nothing can be concluded: there was no question, or nobody is left to ask for.
pub(super) enum NotConcluded {
    NotAsked(NotAsked),
    OutOfService(&'static str),
}

impl NotConcluded {
    pub(super) fn because(cause: NotAskedCause, why: impl Into<String>) -> Self {
        let why = why.into();
        Self::NotAsked(NotAsked { cause, why })
    }
}

/// Puts the question, and waits for its answer no longer than this.
///
/// # Errors
/// See [`NotConcluded`].
pub(super) async fn put_within(
    server: &Server,
    usable: &UsableToken,
    within: Option<Duration>,
) -> Result<QuestionOutcome, NotConcluded> {
    let Some(within) = within else {
        return put(server, usable).await;
    };
    match tokio::time::timeout(within, put(server, usable)).await {
        Ok(put) => put,
        Err(_) => {
            let why = format!("no answer within {} s", within.as_secs());
            hear(server, &usable.connection, AnswerMeaning::NoAnswer, &why);
            // Without a limit it may be a refusal: it is asked again now, by whoever asks in the background.
            server.health.watch(&usable.connection.id);
            let said = AnswerMeaning::NoAnswer;
            Ok(QuestionOutcome::Told { said, why })
        }
    }
}

/// Puts the question that the token passed before; a refusal has to be one of this vendor.
async fn put(server: &Server, usable: &UsableToken) -> Result<QuestionOutcome, NotConcluded> {
    let connection = &usable.connection;
    may_ask(server, connection)?;
    let key = format!("{}/{}", connection.id, usable.credential);
    let found = server.store.get::<Credential>(&key);
    let found =
        found.map_err(|error| NotConcluded::because(NotAskedCause::SetUp, error.to_string()))?;
    let Some(credential) = found else {
        let why = "its token is not there any more";
        return Err(NotConcluded::because(NotAskedCause::NoToken, why));
    };
    let vendor = VendorSession::about(server, connection)
        .await
        .map_err(|problem| NotConcluded::because(NotAskedCause::SetUp, problem.message))?;
    let secret = ToAsk::of(usable.secret.clone());
    let token = AskedToken {
        kind: credential.kind,
        secret: &secret,
    };
    let known = credential.passed_by;
    let asked = Instant::now();
    let probed = match (known, vendor.questions(connection, token).first()) {
        (Some(question), _) => {
            vendor
                .check(connection, token, question, HttpConnection::Once)
                .await
        }
        (None, Some(_)) => first_question(server, &vendor, connection, &credential, token).await,
        (None, None) => {
            let why = "the provider file has no question for this token";
            return Err(NotConcluded::because(NotAskedCause::NoProbe, why));
        }
    };
    let took = asked.elapsed();
    let spoken = |said, why| HealthSignal {
        at: clock_and_ids::now(),
        said,
        took: Some(took).filter(|_| probed.answer.status.is_some()),
        headroom: probed.headroom,
        why,
    };
    let (said, why) = match said(&probed) {
        AnswerMeaning::Refused => {
            let suspect = RefusedToken {
                server,
                vendor: &vendor,
                usable,
                token,
            };
            match suspect.look(&probed.answer).await? {
                RefusalVerdict::Other(said, why) => (said, why),
                RefusalVerdict::Refused { counts_at_once } => {
                    return Ok(QuestionOutcome::Refused(VendorRefusal {
                        spoken: spoken(AnswerMeaning::Refused, words(&probed.answer)),
                        counts_at_once,
                        span: trial::pace_for(server, Some(&vendor)).span,
                    }));
                }
            }
        }
        said => (said, words(&probed.answer)),
    };
    if said == AnswerMeaning::Alive && known.is_some() {
        let passed = &credential.id;
        server.health.note_passed(connection, passed, vendor.as_of);
    }
    if said != AnswerMeaning::Alive {
        let span = trial::pace_for(server, Some(&vendor)).span;
        let next = RefusedSince::anew(clock_and_ids::now()).next(span);
        server.health.unsure(connection, next);
    }
    server.health.hear(connection, spoken(said, why.clone()));
    Ok(QuestionOutcome::Told { said, why })
}

/// Once a disconnect or another authorization has begun, nothing is asked and nothing is concluded.
pub(super) fn may_ask(server: &Server, connection: &Connection) -> Result<(), NotConcluded> {
    let now = server.store.get::<Connection>(connection.id.as_str());
    match now {
        Ok(Some(now)) if now.generation != connection.generation => {
            Err(NotConcluded::OutOfService("authorized anew meanwhile"))
        }
        Ok(Some(now)) if now.status.in_service() => Ok(()),
        Ok(Some(now)) => Err(NotConcluded::OutOfService(now.status.badge())),
        Ok(None) => Err(NotConcluded::OutOfService("not there any more")),
        Err(error) => Err(NotConcluded::because(
            NotAskedCause::SetUp,
            error.to_string(),
        )),
    }
}

/// The first question that a token is asked: it counts where a made-up token is answered otherwise, and is kept.
async fn first_question(
    server: &Server,
    vendor: &VendorSession,
    connection: &Connection,
    credential: &Credential,
    token: AskedToken<'_>,
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

pub(super) fn said(probed: &Probed) -> AnswerMeaning {
    let answer = &probed.answer;
    let kind = answer.refusal.as_ref().map(|refusal| refusal.kind);
    match (answer.verdict, answer.status) {
        (Verdict::Alive, _) => AnswerMeaning::Alive,
        (Verdict::Dead, _) if kind == Some(RefusalKind::Suspended) => AnswerMeaning::Suspended,
        (Verdict::Dead, _) => AnswerMeaning::Refused,
        (Verdict::Unknown | Verdict::NotAskable, _) if probed.is_limited => AnswerMeaning::Limited,
        (Verdict::Unknown | Verdict::NotAskable, None | Some(500..)) => AnswerMeaning::NoAnswer,
        (Verdict::Unknown | Verdict::NotAskable, Some(_)) => AnswerMeaning::Unclear,
    }
}

pub(super) fn words(answer: &Answer) -> String {
    match (answer.reason.as_str(), answer.status) {
        ("", Some(status)) => format!("its token was answered {status}"),
        ("", None) => "its token was not answered".to_owned(),
        (reason, _) => reason.to_owned(),
    }
}
