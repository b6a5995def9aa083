//! Routing rules: which records of a connection are told to which subscription of the organisation.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::condition::{Condition, WrongValues};
use super::id::SubscriptionId;
use super::job::Synced;
use super::mapping::{self, MappingRefused, VendorField};
use super::webhook::{ConfigItem, ConfigKind, Unsent, WebhookSubscription};

/// Rules of one connection: each is held against every record that changes.
pub const MOST_RULES: usize = 50;

/// Where a rule that has effect leads: the subscription. One that was kept before rules had effect has no condition, and what it
/// says is no subscription; it leads nowhere.
#[must_use]
pub fn target(rule: &ConfigItem) -> Option<SubscriptionId> {
    let is_rule = rule.kind == ConfigKind::Routing && rule.condition.is_some();
    is_rule.then(|| rule.to.parse().ok()).flatten()
}

/// Whether a rule means this record, as it is kept.
#[must_use]
pub fn matches(rule: &ConfigItem, record: &Synced) -> bool {
    if rule.kind != ConfigKind::Routing || rule.entity != record.entity {
        return false;
    }
    match &rule.condition {
        None => false,
        Some(Condition::Every) => true,
        Some(condition) => {
            let values = found(&record.body, &rule.from);
            values.into_iter().any(|value| condition.holds(value))
        }
    }
}

/// The subscriptions that are told of this record when it changes, each once, however many rules lead there.
#[must_use]
pub fn targets(rules: &[ConfigItem], record: &Synced) -> BTreeSet<SubscriptionId> {
    let meant = rules.iter().filter(|rule| matches(rule, record));
    meant.filter_map(target).collect()
}

/// How a rule stands, by the subscription that it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleStanding {
    /// What it means is sent.
    Active,
    /// It was kept before rules had effect.
    Incomplete,
    /// There is no such subscription any more.
    SubscriptionRemoved,
    /// The subscription is disabled.
    SubscriptionDisabled,
    /// The subscription has no secret to sign with.
    SubscriptionUnsigned,
}

impl RuleStanding {
    /// Of a rule, and of the subscription that it leads to.
    #[must_use]
    pub fn of(rule: &ConfigItem, subscription: Option<&WebhookSubscription>) -> Self {
        match subscription.map(WebhookSubscription::unsent) {
            _ if rule.condition.is_none() => Self::Incomplete,
            None => Self::SubscriptionRemoved,
            Some(Some(Unsent::Disabled)) => Self::SubscriptionDisabled,
            Some(Some(Unsent::Unsigned)) => Self::SubscriptionUnsigned,
            Some(None) => Self::Active,
        }
    }

    /// Why nothing is sent, and what to do; none where it is.
    #[must_use]
    pub fn why(self) -> Option<&'static str> {
        match self {
            Self::Active => None,
            Self::Incomplete => Some(
                "nothing is sent: it was kept before rules had effect; edit it, with a field and a subscription",
            ),
            Self::SubscriptionRemoved => {
                Some("nothing is sent: its subscription was removed; edit it and choose another")
            }
            Self::SubscriptionDisabled => Some("nothing is sent: its subscription is disabled"),
            Self::SubscriptionUnsigned => Some(
                "nothing is sent: its subscription has no secret; `tagout subscriptions rotate ID` gives it one",
            ),
        }
    }
}

/// Why a rule cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleRefused {
    /// The entity or its field.
    #[error(transparent)]
    Field(#[from] MappingRefused),
    /// There is no such subscription.
    #[error("there is no subscription {to:?} to send to")]
    NoSubscription {
        /// What was asked for.
        to: String,
        /// Those there are, with their URLs.
        known: Vec<String>,
    },
    /// A field is named and nothing asked of it, or the other way round.
    #[error("what is asked of the field and the field itself do not go together")]
    Halved,
    /// The values.
    #[error(transparent)]
    Values(#[from] WrongValues),
    /// The same rule is there.
    #[error("the same rule is there already")]
    Twice { id: String },
    /// There are enough.
    #[error("the connection has {MOST_RULES} routing rules, and no more are taken")]
    TooMany,
}

/// Holds a rule against the fields of its entity, the subscriptions, and the other configuration of its connection.
pub fn check(
    rule: &ConfigItem,
    fields: &[VendorField],
    subscriptions: &[WebhookSubscription],
    configs: &[ConfigItem],
) -> Result<(), RuleRefused> {
    let condition = rule.condition.as_ref().ok_or(RuleRefused::Halved)?;
    if (*condition == Condition::Every) != rule.from.is_empty() {
        return Err(RuleRefused::Halved);
    }
    condition.check()?;
    if !rule.from.is_empty() && !mapping::is_kept(rule, configs) {
        mapping::check_field(&rule.entity, &plain_pointer(&rule.from), fields)?;
    }
    let is_there = |it: &WebhookSubscription| it.id.as_str() == rule.to;
    if !subscriptions.iter().any(is_there) {
        let named = |it: &WebhookSubscription| format!("{} ({})", it.id, it.url);
        return Err(RuleRefused::NoSubscription {
            to: rule.to.clone(),
            known: subscriptions.iter().map(named).collect(),
        });
    }
    let is_rule = |it: &&ConfigItem| it.kind == ConfigKind::Routing && it.id != rule.id;
    let others: Vec<&ConfigItem> = configs.iter().filter(is_rule).collect();
    let same = |it: &&&ConfigItem| {
        let sides = |it: &ConfigItem| (it.entity.clone(), it.from.clone(), it.to.clone());
        sides(it) == sides(rule) && it.condition == rule.condition
    };
    if let Some(there) = others.iter().find(same) {
        return Err(RuleRefused::Twice {
            id: there.id.to_string(),
        });
    }
    match others.len() {
        0..MOST_RULES => Ok(()),
        _ => Err(RuleRefused::TooMany),
    }
}

/// What stands at a JSON pointer (RFC 6901), in which a part may be `*`: each value of that list.
fn found<'v>(object: &'v Value, pointer: &str) -> Vec<&'v Value> {
    let mut found = vec![object];
    for part in pointer.split('/').skip(1) {
        found = found
            .into_iter()
            .flat_map(|value| match (part, value) {
                ("*", Value::Array(items)) => items.iter().collect(),
                _ => Vec::from_iter(value.pointer(&format!("/{part}"))),
            })
            .collect();
    }
    found
}

/// Fields are listed with the first value of a list of objects.
fn plain_pointer(pointer: &str) -> String {
    let parts = pointer.split('/');
    let parts: Vec<&str> = parts.map(|it| if it == "*" { "0" } else { it }).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests;
