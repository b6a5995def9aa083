//! What connections are called in tables.

use std::collections::{BTreeMap, BTreeSet};

use super::Session;
use crate::client::Client;
use crate::domain::id::ConnectionId;
use crate::wire::rpc;
use crate::wire::view::Connection;
use crate::wire::{Code, Problem};

/// `provider/name` of each connection, which every verb takes in place of its id.
pub(super) struct Names(BTreeMap<ConnectionId, String>);

impl Names {
    /// Asks for those of these, for a person; JSON has ids. One that is not there any more has none.
    ///
    /// # Errors
    /// When the server refuses; one that is not there any more has none.
    pub(super) async fn ask<'c>(
        client: &Client,
        session: &Session,
        those: impl Iterator<Item = &'c ConnectionId>,
    ) -> Result<Self, Problem> {
        let mut named = BTreeMap::new();
        if session.manner.json {
            return Ok(Self(named));
        }
        for id in those.collect::<BTreeSet<_>>() {
            let name = id.to_string();
            let looked_up: Result<Connection, Problem> = client.ask(rpc::Connection { name }).await;
            match looked_up {
                Ok(it) => {
                    named.insert(id.clone(), format!("{}/{}", it.provider, it.name));
                }
                Err(problem) if problem.code == Code::NotFound => {}
                Err(problem) => return Err(problem),
            }
        }
        Ok(Self(named))
    }

    /// What one is called; its id, where it is not there any more.
    pub(super) fn of(&self, id: &ConnectionId) -> String {
        let name = self.0.get(id).cloned();
        name.unwrap_or_else(|| id.to_string())
    }
}
