//! `tagout backup`: the store as of one commit, in one file; and whether such a file is whole.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use rustix::fs::{CWD, RenameFlags};
use rustix::io::Errno;
use serde::Serialize;
use serde_json::json;

use super::print::{json as print_json, number, say};
use super::progress::ProgressOutput;
use super::{Session, VerbError};
use crate::client::{Client, LONG_PATIENCE};
use crate::store::backup::{Verified, verify};
use crate::wire::view::BackupPart;
use crate::wire::{Code, Problem, rpc};

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
struct BackupJson {
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

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let file = arguments.file;
    if arguments.verify {
        let found = described(checked(&file)?);
        return session.show(&found, || in_words("A whole backup", &found));
    }
    if file.symlink_metadata().is_ok() {
        return Err(is_there(&file));
    }
    let (client, _notices) = session.connect().await?;
    let part = PartialBackup::make(beside(&file))?;
    write(&client, &part, session).await?;
    let made = described(checked(&part.path)?);
    part.put_in_place(&file)?;
    match session.manner.json {
        true => print_json(&json!({ "event": "backed_up", "backup": made })),
        false => say(&format!(
            "{}\nIt holds no secrets: whoever restores it authorizes each connection again.",
            in_words("Written and read back", &made)
        )),
    }
}

/// A backup that is not whole yet, beside the place where it will be. It is ours, and is removed when it does not get there:
/// half a backup is of no use.
struct PartialBackup {
    path: PathBuf,
    file: File,
}

impl PartialBackup {
    fn make(path: PathBuf) -> Result<Self, VerbError> {
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path);
        match made {
            Ok(file) => Ok(Self { path, file }),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(VerbError::usage(
                format!("{} is there already", path.display()),
                "Another backup may be writing it; if it was left behind by one that was cut short, remove it",
            )),
            Err(error) => Err(cannot("write", &path, &error)),
        }
    }

    /// Gives it its name, unless something has that meanwhile.
    fn put_in_place(self, file: &Path) -> Result<(), VerbError> {
        match rename_to_nothing(&self.path, file) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(is_there(file)),
            Err(error) => return Err(cannot("rename", &self.path, &error)),
        }
        let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        File::open(folder)
            .and_then(|it| it.sync_all())
            .map_err(|error| cannot("sync", folder, &error))
    }
}

impl Drop for PartialBackup {
    fn drop(&mut self) {
        // In its place it has another name, and this one may by now be somebody else's.
        let is_ours = self.path.metadata().and_then(|there| {
            let ours = self.file.metadata()?;
            Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino()))
        });
        if is_ours.unwrap_or(false)
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::warn!(path = %self.path.display(), %error, "half a backup is left behind");
        }
    }
}

/// Never over a file. Not every file system can do that in one step (EINVAL); there a second name is made first.
fn rename_to_nothing(from: &Path, to: &Path) -> io::Result<()> {
    match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS) => {
            std::fs::hard_link(from, to)?;
            std::fs::remove_file(from)
        }
        renamed => Ok(renamed?),
    }
}

/// What arrives goes to the file at once.
async fn write(client: &Client, part: &PartialBackup, session: &Session) -> Result<(), VerbError> {
    let broken = |error| cannot("write", &part.path, &error);
    let mut to = &part.file;
    let mut shown = ProgressOutput::of(session);
    let number: u64 = client.ask_within(LONG_PATIENCE, rpc::BackupBegin).await?;
    loop {
        let next = rpc::BackupNext { number };
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

fn is_there(file: &Path) -> VerbError {
    VerbError::usage(
        format!("{} is there already", file.display()),
        "Name a file that does not exist",
    )
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

fn checked(file: &Path) -> Result<Verified, VerbError> {
    verify(file).map_err(|error| Problem::new(Code::Failed, error.to_string(), "").into())
}

fn described(verified: Verified) -> BackupJson {
    let Verified {
        header,
        end,
        live,
        bytes,
    } = verified;
    BackupJson {
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

fn in_words(what: &str, it: &BackupJson) -> String {
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

fn cannot(doing: &str, path: &Path, error: &std::io::Error) -> VerbError {
    Problem::new(
        Code::Failed,
        format!("cannot {doing} {}: {error}", path.display()),
        "Nothing was lost; name a place with space that you may write to",
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &Path) -> String {
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn a_file_that_came_meanwhile_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let (file, beside) = (dir.path().join("b"), dir.path().join("b.part"));
        let part = PartialBackup::make(beside.clone()).unwrap();
        (&part.file).write_all(b"backup").unwrap();
        std::fs::write(&file, "somebody's").unwrap();
        assert!(part.put_in_place(&file).is_err());
        assert_eq!(text(&file), "somebody's");
        assert!(!beside.exists());
        std::fs::remove_file(&file).unwrap();
        let part = PartialBackup::make(beside.clone()).unwrap();
        (&part.file).write_all(b"backup").unwrap();
        part.put_in_place(&file).unwrap();
        assert_eq!(text(&file), "backup");
        assert!(!beside.exists());
    }

    #[test]
    fn only_our_own_half_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let beside = dir.path().join("b.part");
        let part = PartialBackup::make(beside.clone()).unwrap();
        std::fs::remove_file(&beside).unwrap();
        std::fs::write(&beside, "somebody's").unwrap();
        drop(part);
        assert_eq!(text(&beside), "somebody's");
    }
}
