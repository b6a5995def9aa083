//! Holds as clients see them.

use std::sync::Arc;

use super::attempt::as_it_was;
use super::calls::{self, DueCalls};
use crate::domain::filter::{FilterField, Searched};
use crate::domain::hold::{Hold, HoldState};
use crate::domain::id::ConnectionId;
use crate::domain::user::{Act, permit};
use crate::server::Server;
use crate::server::caller::Caller;
use crate::server::queries::window::Asked;
use crate::server::queries::{lists, window};
use crate::store::StoreError;
use crate::store::facts::HOLDS;
use crate::wire::Problem;
use crate::wire::request::Window;
use crate::wire::view::{self, Page};

/// A part of the list of those that have not ended, oldest first.
pub async fn list(
    server: &Arc<Server>,
    caller: &Caller,
    of: Option<&ConnectionId>,
    asked: &Window,
) -> Result<Page<view::Hold>, Problem> {
    let (house, by) = (Arc::clone(server), caller.clone());
    let (of, reverse) = (of.cloned(), asked.reverse);
    let source = move |after: Option<&str>, limit| {
        let places = house.store.index_page(HOLDS, after, limit, reverse)?;
        let its = |hold: &Hold| of.as_ref().is_none_or(|id| hold.connection == *id);
        let place = |(key, id): (String, String)| {
            let hold = house.store.get::<Hold>(&id)?.filter(its);
            let shown = hold.map(|hold| one(&house, &by, &hold)).transpose()?;
            Ok((key, shown))
        };
        places.into_iter().map(place).collect()
    };
    let searched = |hold: &view::Hold| {
        let mut searched = Searched::of(vec![
            (FilterField::Connection, hold.connection_name.clone()),
            (FilterField::Provider, hold.provider_name.clone()),
        ]);
        searched.text += &format!(" {} {}", hold.fingerprint, hold.last);
        searched
    };
    let asked = Asked::by(caller, server, asked);
    let found = window::rows(asked, lists::CONNECTIONS, source, searched).await?;
    let total = server.store.holds_count()?;
    window::page(found, total, Ok)
}

/// One hold.
pub fn one(server: &Server, caller: &Caller, hold: &Hold) -> Result<view::Hold, StoreError> {
    let file = server.provider(&hold.provider);
    let due = match file.as_deref().filter(|_| hold.is_waiting()) {
        Some(file) => calls::due(server, hold, &as_it_was(server, hold)?, file)?,
        None => DueCalls {
            calls: Vec::new(),
            narrowed: hold.narrowed.clone(),
        },
    };
    let line =
        |call: &crate::domain::provider::Call| format!("{} {}", call.method.as_str(), call.url);
    let ended = match &hold.state {
        HoldState::Waiting => None,
        HoldState::Ending { end } | HoldState::Ended { end, .. } => Some(end.why.word().to_owned()),
    };
    Ok(view::Hold {
        id: hold.id.clone(),
        connection: hold.connection.clone(),
        connection_name: server.store.connection(&hold.connection)?.name,
        provider_name: server.provider_name(&hold.provider),
        run: hold.run.clone(),
        kind: hold.token.kind,
        fingerprint: hold.token.fingerprint.clone(),
        retries: due.calls.iter().map(line).collect(),
        opened_at: hold.created_at,
        tries: hold.tries,
        next_try: hold.is_waiting().then_some(hold.next_try),
        expires_at: hold.expires_at,
        last: hold.last.clone(),
        narrowed: due.narrowed,
        ended,
        refused: permit(&caller.actor, Act::Irreversible)
            .err()
            .map(|refusal| refusal.why),
    })
}
