//! The rows of a list as they are drawn, or why there are none.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::Marks;
use super::column_layout::ColumnLayout;
use crate::console::appearance::Appearance;
use crate::console::screens::pane::{self, Pane};
use crate::console::theme::StyleRole;
use crate::console::widgets::empty::{self, Nothing};
use crate::console::widgets::table;
use crate::console::window::{List, ListLine, Row};

/// What is drawn.
pub(super) struct ListPicture<'a, T> {
    pub(super) list: &'a List<T>,
    pub(super) sheet: &'a ColumnLayout<T>,
    pub(super) nothing: Nothing,
    /// Whether the columns have their titles above them.
    pub(super) titled: bool,
    /// How wide it is when the selected row's detail stands beside it.
    pub(super) beside: Option<u16>,
}

impl<T: Row> ListPicture<'_, T> {
    /// Draws it, and returns where the selected row is shown in full, if there is room.
    pub(super) fn draw(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        marks: impl Fn(&T, bool) -> Marks,
        look: &Appearance,
    ) -> Option<Pane> {
        let list = self.list;
        if list.held() == 0 {
            empty::list(frame, area, list, self.nothing, look);
            return None;
        }
        let (left, right) = match self.beside {
            Some(width) => pane::beside(area, width),
            None => (area, None),
        };
        let lines = list.lines().into_iter();
        let rows: Vec<table::TableRow> = lines
            .map(|line| match line {
                ListLine::Blank => table::TableRow::Blank,
                ListLine::Heading(text) if text == T::URGENT => {
                    table::TableRow::Heading(text.to_owned(), StyleRole::Warn)
                }
                ListLine::Heading(text) => {
                    table::TableRow::Heading(text.to_owned(), StyleRole::Dim)
                }
                ListLine::Row(it, selected) => {
                    let Marks { selected, marked } = marks(it, selected);
                    table::TableRow::Cells {
                        cells: self.sheet.cells(it, look),
                        selected,
                        marked,
                    }
                }
            })
            .collect();
        let columns = self.sheet.drawn(self.titled);
        table::draw(frame, left, &columns, &rows, look);
        let used = rows.len() + table::head(&columns);
        right.or_else(|| self.beside.and_then(|_| pane::below(area, used)))
    }
}
