//! A line of text under a cursor.

use std::fmt;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use zeroize::Zeroizing;

use crate::console::event::Key;
use crate::console::look::Look;
use crate::console::text;
use crate::console::theme::Role;

/// What can be typed into a field; more is dropped.
const LONGEST: usize = 4_000;

/// The text and the cursor's place in it, counted in characters. What was typed is wiped when the field goes, and
/// is not printed: it may be a secret.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Field {
    text: Zeroizing<Vec<char>>,
    cursor: usize,
    secret: bool,
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Field").finish_non_exhaustive()
    }
}

impl Field {
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
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, focused: bool, look: &Look) {
        let shown: String = if self.secret {
            look.glyphs.good.repeat(self.text.len())
        } else {
            text::strip(self.text.iter().copied())
        };
        let room = usize::from(area.width.saturating_sub(1));
        let before: String = shown.chars().take(self.cursor).collect();
        // Scrolled so that the cursor is always in sight.
        let mut skip = 0;
        while text::measure(&before.chars().skip(skip).collect::<String>()) > room {
            skip += 1;
        }
        let sight: String = shown.chars().skip(skip).collect();
        let line =
            Line::from(look.span(text::cut(&sight, usize::from(area.width), ""), Role::Text));
        frame
            .buffer_mut()
            .set_line(area.x, area.y, &line, area.width);
        if focused && area.height > 0 {
            let column = text::measure(&before.chars().skip(skip).collect::<String>());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_moving_and_deleting() {
        let mut field = Field::new("acme bot");
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
}
