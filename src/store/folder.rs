//! The data folder: what lies in it, who may read it, and that there is one owner.
//!
//! `db/` the database (`db.new/` and `db.old/` while it is compacted, `db.FORMAT/` the one of before an upgrade) · `head` how far it had come · `audit.log` the entries
//! as lines (`audit-N.log` those of a log that another one follows) · `reserve` space for an emergency · `lock` held by the owner.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::FlockOperation;

use super::error::StoreError;
use super::{restoring, swap};
use crate::disk;
use crate::domain::audit::log::LogNumber;

const FOLDER: u32 = 0o700;
const FILE: u32 = 0o600;

/// The lock on a folder, held for as long as this lives.
///
/// Let go by name and not by closing the file alone: an flock(2) belongs to the open file, and a process that is being started
/// at this moment has a copy of it until its exec.
#[derive(Debug)]
pub(crate) struct Owned(File);

impl Drop for Owned {
    fn drop(&mut self) {
        if let Err(errno) = rustix::fs::flock(&self.0, FlockOperation::Unlock) {
            tracing::warn!(%errno, "the folder's lock was not let go by name; closing the file lets it go");
        }
    }
}

/// The folder and the paths in it.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    pub root: PathBuf,
}

impl Folder {
    /// Makes what is missing, refuses what others can reach, and takes the lock.
    pub(crate) fn take(root: &Path) -> Result<(Self, Owned), StoreError> {
        let (folder, lock) = Self::lock(root)?;
        restoring::refuse(&folder)?;
        folder.prepare()?;
        Ok((folder, lock))
    }

    /// The folder itself, and its lock.
    pub(crate) fn lock(root: &Path) -> Result<(Self, Owned), StoreError> {
        let folder = Self {
            root: root.to_owned(),
        };
        make_folder(root)?;
        let lock = open_file(&folder.root.join("lock"))?;
        rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|errno| {
            if errno == rustix::io::Errno::WOULDBLOCK {
                return StoreError::AlreadyOwned {
                    path: root.to_owned(),
                };
            }
            StoreError::io("lock", root)(errno.into())
        })?;
        Ok((folder, Owned(lock)))
    }

    /// Makes what is missing in it, and refuses what others can reach.
    pub(crate) fn prepare(&self) -> Result<(), StoreError> {
        swap::settle(self)?;
        make_database(&self.db())?;
        for path in [self.head(), self.log(), self.reserve()] {
            if path.exists() {
                check_mode(&path, FILE)?;
            }
        }
        Ok(())
    }

    pub(crate) fn db(&self) -> PathBuf {
        self.root.join("db")
    }

    /// The file the database keeps its rows in.
    pub(crate) fn data(&self) -> PathBuf {
        self.db().join("db")
    }

    /// Where a compaction puts what lives.
    pub(crate) fn new_db(&self) -> PathBuf {
        self.root.join("db.new")
    }

    /// What a compaction has replaced.
    pub(crate) fn old_db(&self) -> PathBuf {
        self.root.join("db.old")
    }

    /// What was the database while the folder had this format.
    pub(crate) fn former(&self, format: u32) -> PathBuf {
        self.root.join(format!("db.{format}"))
    }

    pub(crate) fn head(&self) -> PathBuf {
        self.root.join("head")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.root.join("audit.log")
    }

    /// Where the lines of a log are that another one follows.
    pub(crate) fn earlier_log(&self, log: LogNumber) -> PathBuf {
        self.root.join(format!("audit-{}.log", log.get()))
    }

    pub(crate) fn reserve(&self) -> PathBuf {
        self.root.join("reserve")
    }

    /// How many bytes are free where it lies.
    pub(crate) fn free(&self) -> Result<u64, StoreError> {
        let found = rustix::fs::statvfs(&self.root)
            .map_err(|errno| StoreError::io("look at", &self.root)(errno.into()))?;
        Ok(found.f_bavail.saturating_mul(found.f_frsize))
    }

    /// Makes new files and their names durable.
    pub(crate) fn settle(&self) -> Result<(), StoreError> {
        settle_database(&self.db())?;
        sync(&self.root)
    }
}

/// Makes the folder of a database. sled makes two of its files with whatever the umask leaves; made before, they are never
/// wider than they should be.
pub(crate) fn make_database(db: &Path) -> Result<(), StoreError> {
    make_folder(db)?;
    for name in ["db", "conf"] {
        open_file(&db.join(name))?;
    }
    Ok(())
}

/// Makes a database's files and their names durable, and narrows those that sled made (its snapshots, `blobs/`).
pub(crate) fn settle_database(db: &Path) -> Result<(), StoreError> {
    for entry in std::fs::read_dir(db).map_err(StoreError::io("list", db))? {
        let entry = entry.map_err(StoreError::io("list", db))?;
        let mode = if entry.path().is_dir() { FOLDER } else { FILE };
        std::fs::set_permissions(entry.path(), Permissions::from_mode(mode))
            .map_err(StoreError::io("change the mode of", &entry.path()))?;
        // sled never syncs its `conf`.
        sync(&entry.path())?;
    }
    sync(db)
}

/// Opens a file of ours for reading and writing, making it if need be.
pub(crate) fn open_file(path: &Path) -> Result<File, StoreError> {
    let new = !path.exists();
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(FILE)
        .open(path)
        .map_err(StoreError::io("open", path))?;
    check_mode(path, FILE)?;
    if let (true, Some(parent)) = (new, path.parent()) {
        sync(parent)?;
    }
    Ok(file)
}

/// A name in a folder is durable once the folder is.
pub(crate) fn sync(path: &Path) -> Result<(), StoreError> {
    disk::sync_folder(path).map_err(StoreError::io("sync", path))
}

fn make_folder(path: &Path) -> Result<(), StoreError> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    if let Some(parent) = parent.filter(|parent| !parent.exists()) {
        make_folder(parent)?;
    }
    match DirBuilder::new().mode(FOLDER).create(path) {
        Ok(()) => parent.map_or(Ok(()), sync),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => check_mode(path, FOLDER),
        Err(error) => Err(StoreError::io("make the folder", path)(error)),
    }
}

fn check_mode(path: &Path, wanted: u32) -> Result<(), StoreError> {
    let found = std::fs::metadata(path)
        .map_err(StoreError::io("look at", path))?
        .permissions()
        .mode()
        & 0o7777;
    if found & !wanted & 0o777 == 0 {
        return Ok(());
    }
    Err(StoreError::TooWide {
        path: path.to_owned(),
        found,
        wanted,
    })
}
