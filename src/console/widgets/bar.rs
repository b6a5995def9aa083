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

/// How long ago's runs ended: one sign each, oldest first, right-aligned in eight.
#[must_use]
pub fn history(signs: impl Iterator<Item = &'static str>) -> String {
    let row: String = signs.collect();
    let gap = 8usize.saturating_sub(text::measure(&row));
    " ".repeat(gap) + &row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::glyphs::ASCII;

    #[test]
    fn a_bar_is_as_wide_as_asked_and_never_overflows() {
        assert_eq!(progress(71, Some(100), 17, &ASCII), "#######---   71 %");
        assert_eq!(progress(500, Some(100), 17, &ASCII), "##########  100 %");
        assert_eq!(progress(5, None, 17, &ASCII).trim_end(), "==========");
        assert_eq!(progress(5, Some(0), 3, &ASCII).trim_end(), "");
    }
}
