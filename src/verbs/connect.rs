//! `tagout connect` and `tagout reconnect`.

mod flow;
mod paste;
mod purpose;
mod replaced;
mod settled;
mod square;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

pub(super) use flow::{GIVEN_UP, given_up};
pub(super) use paste::Pasting;
pub(super) use purpose::ConnectTarget;
pub(super) use settled::{ConnectedWords, Settled, told};

use super::{Session, VerbError, input, word};
use crate::client::{Client, LONG_PATIENCE, Notices, StartMode};
use crate::domain::provider::OwnerScope;
use crate::wire::request::FlowKind;
use crate::wire::rpc;
use crate::wire::rpc::Connect;
use crate::wire::view::{Connection, Flow, Meant};
use flow::ConsentWay;

const EXAMPLES: &str = "Examples:
  tagout connect github
  tagout connect hubspot --flow paste         over SSH: open the URL anywhere, paste where it led
  tagout connect postmark --api-key-file -    a key instead of an authorization";

/// `tagout connect`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The catalog's name for it, as tagout providers lists it
    provider: String,
    /// How.
    #[command(flatten)]
    how: ConnectOptions,
}

/// `tagout reconnect`.
#[derive(Debug, Args)]
pub struct Again {
    /// Which: id, unique prefix, provider or provider/name
    connection: String,
    /// How.
    #[command(flatten)]
    how: ConnectOptions,
    /// Another account than before is meant
    #[arg(long)]
    accept_other_account: bool,
}

/// How something is connected.
#[derive(Debug, Args)]
pub(super) struct ConnectOptions {
    /// What to call it; the account's label otherwise
    #[arg(long)]
    name: Option<String>,
    /// Whose it is
    #[arg(long, value_parser = word::<OwnerScope>(&["workspace", "personal"]))]
    scope: Option<OwnerScope>,
    /// How to authorize; a browser where there is one, else a device code or paste
    #[arg(long, value_parser = word::<FlowKind>(&["browser", "paste", "device"]))]
    flow: Option<FlowKind>,
    /// Print the URL and wait, open nothing
    #[arg(long)]
    no_browser: bool,
    /// A file with an API key, or - for standard input
    #[arg(long, value_name = "F|-", conflicts_with_all = ["flow", "app_id"])]
    api_key_file: Option<PathBuf>,
    /// The id of an app that is installed at the vendor
    #[arg(long, value_name = "ID", requires = "installation")]
    app_id: Option<String>,
    /// A file with the app's private key (PEM), or - for standard input
    #[arg(long, value_name = "F|-", requires = "app_id")]
    app_key_file: Option<PathBuf>,
    /// The installation
    #[arg(long, value_name = "ID", conflicts_with_all = ["flow", "api_key_file"])]
    installation: Option<String>,
    /// Enable its jobs at once
    #[arg(long)]
    enable_jobs: bool,
    /// Pull the events of the time without a connection too
    #[arg(long)]
    fill_gap: bool,
}

pub(super) async fn run(arguments: Arguments, session: &Session) -> Result<(), VerbError> {
    let request = arguments.how.request(arguments.provider)?;
    let (client, notices) = session.connect_or(StartMode::OnDemand).await?;
    arguments.how.register(&request.provider, &client).await?;
    let purpose = ConnectTarget {
        provider: request.provider.clone(),
        named: None,
        meant: arguments.how.meant(false),
    };
    let way = arguments.how.way(&request, purpose);
    authorize(request, way, &client, notices, session).await
}

pub(super) async fn again(arguments: Again, session: &Session) -> Result<(), VerbError> {
    let mut request = arguments.how.request(String::new())?;
    let (client, notices) = session.connect().await?;
    let name = arguments.connection;
    let connection: Connection = client.ask(rpc::Connection { name }).await?;
    request.provider.clone_from(&connection.provider);
    request.connection = Some(connection.id.to_string());
    request.accept_other_account = arguments.accept_other_account;
    arguments.how.register(&request.provider, &client).await?;
    let purpose = ConnectTarget {
        provider: request.provider.clone(),
        named: Some(connection),
        meant: arguments.how.meant(arguments.accept_other_account),
    };
    let way = arguments.how.way(&request, purpose);
    authorize(request, way, &client, notices, session).await
}

/// Connects, and prints what was connected.
pub(super) async fn authorize(
    request: Connect,
    way: ConsentWay,
    client: &Client,
    notices: Notices,
    session: &Session,
) -> Result<(), VerbError> {
    let flow: Flow = client.ask_within(LONG_PATIENCE, request).await?;
    flow::to_the_end(client, notices, flow, &way, session).await
}

impl ConnectOptions {
    /// The app, when one is named: its id and key are our registration at the provider, for every installation of it.
    pub(super) async fn register(&self, provider: &str, client: &Client) -> Result<(), VerbError> {
        let Some(app_id) = &self.app_id else {
            return Ok(());
        };
        let key = self.app_key_file.as_deref().map(input::secret);
        let request = rpc::ProviderConfigure {
            id: provider.to_owned(),
            client_id: Some(app_id.clone()),
            client_secret: key.transpose()?,
            redirect_uri: None,
            app_name: None,
            vars: BTreeMap::new(),
            moves: false,
        };
        client.ask(request).await?;
        Ok(())
    }

    /// What is meant, for the sentences that say so.
    pub(super) fn meant(&self, other_account: bool) -> Meant {
        Meant {
            swaps: false,
            other_account,
            fill_gap: self.fill_gap,
            enable_jobs: self.enable_jobs,
        }
    }

    /// How a person gets to the vendor and back for this request.
    pub(super) fn way(&self, request: &Connect, purpose: ConnectTarget) -> ConsentWay {
        ConsentWay {
            kind: request.flow,
            no_browser: self.no_browser,
            purpose,
        }
    }

    /// The request that this means at `provider`.
    pub(super) fn request(&self, provider: String) -> Result<Connect, VerbError> {
        // Whoever opens the URL elsewhere still comes back to this machine, unless they said otherwise.
        let kind = match (self.flow, self.no_browser) {
            (Some(kind), _) => kind,
            (None, true) => FlowKind::Browser,
            (None, false) => flow::default_kind(),
        };
        Ok(Connect {
            name: self.name.clone(),
            scope: self.scope,
            api_key: self
                .api_key_file
                .as_deref()
                .map(input::secret)
                .transpose()?,
            installation: self.installation.clone(),
            enable_jobs: self.enable_jobs,
            fill_gap: self.fill_gap,
            ..Connect::new(provider, kind)
        })
    }
}
