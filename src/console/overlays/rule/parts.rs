//! What of a routing rule can be filled in.

use super::values::{self, Mistyped};
use crate::domain::condition::Condition;

/// A part of the dialog that can have the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RuleFocus {
    /// One of the entities of the provider.
    Entity,
    /// One of the entity's fields, or every record.
    Field,
    /// What is asked of the field.
    Asks,
    /// What it is compared with, typed.
    Value,
    /// One of the subscriptions.
    To,
    Save,
    Cancel,
}

/// What can be filled in, in order. The entity of a rule stays as it is.
pub(super) fn parts(is_changed: bool, field: &str, asks: RuleTest) -> Vec<RuleFocus> {
    let mut parts = vec![RuleFocus::Field];
    if !is_changed {
        parts.insert(0, RuleFocus::Entity);
    }
    if !field.is_empty() {
        parts.push(RuleFocus::Asks);
        parts.extend((asks != RuleTest::Present).then_some(RuleFocus::Value));
    }
    parts.extend([RuleFocus::To, RuleFocus::Save, RuleFocus::Cancel]);
    parts
}

/// What is asked of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RuleTest {
    Is,
    Contains,
    Present,
}

/// What can be asked, in the order that they are chosen in.
pub(super) const ASKS: [RuleTest; 3] = [RuleTest::Is, RuleTest::Contains, RuleTest::Present];

impl RuleTest {
    /// What a condition asks, and what it compares with as it is typed.
    pub(super) fn of(condition: Option<&Condition>) -> (Self, String) {
        match condition {
            None | Some(Condition::Every) => (Self::Is, String::new()),
            Some(Condition::In(all)) => (Self::Is, values::typed(all)),
            Some(Condition::Contains(part)) => (Self::Contains, part.clone()),
            Some(Condition::Present) => (Self::Present, String::new()),
        }
    }

    /// The condition, with what was typed.
    pub(super) fn condition(self, typed: &str) -> Result<Condition, Mistyped> {
        Ok(match self {
            Self::Is => Condition::In(values::read(typed)?),
            Self::Contains => Condition::Contains(typed.to_owned()),
            Self::Present => Condition::Present,
        })
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Is => "is one of",
            Self::Contains => "contains",
            Self::Present => "is there",
        }
    }
}
