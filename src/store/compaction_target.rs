//! The new database that a compaction fills, until it takes the place of the one in use.

use super::copying::Copied;
use super::engine::{Pair, Rows, sound};
use super::error::StoreError;
use super::flusher::Flusher;
use super::folder::{Folder, make_database, open_file, settle_database};
use super::head::Head;
use super::keys;
use super::live_size::LiveSize;
use super::state::StoreState;
use super::swap::{self, WHOLE};

/// A database beside the one in use.
pub(crate) struct CompactionTarget {
    folder: Folder,
    rows: Rows,
    flusher: Flusher,
    /// What was written, added up.
    counted: StoreState,
}

impl CompactionTarget {
    pub(crate) fn make(folder: &Folder) -> Result<Self, StoreError> {
        swap::remove(folder, &folder.new_db())?;
        make_database(&folder.new_db())?;
        Ok(Self {
            folder: folder.clone(),
            rows: open(folder)?,
            flusher: Flusher::start()
                .map_err(StoreError::io("start a thread for", &folder.root))?,
            counted: StoreState {
                live: Some(LiveSize::default()),
                ..StoreState::default()
            },
        })
    }

    /// What was written so far.
    pub(crate) fn live(&self) -> LiveSize {
        self.counted.live.unwrap_or_default()
    }

    /// Writes rows that are not there yet. sled writes its pages again while they fill, and uses that space again after a
    /// flush: without one for each batch, the file was half as large again.
    pub(crate) fn fill(&mut self, rows: Vec<Pair>) -> Result<(), StoreError> {
        for (key, value) in &rows {
            self.counted.change(key, None, Some(value));
        }
        let rows = rows.into_iter().map(|(key, value)| (key, Some(value)));
        sound(|| self.rows.apply(rows))?;
        self.flusher.flush(self.rows.clone())
    }

    /// Writes rows over what may be there.
    pub(crate) fn change(&mut self, rows: Vec<Copied>) -> Result<(), StoreError> {
        for (key, value) in &rows {
            let old = self.rows.raw(key)?;
            self.counted.change(key, old.as_deref(), value.as_deref());
        }
        sound(|| self.rows.apply(rows))
    }

    /// Closes the database and opens it again: the snapshot that this leaves behind makes the opening after the swap quick.
    pub(crate) fn reopen(self) -> Result<Self, StoreError> {
        let Self {
            folder,
            rows,
            flusher,
            counted,
        } = self;
        flusher.flush(rows)?;
        Ok(Self {
            rows: open(&folder)?,
            folder,
            flusher,
            counted,
        })
    }

    /// Closes it, with everything in it on the disk, and says beside it of which commit it is the whole. The state it
    /// has: that of the commit, which says what lives even where the folder's program had not counted it.
    ///
    /// # Errors
    /// When it is not what the commit left behind.
    pub(crate) fn close(self, state: &StoreState) -> Result<StoreState, StoreError> {
        let is_same =
            self.counted.sum == state.sum && StoreState::read(&self.rows)?.sum == state.sum;
        if !is_same {
            return Err(StoreError::Damaged(format!(
                "the copy does not add up to what commit {} left behind, and was thrown away",
                state.commit
            )));
        }
        let state = StoreState {
            live: self.counted.live,
            ..state.clone()
        };
        let row = (keys::STATE, Some(state.encode()?));
        sound(|| self.rows.apply([row.clone()]))?;
        self.flusher.flush(self.rows)?;
        let db = self.folder.new_db();
        settle_database(&db)?;
        let path = db.join(WHOLE);
        Head::of(&state, false).write(&open_file(&path)?, &path, || Ok(()))?;
        Ok(state)
    }
}

fn open(folder: &Folder) -> Result<Rows, StoreError> {
    swap::when_let_go(folder, || Rows::open_to_fill(&folder.new_db()))
}
