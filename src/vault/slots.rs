//! The slot file: where the wrapped keys lie, and where they are overwritten.
//!
//! Destroying a secret is overwriting its 512 bytes here. Everything about the file serves that: it is written in place,
//! never replaced, never shortened, and its blocks exist before they are needed, so that a full disk stops no disconnect.
//!
//! ```text
//! offset 0, 512 bytes: the header
//!     0  magic "TAGOUTS1"
//!     8  nonce, 24 bytes
//!    32  tag, 16 bytes: XChaCha20-Poly1305 under the master key, empty plaintext, AAD = magic
//!    48  random
//! offset 512 × (n + 1), 512 bytes: slot n
//!     0  magic "TAGOUTK1"
//!     8  slot id, 16 random bytes
//!    24  nonce, 24 bytes
//!    48  the secret's key, 32 bytes, encrypted under the master key, AAD = slot id ‖ owner ‖ purpose (see cipher.rs)
//!    80  tag, 16 bytes
//!    96  random
//! ```
//! A free slot and a destroyed one are 512 random bytes. 512 is the least that any disk writes as one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::cipher::{self, SlotId, Wrapped};
use super::error::VaultError;
use crate::disk;

/// Slots a new file has: half a megabyte, 1,024 secrets.
pub(super) const FIRST_SLOTS: u32 = 1024;

const SIZE: usize = 512;
const SIZE_ON_DISK: u64 = SIZE as u64;
const FILE_MAGIC: &[u8; 8] = b"TAGOUTS1";
const SLOT_MAGIC: &[u8; 8] = b"TAGOUTK1";

/// The open slot file, locked against every other process.
pub(super) struct SlotFile {
    file: File,
    path: PathBuf,
    count: u32,
}

impl SlotFile {
    /// Opens the file, or makes it with `first` slots.
    pub(super) fn open_or_create(
        path: &Path,
        master: &[u8; 32],
        first: u32,
    ) -> Result<Self, VaultError> {
        if !path
            .try_exists()
            .map_err(VaultError::io("look for", path))?
        {
            create(path, master, first)?;
        }
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .map_err(VaultError::io("open", path))?;
        flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|_| VaultError::Busy {
            path: path.to_owned(),
        })?;
        let found = file.metadata().map_err(VaultError::io("look at", path))?;
        if found.mode() & 0o077 != 0 {
            return Err(VaultError::Exposed {
                path: path.to_owned(),
                mode: found.mode() & 0o7777,
            });
        }
        // What a growth that was cut short left at the end is no slot yet.
        let blocks = u32::try_from(found.len() / SIZE_ON_DISK).unwrap_or(u32::MAX);
        let slots = Self {
            file,
            path: path.to_owned(),
            count: blocks.saturating_sub(1),
        };
        slots.check_header(master)?;
        Ok(slots)
    }

    /// How many slots there are.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// The id the slot carries and the key in it; None when it carries none, or does not exist.
    pub(super) fn read(&self, slot: u32) -> Result<Option<(SlotId, Wrapped)>, VaultError> {
        if slot >= self.count {
            return Ok(None);
        }
        let mut bytes = [0; SIZE];
        self.file
            .read_exact_at(&mut bytes, offset(slot))
            .map_err(VaultError::io("read", &self.path))?;
        let Some((magic, rest)) = bytes.split_first_chunk() else {
            return Ok(None);
        };
        let Some((id, rest)) = rest.split_first_chunk() else {
            return Ok(None);
        };
        Ok(rest
            .first_chunk()
            .filter(|_| magic == SLOT_MAGIC)
            .map(|wrapped| (*id, *wrapped)))
    }

    /// Puts a key into a slot; on the disk when this returns.
    pub(super) fn write(
        &self,
        slot: u32,
        id: &SlotId,
        wrapped: &Wrapped,
    ) -> Result<(), VaultError> {
        self.write_all(&[(slot, *id, *wrapped)])
    }

    /// The same for several, and one sync for all of them.
    pub(super) fn write_all(&self, keys: &[(u32, SlotId, Wrapped)]) -> Result<(), VaultError> {
        for (slot, id, wrapped) in keys {
            let mut bytes = Vec::with_capacity(SIZE);
            bytes.extend_from_slice(SLOT_MAGIC);
            bytes.extend_from_slice(id);
            bytes.extend_from_slice(wrapped);
            let mut rest = [0; SIZE];
            getrandom::fill(&mut rest)?;
            bytes.extend(rest.iter().skip(bytes.len()));
            self.write_at(*slot, &bytes)?;
        }
        self.sync()
    }

    /// Turns a slot into 512 random bytes; on the disk when this returns.
    pub(super) fn overwrite(&self, slot: u32) -> Result<(), VaultError> {
        self.overwrite_all(&[slot])
    }

    /// Several slots, and one sync for all of them.
    pub(super) fn overwrite_all(&self, slots: &[u32]) -> Result<(), VaultError> {
        for slot in slots {
            let mut bytes = [0; SIZE];
            getrandom::fill(&mut bytes)?;
            self.write_at(*slot, &bytes)?;
        }
        match slots {
            [] => Ok(()),
            _ => self.sync(),
        }
    }

    /// Doubles the number of slots, or leaves the file as it was.
    pub(super) fn grow(&mut self) -> Result<(), VaultError> {
        let count = self.count.max(1).saturating_mul(2);
        let written = fill(&self.file, offset(self.count), offset(count))
            .and_then(|()| disk::sync_all(&self.file));
        if let Err(error) = written {
            // Without this a full disk would stay full because of slots that nobody can use.
            self.file
                .set_len(offset(self.count))
                .map_err(VaultError::io("shorten", &self.path))?;
            return Err(no_room(error, "grow", &self.path));
        }
        self.count = count;
        Ok(())
    }

    fn write_at(&self, slot: u32, bytes: &[u8]) -> Result<(), VaultError> {
        self.file
            .write_all_at(bytes, offset(slot))
            .map_err(VaultError::io("write", &self.path))
    }

    fn sync(&self) -> Result<(), VaultError> {
        disk::sync_data(&self.file).map_err(VaultError::io("sync", &self.path))
    }

    fn check_header(&self, master: &[u8; 32]) -> Result<(), VaultError> {
        let mut header = [0; SIZE];
        let read = self.file.read_exact_at(&mut header, 0);
        let parts = header.split_first_chunk::<8>().and_then(|(magic, rest)| {
            let (nonce, rest) = rest.split_first_chunk::<24>()?;
            Some((magic, nonce, rest.first_chunk::<16>()?))
        });
        match parts {
            Some((FILE_MAGIC, nonce, tag)) if read.is_ok() => {
                if cipher::proves(master, nonce, FILE_MAGIC, tag) {
                    Ok(())
                } else {
                    Err(VaultError::WrongMaster {
                        path: self.path.clone(),
                    })
                }
            }
            _ => Err(VaultError::NotSlots {
                path: self.path.clone(),
            }),
        }
    }
}

/// The file appears under its name only when it is whole.
fn create(path: &Path, master: &[u8; 32], slots: u32) -> Result<(), VaultError> {
    let draft = path.with_extension("new");
    let mut nonce = [0; 24];
    getrandom::fill(&mut nonce)?;
    let tag = cipher::prove(master, &nonce, FILE_MAGIC)?;
    let header = [FILE_MAGIC.as_slice(), &nonce, &tag].concat();
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)
        .and_then(|mut file| {
            file.write_all(&header)?;
            fill(&file, header.len() as u64, offset(slots))?;
            disk::sync_all(&file)
        });
    if let Err(error) = written {
        fs::remove_file(&draft).map_err(VaultError::io("remove the draft of", path))?;
        return Err(no_room(error, "create", path));
    }
    fs::rename(&draft, path).map_err(VaultError::io("create", path))?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    disk::sync_folder(folder).map_err(VaultError::io("sync the folder of", path))
}

/// Every slot of a file that nobody uses. Its header stays: it tells whose it is, to whoever is cut short in between.
pub(super) fn overwrite_file(path: &Path) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    fill(&file, SIZE_ON_DISK, file.metadata()?.len())?;
    disk::sync_data(&file)
}

impl Drop for SlotFile {
    /// By name: a process that is being started at this moment holds a copy of the open file until its exec.
    fn drop(&mut self) {
        if let Err(errno) = flock(&self.file, FlockOperation::Unlock) {
            tracing::warn!(%errno, "the slot file's lock was not let go by name; closing the file lets it go");
        }
    }
}

/// Random bytes, written and not only reserved: an unwritten extent may need new blocks when it is first written.
fn fill(file: &File, from: u64, to: u64) -> io::Result<()> {
    let mut random = vec![0; 64 * 1024];
    let mut at = from;
    while at < to {
        let length = usize::try_from(to - at)
            .unwrap_or(usize::MAX)
            .min(random.len());
        let chunk = random.get_mut(..length).unwrap_or_default();
        getrandom::fill(chunk).map_err(|error| io::Error::other(error.to_string()))?;
        file.write_all_at(chunk, at)?;
        at += length as u64;
    }
    Ok(())
}

fn no_room(error: io::Error, action: &'static str, path: &Path) -> VaultError {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    match error.kind() {
        StorageFull | QuotaExceeded | FileTooLarge => VaultError::Full {
            path: path.to_owned(),
        },
        _ => VaultError::io(action, path)(error),
    }
}

fn offset(slot: u32) -> u64 {
    (u64::from(slot) + 1) * SIZE_ON_DISK
}
