//! Channels, routing rules and field mappings: what survives every disconnect.

use tokio::sync::OwnedMutexGuard;

use super::routing;
use crate::domain::audit::configuration::{Configuration, ConfigurationEdited};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::Connection;
use crate::domain::id::{ConfigId, ConnectionId};
use crate::domain::mapping::{self, LONGEST_NAME, MappingRefused};
use crate::domain::webhook::{ConfigItem, ConfigKind};
use crate::server::caller::Caller;
use crate::server::channels;
use crate::server::queries::{fields, lists};
use crate::server::{Server, clock_and_ids, resolve};
use crate::store::StoreError;
use crate::store::facts::FollowUpChanges;
use crate::wire::{Code, Problem, Topic, rpc, view};

/// Why an invitation to a channel is asked for no more.
const NOT_WATCHED: &str = "the channel is not watched any more";

/// Adds a channel, a routing rule or a field mapping.
///
/// # Errors
/// When there is no such connection, or a mapping has no effect there.
pub async fn add(
    server: &Server,
    caller: &Caller,
    asked: rpc::ConfigAdd,
) -> Result<view::Config, Problem> {
    let connection = resolve::connection(server, &asked.connection)?;
    let item = ConfigItem {
        id: clock_and_ids::config(),
        connection: connection.id.clone(),
        kind: asked.kind,
        entity: asked.entity,
        from: asked.from,
        to: asked.to,
        condition: asked.condition,
        attached: None,
    };
    let _turn = server.configuring.of(&connection.id).await;
    let item = settled(server, &connection, item)?;
    check(server, &connection, &item)?;
    let added = Event::ConfigurationAdded(Configuration::of(&item));
    let entry = caller.entry(added, &connection.id, AuditOutcome::Done);
    server.store.add_config(&item, entry).await?;
    changed(server, connection.id);
    Ok(lists::config(server, item)?)
}

/// Changes a channel, a routing rule or a field mapping; what is left out stays as it was.
///
/// # Errors
/// When there is none, or a mapping has no effect so.
pub async fn edit(
    server: &Server,
    caller: &Caller,
    asked: rpc::ConfigEdit,
) -> Result<view::Config, Problem> {
    let (_turn, before) = in_turn(server, &asked.id).await?;
    let connection = server.store.connection(&before.connection)?;
    let after = ConfigItem {
        from: asked.from.unwrap_or_else(|| before.from.clone()),
        to: asked.to.unwrap_or_else(|| before.to.clone()),
        condition: asked.condition.or_else(|| before.condition.clone()),
        ..before.clone()
    };
    if after == before {
        return Ok(lists::config(server, after)?);
    }
    let after = match after.from == before.from && after.condition == before.condition {
        true => after,
        false => settled(server, &connection, after)?,
    };
    check(server, &connection, &after)?;
    let edited = Event::ConfigurationEdited(ConfigurationEdited {
        before: Configuration::of(&before),
        after: Configuration::of(&after),
    });
    let entry = caller.entry(edited, &connection.id, AuditOutcome::Done);
    let left = match after.from == before.from {
        true => FollowUpChanges::default(),
        false => channels::not_asked_any_more(server, &before, NOT_WATCHED)?,
    };
    server.store.edit_config(&after, left, entry).await?;
    changed(server, connection.id);
    Ok(lists::config(server, after)?)
}

/// Removes a channel, a routing rule or a field mapping.
pub async fn remove(server: &Server, caller: &Caller, id: &ConfigId) -> Result<(), Problem> {
    let (_turn, item) = in_turn(server, id).await?;
    let removed = Event::ConfigurationRemoved(Configuration::of(&item));
    let entry = caller.entry(removed, &item.connection, AuditOutcome::Done);
    let left = channels::not_asked_any_more(server, &item, NOT_WATCHED)?;
    server.store.remove_config(&item, left, entry).await?;
    changed(server, item.connection);
    Ok(())
}

/// What is configured under this id, as it is once nobody else configures its connection, and the turn to do so.
async fn in_turn(
    server: &Server,
    id: &ConfigId,
) -> Result<(OwnedMutexGuard<()>, ConfigItem), StoreError> {
    let connection = server.store.config(id)?.connection;
    let turn = server.configuring.of(&connection).await;
    Ok((turn, server.store.config(id)?))
}

fn changed(server: &Server, connection: ConnectionId) {
    server.channels.alarm.ring();
    server
        .hub
        .tell([Topic::Connection(connection), Topic::Audit]);
}

/// A channel is picked from those that the vendor has, and watched once; it is called as the vendor calls it where nobody says
/// otherwise.
fn settled(
    server: &Server,
    connection: &Connection,
    item: ConfigItem,
) -> Result<ConfigItem, Problem> {
    match item.kind {
        ConfigKind::Channel => watched(server, connection, item),
        ConfigKind::Routing => Ok(routing::settled(item)),
        ConfigKind::Mapping if item.to.is_empty() => Err(Problem::new(
            Code::Usage,
            "it does not say what our side is",
            "name it with --to",
        )),
        ConfigKind::Mapping => Ok(item),
    }
}

fn watched(
    server: &Server,
    connection: &Connection,
    item: ConfigItem,
) -> Result<ConfigItem, Problem> {
    let (from, name) = channels::pick(server, connection, &item.from)?;
    let mut watched = server.store.channels_of(&connection.id)?.into_iter();
    if let Some(there) = watched.find(|it| it.from == from && it.id != item.id) {
        return Err(Problem::new(
            Code::Conflict,
            format!("#{} ({from}) is watched already", there.to),
            format!(
                "`tagout channels {} remove {}` ends that",
                connection.id, there.id
            ),
        ));
    }
    Ok(ConfigItem {
        to: Some(item.to).filter(|to| !to.is_empty()).unwrap_or(name),
        from,
        entity: String::new(),
        attached: None,
        ..item
    })
}

/// What cannot have an effect is refused.
fn check(server: &Server, connection: &Connection, item: &ConfigItem) -> Result<(), Problem> {
    match item.kind {
        ConfigKind::Channel => Ok(()),
        ConfigKind::Routing => routing::check(server, connection, item),
        ConfigKind::Mapping => check_mapping(server, connection, item),
    }
}

fn check_mapping(
    server: &Server,
    connection: &Connection,
    item: &ConfigItem,
) -> Result<(), Problem> {
    let configs = server.store.configs_of(&connection.id)?;
    let spec = fields::spec(server, connection, &item.entity)?;
    let mappable = fields::mappable(server, &connection.id, &spec)?;
    Ok(mapping::check(item, &mappable, &configs)?)
}

impl From<MappingRefused> for Problem {
    fn from(refused: MappingRefused) -> Self {
        let listed = "`tagout mappings CONNECTION fields` lists what can be mapped";
        let (code, hint) = match &refused {
            MappingRefused::NoEntity { known, .. } if known.is_empty() => (
                Code::NotFound,
                "its provider file has no [[sync]]".to_owned(),
            ),
            MappingRefused::NoEntity { known, .. } => (
                Code::NotFound,
                format!("name one of {} as --entity", known.join(", ")),
            ),
            MappingRefused::NoField { known, .. } if known.is_empty() => (
                Code::NotFound,
                "nothing of it was pulled yet: run its job, then see what there is".to_owned(),
            ),
            MappingRefused::NoField { known, .. } => (
                Code::NotFound,
                format!("there is {}; {listed}", known.join(", ")),
            ),
            MappingRefused::Taken { .. } => (
                Code::Conflict,
                "choose another name, or edit the mapping that there is".to_owned(),
            ),
            MappingRefused::TooMany { .. } => {
                (Code::Conflict, "remove one that nobody needs".to_owned())
            }
            MappingRefused::Name(_) => (Code::Usage, name_hint()),
        };
        Self::new(code, refused.to_string(), hint)
    }
}

/// What the name of a field may be.
pub(super) fn name_hint() -> String {
    format!("a name has up to {LONGEST_NAME} characters, and no `=` among them")
}
