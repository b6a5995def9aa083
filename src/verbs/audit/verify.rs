//! `tagout audit verify`, of the log or of a bundle: needs neither the server nor its store.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::audit::{self, Report, Verifier};
use crate::evidence::check::{self, check};
use crate::verbs::print::{clock, facts, number};
use crate::verbs::{Session, Stop, input};
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

pub(super) fn run(arguments: Arguments, session: &Session) -> Result<(), Stop> {
    let log = arguments
        .file
        .unwrap_or_else(|| session.settings.data_dir.value.join("audit.log"));
    if log.is_dir() {
        if arguments.checkpoint.is_some() {
            return Err(Stop::usage(
                "a bundle is a part of the log, and cannot be compared with an earlier checkpoint",
                "Compare the whole log: tagout audit export",
            ));
        }
        return bundle(&log, arguments.public_key, session);
    }
    let key = key(arguments.public_key, &log)?;
    let earlier = arguments
        .checkpoint
        .as_deref()
        .map(input::text)
        .transpose()?;
    let file = File::open(&log).map_err(|error| {
        Problem::new(
            Code::NotFound,
            format!("{} cannot be opened: {error}", log.display()),
            "Name the log, or its folder with --data-dir",
        )
    })?;
    let earlier = earlier.as_ref().map(|text| text.as_str());
    let report = audit::verify(BufReader::new(file), key.as_ref(), earlier).map_err(|finding| {
        Problem::new(
            Code::Failed,
            format!("{} is not to be trusted: {finding}", log.display()),
            "Keep the file as it is, and compare it with copies and checkpoints kept elsewhere",
        )
    })?;
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
    session.show(&report, || text(&report))
}

fn bundle(folder: &Path, named: Option<String>, session: &Session) -> Result<(), Stop> {
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

/// The key that was named, or the one beside the log.
fn key(named: Option<String>, log: &Path) -> Result<Option<Verifier>, Stop> {
    let beside = log.with_file_name("audit.pub");
    let text = match named {
        Some(text) => text,
        None => match std::fs::read_to_string(&beside) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(Stop::usage(
                    format!("{} cannot be read: {error}", beside.display()),
                    "Give the key with --public-key",
                ));
            }
        },
    };
    parse(&text).map(Some)
}

fn parse(text: &str) -> Result<Verifier, Stop> {
    Verifier::parse(text).map_err(|error| {
        Stop::usage(
            format!("this is no verifier key: {error}"),
            "Give it as audit checkpoint --json prints it",
        )
    })
}

fn of_bundle(report: &check::Report) -> String {
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

fn text(report: &Report) -> String {
    let mut text = format!(
        "{} entries, none changed, removed or moved.\n\n",
        number(report.entries)
    );
    text.push_str(&facts(&[
        (
            "checkpoints",
            format!("{} agree", number(report.checkpoints)),
        ),
        ("root", word(&report.root)),
        ("last entry", report.last_at.map(clock).unwrap_or_default()),
        ("details", withheld(report.withheld)),
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
    ]));
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
