//! A folder of an older format becomes one of the present format, and the store of before is kept beside it.

use super::caller::server_entry;
use super::options::StartError;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::id::FolderId;
use crate::store::{Store, StoreError};

/// Upgrades it, with an id where it has none yet.
///
/// # Errors
/// When there is no room for what is kept, and when the store refuses; nothing is upgraded then.
pub(super) async fn to_present(store: &Store, folder: &FolderId) -> Result<(), StartError> {
    keep_former(store).await?;
    let id = store.folder()?.is_none().then(|| folder.clone());
    let entry = |upgraded| {
        let upgraded = Event::FolderUpgraded(upgraded);
        server_entry(upgraded, folder, AuditOutcome::Done)
    };
    store.upgrade_folder(id, entry).await?;
    Ok(())
}

/// Keeps the store as it is, should its format be an older one.
///
/// # Errors
/// When there is no room for it, and when the disk fails.
pub(super) async fn keep_former(store: &Store) -> Result<(), StartError> {
    let ours = store.clone();
    let copied = tokio::task::spawn_blocking(move || ours.keep_former()).await;
    let kept = copied.unwrap_or_else(|error| Err(StoreError::Stopped(error.to_string())))?;
    if let Some(path) = kept {
        tracing::info!(path = %path.display(), "the store is kept as it was before its upgrade, until it is compacted");
    }
    Ok(())
}

#[cfg(test)]
#[path = "../../tests/support/going_back.rs"]
mod going_back;

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::going_back::go_back;
    use super::*;
    use crate::domain::audit::log::LogNumber;
    use crate::domain::audit::server::FolderUpgraded;
    use crate::domain::rollback::RollbackDoubt;
    use crate::server::resume_tests::{options, start};
    use crate::server::start::open;
    use crate::store::FORMAT;

    /// It is older than what was last seen of the folder, as any older copy is.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_store_of_before_is_taken_on_where_an_owner_says_so() {
        let folder = tempfile::tempdir().unwrap();
        start(&options(folder.path())).await.store.take_for(3);
        let server = start(&options(folder.path())).await;
        let last = server.store.tree().size() - 1;
        let upgraded = server.store.entry(last).unwrap().unwrap().event();
        let is_meant = FolderUpgraded {
            from: 3,
            to: FORMAT,
            log: None,
        };
        assert_eq!(upgraded, Event::FolderUpgraded(is_meant));
        server.seen.follow(&server.store).await;
        drop(server);

        go_back(&folder.path().join("data"), 3);
        let mut options = options(folder.path());
        let started = open(&options, None, CancellationToken::new()).await;
        match started.err() {
            Some(StartError::Doubtful { doubt, .. }) => {
                assert!(matches!(doubt, RollbackDoubt::Older { .. }), "{doubt}");
            }
            other => panic!("{other:?}"),
        }
        options.moving.older_is_accepted = true;
        let started = open(&options, None, CancellationToken::new()).await;
        let server = started.unwrap();
        assert!(server.store.log() > LogNumber::FIRST);
        // And it was upgraded once more.
        assert!(folder.path().join("data/db.3").exists());
    }
}
