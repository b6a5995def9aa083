//! Small files that only their owner may read: checked before they are read, whole or absent after a crash.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::disk;

/// No key file is longer; a longer one is something else.
const LONGEST: usize = 4096;

/// Why a key could not be read, made or derived.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The operating system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// Other users can reach the file or its folder.
    #[error(
        "{} has mode {mode:04o}, wider than {allowed:04o}: the key may have been read by others; \
         if it was not, run `chmod {allowed:o}` on it", path.display()
    )]
    Exposed {
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// The widest they may be.
        allowed: u32,
    },
    /// The file or its folder belongs to somebody else, who could replace it.
    #[error("{} belongs to uid {owner}, not to the user this runs as", path.display())]
    NotOurs {
        path: PathBuf,
        /// Whose it is.
        owner: u32,
    },
    /// The first line is not the one such a file begins with.
    #[error("{} is not a file of this kind: it does not begin with {title:?}", path.display())]
    OtherKind {
        path: PathBuf,
        /// What the first line should be.
        title: &'static str,
    },
    /// Truncated or altered: the checksum does not fit.
    #[error("{} is damaged ({title}): restore it from a copy", path.display())]
    Damaged {
        path: PathBuf,
        /// What its first line says it is.
        title: &'static str,
    },
    /// The passphrase is not the one the salt file was made with.
    #[error("wrong passphrase (it does not fit {})", path.display())]
    WrongPassphrase {
        /// The salt file.
        path: PathBuf,
    },
    /// An empty passphrase protects nothing.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// Argon2 refused its parameters or had no memory.
    #[error("cannot derive a key from the passphrase: {0}")]
    Derive(argon2::Error),
    /// The configured command printed something that is no key.
    #[error(
        "the master key command has to print 64 hex digits or the base64 of 32 bytes, and nothing else \
         (it printed {0} bytes)"
    )]
    NotAKey(usize),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    Random(getrandom::Error),
}

impl From<getrandom::Error> for KeyError {
    fn from(error: getrandom::Error) -> Self {
        Self::Random(error)
    }
}

/// Everything in the file, or None when there is none.
pub(super) fn read(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error("open", path)(error)),
    };
    check(
        path,
        &file.metadata().map_err(io_error("look at", path))?,
        0o600,
    )?;
    let folder = folder_of(path);
    check(
        folder,
        &fs::metadata(folder).map_err(io_error("look at", folder))?,
        // Whoever may write in it could put another key in its place.
        0o700,
    )?;
    // The buffer never grows, so no copy of a key stays behind in freed memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
    file.take(LONGEST as u64)
        .read_to_end(&mut bytes)
        .map_err(io_error("read", path))?;
    Ok(Some(bytes))
}

/// Writes a file that does not exist yet; false when somebody else was first, and then nothing was changed.
pub(super) fn create(path: &Path, bytes: &[u8]) -> Result<bool, KeyError> {
    let folder = folder_of(path);
    create_folder(folder)?;
    let draft = draft_beside(path)?;
    let written = write_draft(&draft, bytes).and_then(|()| match fs::hard_link(&draft, path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    });
    let removed = fs::remove_file(&draft);
    let created = written.map_err(io_error("create", path))?;
    removed.map_err(io_error("remove", &draft))?;
    sync_folder(folder)?;
    Ok(created)
}

fn write_draft(draft: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(draft)?;
    file.write_all(bytes)?;
    disk::sync_all(&file)
}

fn draft_beside(path: &Path) -> Result<PathBuf, KeyError> {
    let mut random = [0; 8];
    getrandom::fill(&mut random)?;
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}", hex::encode(random)));
    Ok(path.with_file_name(name))
}

fn create_folder(folder: &Path) -> Result<(), KeyError> {
    if folder.exists() {
        return Ok(());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(io_error("create", folder))?;
    sync_folder(folder_of(folder))
}

fn sync_folder(folder: &Path) -> Result<(), KeyError> {
    disk::sync_folder(folder).map_err(io_error("sync", folder))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn check(path: &Path, found: &fs::Metadata, allowed: u32) -> Result<(), KeyError> {
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(KeyError::NotOurs {
            path: path.to_owned(),
            owner: found.uid(),
        });
    }
    let mode = found.mode() & 0o7777;
    if mode & !allowed != 0 {
        return Err(KeyError::Exposed {
            path: path.to_owned(),
            mode,
            allowed,
        });
    }
    Ok(())
}

fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> KeyError {
    move |source| KeyError::Io {
        action,
        path: path.to_owned(),
        source,
    }
}
