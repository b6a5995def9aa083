//! The sandbox's own record of what was called: the vendor's side of the story, to hold against ours.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::watch;

use super::faults::{Endpoint, FaultMode};
use super::vendor::Vendor;

/// Older calls are forgotten, so that a demo left open over a weekend does not fill the memory.
const KEPT: usize = 20_000;

/// One call, as the vendor saw it.
#[derive(Clone, Debug, Serialize)]
pub struct CallRecord {
    /// Counts from 1.
    pub seq: u64,
    /// When it was answered, or when the sandbox decided not to answer.
    pub at: Timestamp,
    /// Whose address was called.
    pub vendor: Vendor,
    /// What kind of address it was.
    pub endpoint: Endpoint,
    pub method: String,
    /// The path, without its query and without a token: either may hold one.
    pub path: String,
    /// Fingerprint of the token that was presented.
    pub token: Option<String>,
    /// The status answered; none when the connection was cut or left hanging.
    pub status: Option<u16>,
    /// Whether the call changed anything at the vendor.
    pub acted: bool,
    /// The fault that was put in its way.
    pub fault: Option<FaultMode>,
    /// The request id of the answer's header.
    pub request_id: String,
}

/// All calls so far, oldest first.
pub struct CallLog {
    calls: Mutex<VecDeque<CallRecord>>,
    length: watch::Sender<u64>,
}

impl CallLog {
    pub(super) fn new() -> Self {
        Self {
            calls: Mutex::default(),
            length: watch::Sender::new(0),
        }
    }

    /// Every call that is still remembered.
    pub fn all(&self) -> Vec<CallRecord> {
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }

    /// The calls to one vendor.
    pub fn of(&self, vendor: Vendor) -> Vec<CallRecord> {
        self.all()
            .into_iter()
            .filter(|call| call.vendor == vendor)
            .collect()
    }

    /// Waits until a call matches and returns it; past calls count too.
    pub async fn wait_for(&self, matches: impl Fn(&CallRecord) -> bool) -> CallRecord {
        let mut length = self.length.subscribe();
        loop {
            length.mark_unchanged();
            if let Some(found) = self.all().into_iter().find(&matches) {
                return found;
            }
            // The sender is part of this log, so the channel cannot be closed while we are here.
            let _still_open = length.changed().await;
        }
    }

    pub(super) fn record(&self, mut call: CallRecord) {
        {
            let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
            call.seq = *self.length.borrow() + 1;
            if calls.len() == KEPT {
                calls.pop_front();
            }
            calls.push_back(call);
            self.length.send_modify(|length| *length += 1);
        }
    }

    pub(super) fn count(&self) -> u64 {
        *self.length.borrow()
    }
}
