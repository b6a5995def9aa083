//! The ways to say that a list is empty, and to say that it was refused.

use serde_json::Value;

use super::PageError;
use crate::domain::sync::{YesOrNo, said};

/// The list on a page. None where it is not there, null, or an empty object: vendors leave an empty list out.
///
/// # Errors
/// When something else than a list stands there.
pub(super) fn list_at<'a>(
    json: &'a Value,
    pointer: &str,
) -> Result<Option<&'a [Value]>, PageError> {
    match json.pointer(pointer) {
        Some(Value::Array(list)) => Ok(Some(list)),
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) if object.is_empty() => Ok(None),
        Some(other) => Err(PageError::Malformed(format!(
            "at items = {pointer:?} stands {}, and no list",
            kind(other)
        ))),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Whether an answer with a good status says no: `ok` or `success` is no, or there is an error that is not empty.
pub(super) fn says_no(json: &Value) -> bool {
    let denied = |name: &str| said(json.get(name)) == Ok(YesOrNo::No);
    let has = |name: &str| json.get(name).is_some_and(is_something);
    denied("ok") || denied("success") || has("error") || has("errors") || has("fault")
}

/// The same of an answer without a list, where an error that is an empty object says no, too.
pub(super) fn denies(json: &Value) -> bool {
    let has = |name: &str| json.get(name).is_some_and(Value::is_object);
    says_no(json) || has("error") || has("errors") || has("fault")
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(yes) => *yes,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(object) => !object.is_empty(),
    }
}
