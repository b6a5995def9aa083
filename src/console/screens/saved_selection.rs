//! What a person looked at, as it is kept between two sessions.

use serde::{Deserialize, Serialize};

use crate::wire::request::Sort;

/// What a person looked at, kept at the server (C6).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedSelection {
    /// The selected row's id.
    pub selected: Option<String>,
    /// The filter.
    pub filter: String,
    /// Marked ids.
    pub marks: Vec<String>,
    /// Where the part of the list began that was held, for a list that is longer; this console's alone.
    #[serde(skip)]
    pub before: Option<String>,
    /// In which order that was.
    #[serde(skip)]
    pub sort: Option<Sort>,
}
