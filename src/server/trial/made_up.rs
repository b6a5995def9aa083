//! What vendors answer to tokens that nobody issued.

use super::Subject;
use super::known::{Key, MadeUp};
use crate::domain::connection::Connection;
use crate::domain::provider::{Question, RefusalKind};
use crate::domain::trial::{Answer, MadeUpAnswer, Refusal};
use crate::server::vendor::{Token, Vendor};

/// What a token is made up in the form of.
#[derive(Clone, Copy)]
pub(super) enum Like<'a> {
    /// A token on trial.
    Subject(&'a Subject),
    /// A token in use, and whose it is.
    Token(&'a Connection, Token<'a>),
}

impl<'a> Like<'a> {
    fn token(self) -> Option<(&'a Connection, Token<'a>)> {
        match self {
            Self::Token(connection, token) => Some((connection, token)),
            Self::Subject(subject) => {
                let token = Token {
                    kind: subject.token.kind,
                    secret: subject.secret.as_ref()?.to_ask(),
                };
                Some((&subject.connection, token))
            }
        }
    }
}

/// What a made-up token in the form of this one is answered to the question of this answer.
pub(super) async fn answer(
    known: &MadeUp,
    vendor: &Vendor,
    subject: Like<'_>,
    like: &Answer,
) -> MadeUpAnswer {
    let Some(question) = like.question else {
        return MadeUpAnswer::NotAskable;
    };
    let key = Key {
        provider: vendor.file().id.clone(),
        question,
        endpoint: like.endpoint.clone(),
        registered: vendor.registered_at,
    };
    // Words that a cache, or somebody in between, says to all for a while are told by asking at the same time.
    let is_plain = |refusal: &Refusal| refusal.kind == RefusalKind::Plain;
    let may_be_old = like.refusal.as_ref().is_none_or(is_plain);
    if may_be_old && let Some(told) = known.get(&key) {
        return MadeUpAnswer::Clear(Box::new(told));
    }
    let Some(told) = put(vendor, question, subject).await else {
        return MadeUpAnswer::NotAskable;
    };
    // Where the question names what it is about, as an installation's does, it is the same question all the same.
    let told = MadeUpAnswer::of(Answer {
        endpoint: key.endpoint.clone(),
        ..told
    });
    if let MadeUpAnswer::Clear(told) = &told {
        known.put(key, told.as_ref().clone());
    }
    told
}

/// Puts the question about a made-up token; none where it cannot be put.
async fn put(vendor: &Vendor, question: Question, subject: Like<'_>) -> Option<Answer> {
    match (question, subject) {
        (Question::Refresh, Like::Subject(subject)) => {
            super::refresh::made_up(vendor, subject).await
        }
        // Using a refresh token is for trials alone.
        (Question::Refresh, Like::Token(..)) => None,
        (question, like) => {
            let (connection, token) = like.token()?;
            vendor.ask_made_up(connection, token, question).await
        }
    }
}
