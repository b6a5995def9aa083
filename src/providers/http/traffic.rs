//! What was asked of each host and how long it took: numbers for whoever watches machines, and nothing of what was said.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{HttpAnswer, HttpError};

/// Upper bounds of the latencies that are counted, in seconds; the last bound there is, is how long anybody waits.
pub const BOUNDS: [f64; 6] = [0.05, 0.2, 0.5, 1.0, 5.0, 15.0];
/// No more hosts are told apart: connections may name hosts of their own.
const HOSTS: usize = 500;
/// What all other hosts stand under.
const OTHERS: &str = "others";

/// The requests to one host.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HostTraffic {
    /// How many ended how: `2xx`, `3xx`, `4xx`, `5xx`, `no_answer`, `not_sent`.
    pub ended: BTreeMap<&'static str, u64>,
    /// How many took no longer than each of [`BOUNDS`].
    pub within: [u64; BOUNDS.len()],
    /// How long all of them took.
    pub took: Duration,
}

/// All of it, since the start.
#[derive(Default)]
pub(super) struct Traffic {
    hosts: Mutex<BTreeMap<String, HostTraffic>>,
}

impl Traffic {
    /// Counts a request that ended, `took` after its turn had come.
    pub(super) fn count(&self, host: &str, ended: &Result<HttpAnswer, HttpError>, took: Duration) {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let known = hosts.contains_key(host) || hosts.len() < HOSTS;
        let name = if known { host } else { OTHERS };
        let traffic = hosts.entry(name.to_owned()).or_default();
        *traffic.ended.entry(how(ended)).or_default() += 1;
        traffic.took += took;
        for (bound, count) in BOUNDS.iter().zip(&mut traffic.within) {
            *count += u64::from(took.as_secs_f64() <= *bound);
        }
    }

    /// By host.
    pub(super) fn by_host(&self) -> BTreeMap<String, HostTraffic> {
        let hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.clone()
    }
}

fn how(ended: &Result<HttpAnswer, HttpError>) -> &'static str {
    match ended {
        Ok(answer) => match answer.status {
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        },
        Err(error) if error.never_sent() => "not_sent",
        Err(_) => "no_answer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_apart_until_there_are_too_many() {
        let traffic = Traffic::default();
        let never = Err(HttpError::BadRequest("x"));
        traffic.count("a.example", &never, Duration::from_millis(300));
        traffic.count("a.example", &never, Duration::from_secs(20));
        for n in 0..HOSTS {
            traffic.count(&format!("{n}.example"), &never, Duration::ZERO);
        }
        let hosts = traffic.by_host();
        let one = &hosts["a.example"];
        assert_eq!(one.ended["not_sent"], 2);
        assert_eq!(one.within, [0, 0, 1, 1, 1, 1]);
        assert_eq!(one.took, Duration::from_millis(20_300));
        assert_eq!(hosts[OTHERS].ended["not_sent"], 1);
        assert_eq!(hosts.len(), HOSTS + 1);
    }
}
