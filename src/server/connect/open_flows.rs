//! Which authorizations are open: who began them, for what, and until when.

use jiff::Timestamp;

use crate::domain::connection::Connection;
use crate::domain::disconnect::run::Run;
use crate::domain::flow::{Flow, FlowEnd, FlowSelection, OpenFlow};
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;

/// Every one that is open, oldest first.
pub fn open(server: &Server) -> Result<Vec<OpenFlow>, StoreError> {
    those(server, &FlowSelection::All)
}

/// Those that a disconnect of this connection would end.
pub fn open_of(server: &Server, connection: &Connection) -> Result<Vec<OpenFlow>, StoreError> {
    those(server, &FlowSelection::of(connection))
}

/// The device links that somebody ended here and that the vendor may take an approval of.
pub struct Links(Vec<Flow>);

impl Links {
    /// Those that there are now.
    pub fn now(server: &Server) -> Result<Self, StoreError> {
        let (mut rows, now) = (server.store.flows()?, clock_and_ids::now());
        rows.retain(|flow| flow.may_be_approved(now));
        Ok(Self(rows))
    }

    /// Until when the last of those may be approved that ended with a run.
    #[must_use]
    pub fn until(&self, run: &Run) -> Option<Timestamp> {
        self.of(run).map(|link| link.ends_at).max()
    }

    /// Those that ended with a run, as they are shown.
    #[must_use]
    pub fn shown(&self, server: &Server, run: &Run) -> Vec<OpenFlow> {
        let of = self.of(run).cloned();
        of.map(|link| shown(server, link)).collect()
    }

    /// Those that were ended by a run, or for its connection by the walkthrough that it is part of.
    fn of(&self, run: &Run) -> impl Iterator<Item = &Flow> {
        self.0.iter().filter(|link| match link.ended_by() {
            Some(FlowEnd::Run { run: by }) => *by == run.id,
            Some(FlowEnd::Walkthrough { walkthrough }) => {
                run.walkthrough.as_ref() == Some(walkthrough)
                    && link.provider == run.provider
                    && (link.connection.as_ref()).is_none_or(|it| *it == run.connection)
            }
            Some(FlowEnd::Person { .. } | FlowEnd::Unentitled | FlowEnd::Stopped) | None => false,
        })
    }
}

fn those(server: &Server, which: &FlowSelection) -> Result<Vec<OpenFlow>, StoreError> {
    let rows = server.store.flows()?;
    let open = rows
        .into_iter()
        .filter(|flow| flow.is_open() && which.includes(flow));
    Ok(open.map(|flow| shown(server, flow)).collect())
}

fn shown(server: &Server, flow: Flow) -> OpenFlow {
    let connection = flow.connection.as_ref();
    let connection = connection.and_then(|id| server.store.connection(id).ok());
    OpenFlow {
        connection_name: connection.map(|it| it.name),
        owner: server.owner_name(&flow.owner),
        id: flow.id,
        connection: flow.connection,
        provider: flow.provider,
        kind: flow.kind,
        by: flow.by_name,
        began_at: flow.began_at,
        ends_at: flow.ends_at,
    }
}
