//! Which authorizations are open: who began them, for what, and until when.

use crate::domain::connection::Connection;
use crate::domain::flow::{Flow, OpenFlow, Which};
use crate::server::Server;
use crate::store::StoreError;

/// Every one that is open, oldest first.
///
/// # Errors
/// When the store cannot be read.
pub fn open(server: &Server) -> Result<Vec<OpenFlow>, StoreError> {
    those(server, &Which::All)
}

/// Those that a disconnect of this connection would end.
///
/// # Errors
/// When the store cannot be read.
pub fn open_of(server: &Server, connection: &Connection) -> Result<Vec<OpenFlow>, StoreError> {
    those(server, &Which::of(connection))
}

fn those(server: &Server, which: &Which) -> Result<Vec<OpenFlow>, StoreError> {
    let rows = server.store.flows()?;
    let open = rows
        .into_iter()
        .filter(|flow| flow.is_open() && which.includes(flow));
    let shown = |flow: Flow| OpenFlow {
        owner: server.owner_name(&flow.owner),
        id: flow.id,
        connection: flow.connection,
        provider: flow.provider,
        kind: flow.kind,
        by: flow.by_name,
        began_at: flow.began_at,
        ends_at: flow.ends_at,
    };
    Ok(open.map(shown).collect())
}
