//! What routing rules would do with the records that are there.

use serde::{Deserialize, Serialize};

use super::synced::Config;
use crate::domain::id::{ReferenceId, SubscriptionId};

/// What routing rules would do with the records that are there; nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingTest {
    /// Each rule, and how many records it means.
    pub rules: Vec<RuleTest>,
    /// Where records would go, and how many: a record goes once, however many rules lead there.
    pub subscriptions: Vec<SubscriptionTest>,
    /// How many records would go somewhere.
    pub matched: u64,
    /// How many records were looked at.
    pub looked_at: u64,
    /// The first of those that would go somewhere.
    pub records: Vec<RoutedRecord>,
}

/// A rule, and how many records it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleTest {
    /// The rule.
    #[serde(flatten)]
    pub rule: Config,
    /// How many records it means.
    pub matched: u64,
}

/// A subscription, and how many records would go there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionTest {
    pub id: SubscriptionId,
    /// Where it sends.
    pub url: String,
    /// How many records would go there.
    pub matched: u64,
}

/// A record that would go somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutedRecord {
    /// Our name for it.
    pub record: String,
    /// The reference's id.
    pub reference: ReferenceId,
    /// Of which entity.
    pub entity: String,
    /// What people call it.
    pub label: String,
    /// To which subscriptions.
    pub to: Vec<SubscriptionId>,
}
