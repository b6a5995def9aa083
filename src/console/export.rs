//! Rows as lines of a file: CSV (RFC 4180) or JSON Lines.

use std::fmt::Write;

use crate::domain::escaped_json::is_escaped;

mod export_file;
pub(super) use export_file::ExportFile;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// The columns on screen, a line a row, under their titles.
    Csv,
    /// Each row as the server tells it, one JSON object a line.
    JsonLines,
}

impl ExportFormat {
    /// What a file's name asks for.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// What the loop does with the file; it answers each but [`Writing::Abandon`] with [`Event::Written`](super::event::Event).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Writing {
    /// Make a file of this name, where none is.
    Begin(String),
    /// Write these lines.
    Lines(String),
    /// It is whole.
    End,
    /// Nobody wants it any more: what was written is removed.
    Abandon,
}

/// A line of CSV. Every cell stands in quotes, so that none can end early.
#[must_use]
pub fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.map(cell).collect();
    cells.join(",") + "\r\n"
}

/// A cell: what steers a terminal is escaped, and what a spreadsheet takes for a formula begins with an apostrophe
/// (OWASP, "CSV Injection").
fn cell(text: &str) -> String {
    let text = text.trim_matches(' ');
    let mut cell = String::with_capacity(text.len() + 2);
    cell.push('"');
    let mut is_first = true;
    for c in text.chars() {
        if is_first
            && matches!(
                c,
                '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠'
            )
        {
            cell.push('\'');
        }
        // Where a semicolon separates cells, as in half of Europe, quotes keep none together that is not the first.
        is_first = c == ';' || (is_first && c == ' ');
        match c {
            '"' => cell.push_str("\"\""),
            c if is_escaped(c) => {
                // A String takes everything.
                let _ = write!(cell, "{}", c.escape_unicode());
            }
            c => cell.push(c),
        }
    }
    cell.push('"');
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_its_form() {
        for (name, form) in [
            ("rows.csv", Some(ExportFormat::Csv)),
            ("/tmp/a.b/ROWS.CSV", Some(ExportFormat::Csv)),
            ("rows.jsonl", Some(ExportFormat::JsonLines)),
            ("rows.ndjson", Some(ExportFormat::JsonLines)),
            ("rows.xlsx", None),
            ("csv", None),
            ("", None),
        ] {
            assert_eq!(ExportFormat::of(name), form, "{name}");
        }
    }

    #[test]
    fn no_cell_is_a_formula_or_steers_a_terminal_or_ends_early() {
        for (text, written) in [
            ("acme.com", "\"acme.com\""),
            ("  Connected ", "\"Connected\""),
            ("say \"no\", twice", "\"say \"\"no\"\", twice\""),
            ("=HYPERLINK(1)", "\"'=HYPERLINK(1)\""),
            ("+1", "\"'+1\""),
            ("-2", "\"'-2\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\\u{9}=1\""),
            ("\r=1", "\"'\\u{d}=1\""),
            (" =1", "\"'=1\""),
            ("a; =1;b", "\"a; '=1;b\""),
            ("a=1", "\"a=1\""),
            ("two\nlines", "\"two\\u{a}lines\""),
            ("\u{1b}[2J\u{202e}", "\"\\u{1b}[2J\\u{202e}\""),
            ("", "\"\""),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
        assert_eq!(line(["a", "b,c"].into_iter()), "\"a\",\"b,c\"\r\n");
    }
}
