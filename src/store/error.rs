//! What can go wrong with the store, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use crate::audit::LeafError;

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the folder.
    #[error("{path} is already owned by another process; stop that server, or use it")]
    AlreadyOwned { path: PathBuf },
    /// Others could read or write what is in the folder.
    #[error("{path} has mode {found:04o}, wider than {wanted:04o}; run: chmod {wanted:o} {path}", path = .path.display())]
    TooWide {
        path: PathBuf,
        /// Its permission bits.
        found: u32,
        /// The widest that is accepted.
        wanted: u32,
    },
    /// A folder that is to be filled holds something.
    #[error("{} is not empty: it holds {found}; name another folder with --data-dir, or move away what is in it", path.display())]
    NotEmpty {
        path: PathBuf,
        /// The first of what is there.
        found: String,
    },
    /// A restore did not come to its end here.
    #[error("a restore into {} was cut short, and nothing of it is used; run it again: tagout restore FILE", path.display())]
    RestoreCutShort { path: PathBuf },
    /// A newer program wrote this folder.
    #[error(
        "the data folder has format {found}, and this program knows up to {known}: a newer program has upgraded it. Use the \
             newer program; its README says under \"Going back\" how this one goes on with the store of before"
    )]
    NewerFormat {
        /// The folder's format.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// The rows are older than what was acknowledged.
    #[error(
        "the store is older than its head: {store} < {head}; acknowledged changes are missing. Restore the data folder \
             from a backup, all of its files together"
    )]
    OlderThanHead {
        /// The last commit the rows know.
        store: u64,
        /// The last commit that was acknowledged.
        head: u64,
    },
    /// The rows end in another audit log than what was acknowledged.
    #[error(
        "the store's audit log differs from its head at commit {commit}: the files of the data folder do not belong \
             together. Restore the data folder from a backup, all of its files together"
    )]
    HeadDiffers {
        /// The commit both speak of.
        commit: u64,
    },
    /// `head` is not there, though there are commits.
    #[error(
        "{path} is missing although the store has {commit} commits; restore the data folder from a backup"
    )]
    HeadMissing {
        path: PathBuf,
        /// The store's last commit.
        commit: u64,
    },
    /// `head` is not what was written.
    #[error("{path} is damaged ({why}); restore the data folder from a backup")]
    HeadDamaged {
        path: PathBuf,
        /// What does not fit.
        why: &'static str,
    },
    /// `audit.log` says something else than the store.
    #[error(
        "audit.log differs from the store at entry {seq}: {why}. Keep the file as evidence, move it away, and start \
             again: it is written anew from the store"
    )]
    LogDiffers {
        /// The first entry that differs.
        seq: u64,
        why: &'static str,
    },
    /// Rows are missing or changed.
    #[error("the store is damaged: {0}; restore the data folder from a backup")]
    Damaged(String),
    /// Somebody else changed it first.
    #[error("{what} has changed meanwhile: it is at version {found}, not {expected}")]
    Conflict {
        /// Which thing.
        what: String,
        /// The version the caller had seen.
        expected: u64,
        /// The version it has.
        found: u64,
    },
    /// There is no such thing.
    #[error("there is no {what} {id}")]
    NotFound {
        /// The kind of thing.
        what: &'static str,
        id: String,
    },
    /// The change is not allowed as things stand.
    #[error("{0}")]
    Refused(String),
    /// There is no space left.
    #[error("the disk is full: {hint}")]
    DiskFull {
        /// What still works and what to do.
        hint: String,
    },
    /// A copy of the store needs more space than there is.
    #[error(
        "a copy of the store needs {} MiB on the file system of {}, and {} MiB are free; free some, then try again",
        .needed.div_ceil(1 << 20), .path.display(), .free >> 20
    )]
    NoRoomToCopy {
        path: PathBuf,
        /// Bytes, with what stays free for others.
        needed: u64,
        /// Bytes.
        free: u64,
    },
    /// What the store was before an upgrade cannot be kept.
    #[error(
        "this program brings the data folder from format {from} to {to} and keeps the store of before beside it, which needs \
             {} MiB on the file system of {}, and {} MiB are free; free some, or go on with the older program",
        .needed.div_ceil(1 << 20), .path.display(), .free >> 20
    )]
    NoRoomToUpgrade {
        path: PathBuf,
        /// Its format.
        from: u32,
        /// The present one.
        to: u32,
        /// Bytes.
        needed: u64,
        /// Bytes.
        free: u64,
    },
    /// The store is being copied already.
    #[error(
        "the store is being copied already, by a compaction or a backup; try again when that has ended"
    )]
    CopyUnderWay,
    /// The copy was ended before it was whole.
    #[error("the copy of the store was given up because {0}")]
    CopyGivenUp(GivenUp),
    /// The disk failed, and nothing is accepted any more.
    #[error("the store has stopped: {0}; check the disk, then start the server again")]
    Stopped(String),
    /// A file could not be read or written.
    #[error("cannot {doing} {path}: {source}", path = .path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The embedded database failed.
    #[error("the embedded database failed to {doing}: {source}")]
    Engine {
        /// What was tried.
        doing: &'static str,
        /// What it said.
        source: sled::Error,
    },
    /// A row is not what its kind says.
    #[error("the row {key} cannot be read or written as its kind: {source}")]
    Row {
        /// The whole key.
        key: String,
        source: serde_json::Error,
    },
    /// An audit entry cannot be hashed.
    #[error(transparent)]
    Leaf(#[from] LeafError),
}

/// Why a copy of the store was ended before it was whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GivenUp {
    /// Its space is needed for disconnects.
    #[error("the disk is full; free space, then try again")]
    DiskFull,
    /// The server stops.
    #[error("the server is stopping; try again when it has started")]
    Stopping,
    /// The store has failed.
    #[error(
        "the store has stopped; the server's log says why. Check the disk, then start the server again"
    )]
    Failed,
}

impl StoreError {
    /// For `map_err` on file operations.
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            doing,
            path: path.to_owned(),
            source,
        }
    }

    /// For `map_err` on the database's operations.
    pub(crate) fn engine(doing: &'static str) -> impl FnOnce(sled::Error) -> Self {
        move |source| Self::Engine { doing, source }
    }

    /// The database is being reopened, or has failed.
    pub(crate) fn closed() -> Self {
        Self::Stopped("the database is closed".to_owned())
    }

    pub(crate) fn disk_full() -> Self {
        Self::DiskFull {
            hint: "only disconnects and reads are accepted until there is space again; free at least 32 MiB on the file \
                   system of the data folder"
                .to_owned(),
        }
    }

    /// There is not even enough space to open the store.
    pub(crate) fn no_space_to_open(root: &Path) -> Self {
        Self::DiskFull {
            hint: format!(
                "the store cannot be opened; free at least 32 MiB on the file system of {}, then start again",
                root.display()
            ),
        }
    }

    /// Whether the reason is a lack of space. The database repeats its first error without the errno, but with the kind.
    pub(crate) fn is_full(&self) -> bool {
        let kind = match self {
            Self::DiskFull { .. } => return true,
            Self::Io { source, .. }
            | Self::Engine {
                source: sled::Error::Io(source),
                ..
            } => source.kind(),
            _ => return false,
        };
        matches!(
            kind,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
        )
    }

    /// Whether the database refused what it found in its own files.
    pub(crate) fn is_damage(&self) -> bool {
        let source = match self {
            Self::Damaged(_) => return true,
            Self::Engine { source, .. } => source,
            _ => return false,
        };
        matches!(
            source,
            sled::Error::Corruption { .. } | sled::Error::ReportableBug(_)
        )
    }

    /// Whether the database found its file locked; it says so in words only.
    pub(crate) fn is_locked(&self) -> bool {
        matches!(self, Self::Engine { source: sled::Error::Io(source), .. } if source.to_string().contains("acquire lock"))
    }
}
