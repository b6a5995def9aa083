//! `:` every command of this place by name, with its key and why it is refused; a list with words (`audit hubspot`), and
//! connections by what they are called.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Input, Overlay, OverlayState};
use crate::console::app::TABS;
use crate::console::appearance::Appearance;
use crate::console::command::{Command, KeyPlace};
use crate::console::context::{Action, Context, Facts, PaletteEntry, PaletteQuestion, Typing};
use crate::console::event::Key;
use crate::console::text::{self, Align};
use crate::console::theme::StyleRole;
use crate::console::widgets::field::TextField;
use crate::console::widgets::{dialog, lines};

/// Rows in sight.
const ROWS: usize = 11;
/// Columns of a row before what it says.
const USED: usize = 2 + 16 + 2 + 7 + 1;
/// Lines below them for the selected one, whole.
const WHOLE: usize = 2;

/// The list, narrowed by what is typed.
pub struct Palette {
    question: PaletteQuestion,
    field: TextField,
    at: usize,
    /// How far back one went among what was typed before, and what stood in the field then.
    back: usize,
    typed: String,
}

/// What Enter would do.
enum PaletteOffer<'a> {
    /// A command.
    Command(&'a PaletteEntry),
    /// A list with what its rows are to contain.
    List(&'a PaletteEntry, String),
    /// Connections of this name: it is no command.
    Connections(String),
    /// It is neither a command nor a connection.
    Nothing,
}

impl Palette {
    /// Offers these.
    #[must_use]
    pub fn new(question: PaletteQuestion) -> Self {
        Self {
            question,
            field: TextField::default(),
            at: 0,
            back: 0,
            typed: String::new(),
        }
    }

    fn offers(&self) -> Vec<PaletteOffer<'_>> {
        let typed = self.field.text();
        let typed = typed.trim();
        let entries = &self.question.entries;
        if let Some((name, words)) = typed.split_once(char::is_whitespace) {
            let name = name.to_lowercase();
            // What a tab shows can be filtered.
            let is_tab = |it: &PaletteEntry| TABS.iter().any(|(_, show, _)| *show == it.command);
            let list = |it: &&PaletteEntry| is_tab(it) && it.command.row().name == name;
            if let Some(entry) = entries.iter().find(list) {
                return vec![PaletteOffer::List(entry, words.trim().to_owned())];
            }
        }
        let lower = typed.to_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        let fits = |entry: &&PaletteEntry| {
            let row = entry.command.row();
            words
                .iter()
                .all(|w| row.name.contains(w) || row.title.contains(w))
        };
        let mut found: Vec<&PaletteEntry> = entries.iter().filter(fits).collect();
        // A name that was typed whole stands first, then those that begin so.
        found.sort_by_key(|it| {
            let name = it.command.row().name;
            (name != lower, !name.starts_with(&lower))
        });
        let found: Vec<_> = found.into_iter().map(PaletteOffer::Command).collect();
        match found.is_empty() && !typed.is_empty() {
            true if self.is_no_connection(&words) => vec![PaletteOffer::Nothing],
            true => vec![PaletteOffer::Connections(typed.to_owned())],
            false => found,
        }
    }

    /// Whether all connections are known, and none has these words. A word of a filter may mean something else.
    fn is_no_connection(&self, words: &[&str]) -> bool {
        let Some(all) = &self.question.connections else {
            return false;
        };
        let has = |name: &String| {
            let name = name.to_lowercase();
            words.iter().all(|word| name.contains(word))
        };
        !words.iter().any(|word| word.contains(':')) && !all.iter().any(has)
    }

    /// Does what is under the cursor.
    fn act(&self, cx: &mut Context<'_>) -> OverlayState {
        let offers = self.offers();
        let Some(offer) = offers.get(self.at) else {
            return OverlayState::Close;
        };
        let filter = |text: &String| {
            let text = text.clone();
            let what = Typing::Filter;
            [
                Action::Typed {
                    what,
                    text: text.clone(),
                },
                Action::Used(text),
            ]
        };
        match offer {
            PaletteOffer::Command(entry) => {
                let name = entry.command.row().name.to_owned();
                cx.actions.push(Action::Commanded(name));
                cx.actions.push(Action::Run(entry.command));
            }
            PaletteOffer::List(entry, words) => {
                let line = format!("{} {words}", entry.command.row().name);
                cx.actions.push(Action::Commanded(line));
                cx.actions.push(Action::Run(entry.command));
                cx.actions.extend(filter(words));
            }
            PaletteOffer::Connections(name) => {
                cx.actions.push(Action::Commanded(name.clone()));
                cx.actions.push(Action::Run(Command::ShowConnections));
                cx.actions.extend(filter(name));
            }
            PaletteOffer::Nothing => return OverlayState::Stay,
        }
        OverlayState::Close
    }

    /// What was typed before, so many further back.
    fn recall(&mut self, back: usize) {
        if self.back == 0 {
            self.typed = self.field.text();
        }
        self.back = back.min(self.question.typed.len());
        let before = self.back.checked_sub(1);
        let before = before.and_then(|at| self.question.typed.get(at));
        self.field = TextField::new(before.unwrap_or(&self.typed));
        self.at = 0;
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
        let last = self.offers().len().saturating_sub(1);
        match input {
            Input::Key(Key::Esc, _) => return OverlayState::Close,
            Input::Key(Key::Enter, _) => return self.act(cx),
            // Above the first row is what was typed before.
            Input::Key(Key::Up, _) if self.at == 0 => self.recall(self.back + 1),
            Input::Key(Key::Down, _) if self.back > 0 => self.recall(self.back - 1),
            Input::Key(Key::Up | Key::BackTab | Key::Ctrl('p'), _) => {
                self.at = self.at.saturating_sub(1);
            }
            Input::Key(Key::Down | Key::Tab | Key::Ctrl('n'), _) => {
                self.at = (self.at + 1).min(last);
            }
            Input::Key(key, _) => {
                self.field.key(key);
                (self.at, self.back) = (0, 0);
            }
            Input::Paste(paste) => {
                self.field.paste(&paste);
                (self.at, self.back) = (0, 0);
            }
        }
        OverlayState::Stay
    }

    fn hints(&self) -> Vec<(String, String)> {
        let mut hints = vec![("Enter", "do it"), ("Up/Down", "choose"), ("Esc", "close")];
        if !self.question.typed.is_empty() {
            hints.insert(2, ("Up at the top", "earlier ones"));
        }
        let hint = |(key, word): (&str, &str)| (key.to_owned(), word.to_owned());
        hints.into_iter().map(hint).collect()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance, _: &Facts) {
        let width = 74.min(area.width);
        let height = u16::try_from(ROWS + WHOLE + 5).unwrap_or(area.height);
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
        let offers = self.offers();
        let rows = offers.iter().enumerate().skip(skip).take(ROWS);
        let page = rows.map(|(i, offer)| row(offer, i == self.at, inner.width, look));
        let below = Rect {
            y: inner.y.saturating_add(2),
            height: inner.height.saturating_sub(2),
            ..inner
        };
        lines(frame, below, page);
        // What the column cuts stands below the rows.
        let whole = offers.get(self.at).map(|it| it.words());
        let whole =
            whole.filter(|it| text::measure(it) > usize::from(inner.width).saturating_sub(USED));
        let room = usize::from(inner.width.saturating_sub(2));
        let whole = whole.map(|it| text::wrap(&it, room)).unwrap_or_default();
        let whole = whole
            .into_iter()
            .map(|words| Line::from(look.span(format!("  {words}"), StyleRole::Text)));
        let skipped = u16::try_from(ROWS + 3).unwrap_or(u16::MAX);
        let end = Rect {
            y: inner.y.saturating_add(skipped),
            height: inner.height.saturating_sub(skipped),
            ..inner
        };
        lines(frame, end, whole);
    }
}

impl PaletteOffer<'_> {
    /// What it would do, or why it cannot be done.
    fn words(&self) -> String {
        match self {
            Self::Command(entry) => match &entry.refused {
                Some(why) => format!("not now: {why}"),
                None => entry.command.row().help.to_owned(),
            },
            Self::List(_, words) => format!("Only rows that contain \"{words}\"."),
            Self::Connections(name) => format!("No command; connections that contain \"{name}\"."),
            Self::Nothing => "No command and no connection is called so.".to_owned(),
        }
    }
}

fn row(offer: &PaletteOffer<'_>, selected: bool, width: u16, look: &Appearance) -> Line<'static> {
    let (entry, name) = match offer {
        PaletteOffer::Command(entry) | PaletteOffer::List(entry, _) => {
            (Some(*entry), entry.command.row().name)
        }
        PaletteOffer::Connections(_) => (None, Command::ShowConnections.row().name),
        PaletteOffer::Nothing => (None, ""),
    };
    let refused = entry.is_some_and(|it| it.refused.is_some());
    let key = entry.map_or("", |it| it.key.as_str());
    let pointer = if selected { look.glyphs.pointer } else { " " };
    let role = match (selected, refused) {
        (true, _) => StyleRole::Selected,
        (false, true) => StyleRole::Dim,
        (false, false) => StyleRole::Text,
    };
    let room = usize::from(width).saturating_sub(USED);
    Line::from(vec![
        look.span(format!("{pointer} "), StyleRole::Accent),
        look.cell(name, 16, Align::Left, role),
        Span::raw("  "),
        look.cell(key, 7, Align::Left, StyleRole::Accent),
        Span::raw(" "),
        look.cell(&offer.words(), room, Align::Left, StyleRole::Dim),
    ])
}
