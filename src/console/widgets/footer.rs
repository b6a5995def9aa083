//! What the keys do here and now.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::lines;
use crate::console::appearance::Appearance;
use crate::console::text;
use crate::console::theme::StyleRole;

/// Columns between two hints, where there is room.
const GAP: usize = 3;

/// A key and what it does; dimmed when it would be refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The key.
    pub key: String,
    /// One or two words.
    pub title: String,
    /// Whether it would do something now.
    pub live: bool,
    /// What goes first when there is no room, highest first.
    pub spare: u8,
}

/// Draws the hints in their order; when there is no room, first the gaps shrink, then what can be spared goes.
pub fn draw(frame: &mut Frame<'_>, area: Rect, hints: &[Hint], look: &Appearance) {
    let room = room(area);
    let mut hints: Vec<&Hint> = hints.iter().collect();
    let mut gap = GAP;
    while wide(&hints, gap) > room && !hints.is_empty() {
        if gap > 2 {
            gap = 2;
            continue;
        }
        let most = hints.iter().map(|h| h.spare).max();
        let at = hints.iter().rposition(|h| Some(h.spare) == most);
        if let Some(at) = at {
            hints.remove(at);
        }
    }
    let mut spans = vec![Span::raw(" ")];
    for hint in hints {
        let (key, title) = if hint.live {
            (StyleRole::Accent, StyleRole::Text)
        } else {
            (StyleRole::Dim, StyleRole::Dim)
        };
        spans.push(look.span(&hint.key, key));
        spans.push(Span::raw(" "));
        spans.push(look.span(&hint.title, title));
        spans.push(Span::raw(" ".repeat(gap)));
    }
    lines(frame, area, [Line::from(spans)]);
}

/// Adds a hint where there is room without moving the others.
pub fn add(area: Rect, hints: &mut Vec<Hint>, hint: Option<Hint>) {
    let known = hints.len();
    hints.extend(hint);
    if wide(&hints.iter().collect::<Vec<_>>(), GAP) > room(area) {
        hints.truncate(known);
    }
}

fn room(area: Rect) -> usize {
    usize::from(area.width).saturating_sub(1)
}

fn wide(hints: &[&Hint], gap: usize) -> usize {
    let one = |hint: &&Hint| text::measure(&hint.key) + 1 + text::measure(&hint.title);
    hints.iter().map(one).sum::<usize>() + gap * hints.len().saturating_sub(1)
}
