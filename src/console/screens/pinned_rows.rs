//! A few rows that stand above a list and share its cursor: what is not finished, above what is.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::console::appearance::Appearance;
use crate::console::command::Command;
use crate::console::theme::StyleRole;
use crate::console::widgets::table::{self, Cell, Column, TableRow};
use crate::console::widgets::{below, lines};
use crate::console::window::{List, Row};

/// The rows, and which of them the cursor stands on; none while it stands in the list below.
pub(super) struct PinnedRows<T> {
    rows: Vec<T>,
    on: Option<usize>,
    /// So many are in sight at once; the cursor brings the others there.
    most: usize,
    /// What a row stands under, where the columns have no headings.
    group: Option<fn(&T) -> PinnedGroup>,
}

/// A heading over some of the rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct PinnedGroup {
    pub(super) title: &'static str,
    pub(super) role: StyleRole,
}

impl<T> Default for PinnedRows<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            on: None,
            most: usize::MAX,
            group: None,
        }
    }
}

impl<T> PinnedRows<T> {
    /// None, of which so many will be in sight at once.
    pub(super) fn at_most(most: usize) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    /// None, of which those of one group will stand beside each other, under its title.
    pub(super) fn grouped(group: fn(&T) -> PinnedGroup) -> Self {
        Self {
            group: Some(group),
            ..Self::default()
        }
    }

    /// How many are in sight.
    fn shown(&self) -> usize {
        self.rows.len().min(self.most)
    }

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
        match self.shown() {
            0 => 0,
            n => n + self.headings() + 1,
        }
    }

    /// Lines of headings: of the columns, or of the groups.
    fn headings(&self) -> usize {
        let Some(group) = self.group else { return 1 };
        let mut titles: Vec<&str> = self.rows.iter().map(|it| group(it).title).collect();
        titles.dedup();
        titles.len()
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
        let skip = self.on.map_or(0, |at| (at + 1).saturating_sub(self.most));
        let mut rows = Vec::new();
        let mut under = None;
        for (i, it) in self.rows.iter().enumerate().skip(skip).take(self.shown()) {
            let group = self.group.map(|group| group(it));
            if let Some(new) = group.filter(|_| group != under) {
                rows.push(TableRow::Heading(new.title.to_owned(), new.role));
            }
            under = group;
            rows.push(TableRow::unmarked(cells(it), self.on == Some(i)));
        }
        if !rows.is_empty() {
            table::draw(frame, area, columns, &rows, look);
        }
        self.draw_more(frame, area, skip, look);
        below(area, self.height())
    }
}

impl<T> PinnedRows<T> {
    /// Says below the rows how many are not in sight.
    fn draw_more(&self, frame: &mut Frame<'_>, area: Rect, skip: usize, look: &Appearance) {
        let below = self.rows.len().saturating_sub(skip + self.shown());
        let words = match (skip, below) {
            (0, 0) => return,
            (0, below) => format!("   {below} more below"),
            (above, 0) => format!("   {above} more above"),
            (above, below) => format!("   {above} more above, {below} below"),
        };
        let line = u16::try_from(self.shown() + 1).unwrap_or(u16::MAX);
        let at = Rect {
            y: area.y.saturating_add(line).min(area.bottom()),
            height: area.height.saturating_sub(line).min(1),
            ..area
        };
        lines(frame, at, [look.span(words, StyleRole::Dim).into()]);
    }
}

/// Whether nothing below the first row of a list is selected.
fn on_first<R: Row>(list: &List<R>) -> bool {
    let first = list.rows().next().map(Row::id);
    list.selected_id().is_none_or(|id| Some(id) == first)
}
