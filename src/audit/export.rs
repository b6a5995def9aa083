//! Entries as JSON Lines, in the form of `audit.log`, for other tools and for [`verify`](super::verify()).

use std::io::{self, Write};

use super::leaf::{LeafError, LogLine, leaf_hash};
use crate::domain::audit::AuditEntry;
use crate::domain::escaped_json;

/// Why entries could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// An entry cannot be hashed.
    #[error(transparent)]
    Leaf(#[from] LeafError),
    /// The other end does not take any more.
    #[error("cannot write the audit entries: {0}")]
    Write(#[from] io::Error),
}

/// Writes each entry with its leaf, and with the checkpoint where a commit ended; says how many.
///
/// # Errors
/// When an entry has no canonical form, or `out` refuses.
pub fn export(
    entries: impl IntoIterator<Item = (AuditEntry, Option<String>)>,
    out: &mut impl Write,
) -> Result<u64, ExportError> {
    let mut written = 0;
    for (entry, checkpoint) in entries {
        let line = LogLine {
            leaf: leaf_hash(&entry)?,
            entry,
            checkpoint,
        };
        let line = escaped_json::to_string(&line).map_err(io::Error::from)?;
        writeln!(out, "{line}")?;
        written += 1;
    }
    out.flush()?;
    Ok(written)
}
