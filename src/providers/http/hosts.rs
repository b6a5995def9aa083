//! How many requests are under way to each host. A vendor that says "too many" is left alone by all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use url::Url;

/// No host is left alone for longer: whoever waits has a person behind it, or limits of its own.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The hosts that somebody speaks to.
pub(super) struct Hosts {
    at_once: usize,
    known: Mutex<HashMap<String, Arc<HostLoad>>>,
}

struct HostLoad {
    room: Arc<Semaphore>,
    paused_until: Mutex<Option<Instant>>,
}

/// Held while a request is under way.
pub(super) struct HostTurn {
    host: Arc<HostLoad>,
    _room: Option<OwnedSemaphorePermit>,
}

impl Hosts {
    pub(super) fn new(at_once: usize) -> Self {
        Self {
            at_once: at_once.max(1),
            known: Mutex::default(),
        }
    }

    /// Waits for room, and once for a pause to end: each of those before has its time limit, so the wait ends.
    pub(super) async fn enter(&self, url: &Url) -> HostTurn {
        let host = self.host(url);
        // An error means that it was closed, which nobody does.
        let room = Arc::clone(&host.room).acquire_owned().await.ok();
        let until = *lock(&host.paused_until);
        if let Some(until) = until {
            tokio::time::sleep_until(until).await;
        }
        HostTurn { host, _room: room }
    }

    fn host(&self, url: &Url) -> Arc<HostLoad> {
        let name = format!(
            "{}:{}",
            url.host_str().unwrap_or_default(),
            url.port_or_known_default().unwrap_or_default()
        );
        let mut known = lock(&self.known);
        if let Some(host) = known.get(&name) {
            return Arc::clone(host);
        }
        known.retain(|_, host| Arc::strong_count(host) > 1 || host.is_paused());
        let host = Arc::new(HostLoad {
            room: Arc::new(Semaphore::new(self.at_once)),
            paused_until: Mutex::default(),
        });
        known.insert(name, Arc::clone(&host));
        host
    }
}

impl HostLoad {
    fn is_paused(&self) -> bool {
        lock(&self.paused_until).is_some_and(|until| until > Instant::now())
    }
}

impl HostTurn {
    /// The host asked to be left alone (RFC 6585 4, RFC 9110 15.6.4).
    pub(super) fn told(&self, status: u16, retry_after: Option<Duration>) {
        let (429 | 503, Some(wait)) = (status, retry_after) else {
            return;
        };
        let until = Instant::now() + wait.min(LONGEST_PAUSE);
        let mut paused = lock(&self.host.paused_until);
        *paused = Some(paused.map_or(until, |before| before.max(until)));
    }
}

/// What a host is called: its name, with a port that is not the usual one.
pub(crate) fn host_of(url: &Url) -> String {
    let name = url.host_str().unwrap_or("no host");
    match url.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn each_host_has_its_own_room() {
        let hosts = Hosts::new(2);
        let (one, other) = (url("https://a.example/x"), url("https://b.example/"));
        let first = hosts.enter(&one).await;
        let _second = hosts.enter(&one).await;
        assert!(hosts.enter(&one).now_or_never().is_none());
        assert!(
            hosts
                .enter(&url("https://a.example:8443/"))
                .now_or_never()
                .is_some()
        );
        assert!(hosts.enter(&other).now_or_never().is_some());
        drop(first);
        assert!(hosts.enter(&one).now_or_never().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_wants_peace_is_left_alone_by_everybody() {
        let hosts = Hosts::new(2);
        let (one, other) = (url("https://a.example/"), url("https://b.example/"));
        let began = Instant::now();
        let turn = hosts.enter(&one).await;
        turn.told(200, Some(Duration::from_secs(9)));
        turn.told(429, None);
        assert!(hosts.enter(&one).now_or_never().is_some());
        turn.told(429, Some(Duration::from_secs(7)));
        turn.told(503, Some(Duration::from_secs(2)));
        hosts.enter(&other).await;
        assert_eq!(began.elapsed(), Duration::ZERO);
        hosts.enter(&one).await;
        assert_eq!(began.elapsed().as_secs(), 7);
        turn.told(429, Some(Duration::from_secs(3600)));
        hosts.enter(&one).await;
        assert_eq!(began.elapsed().as_secs(), 17);
    }
}
