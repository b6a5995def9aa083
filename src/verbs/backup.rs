//! `tagout backup`: the store as of one commit, in one file; and whether such a file is whole.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use rustix::fs::{CWD, FlockOperation, OFlags, RenameFlags, flock};
use rustix::io::Errno;
use rustix::process::geteuid;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;

use super::print::{json as print_json, number, say};
use super::progress::ProgressOutput;
use super::{Session, VerbError, input, passphrase};
use crate::client::{Client, LONG_PATIENCE};
use crate::domain::display_text::counted;
use crate::server::restore::OpenedSecrets;
use crate::store::backup::{Verified, verify};
use crate::wire::request::Secret;
use crate::wire::view::BackupPart;
use crate::wire::{Code, Problem, rpc};

/// `tagout backup`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The file; there must be none yet
    file: PathBuf,
    /// Only say whether the file is a whole backup, and with --passphrase-file whether its secrets open; needs no server
    #[arg(long, conflicts_with = "with_secrets")]
    verify: bool,
    /// With the secrets, sealed to a passphrase that is asked for twice. What is destroyed here later survives in that file
    #[arg(long)]
    with_secrets: bool,
    /// Read the passphrase from a file, or - for standard input
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Do not ask
    #[arg(long, requires = "with_secrets")]
    yes: bool,
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
    /// How many are in it; none in a backup without.
    #[serde(skip_serializing_if = "Option::is_none")]
    secrets: Option<u64>,
    /// Whether each of them was opened just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    secrets_open: Option<bool>,
}

/// What has to be known before (durability.md, \"Secrets\").
const WARNING: &str = "The secrets of this workspace go into that file, sealed to a passphrase. \
    What is destroyed here from now on survives in it, for whoever has the file and the passphrase: no disconnect reaches it. \
    Keep it as you would keep the tokens, and remove it when it is not needed any more. \
    Without the passphrase nobody opens its secrets, you neither.\n";

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let file = &arguments.file;
    if arguments.verify {
        return say_whether_whole(&arguments, session);
    }
    if file.symlink_metadata().is_ok() {
        return Err(is_there(file));
    }
    let passphrase_file = arguments.passphrase_file.as_deref();
    let passphrase = match (arguments.with_secrets, passphrase_file) {
        (true, from) => {
            input::sure(session, arguments.yes, WARNING, "secrets")?;
            Some(passphrase::chosen(session, from)?)
        }
        (false, None) => None,
        (false, Some(_)) => {
            return Err(VerbError::usage(
                "a passphrase is for the secrets, and none are asked for",
                "Add --with-secrets, or leave --passphrase-file out",
            ));
        }
    };
    let (client, _notices) = session.connect().await?;
    let part = PartialBackup::make(beside(file))?;
    let number = begin(&client, passphrase.clone()).await?;
    write(&client, &part, number, session).await?;
    let verified = checked(&part.path)?;
    let opened = opened(&part.path, &verified, passphrase.as_ref())?;
    let made = described(verified, opened);
    part.put_in_place(file)?;
    match session.manner.json {
        true => print_json(&json!({ "event": "backed_up", "backup": made })),
        false => say(&format!(
            "{}\n{}",
            in_words("Written and read back", &made),
            what_it_holds(&made)
        )),
    }
}

fn say_whether_whole(arguments: &Arguments, session: &Session) -> Result<(), VerbError> {
    let verified = checked(&arguments.file)?;
    let from = arguments.passphrase_file.as_deref();
    if from.is_some() && verified.header.secrets.is_none() {
        return Err(no_secrets(&arguments.file));
    }
    let passphrase = from.map(input::secret).transpose()?;
    let opened = opened(&arguments.file, &verified, passphrase.as_ref())?;
    let found = described(verified, opened);
    session.show(&found, || {
        let whole = in_words("A whole backup", &found);
        match found.secrets {
            None => whole,
            Some(_) => format!("{whole}\n{}", what_it_holds(&found)),
        }
    })
}

fn what_it_holds(it: &BackupJson) -> String {
    let Some(secrets) = it.secrets else {
        return "It holds no secrets: whoever restores it authorizes each connection again."
            .to_owned();
    };
    let opened = match it.secrets_open {
        Some(true) => "each was opened with the passphrase",
        Some(false) | None => "none was opened; --passphrase-file does that",
    };
    format!(
        "It holds {}, sealed to a passphrase; {opened}. What is destroyed here later survives in it.",
        counted(secrets, "secret")
    )
}

/// Whether each of its secrets opens, where there is a passphrase.
fn opened(
    file: &Path,
    verified: &Verified,
    passphrase: Option<&Secret>,
) -> Result<Option<bool>, VerbError> {
    let Some(passphrase) = passphrase else {
        return Ok(verified.header.secrets.as_ref().map(|_| false));
    };
    let passphrase = SecretString::from(passphrase.0.as_str());
    let opened = OpenedSecrets::open(file, verified, &passphrase)
        .map_err(|error| Problem::new(Code::Failed, error.to_string(), "Nothing was changed"))?;
    Ok(opened.map(|_| true))
}

/// For whoever gives a passphrase for a file that has none.
pub(super) fn no_secrets(file: &Path) -> VerbError {
    let message = format!(
        "{} holds no secrets: it is not the file you made with this passphrase, or it was stripped of its secrets",
        file.display()
    );
    Problem::new(
        Code::Failed,
        message,
        "Nothing was changed; take another copy of the backup",
    )
    .into()
}

async fn begin(client: &Client, passphrase: Option<Secret>) -> Result<u64, VerbError> {
    Ok(match passphrase {
        None => client.ask_within(LONG_PATIENCE, rpc::BackupBegin).await?,
        Some(passphrase) => {
            let asked = rpc::BackupWithSecrets { passphrase };
            client.ask_within(LONG_PATIENCE, asked).await?
        }
    })
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
        let file = match made {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => left_behind(&path)?,
            Err(error) => return Err(cannot("write", &path, &error)),
            Ok(file) => file,
        };
        // Whoever writes it has locked it: what nobody has was left behind by a backup that was cut short.
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            return Err(VerbError::usage(
                format!("another backup is writing {}", path.display()),
                "Wait until it has ended, or name another file",
            ));
        }
        // Between opening and locking it, whoever wrote it may have given it its name.
        if !is_at(&file, &path).unwrap_or(false) {
            return Err(is_there(&path));
        }
        file.set_len(0)
            .map_err(|error| cannot("write", &path, &error))?;
        Ok(Self { path, file })
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
        if is_at(&self.file, &self.path).unwrap_or(false)
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::warn!(path = %self.path.display(), %error, "half a backup is left behind");
        }
    }
}

/// Whether this file, and no other one, has the name.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let (there, ours) = (path.symlink_metadata()?, file.metadata()?);
    Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino()))
}

/// What a backup of ours that was cut short has left behind, and nothing else: what is in it next is for our eyes alone.
fn left_behind(path: &Path) -> Result<File, VerbError> {
    let file = OpenOptions::new()
        .write(true)
        // A pipe would be waited for.
        .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
        .open(path);
    let file = match file {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            return Err(cannot("write", path, &error));
        }
        Err(_) => return Err(is_there(path)),
    };
    let is_ours = |file: &File| {
        let there = file.metadata()?;
        let is_private = there.mode() & 0o077 == 0 && there.nlink() == 1;
        io::Result::Ok(there.is_file() && is_private && there.uid() == geteuid().as_raw())
    };
    match is_ours(&file) {
        Ok(true) => Ok(file),
        Ok(false) | Err(_) => Err(is_there(path)),
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
async fn write(
    client: &Client,
    part: &PartialBackup,
    number: u64,
    session: &Session,
) -> Result<(), VerbError> {
    let broken = |error| cannot("write", &part.path, &error);
    let mut to = &part.file;
    let mut shown = ProgressOutput::of(session);
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

fn described(verified: Verified, secrets_open: Option<bool>) -> BackupJson {
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
        secrets: end.secrets,
        secrets_open,
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
    use std::os::unix::fs::PermissionsExt;

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
    fn a_half_that_nobody_writes_any_more_is_taken_over() {
        let dir = tempfile::tempdir().unwrap();
        let (file, beside) = (dir.path().join("b"), dir.path().join("b.part"));
        std::fs::write(&beside, "somebody's").unwrap();
        assert!(
            PartialBackup::make(beside.clone()).is_err(),
            "others may read it"
        );
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&beside, private).unwrap();
        let part = PartialBackup::make(beside.clone()).unwrap();
        assert!(
            PartialBackup::make(beside.clone()).is_err(),
            "it is being written"
        );
        (&part.file).write_all(b"backup").unwrap();
        part.put_in_place(&file).unwrap();
        assert_eq!(text(&file), "backup");
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
