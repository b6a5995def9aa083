//! The auditor's bundle: what the record says of some disconnects, to be checked without the server, its store, or the
//! rest of the record.
//!
//! A bundle is a folder. Its entries carry proofs that they are in the tree that the checkpoint signs, and its report is
//! written from these entries alone, so that [`check::check`] can write it again and compare.

pub mod check;
pub mod folder;
pub mod report;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::audit::{Checkpoint, CheckpointError, Hash, LeafError, Leaves, ProvenLine, leaf_hash};
use crate::domain::audit::{AuditEntry, Event};
use crate::domain::id::{ConnectionId, RunId};

/// What was done where a disconnect is summed up.
const DISCONNECTED: &str = "connection.disconnected";

/// What a bundle says of itself, in `bundle.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleInfo {
    /// The version of Tagout that wrote the report.
    pub version: String,
    /// How the report is written. The same entries give the same text under the same number alone.
    #[serde(default = "first_report")]
    pub report: u32,
    /// The disconnects that it is about.
    pub runs: Vec<RunId>,
}

/// Reports end with every entry in its sentence.
const REPORT_FORM: u32 = 2;

/// Of bundles that do not say so.
fn first_report() -> u32 {
    1
}

/// A bundle before it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    /// What it is about.
    pub about: BundleInfo,
    /// The entries, each with its proof.
    pub lines: Vec<ProvenLine>,
    /// The checkpoint that the proofs lead to, signed.
    pub checkpoint: String,
    /// The key that signed, as a verifier key.
    pub public_key: String,
}

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum NoBundle {
    /// An entry has no leaf.
    #[error(transparent)]
    Leaf(#[from] LeafError),
    /// The server's checkpoint is none.
    #[error("the server's checkpoint cannot be read: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The server's entries are not those that it signed.
    #[error("the record does not have the root that its own checkpoint states")]
    NotAsSigned,
    /// The record does not end a disconnect that is asked for.
    #[error("the record has no summary of {0}")]
    NoSummary(RunId),
}

/// Reads a record from its first entry on and keeps what a bundle needs.
#[derive(Debug)]
pub struct Gathering {
    runs: Vec<RunId>,
    wanted: BTreeSet<RunId>,
    connections: BTreeSet<ConnectionId>,
    leaves: Vec<Hash>,
    kept: Vec<AuditEntry>,
}

impl Gathering {
    /// For these disconnects, each with its connection.
    #[must_use]
    pub fn new(runs: impl IntoIterator<Item = (RunId, ConnectionId)>) -> Self {
        let (runs, connections): (Vec<_>, BTreeSet<_>) = runs.into_iter().unzip();
        Self {
            wanted: runs.iter().cloned().collect(),
            runs,
            connections,
            leaves: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// The next entry of the record.
    ///
    /// # Errors
    /// When it has no leaf.
    pub fn take(&mut self, entry: AuditEntry) -> Result<(), LeafError> {
        self.leaves.push(leaf_hash(&entry)?);
        if self.is_about(&entry) {
            self.kept.push(entry);
        }
        Ok(())
    }

    /// The bundle, once all entries up to `checkpoint` were taken.
    ///
    /// # Errors
    /// When the entries are not those that were signed, or say nothing of the end of one of the disconnects.
    pub fn finish(self, checkpoint: String, public_key: String) -> Result<Bundle, NoBundle> {
        let stated = Checkpoint::stated(&checkpoint)?;
        let leaves = Leaves::new(self.leaves);
        if leaves.size() as u64 != stated.size || leaves.root() != stated.root {
            return Err(NoBundle::NotAsSigned);
        }
        if let Some(run) = not_summed_up(&self.runs, &self.kept) {
            return Err(NoBundle::NoSummary(run.clone()));
        }
        let proven = |entry: AuditEntry| -> Result<ProvenLine, NoBundle> {
            let at = usize::try_from(entry.seq).map_err(|_| NoBundle::NotAsSigned)?;
            let leaf = leaf_hash(&entry)?;
            let proof = leaves.proof(at).ok_or(NoBundle::NotAsSigned)?;
            Ok(ProvenLine { entry, leaf, proof })
        };
        Ok(Bundle {
            about: BundleInfo {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                report: REPORT_FORM,
                runs: self.runs,
            },
            lines: self
                .kept
                .into_iter()
                .map(proven)
                .collect::<Result<_, _>>()?,
            checkpoint,
            public_key,
        })
    }

    /// Whether an auditor of these disconnects wants to see it: what names one of them, and what was done to their
    /// connections, but for the daily work of sync jobs.
    fn is_about(&self, entry: &AuditEntry) -> bool {
        let said = Said::by(entry);
        let of_run = said.runs().any(|run| self.wanted.contains(run));
        let target = entry.target.parse::<ConnectionId>();
        let of_connection = target.is_ok_and(|it| self.connections.contains(&it));
        of_run || (of_connection && !entry.action.starts_with("sync."))
    }
}

/// An entry with what it says.
struct Said<'a> {
    entry: &'a AuditEntry,
    event: Event,
    /// The disconnect that it names.
    run: Option<RunId>,
}

impl<'a> Said<'a> {
    fn by(entry: &'a AuditEntry) -> Self {
        let event = entry.event();
        let run = run_in(entry, &event);
        Self { entry, event, run }
    }

    /// Every disconnect that it names.
    fn runs(&self) -> impl Iterator<Item = &RunId> {
        self.run.iter().chain(self.event.runs())
    }

    /// Whether it names this disconnect, alone or among others.
    fn names(&self, run: &RunId) -> bool {
        self.runs().any(|it| it == run)
    }
}

/// The disconnect that an entry sums up. Its header says so without its detail as well.
fn summed_up(entry: &AuditEntry) -> Option<RunId> {
    (entry.action == DISCONNECTED).then(|| run_in(entry, &entry.event()))?
}

/// The disconnect that an entry names: in its header, or, in format 1, which has none, in what it says.
fn run_in(entry: &AuditEntry, event: &Event) -> Option<RunId> {
    match &entry.format_2 {
        Some(more) => more.about.run.clone(),
        None => event.subject(&entry.target).run,
    }
}

/// The first of these disconnects that no entry sums up.
fn not_summed_up<'a>(
    runs: impl IntoIterator<Item = &'a RunId>,
    entries: &[AuditEntry],
) -> Option<&'a RunId> {
    let ended: BTreeSet<RunId> = entries.iter().filter_map(summed_up).collect();
    runs.into_iter().find(|run| !ended.contains(*run))
}
