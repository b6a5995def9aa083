//! Waiting for the disk, and replacing a file whole. Every sync in the data and configuration folders goes through here, so that
//! the tests can build the disk that a power cut leaves: what was synced, and nothing else.

use std::fs::{File, OpenOptions, rename};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Waits until the file's content and its length are on the disk (fdatasync(2)).
pub(crate) fn sync_data(file: &File) -> io::Result<()> {
    file.sync_data()?;
    #[cfg(test)]
    cut::synced(file);
    Ok(())
}

/// The same, and everything else about the file.
pub(crate) fn sync_all(file: &File) -> io::Result<()> {
    file.sync_all()?;
    #[cfg(test)]
    cut::synced(file);
    Ok(())
}

/// Waits until the names in a folder are on the disk: that is what makes a new, renamed or removed file durable.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path).and_then(|folder| sync_all(&folder))
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
    sync_all(&file)?;
    rename(&draft, path)?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

#[cfg(test)]
pub(crate) mod cut {
    //! The disk after a power cut, for everything under one folder: synced contents under synced names. A file whose content
    //! was never synced is empty, a name whose folder was not synced is as it was before.

    use std::collections::{BTreeMap, HashMap};
    use std::ffi::OsString;
    use std::fs::{self, File, Permissions};
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::path::{Path, PathBuf};
    use std::sync::{Mutex, MutexGuard, PoisonError};

    /// Tests run at the same time, and each has a folder of its own.
    static WATCHED: Mutex<Vec<Disk>> = Mutex::new(Vec::new());

    fn watched() -> MutexGuard<'static, Vec<Disk>> {
        WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A file or folder by its inode: renaming it does not sync it again.
    type Inode = u64;

    struct Name {
        inode: Inode,
        is_folder: bool,
    }

    #[derive(Default)]
    struct Disk {
        root: PathBuf,
        contents: HashMap<Inode, Vec<u8>>,
        names: HashMap<Inode, BTreeMap<OsString, Name>>,
        images: Vec<tempfile::TempDir>,
    }

    /// Runs `work` and returns the disks that a power cut would have left after each sync under `root`, the last at the end.
    /// What lies there before counts as synced.
    pub(crate) fn after_each_sync<T>(
        root: &Path,
        work: impl FnOnce() -> T,
    ) -> (T, Vec<tempfile::TempDir>) {
        let mut disk = Disk {
            root: root.to_owned(),
            ..Disk::default()
        };
        disk.add(root);
        watched().push(disk);
        let done = work();
        let mut disk = {
            let mut watched = watched();
            let place = watched.iter().position(|disk| disk.root == root).unwrap();
            watched.swap_remove(place)
        };
        let last = disk.image();
        disk.images.push(last);
        (done, disk.images)
    }

    pub(super) fn synced(file: &File) {
        // By this name it can be read however it was opened, and wherever it lies.
        let opened = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
        let path = fs::read_link(&opened).unwrap();
        let mut watched = watched();
        let disk = watched.iter_mut().find(|disk| path.starts_with(&disk.root));
        if let Some(disk) = disk {
            disk.synced(file, &opened);
        }
    }

    impl Disk {
        fn synced(&mut self, file: &File, path: &Path) {
            let found = file.metadata().unwrap();
            if found.is_dir() {
                self.names.insert(found.ino(), names(path));
            } else {
                self.contents.insert(found.ino(), fs::read(path).unwrap());
            }
            let image = self.image();
            self.images.push(image);
        }

        fn add(&mut self, path: &Path) {
            let inode = fs::metadata(path).unwrap().ino();
            if path.is_dir() {
                self.names.insert(inode, names(path));
                for entry in fs::read_dir(path).unwrap() {
                    self.add(&entry.unwrap().path());
                }
            } else if path.is_file() {
                self.contents.insert(inode, fs::read(path).unwrap());
            }
        }

        fn image(&self) -> tempfile::TempDir {
            let image = tempfile::tempdir().unwrap();
            let root = fs::metadata(&self.root).unwrap().ino();
            self.write(root, image.path());
            image
        }

        fn write(&self, folder: Inode, to: &Path) {
            for (name, it) in self.names.get(&folder).into_iter().flatten() {
                let to = to.join(name);
                if it.is_folder {
                    fs::create_dir(&to).unwrap();
                    fs::set_permissions(&to, Permissions::from_mode(0o700)).unwrap();
                    self.write(it.inode, &to);
                } else {
                    let content = self.contents.get(&it.inode);
                    fs::write(&to, content.map_or(&[][..], Vec::as_slice)).unwrap();
                    fs::set_permissions(&to, Permissions::from_mode(0o600)).unwrap();
                }
            }
        }
    }

    fn names(folder: &Path) -> BTreeMap<OsString, Name> {
        let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
        entries
            .map(|entry| {
                let kind = entry.file_type().unwrap();
                let name = Name {
                    inode: entry.metadata().unwrap().ino(),
                    is_folder: kind.is_dir(),
                };
                (entry.file_name(), name)
            })
            .collect()
    }
}
