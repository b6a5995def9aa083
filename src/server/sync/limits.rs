//! Limits of vendors that are known: what one execution was told of an account at a host holds for every other one of it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::connection::Connection;
use crate::domain::saturating_time::saturating_later;

/// The longest that the end of a vendor's limit is waited for within an execution, and all of them before one page.
pub(super) const PATIENCE: Duration = Duration::from_secs(3600);

/// Until when nothing is asked, by account.
#[derive(Debug, Default)]
pub(super) struct AccountLimits(Mutex<HashMap<AccountAtHost, Timestamp>>);

/// An account at a host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct AccountAtHost {
    provider: String,
    host: String,
    id: String,
}

impl AccountAtHost {
    /// That of a connection; one whose vendor does not say who it is has an account of its own.
    pub(super) fn of(connection: &Connection, host: &str) -> Self {
        let id = match connection.account.id.as_str() {
            "" => connection.id.as_str(),
            id => id,
        };
        Self {
            provider: connection.provider.clone(),
            host: host.to_owned(),
            id: id.to_owned(),
        }
    }
}

impl AccountLimits {
    /// The vendor wants to be left alone until then.
    pub(super) fn met(&self, account: AccountAtHost, until: Timestamp, now: Timestamp) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, until| holds(*until, now));
        let before = known.entry(account).or_insert(until);
        *before = until.max(*before);
    }

    /// Until when it does; none where it may be asked.
    pub(super) fn until(&self, account: &AccountAtHost, now: Timestamp) -> Option<Timestamp> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .get(account)
            .copied()
            .filter(|until| holds(*until, now))
    }
}

/// Whether a limit lasts that is over then. None is kept that is over later than anybody is patient: one that seems to be was
/// met before the clock was set back.
fn holds(until: Timestamp, now: Timestamp) -> bool {
    until > now && until <= saturating_later(now, PATIENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 3600);

    #[test]
    fn a_limit_is_forgotten_when_the_clock_is_set_back() {
        let account = AccountAtHost {
            provider: "p".to_owned(),
            host: "h.example".to_owned(),
            id: "u1".to_owned(),
        };
        let limits = AccountLimits::default();
        let before = saturating_later(Timestamp::UNIX_EPOCH, DAY * 2);
        let until = saturating_later(before, PATIENCE);
        limits.met(account.clone(), until, before);
        assert_eq!(limits.until(&account, before), Some(until));
        assert_eq!(limits.until(&account, until), None);
        let now = saturating_later(Timestamp::UNIX_EPOCH, DAY);
        assert_eq!(limits.until(&account, now), None);
        // One that is met then is over when it says, and not when the old one would have been.
        let until = saturating_later(now, Duration::from_secs(60));
        limits.met(account.clone(), until, now);
        assert_eq!(limits.until(&account, now), Some(until));
    }
}
