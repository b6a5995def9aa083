//! The addresses of a host in turn: each new connection goes to the next.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::ClientBuilder;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A client whose connections go to another of the host's addresses each time.
pub(super) fn in_turn(builder: ClientBuilder) -> ClientBuilder {
    builder.dns_resolver(InTurn::default())
}

/// The system's resolver, which begins with another of the host's addresses each time.
#[derive(Default)]
struct InTurn {
    asked: AtomicUsize,
}

impl Resolve for InTurn {
    fn resolve(&self, name: Name) -> Resolving {
        let turn = self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(Box::new(turned(found.collect(), turn).into_iter()) as Addrs)
        })
    }
}

fn turned(mut found: Vec<SocketAddr>, turn: usize) -> Vec<SocketAddr> {
    // The same order whatever the resolver's own, so that turns are turns.
    found.sort_unstable();
    let first = turn.checked_rem(found.len()).unwrap_or_default();
    found.rotate_left(first);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_is_first_in_turn() {
        let found: Vec<SocketAddr> = ["192.0.2.2:0", "192.0.2.1:0", "192.0.2.3:0"]
            .map(|it| it.parse().unwrap())
            .into();
        let first = |turn| turned(found.clone(), turn)[0].to_string();
        assert_eq!(
            [0, 1, 2, 3].map(first),
            ["192.0.2.1:0", "192.0.2.2:0", "192.0.2.3:0", "192.0.2.1:0"]
        );
        assert!(turned(Vec::new(), 7).is_empty());
    }
}
