//! The one box there is: it separates a question from the page behind it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::inset;
use crate::console::appearance::Appearance;
use crate::console::text;
use crate::console::theme::StyleRole;

/// The rectangle in the middle of an area, as large as asked and as there is room.
#[must_use]
pub fn middle(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}

/// Clears a rectangle, frames it, and returns the room inside.
pub fn draw(frame: &mut Frame<'_>, area: Rect, title: &str, look: &Appearance) -> Rect {
    let inner = usize::from(area.width.saturating_sub(2));
    let [top_left, top_right, bottom_left, bottom_right] = look.glyphs.corners;
    let title = text::cut(
        &text::clean(title),
        inner.saturating_sub(4),
        look.glyphs.ellipsis,
    );
    let rest = inner.saturating_sub(text::measure(&title) + 2);
    let side = || look.span(look.glyphs.bar, StyleRole::Line);
    let rule = |n: usize| look.span(look.glyphs.rule.repeat(n), StyleRole::Line);
    for y in area.top()..area.bottom() {
        let line = if y == area.top() {
            Line::from(vec![
                look.span(top_left, StyleRole::Line),
                look.span(format!(" {title} "), StyleRole::Title),
                rule(rest),
                look.span(top_right, StyleRole::Line),
            ])
        } else if y + 1 == area.bottom() {
            Line::from(vec![
                look.span(bottom_left, StyleRole::Line),
                rule(inner),
                look.span(bottom_right, StyleRole::Line),
            ])
        } else {
            Line::from(vec![side(), Span::raw(" ".repeat(inner)), side()])
        };
        for x in area.left()..area.right() {
            if let Some(cell) = frame.buffer_mut().cell_mut((x, y)) {
                cell.reset();
            }
        }
        frame.buffer_mut().set_line(area.x, y, &line, area.width);
    }
    inset(area, 2, 1)
}
