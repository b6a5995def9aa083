//! The configuration file, as it is written.

use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::{ConfigError, LogFormat, LogLevel, When, proof};
use crate::domain::job::check_schedule;
use crate::domain::network::Network;
use crate::domain::public_url::PublicUrl;

/// `[sync]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sync {
    #[serde(default, deserialize_with = "proof::duration")]
    pub(super) again: Option<Duration>,
    #[serde(default, deserialize_with = "schedule")]
    pub(super) schedule: Option<String>,
}

/// `[webhooks]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Webhooks {
    #[serde(default, deserialize_with = "proof::duration")]
    pub(super) debounce: Option<Duration>,
}

/// `[subscriptions]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Subscriptions {
    pub(super) allow: Option<Vec<Network>>,
}

/// The configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) data_dir: Option<PathBuf>,
    pub(super) http: Option<SocketAddr>,
    pub(super) public_url: Option<PublicUrl>,
    pub(super) trusted_proxies: Option<Vec<Network>>,
    pub(super) metrics: Option<SocketAddr>,
    pub(super) callback_port: Option<u16>,
    pub(super) idle_minutes: Option<u16>,
    pub(super) vendor_timeout_seconds: Option<NonZeroU16>,
    pub(super) hold_retry_seconds: Option<NonZeroU16>,
    pub(super) proof: Option<proof::ProofTable>,
    pub(super) sync: Option<Sync>,
    pub(super) webhooks: Option<Webhooks>,
    pub(super) subscriptions: Option<Subscriptions>,
    #[serde(default, deserialize_with = "proof::duration")]
    pub(super) health_every: Option<Duration>,
    pub(super) disconnects_at_once: Option<NonZeroU16>,
    pub(super) requests_per_host: Option<NonZeroU16>,
    pub(super) theme: Option<String>,
    pub(super) ascii: Option<When>,
    pub(super) color: Option<When>,
    pub(super) log: Option<LogLevel>,
    pub(super) log_format: Option<LogFormat>,
    pub(super) gateway: Option<String>,
    pub(super) shared_folder: Option<PathBuf>,
    pub(super) group: Option<String>,
    pub(super) master_key_command: Option<Vec<String>>,
    pub(super) seen_machine: Option<bool>,
}

pub(super) fn read(path: &Path) -> Result<File, ConfigError> {
    match fs::read_to_string(path) {
        Ok(text) => toml::from_str(&text).map_err(|error| ConfigError::Parse {
            path: path.to_owned(),
            error: Box::new(error),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(File::default()),
        Err(error) => Err(ConfigError::Read {
            path: path.to_owned(),
            error,
        }),
    }
}

/// A cron expression, or nothing for by hand.
fn schedule<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let cron = String::deserialize(deserializer)?;
    if !cron.is_empty() {
        check_schedule(&cron).map_err(|why| {
            let hint = "cron: minute hour day month weekday; empty for by hand";
            D::Error::custom(format!("the schedule {cron:?} is wrong: {why} ({hint})"))
        })?;
    }
    Ok(Some(cron))
}
