//! What vendors answer to tokens that nobody issued, remembered for a while: vendors ban who is refused too often.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::domain::provider::Question;
use crate::domain::trial::Answer;
use crate::server::clock_and_ids;

/// How long an answer is shared.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(15);

/// What was answered, for each provider, question and place.
#[derive(Default)]
pub struct MadeUpCache {
    known: Mutex<HashMap<MadeUpKey, Answer>>,
}

/// What an answer was about.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct MadeUpKey {
    pub(super) provider: String,
    pub(super) question: Question,
    pub(super) endpoint: String,
    /// What another registration of ours was answered is another answer.
    pub(super) registered: Option<Timestamp>,
}

impl MadeUpCache {
    pub(super) fn get(&self, key: &MadeUpKey) -> Option<Answer> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(key).filter(|answer| is_fresh(answer)).cloned()
    }

    pub(super) fn put(&self, key: MadeUpKey, told: Answer) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, answer| is_fresh(answer));
        known.insert(key, told);
    }
}

fn is_fresh(answer: &Answer) -> bool {
    clock_and_ids::now().duration_since(answer.at) < GOOD_FOR
}
