//! What a notice tells of.

use serde::{Deserialize, Serialize};

use crate::domain::id::{ConnectionId, FlowId, RunId, WalkthroughId};

/// What may have changed. A client that shows it asks again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// The list of connections, or one of them.
    Connections,
    /// Jobs and executions of any connection.
    Jobs,
    /// One run has a further record.
    Run(RunId),
    /// The list of runs.
    Runs,
    /// One walkthrough has changed, or one of its runs has.
    Walkthrough(WalkthroughId),
    /// The list of walkthroughs.
    Walkthroughs,
    /// The log has a further entry.
    Audit,
    /// The catalog, or an app.
    Providers,
    /// An authorization under way.
    Flow(FlowId),
    /// References, records, webhooks, configuration of a connection.
    Connection(ConnectionId),
    /// Follow-ups.
    FollowUps,
    /// Tokens kept sealed to retry their revocation.
    Holds,
    /// Users.
    Users,
    /// Outbound subscriptions, or what they were told.
    Subscriptions,
    /// What the server does for its own store: compactions, wipes.
    Upkeep,
    /// The server is about to stop.
    Stopping,
}

impl Topic {
    /// What is told when the notices on their way to a client were too many to keep: all of them, of which some may be
    /// missed, say no more than this.
    #[must_use]
    pub fn everything() -> Vec<Self> {
        vec![
            Self::Connections,
            Self::Jobs,
            Self::Runs,
            Self::Walkthroughs,
            Self::Audit,
            Self::Providers,
            Self::FollowUps,
            Self::Holds,
            Self::Users,
            Self::Subscriptions,
            Self::Upkeep,
        ]
    }

    /// Whether one of these tells of it.
    #[must_use]
    pub fn is_told_by(&self, topics: &[Self]) -> bool {
        topics.iter().any(|topic| topic.tells_of(self))
    }

    /// Whether a client that waits for `wanted` has to ask again. A list that may have changed speaks for every one in
    /// it, for a server that lost count names no single one.
    #[must_use]
    pub fn tells_of(&self, wanted: &Self) -> bool {
        self == wanted
            || match wanted {
                Self::Run(_) => *self == Self::Runs,
                Self::Walkthrough(_) => *self == Self::Walkthroughs,
                Self::Flow(_) | Self::Connection(_) => *self == Self::Connections,
                Self::Connections
                | Self::Jobs
                | Self::Runs
                | Self::Walkthroughs
                | Self::Audit
                | Self::Providers
                | Self::FollowUps
                | Self::Holds
                | Self::Users
                | Self::Subscriptions
                | Self::Upkeep
                | Self::Stopping => false,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_waited_for_is_lost_with_the_count() {
        let nil = ulid::Ulid::nil();
        let waited_for = [
            Topic::Connections,
            Topic::Jobs,
            Topic::Run(RunId::new(nil)),
            Topic::Runs,
            Topic::Walkthrough(WalkthroughId::new(nil)),
            Topic::Walkthroughs,
            Topic::Audit,
            Topic::Providers,
            Topic::Flow(FlowId::new(nil)),
            Topic::Connection(ConnectionId::new(nil)),
            Topic::FollowUps,
            Topic::Holds,
            Topic::Users,
            Topic::Subscriptions,
            Topic::Upkeep,
        ];
        for wanted in waited_for {
            let told = Topic::everything();
            assert!(wanted.is_told_by(&told), "{wanted:?}");
        }
    }
}
