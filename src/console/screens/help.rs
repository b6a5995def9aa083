//! What the row under the cursor says, the keys that work on its screen, and every other word: filtered, and never cut.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{Screen, WordHere, pane};
use crate::console::appearance::Appearance;
use crate::console::awaited::IncomingReply;
use crate::console::command::{Command, Danger, KeyPlace};
use crate::console::context::{Context, Facts, Typing};
use crate::console::keymap::{KeyBinding, Keymap};
use crate::console::text::{self, Align};
use crate::console::theme::StyleRole;
use crate::console::widgets::scrolled;
use crate::domain::explained::{self, Explained};
use crate::wire::Topic;

/// What stands in it.
enum HelpEntry {
    Key {
        keys: String,
        command: Command,
    },
    Word {
        what: &'static Explained,
        word: String,
        seen: String,
    },
}

/// Entries under a heading.
struct HelpPart {
    heading: &'static str,
    entries: Vec<HelpEntry>,
}

/// A piece of a line.
struct HelpPiece {
    text: String,
    /// Columns that it fills; none for its own width.
    fills: usize,
    role: StyleRole,
}

/// A piece as wide as it is.
fn piece(text: impl Into<String>, role: StyleRole) -> HelpPiece {
    cell(text, 0, role)
}

/// A piece that fills so many columns.
fn cell(text: impl Into<String>, fills: usize, role: StyleRole) -> HelpPiece {
    HelpPiece {
        text: text.into(),
        fills,
        role,
    }
}

/// Lines under construction, for this width.
struct HelpPage {
    lines: Vec<Vec<HelpPiece>>,
    width: usize,
}

impl HelpPage {
    /// Words after a lead, wrapped where that ends.
    fn hang(&mut self, mut lead: Vec<HelpPiece>, words: &str, role: StyleRole) {
        // What is longer than its column takes a space more than it needs, as it is drawn.
        let width = |it: &HelpPiece| match text::measure(&it.text) {
            used if used >= it.fills => used + 1,
            _ => it.fills,
        };
        let column: usize = lead.iter().map(width).sum();
        for words in text::wrap(words, self.width.saturating_sub(column + 1)) {
            let mut line = std::mem::replace(&mut lead, vec![cell("", column, role)]);
            line.push(piece(words, role));
            self.lines.push(line);
        }
    }
}

/// The screen.
pub struct HelpScreen {
    parts: Vec<HelpPart>,
    filter: String,
    top: usize,
}

impl HelpScreen {
    /// What a row says, the keys of its place, those that work everywhere, and all words.
    #[must_use]
    pub fn new(place: KeyPlace, said: Vec<WordHere>, keymap: &Keymap, facts: &Facts) -> Self {
        let shown = |b: &&KeyBinding| {
            !b.keys.is_empty() && (facts.controls() || b.command.row().danger == Danger::Looks)
        };
        let key = |b: &KeyBinding| HelpEntry::Key {
            keys: b
                .keys
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("  "),
            command: b.command,
        };
        let keys = |place| keymap.here(place).filter(shown).map(key).collect();
        let said = explained::of_seen(said).into_iter();
        let said = said.map(|it| HelpEntry::Word {
            what: it.explained,
            word: it.word,
            seen: it.seen,
        });
        let words = explained::all().iter().map(|what| HelpEntry::Word {
            what,
            // The last one is that of the screens.
            word: what.words.last().cloned().unwrap_or_default(),
            seen: String::new(),
        });
        let parts = [
            ("What this says", said.collect()),
            ("Keys here", keys(place)),
            ("Keys everywhere", keys(KeyPlace::All)),
            ("Words", words.collect()),
        ];
        Self {
            parts: parts
                .map(|(heading, entries)| HelpPart { heading, entries })
                .into(),
            filter: String::new(),
            top: 0,
        }
    }

    /// What fits the filter, in lines of at most this width.
    fn page(&self, width: u16) -> Vec<Vec<HelpPiece>> {
        let wanted = self.filter.to_lowercase();
        let wanted: Vec<&str> = wanted.split_whitespace().collect();
        let mut page = HelpPage {
            lines: Vec::new(),
            width: usize::from(width),
        };
        for part in &self.parts {
            let mut entries = part.entries.iter().filter(|it| it.fits(&wanted)).peekable();
            if entries.peek().is_none() {
                continue;
            }
            if !page.lines.is_empty() {
                page.lines.push(Vec::new());
            }
            let heading = format!(" {}", part.heading);
            page.lines.push(vec![piece(heading, StyleRole::Heading)]);
            entries.for_each(|it| it.write(&mut page));
        }
        if page.lines.is_empty() {
            let words = " No key and no word here is called so.";
            page.lines.push(vec![piece(words, StyleRole::Dim)]);
        }
        page.lines
    }
}

impl HelpEntry {
    /// Whether it has all of these words.
    fn fits(&self, wanted: &[&str]) -> bool {
        let text = match self {
            Self::Key { keys, command } => {
                let row = command.row();
                format!("{keys} {} {} {}", row.name, row.title, row.help)
            }
            Self::Word { what, word, seen } => format!(
                "{word} {} {} {} {} {seen}",
                what.of.word(),
                what.words.join(" "),
                what.means,
                what.todo
            ),
        };
        let text = text.to_lowercase();
        wanted.iter().all(|word| text.contains(word))
    }

    fn write(&self, page: &mut HelpPage) {
        match self {
            Self::Key { keys, command } => {
                let row = command.row();
                let lead = vec![
                    cell("", 3, StyleRole::Text),
                    cell(keys, 11, StyleRole::Accent),
                    cell(row.title, 16, StyleRole::Text),
                ];
                page.hang(lead, row.help, StyleRole::Dim);
            }
            Self::Word { what, word, seen } => {
                page.lines.push(vec![
                    piece(format!("   {word}"), StyleRole::Title),
                    piece(format!("  {}", what.of.word()), StyleRole::Dim),
                ]);
                let parts = [
                    ("means", &what.means),
                    ("seen here", seen),
                    ("to do", &what.todo),
                ];
                for (name, said) in parts.into_iter().filter(|(_, said)| !said.is_empty()) {
                    let lead = vec![cell("", 5, StyleRole::Text), cell(name, 12, StyleRole::Dim)];
                    page.hang(lead, said, StyleRole::Text);
                }
            }
        }
    }
}

impl Screen for HelpScreen {
    fn place(&self) -> KeyPlace {
        KeyPlace::Help
    }

    fn refresh(&mut self, _: &mut Context<'_>) {}

    fn changed(&mut self, _: &[Topic], _: &mut Context<'_>) {}

    fn run(&mut self, command: Command, cx: &mut Context<'_>) {
        let body = cx.facts.body();
        let lines = self.page(body.width).len();
        pane::scroll_within(&mut self.top, lines, command, body);
    }

    fn refuses(&self, _: Command) -> Option<String> {
        None
    }

    fn reply(&mut self, _: &mut IncomingReply, _: &mut Context<'_>) {}

    fn typed(&mut self, what: Typing, text: &str, _: &mut Context<'_>) {
        if what == Typing::Filter {
            (self.filter, self.top) = (text.to_owned(), 0);
        }
    }

    fn filter(&self) -> Option<&str> {
        Some(&self.filter)
    }

    fn back(&mut self, _: &mut Context<'_>) -> bool {
        self.top = 0;
        !std::mem::take(&mut self.filter).is_empty()
    }

    fn fit(&mut self, _: &mut Context<'_>) {}

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Appearance) {
        let page = self.page(area.width);
        let top = self
            .top
            .min(page.len().saturating_sub(usize::from(area.height)));
        let line = |line: Vec<HelpPiece>| {
            let pieces = line.into_iter().map(|it| match it.fills {
                0 => look.span(it.text, it.role),
                // A key that is longer than its column moves what follows it.
                fills if text::measure(&it.text) >= fills => look.span(it.text + " ", it.role),
                fills => look.cell(&it.text, fills, Align::Left, it.role),
            });
            Line::from(pieces.collect::<Vec<_>>())
        };
        scrolled(frame, area, page.into_iter().map(line).collect(), top, look);
    }
}
