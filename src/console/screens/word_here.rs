//! The words that the row under the cursor says, for `?`.

use crate::domain::explained::WordKind;

/// A word on screen, and what was seen of it here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordHere {
    /// What kind of word it is.
    pub of: WordKind,
    /// The word.
    pub word: String,
    /// What was seen, in the words of the screen.
    pub seen: String,
}

impl WordHere {
    /// A word, and what was seen.
    pub(super) fn new(of: WordKind, word: &str, seen: impl Into<String>) -> Self {
        Self {
            of,
            word: word.to_owned(),
            seen: seen.into(),
        }
    }
}
