//! The QR code of a link below it, for a person at a terminal that shows black on white.

use std::io::IsTerminal;

use crate::config::{Settings, When, has_no_colour};
use crate::domain::square_code::{QUIET, SquareCode};

/// Black on white, by the entries of the table of 256 that no theme changes, or by the old codes.
const TABLE: &str = "\u{1b}[38;5;16;48;5;231m";
const SIXTEEN: &str = "\u{1b}[30;107m";
const PLAIN: &str = "\u{1b}[0m";

/// The code's lines; none in a pipe, without colour or UTF-8, or where it has no room.
pub(super) fn of(link: &str, settings: &Settings) -> Option<String> {
    let env = |name: &str| std::env::var(name).ok();
    let style = style(settings.color.value, settings.ascii.value, env)?;
    if !std::io::stdout().is_terminal() {
        return None;
    }
    let (columns, rows) = crossterm::terminal::size().ok()?;
    // The lines around it that say what it is stay on the screen.
    drawn(link, columns, rows.saturating_sub(4), style)
}

/// The code's lines, in so many columns and rows at most.
fn drawn(link: &str, columns: u16, rows: u16, style: &str) -> Option<String> {
    let code = SquareCode::of(link)?;
    let mut zones = QUIET.into_iter();
    let quiet = zones.find(|quiet| {
        let (width, height) = code.cells(*quiet);
        width <= columns && height <= rows
    })?;
    let rows = code.rows(quiet).into_iter();
    let rows: Vec<String> = rows.map(|row| format!("{style}{row}{PLAIN}")).collect();
    Some(rows.join("\n"))
}

/// How black on white is said to this terminal, if it can be.
fn style(colour: When, ascii: When, env: impl Fn(&str) -> Option<String>) -> Option<&'static str> {
    let says = |name| env(name).filter(|it| !it.is_empty());
    let terminal = says("TERM").unwrap_or_default();
    let has_colour = match colour {
        When::Never => false,
        When::Always => true,
        When::Auto => !terminal.is_empty() && !has_no_colour(&env),
    };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(says);
    let locale = locale.unwrap_or_default().to_ascii_lowercase();
    let is_utf8 = locale.contains("utf-8") || locale.contains("utf8");
    let has_blocks = match ascii {
        When::Always => false,
        When::Never => true,
        When::Auto => is_utf8 && terminal != "linux",
    };
    (has_colour && has_blocks).then_some(match terminal.contains("256color") {
        true => TABLE,
        false => SIXTEEN,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_drawn_black_on_white_where_it_has_room() {
        let link = "https://github.com/login/device";
        let rows = drawn(link, 80, 24, SIXTEEN).unwrap();
        assert!(rows.lines().count() > 14);
        for row in rows.lines() {
            assert!(row.starts_with(SIXTEEN) && row.ends_with(PLAIN), "{row:?}");
        }
        assert!(drawn(link, 20, 24, SIXTEEN).is_none() && drawn(link, 80, 10, SIXTEEN).is_none());
    }

    #[test]
    fn a_terminal_without_colour_or_blocks_has_the_link_alone() {
        let of = |pairs: &[(&str, &str)]| {
            style(When::Auto, When::Auto, |name| {
                pairs
                    .iter()
                    .find(|it| it.0 == name)
                    .map(|it| it.1.to_owned())
            })
        };
        let utf8 = ("LANG", "en_GB.UTF-8");
        assert_eq!(of(&[("TERM", "xterm-256color"), utf8]), Some(TABLE));
        assert_eq!(of(&[("TERM", "xterm"), utf8]), Some(SIXTEEN));
        for none in [
            &[("TERM", "xterm"), ("LANG", "C")][..],
            &[("TERM", "xterm"), utf8, ("NO_COLOR", "1")],
            &[("TERM", "dumb"), utf8],
            &[("TERM", "vt100"), utf8],
            &[("TERM", "linux"), utf8],
            &[utf8],
        ] {
            assert_eq!(of(none), None, "{none:?}");
        }
    }
}
