//! The catalog that comes with the program, where there is no workspace that could have added to it.

use crate::providers::{self, Catalog, CatalogEntry};
use crate::wire::view::{Manual, Provider, ProviderDetail};
use crate::wire::{Code, Problem};

/// All of it, by group, then by name.
pub(super) fn all() -> Result<Vec<Provider>, Problem> {
    let catalog = catalog()?;
    Ok(catalog.list().into_iter().map(card).collect())
}

/// One provider in full; `callback_port` is the port of its redirect URI.
pub(super) fn one(id: &str, callback_port: u16) -> Result<ProviderDetail, Problem> {
    let catalog = catalog()?;
    let alike = || Problem::no_provider(id, catalog.alike(id));
    let entry = catalog.get(id).ok_or_else(alike)?;
    let redirect_uri = format!("http://127.0.0.1:{callback_port}/callback/{id}");
    let steps = providers::manual_steps_of(&entry.file);
    let manual = steps.into_iter().map(|step| Manual {
        text: step.text,
        url: step.url,
        checked_on: step.checked_on.map(|date| date.to_string()),
        when: super::word(step.when),
    });
    Ok(ProviderDetail {
        manual: manual.collect(),
        warnings: entry.warnings.iter().map(ToString::to_string).collect(),
        ..ProviderDetail::untouched(&entry.file, card(entry), redirect_uri)
    })
}

fn card(entry: &CatalogEntry) -> Provider {
    Provider::untouched(&entry.file, entry.is_built_in)
}

fn catalog() -> Result<Catalog, Problem> {
    Catalog::built_in().map_err(|error| {
        Problem::new(
            Code::Failed,
            format!("a provider file of this program is wrong: {error}"),
            "Install another version",
        )
    })
}
