//! What lists can be sorted by: by what can be looked for by name, and by what is a number or a time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::filter::FilterField;

/// What rows are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SortBy {
    /// What they can be filtered by, too.
    Field(FilterField),
    /// What they are only sorted by.
    Value(SortValue),
}

macro_rules! values {
    ($($name:ident = $word:literal, $what:literal;)*) => {
        /// What rows are sorted by that nobody looks for by name. Numbers and times are sorted as such, not as they are written.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum SortValue {
            $(#[doc = $what] #[serde(rename = $word)] $name,)*
        }

        impl SortValue {
            /// What it is called on the wire.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

values! {
    Time = "time", "When it was.";
    Ended = "ended", "When it was done.";
    Took = "took", "How long it took.";
    Next = "next", "When it is due.";
    Task = "task", "What is to be done.";
    Proven = "proven", "Tokens that are proven dead.";
    Living = "living", "Tokens that may live.";
    References = "references", "What is known of it here.";
    Items = "items", "What the last execution has seen.";
    Created = "created", "What was new.";
    Changed = "changed", "What was changed.";
    Refused = "refused", "What was not taken.";
    Pages = "pages", "Pages that were read.";
    Connections = "connections", "Connections that there are.";
    Kind = "kind", "How one connects.";
    Remote = "remote", "What it is called at the vendor.";
    Local = "local", "What it is called here.";
}

impl SortBy {
    /// What it is called on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Field(field) => field.word(),
            Self::Value(value) => value.word(),
        }
    }
}

impl From<FilterField> for SortBy {
    fn from(field: FilterField) -> Self {
        Self::Field(field)
    }
}

impl From<SortValue> for SortBy {
    fn from(value: SortValue) -> Self {
        Self::Value(value)
    }
}

/// What a row has of what it is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worth {
    /// A number, or a time in milliseconds.
    Number(i64),
    /// Words, whose case does not count.
    Text(String),
}

impl Worth {
    /// As a text that is sorted as it is: numbers have the same length, the lowest being zero.
    #[must_use]
    pub fn sorted(&self) -> String {
        match self {
            Self::Number(number) => format!("{:020}", number.abs_diff(i64::MIN)),
            Self::Text(text) => text.to_lowercase(),
        }
    }
}

impl From<u64> for Worth {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<Timestamp> for Worth {
    fn from(at: Timestamp) -> Self {
        Self::Number(at.as_millisecond())
    }
}

impl From<&str> for Worth {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_sorted_by_what_they_are_worth() {
        let numbers = [i64::MIN, -10, -9, -1, 0, 2, 10, 9_999, i64::MAX];
        let written = numbers.map(|number| Worth::Number(number).sorted());
        assert!(written.is_sorted(), "{written:?}");
    }

    /// A sort that an older client asks for is a field by its name.
    #[test]
    fn what_it_is_called_on_the_wire() {
        let both = [
            (SortBy::from(FilterField::Owner), "\"owner\""),
            (SortBy::from(SortValue::Next), "\"next\""),
        ];
        for (by, json) in both {
            assert_eq!(serde_json::to_string(&by).unwrap(), json);
            assert_eq!(serde_json::from_str::<SortBy>(json).unwrap(), by);
        }
    }
}
