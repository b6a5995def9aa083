//! Whether a refusal is the vendor's own: whoever stands in between refuses too, and so does a vendor that locks us out.

use std::time::Duration;

use super::question::{Unput, may_ask, said, words};
use crate::domain::health::{NotAskedCause, Said};
use crate::domain::trial::{Answer, MadeUpAnswer, Named, Verdict, named_by};
use crate::providers::{Line, Probed};
use crate::server::tokens::Usable;
use crate::server::vendor::{Token, Vendor};
use crate::server::{Server, trial};

/// A refusal is asked again after so long at most: one replica that is behind is not asked twice in a row by chance alone.
const ONCE_MORE: Duration = Duration::from_millis(500);

/// What a closer look makes of a refusal.
pub(super) enum Looked {
    /// The vendor does not refuse the token, or it cannot be told who does.
    Other(Said, String),
    /// The vendor refuses it.
    Refused {
        /// Whether it is known that not everybody is refused: what has to pass beside it passed, or the vendor named the
        /// end of this token.
        counts_at_once: bool,
    },
}

impl Looked {
    fn too_often() -> Self {
        let why = "refused, as everything may be where we are refused so often";
        Self::Other(Said::Limited, why.to_owned())
    }

    fn unclear(answer: &Answer, why: &str) -> Self {
        Self::Other(Said::Unclear, format!("{}, {why}", words(answer)))
    }
}

/// A token that was refused.
pub(super) struct Suspect<'a> {
    pub(super) server: &'a Server,
    pub(super) vendor: &'a Vendor,
    pub(super) usable: &'a Usable,
    pub(super) token: Token<'a>,
}

impl Suspect<'_> {
    /// Looks closer: the question is put again, the refusal is compared with that of a made-up token, and where the provider
    /// file says what has to pass beside it, that is asked too.
    ///
    /// # Errors
    /// When nobody is left to ask for, or the server stops.
    pub(super) async fn look(&self, first: &Answer) -> Result<Looked, Unput> {
        if is_over_budget(first) {
            return Ok(Looked::too_often());
        }
        let (known, connection) = (&self.server.made_up, &self.usable.connection);
        let made_up = trial::made_up_like(known, self.vendor, connection, self.token, first).await;
        // One that has been refused for a while is asked often enough.
        let refused = self.server.health.refused_now(&self.usable.connection);
        if refused.is_none_or(|(credential, _)| credential != self.usable.credential) {
            let second = self.ask_again(first).await?;
            match said(&second) {
                Said::Refused if is_over_budget(&second.answer) => return Ok(Looked::too_often()),
                Said::Refused if named_by(&second.answer, &made_up).is_none() => {
                    return Ok(strange(&second.answer, &made_up));
                }
                Said::Refused => {}
                said => return Ok(Looked::Other(said, words(&second.answer))),
            }
        }
        match named_by(first, &made_up) {
            Some(Named::Revoked | Named::Expired) => Ok(Looked::Refused {
                counts_at_once: true,
            }),
            Some(Named::Unknown) => Ok(self.beside(first).await),
            None => Ok(strange(first, &made_up)),
        }
    }

    /// The same question, on a connection of its own.
    async fn ask_again(&self, first: &Answer) -> Result<Probed, Unput> {
        let Some(question) = first.question else {
            return Ok(first.clone().into());
        };
        let wait = self.server.pace.apart.min(ONCE_MORE);
        if !self.server.pause(wait).await {
            let why = "the server stopped before the refusal could be asked about again";
            return Err(Unput::because(NotAskedCause::Stopped, why));
        }
        let connection = &self.usable.connection;
        may_ask(self.server, connection)?;
        let asked = self
            .vendor
            .check(connection, self.token, question, Line::Fresh);
        Ok(asked.await)
    }

    /// Asks what the file says has to pass. Whoever does not pass that either refuses everybody.
    async fn beside(&self, first: &Answer) -> Looked {
        let connection = &self.usable.connection;
        let beside = trial::beside_token_in_use(self.vendor, connection, self.token, first);
        match beside.await {
            Some(Verdict::Alive) => Looked::Refused {
                counts_at_once: true,
            },
            Some(Verdict::Dead) => Looked::unclear(first, "and so is what has to pass beside it"),
            Some(Verdict::Unknown | Verdict::NotAskable) | None => Looked::Refused {
                counts_at_once: false,
            },
        }
    }
}

/// A refusal of which it is not known that this vendor refuses tokens so.
fn strange(answer: &Answer, made_up: &MadeUpAnswer) -> Looked {
    let why = match made_up {
        MadeUpAnswer::Unclear => "and what it answers to a made-up token is not known",
        MadeUpAnswer::Clear(_) | MadeUpAnswer::NotAskable => {
            "otherwise than this provider answers a made-up token"
        }
    };
    Looked::unclear(answer, why)
}

/// Whether we were refused so often there that a lockout could refuse whatever we ask.
fn is_over_budget(answer: &Answer) -> bool {
    let refusal = answer.refusal.as_ref();
    refusal.is_some_and(|refusal| refusal.is_over_budget)
}
