//! The columns of a list, as a person has arranged them.

use crate::console::appearance::Appearance;
use crate::console::arrangement::{Arrangement, ColumnChoice};
use crate::console::widgets::table::{Cell, Column, Direction};

/// The columns, what stands in them, and which of them are wanted.
pub(super) struct ColumnLayout<T> {
    columns: &'static [Column],
    cells: fn(&T, &Appearance) -> Vec<Cell>,
    arrangement: Arrangement,
}

// Derived, it would ask for rows that can be cloned.
impl<T> Clone for ColumnLayout<T> {
    fn clone(&self) -> Self {
        Self {
            arrangement: self.arrangement.clone(),
            ..*self
        }
    }
}

impl<T> ColumnLayout<T> {
    /// All columns, in the list's own order.
    pub(super) fn new(columns: &'static [Column], cells: fn(&T, &Appearance) -> Vec<Cell>) -> Self {
        Self {
            columns,
            cells,
            arrangement: Arrangement::default(),
        }
    }

    /// How it is arranged.
    pub(super) fn arrangement(&self) -> &Arrangement {
        &self.arrangement
    }

    /// Arranges it so. An order that the list does not have, kept by another version, is none.
    pub(super) fn arrange(&mut self, wanted: Arrangement) {
        let has = |by| self.columns.iter().any(|column| column.by == Some(by));
        self.arrangement = Arrangement {
            sort: wanted.sort.filter(|sort| has(sort.by)),
            hidden: wanted.hidden,
        };
    }

    /// All columns, to be arranged.
    pub(super) fn choices(&self) -> Vec<ColumnChoice> {
        let choice = |column: &Column| ColumnChoice {
            title: column.title,
            by: column.by,
            stays: column.lead,
        };
        self.columns.iter().map(choice).collect()
    }

    /// The columns that are shown.
    pub(super) fn columns(&self) -> impl Iterator<Item = &'static Column> {
        let shown = |column: &&Column| self.arrangement.shows(column.title);
        self.columns.iter().filter(shown)
    }

    /// The same as they are drawn. Which one the rows are sorted by is said in any case.
    pub(super) fn drawn(&self, titled: bool) -> Vec<Column> {
        let sort = self.arrangement.sort;
        let titled = titled || sort.is_some();
        let columns = self.columns().map(|column| {
            let sort = sort.filter(|sort| column.by == Some(sort.by));
            Column {
                sorted: sort.map(|sort| match sort.descending {
                    true => Direction::Falling,
                    false => Direction::Rising,
                }),
                title: if titled { column.title } else { "" },
                ..*column
            }
        });
        columns.collect()
    }

    /// What stands in every column, those that are hidden among them.
    pub(super) fn all_cells(&self, row: &T, look: &Appearance) -> Vec<Cell> {
        (self.cells)(row, look)
    }

    /// What stands in them.
    pub(super) fn cells(&self, row: &T, look: &Appearance) -> Vec<Cell> {
        let cells = self.all_cells(row, look);
        let cells = self.columns.iter().zip(cells);
        let shown = cells.filter(|(column, _)| self.arrangement.shows(column.title));
        shown.map(|(_, cell)| cell).collect()
    }
}
