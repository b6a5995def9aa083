//! A backup becomes the data folder of a server to come. No server runs meanwhile: this is its first act, before it is one.

use std::path::{Path, PathBuf};

use super::folder_adoption::{self, FolderAdoption};
use super::options::StartError;
use super::rollback_guard::{CheckpointFile, last_seen, machine};
use super::{clock_and_ids, log_keys, public_keys};
use crate::domain::audit::log::NewLogCause;
use crate::store::backup::{BackupError, NotFilled, Verified, verify};
use crate::store::facts::Copy;
use crate::store::{LiveSize, Restoring, Store, StoreError};

/// Where a backup is restored to.
#[derive(Debug, Clone)]
pub struct RestoreTarget {
    /// The data folder, which is empty.
    pub data_dir: PathBuf,
    /// Where the signing keys lie.
    pub key_dir: PathBuf,
    /// Whether machines are told apart.
    pub by_machine: bool,
}

/// What was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    /// The name of the log from here on.
    pub log: String,
    /// How many connections have to be authorized again.
    pub reconnect: u64,
}

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum NotRestored {
    /// The file cannot be used.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The folder cannot be used, or not by whoever runs this.
    #[error(transparent)]
    Start(#[from] StartError),
}

impl From<StoreError> for NotRestored {
    fn from(error: StoreError) -> Self {
        Self::Start(error.into())
    }
}

impl From<NotFilled> for NotRestored {
    fn from(error: NotFilled) -> Self {
        match error {
            NotFilled::Backup(error) => Self::Backup(error),
            NotFilled::Store(error) => error.into(),
        }
    }
}

/// Restores a backup into an empty folder. `told` hears how much was written. When it fails the folder is empty again; where it
/// is cut short, the folder is not opened before it was restored anew.
///
/// # Errors
/// What is wrong with the file, with the folder, or with whoever runs this.
pub async fn restore(
    place: &RestoreTarget,
    file: &Path,
    told: impl FnMut(LiveSize),
) -> Result<Restored, NotRestored> {
    let verified = verify(file)?;
    let restoring = Restoring::begin(&place.data_dir)?;
    let done = match restoring.fill_from(file, told) {
        Ok(()) => take_on(place, restoring, &verified).await,
        Err(error) => {
            drop(restoring);
            Err(error.into())
        }
    };
    let ours = Restoring::again(&place.data_dir)?;
    match done {
        Ok(restored) => {
            ours.finish()?;
            Ok(restored)
        }
        Err(error) => {
            ours.give_up()?;
            Err(error)
        }
    }
}

/// What was filled becomes a folder of its own, with a log of its own.
async fn take_on(
    place: &RestoreTarget,
    restoring: Restoring,
    verified: &Verified,
) -> Result<Restored, NotRestored> {
    // Nothing is signed by it: what is written next is the first entry of another log.
    let store: Store = restoring.open(log_keys::unused)?;
    let lost = match store.folder()? {
        Some(before) => last_seen(&place.key_dir, &before)?,
        None => None,
    };
    let folder = clock_and_ids::folder();
    let what = FolderAdoption {
        cause: NewLogCause::Restored {
            created_at: verified.header.created_at,
            commit: verified.end.commit,
            sha256: verified.end.sha256.clone(),
        },
        lost,
        folder: folder.clone(),
        copy: Copy::Backup,
    };
    folder_adoption::begin_adoption(store, &place.key_dir, what).await?;
    let signer = |log| log_keys::signer(&place.key_dir, log);
    let store: Store = Restoring::again(&place.data_dir)?.open(signer)?;
    folder_adoption::finish_adoption(&store).await?;
    public_keys::publish(&store, &place.data_dir, &place.key_dir)?;
    let machine = place.by_machine.then(machine).flatten();
    let seen = CheckpointFile::of(&place.key_dir, folder, machine);
    seen.write(&store.durable_tree().await?, &log_keys::name(store.log()))?;
    Ok(Restored {
        log: log_keys::name(store.log()),
        reconnect: store.to_reconnect()?,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::disk::cut::after_each_sync;
    use crate::domain::connection::{Connection, Status};
    use crate::server::Server;
    use crate::server::resume_tests::{options, start};
    use crate::store::backup::BackupHeader;

    fn place(root: &Path) -> RestoreTarget {
        RestoreTarget {
            data_dir: root.join("data"),
            key_dir: root.join("conf"),
            by_machine: true,
        }
    }

    async fn backed_up(file: &Path) {
        let folder = tempfile::tempdir().unwrap();
        let server: Arc<Server> = start(&options(folder.path())).await;
        let header = BackupHeader {
            program: "0.1.0".to_owned(),
            workspace: server.workspace.clone(),
            created_at: clock_and_ids::now(),
        };
        let mut backup = server.store.begin_backup(&header).unwrap();
        let mut bytes = Vec::new();
        while let Some(part) = backup.next_part().unwrap() {
            bytes.extend(part.bytes);
        }
        std::fs::write(file, bytes).unwrap();
    }

    fn opened(place: &RestoreTarget) -> Result<Store, StartError> {
        Store::open_with(&place.data_dir, |log| log_keys::signer(&place.key_dir, log))
    }

    /// What a power cut leaves, wherever it comes: nothing, half a restore that no server opens, or the whole.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn it_can_be_cut_anywhere() {
        let outside = tempfile::tempdir().unwrap();
        let file = outside.path().join("backup");
        backed_up(&file).await;
        let root = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Handle::current();
        let (_, disks) = after_each_sync(root.path(), || {
            tokio::task::block_in_place(|| {
                runtime
                    .block_on(restore(&place(root.path()), &file, |_| {}))
                    .unwrap()
            })
        });
        let (mut halves, mut wholes) = (0, 0);
        for disk in &disks {
            let place = place(disk.path());
            let is_begun = place.data_dir.join("head").exists();
            match place.data_dir.join("restoring").exists() {
                true => {
                    let error = opened(&place).err().unwrap();
                    assert!(error.to_string().contains("cut short"), "{error}");
                    halves += 1;
                    restore(&place, &file, |_| {}).await.unwrap();
                }
                false if is_begun => wholes += 1,
                false => continue,
            }
            let store = opened(&place).unwrap();
            assert_eq!(store.readmission().unwrap(), None);
            assert!(store.log() > crate::domain::audit::log::LogNumber::FIRST);
            let all = store.scan::<Connection>("").unwrap();
            assert!(all.iter().all(|it| it.status != Status::Connected));
        }
        assert!(
            halves > 10 && wholes > 0,
            "{halves} halves, {wholes} wholes"
        );
    }
}
