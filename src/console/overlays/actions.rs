//! `.` what can be done with what is selected: each with its key, and why it cannot where that is so.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{Input, Overlay, OverlayState};
use crate::console::appearance::Appearance;
use crate::console::command::KeyPlace;
use crate::console::context::{Action, ActionsQuestion, Context, Facts, PaletteEntry};
use crate::console::event::Key;
use crate::console::subject::Subject;
use crate::console::text::{self, Align};
use crate::console::theme::StyleRole;
use crate::console::widgets::{dialog, lines};

/// Columns for the pointer, the key and the name.
const KEY: usize = 7;
const NAME: usize = 16;
const WORDS: usize = 2 + KEY + NAME;
/// As wide as it gets.
const WIDTH: u16 = 76;

/// The actions, and where the cursor stands.
pub struct Actions {
    /// What is acted on, as it was when they were asked for.
    subject: Option<Subject>,
    entries: Vec<PaletteEntry>,
    at: usize,
}

impl Actions {
    /// Offers these; the cursor stands on the first that can be done.
    #[must_use]
    pub fn new(question: ActionsQuestion) -> Self {
        let ActionsQuestion { subject, entries } = question;
        let at = entries.iter().position(|it| it.refused.is_none());
        Self {
            subject,
            entries,
            at: at.unwrap_or(0),
        }
    }

    /// Does the one under the cursor, unless it is refused: why is in sight then.
    fn act(&self, cx: &mut Context<'_>) -> OverlayState {
        match self.entries.get(self.at) {
            Some(it) if it.refused.is_none() => {
                cx.actions.push(Action::Run(it.command));
                OverlayState::Close
            }
            _ => OverlayState::Stay,
        }
    }

    /// All entries in lines, and which of them are the selected one's: from, to.
    fn page(&self, width: usize, look: &Appearance) -> (Vec<Line<'static>>, usize, usize) {
        let mut page = Vec::new();
        let (mut from, mut to) = (0, 0);
        for (i, entry) in self.entries.iter().enumerate() {
            let selected = i == self.at;
            if selected {
                from = page.len();
            }
            row(entry, selected, width, look, &mut page);
            if selected {
                to = page.len();
            }
        }
        (page, from, to)
    }
}

impl Overlay for Actions {
    fn place(&self) -> KeyPlace {
        KeyPlace::Actions
    }

    fn guards(&self) -> bool {
        false
    }

    fn input(&mut self, input: Input, cx: &mut Context<'_>) -> OverlayState {
        let Input::Key(key, _) = input else {
            return OverlayState::Stay;
        };
        let written = key.to_string();
        let own = self.entries.iter().position(|it| it.key == written);
        if let Some(at) = own.filter(|_| key != Key::Enter) {
            self.at = at;
            return self.act(cx);
        }
        let last = self.entries.len().saturating_sub(1);
        match key {
            Key::Esc | Key::Char('q' | '.') => return OverlayState::Close,
            Key::Up | Key::BackTab | Key::Char('k') => self.at = self.at.saturating_sub(1),
            Key::Down | Key::Tab | Key::Char('j') => self.at = (self.at + 1).min(last),
            Key::Home | Key::Char('g') => self.at = 0,
            Key::End | Key::Char('G') => self.at = last,
            Key::Enter => return self.act(cx),
            _ => {}
        }
        OverlayState::Stay
    }

    fn offer(&mut self, offered: ActionsQuestion) -> OverlayState {
        let id = |subject: &Option<Subject>| subject.as_ref().map(|it| it.id.clone());
        if id(&offered.subject) != id(&self.subject) {
            return OverlayState::Close;
        }
        let under = self.entries.get(self.at).map(|it| it.command);
        let at = offered
            .entries
            .iter()
            .position(|it| Some(it.command) == under);
        self.at = at.unwrap_or(0);
        self.entries = offered.entries;
        OverlayState::Stay
    }

    fn hints(&self) -> Vec<(String, String)> {
        [
            ("Enter", "do it; its key does, too"),
            ("Up/Down", "choose"),
            ("Esc", "close"),
        ]
        .map(|(key, word)| (key.to_owned(), word.to_owned()))
        .to_vec()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance, _: &Facts) {
        let width = WIDTH.min(area.width);
        let room = usize::from(width.saturating_sub(4));
        let (page, from, to) = self.page(room, look);
        let height = u16::try_from(page.len() + 2).unwrap_or(u16::MAX);
        let place = dialog::middle(area, width, height.min(area.height.saturating_sub(1)));
        let title = match &self.subject {
            Some(subject) => {
                let between = format!(" {} ", look.glyphs.dot);
                text::clean(&subject.title).replace(" · ", &between)
            }
            None => "What can be done".to_owned(),
        };
        let inner = dialog::draw(frame, place, &title, look);
        let skip = to.saturating_sub(usize::from(inner.height)).min(from);
        lines(frame, inner, page.into_iter().skip(skip));
    }
}

fn row(
    entry: &PaletteEntry,
    selected: bool,
    width: usize,
    look: &Appearance,
    page: &mut Vec<Line<'static>>,
) {
    let about = entry.command.row();
    let (key, name) = match (&entry.refused, selected) {
        (_, true) => (StyleRole::Accent, StyleRole::Selected),
        (None, false) => (StyleRole::Accent, StyleRole::Text),
        (Some(_), false) => (StyleRole::Dim, StyleRole::Dim),
    };
    let words = match &entry.refused {
        Some(why) => format!("not now: {why}"),
        None => about.help.to_owned(),
    };
    let pointer = if selected { look.glyphs.pointer } else { " " };
    for (i, piece) in text::wrap(&words, width.saturating_sub(WORDS))
        .into_iter()
        .enumerate()
    {
        let first = i == 0;
        let shown = |text: &str| {
            if first {
                text.to_owned()
            } else {
                String::new()
            }
        };
        page.push(Line::from(vec![
            look.cell(&shown(pointer), 2, Align::Left, StyleRole::Accent),
            look.cell(&shown(&entry.key), KEY, Align::Left, key),
            look.cell(&shown(about.title), NAME, Align::Left, name),
            look.span(piece, StyleRole::Dim),
        ]));
    }
}
