//! Somebody leaves the workspace: what they would leave behind, and how they are found afterwards.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::{ConnectionId, FlowId, UserId, WalkthroughId};

/// So many of each kind stand in the record by their ids.
const LISTED: usize = 50;

/// A user who was removed. What they owned keeps its owner, and is found by this name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerUser {
    /// The id that connections, runs and drafts still name.
    pub id: UserId,
    /// The name at that time.
    pub name: String,
    /// When they were removed.
    pub left_at: Timestamp,
}

/// What somebody holds in a workspace besides their place in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserHoldings {
    /// Personal connections in service.
    pub connections: Vec<ConnectionId>,
    /// Authorizations that they began, or whose connection would be theirs, and that are open.
    pub flows: Vec<FlowId>,
    /// Drafts of walkthroughs, and those that they planned for later.
    pub drafts: Vec<WalkthroughId>,
    /// Personal connections of which a swap was left in the middle.
    pub swaps: Vec<ConnectionId>,
}

impl UserHoldings {
    /// Whether they could leave without anything going on in their name.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.connections.is_empty()
            && self.flows.is_empty()
            && self.drafts.is_empty()
            && self.swaps.is_empty()
    }

    /// `2 connections in service, 1 open authorization and 1 draft`.
    #[must_use]
    pub fn words(&self) -> String {
        let kinds = [
            (self.connections.len(), "connection", " in service"),
            (self.flows.len(), "open authorization", ""),
            (self.drafts.len(), "draft", " of a walkthrough"),
            (self.swaps.len(), "swap", " left in the middle"),
        ];
        let parts: Vec<String> = kinds
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, more)| {
                let plural = if count == 1 { "" } else { "s" };
                format!("{count} {one}{plural}{more}")
            })
            .collect();
        match parts.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, before)) => format!("{} and {last}", before.join(", ")),
            None => "nothing".to_owned(),
        }
    }

    /// What ends each of it, as it is typed.
    #[must_use]
    pub fn ends_by(&self, name: &str) -> String {
        let mut steps = Vec::new();
        if !self.connections.is_empty() {
            steps.push(format!("tagout disconnect --owner {name}"));
        }
        if let (true, Some(flow)) = (self.connections.is_empty(), self.flows.first()) {
            steps.push(format!("tagout flows cancel {flow}"));
        }
        if let Some(draft) = self.drafts.first() {
            steps.push(format!("tagout walkthroughs discard {draft}"));
        }
        if let Some(connection) = self.swaps.first() {
            steps.push(format!("tagout swap {connection} --give-up"));
        }
        steps.join(", then ")
    }

    /// For the record.
    #[must_use]
    pub fn kept(&self) -> HoldingsRecord {
        HoldingsRecord {
            connections: CountAndFirst::of(&self.connections),
            flows: CountAndFirst::of(&self.flows),
            drafts: CountAndFirst::of(&self.drafts),
            swaps: (!self.swaps.is_empty()).then(|| CountAndFirst::of(&self.swaps)),
        }
    }
}

/// What somebody held who left, as it stands in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldingsRecord {
    /// Personal connections in service.
    pub connections: CountAndFirst<ConnectionId>,
    /// Open authorizations.
    pub flows: CountAndFirst<FlowId>,
    /// Drafts of walkthroughs.
    pub drafts: CountAndFirst<WalkthroughId>,
    /// Personal connections whose swap was left in the middle; entries of before do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swaps: Option<CountAndFirst<ConnectionId>>,
}

/// How many of a kind, and the first of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountAndFirst<T> {
    pub count: u64,
    /// The first fifty.
    pub first: Vec<T>,
}

impl<T: Clone> CountAndFirst<T> {
    fn of(all: &[T]) -> Self {
        Self {
            count: all.len() as u64,
            first: all.iter().take(LISTED).cloned().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use ulid::Ulid;

    use super::*;

    #[test]
    fn what_is_held_is_said_with_what_ends_it() {
        let connection = ConnectionId::new(Ulid::nil());
        let (flow, draft) = (FlowId::new(Ulid::nil()), WalkthroughId::new(Ulid::nil()));
        let mut held = UserHoldings::default();
        assert!(held.is_nothing());
        assert_eq!(held.words(), "nothing");
        held.flows.push(flow.clone());
        assert_eq!(held.words(), "1 open authorization");
        assert_eq!(held.ends_by("bob"), format!("tagout flows cancel {flow}"));
        held.connections = vec![connection.clone(), connection.clone()];
        held.drafts.push(draft.clone());
        assert_eq!(
            held.words(),
            "2 connections in service, 1 open authorization and 1 draft of a walkthrough"
        );
        // An authorization of an owner ends with the disconnect of everything that is theirs.
        assert_eq!(
            held.ends_by("bob"),
            format!("tagout disconnect --owner bob, then tagout walkthroughs discard {draft}")
        );
        assert!(!held.is_nothing());
        assert_eq!(held.kept().connections.count, 2);
        assert_eq!(held.kept().swaps, None);
        let held = UserHoldings {
            swaps: vec![connection.clone()],
            ..UserHoldings::default()
        };
        assert!(!held.is_nothing());
        assert_eq!(held.words(), "1 swap left in the middle");
        assert_eq!(
            held.ends_by("bob"),
            format!("tagout swap {connection} --give-up")
        );
        assert_eq!(held.kept().swaps.map(|it| it.count), Some(1));
    }
}
