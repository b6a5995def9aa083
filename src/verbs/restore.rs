//! `tagout restore`: a backup becomes an empty data folder's content. Needs no server, and there must be none.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;

use super::backup::no_secrets;
use super::print::{json as print_json, number, say};
use super::progress::ProgressOutput;
use super::{Session, VerbError, input, passphrase};
use crate::domain::display_text::counted;
use crate::server::master_key::MasterKeyPlace;
use crate::server::restore::{NotRestored, OpenedSecrets, RestoreSource, RestoreTarget, restore};
use crate::store::backup::{Verified, verify};
use crate::wire::view::Progress;
use crate::wire::{Code, Problem};

/// `tagout restore`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The backup
    pub file: PathBuf,
    /// Read the passphrase of its secrets from a file, or - for standard input
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Leave its secrets in it, so that every connection is authorized again
    #[arg(long, conflicts_with = "passphrase_file")]
    without_secrets: bool,
    /// Read the passphrase of the new folder's master key from a file, as `serve --passphrase-file` does
    #[arg(long, value_name = "FILE")]
    master_passphrase_file: Option<PathBuf>,
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
    /// How many came out of the file; none where there were none, or they were left in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    secrets: Option<u64>,
    /// Connections whose provider is asked before their tokens are used.
    asked_first: u64,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let place = place(&arguments, session)?;
    let file = &arguments.file;
    let verified = verify(file).map_err(|error| not_done(&error.into()))?;
    if session.manner.read_only {
        return Err(Problem::new(
            Code::Forbidden,
            "restoring makes a data folder, and --read-only forbids that",
            "Leave --read-only out",
        )
        .into());
    }
    let secrets = secrets(&arguments, session, &verified)?;
    let count = secrets.as_ref().map(OpenedSecrets::count);
    input::sure(
        session,
        arguments.yes,
        &question(&verified, &place, count),
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
    let source = RestoreSource {
        file,
        verified: &verified,
        secrets,
    };
    let restored = restore(&place, &source, told).await;
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
        secrets: count,
        asked_first: restored.asked_first,
    };
    match session.manner.json {
        true => print_json(&json!({ "event": "restored", "restore": described })),
        false => say(&in_words(&described)),
    }
}

fn place(arguments: &Arguments, session: &Session) -> Result<RestoreTarget, VerbError> {
    let settings = &session.settings;
    let master = arguments.master_passphrase_file.as_deref();
    let master = master.map(input::secret).transpose()?;
    Ok(RestoreTarget {
        data_dir: settings.data_dir.value.clone(),
        key_dir: settings.config_dir().to_owned(),
        by_machine: settings.seen_machine.value,
        master: MasterKeyPlace {
            key_dir: settings.config_dir().to_owned(),
            command: settings.master_key_command.value.clone(),
            passphrase: master.map(|it| it.0.as_str().into()),
        },
    })
}

/// Nothing is written before they are known to open.
fn secrets(
    arguments: &Arguments,
    session: &Session,
    verified: &Verified,
) -> Result<Option<OpenedSecrets>, VerbError> {
    let from = arguments.passphrase_file.as_deref();
    if verified.header.secrets.is_none() {
        return match from {
            None => Ok(None),
            Some(_) => Err(no_secrets(&arguments.file)),
        };
    }
    if arguments.without_secrets {
        return Ok(None);
    }
    let passphrase = passphrase::known(session, from)?;
    let passphrase = SecretString::from(passphrase.0.as_str());
    let opened = OpenedSecrets::open(&arguments.file, verified, &passphrase);
    opened.map_err(|error| not_done(&error))
}

fn question(verified: &Verified, place: &RestoreTarget, secrets: Option<u64>) -> String {
    let of_secrets = match secrets {
        None => "each connection has to be authorized again".to_owned(),
        Some(n) => format!(
            "{} come back, those among them that were destroyed since the backup was made: the provider of each connection is \
             asked whether it takes them before they are used. The installation that the backup is of must be stopped for good: \
             both would use the same tokens, and whichever renews one may end the other's. What was disconnected after the backup was \
             made comes back into service where its provider still takes the token, an API key above all: disconnect it again. \
             Subscriptions go on, too",
            counted(n, "secret")
        ),
    };
    format!(
        "{} of {} is restored into {}. What was changed since then is lost, and {of_secrets}.\n",
        verified.header.workspace,
        verified.header.created_at,
        place.data_dir.display(),
    )
}

fn in_words(it: &RestoreJson) -> String {
    let what = format!(
        "Restored {} of {}, as of commit {}, with {} audit entries; the log goes on as {}.",
        it.workspace,
        it.created_at,
        it.commit,
        number(it.audit_entries),
        it.log,
    );
    let connections = |n: u64, one: &str, many: &str| match n {
        1 => format!("1 connection {one}"),
        n => format!("{} connections {many}", number(n)),
    };
    let again = connections(it.reconnect, "has", "have");
    match it.secrets {
        Some(secrets) => format!(
            "{what}\n{} came back, those among them that were destroyed since the backup was made. {} to be asked about at the \
             next start (tagout serve) before their tokens are used, and {again} to be authorized again (tagout reconnect).",
            counted(secrets, "secret"),
            connections(it.asked_first, "has", "have"),
        ),
        None => format!(
            "{what}\n\
             No secret came out of the backup. {again} to be authorized again (tagout reconnect), and the secrets of registrations \
             are to be given again (tagout providers configure). Tokens of before may still work at the vendors: a disconnect \
             lists them."
        ),
    }
}

fn not_done(error: &NotRestored) -> VerbError {
    let hint = match error {
        NotRestored::Backup(_) | NotRestored::Key(_) => "Nothing was changed",
        NotRestored::Changed { .. } | NotRestored::NotOpened { .. } => {
            "Nothing was restored, and nothing of this file is to be trusted; take another copy of the backup"
        }
        NotRestored::DiskFull { size, .. } => &format!(
            "It takes up to twice the backup's {} MB. Make room there, and restore again; no row of it was left behind",
            number(size.div_ceil(1 << 20))
        ),
        NotRestored::Start(error) => error.advice(),
    };
    Problem::new(Code::Failed, error.to_string(), hint).into()
}
