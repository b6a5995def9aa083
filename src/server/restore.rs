//! A backup becomes the data folder of a server to come. No server runs meanwhile: this is its first act, before it is one.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::folder_adoption::{self, AdoptedBy, FolderAdoption};
use super::master_key::MasterKeyPlace;
use super::options::StartError;
use super::rollback_guard::{CheckpointFile, last_seen, machine};
use super::{clock_and_ids, log_keys, public_keys};
use crate::domain::audit::log::NewLogCause;
use crate::domain::sealed::BackupSecret;
use crate::store::backup::{BackupError, NotFilled, Verified, secrets_of};
use crate::store::facts::Copy;
use crate::store::{LiveSize, Restoring, Store, StoreError};
use crate::vault::{BackupKey, BackupKeyError, Vault};

/// Where a backup is restored to.
#[derive(Debug, Clone)]
pub struct RestoreTarget {
    /// The data folder, which is empty.
    pub data_dir: PathBuf,
    /// Where the signing keys lie.
    pub key_dir: PathBuf,
    /// Whether machines are told apart.
    pub by_machine: bool,
    /// Where its master key comes from.
    pub master: MasterKeyPlace,
}

/// What came out of a backup with secrets by its passphrase.
pub struct OpenedSecrets {
    key: BackupKey,
    secrets: Vec<BackupSecret>,
}

impl OpenedSecrets {
    /// Opens the keys of a backup's secrets, each of them, and sees that nothing of the file was changed by somebody who does
    /// not know its passphrase. None where the backup holds no secrets. Costs 64 MiB and a good part of a second.
    ///
    /// # Errors
    /// When the passphrase is another, and when the file is not what it was made as.
    pub fn open(
        file: &Path,
        verified: &Verified,
        passphrase: &SecretString,
    ) -> Result<Option<Self>, NotRestored> {
        let Some(seal) = &verified.header.secrets else {
            return Ok(None);
        };
        let key = BackupKey::open(passphrase, seal)?;
        let found = secrets_of(file, verified)?;
        if !key.has_signed(&found.tag, &found.digest) {
            return Err(NotRestored::Changed { path: file.into() });
        }
        let secrets = found.secrets;
        match secrets.iter().find(|it| !key.opens(it)) {
            None => Ok(Some(Self { key, secrets })),
            Some(it) => Err(NotRestored::NotOpened {
                path: file.into(),
                owner: it.of.owner.clone(),
            }),
        }
    }

    /// How many secrets there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.secrets.len() as u64
    }
}

/// What was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    /// The name of the log from here on.
    pub log: String,
    /// How many connections have to be authorized again.
    pub reconnect: u64,
    /// Of how many the vendor is asked first.
    pub asked_first: u64,
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
    /// The passphrase is another.
    #[error(transparent)]
    Key(#[from] BackupKeyError),
    /// The file was changed after it was made, and made to look whole.
    #[error("{} was changed by somebody who does not know its passphrase; its secrets are not used", path.display())]
    Changed { path: PathBuf },
    /// There is not enough room for it.
    #[error("there is no room for it at {}", path.display())]
    DiskFull {
        path: PathBuf,
        /// Bytes of the backup.
        size: u64,
    },
    /// A secret of it cannot be opened.
    #[error("a secret of {} does not open, that of {owner}", path.display())]
    NotOpened {
        path: PathBuf,
        /// Whose it is.
        owner: String,
    },
}

impl NotRestored {
    /// A full disk is named with what is needed there.
    fn at(self, place: &RestoreTarget, source: &RestoreSource<'_>) -> Self {
        let is_full = matches!(&self, Self::Start(StartError::Store(error)) if error.is_full());
        let Some(backup) = is_full.then(|| source.file.metadata().ok()).flatten() else {
            return self;
        };
        Self::DiskFull {
            path: place.data_dir.clone(),
            size: backup.len(),
        }
    }
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

/// What is restored.
pub struct RestoreSource<'a> {
    pub file: &'a Path,
    /// As it was found.
    pub verified: &'a Verified,
    /// Its secrets; none where it has none, or they are left in it.
    pub secrets: Option<OpenedSecrets>,
}

/// Restores a backup into an empty folder. `told` hears how much was written. When it fails the folder is empty again; where it
/// is cut short, the folder is not opened before it was restored anew.
///
/// # Errors
/// What is wrong with the file, with the folder, or with whoever runs this.
pub async fn restore(
    place: &RestoreTarget,
    source: &RestoreSource<'_>,
    told: impl FnMut(LiveSize),
) -> Result<Restored, NotRestored> {
    let restoring = Restoring::begin(&place.data_dir, Vault::overwrite_slots)?;
    let done = match restoring.fill_from(source.file, &source.verified.end, told) {
        Ok(()) => take_on(place, restoring, source).await,
        Err(error) => {
            drop(restoring);
            Err(error.into())
        }
    };
    let ours = Restoring::again(&place.data_dir)?;
    let taken = |restored| ours.take_slots().map(|()| restored);
    match done.and_then(|restored| Ok(taken(restored)?)) {
        Ok(restored) => {
            ours.finish()?;
            Ok(restored)
        }
        Err(error) => {
            ours.give_up(Vault::overwrite_slots)?;
            Err(error.at(place, source))
        }
    }
}

/// The keys of its secrets, which no server finds under this name.
fn write_keys(
    place: &RestoreTarget,
    own_slots: &Path,
    opened: &OpenedSecrets,
) -> Result<(), NotRestored> {
    let master = place.master.key()?;
    let OpenedSecrets { key, secrets } = opened;
    let made = Vault::restore(own_slots, &master, key, secrets);
    Ok(made.map_err(StartError::from)?)
}

/// What was filled becomes a folder of its own, with a log of its own.
async fn take_on(
    place: &RestoreTarget,
    restoring: Restoring,
    source: &RestoreSource<'_>,
) -> Result<Restored, NotRestored> {
    let own_slots = restoring.own_slots();
    // Nothing is signed by it: what is written next is the first entry of another log.
    let store: Store = restoring.open(log_keys::unused)?;
    // No key is written for whoever may not do this.
    AdoptedBy::of(&store)?;
    if let Some(opened) = &source.secrets {
        write_keys(place, &own_slots, opened)?;
    }
    let lost = match store.folder()? {
        Some(before) => last_seen(&place.key_dir, &before)?,
        None => None,
    };
    let folder = clock_and_ids::folder();
    let verified = source.verified;
    let opened = source.secrets.as_ref();
    let what = FolderAdoption {
        cause: NewLogCause::Restored {
            created_at: verified.header.created_at,
            commit: verified.end.commit,
            sha256: verified.end.sha256.clone(),
            secrets: opened.map(OpenedSecrets::count),
        },
        lost,
        folder: folder.clone(),
        copy: Copy::Backup,
    };
    folder_adoption::begin_adoption(store, &place.key_dir, what).await?;
    let signer = |log| log_keys::signer(&place.key_dir, log);
    let store: Store = Restoring::again(&place.data_dir)?.open(signer)?;
    let secrets = opened.map_or(&[][..], |it| &it.secrets).iter();
    let secrets = secrets.map(|it| it.of.slot.clone()).collect();
    folder_adoption::finish_adoption(&store, &secrets).await?;
    public_keys::publish(&store, &place.data_dir, &place.key_dir)?;
    let machine = place.by_machine.then(machine).flatten();
    let seen = CheckpointFile::of(&place.key_dir, folder, machine);
    seen.write(&store.durable_tree().await?, &log_keys::name(store.log()))?;
    let (reconnect, asked_first) = store.to_reconnect()?;
    Ok(Restored {
        log: log_keys::name(store.log()),
        reconnect,
        asked_first,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::disk::cut::after_each_sync;
    use crate::domain::connection::{Connection, Status};
    use crate::server::Server;
    use crate::server::backup::VaultSealer;
    use crate::server::resume_tests::{ask, options, start};
    use crate::store::backup::{BackupHeader, verify};
    use crate::wire::request::Secret;
    use crate::wire::rpc;

    fn place(root: &Path) -> RestoreTarget {
        RestoreTarget {
            data_dir: root.join("data"),
            key_dir: root.join("conf"),
            by_machine: true,
            master: MasterKeyPlace {
                key_dir: root.join("conf"),
                command: Vec::new(),
                passphrase: None,
            },
        }
    }

    fn passphrase() -> SecretString {
        SecretString::from("correct horse")
    }

    /// A backup with an app's secret in it, or without.
    async fn backed_up(file: &Path, with_secrets: bool) {
        let folder = tempfile::tempdir().unwrap();
        let server: Arc<Server> = start(&options(folder.path())).await;
        let registration = rpc::ProviderConfigure {
            id: "github".to_owned(),
            client_id: Some("our-app".to_owned()),
            client_secret: Some(Secret("its-secret".to_owned().into())),
            redirect_uri: None,
            app_name: None,
            vars: BTreeMap::new(),
            moves: false,
        };
        ask(&server, registration).await;
        let (key, seal) = BackupKey::new(&passphrase()).unwrap();
        let header = BackupHeader {
            program: "0.1.0".to_owned(),
            workspace: server.workspace.clone(),
            created_at: clock_and_ids::now(),
            secrets: with_secrets.then_some(seal),
        };
        let sealer = VaultSealer {
            vault: Arc::clone(&server.vault),
            key,
        };
        let sealer = with_secrets.then(|| Box::new(sealer) as _);
        let mut backup = server.store.begin_backup(&header, sealer).unwrap();
        let mut bytes = Vec::new();
        while let Some(part) = backup.next_part().unwrap() {
            bytes.extend(part.bytes);
        }
        std::fs::write(file, bytes).unwrap();
    }

    async fn restored(place: &RestoreTarget, file: &Path) -> Restored {
        let verified = verify(file).unwrap();
        let secrets = OpenedSecrets::open(file, &verified, &passphrase()).unwrap();
        assert!(secrets.as_ref().is_none_or(|it| it.count() == 1));
        let source = RestoreSource {
            file,
            verified: &verified,
            secrets,
        };
        restore(place, &source, |_| {}).await.unwrap()
    }

    /// A backup with secrets lies outside, and was restored.
    async fn restored_in(root: &Path, outside: &Path) -> (RestoreTarget, PathBuf) {
        let (place, file) = (place(root), outside.join("backup"));
        backed_up(&file, true).await;
        restored(&place, &file).await;
        (place, file)
    }

    fn opened(place: &RestoreTarget) -> Result<Store, StartError> {
        Store::open_with(&place.data_dir, |log| log_keys::signer(&place.key_dir, log))
    }

    /// What a power cut leaves, wherever it comes: nothing, half a restore that no server opens, or the whole.
    async fn can_be_cut_anywhere(with_secrets: bool) {
        let outside = tempfile::tempdir().unwrap();
        let file = outside.path().join("backup");
        backed_up(&file, with_secrets).await;
        let root = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Handle::current();
        let (_, disks) = after_each_sync(root.path(), || {
            tokio::task::block_in_place(|| runtime.block_on(restored(&place(root.path()), &file)))
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
                    restored(&place, &file).await;
                }
                false if is_begun => wholes += 1,
                false => continue,
            }
            let store = opened(&place).unwrap();
            assert_eq!(store.readmission().unwrap(), None);
            assert!(store.log() > crate::domain::audit::log::LogNumber::FIRST);
            let all = store.scan::<Connection>("").unwrap();
            assert!(all.iter().all(|it| it.status != Status::Connected));
            assert_eq!(place.data_dir.join("slots").exists(), with_secrets);
        }
        assert!(
            halves > 10 && wholes > 0,
            "{halves} halves, {wholes} wholes"
        );
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn it_can_be_cut_anywhere() {
        can_be_cut_anywhere(false).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn one_with_secrets_can_be_cut_anywhere() {
        can_be_cut_anywhere(true).await;
    }

    /// Slots that a restore did not make are somebody's.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn another_folder_that_was_put_over_a_half_is_not_removed() {
        let (outside, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (place, _file) = restored_in(root.path(), outside.path()).await;
        std::fs::write(place.data_dir.join("restoring"), "another's").unwrap();
        let refused = Restoring::begin(&place.data_dir, Vault::overwrite_slots)
            .err()
            .unwrap();
        assert!(refused.to_string().contains("slots"), "{refused}");
    }

    /// The blocks of a removed file keep what was in them.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_keys_of_one_that_was_cut_short_are_overwritten() {
        let (outside, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (place, file) = restored_in(root.path(), outside.path()).await;
        let (slots, freed) = (place.data_dir.join("slots"), outside.path().join("freed"));
        let own = place.data_dir.join("slots.restored");
        std::fs::hard_link(&slots, &freed).unwrap();
        std::fs::rename(&slots, &own).unwrap();
        crate::disk::replace(&place.data_dir.join("restoring"), b"").unwrap();
        let before = std::fs::read(&freed).unwrap();
        restored(&place, &file).await;
        let after = std::fs::read(&freed).unwrap();
        assert_eq!(before.len(), after.len());
        let blocks = before.chunks(512).zip(after.chunks(512)).skip(1);
        assert!(blocks.into_iter().all(|(before, after)| before != after));
    }
}
