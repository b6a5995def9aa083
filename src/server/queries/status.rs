//! The server as a whole.

use super::swaps;
use crate::domain::connection::{Connection, Status};
use crate::domain::wipe::Wipe;
use crate::server::{Server, VERSION, clock_and_ids};
use crate::store::facts::IssueIntent;
use crate::store::{SpaceMode, StoreError};
use crate::wire::view;

/// Authorizations whose answer was lost before there was a connection: no disconnect will ever list these.
fn unseen(server: &Server) -> Result<Vec<String>, StoreError> {
    let mut warnings = Vec::new();
    for intent in server.store.scan::<IssueIntent>("")? {
        let row = server.store.get::<Connection>(intent.connection.as_str())?;
        if intent.lost && row.is_none() {
            warnings.push(format!(
                "an authorization of {} lost its answer: a token may live at the provider that nobody holds ({})",
                intent.at, intent.connection
            ));
        }
    }
    Ok(warnings)
}

/// How things stand, whoever asks.
pub fn status(server: &Server) -> Result<view::Status, StoreError> {
    let mut connections = std::collections::BTreeMap::new();
    for status in Status::ALL {
        connections.insert(status.code().to_owned(), server.store.count_in(status)?);
    }
    let work = server.store.work();
    let (open_swaps, more_swaps) = swaps::open(server)?;
    let wipes = open_wipes(server)?;
    let waiting = wipes.iter().filter(|wipe| wipe.why.is_some());
    let waiting: Vec<String> = waiting.filter_map(Wipe::sentence).collect();
    let count = |counter| {
        server
            .store
            .count(counter)
            .map(|n| u64::try_from(n).unwrap_or(0))
    };
    Ok(view::Status {
        workspace: server.workspace.clone(),
        version: VERSION.to_owned(),
        pid: std::process::id(),
        started_at: server.started_at,
        data_dir: server.data_dir.display().to_string(),
        connections,
        providers: server.catalog_entries().len() as u64,
        jobs_running: server.store.live_executions(None)?.len() as u64,
        runs_open: server.store.open_runs()?.len() as u64,
        exposed: server.store.exposed(clock_and_ids::now())?,
        follow_ups_open: count("follow_ups_open")?,
        holds: server.store.holds_count()?,
        audit_entries: server.store.tree().size(),
        rows_read: work.rows_read,
        syncs: work.syncs,
        asks: view::Asks {
            every_seconds: server.health.every(None).as_secs(),
            by: match server.is_on_demand {
                true => view::AskedBy::WhileItRuns,
                false => view::AskedBy::Serve,
            },
        },
        for_you: Vec::new(),
        swaps: open_swaps,
        swaps_more: more_swaps,
        emergency: server.store.mode() == SpaceMode::Emergency,
        warnings: server
            .warnings
            .iter()
            .cloned()
            .chain(unseen(server)?)
            .chain(waiting)
            .collect(),
        wipes,
    })
}

/// Wipes that have not ended: one of all, or one of each provider at most.
fn open_wipes(server: &Server) -> Result<Vec<Wipe>, StoreError> {
    let open = server.store.open_wipes()?;
    open.iter().map(|id| server.store.wipe(id)).collect()
}
