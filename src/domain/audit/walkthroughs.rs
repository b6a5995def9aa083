//! Entries about walkthroughs: several disconnects that are one thing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::EntrySubject;
use crate::domain::display_text::counted;
use crate::domain::id::{FlowId, WalkthroughId};
use crate::domain::walkthrough::{TargetChoice, Terms};

/// A draft was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkthroughDrafted {
    /// What was chosen.
    pub choice: TargetChoice,
    /// How many connections that is.
    pub targets: u64,
}

/// A draft was thrown away, or a walkthrough closed that had stopped or fallen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkthroughGone {
    /// What people called it.
    pub title: String,
}

/// It was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkthroughBegun {
    /// What people call it.
    pub title: String,
    /// What was chosen.
    pub choice: TargetChoice,
    /// How many connections it takes along.
    pub connections: u64,
    /// How many were left out.
    pub left_out: u64,
    /// What was said once for all of them.
    pub terms: Terms,
    /// The open authorizations that it ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flows_ended: Vec<FlowId>,
}

/// It is decided that it begins at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkthroughPlanned {
    /// What people call it.
    pub title: String,
    /// What was chosen.
    pub choice: TargetChoice,
    /// How many connections it takes along.
    pub connections: u64,
    /// How many were left out.
    pub left_out: u64,
    /// What was said once for all of them.
    pub terms: Terms,
    /// When it begins.
    pub planned_for: Timestamp,
}

/// It does not begin at its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkthroughCancelled {
    /// What people call it.
    pub title: String,
    /// When it would have begun.
    pub planned_for: Timestamp,
}

/// Its time has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkthroughBegunByTime {
    /// What people call it.
    pub title: String,
    /// What was chosen.
    pub choice: TargetChoice,
    /// How many connections it takes along.
    pub connections: u64,
    /// How many were left, because they are not as they were accepted.
    pub left: u64,
    /// How many are in service that were not when it was planned; they are left.
    pub new: u64,
    /// What was said once for all of them.
    pub terms: Terms,
    /// When it should have begun.
    pub planned_for: Timestamp,
    /// By how many seconds it began later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_seconds: Option<i64>,
    /// The open authorizations that it ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flows_ended: Vec<FlowId>,
    /// How many open authorizations it did not end, because its planner may not.
    #[serde(default)]
    pub flows_left: u64,
}

/// Its time came, and whoever planned it had not the rights any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkthroughFell {
    /// What people call it.
    pub title: String,
    /// When it should have begun.
    pub planned_for: Timestamp,
    /// Who had planned it.
    pub planned_by: String,
    /// Why it did not begin.
    pub why: String,
}

/// It does not go on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkthroughStopped {
    /// Why, where nobody asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// It goes on, or is over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkthroughMoved {}

/// One of its connections was not disconnected, or is not as it was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkthroughPassedOver {
    pub walkthrough: WalkthroughId,
    /// What people call the connection.
    pub name: String,
    pub why: String,
}

impl WalkthroughDrafted {
    pub(super) fn sentence(&self) -> String {
        format!(
            "drafted a walkthrough of {}",
            counted(self.targets, "connection")
        )
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(self.choice.provider())
    }
}

impl WalkthroughGone {
    pub(super) fn closed(&self) -> String {
        format!("closed the walkthrough {:?}", self.title)
    }

    pub(super) fn discarded(&self) -> String {
        format!("threw the draft {:?} away", self.title)
    }
}

impl WalkthroughBegun {
    pub(super) fn sentence(&self) -> String {
        let count = counted(self.connections, "connection");
        format!(
            "began {:?}: {count}, {}",
            self.title,
            self.terms.reason.words()
        )
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(self.choice.provider())
    }
}

impl WalkthroughPlanned {
    pub(super) fn sentence(&self) -> String {
        let count = counted(self.connections, "connection");
        let Self {
            title, planned_for, ..
        } = self;
        let reason = self.terms.reason.words();
        format!("planned {title:?} for {planned_for}: {count}, {reason}")
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(self.choice.provider())
    }
}

impl WalkthroughCancelled {
    pub(super) fn sentence(&self) -> String {
        format!(
            "cancelled {:?}, planned for {}",
            self.title, self.planned_for
        )
    }
}

impl WalkthroughBegunByTime {
    pub(super) fn sentence(&self) -> String {
        let count = counted(self.connections, "connection");
        let late = match self.late_seconds {
            Some(late) => format!(", {late} s late"),
            None => String::new(),
        };
        let left = match self.left + self.new {
            0 => String::new(),
            left => format!(", {left} left"),
        };
        let Self {
            title, planned_for, ..
        } = self;
        format!("began {title:?}, planned for {planned_for}{late}: {count}{left}")
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(self.choice.provider())
    }
}

impl WalkthroughFell {
    pub(super) fn sentence(&self) -> String {
        let Self {
            title,
            planned_for,
            planned_by,
            why,
        } = self;
        format!("{title:?}, planned by {planned_by} for {planned_for}, did not begin: {why}")
    }
}

impl WalkthroughStopped {
    pub(super) fn sentence(&self) -> String {
        let why = self
            .why
            .as_ref()
            .map_or_else(String::new, |why| format!(": {why}"));
        format!("the walkthrough was stopped{why}")
    }
}

impl WalkthroughMoved {
    pub(super) fn resumed(&self) -> String {
        let Self {} = self;
        "let the walkthrough go on".to_owned()
    }

    pub(super) fn finished(&self) -> String {
        let Self {} = self;
        "the walkthrough is over".to_owned()
    }
}

impl WalkthroughPassedOver {
    pub(super) fn sentence(&self) -> String {
        format!("passed {} over: {}", self.name, self.why)
    }

    pub(super) fn left(&self) -> String {
        format!("left {} in service: {}", self.name, self.why)
    }
}
