//! Whether a refusal is the vendor's own: whoever stands in between refuses too, and so does a vendor that locks us out.

use std::time::Duration;

use super::question::{NotConcluded, may_ask, said, words};
use crate::domain::health::{AnswerMeaning, NotAskedCause};
use crate::domain::trial::{Answer, MadeUpAnswer, RefusalCause, Verdict, named_by};
use crate::providers::{HttpConnection, Probed};
use crate::server::tokens::UsableToken;
use crate::server::vendor::{AskedToken, VendorSession};
use crate::server::{Server, trial};

/// A refusal is asked again after so long at most: one replica that is behind is not asked twice in a row by chance alone.
const ONCE_MORE: Duration = Duration::from_millis(500);

/// What a closer look makes of a refusal.
pub(super) enum RefusalVerdict {
    /// The vendor does not refuse the token, or it cannot be told who does.
    Other(AnswerMeaning, String),
    /// The vendor refuses it.
    Refused {
        /// Whether it is known that not everybody is refused: what has to pass beside it passed, or the vendor named the
        /// end of this token.
        counts_at_once: bool,
    },
}

impl RefusalVerdict {
    fn too_often() -> Self {
        let why = "refused, as everything may be where we are refused so often";
        Self::Other(AnswerMeaning::Limited, why.to_owned())
    }

    fn unclear(answer: &Answer, why: &str) -> Self {
        Self::Other(AnswerMeaning::Unclear, format!("{}, {why}", words(answer)))
    }
}

/// A token that was refused.
pub(super) struct RefusedToken<'a> {
    pub(super) server: &'a Server,
    pub(super) vendor: &'a VendorSession,
    pub(super) usable: &'a UsableToken,
    pub(super) token: AskedToken<'a>,
}

impl RefusedToken<'_> {
    /// Looks closer: the question is put again, the refusal is compared with that of a made-up token, and where the provider
    /// file says what has to pass beside it, that is asked too.
    ///
    /// # Errors
    /// When nobody is left to ask for, or the server stops.
    pub(super) async fn look(&self, first: &Answer) -> Result<RefusalVerdict, NotConcluded> {
        if is_over_budget(first) {
            return Ok(RefusalVerdict::too_often());
        }
        let (known, connection) = (&self.server.made_up, &self.usable.connection);
        let made_up = trial::made_up_like(known, self.vendor, connection, self.token, first).await;
        // One that has been refused for a while is asked often enough.
        let refused = self.server.health.refused_now(&self.usable.connection);
        if refused.is_none_or(|(credential, _)| credential != self.usable.credential) {
            let second = self.ask_again(first).await?;
            match said(&second) {
                AnswerMeaning::Refused if is_over_budget(&second.answer) => {
                    return Ok(RefusalVerdict::too_often());
                }
                AnswerMeaning::Refused if named_by(&second.answer, &made_up).is_none() => {
                    return Ok(strange(&second.answer, &made_up));
                }
                AnswerMeaning::Refused => {}
                said => return Ok(RefusalVerdict::Other(said, words(&second.answer))),
            }
        }
        match named_by(first, &made_up) {
            Some(RefusalCause::Revoked | RefusalCause::Expired) => Ok(RefusalVerdict::Refused {
                counts_at_once: true,
            }),
            Some(RefusalCause::Unknown) => Ok(self.beside(first).await),
            None => Ok(strange(first, &made_up)),
        }
    }

    /// The same question, on a connection of its own.
    async fn ask_again(&self, first: &Answer) -> Result<Probed, NotConcluded> {
        let Some(question) = first.question else {
            return Ok(first.clone().into());
        };
        let wait = self.server.pace.apart.min(ONCE_MORE);
        if !self.server.pause(wait).await {
            let why = "the server stopped before the refusal could be asked about again";
            return Err(NotConcluded::because(NotAskedCause::Stopped, why));
        }
        let connection = &self.usable.connection;
        may_ask(self.server, connection)?;
        let asked = self
            .vendor
            .check(connection, self.token, question, HttpConnection::Fresh);
        Ok(asked.await)
    }

    /// Asks what the file says has to pass. Whoever does not pass that either refuses everybody.
    async fn beside(&self, first: &Answer) -> RefusalVerdict {
        let connection = &self.usable.connection;
        let beside = trial::beside_token_in_use(self.vendor, connection, self.token, first);
        match beside.await {
            Some(Verdict::Alive) => RefusalVerdict::Refused {
                counts_at_once: true,
            },
            Some(Verdict::Dead) => {
                RefusalVerdict::unclear(first, "and so is what has to pass beside it")
            }
            Some(Verdict::Unknown | Verdict::NotAskable) | None => RefusalVerdict::Refused {
                counts_at_once: false,
            },
        }
    }
}

/// A refusal of which it is not known that this vendor refuses tokens so.
fn strange(answer: &Answer, made_up: &MadeUpAnswer) -> RefusalVerdict {
    let why = match made_up {
        MadeUpAnswer::Unclear => "and what it answers to a made-up token is not known",
        MadeUpAnswer::Clear(_) | MadeUpAnswer::NotAskable => {
            "otherwise than this provider answers a made-up token"
        }
    };
    RefusalVerdict::unclear(answer, why)
}

/// Whether we were refused so often there that a lockout could refuse whatever we ask.
fn is_over_budget(answer: &Answer) -> bool {
    let refusal = answer.refusal.as_ref();
    refusal.is_some_and(|refusal| refusal.is_over_budget)
}
