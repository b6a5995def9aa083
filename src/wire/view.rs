//! What is shown and printed: the JSON of the contract. No secret is in any of these but what is shown
//! once when it is made.

use serde::{Deserialize, Serialize};

use super::request::Window;

mod connection;
mod flow;
mod for_you;
mod job;
mod leftovers;
mod provider;
mod reauthorize;
mod routing;
mod routing_test;
mod run;
mod status;
mod swap;
mod synced;
mod told_row;
mod upkeep;
mod user;

pub use crate::domain::delivery::Delivery;
pub use crate::domain::message::Message;
pub use connection::{
    Connection, Credential, EntityGap, Exposed, Feature, JobCounts, MissingScope, ReferenceCounts,
    WebhookCounts,
};
pub use flow::{Flow, FlowState};
pub use for_you::{About, ForYou};
pub use job::{Execution, Job};
pub use leftovers::{FollowUp, Hold};
pub(crate) use provider::word;
pub use provider::{
    CardDependent, DependentRow, Manual, Provider, ProviderConnection, ProviderDetail,
};
pub use reauthorize::{Lacking, Meant};
pub use routing::Routing;
pub use routing_test::{RoutedRecord, RoutingTest, RuleTest, SubscriptionTest};
pub use run::{LaterLook, LaterVerdict, Run, RunRow, RunStep, RunToken, TokenOver};
pub use status::{AskedBy, Asks, Checkpoint, Status};
pub use swap::OpenSwap;
pub use synced::{
    Attached, Channel, Config, MappingField, Record, Reference, Subscription, SubscriptionSecret,
    SubscriptionStatus, Webhook, WebhookStatus,
};
pub use told_row::ToldRow;
pub use upkeep::{BackupPart, Compaction, CompactionState, Progress, WipePlan};
pub use user::User;

pub use crate::domain::disconnect::evidence::{
    ControlSeen, Evidence, MadeUpSeen, No, Proof, ProofState,
};

/// Rows of a list, and how to go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// At most as many as were asked for.
    pub rows: Vec<T>,
    /// The key of each row, in the same order: an `after` for going on from there.
    pub keys: Vec<String>,
    /// Whether there is more in the direction asked for.
    pub more: bool,
    /// How many rows there are without a filter.
    pub total: u64,
    /// Whether the search was ended before its end, by its time or by the next question: there may be rows that fit and are
    /// not here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
    /// How far the list was searched then: an `after` for going on. None at the beginning, and for a sorted list, of which no
    /// part is certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub searched_to: Option<String>,
}

impl<T> Page<T> {
    /// Moves the window that this answers on to what is behind it. Returns whether there is more, as far as is known.
    #[must_use]
    pub fn move_on(&self, window: &mut Window) -> bool {
        let last = match self.partial {
            true if window.sort.is_some() => return false,
            // Where nothing was searched it is asked for again.
            true => self.searched_to.as_ref().or(window.after.as_ref()),
            false => self.keys.last(),
        };
        window.after = last.cloned();
        self.more && (self.partial || window.after.is_some())
    }
}
