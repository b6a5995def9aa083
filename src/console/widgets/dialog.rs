//! The one box there is: it separates a question from the page behind it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::inset;
use crate::console::look::Look;
use crate::console::text;
use crate::console::theme::Role;

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
pub fn draw(frame: &mut Frame<'_>, area: Rect, title: &str, look: &Look) -> Rect {
    let inner = usize::from(area.width.saturating_sub(2));
    let [top_left, top_right, bottom_left, bottom_right] = look.glyphs.corners;
    let title = text::cut(
        &text::clean(title),
        inner.saturating_sub(4),
        look.glyphs.ellipsis,
    );
    let rest = inner.saturating_sub(text::measure(&title) + 2);
    let side = || look.span(look.glyphs.bar, Role::Line);
    let rule = |n: usize| look.span(look.glyphs.rule.repeat(n), Role::Line);
    for y in area.top()..area.bottom() {
        let line = if y == area.top() {
            Line::from(vec![
                look.span(top_left, Role::Line),
                look.span(format!(" {title} "), Role::Title),
                rule(rest),
                look.span(top_right, Role::Line),
            ])
        } else if y + 1 == area.bottom() {
            Line::from(vec![
                look.span(bottom_left, Role::Line),
                rule(inner),
                look.span(bottom_right, Role::Line),
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
