//! `tagout audit verify`: needs neither the server nor its store.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::audit::{self, Report, Verifier};
use crate::verbs::print::{clock, facts, number};
use crate::verbs::{Session, Stop, input};
use crate::wire::{Code, Problem};

/// `tagout audit verify`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The log; the one in the data folder otherwise
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
    session.show(&report, || text(&report))
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
    Verifier::parse(&text).map(Some).map_err(|error| {
        Stop::usage(
            format!("this is no verifier key: {error}"),
            "Give it as audit checkpoint --json prints it",
        )
    })
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
        ("key", report.key_name.clone().unwrap_or_default()),
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

fn word(root: &audit::Hash) -> String {
    crate::verbs::print::word(root)
}
