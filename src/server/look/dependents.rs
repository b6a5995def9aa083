//! What depends on a provider: what its file says, who requires it, and what the workspace declares.

use crate::domain::dependent::{Declared, SaidBy};
use crate::domain::disconnect::plan::Dependent;
use crate::domain::provider::ProviderFile;
use crate::server::{Server, resolve};
use crate::store::StoreError;
use crate::wire::Problem;
use crate::wire::view::DependentRow;

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
        all.extend(of(server, &file)?);
    }
    Ok(all)
}

/// What depends on a provider.
///
/// # Errors
/// When the store cannot be read.
pub fn of(server: &Server, file: &ProviderFile) -> Result<Vec<DependentRow>, StoreError> {
    let by_file = file.dependents.iter().map(|it| DependentRow {
        id: None,
        provider: file.id.clone(),
        feature: it.feature.clone(),
        effect: it.effect.clone(),
        said_by: SaidBy::File,
        in_use: true,
    });
    let mut all: Vec<DependentRow> = by_file.collect();
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

/// What is named to whoever disconnects: what is there to be affected.
///
/// # Errors
/// When the store cannot be read.
pub fn in_use(server: &Server, file: &ProviderFile) -> Result<Vec<Dependent>, StoreError> {
    let all = of(server, file)?.into_iter().filter(|it| it.in_use);
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
