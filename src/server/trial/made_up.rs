//! What vendors answer to tokens that nobody issued.

use super::TokenOnTrial;
use super::made_up_cache::{MadeUpCache, MadeUpKey};
use crate::domain::connection::Connection;
use crate::domain::provider::{Question, RefusalKind};
use crate::domain::trial::{Answer, MadeUpAnswer, Refusal};
use crate::server::vendor::{AskedToken, VendorSession};

/// What a token is made up in the form of.
#[derive(Clone, Copy)]
pub(super) enum MadeUpForm<'a> {
    /// A token on trial.
    Subject(&'a TokenOnTrial),
    /// A token in use, and whose it is.
    Token(&'a Connection, AskedToken<'a>),
}

impl<'a> MadeUpForm<'a> {
    fn token(self) -> Option<(&'a Connection, AskedToken<'a>)> {
        match self {
            Self::Token(connection, token) => Some((connection, token)),
            Self::Subject(subject) => {
                let token = AskedToken {
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
    known: &MadeUpCache,
    vendor: &VendorSession,
    subject: MadeUpForm<'_>,
    like: &Answer,
) -> MadeUpAnswer {
    let Some(question) = like.question else {
        return MadeUpAnswer::NotAskable;
    };
    let key = MadeUpKey {
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
async fn put(
    vendor: &VendorSession,
    question: Question,
    subject: MadeUpForm<'_>,
) -> Option<Answer> {
    match (question, subject) {
        (Question::Refresh, MadeUpForm::Subject(subject)) => {
            super::refresh::made_up(vendor, subject).await
        }
        // Using a refresh token is for trials alone.
        (Question::Refresh, MadeUpForm::Token(..)) => None,
        (question, like) => {
            let (connection, token) = like.token()?;
            vendor.ask_made_up(connection, token, question).await
        }
    }
}
