//! Columns made to fit a width.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What stands between two columns.
pub(super) const GAP: usize = 2;

/// Text is not cut below this while there is other text to cut.
const TEXT: usize = 8;

/// The prefix of an id and the time in it, which name a thing as the whole does as long as no other was made then.
const ID: usize = 15;

/// How a column is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// First, the widest of them before the others.
    Text,
    /// When the texts are as narrow as they may be.
    Id,
    /// Not by itself: half a number is another number.
    Number,
}

/// The kind of a column with this head and these cells.
pub(super) fn kind<'a>(head: &str, mut cells: impl Iterator<Item = &'a str>) -> Kind {
    match head.starts_with('>') {
        true => Kind::Number,
        false if cells.all(is_id) => Kind::Id,
        false => Kind::Text,
    }
}

/// `con_` and 26 characters; a cell may be empty.
fn is_id(cell: &str) -> bool {
    cell.is_empty() || (cell.len() == 30 && cell.as_bytes().get(3) == Some(&b'_'))
}

/// Narrows columns until they fit in `room`, as far as their kinds allow: texts, then ids.
pub(super) fn fit(widths: &mut [usize], kinds: &[Kind], room: usize) {
    for (cut, least) in [(Kind::Text, TEXT), (Kind::Id, ID)] {
        let gaps = GAP * widths.len().saturating_sub(1);
        let mut over = (widths.iter().sum::<usize>() + gaps).saturating_sub(room);
        while over > 0 {
            let columns = widths.iter_mut().zip(kinds);
            let wide = columns.filter(|(width, kind)| **kind == cut && **width > least);
            let Some((widest, _)) = wide.max_by_key(|(width, _)| **width) else {
                break;
            };
            *widest -= 1;
            over -= 1;
        }
    }
}

/// The text in `width` columns; its end gives way to an ellipsis.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let fits = |c: &char| match left.checked_sub(c.width().unwrap_or(0)) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    let kept: String = text.chars().take_while(fits).collect();
    kept.trim_end().to_owned() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_text_is_cut_first_and_ids_when_no_text_is_left() {
        let kinds = [Kind::Text, Kind::Number, Kind::Text, Kind::Id];
        let narrowed = |room| {
            let mut widths = [12, 5, 40, 30];
            fit(&mut widths, &kinds, room);
            widths
        };
        assert_eq!(narrowed(93), [12, 5, 40, 30]);
        assert_eq!(narrowed(80), [12, 5, 27, 30]);
        assert_eq!(narrowed(60), [10, 5, 9, 30]);
        assert_eq!(narrowed(50), [8, 5, 8, 23]);
        assert_eq!(narrowed(10), [8, 5, 8, 15]);
    }

    #[test]
    fn what_is_cut_says_so_and_is_as_wide_as_it_may_be() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("a long text", 7), "a long…");
        assert_eq!(cut("日本語", 4), "日…");
    }

    #[test]
    fn a_column_of_ids_is_known_by_its_cells() {
        let id = "con_01jd7000000000000000000001";
        assert_eq!(kind("CONNECTION", [id, ""].into_iter()), Kind::Id);
        assert_eq!(kind("WHY", ["words"].into_iter()), Kind::Text);
        assert_eq!(kind(">JOBS", ["3"].into_iter()), Kind::Number);
    }
}
