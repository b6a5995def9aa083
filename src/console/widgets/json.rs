//! JSON for people to read.

use serde_json::Value;

use super::doc::Doc;
use crate::console::text;
use crate::console::theme::StyleRole;

/// JSON as indented lines, without its punctuation where that says nothing.
pub fn draw(heading: &str, value: &Value, page: &mut Doc<'_>) {
    if value.is_null() {
        return;
    }
    page.heading(heading);
    branch(value, 1, page);
}

fn branch(value: &Value, depth: usize, page: &mut Doc<'_>) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(map) => {
            let plain = map
                .iter()
                .filter(|(_, v)| !v.is_object() && !v.is_array() && !v.is_null());
            let wide = plain
                .map(|(name, _)| text::measure(name))
                .max()
                .unwrap_or(0);
            for (name, value) in map.iter().filter(|(_, value)| !value.is_null()) {
                match value {
                    Value::Object(_) | Value::Array(_) => {
                        page.point_at(&indent, name, "", StyleRole::Dim);
                        branch(value, depth + 1, page);
                    }
                    plain => {
                        let name = text::fit(name, wide, text::Align::Left, "");
                        page.point_at(&indent, &name, &leaf(plain), StyleRole::Text);
                    }
                }
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                if item.is_object() {
                    if i > 0 {
                        page.blank();
                    }
                    branch(item, depth, page);
                } else {
                    page.point_at(&indent, "", &leaf(item), StyleRole::Text);
                }
            }
        }
        plain => page.point_at(&indent, "", &leaf(plain), StyleRole::Text),
    }
}

fn leaf(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        other => other.to_string(),
    }
}
