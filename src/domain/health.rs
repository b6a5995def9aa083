//! How well a vendor answers for a connection: what was heard of late, and what that is called.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

mod assessment;
mod expiry;
mod refused;
mod schedule;

pub use assessment::{Assessment, Cause, HealthFacts, assess, sentence};
pub use expiry::{NearExpiry, next_unsaid, soonest, unsaid};
pub use refused::RefusedSince;
pub use schedule::{Schedule, StartPace, Starting, at_start};

/// How often a connection is asked that nothing else has spoken for.
pub const EVERY: Duration = Duration::from_secs(3600);

/// So many of the latest answers are remembered.
const REMEMBERED: usize = 20;

/// What an answer says about a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerMeaning {
    /// The vendor took the token.
    Alive,
    /// It refused the token.
    Refused,
    /// It asks to slow down.
    Limited,
    /// It refused for the state of an account, a tenant, an app, a network or a session.
    Suspended,
    /// It was not reached, or is not well.
    NoAnswer,
    /// It answered, and it cannot be told what that means for the token.
    Unclear,
}

/// How many requests a vendor still allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headroom {
    /// So many are left.
    pub left: u64,
    /// Of so many.
    pub of: u64,
}

/// One answer of a vendor, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthSignal {
    pub at: Timestamp,
    /// What it says.
    pub said: AnswerMeaning,
    /// How long it took.
    pub took: Option<Duration>,
    /// What is left of the vendor's limit, where it says so.
    pub headroom: Option<Headroom>,
    /// What there is to say in words; empty for a yes.
    pub why: String,
}

/// The latest answers about one connection, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecentAnswers {
    answers: VecDeque<HealthSignal>,
    alive_at: Option<Timestamp>,
    headroom: Option<Headroom>,
}

impl RecentAnswers {
    /// One more answer.
    pub fn hear(&mut self, spoken: HealthSignal) {
        if spoken.said == AnswerMeaning::Alive {
            self.alive_at = self.alive_at.max(Some(spoken.at));
        }
        self.headroom = spoken.headroom.or(self.headroom);
        if self.answers.len() == REMEMBERED {
            self.answers.pop_front();
        }
        self.answers.push_back(spoken);
    }

    /// When the vendor last took the token.
    #[must_use]
    pub fn alive_at(&self) -> Option<Timestamp> {
        self.alive_at
    }

    /// Whether the vendor took the token at such a time, and has not refused it since.
    #[must_use]
    pub fn is_alive(&self, counts: impl FnOnce(Timestamp) -> bool) -> bool {
        let is_refused = self
            .last()
            .is_some_and(|it| it.said == AnswerMeaning::Refused);
        !is_refused && self.alive_at.is_some_and(counts)
    }

    /// The latest answer.
    #[must_use]
    pub fn last(&self) -> Option<&HealthSignal> {
        self.answers.back()
    }

    /// Since when every answer was of this kind; none where the latest is not.
    fn since(&self, said: AnswerMeaning) -> Option<Timestamp> {
        let latest = self.answers.iter().rev();
        latest
            .take_while(|spoken| spoken.said == said)
            .last()
            .map(|first| first.at)
    }

    /// How many of the latest answers were no yes, of how many.
    fn failed(&self) -> (usize, usize) {
        let failed = self
            .answers
            .iter()
            .filter(|it| it.said != AnswerMeaning::Alive);
        (failed.count(), self.answers.len())
    }

    /// The time that half of the latest answers took at most.
    fn median(&self) -> Option<Duration> {
        let mut took: Vec<Duration> = self.answers.iter().filter_map(|it| it.took).collect();
        took.sort_unstable();
        took.get(took.len() / 2).copied()
    }
}

/// Why a token was given out although it was not seen alive of late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotAsked {
    /// What kept the question from being answered.
    pub cause: NotAskedCause,
    pub why: String,
}

/// What kept a question about a token from being answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotAskedCause {
    /// The provider file has no question for it.
    NoProbe,
    /// Its row or its secret is not there any more.
    NoToken,
    /// The provider cannot be used as it is set up here.
    SetUp,
    /// Our server stopped first.
    Stopped,
    /// The vendor did not answer in time, or is not well.
    Unreachable,
    /// The vendor asks to slow down.
    Limited,
    /// The vendor speaks of the state of an account, not of the token.
    Suspended,
    /// What it answered can be somebody else's refusal.
    Unclear,
}

impl NotAsked {
    /// What an answer that decides nothing means for whoever wants the token; none for one that does.
    #[must_use]
    pub fn of(said: AnswerMeaning, why: &str) -> Option<Self> {
        let cause = match said {
            AnswerMeaning::Alive | AnswerMeaning::Refused => return None,
            AnswerMeaning::Limited => NotAskedCause::Limited,
            AnswerMeaning::Suspended => NotAskedCause::Suspended,
            AnswerMeaning::NoAnswer => NotAskedCause::Unreachable,
            AnswerMeaning::Unclear => NotAskedCause::Unclear,
        };
        let why = why.to_owned();
        Some(Self { cause, why })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(second: i64, said: AnswerMeaning) -> HealthSignal {
        HealthSignal {
            at: Timestamp::from_second(second).unwrap(),
            said,
            took: Some(Duration::from_millis(second.unsigned_abs())),
            headroom: None,
            why: String::new(),
        }
    }

    #[test]
    fn what_was_refused_since_is_not_known_to_live() {
        let mut heard = RecentAnswers::default();
        heard.hear(spoken(1, AnswerMeaning::Alive));
        assert!(heard.is_alive(|at| at.as_second() == 1) && !heard.is_alive(|_| false));
        heard.hear(spoken(2, AnswerMeaning::NoAnswer));
        assert!(
            heard.is_alive(|_| true),
            "an outage says nothing of a token"
        );
        heard.hear(spoken(3, AnswerMeaning::Refused));
        assert!(!heard.is_alive(|_| true));
        heard.hear(spoken(4, AnswerMeaning::Alive));
        assert!(heard.is_alive(|_| true));
    }

    #[test]
    fn the_latest_answers_are_counted_and_older_ones_are_forgotten() {
        let mut heard = RecentAnswers::default();
        for second in 0..30 {
            let said = match second < 12 {
                true => AnswerMeaning::NoAnswer,
                false => AnswerMeaning::Alive,
            };
            heard.hear(spoken(second, said));
        }
        assert_eq!(heard.failed(), (2, REMEMBERED));
        assert_eq!(heard.median(), Some(Duration::from_millis(20)));
        assert_eq!(heard.since(AnswerMeaning::NoAnswer), None);
        heard.hear(spoken(31, AnswerMeaning::NoAnswer));
        heard.hear(spoken(32, AnswerMeaning::NoAnswer));
        let since = heard
            .since(AnswerMeaning::NoAnswer)
            .map(Timestamp::as_second);
        assert_eq!(since, Some(31));
        assert_eq!(heard.alive_at().map(Timestamp::as_second), Some(29));
    }
}
