//! What a rule asks of a field of a record.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::display_text::clean;

/// Values that one condition compares with.
pub const MOST_VALUES: usize = 20;
/// The longest value that is compared with, in characters.
pub const LONGEST_VALUE: usize = 200;

/// What is asked of a field of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Nothing: every record of the entity is meant, and no field is looked at.
    Every,
    /// It says something: it is there, and neither null nor an empty text or list.
    Present,
    /// It is one of these, letter by letter; a number as it is written in JSON. Of a list, one of its values is.
    In(Vec<String>),
    /// It contains this, letter case aside. Of a list, one of its values does.
    Contains(String),
}

impl Condition {
    /// Whether a value meets it.
    #[must_use]
    pub fn holds(&self, value: &Value) -> bool {
        match value {
            Value::Array(items) if *self == Self::Present => !items.is_empty(),
            Value::Array(items) => items.iter().any(|item| self.holds(item)),
            Value::Null => *self == Self::Every,
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
                self.holds_text(plain(value).as_deref())
            }
        }
    }

    /// `text` is none for an object, which is there and is compared with nothing.
    fn holds_text(&self, text: Option<&str>) -> bool {
        match self {
            Self::Every => true,
            Self::Present => text != Some(""),
            Self::In(values) => text.is_some_and(|text| values.iter().any(|it| it == text)),
            Self::Contains(part) => {
                text.is_some_and(|text| text.to_lowercase().contains(&part.to_lowercase()))
            }
        }
    }

    /// Holds what is compared with against what that may be.
    ///
    /// # Errors
    /// When there is nothing to compare with, or too much.
    pub fn check(&self) -> Result<(), WrongValues> {
        let is_fine =
            |text: &String| !text.trim().is_empty() && text.chars().count() <= LONGEST_VALUE;
        let fine = match self {
            Self::Every | Self::Present => true,
            Self::In(values) => {
                (1..=MOST_VALUES).contains(&values.len()) && values.iter().all(is_fine)
            }
            Self::Contains(part) => is_fine(part),
        };
        fine.then_some(()).ok_or(WrongValues)
    }

    /// The condition in words, after the name of the field.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Every => "every record".to_owned(),
            Self::Present => "is there".to_owned(),
            Self::In(values) => format!("is {}", clean(&values.join(" or "))),
            Self::Contains(part) => format!("contains {}", clean(part)),
        }
    }
}

fn plain(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Bool(_) | Value::Number(_) => Some(Cow::Owned(value.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What is compared with is nothing, or too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a rule compares with 1 to {MOST_VALUES} values of 1 to {LONGEST_VALUE} characters each")]
pub struct WrongValues;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn conditions_are_met_by_values_and_by_lists_of_them() {
        let is = |all: &[&str]| Condition::In(all.iter().map(|it| (*it).to_owned()).collect());
        let has = |part: &str| Condition::Contains(part.to_owned());
        let table = [
            (is(&["open"]), json!("open"), true),
            (is(&["open"]), json!("Open"), false),
            (is(&["shut", "open"]), json!("open"), true),
            (is(&["1"]), json!(1), true),
            (is(&["true"]), json!(true), true),
            (is(&["null"]), json!(null), false),
            (is(&["bug"]), json!(["feature", "bug"]), true),
            (is(&["bug"]), json!([]), false),
            (has("RATE"), json!("a rate limiter"), true),
            (has("rate"), json!(["x", "iterate"]), true),
            (has("rate"), json!({ "rate": "rate" }), false),
            (Condition::Present, json!("x"), true),
            (Condition::Present, json!(0), true),
            (Condition::Present, json!({}), true),
            (Condition::Present, json!([null]), true),
            (Condition::Present, json!(""), false),
            (Condition::Present, json!([]), false),
            (Condition::Present, json!(null), false),
            (Condition::Every, json!(null), true),
        ];
        for (condition, value, expected) in table {
            assert_eq!(condition.holds(&value), expected, "{condition:?} {value}");
        }
    }

    #[test]
    fn what_is_compared_with_is_bounded() {
        let long = "x".repeat(LONGEST_VALUE + 1);
        assert_eq!(Condition::In(Vec::new()).check(), Err(WrongValues));
        let many = vec!["x".to_owned(); MOST_VALUES + 1];
        assert_eq!(Condition::In(many).check(), Err(WrongValues));
        assert_eq!(Condition::Contains(String::new()).check(), Err(WrongValues));
        assert_eq!(Condition::Contains(long).check(), Err(WrongValues));
        assert_eq!(Condition::In(vec!["x".to_owned()]).check(), Ok(()));
    }
}
