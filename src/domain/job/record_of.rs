//! Names a record without repeating it.

use serde::{Deserialize, Serialize};

use super::Synced;
use crate::domain::id::{ConnectionId, ReferenceId};

/// Names a record. What there is to say of it is read where it is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordOf {
    /// Of which connection.
    pub connection: ConnectionId,
    /// Of which entity.
    pub entity: String,
    /// The vendor's id of the thing in whose list it stands, where each of several has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The vendor's name for it.
    pub external_id: String,
    /// The reference's id.
    pub reference: ReferenceId,
}

impl RecordOf {
    /// This one.
    #[must_use]
    pub fn new(record: &Synced) -> Self {
        Self {
            connection: record.connection.clone(),
            entity: record.entity.clone(),
            parent: record.parent.clone(),
            external_id: record.external_id.clone(),
            reference: record.id.clone(),
        }
    }
}
