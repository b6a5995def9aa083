//! How much of the database lives. Its file never shrinks and keeps what was overwritten, so it is not measured there.

use serde::{Deserialize, Serialize};

/// The rows that are there, and the bytes of their keys and values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LiveSize {
    /// How many rows; large values are several.
    pub rows: u64,
    /// How many bytes.
    pub bytes: u64,
}

impl LiveSize {
    pub(crate) fn add(&mut self, key: &[u8], value: &[u8]) {
        self.rows += 1;
        self.bytes += (key.len() + value.len()) as u64;
    }

    pub(crate) fn take(&mut self, key: &[u8], value: &[u8]) {
        self.rows = self.rows.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub((key.len() + value.len()) as u64);
    }
}
