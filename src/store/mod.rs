//! The only room that says `sled`. A row is a JSON value under `kind/key`; a write is one transaction over rows, index,
//! counters and audit entries, and becomes durable together with everything else that was written meanwhile.
//!
//! What lies in the data folder, and in which order it is written, is told in `folder` and `commit`.

pub mod backup;
mod chunk;
mod commit;
mod compaction;
mod copying;
mod durable;
mod earlier_logs;
mod engine;
mod error;
pub mod facts;
mod flusher;
mod folder;
mod former;
mod head;
mod keys;
mod live;
mod log;
mod new_log;
mod open;
mod pending;
mod previous;
mod read;
mod reserve;
mod restoring;
mod row;
mod snapshot;
mod state;
mod sum;
mod swap;
mod target;
mod tx;
mod walk;
mod write;

#[cfg(test)]
mod exchanges;
#[cfg(test)]
mod power_cut;
#[cfg(test)]
mod power_cut_at_start;
#[cfg(test)]
mod sharing;
#[cfg(test)]
mod trouble;

use std::sync::Arc;
use std::thread::JoinHandle;

pub use compaction::{Compacted, Size};
pub use durable::Work;
pub use error::{GivenUp, StoreError};
pub use live::Live;
pub use new_log::NewLog;
pub use restoring::Restoring;
pub use row::Row;
pub use tx::Tx;
pub use write::{Commit, WriteClass, Written};

#[cfg(test)]
pub(crate) use state::FORMAT;

use durable::Shared;

/// The store of one data folder. Clones share it; it closes with the last of them.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

/// Whether there is space to work with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
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
