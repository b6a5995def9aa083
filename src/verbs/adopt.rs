//! `tagout adopt`: grants that another tool was given are taken over, after a look at whose account each is.

mod lines;

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::connect::{ConnectedWords, GIVEN_UP, Pasting, Settled, given_up, told};
use super::print::{aside, one_line, say};
use super::{Session, VerbError, input, until, word};
use crate::client::{Client, LONG_PATIENCE, Notices, StartMode};
use crate::domain::provider::OwnerScope;
use crate::wire::request::FlowKind;
use crate::wire::rpc::{self, Adopt, Connect};
use crate::wire::view::{Flow, FlowState};
use crate::wire::{Code, Problem, Topic};

const EXAMPLES: &str = "Examples:
  tagout adopt hubspot --refresh-token-file token --access-token-file access
  tagout adopt hubspot --refresh-token-file - --account acme-bot
  tagout adopt --lines < grants.jsonl       one a line, with a line each of what became of it:
    {\"provider\": \"acme-id\", \"refresh_token\": \"…\", \"access_token\": \"…\", \"account\": \"acme-bot\"}

The refresh token is traded in for our client, which has to be the one that it was issued to. With an access token the
account is shown before that; without one only what the vendor issues then tells whose it is.";

/// `tagout adopt`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("from").required(true).args(["refresh_token_file", "lines"]))]
pub struct Arguments {
    /// The catalog's name for it, as tagout providers lists it
    #[arg(required_unless_present = "lines", conflicts_with = "lines")]
    provider: Option<String>,
    /// A file with the refresh token that the other tool has, or - for standard input
    #[arg(long, value_name = "F|-")]
    refresh_token_file: Option<PathBuf>,
    /// A file with an access token that it has, or - for standard input
    #[arg(long, value_name = "F|-", conflicts_with = "lines")]
    access_token_file: Option<PathBuf>,
    /// Whose account it has to be, by its id or name there; then nobody is asked
    #[arg(long, conflicts_with_all = ["yes", "lines"])]
    account: Option<String>,
    /// What to call it; the account's label otherwise
    #[arg(long, conflicts_with = "lines")]
    name: Option<String>,
    /// Whose it is
    #[arg(long, value_parser = word::<OwnerScope>(&["workspace", "personal"]), conflicts_with = "lines")]
    scope: Option<OwnerScope>,
    /// Enable its jobs at once
    #[arg(long)]
    enable_jobs: bool,
    /// Keep it, whoever's account it is
    #[arg(long)]
    yes: bool,
    /// Many at once: JSON Lines on standard input
    #[arg(long)]
    lines: bool,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    if arguments.lines {
        return lines::run(&arguments, session).await;
    }
    let is_typed = |file: &Option<PathBuf>| file.as_deref() == Some(Path::new("-"));
    let (is_refresh_typed, is_access_typed) = (
        is_typed(&arguments.refresh_token_file),
        is_typed(&arguments.access_token_file),
    );
    if is_refresh_typed && is_access_typed {
        return Err(VerbError::usage(
            "both tokens cannot come on standard input",
            "Name a file for one of them",
        ));
    }
    let is_input_taken = is_refresh_typed || is_access_typed;
    let is_asked = arguments.account.is_none() && !arguments.yes;
    if is_asked && (session.manner.json || is_input_taken || !input::somebody_is_there()) {
        return Err(VerbError::usage(
            "the account is looked at before it is kept, and nobody is asked here",
            "Add --account with its id or name at the provider, or --yes",
        ));
    }
    let secret = |file: &Option<PathBuf>| file.as_deref().map(input::secret).transpose();
    let (Some(provider), Some(refresh_token)) = (
        arguments.provider.clone(),
        secret(&arguments.refresh_token_file)?,
    ) else {
        return Err(VerbError::usage(
            "there is nothing to take over",
            "Name a provider and a --refresh-token-file",
        ));
    };
    let request = Adopt {
        connect: Connect {
            name: arguments.name.clone(),
            scope: arguments.scope,
            enable_jobs: arguments.enable_jobs,
            ..Connect::new(provider, FlowKind::Adopt)
        },
        refresh_token,
        access_token: secret(&arguments.access_token_file)?,
        account: arguments.account,
        any_account: arguments.yes,
    };
    let (client, mut notices) = session.connect_or(StartMode::OnDemand).await?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let ended = adopted(&client, &mut notices, request, &mut interrupt).await;
    let words = ConnectedWords {
        done: "Taken over",
        purpose: None,
    };
    told(&client, &mut notices, ended.of?, words, session).await
}

/// How taking one over ended.
struct Ended {
    of: Result<Settled, VerbError>,
    /// Whether somebody wanted it to stop: it may have been kept before that.
    is_interrupted: bool,
}

/// Takes one over. Ctrl-C gives it up, unless it has just been kept.
async fn adopted(
    client: &Client,
    notices: &mut Notices,
    request: Adopt,
    interrupt: &mut Signal,
) -> Ended {
    let asked: Result<Flow, Problem> = client.ask_within(LONG_PATIENCE, request).await;
    let flow = match asked {
        Ok(flow) => flow,
        Err(problem) => {
            return Ended {
                of: Err(problem.into()),
                is_interrupted: false,
            };
        }
    };
    let id = flow.id.clone();
    let (of, is_interrupted) = tokio::select! {
        ended = settled(client, notices, flow) => (ended, false),
        _ = interrupt.recv() => {
            (Err(Problem::new(Code::Failed, GIVEN_UP, "Nothing was kept").into()), true)
        }
    };
    let of = match of {
        Ok(settled) => Ok(settled),
        Err(why) => given_up(client, notices, id, why).await,
    };
    Ended { of, is_interrupted }
}

async fn settled(
    client: &Client,
    notices: &mut Notices,
    mut flow: Flow,
) -> Result<Settled, VerbError> {
    let id = flow.id.clone();
    let mut is_confirmed = false;
    loop {
        match &flow.state {
            FlowState::Connected { connection } => {
                return Ok(Settled {
                    connection: connection.clone(),
                    replaced_by: flow.replaced_by,
                });
            }
            FlowState::Failed { problem } => return Err(problem.clone().into()),
            FlowState::Confirm { .. } if !is_confirmed => {
                ask_whose(&flow)?;
                match Pasting::begin().line().await {
                    Ok(Ok(text)) if text.0.trim() == "yes" => {}
                    _ => {
                        let why = "it was not confirmed";
                        return Err(VerbError::usage(why, "Nothing was kept"));
                    }
                }
                is_confirmed = true;
                let confirm = rpc::FlowConfirm { id: id.clone() };
                flow = match client.ask(confirm).await {
                    Ok(flow) => flow,
                    // It ended while somebody looked, and says why.
                    Err(_) => client.ask(rpc::Flow { id: id.clone() }).await?,
                };
                continue;
            }
            _ => {}
        }
        let mine = Topic::Flow(id.clone());
        until(notices, |topic| topic.tells_of(&mine)).await?;
        flow = client.ask(rpc::Flow { id: id.clone() }).await?;
    }
}

/// Whose it is, and what either answer means for the tool that it came from.
fn ask_whose(flow: &Flow) -> Result<(), VerbError> {
    let mut words = flow.before_keeping().into_iter();
    say(&one_line(&words.next().unwrap_or_default()))?;
    for words in words {
        aside(&one_line(&words))?;
    }
    aside("Type yes to keep it:")
}
