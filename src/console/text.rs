//! The only place that thinks about width: cleaning, measuring, cutting, padding, wrapping.

pub use crate::domain::display_text::number;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Foreign text longer than this is cut before anything else looks at it: no screen is wider.
const LONGEST: usize = 1_000;

/// Text from elsewhere without what could move the cursor, reorder the line or change widths behind our back.
///
/// Line breaks and tabs become spaces. Variation selectors and joiners go too: terminals disagree about the
/// width of what they make (ratatui#75, ratatui#1396).
#[must_use]
pub fn clean(text: &str) -> String {
    strip(text.chars().take(LONGEST))
}

/// The same without a limit: for what is typed and pasted, a redirected URL for one.
pub fn strip(text: impl Iterator<Item = char>) -> String {
    text.filter_map(|c| match c {
        '\n' | '\r' | '\t' => Some(' '),
        c if c.is_control() || is_format(c) => None,
        c => Some(c),
    })
    .collect()
}

/// Bidirectional controls, joiners, zero-width and tag characters.
fn is_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// How many columns a text takes.
#[must_use]
pub fn measure(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// At most `width` columns; what was cut ends in `ellipsis`.
#[must_use]
pub fn cut(text: &str, width: usize, ellipsis: &str) -> String {
    if measure(text) <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(measure(ellipsis));
    let mut taken = 0;
    let mut short: String = text
        .chars()
        .take_while(|c| {
            taken += c.width().unwrap_or(0);
            taken <= room
        })
        .collect();
    if measure(ellipsis) <= width {
        short.push_str(ellipsis);
    }
    short
}

/// On which side of a column a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Cleaned, cut and padded to exactly `width` columns.
#[must_use]
pub fn fit(text: &str, width: usize, align: Align, ellipsis: &str) -> String {
    let text = cut(&clean(text), width, ellipsis);
    let gap = " ".repeat(width.saturating_sub(measure(&text)));
    match align {
        Align::Left => text + &gap,
        Align::Right => gap + &text,
    }
}

/// Cleaned and broken between words into lines of at most `width` columns; longer words are broken.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = vec![String::new()];
    for word in clean(text).split_whitespace() {
        for piece in pieces(word, width) {
            let Some(line) = lines.last_mut() else { break };
            let gap = usize::from(!line.is_empty());
            if measure(line) + gap + measure(&piece) <= width {
                if gap == 1 {
                    line.push(' ');
                }
                line.push_str(&piece);
            } else {
                lines.push(piece);
            }
        }
    }
    lines
}

fn pieces(word: &str, width: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for c in word.chars() {
        let Some(last) = pieces.last_mut() else { break };
        if measure(last) + c.width().unwrap_or(0) > width && !last.is_empty() {
            pieces.push(c.to_string());
        } else {
            last.push(c);
        }
    }
    pieces
}

/// `412/s`, `1.9k/s`.
#[must_use]
pub fn rate(per_second: u64) -> String {
    match per_second {
        0 => String::new(),
        1..=999 => format!("{per_second}/s"),
        _ => format!("{}.{}k/s", per_second / 1_000, per_second % 1_000 / 100),
    }
}

/// `1 job`, `3 jobs`.
#[must_use]
pub fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_harmless() {
        assert_eq!(clean("a\u{1b}[2Jb\u{202e}c\u{7}\nd"), "a[2Jbc d");
        assert_eq!(clean(&"x".repeat(10_000)).len(), LONGEST);
        assert_eq!(clean("\u{9b}31m\u{200d}\u{fe0f}"), "31m");
    }

    #[test]
    fn everything_fits_exactly() {
        for text in [
            "",
            "abc",
            "日本語のとても長い名前",
            "a\u{301}bcdefghijkl",
            "plain words",
        ] {
            for width in 0..12 {
                for align in [Align::Left, Align::Right] {
                    assert_eq!(
                        measure(&fit(text, width, align, "…")),
                        width,
                        "{text} in {width}"
                    );
                }
            }
        }
    }

    #[test]
    fn words_wrap_and_long_ones_break() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 3), [""]);
    }

    #[test]
    fn rates_are_short() {
        assert_eq!(rate(1_940), "1.9k/s");
    }
}
