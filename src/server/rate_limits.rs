//! What one Unix account may ask of the server, so that nobody is hurt by what another one does: so many sockets,
//! and so many requests a second. Who asks for more waits.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Sockets of one account at a time.
pub const SOCKETS: usize = 256;
/// Requests of one socket that are being answered at a time; the next one is not read before.
pub const IN_FLIGHT: usize = 32;
/// Requests of one account that pass without waiting, after a pause.
const BURST: u32 = 10_000;
/// The time between two of them from then on: 5,000 a second, a hundred times what a busy console asks.
const PACE: Duration = Duration::from_micros(200);

/// The accounts that are attached.
#[derive(Debug, Default)]
pub struct RateLimits {
    accounts: Mutex<HashMap<u32, Weak<UidBudget>>>,
}

#[derive(Debug)]
struct UidBudget {
    sockets: AtomicUsize,
    /// Those that have not said hello, in the order in which they came.
    silent: Mutex<BTreeMap<u64, CancellationToken>>,
    next: AtomicU64,
    /// When the next request may be answered, had all of them kept the pace.
    due: Mutex<Instant>,
}

/// A socket's place, for as long as it is open.
#[derive(Debug)]
pub struct Seat {
    account: Arc<UidBudget>,
    number: u64,
    unwanted: CancellationToken,
}

impl RateLimits {
    /// A place for one more socket of this account; none when it has all that it may have. Before that, the one that has been
    /// silent for longest gives up its place.
    #[must_use]
    pub fn seat(&self, uid: u32) -> Option<Seat> {
        let mut all = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let account = match all.get(&uid).and_then(Weak::upgrade) {
            Some(account) => account,
            None => {
                all.retain(|_, account| account.strong_count() > 0);
                let account = Arc::new(UidBudget {
                    sockets: AtomicUsize::new(0),
                    silent: Mutex::default(),
                    next: AtomicU64::default(),
                    due: Mutex::new(Instant::now()),
                });
                all.insert(uid, Arc::downgrade(&account));
                account
            }
        };
        let taken = account.sockets.fetch_add(1, Ordering::AcqRel);
        let has_room = taken < SOCKETS || account.send_away_silent();
        let number = account.next.fetch_add(1, Ordering::Relaxed);
        let unwanted = CancellationToken::new();
        account.silent().insert(number, unwanted.clone());
        let seat = Seat {
            account,
            number,
            unwanted,
        };
        has_room.then_some(seat)
    }
}

impl UidBudget {
    fn silent(&self) -> MutexGuard<'_, BTreeMap<u64, CancellationToken>> {
        self.silent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send_away_silent(&self) -> bool {
        let oldest = self.silent().pop_first();
        oldest.is_some_and(|(_, unwanted)| {
            unwanted.cancel();
            true
        })
    }
}

impl Seat {
    /// It has said hello, and keeps its place from now on.
    pub fn greeted(&self) {
        self.account.silent().remove(&self.number);
    }

    /// Waits until another socket of the account needs the place.
    pub async fn unwanted(&self) {
        self.unwanted.cancelled().await;
    }

    /// Waits until the account may ask for something again.
    pub async fn turn(&self) {
        let due = self.due();
        if due > Instant::now() {
            tokio::time::sleep_until(due).await;
        }
    }

    /// Takes the next turn, and says when it is.
    fn due(&self) -> Instant {
        let mut due = self
            .account
            .due
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let paced = (*due).max(Instant::now());
        *due = paced + PACE;
        paced.checked_sub(PACE * BURST).unwrap_or(paced)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.greeted();
        self.account.sockets.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_slowed_to_the_pace_and_nobody_else_is() {
        let bounds = RateLimits::default();
        let (flood, other) = (bounds.seat(1).unwrap(), bounds.seat(2).unwrap());
        let start = Instant::now();
        for _ in 0..BURST {
            flood.turn().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        for _ in 0..5_000 {
            flood.turn().await;
        }
        let slowed = start.elapsed();
        assert!(slowed >= Duration::from_millis(990), "{slowed:?}");
        other.turn().await;
        assert_eq!(start.elapsed(), slowed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_socket_is_no_way_around_the_pace() {
        let bounds = RateLimits::default();
        let (one, two) = (bounds.seat(1).unwrap(), bounds.seat(1).unwrap());
        for _ in 0..BURST {
            one.turn().await;
        }
        let start = Instant::now();
        for _ in 0..100 {
            two.turn().await;
        }
        assert!(start.elapsed() >= PACE * 99);
    }

    #[tokio::test]
    async fn an_account_has_so_many_sockets_and_gets_new_ones_for_old_ones() {
        let bounds = RateLimits::default();
        let mut seats: Vec<Seat> = (0..SOCKETS).filter_map(|_| bounds.seat(1)).collect();
        assert_eq!(seats.len(), SOCKETS);
        // One that has not said hello makes room for the next; who has, stays.
        let next = bounds.seat(1).unwrap();
        assert!(seats[0].unwanted.is_cancelled() && !seats[1].unwanted.is_cancelled());
        drop((next, seats.remove(0)));
        seats.extend(bounds.seat(1));
        seats.iter().for_each(Seat::greeted);
        assert!(bounds.seat(1).is_none());
        assert!(bounds.seat(2).is_some());
        seats.pop();
        assert!(bounds.seat(1).is_some());
    }
}
