//! How much of a vendor's object is kept.

use serde_json::Value;

/// A row stays small: a larger object is kept without its largest fields.
pub const MAX_BODY: usize = 16 * 1024;
/// How many fields are left out before the object is.
const MOST_LEFT_OUT: usize = 50;

/// What is kept of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredBody {
    /// The object; null where too much of it had to be left out.
    pub body: Value,
    /// JSON pointers of what was left out; empty where all was, or nothing.
    pub left_out: Vec<String>,
}

impl StoredBody {
    /// Keeps an object whole, or without its largest fields when it has more than [`MAX_BODY`] bytes of JSON.
    #[must_use]
    pub fn of(object: Value) -> Self {
        let size = object.to_string().len();
        Self::sized(object, size)
    }

    /// The same of an object that has so many bytes of JSON.
    #[must_use]
    pub fn sized(object: Value, mut size: usize) -> Self {
        let mut body = object;
        let mut left_out = Vec::new();
        if size <= MAX_BODY {
            return Self { body, left_out };
        }
        let mut sizes = Vec::new();
        measure(&body, String::new(), &mut sizes);
        sizes.sort_by(|a, b| b.cmp(a));
        for (length, pointer) in sizes.into_iter().take(MOST_LEFT_OUT) {
            if size <= MAX_BODY {
                break;
            }
            if take_out(&mut body, &pointer) {
                size = size.saturating_sub(length);
                left_out.push(pointer);
            }
        }
        if size <= MAX_BODY {
            left_out.sort();
            return Self { body, left_out };
        }
        Self {
            body: Value::Null,
            left_out: Vec::new(),
        }
    }
}

/// The bytes of each field that is no object itself, with where it stands.
fn measure(value: &Value, pointer: String, sizes: &mut Vec<(usize, String)>) {
    let Value::Object(members) = value else {
        return sizes.push((value.to_string().len(), pointer));
    };
    for (key, member) in members {
        let key = key.replace('~', "~0").replace('/', "~1");
        measure(member, format!("{pointer}/{key}"), sizes);
    }
}

fn take_out(body: &mut Value, pointer: &str) -> bool {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        return false;
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    let members = body.pointer_mut(parent).and_then(Value::as_object_mut);
    members.is_some_and(|members| members.remove(&key).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_small_object_is_kept_whole() {
        let object = json!({"title": "Fix", "body": "short"});
        let kept = StoredBody::of(object.clone());
        assert_eq!((kept.body, kept.left_out), (object, Vec::new()));
    }

    #[test]
    fn a_large_object_is_kept_without_its_largest_fields() {
        let long = "x".repeat(MAX_BODY);
        let kept = StoredBody::of(json!({"title": "Fix", "at": {"a/b": long}, "n": 1}));
        assert_eq!(kept.left_out, ["/at/a~1b"]);
        assert_eq!(kept.body, json!({"title": "Fix", "at": {}, "n": 1}));
    }

    #[test]
    fn what_is_large_in_too_many_places_is_not_kept() {
        let many: serde_json::Map<String, Value> = (0..2000)
            .map(|n| (format!("field {n}"), json!("twenty characters are")))
            .collect();
        let kept = StoredBody::of(Value::Object(many));
        assert_eq!((kept.body, kept.left_out), (Value::Null, Vec::new()));
        let list = StoredBody::of(json!(["x".repeat(MAX_BODY)]));
        assert_eq!(list.body, Value::Null);
    }
}
