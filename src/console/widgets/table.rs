//! Aligned columns. Widths depend on the room alone, never on the rows, so nothing jumps while scrolling.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::lines;
use crate::console::appearance::Appearance;
use crate::console::text::Align;
use crate::console::theme::StyleRole;
use crate::domain::filter::FilterField;
use crate::domain::sorting::{SortBy, SortValue};

/// A column. When there is no room, the last ones go first.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its heading; empty for none.
    pub title: &'static str,
    /// The least it can live with.
    pub least: u16,
    /// The most it has use for.
    pub most: u16,
    /// Words left, numbers right.
    pub align: Align,
    /// Whether the selection covers it.
    pub lead: bool,
    /// What its list can be sorted by with it.
    pub by: Option<SortBy>,
    /// Whether the rows are in its order, and in which direction.
    pub sorted: Option<Direction>,
}

/// Which end of an order stands on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The first.
    Rising,
    /// The last.
    Falling,
}

impl Column {
    /// A column of words.
    #[must_use]
    pub const fn words(title: &'static str, least: u16, most: u16) -> Self {
        Self {
            title,
            least,
            most,
            align: Align::Left,
            lead: false,
            by: None,
            sorted: None,
        }
    }

    /// A column of numbers.
    #[must_use]
    pub const fn figures(title: &'static str, width: u16) -> Self {
        Self {
            title,
            least: width,
            most: width,
            align: Align::Right,
            lead: false,
            by: None,
            sorted: None,
        }
    }

    /// The same, by which its list can be sorted.
    #[must_use]
    pub const fn by(mut self, field: FilterField) -> Self {
        self.by = Some(SortBy::Field(field));
        self
    }

    /// The same, by whose value its list can be sorted.
    #[must_use]
    pub const fn by_value(mut self, value: SortValue) -> Self {
        self.by = Some(SortBy::Value(value));
        self
    }

    /// The same, covered by the selection.
    #[must_use]
    pub const fn lead(mut self) -> Self {
        self.lead = true;
        self
    }
}

/// A text in its role.
#[derive(Debug, Clone)]
pub struct Cell(pub String, pub StyleRole);

impl Cell {
    /// Ordinary text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self(text.into(), StyleRole::Text)
    }

    /// Text that is read second.
    #[must_use]
    pub fn dim(text: impl Into<String>) -> Self {
        Self(text.into(), StyleRole::Dim)
    }
}

/// A line of the table.
#[derive(Debug, Clone)]
pub enum TableRow {
    /// Nothing.
    Blank,
    /// A heading over rows, in its role.
    Heading(String, StyleRole),
    /// A row.
    Cells {
        /// One a column.
        cells: Vec<Cell>,
        /// Whether it is selected.
        selected: bool,
        /// Whether it is marked.
        marked: bool,
    },
}

impl TableRow {
    /// A row that is not marked.
    #[must_use]
    pub fn unmarked(cells: Vec<Cell>, selected: bool) -> Self {
        Self::Cells {
            cells,
            selected,
            marked: false,
        }
    }
}

/// Columns before the first one: pointer, mark, a space.
const GUTTER: u16 = 3;
/// Between two columns.
const GAP: u16 = 2;

/// Draws headings (if any column has one) and rows.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    columns: &[Column],
    rows: &[TableRow],
    look: &Appearance,
) {
    let layout = Layout::new(columns, area.width);
    let titled = columns.iter().any(|c| !c.title.is_empty());
    let head = titled.then(|| layout.heading(look));
    let body = rows.iter().map(|row| match row {
        TableRow::Blank => Line::default(),
        TableRow::Heading(text, role) => Line::from(vec![Span::raw(" "), look.span(text, *role)]),
        TableRow::Cells {
            cells,
            selected,
            marked,
        } => layout.line(cells, *selected, *marked, look),
    });
    lines(frame, area, head.into_iter().chain(body));
}

/// How many lines the headings take.
#[must_use]
pub fn head(columns: &[Column]) -> usize {
    usize::from(columns.iter().any(|c| !c.title.is_empty()))
}

/// The columns that have room, with their widths.
struct Layout<'a> {
    columns: &'a [Column],
    widths: Vec<u16>,
}

impl<'a> Layout<'a> {
    fn new(columns: &'a [Column], room: u16) -> Self {
        Self {
            columns,
            widths: widths(columns, room),
        }
    }

    fn columns(&self) -> impl Iterator<Item = (&Column, usize)> {
        let widths = self.widths.iter().map(|width| usize::from(*width));
        self.columns.iter().zip(widths)
    }

    fn heading(&self, look: &Appearance) -> Line<'static> {
        let mut spans = vec![Span::raw(" ".repeat(usize::from(GUTTER)))];
        for (column, width) in self.columns() {
            let title = match column.sorted {
                None => column.title.to_owned(),
                Some(Direction::Rising) => format!("{} {}", column.title, look.glyphs.rising),
                Some(Direction::Falling) => format!("{} {}", column.title, look.glyphs.falling),
            };
            spans.push(look.cell(&title, width, column.align, StyleRole::Dim));
            spans.push(Span::raw(" ".repeat(usize::from(GAP))));
        }
        Line::from(spans)
    }

    fn line(
        &self,
        cells: &[Cell],
        selected: bool,
        marked: bool,
        look: &Appearance,
    ) -> Line<'static> {
        let pointer = if selected { look.glyphs.pointer } else { " " };
        let mark = if marked { look.glyphs.mark } else { " " };
        let mut spans = vec![
            look.span(pointer, StyleRole::Accent),
            look.span(mark, StyleRole::Accent),
            Span::raw(" "),
        ];
        let leads = self.columns.iter().filter(|c| c.lead).count();
        for (i, ((column, width), Cell(text, role))) in self.columns().zip(cells).enumerate() {
            let covered = selected && column.lead;
            let role = if covered { StyleRole::Selected } else { *role };
            spans.push(look.cell(text, width, column.align, role));
            let inside = covered && i + 1 < leads;
            let gap = " ".repeat(usize::from(GAP));
            spans.push(if inside {
                look.span(gap, StyleRole::Selected)
            } else {
                Span::raw(gap)
            });
        }
        Line::from(spans)
    }
}

/// As many columns as fit at their least, the room left over given out evenly up to their most.
fn widths(columns: &[Column], room: u16) -> Vec<u16> {
    let room = room.saturating_sub(GUTTER);
    let mut widths: Vec<u16> = Vec::new();
    let mut used = 0u16;
    for column in columns {
        let gap = if widths.is_empty() { 0 } else { GAP };
        let next = used.saturating_add(gap).saturating_add(column.least);
        if next > room {
            break;
        }
        used = next;
        widths.push(column.least);
    }
    if widths.is_empty() {
        return vec![room];
    }
    let columns = columns.get(..widths.len()).unwrap_or(columns);
    let mut left = room.saturating_sub(used);
    // Figures do not touch the edge.
    if left > 0 && columns.last().is_some_and(|c| c.align == Align::Right) {
        left -= 1;
    }
    while left > 0 {
        let before = left;
        for (width, column) in widths.iter_mut().zip(columns) {
            if left > 0 && *width < column.most {
                *width += 1;
                left -= 1;
            }
        }
        if left == before {
            break;
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_rooms_lose_the_last_columns_and_wide_ones_share() {
        let columns = [
            Column::words("", 10, 20),
            Column::words("", 10, 12),
            Column::figures("", 8),
        ];
        assert_eq!(widths(&columns, 3 + 10 + 2 + 10), [10, 10]);
        assert_eq!(widths(&columns, 3 + 10 + 2 + 10 + 2 + 8 + 4), [12, 11, 8]);
        assert_eq!(widths(&columns, 3 + 10 + 2 + 10 + 2 + 4), [14, 12]);
        assert_eq!(widths(&columns, 200), [20, 12, 8]);
        assert_eq!(widths(&columns, 8), [5]);
    }
}
