//! A row as programs are told it: its fields, and what it says in words.

use serde::Serialize;

/// A row with its sentence, where it has one.
#[derive(Debug, Serialize)]
pub struct ToldRow<R> {
    /// The row, whose fields stand beside the sentence.
    #[serde(flatten)]
    pub row: R,
    /// What it says in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentence: Option<String>,
}
