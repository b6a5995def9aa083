//! What an answer says of what follows it.

use serde_json::Value;

/// What a page says of the page after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Follows {
    /// The vendor names where it goes on.
    At(String),
    /// The vendor names nothing, because lists of this style name nothing: it goes on here until a page is empty.
    Onward(String),
    /// The answer itself says that nothing follows.
    Nothing,
    /// The answer names no position and does not say that there is none.
    Silence,
}

impl Follows {
    /// The same, with what is made of the position.
    #[must_use]
    pub fn with(self, make: impl FnOnce(String) -> String) -> Self {
        match self {
            Self::At(position) => Self::At(make(position)),
            Self::Onward(position) => Self::Onward(make(position)),
            Self::Nothing => Self::Nothing,
            Self::Silence => Self::Silence,
        }
    }
}

/// How a vendor's yes or no was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YesOrNo {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Nothing was said: the field is missing or null.
    Nothing,
}

/// Reads a yes or no in the forms that vendors use: booleans, 1 and 0, and the words.
///
/// # Errors
/// When it is neither; the value as JSON text.
pub fn said(value: Option<&Value>) -> Result<YesOrNo, String> {
    let Some(value) = value else {
        return Ok(YesOrNo::Nothing);
    };
    let word = match value {
        Value::Null => return Ok(YesOrNo::Nothing),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_ascii_lowercase(),
        Value::Array(_) | Value::Object(_) => String::new(),
    };
    match word.as_str() {
        "true" | "1" | "yes" | "y" | "t" => Ok(YesOrNo::Yes),
        "false" | "0" | "no" | "n" | "f" => Ok(YesOrNo::No),
        _ => Err(value.to_string().chars().take(60).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn yes_and_no_come_in_several_forms() {
        for yes in [
            json!(true),
            json!("true"),
            json!("True"),
            json!(1),
            json!("1"),
            json!("yes"),
        ] {
            assert_eq!(said(Some(&yes)), Ok(YesOrNo::Yes), "{yes}");
        }
        for no in [
            json!(false),
            json!("false"),
            json!("FALSE"),
            json!(0),
            json!("0"),
            json!("no"),
        ] {
            assert_eq!(said(Some(&no)), Ok(YesOrNo::No), "{no}");
        }
        assert_eq!(said(None), Ok(YesOrNo::Nothing));
        assert_eq!(said(Some(&Value::Null)), Ok(YesOrNo::Nothing));
        for neither in [
            json!("maybe"),
            json!(""),
            json!(2),
            json!([]),
            json!({"a": 1}),
        ] {
            assert!(said(Some(&neither)).is_err(), "{neither}");
        }
    }
}
