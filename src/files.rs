//! Files as a system has them: how many this process may have open, and how one is replaced whole.

use std::fs::{OpenOptions, rename};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::disk;

/// More than any server of this size has open; some systems allow more than their tables hold.
const MOST: u64 = 65_536;

/// Raises the soft limit to what the system allows: the usual one, 1,024, is for programs that still use select(2), and a few
/// hundred clients, events and requests at once would use it up.
pub fn raise_limit() {
    let now = getrlimit(Resource::Nofile);
    let wanted = now.maximum.map_or(MOST, |most| most.min(MOST));
    if now.current.is_none_or(|current| current >= wanted) {
        return;
    }
    let raised = Rlimit {
        current: Some(wanted),
        maximum: now.maximum,
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
}

/// Replaces a small file that is the owner's alone, and its name is durable when this returns: whenever the power goes it is
/// whole, the old one or the new one.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(bytes)?;
    disk::sync_all(&file)?;
    rename(&draft, path)?;
    disk::sync_folder(path.parent().unwrap_or(Path::new(".")))
}
