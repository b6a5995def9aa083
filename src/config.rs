//! Settings: default < file < environment < flag, and each value knows where it came from.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::time::Duration;

use directories::ProjectDirs;
use serde::{Deserialize, Serialize};

use crate::domain::delivery::DEBOUNCE;
use crate::domain::health;
use crate::domain::job::SCHEDULE;
use crate::domain::network::Network;
use crate::domain::public_url::PublicUrl;
use crate::domain::trial::ProofPace;

mod colour;
mod file;
mod proof;
mod socket;

pub use self::colour::has_no_colour;
use self::file::read;

/// What `serve` exits with when another process holds the store: whoever started it connects to that one.
pub const EXIT_STORE_HELD: u8 = 75;

/// The commented template, as it is written for people.
pub const TEMPLATE: &str = include_str!("../assets/config.toml");

/// Where a value came from, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueSource {
    /// Built in.
    Default,
    /// The configuration file.
    File,
    /// An environment variable.
    Environment,
    /// The command line.
    Flag,
}

/// A value, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sourced<T> {
    /// What holds.
    pub value: T,
    /// Who said so.
    pub from: ValueSource,
}

/// Whether something is done always, never, or as the surroundings suggest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// As the terminal and the locale suggest.
    #[default]
    Auto,
    /// In any case.
    Always,
    /// In no case.
    Never,
}

/// How much the server writes to its log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words of `tracing`")]
pub enum LogLevel {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        })
    }
}

/// What the command line says about settings.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `serve --http`.
    pub http: Option<SocketAddr>,
}

/// Everything that can be set.
#[derive(Debug, Clone, Serialize)]
pub struct Settings {
    /// Where the store, the log and the socket live; absolute.
    pub data_dir: Sourced<PathBuf>,
    /// The configuration file; absolute; it may be absent. Its folder also holds `master.key` and `audit.key`.
    pub config_file: Sourced<PathBuf>,
    /// Where the server listens for HTTP; nowhere unless asked for.
    pub http: Sourced<Option<SocketAddr>>,
    /// The address under which vendors reach that; none where they reach it as it is.
    pub public_url: Sourced<Option<PublicUrl>>,
    /// The proxies in front of it: each speaks for many clients, so that none of them is held to what one client may.
    pub trusted_proxies: Sourced<Vec<Network>>,
    /// Where the server tells health and metrics; nowhere unless asked for.
    pub metrics: Sourced<Option<SocketAddr>>,
    /// The port of the redirect URI on this machine.
    pub callback_port: Sourced<u16>,
    /// After how many idle minutes a background server leaves.
    pub idle_minutes: Sourced<u16>,
    /// How long a vendor's whole answer is waited for.
    pub vendor_timeout_seconds: Sourced<u16>,
    /// How long before a held token is tried for the first time; every try doubles it.
    pub hold_retry_seconds: Sourced<u16>,
    /// How the proof of a token's death spreads over time; shorter for vendors on this machine alone.
    pub proof: Sourced<ProofPace>,
    /// How long after the first empty list a second one is believed; shorter for vendors on this machine alone.
    pub empty_again: Sourced<Duration>,
    /// How often a new job runs, as a cron expression in UTC; empty for by hand.
    pub sync_schedule: Sourced<String>,
    /// How long a vendor's events are collected before a pull; shorter for vendors on this machine alone.
    pub debounce: Sourced<Duration>,
    /// Networks that are not public, to which subscriptions may send all the same.
    pub subscriptions_allow: Sourced<Vec<Network>>,
    /// How often a connection is asked that nothing else has spoken for.
    pub health_every: Sourced<Duration>,
    /// How many disconnects of a walkthrough are under way at once.
    pub disconnects_at_once: Sourced<u16>,
    /// How many requests are under way to one host at once.
    pub requests_per_host: Sourced<u16>,
    /// The console's theme.
    pub theme: Sourced<String>,
    /// Whether to draw with ASCII only.
    pub ascii: Sourced<When>,
    /// Whether to use colour.
    pub color: Sourced<When>,
    /// How much the server writes to its log.
    pub log: Sourced<LogLevel>,
    /// In which form.
    pub log_format: Sourced<LogFormat>,
    /// The shared SSH account: what it says about keys and addresses is believed.
    pub gateway: Sourced<Option<String>>,
    /// Where `serve --shared` listens.
    pub shared_folder: Sourced<PathBuf>,
    /// The Unix group whose members may connect there.
    pub group: Sourced<String>,
    /// Prints the master key, for any key manager; empty for a file of mode 0600.
    pub master_key_command: Sourced<Vec<String>>,
    /// Whether a data folder from another machine is refused.
    pub seen_machine: Sourced<bool>,
    /// The key that sshd let in, when this process is the gateway; none when it acts for its own account.
    #[serde(skip)]
    pub ssh_key: Option<String>,
    /// Why this process, as the gateway, refused what a client wanted.
    #[serde(skip)]
    pub gateway_refused: Option<String>,
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is there and cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The file was named, and is not there.
    #[error("there is no configuration file {}", path.display())]
    Missing { path: PathBuf },
    /// The file is not what it should be.
    #[error("{} is wrong: {error}", path.display())]
    Parse {
        path: PathBuf,
        /// Line, field, and what was expected.
        error: Box<toml::de::Error>,
    },
    /// Nothing says where this user's files belong.
    #[error("no home folder is known: set HOME, or name folders with --data-dir and --config")]
    NoHome,
    /// A relative path, and no current folder.
    #[error("cannot make {} absolute: {error}", path.display())]
    Relative {
        /// The path.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// No folder is private enough for a socket with a hashed name.
    #[error("the socket needs a private folder, and {} is not one: {why}", folder.display())]
    NotPrivate {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

/// How long after the first empty list a second one is believed.
const EMPTY_AGAIN: Duration = Duration::from_secs(10 * 60);

impl Settings {
    /// The settings of this process.
    ///
    /// # Errors
    /// When the file is wrong, or is named and not there, or nothing says where the folders are.
    pub fn load(flags: &Flags) -> Result<Self, ConfigError> {
        // Who names a file means what stands in it: a wrong name must not pass for an empty file.
        if let Some(path) = flags.config.clone().filter(|path| !path.exists()) {
            return Err(ConfigError::Missing { path });
        }
        Self::resolve(flags, |name| std::env::var_os(name))
    }

    /// The settings that follow from `flags` and the environment `env`.
    ///
    /// # Errors
    /// When the file is wrong, or nothing says where the folders are.
    pub fn resolve(
        flags: &Flags,
        env: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, ConfigError> {
        let said = |name| env(name).filter(|v| !v.is_empty());
        let path = |name| said(name).map(PathBuf::from);
        let text = |name| said(name).map(|v| v.to_string_lossy().into_owned());
        let dirs = ProjectDirs::from("", "", "tagout");
        let default = |folder: fn(&ProjectDirs) -> &Path| dirs.as_ref().map(folder);

        let config_file = layer([
            (flags.config.clone(), ValueSource::Flag),
            (path("TAGOUT_CONFIG"), ValueSource::Environment),
            (
                default(ProjectDirs::config_dir).map(|d| d.join("config.toml")),
                ValueSource::Default,
            ),
        ])
        .ok_or(ConfigError::NoHome)?;
        let config_file = absolute(config_file)?;
        let folder = config_file.value.parent().unwrap_or(Path::new("/"));
        let file = read(&config_file.value)?;
        let sync = file.sync.unwrap_or_default();

        let data_dir = layer([
            (flags.data_dir.clone(), ValueSource::Flag),
            (path("TAGOUT_DATA_DIR"), ValueSource::Environment),
            (file.data_dir.map(|d| folder.join(d)), ValueSource::File),
            (
                default(ProjectDirs::data_dir).map(Path::to_owned),
                ValueSource::Default,
            ),
        ])
        .ok_or(ConfigError::NoHome)?;

        Ok(Self {
            data_dir: absolute(data_dir)?,
            http: match flags.http {
                Some(_) => Sourced::new(flags.http, ValueSource::Flag),
                None => Sourced::or(file.http.map(Some), None),
            },
            public_url: Sourced::or(file.public_url.map(Some), None),
            trusted_proxies: Sourced::or(file.trusted_proxies, Vec::new()),
            metrics: Sourced::or(file.metrics.map(Some), None),
            callback_port: Sourced::or(file.callback_port, 8976),
            idle_minutes: Sourced::or(file.idle_minutes, 10),
            vendor_timeout_seconds: Sourced::or(
                file.vendor_timeout_seconds.map(NonZeroU16::get),
                15,
            ),
            hold_retry_seconds: Sourced::or(file.hold_retry_seconds.map(NonZeroU16::get), 60),
            proof: Sourced::or(
                file.proof.map(proof::ProofTable::pace),
                ProofPace::default(),
            ),
            empty_again: Sourced::or(sync.again, EMPTY_AGAIN),
            sync_schedule: Sourced::or(sync.schedule, SCHEDULE.to_owned()),
            debounce: Sourced::or(file.webhooks.and_then(|it| it.debounce), DEBOUNCE),
            subscriptions_allow: Sourced::or(
                file.subscriptions.and_then(|it| it.allow),
                Vec::new(),
            ),
            health_every: Sourced::or(file.health_every, health::EVERY),
            disconnects_at_once: Sourced::or(file.disconnects_at_once.map(NonZeroU16::get), 8),
            requests_per_host: Sourced::or(file.requests_per_host.map(NonZeroU16::get), 16),
            theme: layer([
                (text("TAGOUT_THEME"), ValueSource::Environment),
                (
                    file.theme.filter(|name| !name.is_empty()),
                    ValueSource::File,
                ),
            ])
            .unwrap_or_else(|| Sourced::new("terminal".to_owned(), ValueSource::Default)),
            ascii: Sourced::or(file.ascii, When::Auto),
            color: Sourced::or(file.color, When::Auto),
            log: Sourced::or(file.log, LogLevel::Info),
            log_format: Sourced::or(file.log_format, LogFormat::Text),
            gateway: Sourced::or(file.gateway.map(Some), None),
            shared_folder: Sourced::or(file.shared_folder, PathBuf::from("/run/tagout")),
            group: Sourced::or(file.group, "tagout".to_owned()),
            master_key_command: Sourced::or(file.master_key_command, Vec::new()),
            seen_machine: Sourced::or(file.seen_machine, true),
            ssh_key: None,
            gateway_refused: None,
            config_file,
        })
    }

    /// The folder of the configuration file, which also holds the keys.
    #[must_use]
    pub fn config_dir(&self) -> &Path {
        self.config_file.value.parent().unwrap_or(Path::new("/"))
    }

    /// The socket on which the server of this data folder listens: `DATA/sock`, or a hashed name in a private
    /// folder of this user when that path is too long for a socket. The folder is made if it is missing. Somebody who
    /// has no data folder and named none means the server that is shared, if there is one.
    ///
    /// # Errors
    /// When no private folder can be had.
    pub fn socket_path(&self) -> Result<PathBuf, ConfigError> {
        let shared = self.shared_socket();
        let has_none = self.data_dir.from == ValueSource::Default && !self.data_dir.value.exists();
        if has_none && shared.exists() {
            return Ok(shared);
        }
        socket::path(&self.data_dir.value, |name| std::env::var_os(name))
    }
}

impl Settings {
    /// Whether a workspace was ever made in the data folder (what lies there: `store/folder.rs`). At any moment of a
    /// compaction one of these is there.
    #[must_use]
    pub fn has_workspace(&self) -> bool {
        let traces = ["head", "db", "db.new", "db.old"];
        let folder = &self.data_dir.value;
        traces.iter().any(|name| folder.join(name).exists())
    }

    /// Where a shared server listens.
    #[must_use]
    pub fn shared_socket(&self) -> PathBuf {
        self.shared_folder.value.join("sock")
    }
}

impl<T> Sourced<T> {
    /// `value` from `from`.
    pub fn new(value: T, from: ValueSource) -> Self {
        Self { value, from }
    }

    fn or(file: Option<T>, default: T) -> Self {
        match file {
            Some(value) => Self::new(value, ValueSource::File),
            None => Self::new(default, ValueSource::Default),
        }
    }
}

/// The first value that is there.
fn layer<T, const N: usize>(layers: [(Option<T>, ValueSource); N]) -> Option<Sourced<T>> {
    layers
        .into_iter()
        .find_map(|(value, from)| value.map(|value| Sourced { value, from }))
}

/// A background server runs in `/`, so a relative path would mean another folder there.
fn absolute(path: Sourced<PathBuf>) -> Result<Sourced<PathBuf>, ConfigError> {
    match std::path::absolute(&path.value) {
        Ok(value) => Ok(Sourced::new(value, path.from)),
        Err(error) => Err(ConfigError::Relative {
            path: path.value,
            error,
        }),
    }
}

#[cfg(test)]
mod tests;
