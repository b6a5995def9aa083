//! The channels that a vendor has, and picking one of them.

use std::sync::Arc;

use crate::domain::connection::Connection;
use crate::domain::filter::{FilterField, FilterTerms, Searched};
use crate::domain::job::{ReferenceState, Synced};
use crate::domain::provider::ChannelsSpec;
use crate::server::queries::window::{self, Asked};
use crate::server::{Server, clock_and_ids, resolve};
use crate::store::facts::Scopes;
use crate::store::{StoreError, StoredRow as _};
use crate::wire::view::{self, Page};
use crate::wire::{Code, Problem};

/// A name that is less like what was said than this was not meant.
const ALIKE: f64 = 0.7;
/// So many names are offered for one that nobody knows.
const OFFERED: usize = 3;

/// What they can be asked for.
const KNOWN: FilterTerms = FilterTerms {
    fields: &[FilterField::State],
    time: false,
    values: &[],
};

/// A part of the list of a connection's channels.
///
/// # Errors
/// When its provider has none to watch, or the store cannot be read.
pub async fn available(
    server: &Arc<Server>,
    connection: &Connection,
    asked: Asked<'_>,
) -> Result<Page<view::Channel>, Problem> {
    let spec = spec(server, connection)?;
    let watched = server.store.channels_of(&connection.id)?;
    let prefix = format!("{}/{}/", connection.id, spec.entity);
    let (house, reverse) = (Arc::clone(server), asked.reverse());
    let source = move |after: Option<&str>, limit| {
        let rows = house.store.page::<Synced>(&prefix, after, limit, reverse)?;
        let place = |item: Synced| (item.key(), Some(item));
        Ok(rows.into_iter().map(place).collect())
    };
    let (house, now) = (Arc::clone(server), clock_and_ids::now());
    let mut scopes = Scopes::default();
    let searched = move |item: &Synced| {
        let state = scopes.state(&house.store, item, now)?;
        Ok(Searched {
            text: [item.external_id.as_str(), &item.label].join(" "),
            fields: vec![(FilterField::State, state.word().to_owned())],
            ..Searched::default()
        })
    };
    let rows = window::rows_by(asked, KNOWN, source, searched).await?;
    let mut scopes = Scopes::default();
    let all = server.store.scopes_of(&connection.id)?.into_iter();
    let its = all.filter(|scope| scope.entity == spec.entity);
    let total = its.map(|scope| scope.total).sum();
    window::page(rows, total, |item| {
        Ok::<_, StoreError>(view::Channel {
            is_private: spec.is_private(&item.body),
            is_member: spec.tells_membership().then(|| spec.is_member(&item.body)),
            watched: watched
                .iter()
                .find(|it| it.from == item.external_id)
                .map(|it| it.id.clone()),
            status: scopes.state(&server.store, &item, now)?,
            id: item.external_id,
            name: item.label,
        })
    })
    .map_err(Problem::from)
}

/// The channel that a person names, by its id or by its name, and what it is called.
///
/// # Errors
/// When its provider has none to watch, or there is none, or more than one, of that name.
pub fn pick(
    server: &Server,
    connection: &Connection,
    said: &str,
) -> Result<(String, String), Problem> {
    let spec = spec(server, connection)?;
    let key = Synced::key_of(&connection.id, &spec.entity, said);
    if let Some(found) = server.store.get::<Synced>(&key)? {
        return Ok((found.external_id, found.label));
    }
    let name = said.trim_start_matches('#').to_lowercase();
    let (mut found, mut alike, mut count) = (Vec::new(), Vec::new(), 0_u64);
    let prefix = format!("{}/{}/", connection.id, spec.entity);
    let (now, mut scopes) = (clock_and_ids::now(), Scopes::default());
    for item in server.store.rows::<Synced>(prefix) {
        let item = item?;
        if scopes.state(&server.store, &item, now)? == ReferenceState::Gone {
            continue;
        }
        count += 1;
        let label = item.label.to_lowercase();
        if label == name {
            found.push(item);
        } else {
            offer(&mut alike, strsim::jaro_winkler(&label, &name), item);
        }
    }
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok((one.external_id, one.label)),
        (Some(one), false) => {
            found.push(one);
            let ids: Vec<String> = found.into_iter().map(|it| it.external_id).collect();
            Err(Problem::new(
                Code::Usage,
                format!("more than one channel is called {said}"),
                format!("name it by its id: {}", ids.join(", ")),
            ))
        }
        (None, _) => Err(unknown(connection, said, count, &alike)),
    }
}

/// The names that are most like what was said, the best first.
fn offer(alike: &mut Vec<(f64, Synced)>, how: f64, item: Synced) {
    if how > ALIKE {
        alike.push((how, item));
        alike.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        alike.truncate(OFFERED);
    }
}

fn unknown(connection: &Connection, said: &str, count: u64, alike: &[(f64, Synced)]) -> Problem {
    let names: Vec<String> = alike
        .iter()
        .map(|(_, it)| format!("{} ({})", it.label, it.external_id))
        .collect();
    let hint = match (count, names.is_empty()) {
        (0, _) => format!(
            "none is known yet: let the job that lists them run (`tagout jobs {}`)",
            connection.id
        ),
        (_, true) => format!("`tagout channels {} available` lists them", connection.id),
        (_, false) => format!("perhaps {}", names.join(", ")),
    };
    let message = format!("{} has no channel {said}", connection.name);
    Problem::new(Code::NotFound, message, hint)
}

fn spec(server: &Server, connection: &Connection) -> Result<ChannelsSpec, Problem> {
    let file = server
        .provider(&connection.provider)
        .ok_or_else(|| resolve::no_provider(server, &connection.provider))?;
    file.channels.clone().ok_or_else(|| {
        Problem::new(
            Code::Usage,
            format!("{} has no channels to watch", file.name),
            "its provider file has no [channels]",
        )
    })
}
