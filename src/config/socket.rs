//! Where the socket lies. Client and server come to the same answer by themselves.

use std::ffi::OsString;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::ConfigError;

/// `sun_path` holds 108 bytes on Linux and 104 elsewhere, the final zero included.
const LONGEST: usize = 100;

/// The socket of the server that owns `data_dir`.
pub(super) fn path(
    data_dir: &Path,
    env: impl Fn(&str) -> Option<OsString>,
) -> Result<PathBuf, ConfigError> {
    let beside = data_dir.join("sock");
    if beside.as_os_str().len() <= LONGEST {
        return Ok(beside);
    }
    let digest = Sha256::digest(resolved(data_dir).as_os_str().as_bytes());
    let name = format!("{}.sock", hex::encode(digest.get(..8).unwrap_or_default()));
    for folder in folders(env) {
        let path = folder.join(&name);
        if path.as_os_str().len() <= LONGEST {
            private(&folder)?;
            return Ok(path);
        }
    }
    // `/tmp/tagout-UID` is short, so the loop always ends before this.
    Ok(beside)
}

/// Private folders that survive logout (`XDG_RUNTIME_DIR` does not), best first.
fn folders(env: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let uid = rustix::process::geteuid().as_raw();
    let absolute = |name| {
        env(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    absolute("XDG_STATE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/state")))
        .map(|state| state.join("tagout"))
        .into_iter()
        .chain([PathBuf::from(format!("/tmp/tagout-{uid}"))])
        .collect()
}

/// Symbolic links resolved as far as the path exists, so that every way to one folder gives one name, before
/// the folder was made and afterwards.
fn resolved(path: &Path) -> PathBuf {
    for above in path.ancestors() {
        if let Ok(real) = fs::canonicalize(above) {
            return match path.strip_prefix(above) {
                // Joining nothing would add a slash, and so another name.
                Ok(rest) if rest.as_os_str().is_empty() => real,
                Ok(rest) => real.join(rest),
                Err(_) => real,
            };
        }
    }
    path.to_owned()
}

/// Makes the folder if it is missing, and refuses one that somebody else could have prepared.
fn private(folder: &Path) -> Result<(), ConfigError> {
    let wrong = |why: String| ConfigError::NotPrivate {
        folder: folder.to_owned(),
        why,
    };
    if let Some(above) = folder.parent() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(above)
            .map_err(|e| wrong(e.to_string()))?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(wrong(error.to_string()));
        }
        _ => {}
    }
    let found = fs::symlink_metadata(folder).map_err(|e| wrong(e.to_string()))?;
    let me = rustix::process::geteuid().as_raw();
    if !found.is_dir() {
        Err(wrong("it is not a folder".to_owned()))
    } else if found.uid() != me {
        Err(wrong(format!("it belongs to uid {}", found.uid())))
    } else if found.mode() & 0o077 != 0 {
        Err(wrong(format!(
            "its mode is {:03o}; chmod 700 it",
            found.mode() & 0o777
        )))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(folder: &Path) -> impl Fn(&str) -> Option<OsString> {
        let folder = folder.as_os_str().to_owned();
        move |name| (name == "XDG_STATE_HOME").then(|| folder.clone())
    }

    #[test]
    fn a_short_folder_holds_its_own_socket() {
        let path = path(Path::new("/srv/tagout"), |_| None).unwrap();
        assert_eq!(path, Path::new("/srv/tagout/sock"));
    }

    #[test]
    fn a_long_folder_has_one_hashed_name_before_and_after_it_exists() {
        let temp = tempfile::tempdir().unwrap();
        let data = temp.path().join("d".repeat(100));
        let state = state(temp.path());
        let before = path(&data, &state).unwrap();
        fs::create_dir_all(&data).unwrap();
        assert_eq!(path(&data, &state).unwrap(), before);
        assert!(before.starts_with(temp.path().join("tagout")));
        assert_ne!(path(&data.join("other"), &state).unwrap(), before);

        let link = temp.path().join("l".repeat(100));
        std::os::unix::fs::symlink(&data, &link).unwrap();
        assert_eq!(path(&link, &state).unwrap(), before);
    }

    #[test]
    fn a_folder_that_others_may_open_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        let data = temp.path().join("d".repeat(100));
        DirBuilder::new()
            .mode(0o755)
            .create(temp.path().join("tagout"))
            .unwrap();
        let error = path(&data, state(temp.path())).unwrap_err();
        assert!(error.to_string().contains("chmod 700"), "{error}");
    }

    #[test]
    fn a_state_folder_that_is_too_long_itself_is_passed_over() {
        let temp = tempfile::tempdir().unwrap();
        let long = temp.path().join("s".repeat(100));
        let path = path(&long.join("data"), state(&long)).unwrap();
        assert!(path.starts_with("/tmp"), "{}", path.display());
    }
}
