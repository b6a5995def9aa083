//! How long a refresh token is kept that a newer one took the place of, where its vendor answers no question about it.
//!
//! Some vendors take a replaced token for a while (a client may have lost the answer that brought the newer one), so that a
//! disconnect has to end it too.

use std::time::Duration;

use jiff::Timestamp;

use super::{Credential, CredentialState, TokenKind};

/// So many of a connection are kept at most, those that were replaced last.
pub const REPLACED_KEPT: usize = 3;

impl Credential {
    /// When a newer token of the same set and generation took this one's place; none while none did.
    #[must_use]
    pub fn replaced_at(&self, all: &[Self]) -> Option<Timestamp> {
        let newer = |it: &&Self| {
            (it.kind, it.generation, &it.label) == (self.kind, self.generation, &self.label)
                && it.issue > self.issue
        };
        all.iter().filter(newer).map(|it| it.issued_at).min()
    }

    /// Whether it is a refresh token that is kept because it may still be taken, for `superseded_for` after it was replaced.
    /// A time that lies ahead by more than that is one of a clock that was changed.
    #[must_use]
    pub fn may_still_be_taken(
        &self,
        all: &[Self],
        superseded_for: Duration,
        now: Timestamp,
    ) -> bool {
        let Some(at) = self.replaced_at(all).filter(|_| self.is_replaced_refresh()) else {
            return false;
        };
        let later = |it: &&Self| {
            it.is_replaced_refresh() && it.replaced_at(all).is_some_and(|other| other > at)
        };
        let is_among_the_last = all.iter().filter(later).count() < REPLACED_KEPT;
        is_among_the_last && now.duration_since(at).unsigned_abs() < superseded_for
    }

    /// Whether it is a refresh token that was set aside and is not destroyed.
    #[must_use]
    pub fn is_replaced_refresh(&self) -> bool {
        self.kind == TokenKind::Refresh && self.state == CredentialState::Superseded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    /// One refresh token a minute, the last one in use.
    fn issued(count: u32) -> Vec<Credential> {
        let token = |issue: u32| {
            let state = if issue == count {
                "active"
            } else {
                "superseded"
            };
            let text = serde_json::json!({
                "id": format!("cre_01jd70000000000000000000{issue:02}"),
                "connection": "con_01jd7000000000000000000001",
                "generation": 1, "issue": issue, "kind": "refresh", "fingerprint": "withheld",
                "issued_at": at(60 * i64::from(issue)), "expires_at": null, "passed_at": null, "state": state,
                "sealed": null,
            });
            serde_json::from_value(text).unwrap()
        };
        (1..=count).map(token).collect()
    }

    fn kept(all: &[Credential], second: i64) -> Vec<u32> {
        let kept = |it: &&Credential| it.may_still_be_taken(all, HOUR, at(second));
        all.iter().filter(kept).map(|it| it.issue).collect()
    }

    #[test]
    fn the_last_three_are_kept_for_as_long_as_they_may_be_taken() {
        let all = issued(6);
        assert_eq!(kept(&all, 360), [3, 4, 5]);
        // The third was replaced in the fourth minute.
        assert_eq!(kept(&all, 240 + 3599), [3, 4, 5]);
        assert_eq!(kept(&all, 240 + 3600), [4, 5]);
        assert_eq!(kept(&all, 360 + 3600), [0; 0]);
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_nothing() {
        assert_eq!(kept(&issued(3), -3600), [0; 0]);
    }

    #[test]
    fn what_another_generation_or_set_brought_replaces_nothing() {
        let mut all = issued(2);
        all[1].generation = 2;
        assert_eq!(all[0].replaced_at(&all), None);
        let mut all = issued(2);
        all[1].label = "user".to_owned();
        assert_eq!(all[0].replaced_at(&all), None);
        assert_eq!(issued(2)[0].replaced_at(&issued(2)), Some(at(120)));
    }
}
