//! A line of text under a cursor.

use std::fmt;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use zeroize::Zeroizing;

use crate::console::appearance::Appearance;
use crate::console::event::Key;
use crate::console::text;
use crate::console::theme::StyleRole;
use crate::wire::limits;
use crate::wire::request::Secret;

/// What can be typed into a field; more is dropped. It is one more than the longest text that is typed for a request, so that the
/// server says that one is too long, and none is cut in silence.
const LONGEST: usize = limits::SECRET + 1;

/// The text and the cursor's place in it, counted in characters. What was typed is wiped when the field goes, and
/// is not printed: it may be a secret.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TextField {
    text: Zeroizing<Vec<char>>,
    cursor: usize,
    secret: bool,
}

impl fmt::Debug for TextField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Field").finish_non_exhaustive()
    }
}

impl TextField {
    /// A field with a text, the cursor at its end.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text: Vec<char> = text.chars().collect();
        Self {
            cursor: text.len(),
            text: Zeroizing::new(text),
            secret: false,
        }
    }

    /// A field that shows a sign for each character.
    #[must_use]
    pub fn secret() -> Self {
        Self {
            secret: true,
            ..Self::default()
        }
    }

    /// What was typed.
    #[must_use]
    pub fn text(&self) -> String {
        self.text.iter().collect()
    }

    /// The same as a secret, without the spaces around it; it is wiped when it goes.
    #[must_use]
    pub fn secret_text(&self) -> Secret {
        let text = Zeroizing::new(self.text());
        Secret(Zeroizing::new(text.trim().to_owned()))
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Takes a key; false when the key is not the field's.
    pub fn key(&mut self, key: Key) -> bool {
        match key {
            Key::Char(c) => self.insert(c),
            Key::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                self.text.remove(self.cursor);
            }
            Key::Delete if self.cursor < self.text.len() => {
                self.text.remove(self.cursor);
            }
            Key::Backspace | Key::Delete => {}
            Key::Left => self.cursor = self.cursor.saturating_sub(1),
            Key::Right => self.cursor = (self.cursor + 1).min(self.text.len()),
            Key::Home | Key::Ctrl('a') => self.cursor = 0,
            Key::End | Key::Ctrl('e') => self.cursor = self.text.len(),
            Key::Ctrl('u') => {
                let cursor = self.cursor;
                self.text.drain(..cursor);
                self.cursor = 0;
            }
            Key::Ctrl('w') => self.delete_word(),
            _ => return false,
        }
        true
    }

    /// Takes a paste, line breaks as spaces at most.
    pub fn paste(&mut self, paste: &str) {
        for c in text::strip(paste.trim().chars()).chars() {
            self.insert(c);
        }
    }

    /// Draws it, and puts the real cursor there when it has the focus: a screen reader follows it.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, focused: bool, look: &Appearance) {
        let shown: String = if self.secret {
            look.glyphs.good.repeat(self.text.len())
        } else {
            text::strip(self.text.iter().copied())
        };
        let room = usize::from(area.width.saturating_sub(1));
        let skip = skipped(&shown, self.cursor, room);
        let before: String = shown.chars().take(self.cursor).skip(skip).collect();
        let sight: String = shown.chars().skip(skip).take(room + 1).collect();
        let line = Line::from(look.span(
            text::cut(&sight, usize::from(area.width), ""),
            StyleRole::Text,
        ));
        frame
            .buffer_mut()
            .set_line(area.x, area.y, &line, area.width);
        if focused && area.height > 0 {
            let column = text::measure(&before);
            let x = area.x
                + u16::try_from(column)
                    .unwrap_or(area.width)
                    .min(area.width.saturating_sub(1));
            frame.set_cursor_position((x, area.y));
        }
    }

    fn insert(&mut self, c: char) {
        if self.text.len() < LONGEST && !c.is_control() {
            self.text.insert(self.cursor, c);
            self.cursor += 1;
        }
    }

    fn delete_word(&mut self) {
        let is_space =
            |field: &Self, at: usize| field.text.get(at).is_some_and(|c| c.is_whitespace());
        while self.cursor > 0 && is_space(self, self.cursor - 1) {
            self.key(Key::Backspace);
        }
        while self.cursor > 0 && !is_space(self, self.cursor - 1) {
            self.key(Key::Backspace);
        }
    }
}

/// How many characters are left out at the beginning, so that the cursor is in sight.
fn skipped(shown: &str, cursor: usize, room: usize) -> usize {
    let before: Vec<char> = shown.chars().take(cursor).collect();
    let mut width = 0;
    for (at, c) in before.iter().enumerate().rev() {
        width += text::measure(c.encode_utf8(&mut [0; 4]));
        if width > room {
            return at + 1;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_moving_and_deleting() {
        let mut field = TextField::new("acme bot");
        for key in [
            Key::Ctrl('w'),
            Key::Char('x'),
            Key::Home,
            Key::Delete,
            Key::Char('A'),
        ] {
            assert!(field.key(key));
        }
        assert_eq!(field.text(), "Acme x");
        assert!(!field.key(Key::Enter));
        field.paste("\n\u{1b}[31mred\n");
        assert_eq!(field.text(), "A[31mredcme x");
    }

    #[test]
    fn a_long_address_is_taken_whole_and_one_that_no_request_holds_is_not_cut_to_fit() {
        let mut field = TextField::default();
        let address = format!("http://localhost/?code={}&state=x", "A".repeat(9_000));
        field.paste(&address);
        assert_eq!(field.text(), address);
        field.paste(&"B".repeat(20_000));
        assert!(field.text().len() > limits::SECRET);
    }

    #[test]
    fn the_end_of_what_was_typed_is_in_sight() {
        assert_eq!(skipped("abc", 3, 5), 0);
        assert_eq!(skipped("abcdefgh", 8, 5), 3);
        assert_eq!(skipped("abcdefgh", 2, 5), 0);
        assert_eq!(skipped("日本語", 3, 4), 1);
        assert_eq!(skipped("日本語", 3, 5), 1);
    }
}
