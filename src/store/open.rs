//! Opening: whether what is on the disk belongs together, and bringing it up to date with the database.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Condvar, Mutex, RwLock};

use tokio::sync::watch;

use super::commit::Committer;
use super::copying::Touched;
use super::durable::{DurableProgress, Engine, Shared};
use super::engine::{Rows, sound};
use super::error::StoreError;
use super::flusher::Flusher;
use super::folder::{Folder, Owned, open_file};
use super::format::UNNAMED;
use super::head::Head;
use super::log::Log;
use super::state::StoreState;
use super::{Inner, Store, earlier_logs, keys, replaced_database, reserve, snapshot, swap};
use crate::audit::Signer;
use crate::disk;
use crate::domain::audit::log::LogNumber;

/// A store that was looked through and can be used.
pub(crate) struct OpenedStore {
    pub engine: Engine,
    pub state: StoreState,
    pub head: std::fs::File,
    pub log: Log,
}

impl Store {
    /// Opens the store in `root`, making it if there is none. `signer` signs the audit log's checkpoints.
    ///
    /// # Errors
    /// When another process has it, when others can reach its files, when a newer program wrote it, or when it is older
    /// than what it once acknowledged; each by its name in [`StoreError`].
    pub fn open(root: &Path, signer: Signer) -> Result<Self, StoreError> {
        Self::open_with(root, |_| Ok(signer))
    }

    /// The same, with the signer of the log that the folder is in.
    ///
    /// # Errors
    /// As [`Store::open`], and when there is no such signer.
    pub fn open_with<E: From<StoreError>>(
        root: &Path,
        signer: impl FnOnce(LogNumber) -> Result<Signer, E>,
    ) -> Result<Self, E> {
        let (folder, lock) = Folder::take(root)?;
        Self::open_taken(folder, lock, signer)
    }

    pub(crate) fn open_taken<E: From<StoreError>>(
        folder: Folder,
        lock: Owned,
        signer: impl FnOnce(LogNumber) -> Result<Signer, E>,
    ) -> Result<Self, E> {
        let root = &folder.root.clone();
        let mut emergency = !reserve::make(&folder)?;
        let opened = match OpenedStore::new(&folder) {
            Err(error) if error.is_full() => {
                emergency = true;
                reserve::give_up(&folder)?;
                OpenedStore::new(&folder).map_err(|error| match error.is_full() {
                    true => StoreError::no_space_to_open(root),
                    false => error,
                })?
            }
            opened => opened?,
        };
        let commit = opened.state.commit;
        let progress = DurableProgress {
            applied: commit,
            durable: commit,
            state: opened.state.clone(),
            ..DurableProgress::default()
        };
        let shared = Arc::new(Shared {
            folder,
            signer: signer(opened.state.log)?,
            log: opened.state.log,
            writer: Mutex::new(opened.state),
            engine: RwLock::new(Some(opened.engine)),
            progress: Mutex::new(progress),
            work: Condvar::new(),
            done: Condvar::new(),
            told: watch::Sender::new(()),
            outgoing: watch::Sender::new(()),
            emergency: AtomicBool::new(emergency),
            touched: Touched::default(),
            syncs: AtomicU64::new(0),
            reopened: AtomicU64::new(0),
            #[cfg(test)]
            observer: Mutex::new(None),
            #[cfg(test)]
            alone: AtomicBool::new(false),
            _lock: lock,
        });
        let start = StoreError::io("start a thread for", root);
        let flusher = match Flusher::start() {
            Ok(flusher) => flusher,
            Err(error) => return Err(start(error).into()),
        };
        let committer = Committer {
            shared: shared.clone(),
            head: opened.head,
            log: opened.log,
            flusher,
        };
        let thread = std::thread::Builder::new()
            .name("store commit".to_owned())
            .spawn(|| committer.run());
        Ok(Self {
            inner: Arc::new(Inner {
                shared,
                committer: Some(thread.map_err(start)?),
            }),
        })
    }
}

impl OpenedStore {
    /// Opens the database, compares it with `head`, and completes `audit.log` and `head` from it.
    pub(crate) fn new(folder: &Folder) -> Result<Self, StoreError> {
        replaced_database::open_or_take_back(folder, Self::of)
    }

    fn of(folder: &Folder) -> Result<Self, StoreError> {
        let rows = open_rows(folder)?;
        folder.settle()?;
        let state = sound(|| StoreState::read(&rows))?;
        let before = read_head(folder, &state)?;
        compare(before.as_ref(), &state)?;
        let clean = before.is_none_or(|head| head.clean && head.commit == state.commit);
        if !clean {
            sound(|| state.check_rows(&rows))?;
        }
        if rows.raw(keys::FORMAT)?.is_none() {
            rows.apply([(keys::FORMAT, Some(UNNAMED.to_string().into_bytes()))])?;
        }
        rows.flush()?;
        let data = open_file(&folder.data())?;
        disk::sync_data(&data).map_err(StoreError::io("sync", &folder.data()))?;
        earlier_logs::complete(folder, &rows, state.log)?;
        // Of this log; what was acknowledged of one before it is in another file.
        let safe = before.filter(|head| head.log == state.log);
        let safe = safe.map_or(0, |head| head.size);
        let log = Log::open(folder, &rows, &state, safe)?;
        let head = open_file(&folder.head())?;
        let now = Head::of(&state, clean);
        if before != Some(now) {
            now.write(&head, &folder.head(), || Ok(()))?;
        }
        let ahead = open_file(&folder.log())?;
        Ok(Self {
            engine: Engine {
                rows,
                data: Arc::new(data),
                log: ahead,
            },
            state,
            head,
            log,
        })
    }
}

/// `None` for a store that has just been made.
fn read_head(folder: &Folder, state: &StoreState) -> Result<Option<Head>, StoreError> {
    let path = folder.head();
    let length = std::fs::metadata(&path).map_or(0, |found| found.len());
    match (length, state.commit) {
        (0, 0) => Ok(None),
        (0, commit) => Err(StoreError::HeadMissing { path, commit }),
        _ => Head::read(&open_file(&path)?, &path).map(Some),
    }
}

pub(crate) fn compare(head: Option<&Head>, state: &StoreState) -> Result<(), StoreError> {
    let Some(head) = head else { return Ok(()) };
    if state.commit < head.commit {
        return Err(StoreError::OlderThanHead {
            store: state.commit,
            head: head.commit,
        });
    }
    let now = (state.log, state.tree.size());
    let same = (head.log, head.size) == now && head.root == state.tree.root();
    if (state.commit == head.commit && !same) || now < (head.log, head.size) {
        return Err(StoreError::HeadDiffers {
            commit: head.commit,
        });
    }
    Ok(())
}

/// Opens the database; where it refuses its own files, once more without its snapshots, which are a cache.
fn open_rows(folder: &Folder) -> Result<Rows, StoreError> {
    let db = folder.db();
    snapshot::remove_unfinished(&db)?;
    match open_unlocked(folder) {
        Err(error) if error.is_damage() && snapshot::remove_all(&db)? > 0 => {
            tracing::warn!(%error, "the embedded database is opened once more without its snapshots");
            open_unlocked(folder)
        }
        opened => opened,
    }
}

fn open_unlocked(folder: &Folder) -> Result<Rows, StoreError> {
    swap::when_let_go(folder, || Rows::open(&folder.db()))
}
