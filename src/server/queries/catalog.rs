//! The catalog as clients see it.

use std::sync::Arc;

use crate::domain::connection::Connection;
use crate::domain::filter::{FilterField, FilterTerms, Searched};
use crate::domain::provider::{Category, Endpoints, OwnerScope, ProviderFile};
use crate::domain::sorting::SortValue;
use crate::domain::user::Owner;
use crate::providers::{App, CallContext, CatalogEntry, ManualStep, OUR_NAME};
use crate::server::Server;
use crate::server::caller::Caller;
use crate::server::resolve;
use crate::store::StoreError;
use crate::wire::Problem;
use crate::wire::request::Window;
use crate::wire::view::{self, Page};

use super::window::Asked;
use super::{dependents, window};

/// What it can be asked for.
const KNOWN: FilterTerms = FilterTerms {
    fields: &[FilterField::Provider, FilterField::State],
    time: false,
    values: &[SortValue::Connections, SortValue::Kind],
};

/// What the state of a provider is called that has no app of ours.
const NO_APP: &str = "no app yet";

/// Connections that a card names.
const ON_A_CARD: usize = 3;

/// Connections that are looked through for those that are out of service: a provider costs no more to look at where there are
/// thousands. Those further down are found by their account, once somebody has signed in.
const LOOKED_THROUGH: usize = 100;

/// A part of the catalog, by group.
pub async fn list(
    server: &Arc<Server>,
    caller: &Caller,
    asked: &Window,
) -> Result<Page<view::Provider>, Problem> {
    let mut all = server.catalog_entries();
    all.sort_by_key(|entry| (entry.file.group(), entry.file.name.to_lowercase()));
    if asked.reverse {
        all.reverse();
    }
    let total = all.len() as u64;
    let source = move |after: Option<&str>, limit: usize| {
        let begin = after
            .and_then(|id| all.iter().position(|e| e.file.id == id))
            .map_or(0, |at| at + 1);
        Ok(all
            .iter()
            .skip(begin)
            .take(limit)
            .map(|e| (e.file.id.clone(), Some(e.clone())))
            .collect())
    };
    let asked = Asked::by(caller, server, asked);
    let (house, by) = (Arc::clone(server), asked.sorted_by());
    let searched = move |e: &CatalogEntry| {
        let words = [&e.file.id, &e.file.name, e.file.group().title()];
        let worth = match by {
            Some(SortValue::Connections) => Some(house.store.known(&e.file.id)?.into()),
            Some(SortValue::Kind) => Some(e.file.auth.kind.title().into()),
            Some(_) | None => None,
        };
        Ok(Searched {
            text: words.join(" "),
            fields: vec![
                (FilterField::Provider, e.file.name.clone()),
                (FilterField::State, state(&house, e)?.to_owned()),
            ],
            worth,
            ..Searched::default()
        })
    };
    let rows = window::rows_by(asked, KNOWN, source, searched).await?;
    window::page(rows, total, |entry| {
        let connections = first(server, &entry.file.id)?;
        card(server, &entry, &connections)
    })
    .map_err(Problem::from)
}

/// One provider in full.
pub fn one(server: &Server, caller: &Caller, id: &str) -> Result<view::ProviderDetail, Problem> {
    let entry = server
        .catalog_entry(id)
        .ok_or_else(|| resolve::no_provider(server, id))?;
    let file = &entry.file;
    let app = server.store.app(id)?;
    let vars = file.vars_with(&app.as_ref().map(|app| app.vars.clone()).unwrap_or_default());
    let redirect_uri = server.redirect_uri(id, app.as_ref());
    let connections = first(server, id)?;
    Ok(view::ProviderDetail {
        disconnected: disconnected(server, caller, file)?,
        in_service: server.store.held(id)?,
        client_id: app.as_ref().and_then(|app| app.client_id.clone()),
        app_name: app.and_then(|app| app.name),
        vars,
        manual: manual(server, file, None),
        dependents: dependents::on_a_card(server, file)?,
        warnings: entry.warnings.iter().map(ToString::to_string).collect(),
        ..view::ProviderDetail::untouched(file, card(server, &entry, &connections)?, redirect_uri)
    })
}

/// How the first connection of a provider stands; where there is none, whether there can be one.
fn state(server: &Server, entry: &CatalogEntry) -> Result<&'static str, StoreError> {
    let first = server.store.connections_of(&entry.file.id).next();
    Ok(match first.transpose()? {
        Some(first) => first.status.badge(),
        None if card(server, entry, &[])?.configured => "",
        None => NO_APP,
    })
}

/// The first connections of a provider, what needs a person first.
fn first(server: &Server, id: &str) -> Result<Vec<Connection>, StoreError> {
    server.store.connections_of(id).take(ON_A_CARD).collect()
}

/// What this caller would take up again by signing in as the same account.
fn disconnected(
    server: &Server,
    caller: &Caller,
    file: &ProviderFile,
) -> Result<Vec<view::ProviderConnection>, StoreError> {
    let owner = match file.scope {
        OwnerScope::Personal => Owner::Personal(caller.actor.user.id.clone()),
        OwnerScope::Workspace => Owner::Workspace,
    };
    let is_one = |c: &Connection| c.owner == owner && !c.is_given_back;
    let out = server
        .store
        .revoked_connections_of(&file.id, LOOKED_THROUGH);
    out.filter(|c| c.as_ref().map_or(true, is_one))
        .take(ON_A_CARD)
        .map(|c| c.map(|c| on_a_card(&c)))
        .collect()
}

/// Whether the texts for a CRM apply (N6).
#[must_use]
pub fn is_crm(file: &ProviderFile) -> bool {
    file.category == Category::Crm
}

/// What a disconnect leaves to a person, with the names of this connection filled in.
#[must_use]
pub fn manual(
    server: &Server,
    file: &Arc<ProviderFile>,
    of: Option<&Connection>,
) -> Vec<view::Manual> {
    manual_steps(server, file, of)
        .into_iter()
        .map(|step| view::Manual {
            text: step.text,
            url: step.url,
            checked_on: step.checked_on.map(|date| date.to_string()),
            when: view::word(&step.when),
        })
        .collect()
}

/// As above, as the provider room has it.
#[must_use]
pub fn manual_steps(
    server: &Server,
    file: &Arc<ProviderFile>,
    of: Option<&Connection>,
) -> Vec<ManualStep> {
    let registered = server.store.app(&file.id).ok().flatten();
    let vars = registered
        .as_ref()
        .map(|app| app.vars.clone())
        .unwrap_or_default();
    let mut app = App::new(Arc::clone(file), &vars);
    let called = registered.as_ref().and_then(|app| app.name.clone());
    let called = called.unwrap_or_else(|| OUR_NAME.to_owned());
    app.client_id = registered.and_then(|app| app.client_id);
    let endpoints = Endpoints::default();
    let context = CallContext {
        account_id: of
            .map(|c| c.account.id.as_str())
            .filter(|id| !id.is_empty()),
        fields: of.map(|c| &c.fields),
        ..CallContext::new(&app, &endpoints)
    };
    server.vendors.manual_steps(&context, &called)
}

/// What a person does at the vendor, each act once: steps that are needed at the same time and begin on the same page are
/// paths to one act.
#[must_use]
pub fn acts(server: &Server, file: &Arc<ProviderFile>, of: Option<&Connection>) -> Vec<ManualStep> {
    let mut acts: Vec<ManualStep> = Vec::new();
    for step in manual_steps(server, file, of) {
        let same = |act: &&mut ManualStep| {
            act.url.is_some() && act.url == step.url && act.when == step.when
        };
        match acts.iter_mut().find(same) {
            Some(act) => act.text = format!("{}. {}", act.text, step.text),
            None => acts.push(step),
        }
    }
    acts
}

fn card(
    server: &Server,
    entry: &CatalogEntry,
    connections: &[Connection],
) -> Result<view::Provider, StoreError> {
    let file = &entry.file;
    let app = server.store.app(&file.id)?;
    let vars = file.vars_with(&app.as_ref().map(|app| app.vars.clone()).unwrap_or_default());
    let untouched = view::Provider::untouched(file, entry.is_built_in);
    Ok(view::Provider {
        instance_status: server
            .store
            .instance(&file.id)?
            .map(|instance| instance.status),
        connections: connections.iter().map(on_a_card).collect(),
        connections_total: server.store.known(&file.id)?,
        configured: untouched.configured || app.is_some_and(|app| app.client_id.is_some()),
        insecure: view::Provider::is_insecure(file, &vars),
        tag: server.store.tag(&file.id)?,
        lacks: dependents::lacks(server, file)?,
        ..untouched
    })
}

fn on_a_card(c: &Connection) -> view::ProviderConnection {
    view::ProviderConnection {
        id: c.id.clone(),
        name: c.name.clone(),
        status: c.status,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::domain::connection::Status;
    use crate::domain::id::UserId;
    use crate::server::resume_tests::{ask, caller, options, start};
    use crate::wire::rpc;

    /// A provider of the catalog whose connections are persons'.
    const PERSONAL: &str = "gmail";

    fn connection(n: usize, status: Status, owner: &Owner) -> Connection {
        of_provider("github", n, status, owner)
    }

    fn of_provider(provider: &str, n: usize, status: Status, owner: &Owner) -> Connection {
        let connection = json!({
            "id": format!("con_01jd70000000000000000000{n:02}"), "instance": "ins_01jd7000000000000000000000",
            "provider": provider, "name": format!("acme-{n:02}"), "owner": owner,
            "account": { "id": n.to_string(), "label": format!("acme-{n:02}") },
            "status": status, "reason": "", "health": "unknown", "generation": 1, "version": 1,
            "connected_at": Timestamp::UNIX_EPOCH, "synced_at": null,
        });
        serde_json::from_value(connection).unwrap()
    }

    /// However many are in service, and whatever needs a person there.
    #[tokio::test]
    async fn what_is_out_of_service_is_offered_beside_many_in_service() {
        let folder = tempfile::tempdir().unwrap();
        let server = start(&options(folder.path())).await;
        let somebody = UserId::new(ulid::Ulid::from_parts(1, 1));
        let rows = [
            (0..7, Status::Error, Owner::Workspace),
            (10..17, Status::Connected, Owner::Workspace),
            (20..27, Status::Revoked, Owner::Personal(somebody)),
            (30..32, Status::Revoked, Owner::Workspace),
        ];
        for (numbers, status, owner) in rows {
            for n in numbers {
                let mut row = connection(n, status, &owner);
                let written = server.store.write(|tx| tx.put_connection(&mut row));
                server.store.durable(written.unwrap().commit).await.unwrap();
            }
        }
        let asked = rpc::Provider {
            id: "github".to_owned(),
        };
        let detail = ask(&server, asked).await;
        let offered: Vec<&str> = detail
            .disconnected
            .iter()
            .map(|c| c.name.as_str())
            .collect();
        assert_eq!(offered, ["acme-30", "acme-31"]);
        let shown = detail.card.connections.iter().map(|c| c.status);
        assert_eq!(shown.collect::<Vec<_>>(), [Status::Error; 3]);
    }

    /// Two users with a connection each at a provider of persons: none is offered the other's, nor the organisation's.
    #[tokio::test]
    async fn whoever_disconnected_it_is_offered_it_and_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let server = start(&options(folder.path())).await;
        let ada = caller(&server);
        let mut bob = ada.clone();
        bob.actor.user.id = UserId::new(ulid::Ulid::from_parts(1, 1));
        let personal = |it: &Caller| Owner::Personal(it.actor.user.id.clone());
        let owners = [personal(&ada), personal(&bob), Owner::Workspace];
        for (n, owner) in owners.iter().enumerate() {
            let mut row = of_provider(PERSONAL, n, Status::Revoked, owner);
            let written = server.store.write(|tx| tx.put_connection(&mut row));
            let commit = written.unwrap().commit;
            server.store.durable(commit).await.unwrap();
        }
        for (by, offered) in [(&ada, "acme-00"), (&bob, "acme-01")] {
            let detail = one(&server, by, PERSONAL).unwrap();
            let names: Vec<&str> = detail
                .disconnected
                .iter()
                .map(|c| c.name.as_str())
                .collect();
            assert_eq!(names, [offered]);
        }
    }
}
