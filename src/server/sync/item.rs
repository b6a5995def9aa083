//! What came on a page, and what a refused page speaks of.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::task::Task;
use crate::domain::display_text::clean;
use crate::domain::job::{Seen, StoredBody, Synced};
use crate::domain::sync::moment;
use crate::providers::{ListItem, PageError};
use crate::server::clock_and_ids;

/// When something happened.
pub(super) fn moment_at(item: &ListItem, pointer: &str) -> Option<Timestamp> {
    match item.raw.pointer(pointer)? {
        Value::String(text) => moment(text),
        Value::Number(number) => moment(&number.to_string()),
        _ => None,
    }
}

/// Whether a refusal may mean the position that was asked for.
pub(super) fn speaks_of_position(error: &PageError) -> bool {
    match error {
        PageError::Refused { status, excerpt } => {
            matches!(status, 400 | 404 | 410 | 416 | 422)
                || excerpt.to_ascii_lowercase().contains("cursor")
        }
        _ => false,
    }
}

/// Whether it says that there is no such page.
pub(super) fn is_nowhere(error: &PageError) -> bool {
    matches!(
        error,
        PageError::Refused {
            status: 404 | 416,
            ..
        }
    )
}

/// A thing of a list that came, and what tells whether it has changed.
pub(super) struct Received {
    item: ListItem,
    /// Bytes of its JSON.
    size: usize,
    /// The SHA-256 of its JSON, hex.
    pub(super) digest: String,
}

impl Received {
    pub(super) fn new(item: ListItem) -> Self {
        let text = item.raw.to_string();
        Self {
            item,
            size: text.len(),
            digest: hex::encode(Sha256::digest(&text)),
        }
    }

    /// The vendor's name for it.
    pub(super) fn id(&self) -> &str {
        &self.item.id
    }

    /// As it is kept.
    pub(super) fn synced(self, task: &Task<'_>) -> Synced {
        let (job, item) = (task.job, self.item);
        let kept = StoredBody::sized(item.raw, self.size);
        let label = item
            .label
            .as_deref()
            .map(clean)
            .filter(|label| !label.is_empty());
        Synced {
            id: clock_and_ids::reference(),
            connection: job.connection.clone(),
            entity: job.entity.clone(),
            parent: task.list().parent,
            local_id: format!(
                "{}_{}",
                job.entity,
                clock_and_ids::reference()
                    .as_str()
                    .trim_start_matches("ref_")
            ),
            label: label.unwrap_or_else(|| clean(&item.id)),
            external_id: item.id,
            updated: item.updated.as_deref().map(clean),
            synced_at: clock_and_ids::now(),
            seen: Seen::default(),
            digest: self.digest,
            body: kept.body,
            left_out: kept.left_out,
            own: BTreeMap::new(),
            links: BTreeSet::new(),
        }
    }
}
