//! What can go wrong on purpose.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::vendor::Vendor;

/// The kinds of addresses a vendor has; a fault aims at one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// Where a person allows or denies.
    Authorize,
    /// A device asks for its codes.
    Device,
    /// Codes and refresh tokens become access tokens.
    Token,
    /// One token dies.
    Revoke,
    /// A client asks about a token.
    Introspect,
    /// The cheap request that tells a live token from a dead one.
    Probe,
    /// Synced data, a page at a time.
    List,
    /// Everything of an account dies.
    Uninstall,
    /// Metadata of the authorization server.
    Discovery,
    /// Anything else of the vendor.
    Other,
    /// Every endpoint, for a fault.
    #[serde(rename = "*")]
    Any,
}

/// How a call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultMode {
    /// 503, nothing done.
    #[serde(rename = "status_503")]
    Status503,
    /// 429 with `Retry-After`, or what the vendor says in its stead, nothing done.
    RateLimited,
    /// 200 with the vendor's own error inside, nothing done.
    #[serde(rename = "error_200")]
    ErrorInside,
    /// No answer until the client or the sandbox gives up.
    Hang,
    /// Does what was asked, then closes the connection without a word.
    DropAfterActing,
    /// Does what was asked, and holds its answer back until the client or the sandbox gives up.
    HangAfterActing,
    /// Closes the connection without a word and without doing anything.
    DropBeforeActing,
    /// Answers as if every token it ever issued were alive and all went well, and does nothing.
    #[serde(rename = "lie_200")]
    Lie200,
    /// 200 with a web page, nothing done.
    Html,
    /// 200 with ten megabytes of JSON, nothing done.
    Huge,
    /// Does what was asked, announces the whole answer, sends half of it and closes.
    HalfReply,
    /// Listed items have hostile names, bytes that are not UTF-8 included.
    FoulNames,
    /// Hostile names, in JSON that can be parsed.
    FoulText,
}

/// Which hostile names are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Foul {
    /// Valid JSON: escape sequences, bidirectional overrides, 10,000 characters.
    Text,
    /// The same, and some bytes that are not UTF-8.
    Bytes,
}

/// One fault, waiting for the calls it is meant for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Whose calls go wrong.
    pub vendor: Vendor,
    /// Which of them.
    pub endpoint: Endpoint,
    pub mode: FaultMode,
    /// How many times; without it until the faults are cleared.
    #[serde(default)]
    pub times: Option<u32>,
    /// Seconds for `Retry-After` when rate limited.
    #[serde(default = "default_retry_after")]
    pub retry_after: u32,
}

fn default_retry_after() -> u32 {
    2
}

impl Fault {
    /// A fault that stays until the faults are cleared.
    pub fn new(vendor: Vendor, endpoint: Endpoint, mode: FaultMode) -> Self {
        Self {
            vendor,
            endpoint,
            mode,
            times: None,
            retry_after: default_retry_after(),
        }
    }

    /// The same, for so many calls only.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }
}

/// The faults that are still to come, in the order in which they were asked for.
#[derive(Default)]
pub(super) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(super) fn add(&self, fault: Fault) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(fault);
    }

    pub(super) fn clear(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    pub(super) fn all(&self) -> Vec<Fault> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The fault that meets this call, which uses up one of its times.
    pub(super) fn take(&self, vendor: Vendor, endpoint: Endpoint) -> Option<Fault> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.retain(|fault| fault.times != Some(0));
        let aims = |fault: &Fault| {
            fault.vendor == vendor && [endpoint, Endpoint::Any].contains(&fault.endpoint)
        };
        let fault = faults.iter_mut().find(|fault| aims(fault))?;
        fault.times = fault.times.map(|times| times - 1);
        Some(fault.clone())
    }
}
