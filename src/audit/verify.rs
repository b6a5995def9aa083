//! Checking a log from its file alone: no server, no store, and no key but the public one.
//!
//! Memory is one line and the tree's peaks, however long the log. Each line is hashed as it stands there, without its
//! `leaf` and `checkpoint`, so that a field nobody knows counts too.

use std::io::{BufRead, Read};

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::checkpoint::{Checkpoint, CheckpointError, Verifier};
use super::finding::{CheckpointFault, Finding};
use super::leaf::{Hash, LogLine};
use super::tree::Tree;

/// No entry is near as long; without a bound one line could take all memory.
const LONGEST_LINE: u64 = 4 << 20;

/// What is true of a log in which nothing was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How many entries there are.
    pub entries: u64,
    /// How many checkpoints agree with them.
    pub checkpoints: u64,
    /// How many entries the last checkpoint covers: all of them.
    pub size: u64,
    /// The tree's root over these.
    pub root: Hash,
    /// When the last entry was written, by its own account.
    pub last_at: Option<Timestamp>,
    /// The name of the key that signed, as the checkpoints state it.
    pub key_name: Option<String>,
    /// Whether the signatures were checked. Without a key the log only agrees with itself, and whoever could write
    /// the file could have written it all anew.
    pub signatures_checked: bool,
    /// Whether the log was compared with an earlier checkpoint.
    pub earlier_checked: bool,
}

/// Reads a log to its end. `earlier` is the text of a checkpoint that was kept elsewhere.
///
/// # Errors
/// The first entry that is wrong; when all entries are right, the first checkpoint that fails; when these are right
/// too, what the earlier checkpoint shows.
pub fn verify(
    mut log: impl BufRead,
    key: Option<&Verifier>,
    earlier: Option<&str>,
) -> Result<Report, Finding> {
    let earlier = earlier
        .map(|note| read_note(note, key))
        .transpose()
        .map_err(Finding::Earlier)?;
    let mut scan = Scan::new(key, earlier);
    while let Some(bytes) = next_line(&mut log, scan.line + 1)? {
        scan.take(&bytes)?;
    }
    scan.finish()
}

/// What is known after some of the lines.
struct Scan<'a> {
    key: Option<&'a Verifier>,
    earlier: Option<Checkpoint>,
    /// The root when the tree had the earlier checkpoint's size.
    root_then: Option<Hash>,
    line: u64,
    tree: Tree,
    last_at: Option<Timestamp>,
    checkpoints: u64,
    covered: u64,
    key_name: Option<String>,
    /// Kept until the end, because a changed entry further down says more.
    failed: Option<Finding>,
}

impl<'a> Scan<'a> {
    fn new(key: Option<&'a Verifier>, earlier: Option<Checkpoint>) -> Self {
        let mut scan = Self {
            key,
            earlier,
            root_then: None,
            line: 0,
            tree: Tree::default(),
            last_at: None,
            checkpoints: 0,
            covered: 0,
            key_name: None,
            failed: None,
        };
        scan.look_back();
        scan
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), Finding> {
        self.line += 1;
        let line = self.line;
        let (
            LogLine {
                entry, checkpoint, ..
            },
            found,
        ) = read_line(bytes, line, "checkpoint")?;
        let expected = self.tree.size();
        if entry.seq != expected {
            return Err(Finding::OutOfOrder {
                line,
                expected,
                found: entry.seq,
                id: entry.id.to_string(),
            });
        }
        self.tree.append(found);
        self.last_at = Some(entry.at);
        self.look_back();
        if let Some(note) = checkpoint {
            self.check(&note, entry.seq);
        }
        Ok(())
    }

    fn check(&mut self, note: &str, seq: u64) {
        self.covered = self.tree.size();
        match self.compare(note) {
            Ok(origin) => {
                self.checkpoints += 1;
                self.key_name = Some(origin);
            }
            Err(fault) if self.failed.is_none() => {
                self.failed = Some(Finding::Checkpoint {
                    seq,
                    line: self.line,
                    fault,
                });
            }
            Err(_) => {}
        }
    }

    fn compare(&self, note: &str) -> Result<String, CheckpointFault> {
        let Checkpoint { origin, size, root } = read_note(note, self.key)?;
        if size != self.tree.size() {
            return Err(CheckpointFault::Size {
                stated: size,
                found: self.tree.size(),
            });
        }
        if root != self.tree.root() {
            return Err(CheckpointFault::Root {
                stated: root,
                found: self.tree.root(),
            });
        }
        Ok(origin)
    }

    fn look_back(&mut self) {
        if self
            .earlier
            .as_ref()
            .is_some_and(|earlier| earlier.size == self.tree.size())
        {
            self.root_then = Some(self.tree.root());
        }
    }

    fn finish(self) -> Result<Report, Finding> {
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        let entries = self.tree.size();
        // A log that was cut within a commit is short as well; how short is the better answer.
        if let Some(earlier) = &self.earlier {
            match self.root_then {
                None => {
                    return Err(Finding::Truncated {
                        found: entries,
                        earlier: earlier.size,
                    });
                }
                Some(found) if found != earlier.root => {
                    return Err(Finding::Rewritten {
                        size: earlier.size,
                        found,
                        earlier: earlier.root,
                    });
                }
                Some(_) => {}
            }
        }
        if self.covered != entries {
            return Err(Finding::Uncovered {
                first: self.covered,
                count: entries - self.covered,
            });
        }
        Ok(Report {
            entries,
            checkpoints: self.checkpoints,
            size: self.covered,
            root: self.tree.root(),
            last_at: self.last_at,
            key_name: self.key_name,
            signatures_checked: self.key.is_some() && self.checkpoints > 0,
            earlier_checked: self.earlier.is_some(),
        })
    }
}

/// A line whose entry has the leaf that stands beside it, and that leaf. `beside` is the other field that is not the entry's.
pub(super) fn read_line<T: DeserializeOwned>(
    bytes: &[u8],
    line: u64,
    beside: &str,
) -> Result<(T, Hash), Finding> {
    let unreadable = |why: String| Finding::Unreadable { line, why };
    let mut fields: Map<String, Value> =
        serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))?;
    // Whatever is longer than its canonical form has blanks, or a field twice, of which other readers may take the first.
    if to_canonical(&fields).map_err(unreadable)?.len() != bytes.len() {
        return Err(unreadable(
            "it is not written as we write them, or names a field twice".to_owned(),
        ));
    }
    let leaf = fields.remove("leaf");
    fields.remove(beside);
    let found = Hash::of_leaf(&to_canonical(&fields).map_err(unreadable)?);
    if leaf != Some(Value::String(found.to_string())) {
        return Err(altered(&fields, line));
    }
    let read = serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))?;
    Ok((read, found))
}

/// The next line without its end; None at the end of the log.
pub(super) fn next_line(log: &mut impl BufRead, line: u64) -> Result<Option<Vec<u8>>, Finding> {
    let mut bytes = Vec::new();
    log.take(LONGEST_LINE)
        .read_until(b'\n', &mut bytes)
        .map_err(|source| Finding::Read { line, source })?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.pop() != Some(b'\n') {
        let why = if bytes.len() as u64 + 1 == LONGEST_LINE {
            "it is over 4 MiB long"
        } else {
            "it was cut off"
        };
        return Err(Finding::Unreadable {
            line,
            why: why.to_owned(),
        });
    }
    Ok(Some(bytes))
}

fn read_note(note: &str, key: Option<&Verifier>) -> Result<Checkpoint, CheckpointError> {
    match key {
        Some(key) => key.verify(note),
        None => Checkpoint::stated(note),
    }
}

fn to_canonical(fields: &Map<String, Value>) -> Result<Vec<u8>, String> {
    serde_json_canonicalizer::to_vec(fields).map_err(|error| error.to_string())
}

fn altered(fields: &Map<String, Value>, line: u64) -> Finding {
    let shown = |name| match fields.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "missing".to_owned(),
    };
    Finding::Altered {
        seq: shown("seq"),
        id: shown("id"),
        line,
    }
}
