//! A delivery as it is handed to the store.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::audit::NewEntry;
use crate::domain::id::ConnectionId;
use crate::domain::webhook::{Notice, Signed};

/// A delivery that has been read and judged.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// When it came.
    pub at: Timestamp,
    /// Whose it is.
    pub signed: Signed,
    /// Whether it is a signed event token: these are about accounts, and answered with statuses of their own (RFC 8935).
    pub is_token: bool,
    /// Why it means nothing, where it does not: see [`Arrival::effects`].
    pub no_effect: NoEffect,
    /// Why it is not believed, in words.
    pub doubt: Option<String>,
    /// The vendor's id of it.
    pub event_id: Option<String>,
    /// Digest of what it is known by when it comes again.
    pub id_digest: Option<u64>,
    /// What it means, and for which connection; nothing of what is not verified.
    pub effects: BTreeSet<DeliveryEffect>,
    /// Connections that do not watch where it happened.
    pub unwatched: BTreeSet<ConnectionId>,
    /// What the vendor says of connections with it.
    pub notices: Vec<VendorSaid>,
    /// When jobs are due for it.
    pub due: Timestamp,
    /// How long it took until it was judged, in microseconds.
    pub latency_us: u64,
    /// Its body, as it may be shown.
    pub preview: String,
}

impl Arrival {
    /// The connections at which something happened.
    pub(super) fn happened_at(&self) -> impl Iterator<Item = &ConnectionId> {
        let effects = self.effects.iter().map(|effect| &effect.connection);
        effects.chain(&self.unwatched)
    }

    pub(super) fn is_unwatched(&self) -> bool {
        self.effects.is_empty() && self.notices.is_empty() && !self.unwatched.is_empty()
    }

    pub(super) fn means_nothing(&self) -> bool {
        self.happened_at().next().is_none() && self.notices.is_empty()
    }

    /// Whether it shows that the vendor's side is open: who says that it was closed does not, nor does an identity provider,
    /// which tells of accounts as long as they exist.
    pub(super) fn shows_that_it_sends(&self) -> bool {
        self.signed == Signed::Verified && self.notices.is_empty() && !self.is_token
    }
}

/// Why an event of the vendor's means nothing here; of several reasons the last of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoEffect {
    /// The provider file does not speak of such an event.
    UnknownEvent,
    /// It is about an account that nobody here has connected.
    OfNobody,
    /// It says something of an authorization before the present one, which is no news of that.
    OfEarlier,
}

impl NoEffect {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::UnknownEvent => "the provider file does not speak of such an event",
            Self::OfEarlier => "it is about an authorization before the present one",
            Self::OfNobody => "it is about an account that is not connected here",
        }
    }
}

/// What a vendor says of a connection.
#[derive(Debug, Clone)]
pub struct VendorSaid {
    pub connection: ConnectionId,
    /// What it says.
    pub said: Notice,
    /// What the log says of it.
    pub entry: NewEntry,
}

/// What an event means for a connection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeliveryEffect {
    pub connection: ConnectionId,
    /// Of which entity something changed; none where it is not known of which.
    pub entity: Option<String>,
}
