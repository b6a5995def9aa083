//! `tagout swap`: disconnect, then connect as another account, jobs as they were (N8). One confirmation for all of it; what was
//! left in the middle is taken up where it stands.

use clap::Args;

use super::disconnect::{self, DisconnectReason, DisconnectRequest};
use super::print::{aside, one_line};
use super::{Session, VerbError, connect, input};
use crate::client::{Client, Notices};
use crate::domain::provider::AuthKind;
use crate::wire::rpc;
use crate::wire::view::{Connection, Meant, OpenSwap, ProviderDetail, Run, Status};
use crate::wire::{Code, Problem};

const EXAMPLES: &str = "Examples:
  tagout swap github/acme-bot --reason cleanup --yes
  tagout swap hubspot --flow paste --if-unreachable hold --yes
  tagout swap hubspot             one that was left in the middle: connects the new account
  tagout swap hubspot --give-up   no new account is connected";

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
    /// Why the old one goes, and how.
    #[command(flatten)]
    why: disconnect::DisconnectReason,
    /// Give up one that was left in the middle: no new account is connected, the jobs stay off, and authorizations that are
    /// open end
    #[arg(long, conflicts_with_all = ["ConnectOptions", "DisconnectReason", "accept_other_account", "strict"])]
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
    if name == connection.provider && connection.swap.is_none() {
        is_the_only_one(&client, &connection).await?;
    }
    request.provider.clone_from(&connection.provider);
    request.connection = Some(connection.id.to_string());
    request.accept_other_account = true;
    match &connection.swap {
        Some(open) => says_nothing_of_the_first_half(&arguments.why, open)?,
        None => can_be_asked(arguments.yes, session)?,
    }
    has_what_it_takes(&client, &request, connection.swap.is_some()).await?;
    let proven = match &connection.swap {
        Some(open) => Some(taken_up(&client, notices, open, session).await?),
        None => {
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
    let connection: Connection = client.ask(rpc::Connection { name }).await?;
    // Whoever gave it up meanwhile wants no new account here.
    let Some(open) = &connection.swap else {
        return Err(ended_meanwhile(&connection).into());
    };
    // Not before: what was registered until then is what the first half revokes with.
    arguments.how.register(&request.provider, &client).await?;
    request.swap = Some(open.run.clone());
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

fn called(connection: &Connection) -> String {
    one_line(&format!("{}/{}", connection.provider, connection.name))
}

fn ended_meanwhile(connection: &Connection) -> Problem {
    Problem::new(
        Code::Conflict,
        format!("the swap of {} has ended meanwhile", called(connection)),
        format!("tagout connections {} says how it stands", connection.id),
    )
}

/// A provider's name means its one connection in use, but not while a swap of another one there waits for its new account.
async fn is_the_only_one(client: &Client, meant: &Connection) -> Result<(), VerbError> {
    let status: Status = client.ask(rpc::Status).await?;
    let mut open = status.swaps.iter();
    match open.find(|open| open.provider == meant.provider) {
        None if status.swaps_more > 0 => Err(VerbError::usage(
            format!(
                "{} more swaps were left open than are listed, perhaps one at {}",
                status.swaps_more, meant.provider
            ),
            format!("name the one that is meant: tagout swap {}", meant.id),
        )),
        None => Ok(()),
        Some(open) => Err(VerbError::usage(
            format!("the swap of {} {} was left open", open.provider, open.name),
            format!(
                "name the one that is meant: tagout swap {} takes that up, tagout swap {} swaps {}",
                open.connection, meant.id, meant.name
            ),
        )),
    }
}

/// What was decided for the first half holds: nothing that is said now would change it.
fn says_nothing_of_the_first_half(
    why: &DisconnectReason,
    open: &OpenSwap,
) -> Result<(), VerbError> {
    match why.given() {
        None => Ok(()),
        Some(option) => Err(VerbError::usage(
            format!(
                "{option} is about the first half of a swap, and {} began that of {} with {}",
                open.by, open.name, open.run
            ),
            format!("tagout swap {} connects the new account", open.connection),
        )),
    }
}

/// Whether the new account can be connected with what was said: afterwards the old one is out.
async fn has_what_it_takes(
    client: &Client,
    request: &rpc::Connect,
    is_taken_up: bool,
) -> Result<(), VerbError> {
    let id = request.provider.clone();
    let provider: ProviderDetail = client.ask(rpc::Provider { id }).await?;
    let (key, installation) = (request.api_key.is_some(), request.installation.is_some());
    let takes = match (provider.card.auth, key, installation) {
        (AuthKind::ApiKey, true, false)
        | (AuthKind::AppInstall, false, true)
        | (AuthKind::Oauth2, false, false) => return Ok(()),
        (AuthKind::ApiKey, _, _) => "with a key: --api-key-file FILE",
        (AuthKind::AppInstall, _, _) => "with an installation: --installation ID",
        (AuthKind::Oauth2, _, _) => "by authorization, with no key and no installation",
    };
    Err(VerbError::usage(
        format!("{} is connected {takes}", provider.card.name),
        match is_taken_up {
            true => "say it like that, and swap again",
            false => "Nothing was disconnected; say it like that, and swap again",
        },
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
    let called = called(&connection);
    if connection.swap.is_none() {
        let message = format!("no swap of {called} was left in the middle");
        return Err(Problem::new(Code::Conflict, message, "See tagout connections").into());
    }
    let question = format!(
        "No new account is connected at {called}, its jobs stay off, and authorizations of it that are open end."
    );
    input::agreed(session, arguments.yes, &question)?;
    let connection = connection.id.to_string();
    let run: Run = client.ask(rpc::SwapGiveUp { connection }).await?;
    session.show(&run, || format!("The swap of {called} was given up."))
}
