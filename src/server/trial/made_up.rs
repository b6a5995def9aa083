//! What vendors answer to tokens that nobody issued.

use super::Subject;
use super::known::{Key, MadeUp};
use crate::domain::provider::{Question, RefusalKind};
use crate::domain::trial::{Answer, Refusal, Verdict};
use crate::server::vendor::{Token, Vendor};

/// What a made-up token in the form of this one is answered to the question of this answer; none where it cannot be
/// asked, or the vendor does not say.
pub(super) async fn answer(
    known: &MadeUp,
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
    if may_be_old && let Some(told) = known.get(&key) {
        return Some(told);
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
        known.put(key, told.clone());
    }
    is_clear.then_some(told)
}
