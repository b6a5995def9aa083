//! The QR code of a link beside what is said of it, where there is room for both and a camera could read it.

use ratatui::layout::Size;
use ratatui::text::{Line, Span};

use crate::console::appearance::Appearance;
use crate::domain::square_code::{QUIET, SquareCode};

/// Columns that the words beside it need.
const WORDS: u16 = 36;

/// Between the words and the code.
const GAP: u16 = 2;

/// The words, made for a width, with the code of the link at their right; the words alone where it has no room, or where the
/// terminal cannot show black on white.
#[must_use]
pub fn beside(
    words: impl Fn(u16) -> Vec<Line<'static>>,
    link: Option<&str>,
    room: Size,
    look: &Appearance,
) -> Vec<Line<'static>> {
    let code = link.and_then(SquareCode::of);
    let (Some(code), Some(style)) = (code, look.black_on_white) else {
        return words(room.width);
    };
    for quiet in QUIET {
        let (width, height) = code.cells(quiet);
        let left = room.width.saturating_sub(width + GAP);
        if left < WORDS || height > room.height {
            continue;
        }
        let words = words(left);
        if words.len() > usize::from(room.height) {
            continue;
        }
        let squares = code.rows(quiet).into_iter();
        let squares = squares.map(|row| Span::styled(row, style));
        return joined(words, squares, usize::from(left + GAP));
    }
    words(room.width)
}

/// Lines with a span at a column of each, as long as there are any.
fn joined(
    words: Vec<Line<'static>>,
    mut spans: impl Iterator<Item = Span<'static>>,
    column: usize,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut words = words.into_iter();
    loop {
        match (words.next(), spans.next()) {
            (None, None) => return lines,
            (Some(line), None) => lines.push(line),
            (line, Some(span)) => {
                let mut line = line.unwrap_or_default();
                let pad = column.saturating_sub(line.width());
                line.spans.push(Span::raw(" ".repeat(pad)));
                line.spans.push(span);
                lines.push(line);
            }
        }
    }
}
