//! The columns of a list, as a person has arranged them.

use crate::console::appearance::Appearance;
use crate::console::arrangement::{Arrangement, ColumnChoice, ColumnSort, SortedBy};
use crate::console::text::Align;
use crate::console::widgets::table::{Cell, Column, Direction};
use crate::wire::request::Sort;

/// The columns, what stands in them, and which of them are wanted.
pub(super) struct ColumnLayout<T> {
    columns: &'static [Column],
    cells: fn(&T, &Appearance) -> Vec<Cell>,
    arrangement: Arrangement,
    place: SortPlace,
}

/// Where rows are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SortPlace {
    /// By the server, by what it knows of them.
    Server,
    /// Here, where all of them are, by any column.
    Here,
}

/// The column that rows are sorted by here.
#[derive(Debug, Clone, Copy)]
pub(super) struct SortedAt {
    /// Which of the columns it is.
    pub(super) at: usize,
    /// How many columns of figures stand before it.
    pub(super) figures: usize,
    /// Whether it is one.
    pub(super) is_figures: bool,
    /// The last first.
    pub(super) descending: bool,
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
    pub(super) fn new(
        columns: &'static [Column],
        cells: fn(&T, &Appearance) -> Vec<Cell>,
        place: SortPlace,
    ) -> Self {
        Self {
            columns,
            cells,
            arrangement: Arrangement::default(),
            place,
        }
    }

    /// How it is arranged.
    pub(super) fn arrangement(&self) -> &Arrangement {
        &self.arrangement
    }

    /// Arranges it so. An order that the list does not have, kept by another version, is none.
    pub(super) fn arrange(&mut self, wanted: Arrangement) {
        let has = |sort: &ColumnSort| {
            let column = self.columns.iter().find(|it| it.title == sort.column);
            column.is_some_and(|it| self.sorts(it).is_some())
        };
        self.arrangement = Arrangement {
            sort: wanted.sort.filter(has),
            hidden: wanted.hidden,
        };
    }

    /// What the rows are sorted by with a column, if they can be.
    fn sorts(&self, column: &Column) -> Option<SortedBy> {
        let can_be = match self.place {
            SortPlace::Server => column.by.is_some(),
            SortPlace::Here => true,
        };
        can_be.then_some(match column.align {
            Align::Left => SortedBy::Words,
            Align::Right => SortedBy::Figures,
        })
    }

    /// The order that the server is asked for; none for the list's own.
    pub(super) fn sort(&self) -> Option<Sort> {
        let sort = self.arrangement.sort.as_ref()?;
        let column = self.columns.iter().find(|it| it.title == sort.column)?;
        Some(Sort {
            by: column.by?,
            descending: sort.descending,
        })
    }

    /// The place of the column that the rows are sorted by here.
    pub(super) fn sorted_at(&self) -> Option<SortedAt> {
        let sort = self.arrangement.sort.as_ref()?;
        let mut columns = self.columns.iter();
        let at = columns.position(|it| it.title == sort.column)?;
        let is_figures = |it: &&Column| it.align == Align::Right;
        Some(SortedAt {
            figures: self.columns.iter().take(at).filter(is_figures).count(),
            is_figures: self.columns.get(at).as_ref().is_some_and(is_figures),
            at,
            descending: sort.descending,
        })
    }

    /// All columns, to be arranged.
    pub(super) fn choices(&self) -> Vec<ColumnChoice> {
        let choice = |column: &Column| ColumnChoice {
            title: column.title,
            sorts: self.sorts(column),
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
        let sort = self.arrangement.sort.as_ref();
        let titled = titled || sort.is_some();
        let columns = self.columns().map(|column| {
            let sort = sort.filter(|sort| column.title == sort.column);
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
