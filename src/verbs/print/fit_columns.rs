//! Columns made to fit a width.

use unicode_truncate::UnicodeTruncateStr;
use unicode_width::UnicodeWidthStr;

use super::chosen_columns::is_of_figures;

/// What stands between two columns.
pub(super) const GAP: usize = 2;

/// Text is not cut below this.
const TEXT: usize = 8;

/// Text of lines that are wrapped is not cut below this.
const LONG: usize = 24;

/// How a column is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnCut {
    /// The widest of them before the others.
    Text,
    /// Not at all: half an id names nothing, half a number or a time is another one.
    Whole,
}

/// The kind of a column with this head and these cells.
pub(super) fn kind<'a>(head: &str, mut cells: impl Iterator<Item = &'a str>) -> ColumnCut {
    match is_of_figures(head) || cells.all(is_whole) {
        true => ColumnCut::Whole,
        false => ColumnCut::Text,
    }
}

/// An id, `con_` and 26 characters; a time; or nothing much.
fn is_whole(cell: &str) -> bool {
    let is_id = cell.len() == 30 && cell.as_bytes().get(3) == Some(&b'_');
    let begins_as_a_time = |digits: &[u8]| digits.iter().all(u8::is_ascii_digit);
    let is_time = cell.len() <= 25
        && cell.contains(':')
        && cell.as_bytes().get(..2).is_some_and(begins_as_a_time);
    cell.len() <= TEXT || is_id || is_time
}

/// Narrows columns until they fit in `room`. Where that cannot be, the terminal wraps the lines, and only long texts are cut.
pub(super) fn fit(widths: &mut [usize], kinds: &[ColumnCut], room: usize) {
    let whole = widths.to_vec();
    if !narrow(widths, kinds, Narrow { room, least: TEXT }) {
        widths.copy_from_slice(&whole);
        narrow(widths, kinds, Narrow { room, least: LONG });
    }
}

/// To what columns are narrowed.
struct Narrow {
    room: usize,
    least: usize,
}

/// Whether they fit then.
fn narrow(widths: &mut [usize], kinds: &[ColumnCut], to: Narrow) -> bool {
    let gaps = GAP * widths.len().saturating_sub(1);
    let mut over = (widths.iter().sum::<usize>() + gaps).saturating_sub(to.room);
    while over > 0 {
        let columns = widths.iter_mut().zip(kinds);
        let wide = columns.filter(|(width, kind)| **kind == ColumnCut::Text && **width > to.least);
        let Some((widest, _)) = wide.max_by_key(|(width, _)| **width) else {
            return false;
        };
        *widest -= 1;
        over -= 1;
    }
    true
}

/// The text in `width` columns; its end gives way to an ellipsis.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let (kept, _) = text.unicode_truncate(width.saturating_sub(1));
    kept.trim_end().to_owned() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_text_is_cut_first_and_ids_stay_whole() {
        let kinds = [
            ColumnCut::Text,
            ColumnCut::Whole,
            ColumnCut::Text,
            ColumnCut::Whole,
        ];
        let narrowed = |room| {
            let mut widths = [12, 5, 40, 30];
            fit(&mut widths, &kinds, room);
            widths
        };
        assert_eq!(narrowed(93), [12, 5, 40, 30]);
        assert_eq!(narrowed(80), [12, 5, 27, 30]);
        assert_eq!(narrowed(10), [12, 5, 24, 30], "it is wrapped");
    }

    #[test]
    fn what_is_cut_says_so_and_is_as_wide_as_it_may_be() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("a long text", 7), "a long…");
        assert_eq!(cut("日本語", 4), "日…");
    }

    #[test]
    fn a_column_of_ids_numbers_or_times_is_known_by_its_cells() {
        let id = "con_01jd7000000000000000000001";
        assert_eq!(kind("CONNECTION", [id, "-"].into_iter()), ColumnCut::Whole);
        assert_eq!(
            kind("NEXT", ["2026-11-20 14:30", "14:30"].into_iter()),
            ColumnCut::Whole
        );
        assert_eq!(
            kind("WHY", ["a text of words"].into_iter()),
            ColumnCut::Text
        );
        assert_eq!(kind(">JOBS", ["3"].into_iter()), ColumnCut::Whole);
    }
}
