//! What another value of a provider's variable means for those who are connected there: their tokens and our secret are
//! not sent to an address that nobody authorized them at.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::connection::{App, Connection, Health, Status};
use crate::domain::provider::ProviderFile;
use crate::providers::{self, CallContext};
use crate::server::vendor::Vendor;
use crate::server::who::problem;
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

/// The connections in service whose tokens would go elsewhere with these variables.
///
/// # Errors
/// When the store cannot be read.
pub(super) async fn movers(
    server: &Server,
    file: &Arc<ProviderFile>,
    registered: &App,
    vars: &BTreeMap<String, String>,
) -> Result<Vec<Mover>, Problem> {
    // Its secrets may be lost, which is why it is configured anew.
    let before = providers::App::new(Arc::clone(file), &registered.vars);
    let before = Vendor::set_up_as(server, before).await;
    let app = providers::App::new(Arc::clone(file), vars);
    if app.vars == before.app.vars {
        return Ok(Vec::new());
    }
    let after = Vendor::set_up_as(server, app).await;
    let mut movers = Vec::new();
    for connection in server.store.connections_of(&file.id) {
        let mut connection = connection.map_err(problem)?;
        if !connection.status.in_service() {
            continue;
        }
        if connection.bound.is_none() {
            connection.bound = before.binding(&connection);
        }
        if let Some(how) = after.moved(&connection) {
            movers.push(Mover { connection, how });
        }
    }
    Ok(movers)
}

/// How this connection's tokens would go elsewhere with variables of its own; none where they would not.
///
/// # Errors
/// When the store cannot be read.
pub(super) async fn mover(
    server: &Server,
    connection: &Connection,
    vars: &BTreeMap<String, String>,
) -> Result<Option<Mover>, Problem> {
    let before = Vendor::of_connection(server, connection).await?;
    let mut own = connection.clone();
    if own.bound.is_none() {
        own.bound = before.binding(connection);
    }
    own.vars.clone_from(vars);
    let after = Vendor::of_connection(server, &own).await?;
    let how = after.moved(&own).filter(|_| connection.status.in_service());
    let connection = Connection {
        vars: connection.vars.clone(),
        ..own
    };
    Ok(how.map(|how| Mover { connection, how }))
}

/// Whether our secret would be sent to an address that it was not entered for.
pub(super) async fn moves_our_secret(
    server: &Server,
    file: &Arc<ProviderFile>,
    registered: &App,
    vars: &BTreeMap<String, String>,
) -> bool {
    let before = providers::App::new(Arc::clone(file), &registered.vars);
    let app = providers::App::new(Arc::clone(file), vars);
    if app.vars == before.vars || registered.client_secret.is_none() {
        return false;
    }
    let before = Vendor::set_up_as(server, before).await;
    let after = Vendor::set_up_as(server, app).await;
    let (Ok(was), Ok(is)) = (&before.endpoints, &after.endpoints) else {
        // Where it cannot be told who takes the secret, nobody new does.
        return true;
    };
    let was = CallContext::new(&before.app, was).origins();
    let is = CallContext::new(&after.app, is).origins();
    !is.is_subset(&was)
}

/// What is said before anything is changed.
pub(super) fn refused(file: &ProviderFile, movers: &[Mover]) -> Option<Problem> {
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
        "configuring {} failed: {}{more} would have to be authorized again; {} was {}",
        file.id,
        names.join(", "),
        first.connection.name,
        first.how
    );
    let hint = "repeat with --yes; until then their tokens are revoked where they were issued";
    Some(Problem::new(Code::Conflict, message, hint))
}

/// Each has to be authorized again, and its entry names both addresses.
///
/// # Errors
/// When the store refuses.
pub(super) async fn marked(server: &Server, movers: Vec<Mover>) -> Result<(), StoreError> {
    for Mover { connection, how } in movers {
        if let Some(bound) = connection.bound.clone() {
            server
                .store
                .bound(&connection.id, connection.generation, bound)
                .await?;
        }
        let (status, health) = (Status::ReconnectRequired, Health::Unknown);
        tokens::refresh::mark(server, &connection, status, health, how).await?;
    }
    Ok(())
}
