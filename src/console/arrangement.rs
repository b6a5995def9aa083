//! How a person wants a list: in which order, and with which columns.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The order and the columns of a list, kept for each person and screen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Arrangement {
    /// The order, where it is not the list's own.
    pub sort: Option<ColumnSort>,
    /// The columns that are not shown, by their titles.
    pub hidden: BTreeSet<String>,
}

/// A column that a list is sorted by. One that another version kept, and that the list does not have, is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnSort {
    /// Its title.
    pub column: String,
    /// The last first.
    pub descending: bool,
}

/// A column, as it can be arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnChoice {
    /// Its title.
    pub title: &'static str,
    /// What the list is sorted by with it; none where it cannot be.
    pub sorts: Option<SortedBy>,
    /// Whether it says what the row is, and is always shown.
    pub stays: bool,
}

/// What stands in a column that a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortedBy {
    /// Words.
    Words,
    /// Numbers or times.
    Figures,
}

impl SortedBy {
    /// The direction of an order, in words.
    #[must_use]
    pub fn words(self, descending: bool) -> &'static str {
        match (self, descending) {
            (Self::Words, false) => "A to Z",
            (Self::Words, true) => "Z to A",
            (Self::Figures, false) => "rising",
            (Self::Figures, true) => "falling",
        }
    }
}

impl Arrangement {
    /// Sorts; the same again turns the order round, and once more gives the list its own back.
    pub fn sort_by(&mut self, column: &str) {
        self.sort = match self.sort.take().filter(|sort| sort.column == column) {
            None => Some(ColumnSort {
                column: column.to_owned(),
                descending: false,
            }),
            Some(sort) if !sort.descending => Some(ColumnSort {
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
