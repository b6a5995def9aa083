//! QR codes (ISO/IEC 18004) of links: a phone's camera reads them from the screen, and nothing has to be typed there.

use qrcodegen::{QrCode, QrCodeEcc};

/// Longer links make codes that no terminal has room for.
const LONGEST: usize = 300;

/// Light modules around a code, the standard's first; cameras still read one with the other, where there is little room.
pub const QUIET: [u8; 2] = [4, 2];

/// The code of a link.
#[derive(Clone)]
pub struct SquareCode {
    code: QrCode,
}

impl SquareCode {
    /// The code; none for what is no link of the web, for a very long one, or where a person would read something else: other than
    /// visible ASCII a link as it is printed may leave out.
    #[must_use]
    pub fn of(link: &str) -> Option<Self> {
        let is_link = link.starts_with("https://") || link.starts_with("http://");
        let fits = link.len() <= LONGEST && link.chars().all(|c| c.is_ascii_graphic());
        if !is_link || !fits {
            return None;
        }
        let code = QrCode::encode_text(link, QrCodeEcc::Low).ok()?;
        Some(Self { code })
    }

    /// Columns and rows that it takes with so many light modules around: two modules stand in one cell.
    #[must_use]
    pub fn cells(&self, quiet: u8) -> (u16, u16) {
        let modules = u16::try_from(self.code.size()).unwrap_or(u16::MAX) + 2 * u16::from(quiet);
        (modules, modules.div_ceil(2))
    }

    /// Its rows in half blocks, to be drawn black on white: what is dark is drawn, and what is light is the ground.
    #[must_use]
    pub fn rows(&self, quiet: u8) -> Vec<String> {
        let quiet = i32::from(quiet);
        let along = || -quiet..self.code.size() + quiet;
        let cell = |x, y| match (self.code.get_module(x, y), self.code.get_module(x, y + 1)) {
            (false, false) => ' ',
            (true, false) => '▀',
            (false, true) => '▄',
            (true, true) => '█',
        };
        let rows = along().step_by(2);
        rows.map(|y| along().map(|x| cell(x, y)).collect())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://github.com/login/device?user_code=WDJB-MJHT";

    /// The modules as a camera sees them: two to a cell, dark where something is drawn.
    fn seen(rows: &[String]) -> Vec<Vec<bool>> {
        let halves = |row: &String, half: char| -> Vec<bool> {
            row.chars().map(|c| c == half || c == '█').collect()
        };
        let both = rows.iter().map(|row| [halves(row, '▀'), halves(row, '▄')]);
        both.flatten().collect()
    }

    #[test]
    fn what_is_drawn_is_the_code_with_a_quiet_zone() {
        let code = SquareCode::of(LINK).unwrap();
        for quiet in QUIET {
            let rows = code.rows(quiet);
            let (width, height) = code.cells(quiet);
            assert_eq!(rows.len(), usize::from(height));
            let seen = seen(&rows);
            let mut dark = 0;
            for (y, row) in seen.iter().enumerate() {
                assert_eq!(row.len(), usize::from(width));
                for (x, module) in row.iter().enumerate() {
                    let at = |n: usize| i32::try_from(n).unwrap() - i32::from(quiet);
                    // Outside of the code, every module is light.
                    assert_eq!(*module, code.code.get_module(at(x), at(y)), "{x} {y}");
                    dark += usize::from(*module);
                }
            }
            assert!(dark > 300, "{dark}");
        }
    }

    #[test]
    fn only_links_have_one() {
        assert!(SquareCode::of("http://127.0.0.1:1/x").is_some());
        for other in ["", "ftp://a", "javascript:1", "https://a\u{1b}[31m"] {
            assert!(SquareCode::of(other).is_none(), "{other}");
        }
        assert!(SquareCode::of(&format!("https://a/{}", "x".repeat(300))).is_none());
    }
}
