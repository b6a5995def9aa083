//! What of a connection's entities can be mapped.

use std::sync::Arc;

use crate::domain::connection::Connection;
use crate::domain::id::ConnectionId;
use crate::domain::job::Synced;
use crate::domain::mapping::{self, MappingRefused, SAMPLE, VendorField};
use crate::domain::provider::{ProviderFile, SyncSpec};
use crate::server::{Server, resolve};
use crate::store::StoreError;
use crate::wire::{Problem, view};

/// What can be mapped, of one entity or (with none) of all, each with what it is mapped to.
///
/// # Errors
/// When there is no such entity.
pub fn list(
    server: &Server,
    connection: &Connection,
    entity: Option<&str>,
) -> Result<Vec<view::MappingField>, Problem> {
    let configs = server.store.configs_of(&connection.id)?;
    let mut shown = Vec::new();
    let specs = match entity {
        Some(entity) => vec![spec(server, connection, entity)?],
        None => file(server, connection)?.sync.clone(),
    };
    for spec in specs {
        for field in mappable(server, &connection.id, &spec)? {
            let of_it = mapping::of(&spec.entity, &configs).filter(|it| it.from == field.pointer);
            shown.push(view::MappingField {
                mapped_to: of_it.map(|mapping| mapping.to.clone()).collect(),
                entity: spec.entity.clone(),
                pointer: field.pointer,
                each: field.each,
                name: field.name,
                example: field.example,
            });
        }
    }
    Ok(shown)
}

/// What of an entity can be mapped: what the file declares, and what some of its records hold.
pub fn mappable(
    server: &Server,
    connection: &ConnectionId,
    spec: &SyncSpec,
) -> Result<Vec<VendorField>, StoreError> {
    let prefix = format!("{connection}/{}/", spec.entity);
    // Vendors count up: the last ids are what came last, and look as things do today.
    let seen = server.store.page::<Synced>(&prefix, None, SAMPLE, true)?;
    let objects = seen.iter().map(|record| &record.body);
    Ok(mapping::mappable(&spec.fields, objects))
}

/// The list of the provider file that brings an entity.
///
/// # Errors
/// When there is none; the refusal names those there are.
pub fn spec(server: &Server, connection: &Connection, entity: &str) -> Result<SyncSpec, Problem> {
    let file = file(server, connection)?;
    let refused = || MappingRefused::NoEntity {
        provider: file.name.clone(),
        entity: entity.to_owned(),
        known: file.sync.iter().map(|spec| spec.entity.clone()).collect(),
    };
    Ok(file.list_of(entity).cloned().ok_or_else(refused)?)
}

fn file(server: &Server, connection: &Connection) -> Result<Arc<ProviderFile>, Problem> {
    let provider = &connection.provider;
    server
        .provider(provider)
        .ok_or_else(|| resolve::no_provider(server, provider))
}
