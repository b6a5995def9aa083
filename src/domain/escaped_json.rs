//! JSON for a terminal or a file that is looked at in one: what could steer it is written as an escape (RFC 8259 section 7), so
//! that whoever parses it reads the same text.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// A value as JSON on one line.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Escaping))?;
    String::from_utf8(bytes).map_err(|error| serde::ser::Error::custom(error.to_string()))
}

/// Whether a character is written as an escape: control characters, and marks that reorder or hide their neighbours.
///
/// These stand for ever, whatever else a terminal is kept from: a line that was exported is verified by them.
#[must_use]
pub fn is_escaped(c: char) -> bool {
    let is_mark = matches!(
        c,
        '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    );
    c.is_control() || is_mark
}

/// Escapes what the default writer leaves as it is: DEL, the C1 range, and marks that reorder or hide their neighbours.
struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, steering)) = rest.char_indices().find(|(_, c)| is_escaped(*c)) {
            let (before, from) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            let mut units = [0; 2];
            for unit in steering.encode_utf16(&mut units) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = from.get(steering.len_utf8()..).unwrap_or_default();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_escaped_and_read_back_as_it_was() {
        let text = "a\u{1b}[2J\u{7f}\u{9b}1m\u{202e}b\u{e0041}é\u{1f511}\"\\";
        let written = to_string(&[text]).unwrap();
        let expected = "[\"a\\u001b[2J\\u007f\\u009b1m\\u202eb\\udb40\\udc41é\u{1f511}\\\"\\\\\"]";
        assert_eq!(written, expected);
        let read: Vec<String> = serde_json::from_str(&written).unwrap();
        assert_eq!(read, [text]);
    }

    #[test]
    fn what_is_escaped_stands_for_ever() {
        let all = ('\0'..=char::MAX).filter(|c| is_escaped(*c));
        let sum = all.fold((0, 0), |(count, sum), c| (count + 1, sum + u64::from(c)));
        assert_eq!(sum, (227, 117_954_844));
    }

    #[test]
    fn keys_are_escaped_too() {
        let map = std::collections::BTreeMap::from([("\u{202e}", 1)]);
        assert_eq!(to_string(&map).unwrap(), "{\"\\u202e\":1}");
    }
}
