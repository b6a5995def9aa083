//! Which of a host's addresses a new connection goes to: each once, in another order every time.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::ClientBuilder;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A client whose connections go to every address of a host before they come to the first again.
pub(super) fn every_one(builder: ClientBuilder) -> ClientBuilder {
    builder.dns_resolver(EveryOne::default())
}

/// The system's resolver, which begins with an address that was not begun with of late.
///
/// Which one is left to chance: questions about two tokens alternate, and in a fixed order each would always meet the same
/// replica.
#[derive(Default)]
struct EveryOne {
    /// What is left of each host's addresses until it begins anew.
    left: Arc<Mutex<HashMap<String, Vec<SocketAddr>>>>,
}

impl Resolve for EveryOne {
    fn resolve(&self, name: Name) -> Resolving {
        let left = Arc::clone(&self.left);
        Box::pin(async move {
            let host = name.as_str();
            let mut found: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await?.collect();
            let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
            let first = draw(left.entry(host.to_owned()).or_default(), &found, chance);
            found.sort_by_key(|address| Some(*address) != first);
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Takes one of those that are left, or of all when none is.
fn draw(
    left: &mut Vec<SocketAddr>,
    found: &[SocketAddr],
    chance: impl FnOnce() -> usize,
) -> Option<SocketAddr> {
    left.retain(|address| found.contains(address));
    if left.is_empty() {
        left.extend(found);
    }
    let at = chance().checked_rem(left.len())?;
    Some(left.swap_remove(at))
}

fn chance() -> usize {
    let mut random = [0; 2];
    if let Err(error) = getrandom::fill(&mut random) {
        tracing::debug!(%error, "no chance: the first address is taken");
    }
    usize::from(u16::from_ne_bytes(random))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn addresses(count: u8) -> Vec<SocketAddr> {
        let address = |n| SocketAddr::from(([192, 0, 2, n], 0));
        (1..=count).map(address).collect()
    }

    #[test]
    fn every_address_is_drawn_before_one_comes_again() {
        let (found, mut left) = (addresses(3), Vec::new());
        for _ in 0..20 {
            let drawn: BTreeSet<_> = (0..3)
                .filter_map(|_| draw(&mut left, &found, chance))
                .collect();
            assert_eq!(drawn.into_iter().collect::<Vec<_>>(), found);
        }
        assert_eq!(draw(&mut left, &[], chance), None);
    }

    /// Two tokens that are asked about by turns.
    #[test]
    fn whoever_asks_every_second_time_meets_all_of_them() {
        let (found, mut left) = (addresses(2), Vec::new());
        let drawn: Vec<_> = (0..200)
            .filter_map(|_| draw(&mut left, &found, chance))
            .collect();
        let met: BTreeSet<_> = drawn.iter().step_by(2).collect();
        assert_eq!(met.len(), 2);
    }

    #[test]
    fn an_address_that_is_gone_is_not_drawn() {
        let (all, mut left) = (addresses(3), Vec::new());
        draw(&mut left, &all, || 0);
        let found = addresses(1);
        for _ in 0..3 {
            assert_eq!(draw(&mut left, &found, chance), Some(found[0]));
        }
    }
}
