//! `tagout swap`: disconnect, then connect as another account, jobs as they were (N8). One confirmation for all of it.

use clap::Args;

use super::disconnect::{self, DisconnectRequest};
use super::{Session, VerbError, connect, input};
use crate::wire::rpc;
use crate::wire::view::{Connection, Meant};

const EXAMPLES: &str = "Examples:
  tagout swap github/acme-bot --reason cleanup --yes
  tagout swap hubspot --flow paste --if-unreachable hold --yes";

/// `tagout swap`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Whose: id, unique prefix, provider or provider/name
    connection: String,
    /// How the new account is connected.
    #[command(flatten)]
    how: connect::ConnectOptions,
    /// Another account than before is meant, which goes without saying here
    #[arg(long)]
    accept_other_account: bool,
    /// Why the old one goes.
    #[command(flatten)]
    why: disconnect::DisconnectReason,
    /// Ask nobody
    #[arg(long)]
    yes: bool,
    /// Exit 6 unless every token is proven dead
    #[arg(long)]
    strict: bool,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    if !arguments.yes && (session.manner.json || !input::somebody_is_there()) {
        return Err(VerbError::usage(
            "a swap disconnects first and wants a yes, and there is nobody to ask",
            "Add --yes, or see the plan with tagout plan",
        ));
    }
    // What is wrong with the second half is found before the first has begun.
    let mut request = arguments.how.request(String::new())?;
    let (client, notices) = session.connect().await?;
    let name = arguments.connection;
    let connection: Connection = client.ask(rpc::Connection { name }).await?;
    request.provider.clone_from(&connection.provider);
    request.connection = Some(connection.id.to_string());
    request.accept_other_account = true;
    request.enable_before = true;
    let targets = vec![connection.id.to_string()];
    let asked = DisconnectRequest::by_name(arguments.why, arguments.yes);
    let proven = disconnect::these(&client, notices, targets, asked, session);
    let Some(proven) = proven.await? else {
        return Ok(());
    };
    let (client, notices) = session.connect().await?;
    let name = connection.id.to_string();
    // It only says more of what comes: what cannot be looked up now is told as it was before.
    let connection = client
        .ask(rpc::Connection { name })
        .await
        .unwrap_or(connection);
    let meant = Meant {
        swaps: true,
        ..arguments.how.meant(true)
    };
    let purpose = connect::ConnectTarget {
        provider: request.provider.clone(),
        named: Some(connection),
        meant,
    };
    let way = arguments.how.way(&request, purpose);
    connect::authorize(request, way, &client, notices, session).await?;
    match arguments.strict && !proven {
        true => Err(VerbError::NotProven),
        false => Ok(()),
    }
}
