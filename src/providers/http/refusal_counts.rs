//! How often each host refused us of late: vendors lock out who is refused too often, and then refuse whatever they are
//! asked.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::{MINUTE, is_loopback};

/// The refusals of the last minute.
pub(super) struct RefusalCounts {
    on_loopback_for: Duration,
    of: Mutex<HashMap<RefusingHost, VecDeque<Instant>>>,
}

/// Who refuses.
#[derive(PartialEq, Eq, Hash)]
struct RefusingHost {
    name: String,
    port: Option<u16>,
    is_loopback: bool,
}

impl RefusalCounts {
    /// Refusals count for a minute, on loopback for so long.
    pub(super) fn new(on_loopback_for: Duration) -> Self {
        Self {
            on_loopback_for,
            of: Mutex::default(),
        }
    }

    /// The host has refused something.
    pub(super) fn count(&self, url: &Url) {
        let now = Instant::now();
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        of.retain(|host, times| {
            self.forget_old(host, times, now);
            !times.is_empty()
        });
        of.entry(RefusingHost::of(url)).or_default().push_back(now);
    }

    /// How often this host has refused us of late.
    pub(super) fn of_late(&self, url: &Url) -> u32 {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let host = RefusingHost::of(url);
        let Some(times) = of.get_mut(&host) else {
            return 0;
        };
        self.forget_old(&host, times, Instant::now());
        u32::try_from(times.len()).unwrap_or(u32::MAX)
    }

    fn forget_old(&self, host: &RefusingHost, times: &mut VecDeque<Instant>, now: Instant) {
        let counts = match host.is_loopback {
            true => self.on_loopback_for,
            false => MINUTE,
        };
        while times
            .front()
            .is_some_and(|at| now.duration_since(*at) >= counts)
        {
            times.pop_front();
        }
    }
}

impl RefusingHost {
    fn of(url: &Url) -> Self {
        Self {
            name: url.host_str().unwrap_or_default().to_owned(),
            port: url.port_or_known_default(),
            is_loopback: is_loopback(url),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn refusals_are_counted_for_a_minute_host_by_host() {
        let url = |text: &str| Url::parse(text).unwrap();
        let (one, two) = (url("https://a.example/x"), url("https://b.example/x"));
        let refused = RefusalCounts::new(Duration::ZERO);
        refused.count(&one);
        tokio::time::advance(Duration::from_secs(40)).await;
        refused.count(&url("https://a.example:443/y"));
        refused.count(&two);
        assert_eq!((refused.of_late(&one), refused.of_late(&two)), (2, 1));
        tokio::time::advance(Duration::from_secs(30)).await;
        assert_eq!((refused.of_late(&one), refused.of_late(&two)), (1, 1));
        tokio::time::advance(Duration::from_secs(30)).await;
        assert_eq!((refused.of_late(&one), refused.of_late(&two)), (0, 0));
    }
    #[tokio::test(start_paused = true)]
    async fn on_loopback_they_count_for_as_long_as_was_said() {
        let url = Url::parse("http://127.0.0.1:8975/x").unwrap();
        let refused = RefusalCounts::new(Duration::from_millis(200));
        refused.count(&url);
        assert_eq!(refused.of_late(&url), 1);
        tokio::time::advance(Duration::from_millis(200)).await;
        assert_eq!(refused.of_late(&url), 0);
    }
}
