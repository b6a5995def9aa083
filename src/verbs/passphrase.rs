//! The passphrase of a backup: from a file, from standard input, or typed, and then it is not shown.

use std::io::{self, BufRead, Write};
use std::path::Path;

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use zeroize::Zeroizing;

use super::input::{secret, somebody_is_there};
use super::{Session, VerbError};
use crate::wire::request::Secret;

/// No passphrase is longer; a buffer that grows would leave parts of it behind.
const LONGEST: usize = 1024;

/// One that is chosen: typed twice.
///
/// # Errors
/// When nobody can be asked and no file is named, and when the two are not the same.
pub(super) fn chosen(session: &Session, file: Option<&Path>) -> Result<Secret, VerbError> {
    let first = asked(session, file, "Passphrase for the secrets in this backup:")?;
    if file.is_some() {
        return Ok(first);
    }
    let again = typed("The same once more:")?;
    match first.0 == again.0 {
        true => Ok(first),
        false => Err(VerbError::usage(
            "the two passphrases are not the same",
            "Nothing was written; try again",
        )),
    }
}

/// One that was chosen before.
///
/// # Errors
/// When nobody can be asked and no file is named.
pub(super) fn known(session: &Session, file: Option<&Path>) -> Result<Secret, VerbError> {
    asked(session, file, "Passphrase of this backup:")
}

fn asked(session: &Session, file: Option<&Path>, question: &str) -> Result<Secret, VerbError> {
    if let Some(file) = file {
        return secret(file);
    }
    if session.manner.json || !somebody_is_there() {
        return Err(VerbError::usage(
            "a passphrase is needed, and nobody is asked here",
            "Add --passphrase-file F, or - for standard input",
        ));
    }
    typed(question)
}

/// The terminal as it was, whatever happens.
struct RawTerminal;

impl RawTerminal {
    fn begin() -> io::Result<Self> {
        enable_raw_mode()?;
        Ok(Self)
    }
}

impl Drop for RawTerminal {
    fn drop(&mut self) {
        if let Err(error) = disable_raw_mode() {
            tracing::warn!(%error, "the terminal may not show what is typed; tagout reset-terminal");
        }
    }
}

fn typed(question: &str) -> Result<Secret, VerbError> {
    let mut err = io::stderr().lock();
    write!(err, "{question} ")?;
    err.flush()?;
    let typed = {
        let _raw = RawTerminal::begin()?;
        line(io::stdin().lock())
    };
    writeln!(err)?;
    let Some(typed) = typed? else {
        let try_again = "Nothing was changed";
        return Err(VerbError::usage("no passphrase was given", try_again));
    };
    match text(&typed) {
        Some(text) => Ok(Secret(Zeroizing::new(text.to_owned()))),
        None => Err(VerbError::usage(
            "the passphrase is empty, no text, or has a key in it that is no character",
            "Nothing was changed; type it without arrows and the like",
        )),
    }
}

/// What was typed, if it can be typed again: an arrow, say, is a control character and some letters, and is not seen.
fn text(typed: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(typed).ok();
    text.filter(|it| !it.is_empty() && !it.contains(char::is_control))
}

/// What is typed up to the line's end, with what was taken back; none where it was given up. In raw mode the keys that end a
/// program are bytes as any other.
fn line(from: impl BufRead) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut typed = Zeroizing::new(Vec::with_capacity(LONGEST));
    for byte in from.bytes() {
        match byte? {
            b'\r' | b'\n' => return Ok(Some(typed)),
            // Ctrl-C and Ctrl-D (ASCII, ETX and EOT).
            0x03 | 0x04 => return Ok(None),
            // Backspace and delete take a whole character back.
            0x08 | 0x7f => while typed.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {},
            byte if typed.len() < LONGEST => typed.push(byte),
            _ => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("the passphrase is longer than {LONGEST} bytes"),
                ));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> Option<String> {
        let line = line(keys).unwrap()?;
        Some(String::from_utf8(line.to_vec()).unwrap())
    }

    #[test]
    fn what_nobody_sees_is_no_part_of_a_passphrase() {
        assert_eq!(text("hörse".as_bytes()), Some("hörse"));
        for refused in [&b""[..], b"horse\x1b[D", b"ho\trse", b"horse\0", b"\xff"] {
            assert_eq!(text(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn a_line_is_what_was_typed_and_not_taken_back() {
        assert_eq!(typed(b"horse\r").as_deref(), Some("horse"));
        assert_eq!(
            typed("hö\u{7f}orsf\u{8}e\n".as_bytes()).as_deref(),
            Some("horse")
        );
        assert_eq!(typed(b"\x7f\r").as_deref(), Some(""));
        for given_up in [&b"horse\x03"[..], b"horse\x04", b"horse"] {
            assert_eq!(typed(given_up), None);
        }
        assert!(line(&[b'x'; LONGEST + 1][..]).is_err());
    }
}
