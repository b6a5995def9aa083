//! A page that ends in things to fill in: choices, fields and buttons, in rows.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::doc::Doc;
use super::field::TextField;
use super::{dialog, lines};
use crate::console::appearance::Appearance;
use crate::console::text;
use crate::console::theme::StyleRole;

/// No line is read well when it is longer.
const WIDEST: u16 = 92;

/// Where a dialog with a form stands: everything but the two rows at the bottom, which go on saying what is said
/// and which keys there are.
#[derive(Debug, Clone, Copy)]
pub struct FormArea {
    area: Rect,
}

impl FormArea {
    /// In this area.
    #[must_use]
    pub fn new(area: Rect) -> Self {
        let height = area.height.saturating_sub(2);
        Self {
            area: Rect { height, ..area },
        }
    }

    /// Columns inside.
    #[must_use]
    pub fn width(self) -> u16 {
        WIDEST.min(self.area.width).saturating_sub(4)
    }

    /// Lines for the words above a form of this height.
    #[must_use]
    pub fn room(self, below: u16) -> usize {
        usize::from(self.area.height.saturating_sub(2 + below))
    }

    /// Draws words as they fit, from line `skip` on, and the form always.
    pub fn draw(
        self,
        frame: &mut Frame<'_>,
        title: &str,
        above: Vec<Line<'static>>,
        skip: usize,
        below: Form<'_>,
    ) {
        let look = below.look;
        let room = self.room(below.height());
        let shown = above.len().saturating_sub(skip).min(room);
        let cut = above.len().saturating_sub(skip) > shown;
        let height = u16::try_from(shown).unwrap_or(0) + below.height() + 2;
        let width = WIDEST.min(self.area.width);
        let inner = dialog::draw(frame, dialog::middle(self.area, width, height), title, look);
        let mut words: Vec<Line<'static>> = above.into_iter().skip(skip).take(shown).collect();
        if let (true, Some(last)) = (cut, words.last_mut()) {
            *last = Line::from(look.span("more below: PgDn", StyleRole::Accent));
        }
        lines(frame, inner, words);
        let at = inner.y.saturating_add(u16::try_from(shown).unwrap_or(0));
        let rest = Rect {
            y: at,
            height: inner.bottom().saturating_sub(at),
            ..inner
        };
        below.draw(frame, rest);
    }
}

/// Lines under construction, and where the fields stand in them.
pub struct Form<'a> {
    /// The words.
    pub page: Doc<'a>,
    look: &'a Appearance,
    row: Vec<Span<'static>>,
    column: usize,
    fields: Vec<Placed<'a>>,
}

struct Placed<'a> {
    line: usize,
    column: usize,
    field: &'a TextField,
    focused: bool,
}

impl<'a> Form<'a> {
    /// An empty page of this width.
    #[must_use]
    pub fn new(width: u16, look: &'a Appearance) -> Self {
        Self {
            page: Doc::new(width, 14, look),
            look,
            row: Vec::new(),
            column: 0,
            fields: Vec::new(),
        }
    }

    /// What a row is about, at least `width` columns, with the pointer when it has the focus.
    pub fn label(&mut self, name: &str, width: usize, focused: bool) -> &mut Self {
        let sign = if focused {
            self.look.glyphs.pointer
        } else {
            " "
        };
        self.put(format!("{sign} "), StyleRole::Accent);
        let name = text::clean(name);
        let gap = width.saturating_sub(text::measure(&name)).max(1);
        self.put(
            name,
            if focused {
                StyleRole::Text
            } else {
                StyleRole::Dim
            },
        );
        self.put(" ".repeat(gap), StyleRole::Text)
    }

    /// `< word >`: one of several, changed by the arrows.
    pub fn choice(&mut self, word: &str, focused: bool) -> &mut Self {
        let role = if focused {
            StyleRole::Selected
        } else {
            StyleRole::Text
        };
        self.put(format!("< {word} >"), role)
    }

    /// Further words of a row.
    pub fn put(&mut self, words: impl AsRef<str>, role: StyleRole) -> &mut Self {
        let span = self.look.span(words, role);
        self.column += span.width();
        self.row.push(span);
        self
    }

    /// A field, to the end of the row.
    pub fn field(&mut self, field: &'a TextField, focused: bool) -> &mut Self {
        let (line, column) = (self.page.len(), self.column);
        let room = self.page.width().saturating_sub(column);
        self.put("_".repeat(room), StyleRole::Dim);
        self.fields.push(Placed {
            line,
            column,
            field,
            focused,
        });
        self
    }

    /// Buttons at the right, `[ so ]` the one that has the focus; what is in the way stands at the left.
    pub fn buttons(&mut self, words: &str, buttons: &[(&str, bool)]) {
        let faces: Vec<(String, bool)> = buttons
            .iter()
            .map(|(word, focused)| match focused {
                true => (format!("[ {word} ]"), true),
                false => (format!("  {word}  "), false),
            })
            .collect();
        let wide: usize = faces.iter().map(|(face, _)| text::measure(face) + 2).sum();
        let room = self.page.width().saturating_sub(wide);
        let mut said = text::wrap(words, room.max(20));
        let last = said.pop().unwrap_or_default();
        for piece in said {
            self.put(piece, StyleRole::Warn).end();
        }
        self.put(
            text::fit(&last, room, text::Align::Left, ""),
            StyleRole::Warn,
        );
        for (face, focused) in faces {
            let role = if focused {
                StyleRole::Selected
            } else {
                StyleRole::Text
            };
            self.put("  ", StyleRole::Text).put(face, role);
        }
        self.end();
    }

    /// The row is complete.
    pub fn end(&mut self) {
        self.column = 0;
        self.page.line(std::mem::take(&mut self.row));
    }

    /// How many rows it takes.
    #[must_use]
    pub fn height(&self) -> u16 {
        u16::try_from(self.page.len()).unwrap_or(u16::MAX)
    }

    /// Draws it from the top of an area. One field has the cursor.
    pub fn draw(self, frame: &mut Frame<'_>, area: Rect) {
        let look = self.look;
        lines(frame, area, self.page.done());
        for placed in self.fields {
            let (Ok(line), Ok(column)) = (u16::try_from(placed.line), u16::try_from(placed.column))
            else {
                continue;
            };
            let room = Rect {
                x: area.x.saturating_add(column),
                y: area.y.saturating_add(line),
                width: area.width.saturating_sub(column),
                height: 1,
            };
            if line < area.height && room.width > 0 {
                placed.field.draw(frame, room, placed.focused, look);
            }
        }
    }
}
