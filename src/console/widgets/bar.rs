//! Progress as a bar of signs, with its words beside it.

use crate::console::glyphs::Glyphs;
use crate::console::text;

/// `████░░░░  71 %`; without a total, a bar that claims nothing.
#[must_use]
pub fn progress(done: u64, total: Option<u64>, width: usize, glyphs: &Glyphs) -> String {
    let bar = width.saturating_sub(7);
    match total {
        Some(total) if total > 0 => {
            let share = done.min(total);
            let full = usize::try_from(share * bar as u64 / total)
                .unwrap_or(bar)
                .min(bar);
            let percent = share * 100 / total;
            format!(
                "{}{} {percent:>4} %",
                glyphs.full.repeat(full),
                glyphs.empty.repeat(bar - full),
            )
        }
        _ => format!("{} {:>6}", glyphs.moving.repeat(bar), ""),
    }
}

/// A part of the most as a bar that stands in one cell.
#[must_use]
pub fn level(n: u64, most: u64, glyphs: &Glyphs) -> &'static str {
    let [lowest, higher @ ..] = glyphs.levels;
    let part = u128::from(n) * higher.len() as u128;
    let step = part.checked_div(u128::from(most)).unwrap_or(0);
    let at = usize::try_from(step).unwrap_or(usize::MAX).checked_sub(1);
    let found = at.map_or(Some(&lowest), |at| higher.get(at));
    found.copied().unwrap_or(lowest)
}

/// How the last runs ended: one sign each, oldest first, right-aligned in eight.
#[must_use]
pub fn history(signs: impl Iterator<Item = &'static str>) -> String {
    let row: String = signs.collect();
    let gap = 8usize.saturating_sub(text::measure(&row));
    " ".repeat(gap) + &row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::glyphs::{ASCII, UTF8};

    #[test]
    fn a_level_is_a_part_of_the_most() {
        let of = |n, most| level(n, most, &UTF8);
        assert_eq!([of(0, 0), of(0, 8), of(1, 1_000)], ["▁", "▁", "▁"]);
        assert_eq!(
            [of(4, 7), of(7, 7), of(u64::MAX, u64::MAX)],
            ["▅", "█", "█"]
        );
    }

    #[test]
    fn a_bar_is_as_wide_as_asked_and_never_overflows() {
        assert_eq!(progress(71, Some(100), 17, &ASCII), "#######---   71 %");
        assert_eq!(progress(500, Some(100), 17, &ASCII), "##########  100 %");
        assert_eq!(progress(5, None, 17, &ASCII).trim_end(), "==========");
        assert_eq!(progress(5, Some(0), 3, &ASCII).trim_end(), "");
    }
}
