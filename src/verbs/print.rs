//! What is printed: aligned columns and clock times for a person, JSON for a program.

pub(super) use crate::domain::text::number;

use std::io::{self, Write};

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::{Session, Stop};
use crate::domain::escaped_json;
use crate::domain::text::is_invisible;
use crate::domain::trial::Residual;

/// Columns for a person.
#[derive(Debug)]
pub(super) struct Table {
    heads: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Columns under these heads. A head that begins with `>` is of numbers, which stand on the right.
    pub(super) fn new(heads: &[&'static str]) -> Self {
        Self {
            heads: heads.to_vec(),
            rows: Vec::new(),
        }
    }

    /// A further row. Its text may be foreign: it is cleaned.
    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows
            .push(cells.iter().map(|cell| one_line(cell)).collect());
    }

    /// The columns; `empty` when there is no row.
    pub(super) fn render(&self, empty: &str) -> String {
        if self.rows.is_empty() {
            return empty.to_owned();
        }
        let heads = self
            .heads
            .iter()
            .map(|h| h.trim_start_matches('>').to_owned());
        let heads: Vec<String> = heads.collect();
        let mut widths = vec![0; heads.len()];
        for row in self.rows.iter().chain([&heads]) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.width().max(*width);
            }
        }
        let lines: Vec<String> = std::iter::once(&heads)
            .chain(&self.rows)
            .map(|row| self.line(row, &widths))
            .collect();
        lines.join("\n")
    }

    fn line(&self, row: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for ((cell, width), head) in row.iter().zip(widths).zip(&self.heads) {
            let pad = " ".repeat(width.saturating_sub(cell.width()));
            match head.starts_with('>') {
                true => line.extend([&pad, cell.as_str()]),
                false => line.extend([cell.as_str(), &pad]),
            }
            line.push_str("  ");
        }
        line.trim_end().to_owned()
    }
}

/// Names on the left, values on the right; rows without a value are left out.
pub(super) fn facts(pairs: &[(&str, String)]) -> String {
    let shown = || pairs.iter().filter(|(_, value)| !value.is_empty());
    let width = shown().map(|(name, _)| name.len()).max().unwrap_or(0);
    let lines: Vec<String> = shown()
        .map(|(name, value)| format!("{name:width$}  {}", one_line(value)))
        .collect();
    lines.join("\n")
}

impl Session {
    /// Prints `object` as JSON, or `text` for a person.
    pub(super) fn show<T: Serialize + ?Sized>(
        &self,
        object: &T,
        text: impl FnOnce() -> String,
    ) -> Result<(), Stop> {
        if self.manner.json {
            json(object)
        } else {
            say(&text())
        }
    }
}

/// Prints one line of JSON.
pub(super) fn json<T: Serialize + ?Sized>(object: &T) -> Result<(), Stop> {
    let line = escaped_json::to_string(object).map_err(io::Error::from)?;
    say(&line)
}

/// Prints text and a newline, at once.
pub(super) fn say(text: &str) -> Result<(), Stop> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

/// Tells a person something that is not the answer, on standard error.
pub(super) fn aside(text: &str) -> Result<(), Stop> {
    let mut err = io::stderr().lock();
    err.write_all(text.as_bytes())?;
    Ok(err.write_all(b"\n")?)
}

/// Foreign text, fit for a terminal: nothing in it can move the cursor, change a colour, or turn the reading
/// direction; every run of white space is one blank.
pub(super) fn one_line(text: &str) -> String {
    let shown: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .collect();
    shown
        .split(' ')
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A time on this machine's clock; the date stands there when it is not today.
pub(super) fn clock(at: Timestamp) -> String {
    clock_as(at, "%H:%M")
}

fn clock_as(at: Timestamp, form: &str) -> String {
    let zone = TimeZone::system();
    let at = at.to_zoned(zone.clone());
    let today = Zoned::now().with_time_zone(zone).date();
    match at.date() == today {
        true => at.strftime(form).to_string(),
        false => format!("{} {}", at.date(), at.strftime(form)),
    }
}

/// The same to the second, for what is read as it happens.
pub(super) fn moment(at: Timestamp) -> String {
    clock_as(at, "%H:%M:%S")
}

/// A time, or a dash.
pub(super) fn clock_or_dash(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "-".to_owned(), clock)
}

/// `1 job`, `2 jobs`.
pub(super) fn count(n: u64, thing: &str) -> String {
    match n {
        1 => format!("1 {thing}"),
        _ => format!("{} {thing}s", number(n)),
    }
}

/// Until when something may live; nothing to say when it is dead.
pub(super) fn residual(until: Residual) -> String {
    match until {
        Residual::None => String::new(),
        Residual::Until(at) => format!("may live until {}", clock(at)),
        Residual::Unknown => "may live; nothing says until when".to_owned(),
        Residual::Never => "never expires".to_owned(),
    }
}

/// Lines below a heading, each indented; nothing without lines.
pub(super) fn section(heading: &str, lines: impl IntoIterator<Item = String>) -> String {
    let lines: Vec<String> = lines
        .into_iter()
        .map(|line| format!("\n  {}", one_line(&line)))
        .collect();
    match lines.is_empty() {
        true => String::new(),
        false => format!("\n{heading}{}\n", lines.concat()),
    }
}

/// The word of something whose JSON is a word.
pub(super) fn word<T: Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(&["NAME", ">JOBS", "STATUS"]);
        table.row(["日本".into(), "3".into(), "Connected".into()]);
        table.row(["acme.com".into(), "1,204".into(), String::new()]);
        assert_eq!(
            table.render("none"),
            "NAME       JOBS  STATUS\n日本          3  Connected\nacme.com  1,204"
        );
        assert_eq!(Table::new(&["NAME"]).render("none"), "none");
    }

    #[test]
    fn foreign_text_cannot_steer_the_terminal() {
        assert_eq!(
            one_line("a\u{1b}[31mred\u{7}\r\nb\u{202e}c\u{9b}d"),
            "a[31mred bcd"
        );
    }

    #[test]
    fn counts_agree_with_their_nouns() {
        assert_eq!(count(1, "job"), "1 job");
        assert_eq!(count(0, "job"), "0 jobs");
    }
}
