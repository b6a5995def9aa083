//! The keys that work on a screen, from the keymap and the table of commands.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::Screen;
use crate::console::appearance::Appearance;
use crate::console::awaited::IncomingReply;
use crate::console::command::{Command, Danger, KeyPlace};
use crate::console::context::{Context, Facts};
use crate::console::keymap::{KeyBinding, Keymap};
use crate::console::text::Align;
use crate::console::theme::StyleRole;
use crate::console::widgets::lines;
use crate::wire::Topic;

/// A line of it.
enum HelpLine {
    Heading(&'static str),
    Key { keys: String, command: Command },
    Blank,
}

/// The screen.
pub struct HelpScreen {
    entries: Vec<HelpLine>,
    top: usize,
}

impl HelpScreen {
    /// The keys of a place, then those that work everywhere.
    #[must_use]
    pub fn new(place: KeyPlace, keymap: &Keymap, facts: &Facts) -> Self {
        let shown = |b: &&KeyBinding| {
            !b.keys.is_empty() && (facts.controls() || b.command.row().danger == Danger::Looks)
        };
        let key = |b: &KeyBinding| HelpLine::Key {
            keys: b
                .keys
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("  "),
            command: b.command,
        };
        let mut entries = vec![HelpLine::Heading("Here")];
        entries.extend(keymap.here(place).filter(shown).map(key));
        entries.extend([HelpLine::Blank, HelpLine::Heading("Everywhere")]);
        entries.extend(keymap.here(KeyPlace::All).filter(shown).map(key));
        Self { entries, top: 0 }
    }
}

impl Screen for HelpScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::Help
    }

    fn refresh(&mut self, _: &mut Context<'_>) {}

    fn changed(&mut self, _: &[Topic], _: &mut Context<'_>) {}

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
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

    fn reply(&mut self, _: &mut IncomingReply, _: &mut Context<'_>) {}

    fn fit(&mut self, _: &mut Context<'_>) {}

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let room = usize::from(area.width).saturating_sub(31);
        let page = self.entries.iter().skip(self.top).map(|entry| match entry {
            HelpLine::Blank => Line::default(),
            HelpLine::Heading(text) => {
                Line::from(vec![Span::raw(" "), look.span(text, StyleRole::Heading)])
            }
            HelpLine::Key { keys, command } => Line::from(vec![
                Span::raw("   "),
                look.cell(keys, 11, Align::Left, StyleRole::Accent),
                look.cell(command.row().title, 16, Align::Left, StyleRole::Text),
                look.cell(command.row().help, room, Align::Left, StyleRole::Dim),
            ]),
        });
        lines(frame, area, page);
    }
}
