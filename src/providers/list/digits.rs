//! Numbers with more digits than a machine's number holds. Ids are such numbers at some vendors, and two of them must not
//! become one; JSON itself has no bound (RFC 8259 6).
//!
//! The alternative is `serde_json`'s `arbitrary_precision`, which is a switch for the whole program: it keeps every number as
//! text, and breaks numbers in tagged and flattened types. Reading once more costs only pages that hold such a number.

use std::borrow::Cow;

use serde_json::Value;

use crate::domain::provider::Body;

/// No shorter run of digits is too large for 64 bits.
const LONG: usize = 19;

/// The answer's JSON, in which integers that do not fit into 64 bits are texts with all of their digits.
pub(super) fn exact(body: &Body) -> Option<Cow<'_, Value>> {
    let text = body.text().trim_start_matches('\u{feff}');
    if has_long_run(text) {
        return serde_json::from_str(&quoted(text)).ok().map(Cow::Owned);
    }
    body.json().map(Cow::Borrowed)
}

fn has_long_run(text: &str) -> bool {
    let mut run = 0;
    text.bytes().any(|byte| {
        run = if byte.is_ascii_digit() { run + 1 } else { 0 };
        run >= LONG
    })
}

/// Puts such integers in quotes; everything else stays as it is.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let end = if from.starts_with('"') {
            end_of_text(from)
        } else {
            let in_number = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
            from.find(|c| !in_number(c)).unwrap_or(from.len())
        };
        let (token, after) = from.split_at(end);
        if is_too_large(token) {
            out.push('"');
            out.push_str(token);
            out.push('"');
        } else {
            out.push_str(token);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Where the text that begins with a quote ends, in bytes.
fn end_of_text(from: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in from.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    from.len()
}

fn is_too_large(token: &str) -> bool {
    let digits = token.strip_prefix('-').unwrap_or(token);
    digits.len() >= LONG
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && token.parse::<i64>().is_err()
        && token.parse::<u64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> Value {
        exact(&Body::from_bytes(text.as_bytes()))
            .unwrap()
            .into_owned()
    }

    #[test]
    fn large_numbers_keep_all_their_digits() {
        let page = r#"[{"id":123456789012345678901,"n":"a\"123456789012345678901"},{"id":-123456789012345678902}]"#;
        let expected = json!([
            { "id": "123456789012345678901", "n": "a\"123456789012345678901" },
            { "id": "-123456789012345678902" },
        ]);
        assert_eq!(read(page), expected);
    }

    #[test]
    fn other_numbers_stay_numbers() {
        let page = r#"{"a":18446744073709551615,"b":-9223372036854775808,"c":1e30,"d":0.1234567890123456789012,"e":[1,2]}"#;
        let value = read(page);
        assert_eq!(value["a"], json!(u64::MAX));
        assert_eq!(value["b"], json!(i64::MIN));
        assert!(value["c"].is_f64() && value["d"].is_f64());
        assert_eq!(value["e"], json!([1, 2]));
    }
}
