//! Checking a bundle from its folder alone.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use super::folder::{ABOUT, CHECKPOINT, ENTRIES, KEY, REPORT};
use super::report::{self, Unclear};
use super::{BundleInfo, not_summed_up};
use crate::audit::{CheckpointError, Hash, LogFault, Verifier, verify_extract};
use crate::domain::audit::AuditEntry;
use crate::domain::audit::claims::{Claims, ClaimsSoFar};
use crate::domain::id::RunId;

/// Every file but the entries is far shorter; without a bound one could take all memory.
const LONGEST: u64 = 64 << 20;

/// What is true of a bundle in which nothing was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BundleReport {
    /// The disconnects that it is about.
    pub runs: Vec<RunId>,
    /// How many entries it holds, each of which is in the log.
    pub entries: usize,
    /// How many entries the log had when the bundle was made.
    pub size: u64,
    /// The log's root then, as it was signed.
    pub root: Hash,
    /// Of how many entries the detail is withheld. Their headers were checked.
    pub withheld: u64,
    /// What its entries claim at their end of the tokens that were to be ended, as far as details are there.
    pub tokens: Claims,
    /// When its last entry was written, by its own account.
    pub last_at: Option<Timestamp>,
    /// The name of the key that signed.
    pub key_name: String,
    /// SHA-256 of the key that its signature was checked with, in hex.
    pub key_fingerprint: String,
    /// Whether the key came with the bundle. It has to be compared with one that came another way.
    pub key_from_bundle: bool,
    /// Whether the report says what the entries say. Another version may word it otherwise: then nobody looked.
    pub report_checked: bool,
}

/// The first thing that is wrong with a bundle.
#[derive(Debug, thiserror::Error)]
pub enum Wrong {
    /// A file cannot be read.
    #[error("{path} cannot be read: {source}")]
    Read {
        /// Which file.
        path: PathBuf,
        source: io::Error,
    },
    /// The key that lies in it is none.
    #[error("audit.pub is no verifier key: {0}")]
    Key(CheckpointError),
    /// An entry, or the checkpoint.
    #[error("entries.jsonl: {0}")]
    Entries(#[from] LogFault),
    /// The entries do not say what they should.
    #[error("entries.jsonl: {0}")]
    Unclear(#[from] Unclear),
    /// The report was changed.
    #[error("report.txt does not say what the entries say")]
    OtherReport,
}

/// Checks the bundle in `folder`; without a `key`, with the one that lies in it.
pub fn check(folder: &Path, key: Option<Verifier>) -> Result<BundleReport, Wrong> {
    let key_from_bundle = key.is_none();
    let key = match key {
        Some(key) => key,
        None => Verifier::parse(&text(&folder.join(KEY))?).map_err(Wrong::Key)?,
    };
    let about = folder.join(ABOUT);
    let about: BundleInfo = serde_json::from_str(&text(&about)?).map_err(|error| Wrong::Read {
        path: about,
        source: error.into(),
    })?;
    let note = text(&folder.join(CHECKPOINT))?;
    let entries = folder.join(ENTRIES);
    let entries = File::open(&entries).map_err(|source| Wrong::Read {
        path: entries,
        source,
    })?;
    let extract = verify_extract(BufReader::new(entries), &note, &key)?;
    sum_up(&extract.entries, &about.runs)?;
    let withheld = extract.entries.iter().filter(|it| it.is_withheld()).count();
    // The report is written from details, so without some of them it cannot be written again.
    // Entries of another version may say what this one does not know.
    let is_ours = about.version == env!("CARGO_PKG_VERSION") && about.report == super::REPORT_FORM;
    let report_checked = is_ours && withheld == 0;
    if report_checked {
        let report = report::write(&about.runs, &extract.entries)?;
        if text(&folder.join(REPORT))? != report {
            return Err(Wrong::OtherReport);
        }
    }
    Ok(BundleReport {
        runs: about.runs,
        entries: extract.entries.len(),
        size: extract.checkpoint.size,
        root: extract.checkpoint.root,
        withheld: withheld as u64,
        tokens: claims(&extract.entries),
        last_at: extract.entries.last().map(|entry| entry.at),
        key_name: extract.checkpoint.origin,
        key_fingerprint: key.fingerprint(),
        key_from_bundle,
        report_checked,
    })
}

fn claims(entries: &[AuditEntry]) -> Claims {
    let mut claims = ClaimsSoFar::default();
    for entry in entries {
        claims.follow(&entry.event());
    }
    claims.at_the_end()
}

/// Nobody signs `bundle.json`: what it names has to be in the entries, whose headers say it without their details as well.
fn sum_up(entries: &[AuditEntry], runs: &[RunId]) -> Result<(), Unclear> {
    match not_summed_up(runs, entries) {
        Some(run) => Err(Unclear::NoSummary(run.clone())),
        None => Ok(()),
    }
}

fn text(path: &Path) -> Result<String, Wrong> {
    let read = || {
        let mut text = String::new();
        File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
        Ok(text)
    };
    read().map_err(|source| Wrong::Read {
        path: path.to_owned(),
        source,
    })
}
