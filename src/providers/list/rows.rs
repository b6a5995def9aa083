//! Rows of a list that name something which several of them have in common.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{ListItem, text_at};
use crate::domain::provider::SyncSpec;
use crate::domain::sync::digest_of;

/// Digest of the ids of the rows: two pages that name the same things are not the same page.
pub(super) fn ids(spec: &SyncSpec, rows: &[Value]) -> u64 {
    let pointer = spec.row.as_ref().unwrap_or(&spec.id);
    digest_of(rows.iter().filter_map(|row| text_at(row, pointer)))
}

/// What the rows are about: each thing once, with nothing that belongs to one of its rows alone.
pub(super) fn things(spec: &SyncSpec, mut items: Vec<ListItem>) -> Vec<ListItem> {
    if spec.row.is_none() {
        return items;
    }
    let mut met = HashSet::new();
    items.retain(|item| met.insert(item.id.clone()));
    let about = |item: ListItem| ListItem {
        raw: shared(spec, &item.raw),
        ..item
    };
    items.into_iter().map(about).collect()
}

/// The id, the name and the fields of a thing.
fn shared(spec: &SyncSpec, row: &Value) -> Value {
    let mut kept = Value::Object(Map::new());
    let pointers = std::iter::once(&spec.id)
        .chain(&spec.label)
        .chain(spec.fields.keys());
    for pointer in pointers {
        if let Some(value) = row.pointer(pointer) {
            put(&mut kept, pointer, value.clone());
        }
    }
    kept
}

/// Puts a value where the pointer leads (RFC 6901), through objects alone.
fn put(into: &mut Value, pointer: &str, value: Value) {
    let mut at = into;
    for name in pointer.split('/').skip(1) {
        let name = name.replace("~1", "/").replace("~0", "~");
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        let Value::Object(fields) = at else {
            return;
        };
        at = fields.entry(name).or_insert(Value::Null);
    }
    *at = value;
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn of_a_row_no_more_is_kept_than_what_its_thing_has() {
        let spec = "entity = \"sender\"\nurl = \"U\"\nid = \"/from/address\"\nrow = \"/id\"\nlabel = \"/name\"\n\
                    fields = { \"/a~1b\" = \"Kind\" }";
        let spec: SyncSpec = toml::from_str(spec).unwrap();
        let row = json!({ "id": 7, "from": { "address": "a@b.example", "ip": "x" }, "a/b": 1 });
        let kept = json!({ "from": { "address": "a@b.example" }, "a/b": 1 });
        assert_eq!(shared(&spec, &row), kept);
        let other = json!({ "id": 8, "from": { "address": "a@b.example" } });
        assert_ne!(ids(&spec, &[row]), ids(&spec, &[other]));
    }
}
