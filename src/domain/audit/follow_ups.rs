//! Entries about what is left to a person.

use serde::{Deserialize, Serialize};

use crate::domain::id::{FollowUpId, RunId};

/// It was done, by a person, or as a later run proves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpDone {
    /// The disconnect that left it.
    pub run: RunId,
    /// Every disconnect that left it.
    #[serde(default)]
    pub runs: Vec<RunId>,
    /// What it was.
    pub text: String,
    /// What whoever did it says.
    pub note: String,
    /// The run that proves it, where nobody had to say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proven_by: Option<RunId>,
}

/// It was opened after its run had ended, whose sum cannot name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpOpened {
    /// The disconnect that left it.
    pub run: RunId,
    /// Its id.
    pub id: FollowUpId,
    /// What it is.
    pub text: String,
    /// Where.
    pub url: Option<String>,
}

impl FollowUpDone {
    pub(super) fn sentence(&self) -> String {
        let note = match self.note.as_str() {
            "" => String::new(),
            note => format!(" ({note})"),
        };
        format!("done: {}{note}", self.text)
    }
}

impl FollowUpOpened {
    pub(super) fn sentence(&self) -> String {
        format!("left to a person: {}", self.text)
    }
}
