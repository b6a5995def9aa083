//! What a person looked at last, as JSON at the server (C6): the next console opens there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::arrangement::Arrangement;
use super::command::KeyPlace;
use super::filters::Filters;
use super::screens::SavedSelection;
use crate::console::context::Destination;

/// Tab, opened screen, and each tab's selection, filter and marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ViewState {
    /// The tab in sight.
    pub(super) tab: KeyPlace,
    /// What was opened above it.
    pub(super) open: Option<Destination>,
    /// How lists are arranged that are not as they came.
    pub(super) arranged: BTreeMap<KeyPlace, Arrangement>,
    /// Filters that can be had again.
    pub(super) filters: BTreeMap<KeyPlace, Filters>,
    /// What to keep of each tab.
    pub(super) screens: BTreeMap<KeyPlace, SavedSelection>,
}

impl Default for ViewState {
    fn default() -> Self {
        Self {
            tab: KeyPlace::Connections,
            open: None,
            arranged: BTreeMap::new(),
            filters: BTreeMap::new(),
            screens: BTreeMap::new(),
        }
    }
}

impl ViewState {
    /// As it is kept.
    #[must_use]
    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// As it was kept; a view of another version is no view.
#[must_use]
pub(super) fn read(text: &str) -> Option<ViewState> {
    serde_json::from_str(text).ok()
}
