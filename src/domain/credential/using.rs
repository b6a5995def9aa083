//! Which token a connection is used with, and whether it may leave.

use super::{Credential, TokenKind};
use crate::domain::connection::{Connection, ConnectionRefusal};

/// Why a token is not given to somebody who reads it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotGiven {
    /// Its connection is not in service any more, or was authorized again.
    #[error(transparent)]
    Connection(#[from] ConnectionRefusal),
    /// It is being destroyed.
    #[error("the token is gone")]
    Gone,
}

impl Credential {
    /// Whether the connection is used with it: it is in use, of the generation that the connection has now, and of its first set.
    #[must_use]
    pub fn is_used_by(&self, connection: &Connection) -> bool {
        let is_shown = matches!(self.kind, TokenKind::Access | TokenKind::ApiKey);
        let is_current = self.is_active() && self.generation == connection.generation;
        is_shown && is_current && self.label.is_empty()
    }

    /// Whether it may be given to somebody who found it in use while the connection was of this generation.
    ///
    /// # Errors
    /// When a disconnect has begun since, the connection was authorized again, or the token is being destroyed.
    pub fn may_leave(&self, connection: &Connection, generation: u32) -> Result<(), NotGiven> {
        connection.serves(generation)?;
        match self.may_live() {
            true => Ok(()),
            false => Err(NotGiven::Gone),
        }
    }
}
