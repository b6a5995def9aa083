//! A few rows that stand above a list and share its cursor: what is not finished, above what is.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::console::appearance::Appearance;
use crate::console::command::Command;
use crate::console::widgets::table::{self, Cell, Column};
use crate::console::window::{List, Row};

/// The rows, and which of them the cursor stands on; none while it stands in the list below.
pub(super) struct PinnedRows<T> {
    rows: Vec<T>,
    on: Option<usize>,
}

impl<T> Default for PinnedRows<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            on: None,
        }
    }
}

impl<T> PinnedRows<T> {
    /// Takes the rows anew. The first ones there are get the cursor, unless somebody looks further down.
    pub(super) fn put<R: Row>(&mut self, rows: Vec<T>, list: &List<R>) {
        let come = self.rows.is_empty() && on_first(list);
        self.rows = rows;
        let last = self.rows.len().checked_sub(1);
        self.on = match last {
            Some(_) if come => Some(0),
            Some(last) if list.held() == 0 => Some(self.on.unwrap_or(0).min(last)),
            Some(last) => self.on.map(|at| at.min(last)),
            None => None,
        };
    }

    /// Moves among the rows, and between them and the list below; false when that is the list's own business.
    pub(super) fn moved<R: Row>(&mut self, command: Command, list: &List<R>) -> bool {
        let last = self.rows.len().checked_sub(1);
        self.on = match (command, self.on) {
            (Command::Up, Some(at)) => Some(at.saturating_sub(1)),
            (Command::Up | Command::First, None) if on_first(list) && last.is_some() => last,
            (Command::First, Some(_)) => Some(0),
            (Command::Down, Some(at)) if Some(at) < last => Some(at + 1),
            (Command::Down, Some(at)) if list.held() == 0 => Some(at),
            (Command::Down, Some(_)) => None,
            (Command::Last | Command::PageDown | Command::HalfDown, Some(_)) => {
                self.on = None;
                return false;
            }
            _ => return false,
        };
        true
    }

    /// The row under the cursor.
    pub(super) fn selected(&self) -> Option<&T> {
        self.on.and_then(|at| self.rows.get(at))
    }

    /// Lines that it takes, the headings and the blank below included.
    pub(super) fn height(&self) -> usize {
        match self.rows.len() {
            0 => 0,
            n => n + 2,
        }
    }

    /// Draws it at the top of an area, and returns what is left below.
    pub(super) fn draw(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        columns: &[Column],
        cells: impl Fn(&T) -> Vec<Cell>,
        look: &Appearance,
    ) -> Rect {
        let rows = self
            .rows
            .iter()
            .enumerate()
            .map(|(i, it)| table::TableRow::Cells {
                cells: cells(it),
                selected: self.on == Some(i),
                marked: false,
            });
        let rows: Vec<table::TableRow> = rows.collect();
        if !rows.is_empty() {
            table::draw(frame, area, columns, &rows, look);
        }
        let height = u16::try_from(self.height()).unwrap_or(0).min(area.height);
        Rect {
            y: area.y + height,
            height: area.height - height,
            ..area
        }
    }
}

/// Whether nothing below the first row of a list is selected.
fn on_first<R: Row>(list: &List<R>) -> bool {
    let first = list.rows().next().map(Row::id);
    list.selected_id().is_none_or(|id| Some(id) == first)
}
