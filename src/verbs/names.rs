//! What connections are called in tables.

use std::collections::BTreeMap;

use super::{Session, every};
use crate::client::Client;
use crate::domain::id::ConnectionId;
use crate::wire::Problem;
use crate::wire::rpc;
use crate::wire::view::Connection;

/// `provider/name` of each connection, which every verb takes in place of its id.
pub(super) struct Names(BTreeMap<ConnectionId, String>);

impl Names {
    /// Asks for them, for a person; JSON has ids.
    ///
    /// # Errors
    /// When the server refuses.
    pub(super) async fn ask(client: &Client, session: &Session) -> Result<Self, Problem> {
        if session.manner.json {
            return Ok(Self(BTreeMap::new()));
        }
        let all: Vec<Connection> = every(client, rpc::Connections).await?;
        let named = all.into_iter().map(|it| {
            let name = format!("{}/{}", it.provider, it.name);
            (it.id, name)
        });
        Ok(Self(named.collect()))
    }

    /// What one is called; its id, where it is not there any more.
    pub(super) fn of(&self, id: &ConnectionId) -> String {
        let name = self.0.get(id).cloned();
        name.unwrap_or_else(|| id.to_string())
    }
}
