//! How far something has come: a line that is written over on a terminal, JSON Lines for a program, nothing else.

use std::io::{IsTerminal, Write};

use serde::Serialize;

use super::print::{aside, json, number, one_line};
use super::{Session, VerbError};
use crate::wire::view::Progress;

/// Where it is shown.
pub(super) enum ProgressOutput {
    /// As JSON Lines on standard output.
    Lines,
    /// On the terminal behind standard error.
    Terminal { is_dirty: bool },
    /// Nobody looks.
    Nowhere,
}

#[derive(Serialize)]
struct JsonLine<'a> {
    event: &'static str,
    #[serde(flatten)]
    progress: &'a Progress,
}

impl ProgressOutput {
    pub(super) fn of(session: &Session) -> Self {
        if session.manner.json {
            return Self::Lines;
        }
        match std::io::stderr().is_terminal() {
            true => Self::Terminal { is_dirty: false },
            false => Self::Nowhere,
        }
    }

    /// Shows how far it is.
    pub(super) fn at(&mut self, progress: &Progress) -> Result<(), VerbError> {
        match self {
            Self::Lines => json(&JsonLine {
                event: "progress",
                progress,
            }),
            Self::Terminal { is_dirty } => {
                *is_dirty = true;
                let mut err = std::io::stderr().lock();
                // To the beginning of the line, and away with what was there (ECMA-48, EL).
                write!(err, "\r\u{1b}[K{}", in_words(progress))?;
                Ok(err.flush()?)
            }
            Self::Nowhere => Ok(()),
        }
    }

    /// Shows why it waits.
    pub(super) fn waits(&mut self, why: &str) -> Result<(), VerbError> {
        if let Self::Lines = self {
            return json(&serde_json::json!({ "event": "waiting", "why": why }));
        }
        self.end()?;
        aside(&format!(
            "It waits, and is tried again by itself: {}",
            one_line(why)
        ))
    }

    /// Leaves the line free for what follows.
    pub(super) fn end(&mut self) -> Result<(), VerbError> {
        if let Self::Terminal { is_dirty: true } = self {
            let mut err = std::io::stderr().lock();
            write!(err, "\r\u{1b}[K")?;
            err.flush()?;
        }
        Ok(())
    }
}

fn in_words(progress: &Progress) -> String {
    let of = |total: Option<u64>| total.map_or_else(String::new, |n| format!(" of {}", number(n)));
    let left = progress
        .seconds_left
        .map_or_else(String::new, |n| format!(", {n} s left"));
    format!(
        "{}{} bytes, {}{} rows{left}",
        number(progress.bytes),
        of(progress.bytes_total),
        number(progress.rows),
        of(progress.rows_total),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_not_said() {
        let mut progress = Progress {
            bytes: 1500,
            rows: 2,
            ..Progress::default()
        };
        assert_eq!(in_words(&progress), "1,500 bytes, 2 rows");
        (progress.bytes_total, progress.seconds_left) = (Some(3000), Some(1));
        assert_eq!(
            in_words(&progress),
            "1,500 of 3,000 bytes, 2 rows, 1 s left"
        );
    }
}
