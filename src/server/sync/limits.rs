//! Limits of vendors that are known: what one execution was told of an account at a host holds for every other one of it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::domain::connection::Connection;

/// Until when nothing is asked, by account.
#[derive(Debug, Default)]
pub(super) struct Limits(Mutex<HashMap<Account, Timestamp>>);

/// An account at a host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Account {
    provider: String,
    host: String,
    id: String,
}

impl Account {
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

impl Limits {
    /// The vendor wants to be left alone until then.
    pub(super) fn met(&self, account: Account, until: Timestamp, now: Timestamp) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, until| *until > now);
        let before = known.entry(account).or_insert(until);
        *before = until.max(*before);
    }

    /// Until when it does; none where it may be asked.
    pub(super) fn until(&self, account: &Account, now: Timestamp) -> Option<Timestamp> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(account).copied().filter(|until| *until > now)
    }
}
