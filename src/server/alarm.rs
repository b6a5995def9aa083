//! A task that sleeps until the next thing is due, and is woken when something may be due earlier.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::clock_and_ids;

/// A clock that was set back must not let anybody sleep for ever: who waits looks again after so long.
const LONGEST: Duration = Duration::from_secs(3600);

/// Between two due times nothing wakes up.
#[derive(Debug, Default)]
pub(crate) struct Alarm(Notify);

impl Alarm {
    /// Something may be due earlier than was thought.
    pub(crate) fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits until `next`, or for a ring. False when the server stops.
    pub(in crate::server) async fn wait(
        &self,
        next: Option<Timestamp>,
        stop: &CancellationToken,
    ) -> bool {
        let due = async {
            match next {
                Some(at) => tokio::time::sleep(until(at)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => false,
            () = self.0.notified() => true,
            () = due => true,
        }
    }
}

fn until(at: Timestamp) -> Duration {
    let wait = at.duration_since(clock_and_ids::now());
    Duration::try_from(wait).unwrap_or_default().min(LONGEST)
}
