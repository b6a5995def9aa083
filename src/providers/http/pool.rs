//! Connections that are kept for requests that follow each other.

use std::sync::{Mutex, PoisonError};

use reqwest::Client;

use super::HttpError;

/// Connections that are kept until this is dropped.
///
/// What a connection carried stays in its buffers until it is closed. A pool is therefore used with the credentials of one
/// connection alone, and dropped with the task that uses it.
#[derive(Debug, Default)]
pub struct Pool {
    https: Mutex<Option<Client>>,
    plain: Mutex<Option<Client>>,
}

/// How a host is spoken to.
#[derive(Debug, Clone, Copy)]
pub(super) enum UrlScheme {
    /// Over TLS.
    Https,
    /// Without, which is for loopback alone.
    Plain,
}

impl Pool {
    /// The client of a scheme, built at first use.
    pub(super) fn client(
        &self,
        scheme: UrlScheme,
        build: impl FnOnce() -> Result<Client, HttpError>,
    ) -> Result<Client, HttpError> {
        let slot = match scheme {
            UrlScheme::Https => &self.https,
            UrlScheme::Plain => &self.plain,
        };
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = slot.as_ref() {
            return Ok(client.clone());
        }
        let client = build()?;
        Ok(slot.insert(client).clone())
    }
}
