//! `tagout swap`: disconnect, then connect as another account, jobs as they were (N8). One confirmation for all of it; what was
//! left in the middle is taken up where it stands.

use clap::Args;

use super::disconnect::{self, DisconnectRequest};
use super::print::{aside, one_line};
use super::{Session, VerbError, connect, input};
use crate::client::{Client, Notices};
use crate::domain::provider::AuthKind;
use crate::wire::rpc;
use crate::wire::view::{Connection, Meant, OpenSwap, ProviderDetail, Run, Status};

const EXAMPLES: &str = "Examples:
  tagout swap github/acme-bot --reason cleanup --yes
  tagout swap hubspot --flow paste --if-unreachable hold --yes
  tagout swap hubspot/acme.com                one that was left in the middle: connects the new account
  tagout swap hubspot/acme.com --give-up      no new account is connected";

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
    /// Give up one that was left in the middle: no new account is connected, and the jobs stay off
    #[arg(long, conflicts_with_all = ["reason", "flow", "api_key_file", "installation"])]
    give_up: bool,
    /// Ask nobody
    #[arg(long)]
    yes: bool,
    /// Exit 6 unless every token is proven dead
    #[arg(long)]
    strict: bool,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    if arguments.give_up {
        return give_up(arguments, session).await;
    }
    // What is wrong with the second half is found before the first has begun.
    let mut request = arguments.how.request(String::new())?;
    let (client, notices) = session.connect().await?;
    let name = arguments.connection;
    let connection: Connection = client.ask(rpc::Connection { name: name.clone() }).await?;
    if connection.swap.is_none() {
        means_no_other(&client, &name).await?;
    }
    request.provider.clone_from(&connection.provider);
    request.connection = Some(connection.id.to_string());
    request.accept_other_account = true;
    let proven = match &connection.swap {
        Some(open) => Some(taken_up(&client, notices, open, session).await?),
        None => {
            can_be_asked(arguments.yes, session)?;
            has_what_it_takes(&client, &request).await?;
            arguments.how.register(&request.provider, &client).await?;
            let targets = vec![connection.id.to_string()];
            let asked = DisconnectRequest::of_swap(arguments.why, arguments.yes);
            disconnect::these(&client, notices, targets, asked, session).await?
        }
    };
    let Some(proven) = proven else {
        return Ok(());
    };
    let (client, notices) = session.connect().await?;
    let name = connection.id.to_string();
    // It only says more of what comes: what cannot be looked up now is told as it was before.
    let connection = client
        .ask(rpc::Connection { name })
        .await
        .unwrap_or(connection);
    request.swap = connection.swap.as_ref().map(|open| open.run.clone());
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

/// A provider's name means its connection that is in service. Whoever left a swap there in the middle means that one, and must not
/// begin another by the name they used before.
async fn means_no_other(client: &Client, name: &str) -> Result<(), VerbError> {
    let status: Status = client.ask(rpc::Status).await?;
    let of_provider = |swap: &&OpenSwap| swap.provider == name;
    let open: Vec<String> = status
        .swaps
        .iter()
        .filter(of_provider)
        .map(|swap| one_line(&format!("{} ({})", swap.connection, swap.name)))
        .collect();
    match open.is_empty() {
        true => Ok(()),
        false => Err(VerbError::usage(
            format!(
                "a swap at {name} was left in the middle: {}",
                open.join(", ")
            ),
            "Name the connection by its id or as PROVIDER/NAME",
        )),
    }
}

/// Whether the new account can be connected with what was said: afterwards the old one is out.
async fn has_what_it_takes(client: &Client, request: &rpc::Connect) -> Result<(), VerbError> {
    let id = request.provider.clone();
    let provider: ProviderDetail = client.ask(rpc::Provider { id }).await?;
    let lacks = match provider.card.auth {
        AuthKind::ApiKey if request.api_key.is_none() => "a key: --api-key-file FILE",
        AuthKind::AppInstall if request.installation.is_none() => {
            "an installation: --installation ID"
        }
        _ => return Ok(()),
    };
    Err(VerbError::usage(
        format!("{} is connected with {lacks}", provider.card.name),
        "Nothing was disconnected; say it, and swap again",
    ))
}

/// Whether there is a yes, or somebody to give one.
fn can_be_asked(is_told: bool, session: &Session) -> Result<(), VerbError> {
    match is_told || (!session.manner.json && input::somebody_is_there()) {
        true => Ok(()),
        false => Err(VerbError::usage(
            "a swap disconnects first and wants a yes, and there is nobody to ask",
            "Add --yes, or see the plan with tagout plan",
        )),
    }
}

/// The first half was confirmed before. While it is under way it is followed; whether every token is proven dead.
async fn taken_up(
    client: &Client,
    notices: Notices,
    open: &OpenSwap,
    session: &Session,
) -> Result<bool, VerbError> {
    aside(&one_line(&open.text))?;
    let id = open.run.to_string();
    let run: Run = client.ask(rpc::Run { id }).await?;
    match run.ended_at {
        Some(_) => Ok(disconnect::is_proven(&run)),
        None => disconnect::followed(client, notices, run, session).await,
    }
}

async fn give_up(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let client = session.client().await?;
    let name = arguments.connection;
    let connection: Connection = client.ask(rpc::Connection { name }).await?;
    let called = one_line(&format!("{}/{}", connection.provider, connection.name));
    let question = format!("No new account is connected at {called}, and its jobs stay off.");
    input::agreed(session, arguments.yes, &question)?;
    let connection = connection.id.to_string();
    let run: Run = client.ask(rpc::SwapGiveUp { connection }).await?;
    session.show(&run, || format!("The swap of {called} was given up."))
}
