//! Where in the text a field stands, and which field stands where.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// The line, from 1, of a byte.
pub(super) fn line_at(text: &str, offset: usize) -> usize {
    1 + text
        .bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
}

/// The line of a field, or of the innermost table on the way to it that exists.
pub(super) fn line_of(text: &str, field: &str) -> Option<usize> {
    let fields = fields_of(text);
    let mut wanted = field;
    loop {
        if let Some((_, span)) = fields.iter().find(|(path, _)| path == wanted) {
            return Some(line_at(text, span.start));
        }
        wanted = wanted.get(..wanted.rfind(['.', '['])?)?;
    }
}

/// The innermost field whose key or value covers a byte.
pub(super) fn field_at(text: &str, offset: usize) -> Option<String> {
    fields_of(text)
        .into_iter()
        .filter(|(_, span)| span.contains(&offset))
        .min_by_key(|(_, span)| span.len())
        .map(|(path, _)| path)
}

/// The field whose value has exactly this span.
pub(super) fn field_of(text: &str, span: &Range<usize>) -> Option<String> {
    fields_of(text)
        .into_iter()
        .find_map(|(path, found)| (found == *span).then_some(path))
}

/// The paths of all fields.
pub(super) fn paths(text: &str) -> BTreeSet<String> {
    fields_of(text).into_iter().map(|(path, _)| path).collect()
}

/// A path as somebody writes it who forgets which of several is meant.
pub(super) fn without_indexes(path: &str) -> String {
    path.split('[')
        .enumerate()
        .map(|(at, part)| match part.split_once(']') {
            Some((_, rest)) if at > 0 => rest,
            _ => part,
        })
        .collect()
}

/// Every field's path with the span of its key and that of its value; nothing when the text is not TOML.
fn fields_of(text: &str) -> Vec<(String, Range<usize>)> {
    let mut fields = Vec::new();
    if let Ok(table) = DeTable::parse(text) {
        walk_table(table.get_ref(), "", &mut fields);
    }
    fields
}

fn walk_table(table: &DeTable<'_>, prefix: &str, fields: &mut Vec<(String, Range<usize>)>) {
    for (key, value) in table {
        let path = if prefix.is_empty() {
            key.get_ref().to_string()
        } else {
            format!("{prefix}.{}", key.get_ref())
        };
        fields.push((path.clone(), key.span()));
        walk_value(value.get_ref(), value.span(), path, fields);
    }
}

fn walk_value(
    value: &DeValue<'_>,
    span: Range<usize>,
    path: String,
    fields: &mut Vec<(String, Range<usize>)>,
) {
    match value {
        DeValue::Table(table) => walk_table(table, &path, fields),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk_value(
                    item.get_ref(),
                    item.span(),
                    format!("{path}[{index}]"),
                    fields,
                );
            }
        }
        _ => {}
    }
    fields.push((path, span));
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "id = \"x\"\n[auth]\nkind = \"oauth2\"\n[[disconnect]]\nurl = \"u\"\n[[disconnect]]\nurl = \"v\"\n";

    #[test]
    fn fields_have_lines() {
        assert_eq!(line_of(TEXT, "auth.kind"), Some(3));
        assert_eq!(line_of(TEXT, "disconnect[1].url"), Some(7));
    }

    #[test]
    fn a_field_that_is_missing_points_at_its_table() {
        assert_eq!(line_of(TEXT, "disconnect[1].method"), Some(6));
        assert_eq!(line_of(TEXT, "probe"), None);
    }

    #[test]
    fn bytes_belong_to_the_innermost_field() {
        let offset = TEXT.rfind("\"v\"").unwrap();
        assert_eq!(field_at(TEXT, offset).as_deref(), Some("disconnect[1].url"));
    }
}
