//! Swaps that were left in the middle, as clients see them.

use crate::domain::connection::Connection;
use crate::domain::disconnect::run::Run;
use crate::domain::disconnect::swap::RunName;
use crate::server::Server;
use crate::store::StoreError;
use crate::wire::view;

/// So many of them are told at once at most.
const MOST: usize = 20;

/// The first of those that are open, whoever asks, and how many more there are.
pub fn open(server: &Server) -> Result<(Vec<view::OpenSwap>, u64), StoreError> {
    let runs = server.store.swaps_left(MOST)?;
    let all = match runs.len() < MOST {
        true => runs.len() as u64,
        false => server.store.swaps_left_count()?,
    };
    let mut open = Vec::new();
    for run in runs {
        let connection = server.store.connection(&run.connection)?;
        open.extend(one(&run, &connection));
    }
    let more = all.saturating_sub(open.len() as u64);
    Ok((open, more))
}

/// The one of a connection, while it is open.
pub fn of(server: &Server, connection: &Connection) -> Result<Option<view::OpenSwap>, StoreError> {
    let run = server.store.swap_left(&connection.id)?;
    Ok(run.and_then(|run| one(&run, connection)))
}

/// By the name that the connection has now: that is what it is taken up by.
fn one(run: &Run, connection: &Connection) -> Option<view::OpenSwap> {
    let half = run.half_left()?;
    let name = RunName {
        provider: &connection.provider,
        connection: &connection.name,
        id: &connection.id,
        has_ended: run.ended_at.is_some(),
    };
    Some(view::OpenSwap {
        run: run.id.clone(),
        state: run.state,
        connection: connection.id.clone(),
        provider: connection.provider.clone(),
        name: connection.name.clone(),
        by: run.actor.clone(),
        at: run.started_at,
        jobs: half.jobs.len() as u64,
        text: half.sentence(&name),
    })
}
