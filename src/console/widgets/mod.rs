//! They take plain values and draw them; they know nothing of the server.

pub mod bar;
pub mod cycle;
pub mod dialog;
pub mod doc;
pub mod empty;
pub mod field;
pub mod footer;
pub mod form;
pub mod header;
pub mod json;
pub mod pick;
pub mod square;
pub mod steps;
pub mod table;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::appearance::Appearance;
use super::theme::StyleRole;

/// Draws lines from the top of an area, as many as fit.
pub fn lines(frame: &mut Frame<'_>, area: Rect, lines: impl IntoIterator<Item = Line<'static>>) {
    for (line, y) in lines.into_iter().zip(area.top()..area.bottom()) {
        frame.buffer_mut().set_line(area.x, y, &line, area.width);
    }
}

/// Draws a page from a line on, and says at the lower right when there is more below; a line that has no room beside that
/// gives way to it.
pub fn scrolled(
    frame: &mut Frame<'_>,
    area: Rect,
    page: Vec<Line<'static>>,
    top: usize,
    look: &Appearance,
) {
    let height = usize::from(area.height);
    let more = page.len().saturating_sub(top + height);
    let last = page.get((top + height).saturating_sub(1));
    let used = last.map_or(0, Line::width);
    let room = usize::from(area.width).saturating_sub(used);
    let mut shown = height;
    let mut words = format!(" {more} more below ");
    if more > 0 && words.len() > room {
        shown = height.saturating_sub(1);
        words = format!(" {} more below ", more + 1);
    }
    lines(frame, area, page.into_iter().skip(top).take(shown));
    if more > 0 && area.height > 0 {
        let wide = u16::try_from(words.len()).unwrap_or(0).min(area.width);
        let corner = Rect {
            x: area.right() - wide,
            y: area.bottom() - 1,
            width: wide,
            height: 1,
        };
        lines(
            frame,
            corner,
            [Line::from(look.span(words, StyleRole::Dim))],
        );
    }
}

/// What so many lines at its top leave of an area.
#[must_use]
pub fn below(area: Rect, lines: usize) -> Rect {
    let above = u16::try_from(lines).unwrap_or(u16::MAX).min(area.height);
    Rect {
        y: area.y + above,
        height: area.height - above,
        ..area
    }
}

/// The rectangle without its outer columns and rows.
#[must_use]
pub fn inset(area: Rect, x: u16, y: u16) -> Rect {
    Rect {
        x: area.x.saturating_add(x).min(area.right()),
        y: area.y.saturating_add(y).min(area.bottom()),
        width: area.width.saturating_sub(2 * x),
        height: area.height.saturating_sub(2 * y),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_some_lines_stays_inside_the_area() {
        let area = Rect::new(3, 4, 20, 5);
        assert_eq!(below(area, 0), area);
        assert_eq!(below(area, 2), Rect::new(3, 6, 20, 3));
        for lines in [5, 6, 70_000] {
            assert_eq!(below(area, lines), Rect::new(3, 9, 20, 0), "{lines}");
        }
    }
}
