//! The socket: for the account that serves, or for a group.

use std::fs::{self, DirBuilder, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;

use super::options::{Options, StartError};

/// Binds the socket. The lock on the store is ours, so whatever lies at its path is a leftover.
///
/// # Errors
/// When the folder or the group is not there, or others could enter the folder.
pub(super) fn listen(options: &Options) -> Result<UnixListener, StartError> {
    let path = options.socket.as_path();
    let group = options.group.as_deref().map(group_of).transpose()?;
    if let Some(group) = group {
        prepare(path.parent().unwrap_or(Path::new("/")), group)?;
    }
    remove(path)?;
    let listener = UnixListener::bind(path).map_err(io("listen on", path))?;
    let mode = match group {
        Some(group) => {
            chown(path, None, Some(group)).map_err(io("give to its group", path))?;
            0o660
        }
        None => 0o600,
    };
    fs::set_permissions(path, Permissions::from_mode(mode)).map_err(io("restrict", path))?;
    if let Some(own) = own(options) {
        remove(&own)?;
        symlink(path, &own).map_err(io("link", &own))?;
    }
    Ok(listener)
}

/// Takes the socket away.
pub(super) fn leave(options: &Options) {
    for path in own(options).iter().chain([&options.socket]) {
        if let Err(error) = fs::remove_file(path) {
            tracing::debug!(path = %path.display(), %error, "the socket was gone already");
        }
    }
}

/// Where the account that serves looks for the socket, when it lies elsewhere.
fn own(options: &Options) -> Option<PathBuf> {
    let beside = options.data_dir.join("sock");
    (options.group.is_some() && beside != options.socket).then_some(beside)
}

/// The folder is the group's to enter and nobody else's.
fn prepare(folder: &Path, group: u32) -> Result<(), StartError> {
    match DirBuilder::new().mode(0o750).create(folder) {
        Ok(()) => {
            chown(folder, None, Some(group)).map_err(io("give to its group", folder))?;
            // The umask has taken the group's part away.
            let mode = Permissions::from_mode(0o750);
            fs::set_permissions(folder, mode).map_err(io("restrict", folder))?;
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(io("make", folder)(error)),
    }
    let found = fs::metadata(folder).map_err(io("look at", folder))?;
    match found.mode() & 0o007 {
        0 => Ok(()),
        _ => Err(StartError::Open {
            path: folder.to_owned(),
        }),
    }
}

fn remove(path: &Path) -> Result<(), StartError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(io("remove the old socket", path)(error))
        }
        _ => Ok(()),
    }
}

fn group_of(name: &str) -> Result<u32, StartError> {
    let group = nix::unistd::Group::from_name(name).ok().flatten();
    group
        .map(|group| group.gid.as_raw())
        .ok_or_else(|| StartError::NoGroup(name.to_owned()))
}

fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> StartError {
    let path = path.to_owned();
    move |source| StartError::Io {
        doing,
        path,
        source,
    }
}
