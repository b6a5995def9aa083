//! What an entry is about.

use serde::{Deserialize, Serialize};

use crate::domain::id::{
    ConfigId, ConnectionId, FlowId, FollowUpId, HoldId, JobId, RunId, WalkthroughId, WebhookId,
};

/// Which provider, connection and run an entry is about, in its header: in the words that people search for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The catalog's id.
    pub provider: Option<String>,
    /// The connection's name at that time; its id is the target, or stands in the detail.
    pub connection: Option<String>,
    /// The disconnect.
    pub run: Option<RunId>,
}

impl About {
    /// For a search.
    #[must_use]
    pub fn words(&self) -> String {
        let run = self.run.as_ref().map(RunId::as_str);
        let parts = [self.provider.as_deref(), self.connection.as_deref(), run];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// What an entry names by itself, before the store has said what people call it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntrySubject {
    /// The catalog's id.
    pub provider: Option<String>,
    pub connection: Option<ConnectionId>,
    /// The disconnect.
    pub run: Option<RunId>,
    /// What its target is, where the store's row of that says of which connection or provider it is.
    pub thing: Option<SubjectThing>,
}

/// Something that belongs to a connection, or to a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubjectThing {
    Job(JobId),
    Webhook(WebhookId),
    Configuration(ConfigId),
    FollowUp(FollowUpId),
    Hold(HoldId),
    Flow(FlowId),
    Walkthrough(WalkthroughId),
}

impl SubjectThing {
    /// What this is the id of.
    fn of(target: &str) -> Option<Self> {
        None.or_else(|| target.parse().ok().map(Self::Job))
            .or_else(|| target.parse().ok().map(Self::Webhook))
            .or_else(|| target.parse().ok().map(Self::Configuration))
            .or_else(|| target.parse().ok().map(Self::FollowUp))
            .or_else(|| target.parse().ok().map(Self::Hold))
            .or_else(|| target.parse().ok().map(Self::Flow))
            .or_else(|| target.parse().ok().map(Self::Walkthrough))
    }
}

impl EntrySubject {
    /// What an entry with this target is about, if the target is an id. Ids of different kinds begin differently.
    #[must_use]
    pub fn of_target(target: &str) -> Self {
        Self {
            provider: None,
            connection: target.parse().ok(),
            run: target.parse().ok(),
            thing: SubjectThing::of(target),
        }
    }

    /// The same, of this provider where one is given.
    #[must_use]
    pub fn at(self, provider: Option<&str>) -> Self {
        Self {
            provider: provider.map(str::to_owned).or(self.provider),
            ..self
        }
    }

    /// The same, of this connection.
    #[must_use]
    pub fn of(self, connection: &ConnectionId) -> Self {
        Self {
            connection: Some(connection.clone()),
            ..self
        }
    }

    /// The same, in this disconnect where one is given.
    pub(super) fn in_run(self, run: Option<&RunId>) -> Self {
        Self {
            run: run.cloned().or(self.run),
            ..self
        }
    }

    /// The same, and what else is known of it.
    pub(super) fn and(self, more: &Self) -> Self {
        Self {
            provider: more.provider.clone().or(self.provider),
            connection: more.connection.clone().or(self.connection),
            run: more.run.clone().or(self.run),
            thing: more.thing.clone().or(self.thing),
        }
    }
}
