//! Searches through whole lists. They go on a slice at a time, on threads beside the runtime's, so that nobody else waits
//! for one; between two slices another one has its turn, and a search that nobody waits for any more ends.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::wire::{Code, Problem};

/// How long one goes on before another has its turn.
const SLICE: Duration = Duration::from_millis(4);
/// What was found until then is the answer. A client takes a link for dead that says nothing for five seconds
/// (`client::PATIENCE`).
pub(crate) const LONGEST: Duration = Duration::from_secs(3);

/// A search that goes on step by step.
pub(crate) trait Scan: Send + 'static {
    /// Looks at the next few rows. Returns whether that was the end.
    ///
    /// # Errors
    /// When they cannot be read.
    fn step(&mut self) -> Result<bool, Problem>;
}

/// Whose a search is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ScanOf<'a> {
    pub(crate) session: u64,
    /// What the client looks at: the next search for that takes the place of this one.
    pub(crate) view: Option<&'a str>,
}

/// How a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScanEnd {
    /// It came to its own end.
    Whole,
    /// Its time was over, or nobody waits for it any more.
    Cut,
}

/// The searches that are under way.
#[derive(Debug)]
pub(crate) struct Scans {
    /// A slice holds one. Half of the processors stay free of them.
    places: Arc<Semaphore>,
    sessions: Mutex<HashMap<u64, SessionScans>>,
    numbers: AtomicU64,
}

/// The searches of one client, as long as it has any.
#[derive(Debug, Default)]
struct SessionScans {
    /// They take turns among themselves, so that a client with many has no more slices than one with a single one.
    turn: Option<Arc<Semaphore>>,
    /// Each with the view that it is for.
    open: HashMap<u64, OpenScan>,
}

#[derive(Debug)]
struct OpenScan {
    view: Option<String>,
    cancel: CancellationToken,
}

impl Default for Scans {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            places: Arc::new(Semaphore::new((processors / 2).max(1))),
            sessions: Mutex::default(),
            numbers: AtomicU64::default(),
        }
    }
}

impl Scans {
    /// Goes on with a search until its end, the end of its time, or until nobody waits for it.
    ///
    /// # Errors
    /// When a step fails.
    pub(crate) async fn run<S: Scan>(
        &self,
        of: ScanOf<'_>,
        mut scan: S,
    ) -> Result<(S, ScanEnd), Problem> {
        let begun = self.begin(of);
        let until = Instant::now() + LONGEST;
        loop {
            let Some(turn) = begun.turn(until).await else {
                return Ok((scan, ScanEnd::Cut));
            };
            let slice = tokio::task::spawn_blocking(move || {
                let is_over = slice(&mut scan);
                drop(turn);
                (scan, is_over)
            });
            let (back, is_over) = slice.await.map_err(|error| broken(&error))?;
            if is_over? {
                return Ok((back, ScanEnd::Whole));
            }
            scan = back;
        }
    }

    /// A client is gone, and waits for nothing any more.
    pub(crate) fn session_ended(&self, session: u64) {
        if let Some(scans) = self.lock().get(&session) {
            scans.open.values().for_each(|scan| scan.cancel.cancel());
        }
    }

    fn begin(&self, of: ScanOf<'_>) -> BegunScan<'_> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let cancel = CancellationToken::new();
        let mut sessions = self.lock();
        let session = sessions.entry(of.session).or_default();
        let is_replaced = |it: &&OpenScan| of.view.is_some() && it.view.as_deref() == of.view;
        let replaced = session.open.values().filter(is_replaced);
        replaced.for_each(|scan| scan.cancel.cancel());
        let opened = OpenScan {
            view: of.view.map(str::to_owned),
            cancel: cancel.clone(),
        };
        session.open.insert(number, opened);
        let turn = session
            .turn
            .get_or_insert_with(|| Arc::new(Semaphore::new(1)));
        BegunScan {
            scans: self,
            session: of.session,
            number,
            cancel,
            turn: Arc::clone(turn),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, SessionScans>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes every place: no slice begins while what is returned is kept.
    #[cfg(test)]
    pub(crate) async fn held(&self) -> OwnedSemaphorePermit {
        let all = self.places.available_permits();
        let places = Arc::clone(&self.places);
        places.acquire_many_owned(all as u32).await.unwrap()
    }

    /// How many have not ended.
    #[cfg(test)]
    pub(crate) fn open(&self) -> usize {
        self.lock().values().map(|it| it.open.len()).sum()
    }
}

/// Steps until the slice is over. Returns whether that was the end.
fn slice(scan: &mut impl Scan) -> Result<bool, Problem> {
    let until = std::time::Instant::now() + SLICE;
    loop {
        if scan.step()? {
            return Ok(true);
        }
        if std::time::Instant::now() >= until {
            return Ok(false);
        }
    }
}

/// A search that has not ended.
struct BegunScan<'a> {
    scans: &'a Scans,
    session: u64,
    number: u64,
    cancel: CancellationToken,
    turn: Arc<Semaphore>,
}

/// A slice may be looked through, as long as these are held.
struct ScanTurn {
    _of_session: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

impl BegunScan<'_> {
    /// Waits for the next slice; none when there is none any more.
    async fn turn(&self, until: Instant) -> Option<ScanTurn> {
        // The semaphores are never closed.
        let taken = async {
            Some(ScanTurn {
                _of_session: Arc::clone(&self.turn).acquire_owned().await.ok()?,
                _place: Arc::clone(&self.scans.places).acquire_owned().await.ok()?,
            })
        };
        if Instant::now() >= until {
            return None;
        }
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => None,
            taken = timeout_at(until, taken) => taken.ok().flatten(),
        }
    }
}

impl Drop for BegunScan<'_> {
    fn drop(&mut self) {
        let mut sessions = self.scans.lock();
        if let Some(session) = sessions.get_mut(&self.session) {
            session.open.remove(&self.number);
            if session.open.is_empty() {
                sessions.remove(&self.session);
            }
        }
    }
}

fn broken(error: &tokio::task::JoinError) -> Problem {
    let message = format!("a search stopped: {error}");
    Problem::new(Code::Failed, message, "report this")
}
