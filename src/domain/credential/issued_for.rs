//! Whose account a token was issued for: a connection may be authorized again as another account, and its earlier tokens are
//! not that account's.

use serde::{Deserialize, Serialize};

use super::Credential;
use crate::domain::connection::Connection;

/// Whose account a token was issued for, as against its connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "account")]
pub enum IssuedFor {
    /// The account that the connection has.
    #[default]
    Own,
    /// One that the connection had before, by the vendor's id.
    Earlier(String),
    /// One that the connection had before, and nobody knows which: it may be any account of the provider.
    Unknown,
}

impl IssuedFor {
    /// Whether it is the account that the connection has.
    #[must_use]
    pub fn is_own(&self) -> bool {
        *self == Self::Own
    }
}

impl Credential {
    /// Whose account it was issued for, as against its connection. Where its row does not say, that is known of the generation that
    /// the connection has now, and of no earlier one.
    #[must_use]
    pub fn issued_for(&self, connection: &Connection) -> IssuedFor {
        match self.account.as_deref() {
            Some(id) if id == connection.account.id => IssuedFor::Own,
            Some("") => IssuedFor::Unknown,
            Some(id) => IssuedFor::Earlier(id.to_owned()),
            None if self.generation == connection.generation => IssuedFor::Own,
            None => IssuedFor::Unknown,
        }
    }
}
