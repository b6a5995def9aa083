//! A page of headings, pairs and sentences: the detail of one thing.

use ratatui::text::{Line, Span};

use crate::console::appearance::Appearance;
use crate::console::text::{self, Align};
use crate::console::theme::StyleRole;

/// Lines under construction, each at most `width` columns.
pub struct Doc<'a> {
    lines: Vec<Line<'static>>,
    look: &'a Appearance,
    width: usize,
    label: usize,
    margin: usize,
}

impl<'a> Doc<'a> {
    /// An empty page; `label` is how many columns the names of pairs take.
    #[must_use]
    pub fn new(width: u16, label: usize, look: &'a Appearance) -> Self {
        Self {
            lines: Vec::new(),
            look,
            width: usize::from(width),
            label,
            margin: 2,
        }
    }

    /// The same, with pairs that begin at another column.
    #[must_use]
    pub fn margin(mut self, margin: usize) -> Self {
        self.margin = margin;
        self
    }

    /// A heading, with a blank line before it unless it is the first.
    pub fn heading(&mut self, text: &str) {
        self.blank();
        self.lines
            .push(Line::from(self.look.span(text, StyleRole::Heading)));
    }

    /// A blank line, unless there is one already or nothing before.
    pub fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.lines.push(Line::default());
        }
    }

    /// A name and what it is; long values go on below themselves.
    pub fn pair(&mut self, name: &str, value: &str, role: StyleRole) {
        if value.is_empty() {
            return;
        }
        let room = self.width.saturating_sub(self.label + self.margin);
        for (i, piece) in text::wrap(value, room).into_iter().enumerate() {
            let name = if i == 0 { name } else { "" };
            self.lines.push(Line::from(vec![
                Span::raw(" ".repeat(self.margin)),
                self.look
                    .cell(name, self.label, Align::Left, StyleRole::Dim),
                self.look.span(piece, role),
            ]));
        }
    }

    /// A name and two values beside each other, each wrapped in its half.
    pub fn beside(&mut self, name: &str, values: [&str; 2], role: StyleRole) {
        let room = self.width.saturating_sub(self.label + self.margin) / 2;
        let [left, right] = values.map(|value| text::wrap(value, room.saturating_sub(2)));
        let piece = |of: &[String], i: usize| of.get(i).cloned().unwrap_or_default();
        for i in 0..left.len().max(right.len()) {
            let name = if i == 0 { name } else { "" };
            self.lines.push(Line::from(vec![
                Span::raw(" ".repeat(self.margin)),
                self.look
                    .cell(name, self.label, Align::Left, StyleRole::Dim),
                self.look.cell(&piece(&left, i), room, Align::Left, role),
                self.look.span(piece(&right, i), role),
            ]));
        }
    }

    /// A sentence, indented and wrapped, with a sign before it.
    pub fn point(&mut self, sign: &str, words: &str, role: StyleRole) {
        let room = self.width.saturating_sub(4);
        for (i, piece) in text::wrap(words, room).into_iter().enumerate() {
            let sign = if i == 0 { sign } else { "" };
            self.lines.push(Line::from(vec![
                Span::raw("  "),
                self.look.cell(sign, 2, Align::Left, role),
                self.look.span(piece, role),
            ]));
        }
    }

    /// A name and a value at an indent, as a tree has them; long values go on below themselves.
    pub fn point_at(&mut self, indent: &str, name: &str, value: &str, role: StyleRole) {
        let name = if name.is_empty() {
            String::new()
        } else {
            format!("{name}  ")
        };
        let used = text::measure(indent) + text::measure(&name);
        for (i, piece) in text::wrap(value, self.width.saturating_sub(used))
            .into_iter()
            .enumerate()
        {
            let name = if i == 0 {
                name.clone()
            } else {
                " ".repeat(text::measure(&name))
            };
            self.lines.push(Line::from(vec![
                Span::raw(indent.to_owned()),
                self.look.span(name, StyleRole::Dim),
                self.look.span(piece, role),
            ]));
        }
    }

    /// Words that hang at a column, wrapped there.
    pub fn hang(&mut self, column: usize, words: &str, role: StyleRole) {
        for piece in text::wrap(words, self.width.saturating_sub(column)) {
            self.lines.push(Line::from(vec![
                Span::raw(" ".repeat(column)),
                self.look.span(piece, role),
            ]));
        }
    }

    /// Words at the margin, wrapped.
    pub fn words(&mut self, words: &str, role: StyleRole) {
        for piece in text::wrap(words, self.width) {
            self.lines.push(Line::from(self.look.span(piece, role)));
        }
    }

    /// A line as it is.
    pub fn line(&mut self, spans: Vec<Span<'static>>) {
        self.lines.push(Line::from(spans));
    }

    /// How many columns there are.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many lines there are so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is nothing yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The page.
    #[must_use]
    pub fn done(self) -> Vec<Line<'static>> {
        self.lines
    }
}
