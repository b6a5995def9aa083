//! Checking a log from its file alone: no server, no store, and no key but the public one.
//!
//! Memory is one line, the tree's peaks, and a claim for each token that a disconnect was to end: it grows with these tokens, and with
//! nothing else of the log. Each line is hashed as it stands there, not as this program would write it again.

use std::io::BufRead;

use jiff::Timestamp;
use serde::Serialize;

use super::checkpoint::{Checkpoint, CheckpointError, Verifier};
use super::finding::{CheckpointFault, LogFault};
use super::leaf::LogLine;
use super::line::{next_line, read_line};
use super::tree::Tree;
use crate::domain::audit::claims::{Claims, ClaimsSoFar};
use crate::domain::audit::log::LogBegun;
use crate::domain::audit::{AuditEntry, Event, Hash};

/// What is true of a log in which nothing was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogReport {
    /// How many entries there are.
    pub entries: u64,
    /// How many checkpoints agree with them.
    pub checkpoints: u64,
    /// How many entries the last checkpoint covers: all of them.
    pub size: u64,
    /// The tree's root over these.
    pub root: Hash,
    /// The first entry of format 2; none in a log of format 1.
    pub format_2_from: Option<u64>,
    /// Of how many entries the detail is withheld. Their headers were checked.
    pub withheld: u64,
    /// What it claims at its end of the tokens that were to be ended, as far as details are there.
    pub tokens: Claims,
    /// What the first entry says that this log follows; none in a folder's first log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begun: Option<Box<LogBegun>>,
    /// When the last entry was written, by its own account.
    pub last_at: Option<Timestamp>,
    /// The name of the key that signed, as the checkpoints state it.
    pub key_name: Option<String>,
    /// SHA-256 of the key that they were checked with, in hex.
    pub key_fingerprint: Option<String>,
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
) -> Result<LogReport, LogFault> {
    let earlier = earlier
        .map(|note| read_note(note, key))
        .transpose()
        .map_err(LogFault::Earlier)?;
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
    format_2_from: Option<u64>,
    withheld: u64,
    claims: ClaimsSoFar,
    begun: Option<Box<LogBegun>>,
    last_at: Option<Timestamp>,
    checkpoints: u64,
    covered: u64,
    key_name: Option<String>,
    /// Kept until the end, because a changed entry further down says more.
    failed: Option<LogFault>,
}

impl<'a> Scan<'a> {
    fn new(key: Option<&'a Verifier>, earlier: Option<Checkpoint>) -> Self {
        let mut scan = Self {
            key,
            earlier,
            root_then: None,
            line: 0,
            tree: Tree::default(),
            format_2_from: None,
            withheld: 0,
            claims: ClaimsSoFar::default(),
            begun: None,
            last_at: None,
            checkpoints: 0,
            covered: 0,
            key_name: None,
            failed: None,
        };
        scan.look_back();
        scan
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), LogFault> {
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
            return Err(LogFault::OutOfOrder {
                line,
                expected,
                found: entry.seq,
                id: entry.id.to_string(),
            });
        }
        self.note_format(&entry)?;
        let event = entry.event();
        self.claims.follow(&event);
        match (entry.seq, event) {
            (0, Event::LogBegun(begun)) => self.begun = Some(Box::new(begun)),
            (0, _) if entry.action == "log.begun" => return Err(LogFault::BeginningWithheld),
            _ => {}
        }
        self.tree.append(found);
        self.last_at = Some(entry.at);
        self.look_back();
        if let Some(note) = checkpoint {
            self.check(&note, entry.seq);
        }
        Ok(())
    }

    /// Once a log has entries of format 2, it has no more of format 1.
    fn note_format(&mut self, entry: &AuditEntry) -> Result<(), LogFault> {
        self.withheld += u64::from(entry.is_withheld());
        match (entry.format_2.is_some(), self.format_2_from) {
            (true, None) => {
                self.format_2_from = Some(entry.seq);
                self.is_the_first(entry)?;
            }
            (false, Some(_)) => {
                return Err(LogFault::OlderFormat {
                    seq: entry.seq,
                    id: entry.id.to_string(),
                    line: self.line,
                });
            }
            (true, Some(_)) | (false, None) => {}
        }
        Ok(())
    }

    /// The entry that began format 2 says so, if its detail is there to say it.
    fn is_the_first(&self, entry: &AuditEntry) -> Result<(), LogFault> {
        match entry.event().log_begins() {
            Some(stated) if stated.from != entry.seq => Err(LogFault::OtherBeginning {
                seq: entry.seq,
                id: entry.id.to_string(),
                line: self.line,
                stated: stated.from,
            }),
            Some(_) | None => Ok(()),
        }
    }

    fn check(&mut self, note: &str, seq: u64) {
        self.covered = self.tree.size();
        match self.compare(note) {
            Ok(origin) => {
                self.checkpoints += 1;
                self.key_name = Some(origin);
            }
            Err(fault) if self.failed.is_none() => {
                self.failed = Some(LogFault::Checkpoint {
                    seq,
                    line: self.line,
                    fault,
                });
            }
            Err(_) => {}
        }
    }

    fn compare(&self, note: &str) -> Result<String, CheckpointFault> {
        let Checkpoint {
            origin, size, root, ..
        } = read_note(note, self.key)?;
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

    fn finish(self) -> Result<LogReport, LogFault> {
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        let entries = self.tree.size();
        // A log that was cut within a commit is short as well; how short is the better answer.
        if let Some(earlier) = &self.earlier {
            match self.root_then {
                None => {
                    return Err(LogFault::Truncated {
                        found: entries,
                        earlier: earlier.size,
                    });
                }
                Some(found) if found != earlier.root => {
                    return Err(LogFault::Rewritten {
                        size: earlier.size,
                        found,
                        earlier: earlier.root,
                    });
                }
                Some(_) => {}
            }
        }
        if self.covered != entries {
            return Err(LogFault::Uncovered {
                first: self.covered,
                count: entries - self.covered,
            });
        }
        Ok(LogReport {
            entries,
            checkpoints: self.checkpoints,
            size: self.covered,
            root: self.tree.root(),
            format_2_from: self.format_2_from,
            withheld: self.withheld,
            tokens: self.claims.at_the_end(),
            begun: self.begun,
            last_at: self.last_at,
            key_name: self.key_name,
            key_fingerprint: self.key.map(Verifier::fingerprint),
            signatures_checked: self.key.is_some() && self.checkpoints > 0,
            earlier_checked: self.earlier.is_some(),
        })
    }
}

fn read_note(note: &str, key: Option<&Verifier>) -> Result<Checkpoint, CheckpointError> {
    match key {
        Some(key) => key.verify(note),
        None => Checkpoint::stated(note),
    }
}
