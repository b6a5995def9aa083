//! A pass: one list, walked once from its beginning to its end.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::by_key::KeyProgress;

/// A list that goes on for more pages than this does not end: at one row a page it is a million rows.
pub const PAGES: u64 = 1_000_000;

/// What is known of a list from the last time that all of it was seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastPass {
    /// The most things that a page of it has held.
    #[serde(default)]
    pub fullest: u64,
    /// Digest of the ids of the page that it ended with.
    #[serde(default)]
    pub ended_on: Option<u64>,
}

/// Where a pass goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// As the list's style writes it.
    pub cursor: String,
    /// When the page before it was committed.
    pub at: Timestamp,
    /// Where the page before it began; none for the beginning.
    pub before: Option<String>,
    /// Digest of the ids of the page before it.
    pub before_ids: u64,
}

/// A pass as far as it has come. What is in it survives the execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// When it was first started, by this machine's clock.
    pub began: Timestamp,
    /// The same by the vendor's clock (`Date` of its first answer).
    #[serde(default)]
    pub vendor_began: Option<Timestamp>,
    /// How many seconds the vendor's clock is ahead of ours.
    #[serde(default)]
    pub ahead: Option<i64>,
    /// What it asks from; none for everything.
    pub since: Option<Timestamp>,
    /// Its number among the whole passes of its scope; 0 for one that asks for changes alone.
    #[serde(default)]
    pub number: u64,
    /// Of which generation of the connection its position is.
    pub generation: u32,
    /// Where it goes on; none at the beginning.
    pub position: Option<Position>,
    /// Newest change that was seen.
    #[serde(default)]
    pub newest: Option<Timestamp>,
    /// Something was seen without a time of change that can be read.
    #[serde(default)]
    pub undated: bool,
    /// Its positions count things or pages, whatever their style says.
    #[serde(default)]
    pub is_counted_on: bool,
    /// Things without an id on the pages of this walk.
    #[serde(default)]
    pub without_id: u64,
    /// Things on the pages of this walk, since it went on by key where it did.
    pub rows: u64,
    /// Pages in all walks.
    pub pages: u64,
    /// The most things that a page has held.
    pub fullest: u64,
    /// How many things the vendor counts.
    pub total: Option<u64>,
    /// How many things a page is asked for, where the file's size was too much.
    #[serde(default)]
    pub size: Option<u32>,
    /// How often that was halved.
    #[serde(default)]
    pub halved: u64,
    /// It was begun anew after a position was refused.
    #[serde(default)]
    pub renewed: bool,
    /// How often it came to an end that nobody named.
    #[serde(default)]
    pub walks: u8,
    /// Digest of the ids of the page where the walk before ended.
    #[serde(default)]
    pub ended_on: Option<u64>,
    /// How far it has come by key.
    #[serde(default, skip_serializing_if = "KeyProgress::is_unknown")]
    pub keys: KeyProgress,
}

/// Why a list cannot be walked to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListFault {
    /// It leads back to a page that was there before.
    #[error("the list circles: page {page} leads to where it has been")]
    Circle {
        /// Which page, counted from one.
        page: u64,
    },
    /// It does not end.
    #[error("the list does not end: {PAGES} pages were read, or a thousand with nothing on them")]
    Endless,
    /// It ends where the vendor shows no more.
    #[error(
        "the list ends at {cap}, and the vendor shows no more than that of any list; ask for less of it \
         (params, since)"
    )]
    Capped {
        /// How many things it shows at most.
        cap: u64,
    },
    /// It ends elsewhere each time, and never says that it ends.
    #[error(
        "the list ends at another place each time it is read, and no answer says that it ends; \
         something on the way may drop what names the next page"
    )]
    Unsettled,
}

impl Pass {
    /// A pass that begins.
    #[must_use]
    pub fn new(began: Timestamp, since: Option<Timestamp>, generation: u32) -> Self {
        Self {
            began,
            vendor_began: None,
            ahead: None,
            since,
            number: 0,
            generation,
            position: None,
            newest: None,
            undated: false,
            is_counted_on: false,
            without_id: 0,
            rows: 0,
            pages: 0,
            fullest: 0,
            total: None,
            size: None,
            halved: 0,
            renewed: false,
            walks: 0,
            ended_on: None,
            keys: KeyProgress::default(),
        }
    }

    /// Where to ask for the next page; none for the beginning.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.position.as_ref().map(|it| it.cursor.as_str())
    }

    /// Whether it has read nothing yet, and asks for the beginning of the list.
    #[must_use]
    pub fn is_at_beginning(&self) -> bool {
        self.position.is_none() && self.keys.from.is_none()
    }

    /// Goes back to the beginning; what was found out about the list is kept.
    pub fn restart(&mut self) {
        (self.position, self.rows, self.without_id) = (None, 0, 0);
        self.keys = self.keys.restarted();
    }

    /// All that the vendor counts was shown.
    pub(super) fn is_counted(&self) -> bool {
        self.total.is_some_and(|total| self.rows >= total)
    }

    /// What is known of the list once it was walked to its end.
    #[must_use]
    pub fn known(&self) -> LastPass {
        LastPass {
            fullest: self.fullest,
            ended_on: self.ended_on,
        }
    }
}

/// A digest of a page's ids, in their order.
#[must_use]
pub fn digest_of(ids: impl Iterator<Item = impl AsRef<[u8]>>) -> u64 {
    let mut digest = Sha256::new();
    for id in ids {
        let id = id.as_ref();
        digest.update((id.len() as u64).to_be_bytes());
        digest.update(id);
    }
    let bytes = digest.finalize();
    bytes
        .iter()
        .take(8)
        .fold(0, |all, byte| all << 8 | u64::from(*byte))
}
