//! An entry before and after it has its place in the log.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::about::{About, EntrySubject};
use super::event::Event;
use super::hash::{Hash, Salt};
use super::{AuditOutcome, Origin};
use crate::domain::id::AuditId;

/// One entry as it is stored and exported. In format 1 its leaf covers every field; in format 2 it covers the header, which
/// holds a salted hash of `evidence` and `detail`, so that these two can be withheld and the rest still be checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Flat", into = "Flat")]
pub struct AuditEntry {
    /// Position in the log and leaf index in the tree, from 0.
    pub seq: u64,
    /// The entry's own id.
    pub id: AuditId,
    /// When, UTC.
    pub at: Timestamp,
    /// Who: a user's name, or `server`.
    pub actor: String,
    /// The role that was acted with; `server` for the server.
    pub role: String,
    /// From where.
    pub origin: Origin,
    /// What was done, as `noun.verb` (`connection.disconnected`).
    pub action: String,
    /// To what: an id or a name.
    pub target: String,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// What the provider answered; null when no provider was involved, or when it is withheld.
    pub evidence: Value,
    /// What else there is to say. Whole numbers only: RFC 8785 floats are avoided.
    pub detail: Value,
    /// What an entry of format 2 has besides; none in format 1.
    pub format_2: Option<Format2>,
}

/// What an entry of format 2 has besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format2 {
    /// Which provider, connection and run it is about.
    pub about: About,
    /// SHA-256(salt ‖ RFC 8785 of `{"detail":…,"evidence":…}`).
    pub detail_hash: Hash,
    /// What was hashed with them; none where detail and evidence are withheld.
    pub salt: Option<Salt>,
}

/// An entry before the store has given it its place in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEntry {
    /// The entry's own id.
    pub id: AuditId,
    /// When, UTC.
    pub at: Timestamp,
    /// For the hash of its detail.
    pub salt: Salt,
    pub actor: String,
    /// With which role.
    pub role: String,
    /// From where.
    pub origin: Origin,
    /// To what.
    pub target: String,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// What was done, and what there is to say of it.
    pub event: Event,
}

impl NewEntry {
    /// The entry at its place in a log, with what it has in every format.
    ///
    /// # Errors
    /// When the event cannot be written as JSON.
    pub fn at_seq(&self, seq: u64) -> Result<AuditEntry, serde_json::Error> {
        let said = self.event.said()?;
        Ok(AuditEntry {
            seq,
            id: self.id.clone(),
            at: self.at,
            actor: self.actor.clone(),
            role: self.role.clone(),
            origin: self.origin.clone(),
            action: self.event.action().to_owned(),
            target: self.target.clone(),
            outcome: self.outcome,
            evidence: said.evidence,
            detail: said.detail,
            format_2: None,
        })
    }
}

impl AuditEntry {
    /// What was done, with its fields.
    #[must_use]
    pub fn event(&self) -> Event {
        Event::read(&self.action, self.outcome, &self.detail, &self.evidence)
    }

    /// What it is about, as far as it says so itself.
    #[must_use]
    pub fn subject(&self) -> EntrySubject {
        self.event().subject(&self.target)
    }

    /// Whether its detail and evidence are not shown.
    #[must_use]
    pub fn is_withheld(&self) -> bool {
        matches!(&self.format_2, Some(more) if more.salt.is_none())
    }
}

/// An entry whose parts do not belong to one format.
#[derive(Debug, thiserror::Error)]
enum WrongEntry {
    #[error("it says that it is of format {0}, which this program does not know")]
    Format(u64),
    #[error("{field} is missing in an entry of format {format}")]
    Missing { field: &'static str, format: u64 },
    #[error("{0} does not belong into an entry of format 1")]
    Foreign(&'static str),
    #[error("of detail, evidence and salt some are there and some are not")]
    Half,
}

/// The fields as they stand in a line.
#[derive(Serialize, Deserialize)]
struct Flat {
    seq: u64,
    id: AuditId,
    at: Timestamp,
    actor: String,
    role: String,
    origin: Origin,
    action: String,
    target: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    about: Option<About>,
    outcome: AuditOutcome,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "even_null"
    )]
    evidence: Option<Value>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "even_null"
    )]
    detail: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    format: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    salt: Option<Salt>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detail_hash: Option<Hash>,
}

/// A field that is there and null says something else than one that is missing.
fn even_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl TryFrom<Flat> for AuditEntry {
    type Error = WrongEntry;

    fn try_from(mut flat: Flat) -> Result<Self, WrongEntry> {
        let format_2 = match flat.format {
            None => {
                flat.refuse_format_2()?;
                None
            }
            Some(2) => Some(flat.format_2()?),
            Some(other) => return Err(WrongEntry::Format(other)),
        };
        Ok(Self {
            seq: flat.seq,
            id: flat.id,
            at: flat.at,
            actor: flat.actor,
            role: flat.role,
            origin: flat.origin,
            action: flat.action,
            target: flat.target,
            outcome: flat.outcome,
            evidence: flat.evidence.unwrap_or_default(),
            detail: flat.detail.unwrap_or_default(),
            format_2,
        })
    }
}

impl Flat {
    /// A header of format 2 without its `format` would have the leaf of an entry of format 1 with these fields.
    fn refuse_format_2(&self) -> Result<(), WrongEntry> {
        let missing = |field| WrongEntry::Missing { field, format: 1 };
        self.detail.as_ref().ok_or(missing("detail"))?;
        self.evidence.as_ref().ok_or(missing("evidence"))?;
        let foreign = [
            ("about", self.about.is_some()),
            ("salt", self.salt.is_some()),
            ("detail_hash", self.detail_hash.is_some()),
        ];
        match foreign.iter().find(|(_, is_there)| *is_there) {
            Some((field, _)) => Err(WrongEntry::Foreign(field)),
            None => Ok(()),
        }
    }

    fn format_2(&mut self) -> Result<Format2, WrongEntry> {
        let missing = |field| WrongEntry::Missing { field, format: 2 };
        let there = [
            self.detail.is_some(),
            self.evidence.is_some(),
            self.salt.is_some(),
        ];
        if there.contains(&true) && there.contains(&false) {
            return Err(WrongEntry::Half);
        }
        Ok(Format2 {
            about: self.about.take().ok_or(missing("about"))?,
            detail_hash: self.detail_hash.ok_or(missing("detail_hash"))?,
            salt: self.salt,
        })
    }
}

impl From<AuditEntry> for Flat {
    fn from(entry: AuditEntry) -> Self {
        let is_withheld = entry.is_withheld();
        let said = |value| (!is_withheld).then_some(value);
        let format = entry.format_2.is_some().then_some(2);
        let more = entry.format_2.map(|it| (it.about, it.salt, it.detail_hash));
        let (about, salt, detail_hash) = match more {
            Some((about, salt, hash)) => (Some(about), salt, Some(hash)),
            None => (None, None, None),
        };
        Self {
            seq: entry.seq,
            id: entry.id,
            at: entry.at,
            actor: entry.actor,
            role: entry.role,
            origin: entry.origin,
            action: entry.action,
            target: entry.target,
            about,
            outcome: entry.outcome,
            evidence: said(entry.evidence),
            detail: said(entry.detail),
            format,
            salt,
            detail_hash,
        }
    }
}
