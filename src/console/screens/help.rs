//! The keys that work on a screen, from the keymap and the table of commands.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::Screen;
use crate::console::asked::Heard;
use crate::console::command::{Command, Danger, Place};
use crate::console::context::{Cx, Facts};
use crate::console::keymap::{Binding, Keymap};
use crate::console::look::Look;
use crate::console::text::Align;
use crate::console::theme::Role;
use crate::console::widgets::lines;
use crate::wire::Topic;

/// A line of it.
enum Entry {
    Heading(&'static str),
    Key { keys: String, command: Command },
    Blank,
}

/// The screen.
pub struct Help {
    entries: Vec<Entry>,
    top: usize,
}

impl Help {
    /// The keys of a place, then those that work everywhere.
    #[must_use]
    pub fn new(place: Place, keymap: &Keymap, facts: &Facts) -> Self {
        let shown = |b: &&Binding| {
            !b.keys.is_empty() && (facts.controls() || b.command.row().danger == Danger::Looks)
        };
        let key = |b: &Binding| Entry::Key {
            keys: b
                .keys
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("  "),
            command: b.command,
        };
        let mut entries = vec![Entry::Heading("Here")];
        entries.extend(keymap.here(place).filter(shown).map(key));
        entries.extend([Entry::Blank, Entry::Heading("Everywhere")]);
        entries.extend(keymap.here(Place::All).filter(shown).map(key));
        Self { entries, top: 0 }
    }
}

impl Screen for Help {
    fn place(&self) -> Place {
        Place::Help
    }

    fn refresh(&mut self, _: &mut Cx<'_>) {}

    fn changed(&mut self, _: &[Topic], _: &mut Cx<'_>) {}

    fn run(&mut self, command: Command, cx: &mut Cx<'_>) {
        let page = usize::from(cx.facts.body().height);
        let most = self.entries.len().saturating_sub(page);
        self.top = match command {
            Command::Up => self.top.saturating_sub(1),
            Command::Down => self.top + 1,
            Command::PageUp | Command::HalfUp => self.top.saturating_sub(page / 2),
            Command::PageDown | Command::HalfDown => self.top + page / 2,
            Command::First => 0,
            Command::Last => most,
            _ => self.top,
        }
        .min(most);
    }

    fn refuses(&self, _: Command) -> Option<String> {
        None
    }

    fn reply(&mut self, _: &mut Heard, _: &mut Cx<'_>) {}

    fn fit(&mut self, _: &mut Cx<'_>) {}

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        let room = usize::from(area.width).saturating_sub(31);
        let page = self.entries.iter().skip(self.top).map(|entry| match entry {
            Entry::Blank => Line::default(),
            Entry::Heading(text) => {
                Line::from(vec![Span::raw(" "), look.span(text, Role::Heading)])
            }
            Entry::Key { keys, command } => Line::from(vec![
                Span::raw("   "),
                look.cell(keys, 11, Align::Left, Role::Accent),
                look.cell(command.row().title, 16, Align::Left, Role::Text),
                look.cell(command.row().help, room, Align::Left, Role::Dim),
            ]),
        });
        lines(frame, area, page);
    }
}
