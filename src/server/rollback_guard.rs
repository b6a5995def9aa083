//! The checkpoint of the data folder that is kept in the configuration folder, `seen/FOLDER_ID`: a copy of the data folder
//! that is put back does not contain it, and is not used.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::caller::server_entry;
use super::clock_and_ids;
use super::folder_adoption::{self, AdoptedBy, FolderAdoption};
use super::log_keys;
use super::options::{Options, StartError};
use super::upgrade;
use crate::audit::Tree;
use crate::disk;
use crate::domain::audit::log::{LogNumber, LogState, NewLogCause};
use crate::domain::audit::server::MoveAccepted;
use crate::domain::audit::{AuditOutcome, Event, NewEntry};
use crate::domain::id::FolderId;
use crate::domain::rollback::{FoundFolder, LastCheckpoint, RollbackDoubt, judge};
use crate::store::facts::Copy;
use crate::store::{Store, StoreError};

/// While there is writing, the checkpoint is at most so old.
const INTERVAL: Duration = Duration::from_secs(60);
/// Identifies the system, and stays the same over restarts (machine-id(5)).
const MACHINE: &str = "/etc/machine-id";

/// Where the checkpoint of this folder is kept.
#[derive(Debug)]
pub(crate) struct CheckpointFile {
    path: PathBuf,
    folder: FolderId,
    machine: Option<String>,
    /// The size that is in the file.
    size: AtomicU64,
    /// A run ended: what follows is not waited for.
    run_ended: Notify,
}

/// Whether this folder may be used, by what was last seen of it. Nothing of it has been handed out before.
pub(super) async fn admit(
    store: Store,
    options: &Options,
) -> Result<(Store, CheckpointFile), StartError> {
    let machine = options.moving.by_machine.then(machine).flatten();
    let Some(folder) = store.folder()? else {
        let seen = name(&store, options, machine).await?;
        return Ok((store, seen));
    };
    let file = CheckpointFile::of(&options.key_dir, folder, machine);
    let seen = file.read()?;
    let key = log_keys::missing(&options.key_dir, store.log());
    let found = FoundFolder {
        origin: log_keys::name(store.log()),
        missing_key: key.map(|path| path.display().to_string()),
        gave_up: gave_up(&store)?,
        size: store.tree().size(),
        root_then: match &seen {
            Some(seen) => store.root_at(seen.size)?.map(|root| root.to_string()),
            None => None,
        },
        machine: file.machine.clone(),
    };
    match judge(seen.as_ref(), &found) {
        Ok(()) => {}
        Err(doubt) if !doubt.is_a_move() && options.moving.older_is_accepted => {
            let accepted = Accepted {
                folder: &file.folder,
                seen: seen.as_ref(),
                doubt,
            };
            let store = take_on(store, options, accepted).await?;
            file.write(&store.durable_tree().await?, &log_keys::name(store.log()))?;
            return Ok((store, file));
        }
        Err(doubt) if doubt.is_a_move() && options.moving.is_accepted => {
            let entry = accepted(&file.folder, &doubt);
            store.note(AdoptedBy::of(&store)?.entry(entry)).await?;
        }
        Err(doubt) => {
            return Err(StartError::Doubtful {
                path: options.data_dir.clone(),
                doubt,
            });
        }
    }
    match seen {
        Some(seen) if seen.machine == file.machine && seen.origin == found.origin => {
            file.size.store(seen.size, Ordering::Release);
        }
        // With the machine that it is on now, with the log that it is in now, or for the first time.
        Some(_) | None => file.write(&store.durable_tree().await?, &found.origin)?,
    }
    if store.older_format()?.is_some() {
        upgrade::to_present(&store, &file.folder).await?;
    }
    Ok((store, file))
}

/// A new log begins. Everything else that follows of it is done before anybody is answered.
async fn take_on(
    store: Store,
    options: &Options,
    accepted: Accepted<'_>,
) -> Result<Store, StartError> {
    let Accepted {
        folder,
        seen,
        doubt,
    } = accepted;
    let why = doubt.to_string();
    let cause = match doubt {
        RollbackDoubt::NoLogKey { .. } => NewLogCause::KeyLost { why },
        RollbackDoubt::Older { .. }
        | RollbackDoubt::Differs { .. }
        | RollbackDoubt::OtherLog { .. }
        | RollbackDoubt::OtherMachine
        | RollbackDoubt::Unknown => NewLogCause::OlderAccepted { why },
    };
    let what = FolderAdoption {
        cause,
        lost: seen.and_then(LastCheckpoint::state),
        folder: folder.clone(),
        copy: Copy::Folder,
    };
    // Beginning the log upgrades the folder, too.
    upgrade::keep_former(&store).await?;
    folder_adoption::begin_adoption(store, &options.key_dir, what).await?;
    let signer = |log| log_keys::signer(&options.key_dir, log);
    Store::open_with(&options.data_dir, signer)
}

/// An older folder that an Owner accepts.
struct Accepted<'a> {
    folder: &'a FolderId,
    seen: Option<&'a LastCheckpoint>,
    doubt: RollbackDoubt,
}

/// Gives an id to a new folder, or to one of a format before ids. The checkpoint is written first, so that a crash in
/// between leaves no folder with entries and without a checkpoint.
async fn name(
    store: &Store,
    options: &Options,
    machine: Option<String>,
) -> Result<CheckpointFile, StartError> {
    let file = CheckpointFile::of(&options.key_dir, clock_and_ids::folder(), machine);
    let tree = store.durable_tree().await?;
    file.write(&tree, &log_keys::name(store.log()))?;
    upgrade::to_present(store, &file.folder).await?;
    Ok(file)
}

/// Rewrites the checkpoint once a minute while there is writing, and after each run, until the server stops.
pub(super) async fn keep(seen: &CheckpointFile, store: &Store, stop: &CancellationToken) {
    let mut commits = store.durable_commits();
    commits.mark_changed();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            changed = commits.changed() => if changed.is_err() { return },
        }
        if store.tree().size() == seen.size.load(Ordering::Acquire) {
            continue;
        }
        seen.follow(store).await;
        tokio::select! {
            () = stop.cancelled() => return,
            () = seen.run_ended.notified() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

impl CheckpointFile {
    pub(super) fn of(key_dir: &Path, folder: FolderId, machine: Option<String>) -> Self {
        Self {
            path: key_dir.join("seen").join(folder.as_str()),
            folder,
            machine,
            size: AtomicU64::new(0),
            run_ended: Notify::new(),
        }
    }

    /// Says that a run ended.
    pub(crate) fn after_run(&self) {
        self.run_ended.notify_one();
    }

    /// Writes how far the log has surely come. A disk that is full, or a folder that is not ours any more, stops nobody: the
    /// checkpoint that is there stays true.
    pub(super) async fn follow(&self, store: &Store) {
        let tree = match store.durable_tree().await {
            Ok(tree) if tree.size() != self.size.load(Ordering::Acquire) => tree,
            Ok(_) => return,
            Err(error) => {
                tracing::warn!(%error, "the checkpoint in the configuration folder stays as it is");
                return;
            }
        };
        if let Err(error) = self.write(&tree, &log_keys::name(store.log())) {
            tracing::warn!(%error, "an older copy of the data folder may not be noticed");
        }
    }

    fn read(&self) -> Result<Option<LastCheckpoint>, StartError> {
        match std::fs::read(&self.path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|source| self.io("understand")(source.into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.io("read")(error)),
        }
    }

    /// The file is whole, old or new, whenever the power goes.
    pub(super) fn write(&self, tree: &Tree, origin: &str) -> Result<(), StartError> {
        let seen = LastCheckpoint {
            folder: self.folder.clone(),
            origin: origin.to_owned(),
            size: tree.size(),
            root: tree.root().to_string(),
            machine: self.machine.clone(),
        };
        let text = serde_json::to_vec(&seen).map_err(|source| self.io("write")(source.into()))?;
        self.replace(&text).map_err(self.io("write"))?;
        self.size.store(seen.size, Ordering::Release);
        Ok(())
    }

    fn replace(&self, text: &[u8]) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        if !folder.exists() {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)?;
            disk::sync_folder(folder.parent().unwrap_or(Path::new(".")))?;
        }
        disk::replace(&self.path, text)
    }

    fn io(&self, doing: &'static str) -> impl FnOnce(io::Error) -> StartError + use<> {
        let path = self.path.clone();
        move |source| StartError::Io {
            doing,
            path,
            source,
        }
    }
}

/// The machine, hashed: machine-id(5) wants the id itself kept where it is.
pub(super) fn machine() -> Option<String> {
    let id = std::fs::read_to_string(MACHINE).ok()?;
    let id = id.trim();
    (!id.is_empty()).then(|| {
        let hash = Sha256::new()
            .chain_update("tagout machine\n")
            .chain_update(id);
        hex::encode(hash.finalize())
    })
}

fn accepted(folder: &FolderId, doubt: &RollbackDoubt) -> NewEntry {
    let accepted = Event::MoveAccepted(MoveAccepted {
        why: doubt.to_string(),
    });
    server_entry(accepted, folder, AuditOutcome::Done)
}

/// What the log was begun without, if it follows another one.
fn gave_up(store: &Store) -> Result<Option<LogState>, StoreError> {
    if store.log() == LogNumber::FIRST {
        return Ok(None);
    }
    let first = store.entry(0)?.map(|entry| entry.event());
    Ok(match first {
        Some(Event::LogBegun(begun)) => begun.lost,
        Some(_) | None => None,
    })
}

/// How far the log of a folder had come when it was last seen.
pub(super) fn last_seen(key_dir: &Path, folder: &FolderId) -> Result<Option<LogState>, StartError> {
    let file = CheckpointFile::of(key_dir, folder.clone(), None);
    Ok(file.read()?.and_then(|seen| seen.state()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::cut::after_each_sync;

    #[test]
    fn a_power_cut_leaves_the_checkpoint_of_before_or_the_new_one() {
        let keys = tempfile::tempdir().unwrap();
        let file = CheckpointFile::of(keys.path(), clock_and_ids::folder(), None);
        let at = |disk: &Path| {
            CheckpointFile::of(disk, file.folder.clone(), None)
                .read()
                .unwrap()
        };
        let mut tree = Tree::default();
        let (_, disks) = after_each_sync(keys.path(), || file.write(&tree, "log").unwrap());
        assert_eq!(at(disks.last().unwrap().path()).unwrap().size, 0);
        tree.append(crate::audit::Hash([7; 32]));
        let (_, disks) = after_each_sync(keys.path(), || file.write(&tree, "log").unwrap());
        for disk in &disks {
            assert!(at(disk.path()).is_some());
        }
        assert_eq!(at(disks.last().unwrap().path()).unwrap().size, 1);
    }
}
