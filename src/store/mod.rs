//! The only room that says `sled`. A row is a JSON value under `kind/key`; a write is one transaction over rows, index,
//! counters and audit entries, and becomes durable together with everything else that was written meanwhile.
//!
//! What lies in the data folder, and in which order it is written, is told in `folder` and `commit`.
//!
//! Whatever returns a [`StoreError`] fails when the store cannot be read or written, when a row is not of its kind, and where a
//! row is named that does not exist. An `# Errors` section says what else it refuses.

pub mod backup;
mod checksum;
mod chunk;
mod commit;
mod compaction;
mod compaction_target;
mod copying;
mod durable;
mod earlier_logs;
mod engine;
mod error;
pub mod facts;
mod flusher;
mod folder;
mod format;
mod head;
mod keys;
mod live_size;
mod log;
mod new_log;
mod open;
mod pending;
mod pre_upgrade_copy;
mod read;
mod replaced_database;
mod reserve;
mod restoring;
mod row;
mod row_iter;
mod snapshot;
mod state;
mod swap;
mod tx;
mod write;

#[cfg(test)]
mod disk_fault_tests;
#[cfg(test)]
mod group_commit_tests;
#[cfg(test)]
mod power_cut;
#[cfg(test)]
mod power_cut_at_start;
#[cfg(test)]
mod swap_tests;

use std::sync::Arc;
use std::thread::JoinHandle;

pub use compaction::{Compacted, Size};
pub use durable::Work;
pub use error::{GivenUp, StoreError};
pub use live_size::LiveSize;
pub use new_log::NewLog;
pub use read::RowPage;
pub use restoring::{OverwriteSlots, Restoring};
pub use row::StoredRow;
pub use tx::Tx;
pub use write::{Commit, WriteClass, Written};

#[cfg(test)]
pub(crate) use format::FORMAT;

use durable::Shared;

/// The store of one data folder. Clones share it; it closes with the last of them.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

/// Whether there is space to work with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpaceMode {
    /// Everything is accepted.
    Normal,
    /// The disk is full and the reserve is in use: reads and disconnects only.
    Emergency,
}

struct Inner {
    shared: Arc<Shared>,
    committer: Option<JoinHandle<()>>,
}

impl Drop for Inner {
    /// What was applied is made durable before the folder is let go.
    fn drop(&mut self) {
        self.shared.stop();
        if let Some(committer) = self.committer.take()
            && committer.join().is_err()
        {
            tracing::error!(
                "the store's committing thread died; the next start will check every row"
            );
        }
    }
}
