//! What the keys do here and now.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::lines;
use crate::console::look::Look;
use crate::console::text;
use crate::console::theme::Role;

/// A key and what it does; dimmed when it would be refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The key.
    pub key: String,
    /// One or two words.
    pub title: String,
    /// Whether it would do something now.
    pub live: bool,
}

/// Draws as many hints as fit; the ones in `always` keep their place at the end.
pub fn draw(frame: &mut Frame<'_>, area: Rect, hints: &[Hint], always: &[Hint], look: &Look) {
    let mut room =
        usize::from(area.width).saturating_sub(1 + always.iter().map(wide).sum::<usize>());
    let mut spans = vec![Span::raw(" ")];
    let mut dead = hints.iter().filter(|h| !h.live).count();
    let mut total: usize = hints.iter().map(wide).sum();
    for hint in hints {
        // When not all fit, the ones that would be refused make room first.
        if total > room && !hint.live && dead > 0 {
            dead -= 1;
            total -= wide(hint);
            continue;
        }
        if wide(hint) > room {
            continue;
        }
        room -= wide(hint);
        total -= wide(hint);
        push(&mut spans, hint, look);
    }
    for hint in always {
        push(&mut spans, hint, look);
    }
    lines(frame, area, [Line::from(spans)]);
}

fn push(spans: &mut Vec<Span<'static>>, hint: &Hint, look: &Look) {
    let (key, title) = if hint.live {
        (Role::Accent, Role::Text)
    } else {
        (Role::Dim, Role::Dim)
    };
    spans.push(look.span(&hint.key, key));
    spans.push(Span::raw(" "));
    spans.push(look.span(&hint.title, title));
    spans.push(Span::raw("   "));
}

fn wide(hint: &Hint) -> usize {
    text::measure(&hint.key) + 1 + text::measure(&hint.title) + 3
}
