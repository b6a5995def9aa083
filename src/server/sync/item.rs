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
use crate::store::facts::ReadThing;

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
    digest: String,
    /// What people call it, and the vendor's time of change, cleaned.
    label: String,
    updated: Option<String>,
}

impl Received {
    pub(super) fn new(item: ListItem) -> Self {
        let text = item.raw.to_string();
        let label = item.label.as_deref().map(clean);
        let label = label.filter(|label| !label.is_empty());
        Self {
            size: text.len(),
            digest: hex::encode(Sha256::digest(&text)),
            label: label.unwrap_or_else(|| clean(&item.id)),
            updated: item.updated.as_deref().map(clean),
            item,
        }
    }

    /// What tells whether its row is as it was.
    pub(super) fn read(&self) -> ReadThing<'_> {
        ReadThing {
            digest: &self.digest,
            label: &self.label,
            updated: self.updated.as_deref(),
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
            label: self.label,
            external_id: item.id,
            updated: self.updated,
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
