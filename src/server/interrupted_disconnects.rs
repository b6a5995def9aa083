//! Tokens that are there to be ended, and whose disconnect has not begun: a crash came before it, or they are those of an older
//! copy of the data folder. It begins at the start.

use std::sync::Arc;

use super::caller::{Caller, server_entry};
use super::disconnect::plan;
use super::disconnect::planned::PlanInput;
use super::{Server, disconnect};
use crate::domain::audit::{Origin, Via};
use crate::domain::connection::Connection;
use crate::domain::disconnect::run::{IfUnreachable, Reason};
use crate::domain::user::{Actor, Role};
use crate::domain::walkthrough::Terms;
use crate::store::facts::NewRun;
use crate::wire::Problem;

const SERVER: &str = "server";

/// Begins their disconnects. What cannot begin now is tried at the next start, and stands in the list until then.
pub(super) async fn disconnect_interrupted(server: &Arc<Server>) -> Result<(), Problem> {
    for connection in server.store.scan::<Connection>("")? {
        if connection.is_given_back
            && connection.status.in_service()
            && let Err(problem) = start_interrupted(server, &connection).await
        {
            tracing::error!(%problem, connection = %connection.id, "tokens that nobody keeps are not being ended");
        }
    }
    Ok(())
}

/// A run that nobody asked for, about tokens that nobody keeps: it ends what it can reach, and nothing is kept sealed for a
/// vendor that does not answer. Tokens that were replaced worked for long, and are kept until they can be ended.
pub(super) async fn prepared(
    server: &Arc<Server>,
    caller: &Caller,
    connection: &Connection,
    note: String,
) -> Result<NewRun, Problem> {
    let terms = Terms {
        reason: Reason::Other,
        note,
        ticket: None,
        if_unreachable: match connection.replaced_of {
            Some(_) => IfUnreachable::Hold,
            None => IfUnreachable::Destroy,
        },
        uninstall: false,
        allow_wider: false,
        tag: false,
        destroy_at_once: false,
    };
    let alone = |_: &Connection| false;
    let plan = plan::of(server, connection, PlanInput::by(&terms, &alone)).await?;
    Ok(disconnect::prepare_run(
        server, caller, &terms, connection, plan,
    ))
}

async fn start_interrupted(server: &Arc<Server>, connection: &Connection) -> Result<(), Problem> {
    let Some(owner) = owner(server)? else {
        return Ok(());
    };
    let note = connection.reason.clone();
    let new = prepared(server, &owner, connection, note).await?;
    disconnect::persist_runs(server, vec![of_the_server(new)]).await?;
    Ok(())
}

/// A run has the rights of an Owner. Nobody of them has asked for this one.
fn owner(server: &Server) -> Result<Option<Caller>, Problem> {
    let mut users = server.store.users()?.into_iter();
    let owner = users.find(|user| user.role == Role::Owner);
    Ok(owner.map(|user| Caller {
        actor: Actor {
            role: user.role,
            user,
            read_only: false,
        },
        origin: of_server(),
        session: 0,
    }))
}

fn of_server() -> Origin {
    Origin {
        address: None,
        via: Via::Server,
    }
}

fn of_the_server(mut new: NewRun) -> NewRun {
    SERVER.clone_into(&mut new.run.actor);
    SERVER.clone_into(&mut new.run.role);
    new.run.origin = of_server();
    new.entry = server_entry(new.entry.event, new.entry.target, new.entry.outcome);
    new
}
