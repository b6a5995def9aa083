//! References, records, webhooks, configuration, follow-ups, users as clients see them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use serde_json::Value;
use url::Url;

use crate::domain::connection::Connection;
use crate::domain::disconnect::run::{FollowUp, Run};
use crate::domain::display_text::clean;
use crate::domain::filter::{FilterField, FilterTerms, Searched};
use crate::domain::id::ConnectionId;
use crate::domain::job::Synced;
use crate::domain::sorting::SortValue;
use crate::domain::user::{Act, User, permit};
use crate::domain::webhook::{ConfigItem, ConfigKind, WebhookEndpoint};
use crate::server::caller::Caller;
use crate::server::{Server, channels, clock_and_ids};
use crate::store::facts::Scopes;
use crate::store::{RowPage, StoreError};
use crate::wire::Problem;
use crate::wire::view::{self, Page, WebhookStatus};

use super::window::{Asked, Elsewhere, Needles, WindowRows};
use super::{routing, runs, window};

/// What lists can be asked for whose rows are about connections.
pub const CONNECTIONS: FilterTerms = FilterTerms {
    fields: &[FilterField::Connection, FilterField::Provider],
    time: false,
    values: &[],
};

/// What those can be asked for whose rows are what syncs brought.
const SYNCED: FilterTerms = FilterTerms {
    fields: &[FilterField::Entity, FilterField::Label, FilterField::State],
    time: false,
    values: &[SortValue::Local, SortValue::Time],
};

/// Bytes of an address that is told: what browsers and servers take everywhere.
const LONGEST_ADDRESS: usize = 2048;

/// References, of one connection or (with none) of all.
pub async fn references(
    server: &Arc<Server>,
    of: Option<&ConnectionId>,
    asked: Asked<'_>,
) -> Result<Page<view::Reference>, Problem> {
    let mut shown = ReferencePage::default();
    let (rows, total) = synced(server, of, asked).await?;
    window::page(rows, total, |item| shown.one(server, item)).map_err(Problem::from)
}

/// What syncs brought, in the order of the store.
pub(super) async fn synced(
    server: &Arc<Server>,
    of: Option<&ConnectionId>,
    asked: Asked<'_>,
) -> Result<(WindowRows<Synced>, u64), Problem> {
    let prefix = of.map_or(String::new(), |id| format!("{id}/"));
    // Its text is of nothing but its row.
    let elsewhere = Elsewhere {
        own: &[FilterField::Entity, FilterField::Label],
        others: &[],
    };
    let needles = Needles::of(&asked.filter(SYNCED)?, &elsewhere);
    let (house, reverse, mut spare) = (Arc::clone(server), asked.reverse(), Vec::new());
    let source = move |after: Option<&str>, limit| {
        let page = RowPage {
            prefix: &prefix,
            after,
            limit,
            reverse,
        };
        let is_wanted = |row: &[u8]| needles.may_be_in(row, &mut spare);
        house.store.page_where::<Synced>(&page, is_wanted)
    };
    let (house, mut scopes, by) = (Arc::clone(server), Scopes::default(), asked.sorted_by());
    let searched = move |item: &Synced| {
        let state = scopes.state(&house.store, item, clock_and_ids::now())?;
        let names = [
            item.entity.as_str(),
            &item.external_id,
            &item.label,
            &item.local_id,
        ];
        let links = item.links.iter().map(String::as_str);
        let text: Vec<&str> = names.into_iter().chain(links).collect();
        Ok(Searched {
            text: text.join(" "),
            fields: vec![
                (FilterField::Entity, item.entity.clone()),
                (FilterField::Label, item.label.clone()),
                (FilterField::State, state.word().to_owned()),
            ],
            worth: by.and_then(|by| match by {
                SortValue::Local => Some(item.local_id.as_str().into()),
                SortValue::Time => Some(item.synced_at.into()),
                _ => None,
            }),
            ..Searched::default()
        })
    };
    let rows = window::rows_by(asked, SYNCED, source, searched).await?;
    let total = match of {
        Some(id) => {
            let scopes = server.store.scopes_of(id);
            scopes.map(|scopes| scopes.iter().map(|scope| scope.total).sum())
        }
        None => server.store.synced_total(),
    };
    Ok((rows, total?))
}

/// References that are shown together: each connection and each scope of them is read once.
#[derive(Default)]
pub struct ReferencePage {
    connections: BTreeMap<ConnectionId, Connection>,
    scopes: Scopes,
}

impl ReferencePage {
    /// The address of a thing's page at the vendor, as the provider file says; nothing but an address of the web.
    pub fn link(&mut self, server: &Server, item: &Synced) -> Result<Option<String>, StoreError> {
        let connection = self.connection(server, &item.connection)?;
        let file = server.provider(&connection.provider);
        let spec = file.as_ref().and_then(|file| file.list_of(&item.entity));
        let pointer = spec.and_then(|spec| spec.link.as_deref());
        let said = pointer.and_then(|pointer| item.body.pointer(pointer)?.as_str());
        Ok(said.and_then(web_address))
    }

    fn connection(
        &mut self,
        server: &Server,
        id: &ConnectionId,
    ) -> Result<&Connection, StoreError> {
        Ok(match self.connections.entry(id.clone()) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(unread) => {
                let connection = server.store.connection(unread.key())?;
                unread.insert(connection)
            }
        })
    }

    /// One of them. It stays, with its links, when its connection is out of service; its live status does not (O4).
    pub fn one(&mut self, server: &Server, item: Synced) -> Result<view::Reference, StoreError> {
        let connection = self.connection(server, &item.connection)?.clone();
        let out = connection.status.is_out_of_service();
        let status = self
            .scopes
            .state(&server.store, &item, clock_and_ids::now())?;
        let remote = remote_status(server, &item, &connection);
        Ok(view::Reference {
            remote_status: if out { None } else { remote },
            label: if out {
                format!(
                    "{} (disconnected)",
                    server.provider_name(&connection.provider)
                )
            } else {
                item.label
            },
            id: item.id,
            connection: item.connection,
            entity: item.entity,
            parent: item.parent,
            local_id: item.local_id,
            external_id: item.external_id,
            status,
            links: item.links.into_iter().collect(),
        })
    }
}

/// An address that people can open: of the web, without a name or password in it, and of a length that browsers take. As it is
/// written by then it holds nothing that a terminal acts on.
fn web_address(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_of_the_web = matches!(url.scheme(), "https" | "http");
    let is_plain = url.username().is_empty() && url.password().is_none();
    let address = url.to_string();
    (is_of_the_web && is_plain && address.len() <= LONGEST_ADDRESS).then_some(address)
}

/// The state of a thing at the vendor: where the file says, else where most vendors have it.
fn remote_status(server: &Server, item: &Synced, connection: &Connection) -> Option<String> {
    let file = server.provider(&connection.provider);
    let spec = file.as_ref().and_then(|file| file.list_of(&item.entity));
    let said = spec.and_then(|spec| spec.status.as_deref());
    let places = said.map_or(vec!["/status", "/state"], |pointer| vec![pointer]);
    let status = places
        .into_iter()
        .find_map(|pointer| match item.body.pointer(pointer)? {
            Value::String(text) => Some(clean(text)),
            Value::Number(number) if said.is_some() => Some(number.to_string()),
            _ => None,
        });
    status.filter(|status| !status.is_empty())
}

/// Inbound endpoints.
pub fn webhooks(
    server: &Server,
    caller: &Caller,
    of: Option<&ConnectionId>,
) -> Result<Vec<view::Webhook>, Problem> {
    let all = server.store.webhooks_of(of)?;
    let shown = |endpoint| webhook(server, caller, endpoint);
    Ok(all.iter().map(shown).collect::<Result<_, _>>()?)
}

/// An inbound endpoint.
pub fn webhook(
    server: &Server,
    caller: &Caller,
    endpoint: &WebhookEndpoint,
) -> Result<view::Webhook, StoreError> {
    let connection = server.store.connection(&endpoint.connection)?;
    let refused = permit(&caller.actor, Act::Manage(&connection.owner)).err();
    Ok(view::Webhook {
        id: endpoint.id.clone(),
        connection: endpoint.connection.clone(),
        url: server.webhook_url(&endpoint.id),
        status: on_off(endpoint.enabled),
        received: endpoint.received,
        verified: endpoint.verified,
        ignored: endpoint.ignored,
        forged: endpoint.forged,
        dropped_since_disconnect: endpoint.dropped_since_disconnect,
        last_at: endpoint.last_at,
        connection_name: connection.name,
        provider_name: server.provider_name(&connection.provider),
        provider: connection.provider,
        refused: refused.map(|refusal| refusal.why),
    })
}

/// Channels, routing rules or mappings of a connection.
pub fn configs(
    server: &Server,
    of: &ConnectionId,
    kind: ConfigKind,
) -> Result<Vec<view::Config>, Problem> {
    let connection = server.store.connection(of)?;
    let in_service = connection.status.in_service();
    let generation = in_service.then_some(connection.generation);
    let all = server.store.configs_of(of)?;
    let of_kind = all.into_iter().filter(|item| item.kind == kind);
    Ok(of_kind
        .map(|item| config(server, item.as_of(generation)))
        .collect::<Result<_, _>>()?)
}

/// A channel, a routing rule or a mapping.
pub fn config(server: &Server, item: ConfigItem) -> Result<view::Config, StoreError> {
    let is_joined = match item.kind {
        ConfigKind::Channel => channels::are_joined(server, &item.connection)?,
        ConfigKind::Mapping | ConfigKind::Routing => false,
    };
    Ok(view::Config {
        is_joined,
        routing: routing::standing(server, &item)?,
        condition: item.condition,
        id: item.id,
        kind: item.kind,
        entity: item.entity,
        from: item.from,
        to: item.to,
        attached: item.attached.map(|it| view::Attached {
            outcome: it.outcome.outcome(),
            why: it.outcome.why().to_owned(),
            at: it.at,
            generation: it.generation,
        }),
    })
}

/// Follow-ups, open ones first.
pub async fn follow_ups(
    server: &Arc<Server>,
    of: Option<&ConnectionId>,
    asked: Asked<'_>,
) -> Result<Page<view::FollowUp>, Problem> {
    let (house, of, reverse) = (Arc::clone(server), of.cloned(), asked.reverse());
    let source = move |after: Option<&str>, limit| {
        let store = &house.store;
        let mut places = Vec::new();
        for (key, row) in store.index_page("follow_ups/", after, limit, reverse)? {
            let follow_up = store.get::<FollowUp>(&row)?;
            let its = |f: &FollowUp| of.as_ref().is_none_or(|id| f.connection == *id);
            let row = match follow_up.filter(its) {
                Some(follow_up) => {
                    let run = store.get::<Run>(follow_up.run.as_str())?;
                    run.map(|run| (follow_up, run))
                }
                None => None,
            };
            places.push((key, row));
        }
        Ok(places)
    };
    let by = asked.sorted_by();
    let searched = move |(f, run): &(FollowUp, Run)| {
        let mut searched = Searched::of(vec![
            (FilterField::Connection, run.name.clone()),
            (
                FilterField::Provider,
                format!("{} {}", run.provider, run.provider_name),
            ),
        ]);
        searched.text += &format!(" {}", f.text);
        searched.worth = by.and_then(|by| match by {
            SortValue::Time => Some(f.opened_at.into()),
            SortValue::Ended => f.done.as_ref().map(|done| done.at.into()),
            SortValue::Task => Some(f.text.as_str().into()),
            _ => None,
        });
        searched
    };
    let known = FilterTerms {
        values: &[SortValue::Time, SortValue::Ended, SortValue::Task],
        ..CONNECTIONS
    };
    let found = window::rows(asked, known, source, searched).await?;
    let total = server.store.count("follow_ups_open")?.unsigned_abs();
    window::page(found, total, |(f, run)| {
        runs::follow_up(server, &run, &f).map_err(Problem::from)
    })
}

/// A user.
#[must_use]
pub fn user(user: User) -> view::User {
    view::User {
        id: user.id,
        name: user.name,
        role: user.role,
        kind: user.kind,
        uid: user.uid,
        ssh_keys: user.ssh_keys,
        withdrawn: user.withdrawn,
        may_read: user.may_read,
    }
}

fn on_off(enabled: bool) -> WebhookStatus {
    match enabled {
        true => WebhookStatus::Enabled,
        false => WebhookStatus::Disabled,
    }
}
