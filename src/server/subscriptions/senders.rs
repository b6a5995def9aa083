//! To whom messages are being sent, and how patiently.

use std::time::Duration;

use crate::domain::egress::EgressPolicy;
use crate::domain::hold::RetryPace;
use crate::domain::id::SubscriptionId;
use crate::outbound::Outbound;
use crate::server::workers::Workers;

/// So many receivers are sent to at once.
const AT_ONCE: usize = 16;

/// How patiently messages are sent, and to where.
#[derive(Debug, Clone)]
pub struct Sending {
    /// How long is waited between tries.
    pub pace: RetryPace,
    /// Which addresses messages may go to.
    pub reach: EgressPolicy,
    /// A pull waits while a subscription that it tells of records has so many messages that are not sent.
    pub most_unsent: u64,
}

/// Some megabytes of the store, and more than most lists have.
const MOST_UNSENT: u64 = 10_000;

impl Default for Sending {
    /// As it is without any settings: five seconds, doubling up to an hour, to public addresses and this machine.
    fn default() -> Self {
        Self {
            pace: RetryPace {
                first: Duration::from_secs(5),
                most: Duration::from_secs(3600),
            },
            reach: EgressPolicy::default(),
            most_unsent: MOST_UNSENT,
        }
    }
}

/// What the senders need to know between two looks.
pub struct Senders {
    /// A pull waits while a subscription that it tells of records has so many messages that are not sent.
    pub(in crate::server) most_unsent: u64,
    pub(super) pace: RetryPace,
    pub(super) outbound: Outbound,
    /// One for each receiver, because it is sent to in order.
    pub(super) workers: Workers<SubscriptionId>,
}

impl Senders {
    /// With this patience.
    #[must_use]
    pub fn new(sending: Sending) -> Self {
        Self {
            most_unsent: sending.most_unsent,
            pace: sending.pace,
            outbound: Outbound::new(sending.reach),
            workers: Workers::new(AT_ONCE),
        }
    }
}
