//! `tagout audit verify`, of the log or of a bundle: needs neither the server nor its store.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::chain::{self, Earlier, VerifyInput};
use crate::audit::{self, Checkpoint, LogFault, LogReport, Verifier};
use crate::domain::audit::claims::Claims;
use crate::evidence::check::{self, check};
use crate::verbs::print::{clock, facts, number};
use crate::verbs::{Session, VerbError, input};
use crate::wire::{Code, Problem};

/// `tagout audit verify`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The log, or the folder of a bundle; the log in the data folder otherwise
    file: Option<PathBuf>,
    /// An earlier checkpoint that the log must still contain
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// The key that signed, as audit checkpoint --json gives it; audit.pub beside the log otherwise
    #[arg(long, value_name = "K")]
    public_key: Option<String>,
}

pub(super) fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let own = session.settings.data_dir.value.join("audit.log");
    let is_own = arguments.file.is_none();
    let log = arguments.file.unwrap_or(own);
    if log.is_dir() {
        if arguments.checkpoint.is_some() {
            return Err(VerbError::usage(
                "a bundle is a part of the log, and cannot be compared with an earlier checkpoint",
                "Compare the whole log: tagout audit export",
            ));
        }
        return bundle(&log, arguments.public_key, session);
    }
    let keys = Keys::of(arguments.public_key, &log)?;
    let earlier = arguments
        .checkpoint
        .as_deref()
        .map(input::text)
        .transpose()?;
    let note = earlier.as_ref().map(|text| text.as_str());
    let whole = whole(&log, &keys, note)?;
    if let Some(path) = whole.before.missing().filter(|_| is_own) {
        return Err(missing(path));
    }
    session.show(&whole, || text(&whole))
}

/// Verifies a log, and those before it that are there.
fn whole(log: &Path, keys: &Keys, note: Option<&str>) -> Result<Whole, VerbError> {
    // A checkpoint of a log before this one is looked for there.
    let is_other = |note: &&str| {
        let name = keys.own.as_ref().map(Verifier::name);
        Checkpoint::stated(note).is_ok_and(|it| name.is_some_and(|name| name != it.origin))
    };
    let of_earlier = note.filter(is_other);
    let note = note.filter(|_| of_earlier.is_none());
    let mut report = chain::verified(log, keys.own.as_ref(), note)?;
    // Nothing disagrees with a log that was emptied; but every workspace begins with an entry.
    if report.entries == 0 {
        return Err(Problem::new(
            Code::Failed,
            format!(
                "{} is not to be trusted: it has no entry, and a workspace begins with one",
                log.display()
            ),
            "Keep the folder as it is, and compare it with copies and checkpoints kept elsewhere",
        )
        .into());
    }
    let known = VerifyInput {
        key: keys.named.as_ref(),
        checkpoint: of_earlier,
    };
    let before = chain::before(log, &report, &known)?;
    if let (Some(named), false) = (&keys.named, before.has_key || keys.own == keys.named) {
        // The key of no log that is here: said as it would be of the last.
        chain::verified(log, Some(named), None)?;
    }
    report.earlier_checked |= before.has_checkpoint;
    if let (Some(note), false, Some(key)) = (of_earlier, before.has_checkpoint, &keys.own)
        && let Err(error) = key.verify(note)
    {
        return Err(chain::not_to_be_trusted(log, &LogFault::Earlier(error)));
    }
    Ok(Whole { report, before })
}

/// The log, and what comes before it.
#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    report: LogReport,
    #[serde(flatten)]
    before: Earlier,
}

fn missing(path: &Path) -> VerbError {
    Problem::new(
        Code::Failed,
        format!(
            "the log that this one follows should be in {}, and is not there",
            path.display()
        ),
        "Keep the folder as it is; the next start of the server writes that file anew from its store",
    )
    .into()
}

fn bundle(folder: &Path, named: Option<String>, session: &Session) -> Result<(), VerbError> {
    let key = named.map(|text| parse(&text)).transpose()?;
    let report = check(folder, key).map_err(|wrong| {
        Problem::new(
            Code::Failed,
            format!("{} is not to be trusted: {wrong}", folder.display()),
            "Keep the folder as it is, and ask for the bundle again",
        )
    })?;
    session.show(&report, || of_bundle(&report))
}

/// What a log is checked with.
struct Keys {
    /// The key of the log itself: the one that was named, unless that is of another log than the one beside it.
    own: Option<Verifier>,
    /// The one that was named. One that was known before a further log began is enough, where it has signed that one over.
    named: Option<Verifier>,
}

impl Keys {
    fn of(named: Option<String>, log: &Path) -> Result<Self, VerbError> {
        let named = named.map(|text| parse(&text)).transpose()?;
        let beside = beside(log)?;
        let is_other = |key: &Verifier, named: &Verifier| key.name() != named.name();
        let own = match (beside, &named) {
            (Some(key), Some(named)) if is_other(&key, named) => Some(key),
            (_, Some(named)) => Some(named.clone()),
            (beside, None) => beside,
        };
        Ok(Self { own, named })
    }
}

fn beside(log: &Path) -> Result<Option<Verifier>, VerbError> {
    let path = log.with_file_name("audit.pub");
    match std::fs::read_to_string(&path) {
        Ok(text) => parse(&text).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(VerbError::usage(
            format!("{} cannot be read: {error}", path.display()),
            "Give the key with --public-key",
        )),
    }
}

pub(super) fn parse(text: &str) -> Result<Verifier, VerbError> {
    Verifier::parse(text).map_err(|error| {
        VerbError::usage(
            format!("this is no verifier key: {error}"),
            "Give it as audit checkpoint --json prints it",
        )
    })
}

fn of_bundle(report: &check::BundleReport) -> String {
    let runs: Vec<String> = report.runs.iter().map(ToString::to_string).collect();
    let mut text = format!(
        "{} entries, each in the log that the key signed.\n\n",
        number(report.entries as u64)
    );
    text.push_str(&facts(&[
        ("runs", runs.join(", ")),
        ("log", format!("{} entries", number(report.size))),
        ("root", word(&report.root)),
        ("last entry", report.last_at.map(clock).unwrap_or_default()),
        ("details", withheld(report.withheld)),
        ("tokens", claims(report.tokens, report.withheld)),
        ("key", report.key_name.clone()),
        ("fingerprint", format!("sha256 {}", report.key_fingerprint)),
        (
            "signature",
            match report.key_from_bundle {
                false => "checked".to_owned(),
                true => "checked with the key in the bundle: compare it with one given another way"
                    .to_owned(),
            },
        ),
        (
            "report.txt",
            match report.report_checked {
                true => "says what the entries say".to_owned(),
                false if report.withheld > 0 => {
                    "NOT compared: what it is written from is withheld".to_owned()
                }
                false => "NOT compared: another version of Tagout wrote it".to_owned(),
            },
        ),
        (
            "left out",
            "only the whole log shows that nothing was".to_owned(),
        ),
    ]));
    text
}

fn text(whole: &Whole) -> String {
    let report = &whole.report;
    let mut text = format!(
        "{} entries, none changed, removed or moved.\n\n",
        number(report.entries)
    );
    let mut said = vec![
        (
            "checkpoints",
            format!("{} agree", number(report.checkpoints)),
        ),
        ("root", word(&report.root)),
        ("last entry", report.last_at.map(clock).unwrap_or_default()),
        ("details", withheld(report.withheld)),
        ("tokens", claims(report.tokens, report.withheld)),
        (
            "format 2",
            match report.format_2_from {
                Some(first) => format!("from entry {} on", number(first)),
                None => "not used: the log is of format 1".to_owned(),
            },
        ),
        ("key", report.key_name.clone().unwrap_or_default()),
        (
            "fingerprint",
            report
                .key_fingerprint
                .as_ref()
                .map(|it| format!("sha256 {it}"))
                .unwrap_or_default(),
        ),
        (
            "signatures",
            match report.signatures_checked {
                true => "checked".to_owned(),
                false => {
                    "NOT checked, for want of a key: the log only agrees with itself".to_owned()
                }
            },
        ),
        (
            "earlier checkpoint",
            match report.earlier_checked {
                true => "contained".to_owned(),
                false => "none was given: entries cut off the end would not show".to_owned(),
            },
        ),
    ];
    said.extend(whole.before.facts());
    text.push_str(&facts(&said));
    text
}

fn withheld(count: u64) -> String {
    match count {
        0 => "all there".to_owned(),
        count => format!("{} withheld; their headers are verified", number(count)),
    }
}

fn word(root: &audit::Hash) -> String {
    crate::verbs::print::word(root)
}

/// What is claimed of tokens, in one line.
fn claims(tokens: Claims, withheld: u64) -> String {
    let said = [
        (tokens.proven, "proven dead"),
        (tokens.unproven, "not proven dead"),
        (tokens.under_way, "not settled when it ended"),
        (tokens.came_back, "passed again"),
    ];
    let said = said.into_iter().filter(|(n, _)| *n > 0);
    let said: Vec<String> = said
        .map(|(n, what)| format!("{} {what}", number(n)))
        .collect();
    match (said.is_empty(), withheld) {
        (true, 0) => "none was to be ended".to_owned(),
        (true, _) => "not known: what is said of them may be withheld".to_owned(),
        (false, 0) => said.join(", "),
        (false, _) => format!("{}, as far as details are there", said.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_is_withheld_nobody_says_that_there_was_nothing() {
        let none = Claims::default();
        let two = Claims { proven: 2, ..none };
        assert_eq!(claims(none, 0), "none was to be ended");
        assert_eq!(
            claims(none, 3),
            "not known: what is said of them may be withheld"
        );
        assert_eq!(claims(two, 0), "2 proven dead");
        assert_eq!(claims(two, 3), "2 proven dead, as far as details are there");
    }
}
