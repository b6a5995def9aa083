//! So many connections at once, and of one client: who has too many gets no more, and a newcomer takes the place of whoever has been
//! there for longest.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::domain::network::{self, Network};

/// Open at once.
const AT_ONCE: usize = 256;
/// Open at once of one client. A proxy that is trusted, and this machine, speak for many.
const OF_ONE: usize = 16;

/// The places of a listener.
#[derive(Clone)]
pub(super) struct ConnectionSlots {
    trusted: Arc<Vec<Network>>,
    taken: Arc<Mutex<TakenSlot>>,
}

#[derive(Default)]
struct TakenSlot {
    /// In the order in which they came.
    all: BTreeMap<u64, CancellationToken>,
    of: HashMap<IpAddr, usize>,
    next: u64,
}

/// A connection's place, for as long as it is open.
pub(super) struct ConnectionSlot {
    places: ConnectionSlots,
    number: u64,
    client: Option<IpAddr>,
    wanted: CancellationToken,
}

impl ConnectionSlots {
    pub(super) fn new(trusted: Vec<Network>) -> Self {
        Self {
            trusted: Arc::new(trusted),
            taken: Arc::default(),
        }
    }

    /// A place for a connection from this address; none when its client has all of its own.
    pub(super) fn take(&self, from: IpAddr) -> Option<ConnectionSlot> {
        let speaks_for_many = from.to_canonical().is_loopback()
            || self.trusted.iter().any(|network| network.has(from));
        let client = (!speaks_for_many).then(|| network::client(from));
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = client {
            let own = taken.of.entry(client).or_default();
            if *own >= OF_ONE {
                return None;
            }
            *own += 1;
        }
        if taken.all.len() >= AT_ONCE
            && let Some((_, oldest)) = taken.all.pop_first()
        {
            oldest.cancel();
        }
        let (number, wanted) = (taken.next, CancellationToken::new());
        taken.next += 1;
        taken.all.insert(number, wanted.clone());
        Some(ConnectionSlot {
            places: self.clone(),
            number,
            client,
            wanted,
        })
    }
}

impl ConnectionSlot {
    /// Waits until somebody else needs the place.
    pub(super) async fn wanted(&self) {
        self.wanted.cancelled().await;
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let taken = &self.places.taken;
        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all.remove(&self.number);
        let Some(client) = self.client else { return };
        if let Some(own) = taken.of.get_mut(&client) {
            *own -= 1;
            if *own == 0 {
                taken.of.remove(&client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(n: usize) -> IpAddr {
        let n = u32::try_from(n).unwrap();
        IpAddr::V4((0xc633_6400 + n).into())
    }

    #[test]
    fn one_client_has_so_many_and_gets_new_ones_for_old_ones() {
        let places = ConnectionSlots::new(vec!["10.1.0.0/16".parse().unwrap()]);
        let mut own: Vec<ConnectionSlot> = (0..OF_ONE)
            .map(|_| places.take(address(1)).unwrap())
            .collect();
        assert!(places.take(address(1)).is_none());
        assert!(places.take(address(2)).is_some());
        own.pop();
        assert!(places.take(address(1)).is_some());
        // This machine and a trusted proxy have as many as there are.
        for from in ["127.0.0.1", "::1", "10.1.2.3"] {
            let from: IpAddr = from.parse().unwrap();
            let many: Vec<_> = (0..OF_ONE * 2).map(|_| places.take(from)).collect();
            assert!(many.iter().all(Option::is_some), "{from}");
        }
        drop(own);
        let taken = places.taken.lock().unwrap();
        assert_eq!((taken.all.len(), taken.of.len()), (0, 0));
    }

    #[test]
    fn a_newcomer_takes_the_place_of_the_oldest() {
        let places = ConnectionSlots::new(Vec::new());
        let full: Vec<ConnectionSlot> = (0..AT_ONCE)
            .map(|n| places.take(address(n)).unwrap())
            .collect();
        let newest = places.take(address(AT_ONCE)).unwrap();
        assert!(full[0].wanted.is_cancelled());
        assert!(full[1..].iter().all(|place| !place.wanted.is_cancelled()));
        assert!(!newest.wanted.is_cancelled());
    }
}
