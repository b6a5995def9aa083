//! How often each host refused us of late: vendors lock out who is refused too often, and then refuse whatever they are
//! asked.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

/// Refusals are counted for so long.
const OF_LATE: Duration = Duration::from_secs(60);

/// The refusals of the last minute.
#[derive(Default)]
pub(super) struct Refused {
    of: Mutex<HashMap<String, VecDeque<Instant>>>,
}

impl Refused {
    /// The host has refused something.
    pub(super) fn count(&self, url: &Url) {
        let now = Instant::now();
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        of.retain(|_, times| {
            forget_old(times, now);
            !times.is_empty()
        });
        of.entry(name(url)).or_default().push_back(now);
    }

    /// How often this host has refused us within the last minute.
    pub(super) fn of_late(&self, url: &Url) -> u32 {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(times) = of.get_mut(&name(url)) else {
            return 0;
        };
        forget_old(times, Instant::now());
        u32::try_from(times.len()).unwrap_or(u32::MAX)
    }
}

fn forget_old(times: &mut VecDeque<Instant>, now: Instant) {
    while times
        .front()
        .is_some_and(|at| now.duration_since(*at) >= OF_LATE)
    {
        times.pop_front();
    }
}

fn name(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    format!("{host}:{}", url.port_or_known_default().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn refusals_are_counted_for_a_minute_host_by_host() {
        let url = |text: &str| Url::parse(text).unwrap();
        let (one, two) = (url("https://a.example/x"), url("https://b.example/x"));
        let refused = Refused::default();
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
}
