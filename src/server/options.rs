//! What a server is started with, and why it did not start.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use super::subscriptions::Sending;
use crate::audit::CheckpointError;
use crate::domain::hold::RetryPace;
use crate::domain::network::Network;
use crate::domain::public_url::PublicUrl;
use crate::domain::rollback::RollbackDoubt;
use crate::domain::trial;
use crate::providers::{CatalogError, Patience};
use crate::store::StoreError;
use crate::vault::{KeyError, VaultError};

/// The name of the audit log, as its checkpoints state it.
pub(super) const LOG_NAME: &str = "tagout/audit";

/// What is asked about copies of a data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moving {
    /// Whether another machine's folder, or an unknown one, is taken on.
    pub is_accepted: bool,
    /// Whether a folder that does not contain what was last seen of it is taken on, with a new log.
    pub older_is_accepted: bool,
    /// Whether machines are told apart.
    pub by_machine: bool,
}

/// What a server is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Everything that has to last.
    pub data_dir: PathBuf,
    /// Where the master key and the signing key lie.
    pub key_dir: PathBuf,
    /// The Unix socket.
    pub socket: PathBuf,
    /// The Unix group whose members may connect, for a server that is shared.
    pub group: Option<String>,
    /// The Unix account that speaks for whoever sshd let in.
    pub gateway: Option<String>,
    /// What the master key is derived from, instead of a file.
    pub passphrase: Option<SecretString>,
    /// The command that prints the master key, instead of a file.
    pub key_command: Vec<String>,
    /// Where HTTP is listened for, if at all.
    pub http: Option<SocketAddr>,
    /// The address under which vendors reach that, if it is another.
    pub public_url: Option<PublicUrl>,
    /// The proxies through which HTTP comes, each of which speaks for many clients.
    pub trusted_proxies: Vec<Network>,
    /// Where health and metrics are told, if at all.
    pub metrics: Option<SocketAddr>,
    /// The port of loopback callbacks.
    pub callback_port: u16,
    /// What is asked about copies of the data folder.
    pub moving: Moving,
    /// What a new workspace is called.
    pub workspace: Option<String>,
    /// The Unix account of a new workspace's first Owner; the one that starts it otherwise.
    pub owner: Option<String>,
    /// Leave after so long without anything to do.
    pub idle: Option<Duration>,
    /// How long vendors are waited for.
    pub patience: Patience,
    /// How patiently held tokens are retried.
    pub hold_pace: RetryPace,
    /// How proofs spread over time.
    pub proof_pace: trial::ProofPace,
    /// How often a connection is asked that nothing else has spoken for.
    pub health_every: Duration,
    /// How many disconnects of a walkthrough are under way at once.
    pub runs_at_once: usize,
    /// How long after the first empty list a second one is believed.
    pub empty_again: Duration,
    /// How often a new job runs, as a cron expression in UTC; none for by hand.
    pub schedule: Option<String>,
    /// How patiently subscriptions are sent to, and where.
    pub sending: Sending,
    /// How long a vendor's events are collected before a pull.
    pub debounce: Duration,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum StartError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error("the signing key cannot be used: {0}")]
    Signer(#[from] CheckpointError),
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(
        "cannot listen for HTTP on {at}: {source}; choose another address with --http or --metrics"
    )]
    Http {
        at: SocketAddr,
        source: std::io::Error,
    },
    #[error("there is no Unix account {0}; name one that exists")]
    NoAccount(String),
    #[error(
        "there is no Unix group {0}; make it, or name another in the configuration: group = \"NAME\""
    )]
    NoGroup(String),
    #[error(
        "the master key of this folder is a passphrase; run `tagout serve --passphrase-file F`, or - to type it"
    )]
    Locked,
    #[error("the master key of this folder is the file {}; a passphrase would not open its secrets", path.display())]
    NotByPassphrase { path: PathBuf },
    #[error("the command for the master key ({command}) failed: {why}")]
    KeyCommand { command: String, why: String },
    #[error("{} is not used: {doubt}", path.display())]
    Doubtful { path: PathBuf, doubt: RollbackDoubt },
    #[error("only an Owner takes such a data folder on, and {0} is none")]
    NotOwner(String),
    #[error("the key of the log that this data folder is in is not there: {}; put that file back", path.display())]
    NoLogKey { path: PathBuf },
    #[error("this folder cannot have more logs")]
    NoMoreLogs,
    #[error("{} can be entered by everybody; chmod o= it, or name another folder", path.display())]
    Open { path: PathBuf },
}

impl StartError {
    /// What to type, or to do.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Doubtful { doubt, .. } if doubt.is_a_move() => {
                "If no newer one is in use elsewhere, an Owner stops this and types: tagout serve --accept-moved"
            }
            Self::Doubtful {
                doubt: RollbackDoubt::NoLogKey { .. },
                ..
            } => {
                "Put that file back. If it is lost, an Owner types: tagout serve --accept-older; a new log begins, and every connection has to be authorized again"
            }
            Self::Doubtful { .. } => {
                "Put the newer data folder back. If that is lost, an Owner types: tagout serve --accept-older; a new log begins, and every connection has to be authorized again"
            }
            Self::NotOwner(_) => "Run it as the Unix account of an Owner",
            _ => "nothing was changed",
        }
    }

    /// Whether another server has the folder: a starter that lost the race connects instead.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        matches!(self, Self::Store(StoreError::AlreadyOwned { .. }))
    }
}
