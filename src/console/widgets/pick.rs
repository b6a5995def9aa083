//! A list in a form to pick one of, a few rows at a time, the picked one among them.

use super::form::Form;
use crate::console::appearance::Appearance;
use crate::console::event::Key;
use crate::console::text::{self, Align};
use crate::console::theme::StyleRole;

/// Rows that are seen at once.
const ROWS: usize = 8;

/// One of the list.
#[derive(Debug)]
pub struct PickRow {
    /// What is picked.
    pub name: String,
    /// What there is to know of it, each in a column.
    pub about: Vec<(String, StyleRole)>,
}

/// How the list is drawn.
#[derive(Debug)]
pub struct Pick<'a> {
    /// What is picked, before the first row.
    pub label: &'a str,
    /// Columns of the label.
    pub indent: usize,
    /// Whether it has the focus.
    pub focused: bool,
    /// Which row is picked.
    pub picked: usize,
    /// How the room is parted among the columns.
    pub parts: &'a [usize],
}

impl Pick<'_> {
    /// Puts the rows into a form.
    pub fn draw(&self, rows: &[PickRow], form: &mut Form<'_>, look: &Appearance) {
        let skip = (self.picked + 1).saturating_sub(ROWS);
        let room = form.page.width().saturating_sub(self.indent + 2 + 4);
        let whole = self.parts.iter().sum::<usize>().max(1);
        let mut widths = self.parts.iter().map(|part| room * part / whole);
        let first = widths.next().unwrap_or(room);
        let widths: Vec<usize> = widths.collect();
        let cell = |text: &str, width| {
            text::fit(&text::clean(text), width, Align::Left, look.glyphs.ellipsis)
        };
        for (at, row) in rows.iter().enumerate().skip(skip).take(ROWS) {
            let is_picked = at == self.picked;
            let label = if at == skip { self.label } else { "" };
            form.label(label, self.indent, self.focused && is_picked);
            let (sign, role) = match (is_picked, self.focused) {
                (true, true) => ("*", StyleRole::Selected),
                (true, false) => ("*", StyleRole::Accent),
                (false, _) => (" ", StyleRole::Text),
            };
            form.put(format!("{sign} {}", cell(&row.name, first)), role);
            for ((words, role), width) in row.about.iter().zip(&widths) {
                form.put(format!(" {}", cell(words, *width)), *role);
            }
            form.end();
        }
        if rows.len() > ROWS {
            let words = format!("{} of {}", self.picked + 1, rows.len());
            form.label("", self.indent, false);
            form.put(words, StyleRole::Dim).end();
        }
    }
}

/// Where a key leads from this row, of so many; none where the key is not the list's.
#[must_use]
pub fn moved(key: Key, at: usize, of: usize) -> Option<usize> {
    let to = match key {
        Key::Up => at.saturating_sub(1),
        Key::Down => at + 1,
        Key::PageUp => at.saturating_sub(ROWS),
        Key::PageDown => at + ROWS,
        Key::Home => 0,
        Key::End => of,
        _ => return None,
    };
    Some(to.min(of.saturating_sub(1)))
}
