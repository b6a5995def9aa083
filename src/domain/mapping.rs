//! Field mappings: which fields of a record come from the vendor's object, which are its own, and what can be mapped.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::display_text::clean;
use super::job::Synced;
use super::webhook::{ConfigItem, ConfigKind};

/// Mappings of one entity: more than that nobody reads.
pub const MOST_MAPPINGS: usize = 100;
/// Fields that people give to one record.
pub const MOST_OWN: usize = 50;
/// The longest name of an own field, in characters.
pub const LONGEST_NAME: usize = 60;
/// How many records are looked at for what can be mapped.
pub const SAMPLE: usize = 20;
/// Fields of one entity that are listed.
const MOST_FOUND: usize = 200;
/// How deep in an object fields are looked for.
const DEEPEST: usize = 5;
/// The longest pointer that is listed, in bytes.
const LONGEST_POINTER: usize = 200;
/// The longest example, in characters.
const EXAMPLE: usize = 40;
/// How many fields a refusal names.
const NAMED: usize = 6;

/// A field of a vendor's object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorField {
    /// Where it stands in the object, a JSON pointer (RFC 6901).
    pub pointer: String,
    /// The same with `*` for each thing of a list; none where it stands in no list.
    pub each: Option<String>,
    /// What the provider file calls it; none where it was seen alone.
    pub name: Option<String>,
    /// A value that was seen, shortened.
    pub example: Option<String>,
}

/// The mappings of an entity, out of all of a connection's configuration.
pub fn of<'a>(entity: &'a str, configs: &'a [ConfigItem]) -> impl Iterator<Item = &'a ConfigItem> {
    configs
        .iter()
        .filter(move |item| item.kind == ConfigKind::Mapping && item.entity == entity)
}

/// The own fields of a record: what is mapped, as the vendor's object has it, and what people gave it. A mapped field is the
/// vendor's alone, so that it is absent where the object lacks it, whatever people had given it before.
#[must_use]
pub fn fields(record: &Synced, configs: &[ConfigItem]) -> BTreeMap<String, Value> {
    let mut fields: BTreeMap<String, Value> = record
        .own
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
        .collect();
    for mapping in of(&record.entity, configs) {
        fields.remove(&mapping.to);
    }
    for mapping in of(&record.entity, configs) {
        if let Some(value) = record.body.pointer(&mapping.from) {
            fields.insert(mapping.to.clone(), value.clone());
        }
    }
    fields
}

/// Which of the own fields of a record are mapped.
#[must_use]
pub fn mapped(record: &Synced, configs: &[ConfigItem]) -> Vec<String> {
    let is_there = |item: &&ConfigItem| record.body.pointer(&item.from).is_some();
    let mappings = of(&record.entity, configs).filter(is_there);
    let names: BTreeSet<&String> = mappings.map(|item| &item.to).collect();
    names.into_iter().cloned().collect()
}

/// What can be mapped: what the provider file declares, and then what some objects hold, each once.
#[must_use]
pub fn mappable<'a>(
    declared: &BTreeMap<String, String>,
    seen: impl IntoIterator<Item = &'a Value>,
) -> Vec<VendorField> {
    let mut examples: BTreeMap<String, FieldSeen> = BTreeMap::new();
    for (place, value) in seen.into_iter().flat_map(placed) {
        let is_known =
            declared.contains_key(&place.pointer) || examples.contains_key(&place.pointer);
        if is_known || examples.len() < MOST_FOUND {
            let seen = examples.entry(place.pointer).or_default();
            seen.each = seen.each.take().or(place.each);
            seen.example = seen.example.take().or_else(|| shortened(value));
        }
    }
    let declared_fields = declared.iter().map(|(pointer, name)| {
        let seen = examples.remove(pointer);
        VendorField {
            // A file that names the first thing of something means a list, until an object says otherwise.
            each: match &seen {
                Some(seen) => seen.each.clone(),
                None => each_of(pointer),
            },
            example: seen.and_then(|it| it.example),
            pointer: pointer.clone(),
            name: Some(name.clone()),
        }
    });
    let mut fields: Vec<VendorField> = declared_fields.collect();
    fields.extend(examples.into_iter().map(|(pointer, seen)| VendorField {
        pointer,
        each: seen.each,
        name: None,
        example: seen.example,
    }));
    fields
}

/// What was seen of a field.
#[derive(Default)]
struct FieldSeen {
    each: Option<String>,
    example: Option<String>,
}

/// Where a value stands.
#[derive(Clone, Default)]
struct ValuePath {
    pointer: String,
    /// The same with `*` for each thing of a list, where it stands in one.
    each: Option<String>,
}

impl ValuePath {
    fn member(&self, key: &str) -> Self {
        let key = key.replace('~', "~0").replace('/', "~1");
        Self {
            pointer: format!("{}/{key}", self.pointer),
            each: self.each.as_ref().map(|each| format!("{each}/{key}")),
        }
    }

    fn first(&self) -> Self {
        let each = self.each.as_ref().unwrap_or(&self.pointer);
        Self {
            each: Some(format!("{each}/*")),
            pointer: format!("{}/0", self.pointer),
        }
    }
}

/// A pointer that names the first thing of a list, with `*` for each.
fn each_of(pointer: &str) -> Option<String> {
    let parts = pointer.split('/');
    let parts: Vec<&str> = parts.map(|it| if it == "0" { "*" } else { it }).collect();
    Some(parts.join("/")).filter(|each| each != pointer)
}

/// What can be mapped of one object, in its order: where each value stands, and the value.
#[must_use]
pub fn values(object: &Value) -> Vec<(String, &Value)> {
    let placed = placed(object).into_iter();
    placed
        .map(|(place, value)| (place.pointer, value))
        .collect()
}

fn placed(object: &Value) -> Vec<(ValuePath, &Value)> {
    let mut values = Vec::new();
    walk(object, &ValuePath::default(), 0, &mut |place, value| {
        values.push((place, value))
    });
    values
}

/// Goes through what can be mapped: single values, and lists as they are. Of a list of objects the first one is looked into.
fn walk<'a>(
    value: &'a Value,
    place: &ValuePath,
    depth: usize,
    found: &mut impl FnMut(ValuePath, &'a Value),
) {
    let is_deep = depth >= DEEPEST;
    match value {
        Value::Object(members) if !is_deep => {
            for (key, member) in members {
                walk(member, &place.member(key), depth + 1, found);
            }
        }
        Value::Array(items) if !is_deep && items.first().is_some_and(Value::is_object) => {
            for first in items.iter().take(1) {
                walk(first, &place.first(), depth + 1, found);
            }
        }
        Value::Object(_)
        | Value::Array(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_) => {
            if !place.pointer.is_empty() && place.pointer.len() <= LONGEST_POINTER {
                found(place.clone(), value);
            }
        }
    }
}

/// A value in one line, for people: cleaned, and cut where it is long.
#[must_use]
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => clean(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            clean(&value.to_string())
        }
    }
}

fn shortened(value: &Value) -> Option<String> {
    if value.is_null() {
        return None;
    }
    let text = text(value);
    let is_long = text.chars().count() > EXAMPLE;
    let short: String = text.chars().take(EXAMPLE).collect();
    Some(if is_long { short + "…" } else { short }).filter(|text| !text.is_empty())
}

/// Why a mapping cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingRefused {
    /// The provider file has no such entity.
    #[error("{provider} has nothing called {entity:?} to map")]
    NoEntity {
        provider: String,
        /// What was asked for.
        entity: String,
        /// The entities that there are.
        known: Vec<String>,
    },
    /// The field is neither declared nor seen.
    #[error("no {entity} has a field {from:?}")]
    NoField {
        /// The entity.
        entity: String,
        /// What was asked for.
        from: String,
        /// Some that there are, the closest first.
        known: Vec<String>,
    },
    /// The own field has a mapping, or the vendor's has.
    #[error("{from} is mapped to {to} already")]
    Taken {
        /// The vendor's field.
        from: String,
        /// The own field.
        to: String,
    },
    /// There are enough.
    #[error("{entity} has {MOST_MAPPINGS} mappings, and no more are taken")]
    TooMany {
        /// The entity.
        entity: String,
    },
    /// The own field's name.
    #[error(transparent)]
    Name(#[from] BadName),
}

/// A name that a field cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} cannot be the name of a field")]
pub struct BadName(String);

/// Holds the name of an own field against what it may be: it is shown, and written `NAME=VALUE`.
///
/// # Errors
/// When it is empty, too long, or has `=` or what cannot be seen in it.
pub fn check_name(name: &str) -> Result<(), BadName> {
    let is_fine = !name.is_empty()
        && name.chars().count() <= LONGEST_NAME
        && !name.contains('=')
        && clean(name) == name
        && name.trim() == name;
    is_fine
        .then_some(())
        .ok_or_else(|| BadName(name.to_owned()))
}

/// Holds a mapping against what can be mapped, and against the other mappings of its entity.
pub fn check(
    mapping: &ConfigItem,
    mappable: &[VendorField],
    configs: &[ConfigItem],
) -> Result<(), MappingRefused> {
    check_name(&mapping.to)?;
    let entity = &mapping.entity;
    if !is_kept(mapping, configs) {
        check_field(entity, &mapping.from, mappable)?;
    }
    let others: Vec<&ConfigItem> = of(entity, configs)
        .filter(|other| other.id != mapping.id)
        .collect();
    // One field of the vendor under many names would make a record larger than an answer may be.
    let is_taken = |other: &&&ConfigItem| other.to == mapping.to || other.from == mapping.from;
    if let Some(other) = others.iter().find(is_taken) {
        return Err(MappingRefused::Taken {
            from: other.from.clone(),
            to: other.to.clone(),
        });
    }
    if others.len() >= MOST_MAPPINGS {
        return Err(MappingRefused::TooMany {
            entity: entity.clone(),
        });
    }
    Ok(())
}

/// Whether the item has its field already, and something else of it is changed: a field may be there that no record shows now.
#[must_use]
pub fn is_kept(item: &ConfigItem, configs: &[ConfigItem]) -> bool {
    let mut own = configs.iter().filter(|it| it.id == item.id);
    own.any(|it| it.entity == item.entity && it.from == item.from)
}

/// Holds a field against those that an entity has.
///
/// # Errors
/// When there is none at this pointer.
pub fn check_field(
    entity: &str,
    pointer: &str,
    fields: &[VendorField],
) -> Result<(), MappingRefused> {
    if fields.iter().any(|field| field.pointer == pointer) {
        return Ok(());
    }
    Err(MappingRefused::NoField {
        entity: entity.to_owned(),
        from: pointer.to_owned(),
        known: closest(pointer, fields),
    })
}

/// Fields whose pointer or name is most like what was asked for.
fn closest(asked: &str, fields: &[VendorField]) -> Vec<String> {
    let asked = asked.trim_matches('/').to_lowercase();
    let alike = |text: &str| strsim::jaro_winkler(&asked, &text.to_lowercase());
    let rank = |field: &VendorField| {
        let last = field.pointer.rsplit('/').next().unwrap_or_default();
        let whole = field.pointer.trim_start_matches('/');
        let name = field.name.as_deref().unwrap_or_default();
        alike(last).max(alike(whole)).max(alike(name))
    };
    let mut ranked: Vec<(f64, &VendorField)> = fields.iter().map(|it| (rank(it), it)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let pointers = ranked.into_iter().map(|(_, field)| field.pointer.clone());
    pointers.take(NAMED).collect()
}

/// Why a record's own fields cannot be changed so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OwnRefused {
    /// It comes from the vendor.
    #[error("{name} comes from the vendor's {from}, and the next sync would undo the change")]
    Mapped {
        /// The own field.
        name: String,
        /// The vendor's field.
        from: String,
    },
    /// There are enough.
    #[error("a record has no more than {MOST_OWN} fields of its own")]
    TooMany,
    /// Nothing was to be set.
    #[error("no field was named")]
    Nothing,
    /// The name.
    #[error(transparent)]
    Name(#[from] BadName),
}

/// The record's own fields after some were set; an empty value takes one away.
///
/// # Errors
/// When one is mapped, or cannot be.
pub fn set(
    record: &Synced,
    values: &BTreeMap<String, String>,
    configs: &[ConfigItem],
) -> Result<BTreeMap<String, String>, OwnRefused> {
    if values.is_empty() {
        return Err(OwnRefused::Nothing);
    }
    let mapped: BTreeMap<&str, &str> = of(&record.entity, configs)
        .map(|mapping| (mapping.to.as_str(), mapping.from.as_str()))
        .collect();
    let mut own = record.own.clone();
    for (name, value) in values {
        check_name(name)?;
        if let Some(from) = mapped.get(name.as_str()) {
            return Err(OwnRefused::Mapped {
                name: name.clone(),
                from: (*from).to_owned(),
            });
        }
        own.remove(name);
        if !value.is_empty() {
            own.insert(name.clone(), clean(value));
        }
    }
    match own.len() {
        0..=MOST_OWN => Ok(own),
        _ => Err(OwnRefused::TooMany),
    }
}

#[cfg(test)]
mod tests;
