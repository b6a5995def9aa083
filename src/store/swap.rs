//! One database takes the place of another: `db` becomes `db.old`, `db.new` becomes `db`. Wherever that is cut, the next
//! start finds one of the two, whole.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::mpsc;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::commit::Committer;
use super::compaction_target::CompactionTarget;
use super::copying::Copying;
use super::durable::{Point, Shared, lock};
use super::engine::{Rows, sound};
use super::error::{GivenUp, StoreError};
use super::folder::{Folder, open_file, sync};
use super::head::Head;
use super::pre_upgrade_copy;
use super::state::StoreState;

/// In `db.new`: the commit, and the root, of which it is the whole. Written last.
pub(crate) const WHOLE: &str = "whole";

/// How long the database's threads may take to let go of its file after it was closed in this process.
const LET_GO: Duration = Duration::from_secs(5);

/// A copy that is complete but for what is touched until the swap.
pub(crate) struct Swap {
    pub copying: Copying,
    pub target: CompactionTarget,
    pub reply: mpsc::Sender<Result<Swapped, StoreError>>,
}

/// The other database is in use.
pub(crate) struct Swapped {
    /// The one before, to be closed where nobody waits for it.
    pub before: Rows,
    /// How long no commit could be made.
    pub held_up: Duration,
}

/// What became of an exchange that did not work.
enum Failed {
    /// The store is as it was.
    Copy(StoreError),
    /// The database is not in its place, and the next start has to bring it there.
    Store(StoreError),
}

impl Committer {
    /// The last commits become durable, what they touched is copied, and the copy takes its place: all of it under the
    /// writer's lock. When that fails, the copy's maker hears of it, and the store goes on as it was.
    pub(crate) fn swap(&mut self, swap: Swap) -> Result<(), StoreError> {
        let shared = self.shared.clone();
        let Swap {
            copying,
            target,
            reply,
        } = swap;
        let answer = |answer| {
            if reply.send(answer).is_err() {
                tracing::warn!("nobody waits for the end of a compaction");
            }
        };
        let mut state = lock(&shared.writer);
        let begun = Instant::now();
        let waiting = lock(&shared.progress).take();
        if let Err(error) = waiting.map_or(Ok(()), |waiting| self.commit(waiting)) {
            answer(Err(given_up(&error)));
            return Err(error);
        }
        match take_over(&shared, copying, target, &state) {
            Ok(CopyInPlace { before, state: now }) => {
                lock(&shared.progress).state = now.clone();
                *state = now;
                answer(Ok(Swapped {
                    before,
                    held_up: begun.elapsed(),
                }));
            }
            Err(Failed::Copy(error)) => answer(Err(error)),
            Err(Failed::Store(error)) => {
                answer(Err(given_up(&error)));
                return Err(error);
            }
        }
        Ok(())
    }
}

/// What the copy's maker hears when the store itself is in trouble.
fn given_up(error: &StoreError) -> StoreError {
    StoreError::CopyGivenUp(match error.is_full() {
        true => GivenUp::DiskFull,
        false => GivenUp::Failed,
    })
}

/// The copy is in its place.
struct CopyInPlace {
    /// The database that was there.
    before: Rows,
    /// What the copy says of itself.
    state: StoreState,
}

fn take_over(
    shared: &Arc<Shared>,
    copying: Copying,
    target: CompactionTarget,
    state: &StoreState,
) -> Result<CopyInPlace, Failed> {
    let state = completed(copying, target, state).map_err(Failed::Copy)?;
    // Readers go on with the one that is open, under whichever name it has: nothing is written, so both say the same.
    let rows = exchange(shared, &state)?;
    let data = open_file(&shared.folder.data()).map_err(Failed::Store)?;
    let mut engine = shared
        .engine
        .write()
        .unwrap_or_else(PoisonError::into_inner);
    let engine = engine
        .as_mut()
        .ok_or_else(|| Failed::Store(StoreError::closed()))?;
    engine.data = Arc::new(data);
    Ok(CopyInPlace {
        before: std::mem::replace(&mut engine.rows, rows),
        state,
    })
}

/// The copy is the whole of the commit, on the disk and closed.
pub(crate) fn completed(
    mut copying: Copying,
    mut target: CompactionTarget,
    state: &StoreState,
) -> Result<StoreState, StoreError> {
    loop {
        let rows = copying.rest()?;
        if rows.is_empty() {
            return target.close(state);
        }
        target.change(rows)?;
    }
}

fn exchange(shared: &Shared, state: &StoreState) -> Result<Rows, Failed> {
    let folder = &shared.folder;
    let (db, old) = (folder.db(), folder.old_db());
    std::fs::rename(&db, &old)
        .map_err(|error| Failed::Copy(StoreError::io("rename", &db)(error)))?;
    sync(&folder.root).map_err(Failed::Store)?;
    move_in(shared, state).or_else(|error| {
        move_back(folder).map_err(Failed::Store)?;
        Err(Failed::Copy(error))
    })
}

/// The one that was there takes its place again. The other one is not whole from here on, so that no start takes it.
pub(crate) fn move_back(folder: &Folder) -> Result<(), StoreError> {
    let (db, new, old) = (folder.db(), folder.new_db(), folder.old_db());
    for path in [&db, &new] {
        let whole = path.join(WHOLE);
        if whole.exists() {
            std::fs::remove_file(&whole).map_err(StoreError::io("remove", &whole))?;
            sync(path)?;
        }
    }
    if db.exists() {
        rename(folder, &db, &new)?;
    }
    rename(folder, &old, &db)
}

fn move_in(shared: &Shared, state: &StoreState) -> Result<Rows, StoreError> {
    let folder = &shared.folder;
    rename(folder, &folder.new_db(), &folder.db())?;
    let rows = when_let_go(folder, || Rows::open(&folder.db()))?;
    if sound(|| StoreState::read(&rows))?.sum != state.sum {
        return Err(StoreError::Damaged(
            "the compacted database does not hold what was written into it".to_owned(),
        ));
    }
    shared.reached(Point::Exchanged)?;
    Ok(rows)
}

/// At start, under the folder's lock and before anything else: brings the database to its place, and removes a copy that
/// did not come to be used.
pub(crate) fn settle(folder: &Folder) -> Result<(), StoreError> {
    let (db, new, old) = (folder.db(), folder.new_db(), folder.old_db());
    if !db.exists() {
        let from = match (is_whole(folder)?, old.exists()) {
            (true, _) => Some(&new),
            (false, true) => Some(&old),
            (false, false) if new.exists() => {
                return Err(StoreError::Damaged(
                    "db is missing, and db.new is not whole".to_owned(),
                ));
            }
            // Made new, the folder would give up the slots of every secret that the copy still names.
            (false, false) if pre_upgrade_copy::is_kept(folder)? => {
                return Err(StoreError::Damaged(
                    "db is missing, and a store of before an upgrade is kept beside it. Move what belongs there to db: the \
                     README says how under \"Going back\""
                        .to_owned(),
                ));
            }
            (false, false) => None,
        };
        if let Some(from) = from {
            tracing::warn!(from = %from.display(), "a compaction was cut short; the database is brought to its place");
            rename(folder, from, &db)?;
        }
    }
    // What was replaced is removed once the one in its place was opened.
    if db.exists() {
        remove(folder, &new)?;
    }
    Ok(())
}

/// Whether `db.new` is the whole of a commit that is not behind the head.
fn is_whole(folder: &Folder) -> Result<bool, StoreError> {
    let Some(whole) = head_in(&folder.new_db().join(WHOLE))? else {
        return Ok(false);
    };
    let Some(head) = head_in(&folder.head())? else {
        return Ok(true);
    };
    let is_same = (whole.size, whole.root) == (head.size, head.root);
    Ok(whole.commit > head.commit || whole.commit == head.commit && is_same)
}

/// None when there is no such file, or nothing that can be believed in it.
fn head_in(path: &Path) -> Result<Option<Head>, StoreError> {
    if !path.exists() {
        return Ok(None);
    }
    match Head::read(&open_file(path)?, path) {
        Ok(head) => Ok(Some(head)),
        Err(StoreError::HeadDamaged { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Removes a folder of a database, if it is there, and makes that durable.
pub(crate) fn remove(folder: &Folder, path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_dir_all(path) {
        Ok(()) => sync(&folder.root),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(StoreError::io("remove", path)(error)),
    }
}

/// Gives a folder of a database another name, and makes that durable.
pub(crate) fn rename(folder: &Folder, from: &Path, to: &Path) -> Result<(), StoreError> {
    std::fs::rename(from, to).map_err(StoreError::io("rename", from))?;
    sync(&folder.root)
}

/// We hold the folder's lock, so if the database's own lock is taken, it is by our own threads, which are about to end. sled
/// 0.34 lets its lock go when its last thread does, and tells nobody of it, so the lock is tried again until then.
pub(crate) fn when_let_go(
    folder: &Folder,
    open: impl Fn() -> Result<Rows, StoreError>,
) -> Result<Rows, StoreError> {
    let until = Instant::now() + LET_GO;
    loop {
        match open() {
            Err(error) if error.is_locked() => {
                if Instant::now() > until {
                    return Err(StoreError::AlreadyOwned {
                        path: folder.root.clone(),
                    });
                }
                std::thread::sleep(Duration::from_millis(5));
            }
            opened => return opened,
        }
    }
}
