//! A folder that is being filled from a backup. Until that has ended it holds a marker, and is not opened as a store: one that
//! was cut short is begun anew.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::engine::{Pair, Rows, sound};
use super::error::StoreError;
use super::flusher::Flusher;
use super::folder::{Folder, Owned, make_database, open_file, settle_database, sync};
use super::head::Head;
use super::state::StoreState;
use super::{LiveSize, Store};
use crate::audit::Signer;
use crate::disk;
use crate::domain::audit::log::LogNumber;

const MARKER: &str = "restoring";
const LOCK: &str = "lock";
/// The file that holds the keys of sealed secrets.
const SLOTS: &str = "slots";
/// What it is called until it is known to be this restore's own.
const OWN_SLOTS: &str = "slots.restored";
/// Its header, of which most is random: it tells one from another.
const SLOTS_HEADER: u64 = 512;

/// Overwrites the keys in a slot file before it is removed.
pub type OverwriteSlots = fn(&Path) -> io::Result<()>;

/// An empty folder that is ours to fill.
pub struct Restoring {
    folder: Folder,
    lock: Owned,
}

/// The database of such a folder.
pub(crate) struct Filling {
    folder: Folder,
    rows: Rows,
    flusher: Flusher,
    live: LiveSize,
}

/// Refuses a folder that was not filled to the end.
pub(crate) fn refuse(folder: &Folder) -> Result<(), StoreError> {
    match marker(&folder.root).exists() {
        true => Err(StoreError::RestoreCutShort {
            path: folder.root.clone(),
        }),
        false => Ok(()),
    }
}

fn marker(root: &Path) -> PathBuf {
    root.join(MARKER)
}

impl Restoring {
    /// Takes a folder that is empty, missing, or left behind by a restore that was cut short, which is emptied.
    ///
    /// # Errors
    /// When there is anything in it, and when somebody else has it.
    pub fn begin(root: &Path, overwrite: OverwriteSlots) -> Result<Self, StoreError> {
        let (folder, lock) = Folder::lock(root)?;
        if marker(root).exists() {
            // Other slots than its own: somebody has put another folder over its half.
            if root.join(SLOTS).exists() && !are_own_slots(root)? {
                return Err(StoreError::NotEmpty {
                    path: root.to_owned(),
                    found: SLOTS.to_owned(),
                });
            }
            clear(root, overwrite)?;
        } else if let Some(found) = others(root)?.first() {
            return Err(StoreError::NotEmpty {
                path: root.to_owned(),
                found: found.clone(),
            });
        }
        // What is there from here on is known to be ours.
        open_file(&marker(root))?;
        Ok(Self { folder, lock })
    }

    /// A database to fill.
    pub(crate) fn fill(&self) -> Result<Filling, StoreError> {
        let folder = self.folder.clone();
        make_database(&folder.db())?;
        Ok(Filling {
            rows: Rows::open_to_fill(&folder.db())?,
            flusher: Flusher::start()
                .map_err(StoreError::io("start a thread for", &folder.root))?,
            folder,
            live: LiveSize::default(),
        })
    }

    /// Opens what was filled, to be changed before it is anybody's.
    ///
    /// # Errors
    /// As [`Store::open_with`], and when its rows do not add up.
    pub fn open<E: From<StoreError>>(
        self,
        signer: impl FnOnce(LogNumber) -> Result<Signer, E>,
    ) -> Result<Store, E> {
        self.folder.prepare()?;
        Store::open_taken(self.folder, self.lock, signer)
    }

    /// Takes the folder again, after its store was closed.
    ///
    /// # Errors
    /// When somebody else has it, or it is not being restored.
    pub fn again(root: &Path) -> Result<Self, StoreError> {
        let (folder, lock) = Folder::lock(root)?;
        match marker(root).exists() {
            true => Ok(Self { folder, lock }),
            false => Err(StoreError::NotEmpty {
                path: root.to_owned(),
                found: "a store".to_owned(),
            }),
        }
    }

    /// Where the keys of secrets go that come out of the backup.
    #[must_use]
    pub fn own_slots(&self) -> PathBuf {
        self.folder.root.join(OWN_SLOTS)
    }

    /// Gives these keys, if there are any, the name under which a server looks for them. Which file that is stands in the
    /// marker first, so that a restore that is cut short after this is known by its slots, too.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn take_slots(&self) -> Result<(), StoreError> {
        let (root, own) = (&self.folder.root, self.own_slots());
        if !own.exists() {
            return Ok(());
        }
        let marker = marker(root);
        disk::replace(&marker, slots_name(&own)?.as_bytes())
            .map_err(StoreError::io("write", &marker))?;
        fs::rename(&own, root.join(SLOTS)).map_err(StoreError::io("rename", &own))?;
        sync(root)
    }

    /// From here on it is a data folder like any other. Its store is closed.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn finish(self) -> Result<(), StoreError> {
        remove(&marker(&self.folder.root))?;
        sync(&self.folder.root)
    }

    /// Leaves it as empty as it was.
    ///
    /// # Errors
    /// When the disk refuses; it is then still known as one that is not whole.
    pub fn give_up(self, overwrite: OverwriteSlots) -> Result<(), StoreError> {
        clear(&self.folder.root, overwrite)?;
        self.finish()
    }
}

impl Filling {
    /// Writes rows that are not there yet.
    pub(crate) fn write(&mut self, rows: Vec<Pair>) -> Result<(), StoreError> {
        for (key, value) in &rows {
            self.live.add(key, value);
        }
        let rows = rows.into_iter().map(|(key, value)| (key, Some(value)));
        sound(|| self.rows.apply(rows))?;
        self.flusher.flush(self.rows.clone())
    }

    /// What was written so far.
    pub(crate) fn live(&self) -> LiveSize {
        self.live
    }

    /// Closes it, with everything in it on the disk and a head that fits.
    pub(crate) fn close(self) -> Result<(), StoreError> {
        let head = Head::of(&sound(|| StoreState::read(&self.rows))?, false);
        self.flusher.flush(self.rows)?;
        settle_database(&self.folder.db())?;
        let path = self.folder.head();
        head.write(&open_file(&path)?, &path, || Ok(()))
    }
}

/// Whether a restore that was cut short had made these slots.
fn are_own_slots(root: &Path) -> Result<bool, StoreError> {
    let marker = marker(root);
    let noted = fs::read_to_string(&marker).map_err(StoreError::io("read", &marker))?;
    Ok(noted == slots_name(&root.join(SLOTS))?)
}

/// What tells a slot file from every other.
fn slots_name(path: &Path) -> Result<String, StoreError> {
    let mut header = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(SLOTS_HEADER).read_to_end(&mut header))
        .map_err(StoreError::io("read", path))?;
    Ok(hex::encode(Sha256::digest(&header)))
}

/// Everything but the lock and the marker.
fn others(root: &Path) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).map_err(StoreError::io("list", root))? {
        let name = entry.map_err(StoreError::io("list", root))?.file_name();
        if name != LOCK && name != MARKER {
            found.push(name.to_string_lossy().into_owned());
        }
    }
    Ok(found)
}

fn clear(root: &Path, overwrite: OverwriteSlots) -> Result<(), StoreError> {
    for entry in fs::read_dir(root).map_err(StoreError::io("list", root))? {
        let entry = entry.map_err(StoreError::io("list", root))?;
        let (name, path) = (entry.file_name(), entry.path());
        if name == SLOTS || name == OWN_SLOTS {
            overwrite(&path).map_err(StoreError::io("overwrite", &path))?;
        }
        if name != LOCK && name != MARKER {
            remove(&path)?;
        }
    }
    sync(root)
}

fn remove(path: &Path) -> Result<(), StoreError> {
    let removed = match path.is_dir() {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    };
    removed.map_err(StoreError::io("remove", path))
}
