//! Entries about what is left to a person.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::EntrySubject;
use crate::domain::disconnect::run::FollowUp;
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

/// It had been ticked off by mistake, and is open again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpUndone {
    /// The disconnect that left it.
    pub run: RunId,
    /// Every disconnect that left it.
    #[serde(default)]
    pub runs: Vec<RunId>,
    /// What it was.
    pub text: String,
    /// Why, in the words of whoever opens it again.
    pub note: String,
    /// Who had ticked it off.
    pub done_by: String,
    pub done_at: Timestamp,
}

/// Somebody is asked to do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpAssigned {
    /// The disconnect that left it.
    pub run: RunId,
    /// Every disconnect that left it.
    #[serde(default)]
    pub runs: Vec<RunId>,
    pub text: String,
    /// To whom.
    pub to: String,
    /// Who was asked before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
}

/// It was opened after its run had ended, whose sum cannot name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpOpened {
    /// The disconnect that left it.
    pub run: RunId,
    pub id: FollowUpId,
    pub text: String,
    pub url: Option<String>,
}

impl FollowUpDone {
    /// Of this follow-up.
    #[must_use]
    pub fn of(follow_up: &FollowUp, note: &str, proven_by: Option<RunId>) -> Self {
        Self {
            run: follow_up.run.clone(),
            runs: follow_up.runs().cloned().collect(),
            text: follow_up.text.clone(),
            note: note.to_owned(),
            proven_by,
        }
    }

    pub(super) fn sentence(&self) -> String {
        let note = match self.note.as_str() {
            "" => String::new(),
            note => format!(" ({note})"),
        };
        format!("done: {}{note}", self.text)
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.in_run(Some(&self.run))
    }
}

impl FollowUpUndone {
    pub(super) fn sentence(&self) -> String {
        let note = match self.note.as_str() {
            "" => String::new(),
            note => format!(" ({note})"),
        };
        format!("not done after all: {}{note}", self.text)
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.in_run(Some(&self.run))
    }
}

impl FollowUpAssigned {
    pub(super) fn sentence(&self) -> String {
        let Self { to, text, .. } = self;
        match &self.before {
            Some(before) => format!("assigned to {to}, not {before} any more: {text}"),
            None => format!("assigned to {to}: {text}"),
        }
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.in_run(Some(&self.run))
    }
}

impl FollowUpOpened {
    pub(super) fn sentence(&self) -> String {
        format!("left to a person: {}", self.text)
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.in_run(Some(&self.run))
    }
}
