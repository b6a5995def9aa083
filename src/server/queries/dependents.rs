//! What depends on a provider: what its file says, who requires it, and what the workspace declares.

use crate::domain::connection::Connection;
use crate::domain::dependent::{Declared, SaidBy};
use crate::domain::disconnect::plan::Dependent;
use crate::domain::provider::{Dependent as Feature, ProviderFile};
use crate::server::{Server, resolve, token_reads};
use crate::store::StoreError;
use crate::wire::Problem;
use crate::wire::view::{CardDependent, DependentRow};

/// So many connections of a provider are asked whether a feature has something to lose.
const LOOKED_AT: usize = 8;

/// All of it, of one provider or of every one.
///
/// # Errors
/// When there is no such provider, or the store cannot be read.
pub fn list(server: &Server, provider: Option<&str>) -> Result<Vec<DependentRow>, Problem> {
    let files = match provider {
        Some(id) => vec![
            server
                .provider(id)
                .ok_or_else(|| resolve::no_provider(server, id))?,
        ],
        None => (server.catalog_entries().into_iter())
            .map(|entry| entry.file)
            .collect(),
    };
    let mut all = Vec::new();
    for file in files {
        all.extend(of(server, &file, None)?);
    }
    Ok(all)
}

/// What depends on a provider. What its file names is in use by one connection, or (with none) by any.
pub fn of(
    server: &Server,
    file: &ProviderFile,
    connection: Option<&Connection>,
) -> Result<Vec<DependentRow>, StoreError> {
    let mut all = Vec::new();
    for it in &file.dependents {
        all.push(DependentRow {
            id: None,
            provider: file.id.clone(),
            feature: it.feature.clone(),
            effect: it.effect.clone(),
            said_by: SaidBy::File,
            in_use: is_used(server, file, it, connection)?,
        });
    }
    for other in server.vendors.catalog().requiring(&file.id) {
        let mut connected = server.store.live_connections_of(&other.file.id);
        all.push(DependentRow {
            id: None,
            provider: file.id.clone(),
            feature: other.file.name.clone(),
            effect: format!("cannot be connected without {}", file.name),
            said_by: SaidBy::Provider,
            in_use: connected.next().transpose()?.is_some(),
        });
    }
    let declared = server.store.dependents_of(&file.id)?;
    all.extend(declared.into_iter().map(row));
    Ok(all)
}

/// Whether a feature has something of a connection to lose, or (with none) of any.
fn is_used(
    server: &Server,
    file: &ProviderFile,
    feature: &Feature,
    connection: Option<&Connection>,
) -> Result<bool, StoreError> {
    if let Some(connection) = connection {
        return is_used_by(server, feature, connection);
    }
    let mut live = server.store.live_connections_of(&file.id);
    for connection in live.by_ref().take(LOOKED_AT) {
        if is_used_by(server, feature, &connection?)? {
            return Ok(true);
        }
    }
    // Of more than these one is taken to use it, rather than that all are read to show a provider.
    Ok(live.next().transpose()?.is_some())
}

/// It shows records, or whoever reads tokens of the connection may be it.
fn is_used_by(
    server: &Server,
    feature: &Feature,
    connection: &Connection,
) -> Result<bool, StoreError> {
    let is_meant = |entity: &str| feature.entity.as_deref().is_none_or(|it| it == entity);
    let scopes = server.store.scopes_of(&connection.id)?;
    let mut meant = scopes.iter().filter(|scope| is_meant(&scope.entity));
    let holds = meant.any(|scope| scope.total > scope.gone);
    Ok(holds || !token_reads::readers(server, &connection.id, connection.generation)?.is_empty())
}

/// What depends on a provider, on its card: without a connected account it is unavailable, where there ever was one.
pub fn on_a_card(server: &Server, file: &ProviderFile) -> Result<Vec<CardDependent>, StoreError> {
    let store = &server.store;
    let is_out = !store.is_connected(&file.id)? && store.was_connected(&file.id)?;
    let all = of(server, file, None)?.into_iter();
    let dependent = |it: DependentRow| CardDependent {
        feature: it.feature,
        effect: it.effect,
        available: !is_out,
    };
    Ok(all.map(dependent).collect())
}

/// The providers that one requires and that nobody is connected to, by what people call them.
pub fn lacks(server: &Server, file: &ProviderFile) -> Result<Vec<String>, StoreError> {
    let mut lacks = Vec::new();
    for needed in &file.requires {
        if !server.store.is_connected(needed)? {
            lacks.push(server.provider_name(needed));
        }
    }
    Ok(lacks)
}

/// What is named to whoever disconnects: what is there to be affected.
pub fn in_use(
    server: &Server,
    file: &ProviderFile,
    connection: &Connection,
) -> Result<Vec<Dependent>, StoreError> {
    let all = of(server, file, Some(connection))?.into_iter();
    let all = all.filter(|it| it.in_use);
    let named = |it: DependentRow| Dependent {
        feature: it.feature,
        effect: it.effect,
    };
    Ok(all.map(named).collect())
}

/// One that was declared.
#[must_use]
pub fn row(declared: Declared) -> DependentRow {
    DependentRow {
        id: Some(declared.id),
        provider: declared.provider,
        feature: declared.feature,
        effect: declared.effect,
        said_by: SaidBy::Workspace,
        in_use: true,
    }
}
