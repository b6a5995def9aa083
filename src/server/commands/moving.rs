//! What another value of a provider's variable means for those who are connected there: their tokens and our secret are
//! not sent to an address that nobody authorized them at.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::connection::{Badge, Connection};
use crate::domain::provider::ProviderFile;
use crate::providers;
use crate::server::vendor::VendorSession;
use crate::server::{Server, tokens};
use crate::store::StoreError;
use crate::wire::{Code, Problem};

/// How many connections a refusal names.
const NAMED: usize = 5;

/// A connection whose tokens would go elsewhere, and how, in words.
pub(super) struct Mover {
    connection: Connection,
    how: String,
}

/// A provider before and after its variables change.
pub(super) struct VariableChange {
    before: VendorSession,
    after: VendorSession,
}

impl VariableChange {
    /// None where nothing changes. Our secrets are no part of it: they may be lost, which is why it is configured anew.
    pub(super) async fn of(
        server: &Server,
        file: &Arc<ProviderFile>,
        was: &BTreeMap<String, String>,
        is: &BTreeMap<String, String>,
    ) -> Option<Self> {
        let before = providers::App::new(Arc::clone(file), was);
        let after = providers::App::new(Arc::clone(file), is);
        if before.vars == after.vars {
            return None;
        }
        Some(Self {
            before: VendorSession::set_up_as(server, before).await,
            after: VendorSession::set_up_as(server, after).await,
        })
    }

    /// Whether requests go to an origin that they did not go to before.
    pub(super) fn moves(&self) -> bool {
        !self.after.stays_within(&self.before)
    }

    /// The connections of the provider whose tokens would go elsewhere.
    pub(super) fn movers(&self, server: &Server) -> Result<Vec<Mover>, StoreError> {
        let mut movers = Vec::new();
        for connection in server.store.connections_of(&self.after.file().id) {
            movers.extend(self.mover(connection?));
        }
        Ok(movers)
    }

    /// This connection, if it is in service and its tokens would go elsewhere.
    pub(super) fn mover(&self, mut connection: Connection) -> Option<Mover> {
        if connection.bound.is_none() {
            connection.bound = self.before.binding(&connection);
        }
        let how = self.after.moved(&connection)?;
        let is_meant = connection.status.in_service() && !connection.is_given_back;
        is_meant.then_some(Mover { connection, how })
    }
}

/// What is said before anything is changed.
pub(super) fn refused(provider: &str, movers: &[Mover]) -> Option<Problem> {
    let first = movers.first()?;
    let names: Vec<&str> = movers
        .iter()
        .take(NAMED)
        .map(|it| it.connection.name.as_str())
        .collect();
    let more = match movers.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!(
        "configuring {provider} failed: {}{more} would have to be authorized again; {} was {}",
        names.join(", "),
        first.connection.name,
        first.how
    );
    let hint = "repeat with --yes; until then their tokens are revoked where they were issued";
    Some(Problem::new(Code::Conflict, message, hint))
}

/// Each has to be authorized again, and its entry names both addresses.
pub(super) async fn marked(server: &Server, movers: Vec<Mover>) -> Result<(), StoreError> {
    for Mover { connection, how } in movers {
        if let Some(bound) = connection.bound.clone() {
            server
                .store
                .bound(&connection.id, connection.generation, bound)
                .await?;
        }
        tokens::refresh::mark(server, &connection, Badge::reconnect(how)).await?;
    }
    Ok(())
}
