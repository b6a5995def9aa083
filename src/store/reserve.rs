//! Space for an emergency. The database does not survive a full disk: its handle refuses everything from then on. So the
//! blocks of the next writes are taken before each write, and when that fails a file of 16 MiB is given up, for disconnects.

use std::fs::File;
use std::path::Path;

use rustix::fs::FallocateFlags;
use rustix::io::Errno;

use super::error::StoreError;
use super::folder::{Folder, open_file, sync};
use crate::disk;

/// What is given up when the disk is full.
const RESERVE: u64 = 16 << 20;
/// How far ahead of a file's end its blocks are taken: several of the database's 512 KiB segments.
const AHEAD: u64 = 4 << 20;

/// Makes the reserve, whole or not at all. False when there is no space for it.
pub(crate) fn make(folder: &Folder) -> Result<bool, StoreError> {
    let path = folder.reserve();
    let file = open_file(&path)?;
    if file
        .metadata()
        .map_err(StoreError::io("look at", &path))?
        .len()
        >= RESERVE
    {
        return Ok(true);
    }
    let made = allocate(&file, &path, FallocateFlags::empty(), 0, RESERVE)
        .and_then(|()| disk::sync_all(&file).map_err(StoreError::io("sync", &path)));
    match made {
        Ok(()) => Ok(true),
        Err(error) if error.is_full() => give_up(folder).map(|()| false),
        Err(error) => Err(error),
    }
}

/// Frees the reserve's space.
pub(crate) fn give_up(folder: &Folder) -> Result<(), StoreError> {
    let path = folder.reserve();
    if path.exists() {
        std::fs::remove_file(&path).map_err(StoreError::io("remove", &path))?;
        sync(&folder.root)?;
    }
    Ok(())
}

/// Takes the blocks that writing `bytes` more at the end of `file` may need.
pub(crate) fn make_room(file: &File, path: &Path, bytes: u64) -> Result<(), StoreError> {
    let stat =
        rustix::fs::fstat(file).map_err(|errno| StoreError::io("look at", path)(errno.into()))?;
    let (size, blocks) = (
        u64::try_from(stat.st_size).unwrap_or(0),
        u64::try_from(stat.st_blocks).unwrap_or(0),
    );
    if blocks * 512 >= size + bytes + AHEAD / 2 {
        return Ok(());
    }
    allocate(file, path, FallocateFlags::KEEP_SIZE, size, bytes + AHEAD)
}

fn allocate(
    file: &File,
    path: &Path,
    flags: FallocateFlags,
    from: u64,
    length: u64,
) -> Result<(), StoreError> {
    match rustix::fs::fallocate(file, flags, from, length) {
        Ok(()) => Ok(()),
        // Not every file system can take blocks ahead; there the free space is the best that can be known.
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => enough_is_free(file, path, length),
        Err(errno) => Err(StoreError::io("take space for", path)(errno.into())),
    }
}

fn enough_is_free(file: &File, path: &Path, length: u64) -> Result<(), StoreError> {
    let stat = rustix::fs::fstatvfs(file)
        .map_err(|errno| StoreError::io("look at", path)(errno.into()))?;
    if stat.f_bavail.saturating_mul(stat.f_frsize) > length {
        return Ok(());
    }
    Err(StoreError::io("take space for", path)(
        std::io::ErrorKind::StorageFull.into(),
    ))
}
