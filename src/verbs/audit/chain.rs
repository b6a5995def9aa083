//! The logs that a log follows, each from its file beside it.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::audit::{
    self, Checkpoint, FollowFault, Followed, LogFault, LogReport, SignedOver, Verifier,
};
use crate::verbs::VerbError;
use crate::verbs::print::{number, word};
use crate::wire::{Code, Problem};

/// What was found before a log.
#[derive(Debug, Default, Serialize)]
pub(super) struct Earlier {
    /// The logs before it, the newest first.
    earlier: Vec<Followed>,
    /// Where the one before these should be, and nothing is.
    earlier_missing: Option<PathBuf>,
    /// Whether the earlier checkpoint is of one of these, and contained.
    #[serde(skip)]
    pub(super) has_checkpoint: bool,
    /// Whether the key that was named is of one of these.
    #[serde(skip)]
    pub(super) has_key: bool,
}

/// What a log is checked with.
pub(super) struct VerifyInput<'a> {
    /// The key that was named; it is that of the log whose name it has.
    pub(super) key: Option<&'a Verifier>,
    /// An earlier checkpoint of a log before the last.
    pub(super) checkpoint: Option<&'a str>,
}

/// Verifies the logs before `report`, which is of the log in `path`.
pub(super) fn before(
    path: &Path,
    report: &LogReport,
    known: &VerifyInput<'_>,
) -> Result<Earlier, VerbError> {
    let mut found = Earlier::default();
    let mut later = report.clone();
    // Whether each log so far is signed over by the one before it: otherwise anybody could have begun it.
    let mut is_signed_over = true;
    while let Some(begun) = later.begun.clone() {
        if begun.follows.size == 0 {
            break;
        }
        let beside = path.with_file_name(format!("audit-{}.log", begun.after.get()));
        if !beside.exists() {
            found.earlier_missing = Some(beside);
            break;
        }
        let key = key_of(&begun.follows.origin, known.key, &beside)?;
        let is_its = |note: &&str| {
            Checkpoint::stated(note).is_ok_and(|it| it.origin == begun.follows.origin)
        };
        let note = known.checkpoint.filter(is_its);
        let earlier = verified(&beside, key.as_ref(), note)?;
        let one = audit::followed(&begun, &later, earlier, key.as_ref());
        let one = one.map_err(|finding| not_to_be_trusted(path, &finding))?;
        is_signed_over &= one.signed_over == SignedOver::Checked;
        let is_named = key.is_some() && key.as_ref() == known.key;
        found.has_key |= is_named && is_signed_over;
        found.has_checkpoint |= note.is_some() && (known.key.is_none() || is_signed_over);
        later = one.report.clone();
        found.earlier.push(one);
    }
    Ok(found)
}

/// A log states its own key in its first entry, when it follows another one.
pub(super) fn has_its_key(
    path: &Path,
    report: &LogReport,
    key: &Verifier,
) -> Result<(), VerbError> {
    let Some(begun) = &report.begun else {
        return Ok(());
    };
    if Verifier::parse(&begun.key).as_ref() == Ok(key) {
        return Ok(());
    }
    let finding = LogFault::NotFollowed {
        origin: begun.origin.clone(),
        fault: FollowFault::OwnKey,
    };
    Err(not_to_be_trusted(path, &finding))
}

pub(super) fn verified(
    path: &Path,
    key: Option<&Verifier>,
    note: Option<&str>,
) -> Result<LogReport, VerbError> {
    let file = File::open(path).map_err(|error| {
        Problem::new(
            Code::NotFound,
            format!("{} cannot be opened: {error}", path.display()),
            "Name the log, or its folder with --data-dir",
        )
    })?;
    let report = audit::verify(BufReader::new(file), key, note)
        .map_err(|finding| not_to_be_trusted(path, &finding))?;
    if let Some(key) = key {
        has_its_key(path, &report, key)?;
    }
    Ok(report)
}

pub(super) fn not_to_be_trusted(path: &Path, finding: &LogFault) -> VerbError {
    Problem::new(
        Code::Failed,
        format!("{} is not to be trusted: {finding}", path.display()),
        "Keep the file as it is, and compare it with copies and checkpoints kept elsewhere",
    )
    .into()
}

fn key_of(
    origin: &str,
    named: Option<&Verifier>,
    log: &Path,
) -> Result<Option<Verifier>, VerbError> {
    if let Some(named) = named.filter(|key| key.name() == origin) {
        return Ok(Some(named.clone()));
    }
    let path = log.with_extension("pub");
    match std::fs::read_to_string(&path) {
        Ok(text) => super::verify::parse(&text).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(VerbError::usage(
            format!("{} cannot be read: {error}", path.display()),
            "Give the key with --public-key",
        )),
    }
}

impl Earlier {
    /// What there is to say to a person, below what is said of the log itself.
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        for one in &self.earlier {
            let report = &one.report;
            let signatures = match report.signatures_checked {
                true => "signatures checked",
                false => "signatures NOT checked, for want of its key",
            };
            let name = report.key_name.as_deref().unwrap_or_default();
            facts.push((
                "log before it",
                format!(
                    "{name}: {} entries, none changed, removed or moved; root {}; {signatures}",
                    number(report.entries),
                    word(report.root)
                ),
            ));
            facts.push(("gap", one.gap.clone()));
            let over = match one.signed_over {
                SignedOver::Checked => format!("{name} has signed that this log follows it"),
                SignedOver::NotChecked => {
                    "there is a signature of the log before it, and no key to check it".to_owned()
                }
                SignedOver::Unsigned => "the key of the log before it did NOT sign that this one follows: that key was not \
                                         there"
                    .to_owned(),
            };
            facts.push(("signed over", over));
        }
        if let Some(path) = &self.earlier_missing {
            let missing = format!("{} is not there: NOT verified", path.display());
            facts.push(("log before it", missing));
        }
        facts
    }

    /// Where the log before these should be.
    pub(super) fn missing(&self) -> Option<&Path> {
        self.earlier_missing.as_deref()
    }
}
