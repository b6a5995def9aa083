//! `tagout restore`: a backup becomes an empty data folder's content. Needs no server, and there must be none.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use serde_json::json;

use super::print::{json as print_json, number, say};
use super::progress::ProgressOutput;
use super::{Session, VerbError, input};
use crate::server::restore::{NotRestored, RestoreTarget, restore};
use crate::store::backup::{Verified, verify};
use crate::wire::view::Progress;
use crate::wire::{Code, Problem};

/// `tagout restore`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The backup
    pub file: PathBuf,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// What is printed of it.
#[derive(Serialize)]
struct RestoreJson {
    workspace: String,
    created_at: jiff::Timestamp,
    commit: u64,
    audit_entries: u64,
    root: String,
    sha256: String,
    log: String,
    reconnect: u64,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let settings = &session.settings;
    let place = RestoreTarget {
        data_dir: settings.data_dir.value.clone(),
        key_dir: settings.config_dir().to_owned(),
        by_machine: settings.seen_machine.value,
    };
    let file = arguments.file;
    let verified = verify(&file).map_err(|error| not_done(&error.into()))?;
    if session.manner.read_only {
        return Err(Problem::new(
            Code::Forbidden,
            "restoring makes a data folder, and --read-only forbids that",
            "Leave --read-only out",
        )
        .into());
    }
    input::sure(
        session,
        arguments.yes,
        &question(&verified, &place),
        "restore",
    )?;
    let mut shown = ProgressOutput::of(session);
    let began = Instant::now();
    let whole = Progress {
        bytes_total: Some(verified.live.bytes),
        rows_total: Some(verified.live.rows),
        ..Progress::default()
    };
    // Whoever looks may have closed the output; what is under way is brought to its end.
    let told = |done| drop(shown.at(&whole.at(done, began.elapsed())));
    let restored = restore(&place, &file, told).await;
    let ended = shown.end();
    let restored = restored.map_err(|error| not_done(&error))?;
    ended?;
    let described = RestoreJson {
        workspace: verified.header.workspace,
        created_at: verified.header.created_at,
        commit: verified.end.commit,
        audit_entries: verified.end.size,
        root: verified.end.root,
        sha256: verified.end.sha256,
        log: restored.log,
        reconnect: restored.reconnect,
    };
    match session.manner.json {
        true => print_json(&json!({ "event": "restored", "restore": described })),
        false => say(&in_words(&described)),
    }
}

fn question(verified: &Verified, place: &RestoreTarget) -> String {
    format!(
        "{} of {} is restored into {}. What was changed since then is lost, and each connection has to be authorized again.\n",
        verified.header.workspace,
        verified.header.created_at,
        place.data_dir.display(),
    )
}

fn in_words(it: &RestoreJson) -> String {
    format!(
        "Restored {} of {}, as of commit {}, with {} audit entries; the log goes on as {}.\n\
         No secret was in the backup. {} to be authorized again (tagout reconnect), and the secrets of registrations are to be \
         given again (tagout providers configure). Tokens of before may still work at the vendors: a disconnect lists them.",
        it.workspace,
        it.created_at,
        it.commit,
        number(it.audit_entries),
        it.log,
        match it.reconnect {
            1 => "1 connection has".to_owned(),
            n => format!("{} connections have", number(n)),
        },
    )
}

fn not_done(error: &NotRestored) -> VerbError {
    let hint = match error {
        NotRestored::Backup(_) => "Nothing was changed",
        NotRestored::Start(error) => error.advice(),
    };
    Problem::new(Code::Failed, error.to_string(), hint).into()
}
