//! Entries about walkthroughs: several disconnects that are one thing.

use serde::{Deserialize, Serialize};

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

/// A draft was thrown away, or a stopped walkthrough closed.
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

/// One of its connections was not disconnected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkthroughPassedOver {
    /// Which walkthrough.
    pub walkthrough: WalkthroughId,
    /// What people call the connection.
    pub name: String,
    /// Why.
    pub why: String,
}

impl WalkthroughDrafted {
    pub(super) fn sentence(&self) -> String {
        format!(
            "drafted a walkthrough of {}",
            counted(self.targets, "connection")
        )
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
}
