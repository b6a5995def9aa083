//! How a person wants a list: in which order, and with which columns.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::filter::FilterField;
use crate::wire::request::Sort;

/// The order and the columns of a list, kept for each person and screen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Arrangement {
    /// The order, where it is not the list's own.
    pub sort: Option<Sort>,
    /// The columns that are not shown, by their titles.
    pub hidden: BTreeSet<String>,
}

/// A column, as it can be arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnChoice {
    /// Its title.
    pub title: &'static str,
    /// What the list is sorted by with it; none where it cannot be.
    pub by: Option<FilterField>,
    /// Whether it says what the row is, and is always shown.
    pub stays: bool,
}

impl Arrangement {
    /// Sorts; the same again turns the order round, and once more gives the list its own back.
    pub fn sort_by(&mut self, by: FilterField) {
        self.sort = match self.sort.filter(|sort| sort.by == by) {
            None => Some(Sort {
                by,
                descending: false,
            }),
            Some(sort) if !sort.descending => Some(Sort {
                descending: true,
                ..sort
            }),
            Some(_) => None,
        };
    }

    /// Shows a column, or hides it.
    pub fn show(&mut self, title: &str, shown: bool) {
        if shown {
            self.hidden.remove(title);
        } else {
            self.hidden.insert(title.to_owned());
        }
    }

    /// Whether a column is shown.
    #[must_use]
    pub fn shows(&self, title: &str) -> bool {
        !self.hidden.contains(title)
    }
}
