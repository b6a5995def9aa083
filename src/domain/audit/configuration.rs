//! Entries about channels, routing rules, field mappings, and the fields that people give to records.

use serde::{Deserialize, Serialize};

use crate::domain::condition::Condition;
use crate::domain::display_text::counted;
use crate::domain::webhook::{ConfigItem, ConfigKind};

/// A channel, a routing rule or a field mapping was added or removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// Which of the three.
    pub kind: ConfigKind,
    /// The entity it is about; empty for channels.
    pub entity: String,
    /// The vendor's side.
    pub from: String,
    /// Our side.
    pub to: String,
    /// What a routing rule asks of the vendor's side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
}

/// A channel, a routing rule or a field mapping was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationEdited {
    /// As it was.
    pub before: Configuration,
    /// As it is.
    pub after: Configuration,
}

/// People gave a record fields, or took some from it. Their values are what a wipe removes, and this entry is not, so that it
/// names the fields alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordEdited {
    /// Our name for the record.
    pub record: String,
    /// Fields that have another value now.
    pub set: Vec<String>,
    /// Fields that it has no longer.
    pub removed: Vec<String>,
}

/// People linked a reference to something of theirs, or took a link away. What it is linked to is what a wipe removes, and this
/// entry is not, so that it is not named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceLinked {
    /// The reference's id.
    pub reference: String,
    /// Our name for the record.
    pub record: String,
    /// How many links it has now.
    pub links: u64,
}

impl ReferenceLinked {
    pub(super) fn linked(&self) -> String {
        let links = counted(self.links, "link");
        format!("linked {}, which has {links} now", self.record)
    }

    pub(super) fn unlinked(&self) -> String {
        let links = counted(self.links, "link");
        format!("took a link of {} away, which has {links} now", self.record)
    }
}

impl Configuration {
    /// What the record says of it.
    #[must_use]
    pub fn of(item: &ConfigItem) -> Self {
        Self {
            kind: item.kind,
            entity: item.entity.clone(),
            from: item.from.clone(),
            to: item.to.clone(),
            condition: item.condition.clone(),
        }
    }

    pub(super) fn added(&self) -> String {
        format!("added {}", self.words())
    }

    pub(super) fn removed(&self) -> String {
        format!("removed {}", self.words())
    }

    fn words(&self) -> String {
        let what = match self.kind {
            ConfigKind::Channel => "the channel",
            ConfigKind::Routing => "the routing rule",
            ConfigKind::Mapping => "the field mapping",
        };
        format!("{what} {}", self.sides())
    }

    fn sides(&self) -> String {
        match &self.condition {
            None => format!("{} → {}", self.from, self.to),
            Some(condition) => {
                let what = format!("{} {}", self.from, condition.words());
                format!("{} {} → {}", self.entity, what.trim(), self.to)
            }
        }
    }
}

impl ConfigurationEdited {
    pub(super) fn sentence(&self) -> String {
        let Self { before, after } = self;
        format!("changed {} to {}", before.words(), after.sides())
    }
}

impl RecordEdited {
    pub(super) fn sentence(&self) -> String {
        let of = |what: &str, names: &[String]| {
            let some = (!names.is_empty()).then(|| names.join(", "));
            some.map(|names| format!("{what} {names}"))
        };
        let parts = [of("set", &self.set), of("removed", &self.removed)];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        format!("edited the record {}: {}", self.record, parts.join("; "))
    }
}
