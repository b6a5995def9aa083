//! The database that a compaction has replaced: kept until the new one was opened, and taken back when that does not work.

use super::engine::Rows;
use super::error::StoreError;
use super::folder::{Folder, open_file};
use super::head::Head;
use super::open::compare;
use super::state::StoreState;
use super::swap::{move_back, remove, when_let_go};

/// Opens with `open`; where the database in its place is damaged or behind the head, and the one before it is whole, once
/// more with that one.
pub(crate) fn open_or_take_back<T>(
    folder: &Folder,
    open: impl Fn(&Folder) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let opened = match open(folder) {
        Err(error) if is_of_the_database(&error) && can_be_used(folder) => {
            tracing::warn!(%error, "the database that a compaction has replaced is taken back");
            move_back(folder)?;
            open(folder)?
        }
        opened => opened?,
    };
    remove(folder, &folder.old_db())?;
    Ok(opened)
}

fn is_of_the_database(error: &StoreError) -> bool {
    let is_behind = matches!(
        error,
        StoreError::OlderThanHead { .. } | StoreError::HeadDiffers { .. }
    );
    is_behind || error.is_damage()
}

/// Whether there is one before, which is the whole of a commit that the head knows.
fn can_be_used(folder: &Folder) -> bool {
    folder.old_db().exists()
        && check(folder)
            .inspect_err(|error| tracing::warn!(%error, "db.old cannot be used either"))
            .is_ok()
}

fn check(folder: &Folder) -> Result<(), StoreError> {
    let rows = when_let_go(folder, || Rows::open(&folder.old_db()))?;
    let state = StoreState::read(&rows)?;
    let head = Head::read(&open_file(&folder.head())?, &folder.head())?;
    compare(Some(&head), &state)?;
    state.check_rows(&rows)
}
