//! What is printed: aligned columns and clock times for a person, JSON for a program.

mod chosen_columns;
mod fit_columns;
mod print_style;

pub use self::print_style::PrintStyle;
pub(super) use crate::domain::display_text::number;

use std::io::{self, Write};

use jiff::{Timestamp, Zoned};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use self::fit_columns::{GAP, cut, fit, kind};
use super::{Session, VerbError};
use crate::domain::display_text::is_invisible;
use crate::domain::escaped_json;
use crate::domain::trial::Residual;
use crate::wire::Problem;

/// Columns for a person.
#[derive(Debug)]
pub(super) struct Table {
    heads: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    empty: &'static str,
}

impl Table {
    /// Columns under these heads. One whose head begins with `?` is printed where it is asked for, one with `>` is of numbers,
    /// which stand on the right.
    pub(super) fn new(heads: &[&'static str]) -> Self {
        Self {
            heads: heads.to_vec(),
            rows: Vec::new(),
            empty: "",
        }
    }

    /// A further row. Its text may be foreign: it is cleaned.
    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows
            .push(cells.iter().map(|cell| one_line(cell)).collect());
    }

    /// The same; this is said when there is no row.
    pub(super) fn or(self, empty: &'static str) -> Self {
        Self { empty, ..self }
    }

    /// The columns that are asked for.
    ///
    /// # Errors
    /// When it does not have one of them.
    fn render(&self, asked: &[String]) -> Result<String, Problem> {
        let look = PrintStyle::held();
        let chosen = self.chosen(&chosen_columns::places(&self.heads, asked)?);
        Ok(chosen.render_in(look.no_header, look.room()))
    }

    /// Its own columns, whichever are asked for: something was done, and is said in any case.
    pub(super) fn whole(&self) -> String {
        let own = self.render(&[]);
        own.unwrap_or_default()
    }

    /// Some of its columns.
    fn chosen(&self, places: &[usize]) -> Self {
        let heads = places.iter().filter_map(|at| self.heads.get(*at).copied());
        let cells = |row: &Vec<String>| {
            let cells = places.iter().filter_map(|at| row.get(*at).cloned());
            cells.collect()
        };
        Self {
            heads: heads.collect(),
            rows: self.rows.iter().map(cells).collect(),
            empty: self.empty,
        }
    }

    fn render_in(&self, no_header: bool, room: Option<usize>) -> String {
        if self.rows.is_empty() {
            return match no_header {
                true => String::new(),
                false => self.empty.to_owned(),
            };
        }
        let heads = self.heads.iter();
        let heads: Vec<String> = heads
            .map(|head| chosen_columns::shown(head).to_owned())
            .collect();
        let shown = Some(&heads).filter(|_| !no_header);
        let rows = || shown.into_iter().chain(&self.rows);
        let mut widths = vec![0; heads.len()];
        for row in rows() {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.width().max(*width);
            }
        }
        if let Some(room) = room {
            let cells = |n| self.rows.iter().filter_map(move |row| row.get(n));
            let columns = self.heads.iter().enumerate();
            let kinds: Vec<_> = columns
                .map(|(n, head)| kind(head, cells(n).map(String::as_str)))
                .collect();
            fit(&mut widths, &kinds, room);
        }
        // What cannot be narrowed further is for the terminal to wrap: an id at the end of a line is what people copy.
        let lines = rows().map(|row| self.line(row, &widths));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn line(&self, row: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for ((cell, width), head) in row.iter().zip(widths).zip(&self.heads) {
            let cell = cut(cell, *width);
            let pad = " ".repeat(width.saturating_sub(cell.width()));
            match chosen_columns::is_of_figures(head) {
                true => line.extend([pad, cell]),
                false => line.extend([cell, pad]),
            }
            line.push_str(&" ".repeat(GAP));
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

/// What a person reads, unless it was asked for in a way that cannot be.
pub(super) trait Printed {
    /// The text.
    ///
    /// # Errors
    /// Why there is none.
    fn printed(self) -> Result<String, VerbError>;
}

impl Printed for String {
    fn printed(self) -> Result<String, VerbError> {
        Ok(self)
    }
}

impl Printed for Table {
    fn printed(self) -> Result<String, VerbError> {
        Ok(self.render(&PrintStyle::held().columns)?)
    }
}

impl Session {
    /// Prints `object` as JSON, or `text` for a person.
    pub(super) fn show<T: Serialize + ?Sized, P: Printed>(
        &self,
        object: &T,
        text: impl FnOnce() -> P,
    ) -> Result<(), VerbError> {
        if self.manner.json {
            return json(object);
        }
        match text().printed()? {
            // A table without heads that has no rows is nothing, not an empty line.
            nothing if nothing.is_empty() => Ok(()),
            text => say(&text),
        }
    }
}

/// Prints one line of JSON.
pub(super) fn json<T: Serialize + ?Sized>(object: &T) -> Result<(), VerbError> {
    let line = escaped_json::to_string(object).map_err(io::Error::from)?;
    say(&line)
}

/// Prints text and a newline, at once.
pub(super) fn say(text: &str) -> Result<(), VerbError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

/// Tells a person something that is not the answer, on standard error.
pub(super) fn aside(text: &str) -> Result<(), VerbError> {
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
    let look = PrintStyle::held();
    let zone = look.zone();
    let at = at.to_zoned(zone.clone());
    let today = Zoned::now().with_time_zone(zone).date();
    let mark = if look.utc { "Z" } else { "" };
    match at.date() == today {
        true => format!("{}{mark}", at.strftime(form)),
        false => format!("{} {}{mark}", at.date(), at.strftime(form)),
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
            table.whole(),
            "NAME       JOBS  STATUS\n日本          3  Connected\nacme.com  1,204"
        );
        assert_eq!(Table::new(&["NAME"]).or("none").whole(), "none");
    }

    #[test]
    fn a_table_is_no_wider_than_its_room() {
        let mut table = Table::new(&["NAME", ">JOBS", "WHY"]);
        table.row(["acme.com".into(), "3".into(), "the vendor is out".into()]);
        assert_eq!(
            table.render_in(false, Some(25)),
            "NAME      JOBS  WHY\nacme.com     3  the vend…"
        );
        assert_eq!(
            table.render_in(true, Some(5)),
            "acme.com  3  the vendor is out",
            "the terminal wraps it"
        );
        assert_eq!(
            table.render_in(true, None),
            "acme.com  3  the vendor is out"
        );
        assert_eq!(Table::new(&["NAME"]).render_in(true, None), "");
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
