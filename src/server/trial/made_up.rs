//! What vendors answer to tokens that nobody issued, remembered for a while: vendors ban who is refused too often.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::Subject;
use crate::domain::provider::{Question, RefusalKind};
use crate::domain::trial::{Answer, Refusal, Verdict};
use crate::server::mint;
use crate::server::vendor::{Token, Vendor};

/// How long an answer is shared.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(15);

/// What was answered, for each provider, question and place.
#[derive(Default)]
pub struct MadeUp {
    known: Mutex<HashMap<Key, Answer>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    provider: String,
    question: Question,
    endpoint: String,
    /// What another registration of ours was answered is another answer.
    registered: Option<Timestamp>,
}

impl MadeUp {
    /// What a made-up token in the form of this one is answered to the question of this answer; none where it cannot be
    /// asked, or the vendor does not say.
    pub(super) async fn answer(
        &self,
        vendor: &Vendor,
        subject: &Subject,
        like: &Answer,
    ) -> Option<Answer> {
        let key = Key {
            provider: vendor.file().id.clone(),
            question: like.question?,
            endpoint: like.endpoint.clone(),
            registered: vendor.registered_at,
        };
        // Words that a cache, or somebody in between, says to all for a while are told by asking at the same time.
        let is_plain = |refusal: &Refusal| refusal.kind == RefusalKind::Plain;
        let may_be_old = like.refusal.as_ref().is_none_or(is_plain);
        if may_be_old && let Some(known) = self.known(&key) {
            return Some(known);
        }
        let told = match key.question {
            Question::Refresh => super::refresh::made_up(vendor, subject).await?,
            question => {
                let token = Token {
                    kind: subject.token.kind,
                    secret: subject.secret.as_ref()?,
                };
                vendor
                    .ask_made_up(&subject.connection, token, question)
                    .await?
            }
        };
        // Where the question names what it is about, as an installation's does, it is the same question all the same.
        let told = Answer {
            endpoint: key.endpoint.clone(),
            ..told
        };
        let is_clear = matches!(told.verdict, Verdict::Alive | Verdict::Dead);
        if is_clear {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.retain(|_, answer| is_fresh(answer));
            known.insert(key, told.clone());
        }
        is_clear.then_some(told)
    }

    fn known(&self, key: &Key) -> Option<Answer> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(key).filter(|answer| is_fresh(answer)).cloned()
    }
}

fn is_fresh(answer: &Answer) -> bool {
    mint::now().duration_since(answer.at) < GOOD_FOR
}
