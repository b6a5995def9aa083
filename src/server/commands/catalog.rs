//! Provider files that people add, and our registrations at providers.

use std::collections::BTreeMap;

use super::moving::{self, VariableChange};
use crate::domain::audit::providers::{
    ProviderAdded, ProviderConfigured, ProviderRemoved, ProviderSecretKept, ProviderUntagged,
    SecretChange,
};
use crate::domain::audit::{AuditOutcome, Event, NewEntry};
use crate::domain::connection::App;
use crate::domain::display_text;
use crate::domain::provider::ProviderFile;
use crate::domain::sealed::SealPurpose;
use crate::providers::{self, CatalogError};
use crate::server::caller::Caller;
use crate::server::queries::catalog;
use crate::server::resolve;
use crate::server::vendor::sealed_away;
use crate::server::{Server, clock_and_ids};
use crate::store::facts::AddedProvider;
use crate::wire::{Code, Problem, Topic, rpc, view};
use secrecy::SecretString;

/// Adds a provider file.
///
/// # Errors
/// When it is wrong (with line and field), its id is taken.
pub async fn add(
    server: &Server,
    caller: &Caller,
    toml: &str,
    file_name: &str,
) -> Result<view::ProviderDetail, Problem> {
    let file = providers::parse(toml, file_name).map_err(|error| {
        Problem::new(
            Code::Usage,
            format!("adding {file_name} failed: {error}"),
            "`tagout providers check` explains a file",
        )
    })?;
    // The catalog decides whether the id is free; only then is it a fact.
    server
        .vendors
        .add(toml, file_name)
        .map_err(|error| wrong(&error))?;
    let added = AddedProvider {
        id: file.id.clone(),
        toml: toml.to_owned(),
    };
    let event = Event::ProviderAdded(ProviderAdded {
        name: file.name.clone(),
        file: file_name.to_owned(),
    });
    let entry = caller.entry(event, &file.id, AuditOutcome::Done);
    if let Err(error) = server.store.add_provider(added, entry).await {
        server
            .vendors
            .remove(&file.id)
            .map_err(|error| wrong(&error))?;
        return Err(Problem::from(error));
    }
    server.hub.tell([Topic::Providers, Topic::Audit]);
    catalog::one(server, caller, &file.id)
}

/// Removes an added provider file.
///
/// # Errors
/// When it was not added, has connections.
pub async fn remove(server: &Server, caller: &Caller, id: &str) -> Result<(), Problem> {
    let entry = server
        .catalog_entry(id)
        .ok_or_else(|| resolve::no_provider(server, id))?;
    if entry.is_built_in {
        return Err(wrong(&CatalogError::BuiltIn(id.to_owned())));
    }
    let event = Event::ProviderRemoved(ProviderRemoved {
        name: entry.file.name.clone(),
    });
    let removed = caller.entry(event, id, AuditOutcome::Done);
    server.store.remove_provider(id, removed).await?;
    server.vendors.remove(id).map_err(|error| wrong(&error))?;
    server.hub.tell([Topic::Providers, Topic::Audit]);
    Ok(())
}

/// Takes a provider's tag off: accounts there can be authorized again.
///
/// # Errors
/// When there is no such provider, it is not tagged, or nobody says why.
pub async fn untag(
    server: &Server,
    caller: &Caller,
    id: &str,
    note: String,
) -> Result<view::ProviderDetail, Problem> {
    let file = server
        .provider(id)
        .ok_or_else(|| resolve::no_provider(server, id))?;
    if note.trim().is_empty() {
        let message = format!("taking the tag off {id} failed: nobody says why");
        return Err(Problem::new(Code::Usage, message, "say why with --note"));
    }
    let tag = server.store.tag(id)?;
    let event = Event::ProviderUntagged(ProviderUntagged {
        name: file.name.clone(),
        note: note.trim().to_owned(),
        tag,
    });
    let entry = caller.entry(event, id, AuditOutcome::Done);
    server.store.untagged(id, entry).await?;
    server
        .hub
        .tell([Topic::Providers, Topic::Connections, Topic::Audit]);
    catalog::one(server, caller, id)
}

/// Registers our app at a provider, or changes the registration.
///
/// # Errors
/// When there is no such provider, a var is not one of its file's.
pub async fn configure(
    server: &Server,
    caller: &Caller,
    said: rpc::ProviderConfigure,
) -> Result<view::ProviderDetail, Problem> {
    let id = &said.id.clone();
    let file = server
        .provider(id)
        .ok_or_else(|| resolve::no_provider(server, id))?;
    declared(&file, &said.vars)?;
    let mut app = app_of(server, id)?;
    let was = (app.client_id.clone(), app.vars.clone());
    let has_secret = said.client_secret.is_some();
    let vars = changed(&app.vars, &said.vars);
    let change = VariableChange::of(server, &file, &app.vars, &vars).await;
    let movers = match &change {
        Some(change) => change.movers(server)?,
        None => Vec::new(),
    };
    if let Some(refused) = moving::refused(id, &movers).filter(|_| !said.moves) {
        return Err(refused);
    }
    let keeps_secret = app.client_secret.is_some() && !has_secret;
    if keeps_secret && change.is_some_and(|change| change.moves()) {
        return Err(Problem::new(
            Code::Conflict,
            format!("configuring {id} failed: our client secret was entered for another address"),
            "give it again with --client-secret-file",
        ));
    }
    apply(server, &mut app, said)?;
    if was != (app.client_id.clone(), app.vars.clone()) {
        app.changed_at = Some(clock_and_ids::now());
    }
    let event = Event::ProviderConfigured(ProviderConfigured {
        client_id: app.client_id.clone(),
        client_secret: match has_secret {
            true => SecretChange::Changed,
            false => SecretChange::Unchanged,
        },
        redirect_uri: app.redirect_uri.clone(),
        app_name: app.name.clone(),
        vars: app.vars.clone(),
    });
    let entry = caller.entry(event, id, AuditOutcome::Done);
    keep(server, app, entry).await?;
    moving::marked(server, movers).await?;
    catalog::one(server, caller, id)
}

/// Whether the provider file has all of these variables.
///
/// # Errors
/// Names the first that it has not, and those that it has.
pub(super) fn declared(
    file: &ProviderFile,
    vars: &BTreeMap<String, String>,
) -> Result<(), Problem> {
    let Some(unknown) = vars.keys().find(|name| !file.vars.contains_key(*name)) else {
        return Ok(());
    };
    let known: Vec<&str> = file.vars.keys().map(String::as_str).collect();
    let hint = match known.is_empty() {
        true => "it has none".to_owned(),
        false => format!("it has: {}", known.join(", ")),
    };
    let message = format!("{} has no var {unknown}", file.id);
    Err(Problem::new(Code::Usage, message, hint))
}

/// The variables with what is said of them: an empty text takes one back.
pub(super) fn changed(
    vars: &BTreeMap<String, String>,
    said: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut all = vars.clone();
    all.extend(said.clone());
    all.retain(|_, value| !value.is_empty());
    all
}

/// Keeps a further secret of our app.
pub async fn keep_secret(
    server: &Server,
    caller: &Caller,
    asked: rpc::ProviderSecret,
) -> Result<view::ProviderDetail, Problem> {
    let rpc::ProviderSecret { id, kind, secret } = asked;
    let id = &id;
    server
        .provider(id)
        .ok_or_else(|| resolve::no_provider(server, id))?;
    let mut app = app_of(server, id)?;
    let secret = SecretString::from(secret.0.trim().to_owned());
    let sealed = server
        .vault
        .seal(&secret, app.id.as_str(), SealPurpose::App);
    let sealed = sealed.map_err(|error| sealed_away(&error))?;
    app.secrets.insert(kind, sealed);
    let kept = Event::ProviderSecretKept(ProviderSecretKept { secret: kind });
    let entry = caller.entry(kept, id, AuditOutcome::Done);
    keep(server, app, entry).await?;
    catalog::one(server, caller, id)
}

/// Our registration, a new one where there is none.
fn app_of(server: &Server, id: &str) -> Result<App, Problem> {
    let known = server.store.app(id)?;
    Ok(known.unwrap_or_else(|| App {
        id: clock_and_ids::app(),
        provider: id.to_owned(),
        client_id: None,
        client_secret: None,
        secrets: BTreeMap::new(),
        redirect_uri: None,
        name: None,
        vars: BTreeMap::new(),
        changed_at: None,
    }))
}

/// Writes the registration; the secrets that it no longer has are destroyed.
async fn keep(server: &Server, app: App, entry: NewEntry) -> Result<(), Problem> {
    let replaced = server.store.keep_app(app, entry).await?;
    for slot in replaced {
        server
            .vault
            .destroy(&slot)
            .and_then(|_| server.vault.release(&slot))
            .map_err(|error| sealed_away(&error))?;
    }
    server.hub.tell([Topic::Providers, Topic::Audit]);
    Ok(())
}

fn apply(server: &Server, app: &mut App, said: rpc::ProviderConfigure) -> Result<(), Problem> {
    if let Some(id) = said.client_id {
        app.client_id = Some(id).filter(|id| !id.is_empty());
    }
    if let Some(uri) = said.redirect_uri {
        if !uri.is_empty() && url::Url::parse(&uri).is_err() {
            return Err(Problem::new(
                Code::Usage,
                format!("{uri:?} is no URL"),
                "write the whole redirect URI",
            ));
        }
        app.redirect_uri = Some(uri).filter(|uri| !uri.is_empty());
    }
    if let Some(name) = said.app_name {
        let name = display_text::clean(name.trim());
        app.name = Some(name).filter(|name| !name.is_empty());
    }
    app.vars = changed(&app.vars, &said.vars);
    if let Some(secret) = said.client_secret {
        let secret = SecretString::from(secret.0.trim().to_owned());
        let sealed = server
            .vault
            .seal(&secret, app.id.as_str(), SealPurpose::App);
        app.client_secret = Some(sealed.map_err(|error| sealed_away(&error))?);
    }
    Ok(())
}

fn wrong(error: &CatalogError) -> Problem {
    let code = match error {
        CatalogError::Unknown(_) => Code::NotFound,
        CatalogError::File(_) => Code::Usage,
        _ => Code::Conflict,
    };
    Problem::new(
        code,
        error.to_string(),
        "`tagout providers` lists what there is",
    )
}
