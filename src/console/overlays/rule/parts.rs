//! What of a routing rule can be filled in.

use crate::domain::condition::Condition;

/// A part of the dialog that can have the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
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
pub(super) fn parts(is_changed: bool, field: &str, asks: Asks) -> Vec<Part> {
    let mut parts = vec![Part::Field];
    if !is_changed {
        parts.insert(0, Part::Entity);
    }
    if !field.is_empty() {
        parts.push(Part::Asks);
        parts.extend((asks != Asks::Present).then_some(Part::Value));
    }
    parts.extend([Part::To, Part::Save, Part::Cancel]);
    parts
}

/// What is asked of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    Is,
    Contains,
    Present,
}

impl Asks {
    /// What a condition asks, and what it compares with as it is typed.
    pub(super) fn of(condition: Option<Condition>) -> (Self, String) {
        match condition {
            None | Some(Condition::Every) => (Self::Is, String::new()),
            Some(Condition::In(values)) => (Self::Is, values.join(", ")),
            Some(Condition::Contains(part)) => (Self::Contains, part),
            Some(Condition::Present) => (Self::Present, String::new()),
        }
    }

    /// The condition, with what was typed: values are apart by commas.
    pub(super) fn condition(self, typed: &str) -> Condition {
        let typed = typed.trim();
        match self {
            Self::Is => {
                let values = typed.split(',').map(str::trim);
                let values = values.filter(|it| !it.is_empty()).map(str::to_owned);
                Condition::In(values.collect())
            }
            Self::Contains => Condition::Contains(typed.to_owned()),
            Self::Present => Condition::Present,
        }
    }

    pub(super) fn beside(self, forward: bool) -> Self {
        match (self, forward) {
            (Self::Is, true) | (Self::Present, false) => Self::Contains,
            (Self::Contains, true) | (Self::Is, false) => Self::Present,
            (Self::Present, true) | (Self::Contains, false) => Self::Is,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Is => "is one of",
            Self::Contains => "contains",
            Self::Present => "is there",
        }
    }
}

/// Fields of lists are listed with the first thing of the list; a rule looks at all of them.
pub(super) fn star(pointer: &str) -> String {
    let parts = pointer.split('/');
    let parts: Vec<&str> = parts.map(|it| if it == "0" { "*" } else { it }).collect();
    parts.join("/")
}
