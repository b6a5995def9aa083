//! A token kept sealed for retrying its revocation (B4), and when it is tried next.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::connection::{Account, Connection};
use super::disconnect::log::RunToken;
use super::id::{ConnectionId, HoldId, RunId};
use super::sealed::Sealed;
use super::trial::{Answer, Basis, Keeping, Outcome};
use crate::domain::origin_binding::OriginBinding;

mod transitions;

pub use transitions::{HoldEffect, HoldEvent, HoldRefusal, TryCalls};

/// Two clocks may differ by so much.
const GRACE: Duration = Duration::from_secs(60);

/// A held token. Nothing but the revocation worker opens it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub id: HoldId,
    /// Whose token it was.
    pub connection: ConnectionId,
    /// Of which generation.
    pub generation: u32,
    /// The catalog's id.
    pub provider: String,
    /// The run that could not reach the provider.
    pub run: RunId,
    /// The token, as the run knew it.
    pub token: RunToken,
    /// Whose account it was at the vendor: the connection may be somebody else's by now.
    pub account: Account,
    /// The connection's values of the time, for the same reason.
    pub fields: serde_json::Map<String, serde_json::Value>,
    /// Where it may be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Box<OriginBinding>>,
    /// Whether the run was to uninstall the app too.
    pub uninstall: bool,
    /// Whether calls that reach siblings were allowed.
    pub allow_wider: bool,
    /// The secret, in a slot of its own.
    pub sealed: Sealed,
    /// What it is kept for.
    #[serde(default = "retry")]
    pub keeping: Keeping,
    /// Until when it is kept at the latest, where it is kept for its proof alone.
    #[serde(default)]
    pub sealed_until: Option<Timestamp>,
    /// Whether a try has begun its calls: what it finds so has lost the answers of the one before.
    #[serde(default)]
    pub calling: bool,
    /// How often it was tried since it was opened.
    pub tries: u32,
    /// When it is tried next.
    pub next_try: Timestamp,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When the token expires by itself.
    pub expires_at: Option<Timestamp>,
    /// What the latest try brought, in words.
    pub last: String,
    /// Why only calls about this one token are made now; none when all are.
    pub narrowed: Option<String>,
    /// Where it is in its life.
    pub state: HoldState,
}

/// Where a hold is in its life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum HoldState {
    /// It is retried.
    Waiting,
    /// Its secret is being destroyed, which must be finished.
    Ending {
        /// How it ends.
        end: HoldEnd,
    },
    /// Its secret is destroyed.
    Ended {
        /// How it ended.
        end: HoldEnd,
        at: Timestamp,
    },
}

/// How a hold ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldEnd {
    /// Why nothing more is tried.
    pub why: EndedBy,
    /// What may be claimed of the token.
    pub outcome: Outcome,
    /// What a proof rests on.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// The last question, when there was one.
    pub after: Option<Answer>,
    /// In a person's words, when a person gave it up.
    pub note: String,
}

/// Why nothing more is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// The token is proven dead.
    Dead,
    /// The vendor has accepted the revocation, and there is nothing to ask.
    Accepted,
    /// The token has expired by itself.
    Expired,
    /// A person gave it up.
    Dropped,
    /// It was kept for its proof alone, which is over without one.
    Unproven,
    /// The server was stopped while it was kept for its proof.
    Stopped,
    /// The data folder was restored from a backup, which has no secrets.
    NotInBackup,
    /// A connection uses the same token again: the vendor has issued it once more, or somebody has entered the key anew.
    InUseAgain,
}

impl EndedBy {
    /// The word in JSON and on screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::Accepted => "accepted",
            Self::Expired => "expired",
            Self::Dropped => "dropped",
            Self::Unproven => "unproven",
            Self::Stopped => "stopped",
            Self::NotInBackup => "not_in_backup",
            Self::InUseAgain => "in_use_again",
        }
    }
}

impl Hold {
    /// Whether it is still retried.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.state == HoldState::Waiting
    }

    /// Whether its secret may still be on the disk.
    #[must_use]
    pub fn has_secret(&self) -> bool {
        !matches!(self.state, HoldState::Ended { .. })
    }

    /// Whether its secret was left behind where the data folder was restored from a backup.
    #[must_use]
    pub fn is_not_in_backup(&self) -> bool {
        self.has_secret() && self.sealed.is_emptied()
    }

    /// Whether the token has expired by itself, with a minute for clocks that differ.
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.gone_at().is_some_and(|end| end < now)
    }

    /// Why it ends before anything is tried; none when it is tried. `in_use_again` says whether a connection in service uses the same
    /// token again, and is asked last.
    ///
    /// # Errors
    /// When that cannot be told.
    pub fn ends_untried<E>(
        &self,
        now: Timestamp,
        in_use_again: impl FnOnce() -> Result<bool, E>,
    ) -> Result<Option<EndedBy>, E> {
        if self.is_not_in_backup() {
            return Ok(Some(EndedBy::NotInBackup));
        }
        if self.is_over(now) {
            return Ok(Some(EndedBy::Unproven));
        }
        // What its calls brought stands: that it can live no more is nobody's answer.
        if self.has_expired(now) {
            return Ok(Some(EndedBy::Expired));
        }
        Ok(in_use_again()?.then_some(EndedBy::InUseAgain))
    }

    /// Whether its connection is in service by a later authorization, which may have brought the same token.
    #[must_use]
    pub fn is_before(&self, own: &Connection) -> bool {
        own.status.in_service() && own.generation > self.generation
    }

    /// When it is looked at next although it is to be tried at `at` only: what has expired by itself is destroyed at once,
    /// however late the vendor wants to be asked.
    #[must_use]
    pub fn due(&self, at: Timestamp) -> Timestamp {
        let after = |end: Timestamp| end.checked_add(Duration::from_millis(1)).ok();
        self.gone_at().and_then(after).map_or(at, |end| at.min(end))
    }

    fn gone_at(&self) -> Option<Timestamp> {
        self.expires_at?.checked_add(GRACE).ok()
    }

    /// Whether what it is kept for is over: its time has come, or the clock was set back behind its beginning.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        let is_late = self.sealed_until.is_some_and(|until| until <= now);
        is_late || (self.keeping == Keeping::Proof && now < self.created_at)
    }
}

fn retry() -> Keeping {
    Keeping::Retry
}

/// How patiently holds are retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPace {
    /// Before the first retry.
    pub first: Duration,
    /// At most, between two.
    pub most: Duration,
}

impl Default for RetryPace {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(60),
            most: Duration::from_secs(6 * 3600),
        }
    }
}

/// A vendor that wants to be left alone for longer is asked again after this all the same.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// How long a vendor is left alone that wants to be for so long.
#[must_use]
pub fn left_alone(asked: Duration) -> Duration {
    asked.min(LONGEST)
}

impl RetryPace {
    /// How long to wait after `tries` tries: doubling, half of it at random so that many holds of one outage do
    /// not come back together, and never earlier than the vendor asked, within a day.
    #[must_use]
    pub fn wait(self, tries: u32, random: u8, retry_after: Option<Duration>) -> Duration {
        let doubled = self.first.saturating_mul(1 << tries.min(24)).min(self.most);
        let jittered = doubled / 2 + doubled / 2 * u32::from(random) / u32::from(u8::MAX);
        jittered.max(left_alone(retry_after.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: RetryPace = RetryPace {
        first: Duration::from_secs(60),
        most: Duration::from_secs(3600),
    };

    #[test]
    fn waiting_doubles_up_to_a_limit() {
        let waits: Vec<u64> = (0..8)
            .map(|tries| PACE.wait(tries, u8::MAX, None).as_secs())
            .collect();
        assert_eq!(waits, [60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(PACE.wait(u32::MAX, u8::MAX, None).as_secs(), 3600);
    }

    #[test]
    fn half_of_it_is_chance() {
        assert_eq!(PACE.wait(1, 0, None).as_secs(), 60);
        assert_eq!(PACE.wait(1, u8::MAX, None).as_secs(), 120);
    }

    #[test]
    fn the_vendor_is_not_asked_earlier_than_it_said_within_a_day() {
        // A vendor that asks for for ever gets a day.
        assert_eq!(PACE.wait(3, 0, Some(Duration::MAX)), LONGEST);
        let asked = Some(Duration::from_secs(86_400));
        assert_eq!(PACE.wait(0, 0, asked).as_secs(), 86_400);
        assert_eq!(
            PACE.wait(3, u8::MAX, Some(Duration::from_secs(1)))
                .as_secs(),
            480
        );
    }
}
