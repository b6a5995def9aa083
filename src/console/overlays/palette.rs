//! `:` every command of this place by name, with its key and why it is refused.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Input, Overlay, OverlayState};
use crate::console::appearance::Appearance;
use crate::console::command::KeyPlace;
use crate::console::context::{Action, Context, Facts, PaletteEntry};
use crate::console::event::Key;
use crate::console::text::{self, Align};
use crate::console::theme::StyleRole;
use crate::console::widgets::field::TextField;
use crate::console::widgets::{dialog, lines};

/// Rows in sight.
const ROWS: usize = 12;

/// The list, narrowed by what is typed.
pub struct Palette {
    entries: Vec<PaletteEntry>,
    field: TextField,
    at: usize,
}

impl Palette {
    /// Offers these.
    #[must_use]
    pub fn new(entries: Vec<PaletteEntry>) -> Self {
        Self {
            entries,
            field: TextField::default(),
            at: 0,
        }
    }

    fn matching(&self) -> Vec<&PaletteEntry> {
        let typed = self.field.text().to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let fits = |entry: &&PaletteEntry| {
            let row = entry.command.row();
            words
                .iter()
                .all(|w| row.name.contains(w) || row.title.contains(w))
        };
        self.entries.iter().filter(fits).collect()
    }
}

impl Overlay for Palette {
    fn place(&self) -> KeyPlace {
        KeyPlace::Palette
    }

    fn guards(&self) -> bool {
        false
    }

    fn input(&mut self, input: Input, cx: &mut Context<'_>) -> OverlayState {
        let last = self.matching().len().saturating_sub(1);
        match input {
            Input::Key(Key::Esc, _) => return OverlayState::Close,
            Input::Key(Key::Enter, _) => {
                let chosen = self.matching().get(self.at).map(|e| e.command);
                cx.actions.extend(chosen.map(Action::Run));
                return OverlayState::Close;
            }
            Input::Key(Key::Up | Key::BackTab | Key::Ctrl('p'), _) => {
                self.at = self.at.saturating_sub(1);
            }
            Input::Key(Key::Down | Key::Tab | Key::Ctrl('n'), _) => {
                self.at = (self.at + 1).min(last);
            }
            Input::Key(key, _) => {
                self.field.key(key);
                self.at = 0;
            }
            Input::Paste(paste) => {
                self.field.paste(&paste);
                self.at = 0;
            }
        }
        OverlayState::Stay
    }

    fn hints(&self) -> Vec<(String, String)> {
        [("Enter", "do it"), ("Up/Down", "choose"), ("Esc", "close")]
            .map(|(key, word)| (key.to_owned(), word.to_owned()))
            .to_vec()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance, _: &Facts) {
        let width = 74.min(area.width);
        let height = u16::try_from(ROWS + 4).unwrap_or(area.height);
        let inner = dialog::draw(frame, dialog::middle(area, width, height), "Commands", look);
        lines(
            frame,
            inner,
            [Line::from(look.span(":", StyleRole::Accent))],
        );
        let field = Rect {
            x: inner.x + 2,
            width: inner.width.saturating_sub(2),
            height: 1,
            ..inner
        };
        self.field.draw(frame, field, true, look);
        let skip = (self.at + 1).saturating_sub(ROWS);
        let rows = self
            .matching()
            .into_iter()
            .enumerate()
            .skip(skip)
            .take(ROWS);
        let mut page: Vec<Line<'static>> = rows
            .map(|(i, entry)| row(entry, i == self.at, inner.width, look))
            .collect();
        if page.is_empty() {
            page.push(Line::from(
                look.span("No command is called so.", StyleRole::Dim),
            ));
        }
        let below = Rect {
            y: inner.y.saturating_add(2),
            height: inner.height.saturating_sub(2),
            ..inner
        };
        lines(frame, below, page);
    }
}

fn row(entry: &PaletteEntry, selected: bool, width: u16, look: &Appearance) -> Line<'static> {
    let about = entry.command.row();
    let pointer = if selected { look.glyphs.pointer } else { " " };
    let name = match (selected, &entry.refused) {
        (true, _) => StyleRole::Selected,
        (false, Some(_)) => StyleRole::Dim,
        (false, None) => StyleRole::Text,
    };
    let words = match &entry.refused {
        Some(why) => text::clean(why),
        None => about.help.to_owned(),
    };
    let room = usize::from(width).saturating_sub(2 + 16 + 2 + 7 + 1);
    Line::from(vec![
        look.span(format!("{pointer} "), StyleRole::Accent),
        look.cell(about.name, 16, Align::Left, name),
        Span::raw("  "),
        look.cell(&entry.key, 7, Align::Left, StyleRole::Accent),
        Span::raw(" "),
        look.cell(&words, room, Align::Left, StyleRole::Dim),
    ])
}
