//! A line of a log or an extract, checked by itself: whether its content has the leaf that stands beside it.

use std::io::{BufRead, Read};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::finding::{EntryPart, LogFault};
use super::leaf::{content_hash, inexact};
use crate::domain::audit::{Hash, Salt};
use crate::domain::escaped_json;

/// No entry is near as long; without a bound one line could take all memory.
const LONGEST_LINE: u64 = 4 << 20;

/// A line whose entry has the leaf that stands beside it, and that leaf. `beside` is the other field that is not the entry's.
pub(super) fn read_line<T: DeserializeOwned>(
    bytes: &[u8],
    line: u64,
    beside: &str,
) -> Result<(T, Hash), LogFault> {
    let unreadable = |why: String| LogFault::Unreadable { line, why };
    let mut fields: Map<String, Value> =
        serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))?;
    // Two texts can stand for any other number (1e3 and 1000). The leaf covers one of them, and readers may show the other.
    if let Some(number) = fields.values().find_map(inexact) {
        return Err(unreadable(format!(
            "it holds the number {number}, which is no whole number of at most 2^53, or is not written as one"
        )));
    }
    // Whatever is longer than its canonical form has blanks, or a field twice, of which other readers may take the first.
    let is_as_long = written_length(bytes, &fields).map_err(unreadable)? == bytes.len();
    if !is_as_long || has_other_escapes(bytes) {
        return Err(unreadable(
            "it is not written as we write them, or names a field twice".to_owned(),
        ));
    }
    let leaf = fields.remove("leaf");
    fields.remove(beside);
    let found = match fields.get("format") {
        // In format 1 every field counts, also one that nobody knows.
        None => Hash::of_leaf(&to_canonical(&fields).map_err(unreadable)?),
        Some(format) if *format == 2 => check_2(&fields, leaf.as_ref(), line)?,
        Some(other) => {
            return Err(LogFault::UnknownFormat {
                seq: shown(&fields, "seq"),
                id: shown(&fields, "id"),
                line,
                format: other.to_string(),
            });
        }
    };
    if leaf != Some(Value::String(found.to_string())) {
        return Err(altered(&fields, line, EntryPart::Entry));
    }
    let read = serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))?;
    Ok((read, found))
}

/// The leaf of an entry of format 2, whose detail has the hash in its header, or is withheld. Its header is whatever else
/// stands there, so that a field nobody knows counts as it does in format 1.
fn check_2(fields: &Map<String, Value>, leaf: Option<&Value>, line: u64) -> Result<Hash, LogFault> {
    let unreadable = |why: String| LogFault::Unreadable { line, why };
    let mut header = fields.clone();
    for beside in ["format", "salt", "detail", "evidence"] {
        header.remove(beside);
    }
    let found = Hash::of_leaf(&to_canonical(&header).map_err(unreadable)?);
    let content = match content(fields).map_err(unreadable)? {
        Content::Withheld => return Ok(found),
        Content::Unsalted => return Err(altered(fields, line, EntryPart::Detail)),
        Content::Hashed(hash) => Value::String(hash.to_string()),
    };
    if header.get("detail_hash") == Some(&content) {
        return Ok(found);
    }
    if leaf == Some(&Value::String(found.to_string())) {
        return Err(altered(fields, line, EntryPart::Detail));
    }
    // Everything else is as it was when the leaf was made: then it is the hash that was changed.
    header.insert("detail_hash".to_owned(), content);
    let with_its_hash = Hash::of_leaf(&to_canonical(&header).map_err(unreadable)?);
    let is_the_hash = leaf == Some(&Value::String(with_its_hash.to_string()));
    let part = if is_the_hash {
        EntryPart::DetailHash
    } else {
        EntryPart::Entry
    };
    Err(altered(fields, line, part))
}

/// What there is of detail, evidence and salt.
enum Content {
    /// Nothing.
    Withheld,
    /// All of it, but the salt is not as we write it.
    Unsalted,
    /// All of it, with this hash.
    Hashed(Hash),
}

fn content(fields: &Map<String, Value>) -> Result<Content, String> {
    let (detail, evidence) = (fields.get("detail"), fields.get("evidence"));
    match (detail, evidence, fields.get("salt")) {
        (None, None, None) => Ok(Content::Withheld),
        (Some(detail), Some(evidence), Some(salt)) => {
            let parsed = salt.as_str().and_then(|text| text.parse::<Salt>().ok());
            let Some(salt) = parsed.filter(|it| *salt == Value::String(it.to_string())) else {
                return Ok(Content::Unsalted);
            };
            let hash = content_hash(salt, detail, evidence);
            hash.map(Content::Hashed).map_err(|error| error.to_string())
        }
        _ => Err("of detail, evidence and salt some are there and some are not".to_owned()),
    }
}

/// The next line without its end; None at the end of the log.
pub(super) fn next_line(log: &mut impl BufRead, line: u64) -> Result<Option<Vec<u8>>, LogFault> {
    let mut bytes = Vec::new();
    log.take(LONGEST_LINE)
        .read_until(b'\n', &mut bytes)
        .map_err(|source| LogFault::Read { line, source })?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.pop() != Some(b'\n') {
        let why = if bytes.len() as u64 + 1 == LONGEST_LINE {
            "it is over 4 MiB long"
        } else {
            "it was cut off"
        };
        return Err(LogFault::Unreadable {
            line,
            why: why.to_owned(),
        });
    }
    Ok(Some(bytes))
}

/// How long a line with these fields is. Exports write what could steer a terminal as escapes, the log as it is; a line is all
/// of one kind, so that no escape makes room for anything else.
fn written_length(bytes: &[u8], fields: &Map<String, Value>) -> Result<usize, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    match text.chars().any(escaped_json::is_escaped) {
        true => Ok(to_canonical(fields)?.len()),
        false => {
            let written = escaped_json::to_string(fields);
            Ok(written.map_err(|error| error.to_string())?.len())
        }
    }
}

/// Whether an escape is spelled otherwise than we do, with capital digits.
fn has_other_escapes(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = rest.get(at..).unwrap_or_default();
        let digits = escape.get(2..6).unwrap_or_default();
        if escape.get(1) == Some(&b'u') && digits.iter().any(u8::is_ascii_uppercase) {
            return true;
        }
        // What follows a backslash is no backslash of its own.
        rest = escape.get(2..).unwrap_or_default();
    }
    false
}

fn to_canonical(fields: &Map<String, Value>) -> Result<Vec<u8>, String> {
    serde_json_canonicalizer::to_vec(fields).map_err(|error| error.to_string())
}

fn altered(fields: &Map<String, Value>, line: u64, part: EntryPart) -> LogFault {
    LogFault::Altered {
        seq: shown(fields, "seq"),
        id: shown(fields, "id"),
        line,
        part,
    }
}

fn shown(fields: &Map<String, Value>, name: &str) -> String {
    match fields.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "missing".to_owned(),
    }
}
