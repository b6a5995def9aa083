//! The terminal's sixteen colours, as every terminal has known them.

/// crossterm 0.29 writes them as entries of a table of 256 (`38;5;1`), which a terminal without that table takes for a
/// blink and a bold. The old codes (ECMA-48 8.3.117, and aixterm's for the bright ones) are shorter too.
#[must_use]
pub(super) fn sixteen(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(2).position(|pair| pair == b"\x1b[") {
        let (before, code) = rest.split_at(at + 2);
        out.extend_from_slice(before);
        let is_parameter = |byte: &u8| byte.is_ascii_digit() || *byte == b';';
        let end = code.iter().position(|byte| !is_parameter(byte));
        let (parameters, after) = code.split_at(end.unwrap_or(code.len()));
        match after.first() {
            Some(b'm') => out.extend_from_slice(shorter(parameters).as_bytes()),
            _ => out.extend_from_slice(parameters),
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    out
}

/// The parameters of one SGR, with entries of the table that are one of the sixteen by their own codes.
fn shorter(parameters: &[u8]) -> String {
    let text = String::from_utf8_lossy(parameters);
    let mut left = text.split(';').peekable();
    let mut out: Vec<String> = Vec::new();
    while let Some(one) = left.next() {
        let mut ahead = left.clone();
        let entry = match (one, ahead.next(), ahead.next().map(str::parse::<u8>)) {
            ("38", Some("5"), Some(Ok(n @ 0..8))) => Some(30 + n),
            ("38", Some("5"), Some(Ok(n @ 8..16))) => Some(82 + n),
            ("48", Some("5"), Some(Ok(n @ 0..8))) => Some(40 + n),
            ("48", Some("5"), Some(Ok(n @ 8..16))) => Some(92 + n),
            _ => None,
        };
        match entry {
            Some(code) => {
                out.push(code.to_string());
                left = ahead;
            }
            None => out.push(one.to_owned()),
        }
    }
    out.join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> String {
        String::from_utf8(sixteen(text.as_bytes())).unwrap()
    }

    #[test]
    fn the_sixteen_have_their_own_codes_and_all_else_stays() {
        assert_eq!(after("\u{1b}[38;5;1mred"), "\u{1b}[31mred");
        assert_eq!(after("\u{1b}[38;5;9;48;5;0mon"), "\u{1b}[91;40mon");
        assert_eq!(after("\u{1b}[1;38;5;15m"), "\u{1b}[1;97m");
        for same in [
            "\u{1b}[38;5;16m",
            "\u{1b}[38;2;5;5;1m",
            "\u{1b}[38;5H",
            "\u{1b}[",
            "é 38;5;1m",
        ] {
            assert_eq!(after(same), same);
        }
    }
}
