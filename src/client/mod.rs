//! A client of the server: one socket, many requests at a time, and notices of what changed.
//!
//! The console and the verbs are the same client.

mod link;
mod start;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::config::{ConfigError, Settings};
use crate::domain::user::Role;
use crate::wire::frame::{FrameError, Reader, Writer};
use crate::wire::request::{Reply, Request};
use crate::wire::rpc::{self, Rpc};
use crate::wire::{Code, Hello, HelloReply, PROTOCOL, Problem, Token, Topic, Welcome};
use link::{ClientSocket, ServerReply};
pub use start::Birth;

/// How long a request may go unanswered before the link counts as stale.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How long a request may take that asks vendors or waits for what is under way.
pub const LONG_PATIENCE: Duration = Duration::from_secs(60);

/// What to do when no server listens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum StartMode {
    /// Start one in the background; in a folder that is empty it makes a workspace.
    #[default]
    OnDemand,
    /// Start one in the background, if there is a workspace.
    Existing,
    /// Start one in the background, and if this is its first start, with these names.
    First(Birth),
    /// Say so.
    Never,
}

/// How to connect.
#[derive(Debug, Clone)]
pub struct ConnectOptions<'a> {
    /// Where the server is.
    pub settings: &'a Settings,
    /// Act with this role, lower than one's own.
    pub role: Option<Role>,
    /// Have everything refused that changes something.
    pub read_only: bool,
    /// What to do when no server listens.
    pub start: StartMode,
}

/// The server, as a client sees it. Clones share one socket; it is closed with the last of them.
#[derive(Debug, Clone)]
pub struct Client(Arc<ClientSocket>);

/// What changed, as the server tells it, until the socket closes.
#[derive(Debug)]
pub struct Notices(mpsc::UnboundedReceiver<Vec<Topic>>);

impl Client {
    /// Connects, starting a server if there is none and `options` say so.
    ///
    /// # Errors
    /// `no_server` when there is none, it does not answer, or it speaks another version; else what the server
    /// has against this client.
    pub async fn connect(options: &ConnectOptions<'_>) -> Result<(Self, Notices), Problem> {
        let path = options.settings.socket_path()?;
        if let Some(connected) = Self::attempt(&path, options).await? {
            return Ok(connected);
        }
        // A server that was just leaving took the connection and closed it without a word.
        Self::attempt(&path, options).await?.ok_or_else(closed)
    }

    /// Sends `request` and waits for its reply, [`PATIENCE`] at most.
    ///
    /// # Errors
    /// The server's reason; `no_server` when the link is broken or stale.
    pub async fn ask<A: Rpc>(&self, request: A) -> Result<A::Reply, Problem> {
        self.ask_within(PATIENCE, request).await
    }

    /// Sends `request` and waits for its reply, `patience` at most.
    ///
    /// # Errors
    /// The server's reason; `no_server` when the link is broken or stale.
    pub async fn ask_within<A: Rpc>(
        &self,
        patience: Duration,
        request: A,
    ) -> Result<A::Reply, Problem> {
        let reply = self.json(patience, request.into()).await?;
        A::read(reply).map_err(|error| misunderstood(&error))
    }

    /// The same, for whoever has a request of any kind.
    ///
    /// # Errors
    /// The server's reason; `no_server` when the link is broken or stale.
    pub async fn ask_any(&self, patience: Duration, request: Request) -> Result<Reply, Problem> {
        let read = request.reader();
        let reply = self.json(patience, request).await?;
        read(reply).map_err(|error| misunderstood(&error))
    }

    /// A usable token of `connection`, refreshed when it would not last for `min_valid` seconds.
    ///
    /// # Errors
    /// The server's reason; `no_server` when the link is broken or stale.
    pub async fn token(
        &self,
        connection: String,
        min_valid: Option<u32>,
    ) -> Result<Token, Problem> {
        let request = rpc::Token {
            connection,
            min_valid,
        };
        match self.answer(LONG_PATIENCE, request.into()).await? {
            ServerReply::Token(token) => Ok(token),
            ServerReply::Json(_) => Err(unexpected("something else than a token")),
        }
    }

    async fn json(&self, patience: Duration, request: Request) -> Result<Value, Problem> {
        match self.answer(patience, request).await? {
            ServerReply::Json(reply) => Ok(reply),
            ServerReply::Token(_) => Err(unexpected("a token that was not asked for")),
        }
    }

    async fn answer(&self, patience: Duration, request: Request) -> Result<ServerReply, Problem> {
        timeout(patience, self.0.ask(request))
            .await
            .map_err(|_| silent(patience))?
    }

    /// Who the server says this client is.
    #[must_use]
    pub fn welcome(&self) -> &Welcome {
        self.0.welcome()
    }

    /// None when a server took the connection and left.
    async fn attempt(
        path: &Path,
        options: &ConnectOptions<'_>,
    ) -> Result<Option<(Self, Notices)>, Problem> {
        let stream = match UnixStream::connect(path).await {
            Ok(stream) => stream,
            // Whoever comes through the gateway meets the server that there is.
            Err(error) if nobody_listens(&error) && options.settings.ssh_key.is_some() => {
                return Err(no_server(options.settings));
            }
            Err(error) if nobody_listens(&error) => match &options.start {
                StartMode::Existing if !options.settings.has_workspace() => {
                    return Err(no_workspace(options.settings));
                }
                StartMode::OnDemand | StartMode::Existing => {
                    start::and_connect(options.settings, path, &Birth::default()).await?
                }
                StartMode::First(birth) => {
                    start::and_connect(options.settings, path, birth).await?
                }
                StartMode::Never => return Err(no_server(options.settings)),
            },
            Err(error) => return Err(unreachable(path, &error)),
        };
        Self::greet(stream, options).await
    }

    async fn greet(
        stream: UnixStream,
        options: &ConnectOptions<'_>,
    ) -> Result<Option<(Self, Notices)>, Problem> {
        let (from, to) = stream.into_split();
        let (mut reader, mut writer) = (Reader::new(from), Writer::new(to));
        let hello = Hello {
            protocol: PROTOCOL,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            role: options.role,
            read_only: options.read_only,
            claimed_address: claimed_address(),
            ssh_key: options.settings.ssh_key.clone(),
            gateway_refused: options.settings.gateway_refused.clone(),
        };
        let greeting = async {
            writer.send(&hello).await?;
            reader.next::<HelloReply>().await
        };
        let welcome = match timeout(PATIENCE, greeting).await {
            Err(_) => return Err(silent(PATIENCE)),
            Ok(Ok(None) | Err(FrameError::Io(_))) => return Ok(None),
            Ok(Err(error)) => return Err(broken(&error)),
            Ok(Ok(Some(reply))) => reply?,
        };
        if welcome.protocol != PROTOCOL {
            return Err(other_version(&welcome));
        }
        let (notices, changed) = mpsc::unbounded_channel();
        let link = ClientSocket::open(reader, writer, welcome, notices);
        Ok(Some((Self(Arc::new(link)), Notices(changed))))
    }
}

impl Notices {
    /// What changed since the last call, each topic once; none when the socket has closed. Dropping the future
    /// loses nothing.
    pub async fn next(&mut self) -> Option<Vec<Topic>> {
        let mut changed = self.0.recv().await?;
        while let Ok(more) = self.0.try_recv() {
            changed.extend(more);
        }
        changed.sort();
        changed.dedup();
        Some(changed)
    }
}

/// The first field of `SSH_CONNECTION`, which sshd sets and anybody can forge.
fn claimed_address() -> Option<String> {
    let value = std::env::var("SSH_CONNECTION").ok()?;
    value.split_whitespace().next().map(str::to_owned)
}

/// A socket file without a process behind it refuses; a missing one is not found.
fn nobody_listens(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused
    )
}

fn no_server(settings: &Settings) -> Problem {
    Problem::new(
        Code::NoServer,
        format!(
            "no server is running for {}",
            settings.data_dir.value.display()
        ),
        "Start one with tagout serve, or by opening the console",
    )
}

fn no_workspace(settings: &Settings) -> Problem {
    Problem::new(
        Code::NoServer,
        format!("no workspace in {}", settings.data_dir.value.display()),
        "Make one with tagout init, or name another folder with --data-dir",
    )
}

fn unreachable(path: &Path, error: &io::Error) -> Problem {
    Problem::new(
        Code::NoServer,
        format!("{} cannot be connected to: {error}", path.display()),
        "Check whose folder it is and which server owns it",
    )
}

fn other_version(welcome: &Welcome) -> Problem {
    Problem::new(
        Code::NoServer,
        format!(
            "this is tagout {} (protocol {PROTOCOL}), and the server is tagout {} (protocol {})",
            env!("CARGO_PKG_VERSION"),
            welcome.version,
            welcome.protocol
        ),
        "Stop the server with its own version of tagout stop, then try again",
    )
}

fn silent(patience: Duration) -> Problem {
    Problem::new(
        Code::NoServer,
        format!("the server did not answer within {patience:?}"),
        "Try again; tagout status says whether it is alive",
    )
}

fn closed() -> Problem {
    Problem::new(
        Code::NoServer,
        "the server closed the connection",
        "Try again; what it had begun it goes on with",
    )
}

fn broken(error: &FrameError) -> Problem {
    Problem::new(
        Code::NoServer,
        format!("the connection to the server broke: {error}"),
        "Try again; what the server had begun it goes on with",
    )
}

fn misunderstood(error: &serde_json::Error) -> Problem {
    unexpected(&error.to_string())
}

fn unexpected(what: &str) -> Problem {
    Problem::new(
        Code::Failed,
        format!("the server's answer was not understood: {what}"),
        "Client and server may differ in version: tagout status names both",
    )
}

impl From<ConfigError> for Problem {
    fn from(error: ConfigError) -> Self {
        Self::new(
            Code::Usage,
            error.to_string(),
            "Correct the file, or name others with --config and --data-dir",
        )
    }
}

#[cfg(test)]
mod tests;
