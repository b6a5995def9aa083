//! Some entries of a log, each with the proof that it is in there, below one signed checkpoint.

use std::io::BufRead;

use serde::{Deserialize, Serialize};

use super::checkpoint::{Checkpoint, Verifier};
use super::finding::LogFault;
use super::inclusion::is_included;
use super::line::{next_line, read_line};
use crate::domain::audit::{AuditEntry, Hash};

/// A line of an extract: the entry's fields, its leaf, and what leads from there to the root.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProvenLine {
    /// The entry; its fields stand flat beside the other two.
    #[serde(flatten)]
    pub entry: AuditEntry,
    /// [`leaf_hash`](super::leaf_hash) of the entry.
    pub leaf: Hash,
    /// The inclusion proof, the nearest node first.
    pub proof: Vec<Hash>,
}

/// What is true of an extract in which nothing was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Extract {
    /// The entries, oldest first.
    pub entries: Vec<AuditEntry>,
    /// The tree that they are in, as it was signed.
    pub checkpoint: Checkpoint,
}

/// Reads an extract to its end. `note` is the text of the checkpoint.
///
/// # Errors
/// When the checkpoint is none or not signed by `key`; else the first entry that is wrong, moved, or not in the log.
pub fn verify_extract(
    mut lines: impl BufRead,
    note: &str,
    key: &Verifier,
) -> Result<Extract, LogFault> {
    let checkpoint = key.verify(note).map_err(LogFault::Unsigned)?;
    let mut entries: Vec<AuditEntry> = Vec::new();
    let mut line = 1;
    while let Some(bytes) = next_line(&mut lines, line)? {
        let (ProvenLine { entry, proof, .. }, leaf) = read_line(&bytes, line, "proof")?;
        let (seq, id) = (entry.seq, entry.id.to_string());
        if entries.last().is_some_and(|before| before.seq >= seq) {
            return Err(LogFault::NotInOrder { line, seq, id });
        }
        if !is_included(leaf, seq, checkpoint.size, &proof, checkpoint.root) {
            return Err(LogFault::NotIncluded { seq, id, line });
        }
        if entry.format_2.is_none() && entries.last().is_some_and(|it| it.format_2.is_some()) {
            return Err(LogFault::OlderFormat { seq, id, line });
        }
        entries.push(entry);
        line += 1;
    }
    Ok(Extract {
        entries,
        checkpoint,
    })
}
