//! `tagout backup`: the store as of one commit, in one file; and whether such a file is whole.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use serde::Serialize;
use serde_json::json;

use super::print::{json as print_json, number, say};
use super::progress::Shown;
use super::{Session, Stop};
use crate::client::{Client, LONG_PATIENCE};
use crate::store::backup::{Verified, verify};
use crate::wire::view::BackupPart;
use crate::wire::{Code, Problem, ask};

/// `tagout backup`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The file; there must be none yet
    file: PathBuf,
    /// Only say whether the file is a whole backup; needs no server
    #[arg(long)]
    verify: bool,
}

/// What is printed of a backup.
#[derive(Serialize)]
struct Described {
    program: String,
    workspace: String,
    created_at: jiff::Timestamp,
    commit: u64,
    audit_entries: u64,
    root: String,
    sha256: String,
    rows: u64,
    bytes: u64,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), Stop> {
    let file = arguments.file;
    if arguments.verify {
        let found = described(checked(&file)?);
        return session.show(&found, || in_words("A whole backup", &found));
    }
    if file.exists() {
        return Err(Stop::usage(
            format!("{} is there already", file.display()),
            "Name a file that does not exist",
        ));
    }
    let (client, _notices) = session.connect().await?;
    let part = beside(&file);
    let written = write(&client, &part, session).await;
    let made = written.and_then(|()| {
        let found = described(checked(&part)?);
        put_in_place(&part, &file)?;
        Ok(found)
    });
    let made = made.inspect_err(|_| {
        // There may be none; what is half a backup is of no use.
        let _ = std::fs::remove_file(&part);
    })?;
    match session.manner.json {
        true => print_json(&json!({ "event": "backed_up", "backup": made })),
        false => say(&format!(
            "{}\nIt holds no secrets: whoever restores it authorizes each connection again.",
            in_words("Written and read back", &made)
        )),
    }
}

/// What arrives goes to the file at once.
async fn write(client: &Client, part: &Path, session: &Session) -> Result<(), Stop> {
    let broken = |error| cannot("write", part, &error);
    let mut to = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(part)
        .map_err(broken)?;
    let mut shown = Shown::of(session);
    let number: u64 = client.ask_within(LONG_PATIENCE, ask::BackupBegin).await?;
    loop {
        let next = ask::BackupNext { number };
        let it: BackupPart = client.ask_within(LONG_PATIENCE, next).await?;
        let bytes = STANDARD.decode(&it.bytes).map_err(|error| {
            Problem::new(
                Code::Failed,
                format!("a part was not understood: {error}"),
                "Try again",
            )
        })?;
        to.write_all(&bytes).map_err(broken)?;
        shown.at(&it.progress)?;
        if it.is_last {
            shown.end()?;
            to.sync_all().map_err(broken)?;
            return Ok(());
        }
    }
}

fn put_in_place(part: &Path, file: &Path) -> Result<(), Stop> {
    std::fs::rename(part, file).map_err(|error| cannot("rename", part, &error))?;
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    File::open(folder)
        .and_then(|it| it.sync_all())
        .map_err(|error| cannot("sync", folder, &error))
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

fn checked(file: &Path) -> Result<Verified, Stop> {
    verify(file).map_err(|error| Problem::new(Code::Failed, error.to_string(), "").into())
}

fn described(verified: Verified) -> Described {
    let Verified {
        header,
        end,
        live,
        bytes,
    } = verified;
    Described {
        program: header.program,
        workspace: header.workspace,
        created_at: header.created_at,
        commit: end.commit,
        audit_entries: end.size,
        root: end.root,
        sha256: end.sha256,
        rows: live.rows,
        bytes,
    }
}

fn in_words(what: &str, it: &Described) -> String {
    format!(
        "{what}: {} of {}, as of commit {}, {} rows, {} audit entries, {} bytes.",
        it.workspace,
        it.created_at,
        it.commit,
        number(it.rows),
        number(it.audit_entries),
        number(it.bytes),
    )
}

fn cannot(doing: &str, path: &Path, error: &std::io::Error) -> Stop {
    Problem::new(
        Code::Failed,
        format!("cannot {doing} {}: {error}", path.display()),
        "Nothing was lost; name a place with space that you may write to",
    )
    .into()
}
