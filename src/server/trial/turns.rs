//! The turns of runs whose tokens are on trial, at every host.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use crate::domain::id::RunId;
use crate::domain::saturating_time::saturating_later;
use crate::domain::trial::{Needed, Turns};
use crate::server::clock_and_ids;

/// Beside a control the noes are over after so long, whatever a vendor's answers take.
pub(super) const BESIDE_A_CONTROL: Duration = Duration::from_secs(5);

/// The turns of every host. They are not written down: after a start each run takes a new one.
#[derive(Default)]
pub struct TurnsByHost {
    of: Mutex<HashMap<String, Turns>>,
}

impl TurnsByHost {
    /// When it is this run's turn at a host that has refused us so often of late; see [`Turns::of`].
    pub(super) fn take(&self, host: &Url, run: &RunId, needed: Needed, refused: u32) -> Timestamp {
        let now = clock_and_ids::now();
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        of.retain(|_, turns| !turns.is_empty(now));
        let turns = of.entry(host.authority().to_owned()).or_default();
        turns.of(run, needed, refused, now)
    }

    pub(super) fn taken_by(&self, run: &RunId) -> Option<Timestamp> {
        let of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        of.values().find_map(|turns| turns.taken_by(run))
    }

    /// How long until this run has had its turn, as far as that takes a moment beside a control; none where it has had it.
    pub(in crate::server) fn wait(&self, run: &RunId) -> Option<Duration> {
        let over = saturating_later(self.taken_by(run)?, BESIDE_A_CONTROL);
        let wait = Duration::try_from(over.duration_since(clock_and_ids::now())).ok();
        wait.filter(|wait| *wait > BESIDE_A_CONTROL)
    }

    /// Nothing more is asked for this run; a refusal counts for so long.
    pub(in crate::server) fn over(&self, run: &RunId, minute: Duration) {
        let now = clock_and_ids::now();
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        for turns in of.values_mut() {
            turns.over(run, minute, now);
        }
    }
}
