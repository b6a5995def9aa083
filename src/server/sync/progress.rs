//! How long an execution may go without progress. To wait for a vendor's limit, or for a subscription, is no time of it.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// What an execution's time is counted by.
pub(super) struct StallClock(watch::Sender<Clock>);

#[derive(Debug, Clone, Copy)]
enum Clock {
    /// Nothing has come since then, what was waited left out.
    Runs { since: Instant },
    /// It stands still; so much had gone by before.
    Stands { spent: Duration },
}

/// The clock stands still until this is dropped.
pub(super) struct Untimed<'a>(&'a StallClock);

impl StallClock {
    /// Of an execution that begins.
    pub(super) fn begins() -> Self {
        let since = Instant::now();
        Self(watch::Sender::new(Clock::Runs { since }))
    }

    /// Something came from the vendor.
    pub(super) fn moves(&self) {
        let since = Instant::now();
        self.0.send_replace(Clock::Runs { since });
    }

    /// A wait begins that is none of its time.
    pub(super) fn stands(&self) -> Untimed<'_> {
        self.0.send_modify(|clock| {
            if let Clock::Runs { since } = clock {
                let spent = since.elapsed();
                *clock = Clock::Stands { spent };
            }
        });
        Untimed(self)
    }

    /// Returns when nothing has come for so long.
    pub(super) async fn stalled(&self, most: Duration) {
        let mut clock = self.0.subscribe();
        loop {
            let now = *clock.borrow_and_update();
            let is_changed = match now {
                Clock::Stands { .. } => clock.changed().await.is_ok(),
                Clock::Runs { since } => timeout_at(since + most, clock.changed()).await.is_ok(),
            };
            // The sender is this value's own, so that only time can end it.
            if !is_changed {
                return;
            }
        }
    }
}

impl Drop for Untimed<'_> {
    fn drop(&mut self) {
        self.0.0.send_modify(|clock| {
            if let Clock::Stands { spent } = clock {
                let now = Instant::now();
                let since = now.checked_sub(*spent).unwrap_or(now);
                *clock = Clock::Runs { since };
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, timeout};

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const PART: Duration = Duration::from_secs(40);

    #[tokio::test(start_paused = true)]
    async fn an_execution_is_stalled_when_nothing_has_come_for_its_time() {
        let progress = StallClock::begins();
        let stalled = progress.stalled(MINUTE);
        tokio::pin!(stalled);
        assert!(timeout(PART, &mut stalled).await.is_err());
        progress.moves();
        let since = Instant::now();
        stalled.await;
        assert_eq!(since.elapsed(), MINUTE);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_waited_is_left_out_and_nothing_else() {
        let progress = StallClock::begins();
        let stalled = progress.stalled(MINUTE);
        tokio::pin!(stalled);
        assert!(timeout(PART, &mut stalled).await.is_err());
        let untimed = progress.stands();
        assert!(timeout(MINUTE * 600, &mut stalled).await.is_err());
        drop(untimed);
        let since = Instant::now();
        stalled.await;
        assert_eq!(since.elapsed(), MINUTE - PART);
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_while_it_waits_begins_its_time_anew() {
        let progress = StallClock::begins();
        let untimed = progress.stands();
        advance(MINUTE).await;
        progress.moves();
        drop(untimed);
        let since = Instant::now();
        progress.stalled(MINUTE).await;
        assert_eq!(since.elapsed(), MINUTE);
    }
}
