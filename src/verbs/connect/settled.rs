//! What an authorization came to, and what is said of it.

use serde_json::json;

use super::purpose::ConnectTarget;
use super::replaced;
use crate::client::{Client, Notices};
use crate::domain::id::{ConnectionId, RunId};
use crate::verbs::connections::in_full;
use crate::verbs::print::{aside, json, one_line, say};
use crate::verbs::{Session, VerbError};
use crate::wire::Problem;
use crate::wire::rpc;
use crate::wire::view::Connection;

/// How a flow has ended that came to something.
pub(in crate::verbs) struct Settled {
    pub(in crate::verbs) connection: ConnectionId,
    /// The run that ends what was replaced.
    pub(in crate::verbs) replaced_by: Option<RunId>,
}

/// What is said once something is connected.
#[derive(Clone, Copy)]
pub(in crate::verbs) struct ConnectedWords<'a> {
    /// What was done, in a word or two.
    pub(in crate::verbs) done: &'static str,
    /// What was to be connected, where more than that is to be said of it.
    pub(in crate::verbs) purpose: Option<&'a ConnectTarget>,
}

/// Says what was connected, and what became of what it took the place of. A program reads the connection in the last line, a
/// person in the first.
pub(in crate::verbs) async fn told(
    client: &Client,
    notices: &mut Notices,
    settled: Settled,
    words: ConnectedWords<'_>,
    session: &Session,
) -> Result<(), VerbError> {
    let is_json = session.manner.json;
    let id = settled.connection;
    if !is_json {
        connected(client, &id, words, session).await?;
    }
    if let Some(run) = settled.replaced_by {
        replaced::told(client, notices, run, session).await?;
    }
    if is_json {
        connected(client, &id, words, session).await?;
    }
    Ok(())
}

/// Says what was connected. That it was is true also where it cannot be looked up.
async fn connected(
    client: &Client,
    id: &ConnectionId,
    words: ConnectedWords<'_>,
    session: &Session,
) -> Result<(), VerbError> {
    let ConnectedWords { done, purpose } = words;
    let name = id.to_string();
    let looked_up: Result<Connection, Problem> = client.ask(rpc::Connection { name }).await;
    match (looked_up, session.manner.json) {
        (Ok(it), true) => json(&json!({ "event": "connected", "connection": it })),
        (Ok(it), false) => {
            say(&format!("{done}."))?;
            purpose.map_or(Ok(()), |purpose| purpose.after(&it))?;
            say(&format!("\n{}", in_full(&it)))
        }
        (Err(problem), true) => {
            json(&json!({ "event": "connected", "connection": { "id": id }, "error": problem }))
        }
        (Err(problem), false) => {
            say(&format!("{done}: {id}."))?;
            let words = format!("It could not be looked up: {}.", problem.message);
            aside(&one_line(&words))
        }
    }
}
