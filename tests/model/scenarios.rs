//! The bounds: how often each thing happens at most. Together they are two connections of one grant, two authorizations and one
//! crash; what else happens beside these is searched in parts, because all of it at once has too many orders to walk through.

use crate::state::{Keeping, Left, World};

/// A part.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    left: Left,
    other: Other,
}

/// The other connection, when it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Other {
    /// In service; it has the same token where the vendor issues that again.
    Beside,
    /// In service, with a token of its own.
    Apart,
    /// Out of service, so that a disconnect may end the whole grant.
    Out,
}

const NOTHING: Left = Left {
    flows: 0,
    keys: 0,
    disconnects: 0,
    refreshes: 0,
    reads: 0,
    pulls: 0,
    events: 0,
    wipes: 0,
    tags: 0,
    outages: 0,
    crashes: 0,
    keeping: Keeping::Nothing,
    issues_again: false,
};

/// A disconnect, an authorization and a crash, in any order.
const ONE_OF_EACH: Left = Left {
    flows: 1,
    disconnects: 1,
    crashes: 1,
    ..NOTHING
};

impl Part {
    /// Two authorizations.
    pub(crate) const FLOWS: Self = Self::of(Left {
        flows: 2,
        ..ONE_OF_EACH
    });
    /// The same where nobody else shares the grant at first.
    pub(crate) const ALONE: Self = Self {
        other: Other::Out,
        left: Left {
            flows: 2,
            ..ONE_OF_EACH
        },
    };
    /// A key that is tried beside an authorization.
    pub(crate) const KEYS: Self = Self::of(Left {
        keys: 1,
        ..ONE_OF_EACH
    });
    /// A refresh, and a token that is read.
    pub(crate) const TOKENS: Self = Self::of(Left {
        refreshes: 1,
        reads: 1,
        ..ONE_OF_EACH
    });
    /// A sync.
    pub(crate) const SYNCS: Self = Self::of(Left {
        pulls: 1,
        ..ONE_OF_EACH
    });
    /// An event of the vendor.
    pub(crate) const EVENTS: Self = Self::of(Left {
        events: 1,
        ..ONE_OF_EACH
    });
    /// A wipe, beside a sync and an authorization.
    pub(crate) const WIPES: Self = Self {
        other: Other::Out,
        left: Left {
            pulls: 1,
            wipes: 1,
            ..ONE_OF_EACH
        },
    };
    /// A tag, beside a key and an authorization.
    pub(crate) const TAGS: Self = Self::of(Left {
        keys: 1,
        tags: 1,
        crashes: 0,
        ..ONE_OF_EACH
    });
    /// Tokens that are kept to retry, of a vendor that issues the token that lives to whoever authorizes again.
    pub(crate) const RETRIES: Self = Self {
        other: Other::Out,
        left: Left {
            outages: 2,
            keeping: Keeping::Retry,
            issues_again: true,
            ..ONE_OF_EACH
        },
    };
    /// Two authorizations at such a vendor.
    pub(crate) const AGAIN: Self = Self {
        other: Other::Out,
        left: Left {
            flows: 2,
            crashes: 0,
            issues_again: true,
            ..ONE_OF_EACH
        },
    };
    /// One authorization there, while both connections are in service: with the same token, or with one each.
    pub(crate) const SAME: Self = Self::of(Left {
        issues_again: true,
        ..ONE_OF_EACH
    });
    pub(crate) const APART: Self = Self {
        other: Other::Apart,
        ..Self::SAME
    };
    /// Tokens that are kept for their proof.
    pub(crate) const PROOFS: Self = Self::of(Left {
        keeping: Keeping::Proof,
        ..ONE_OF_EACH
    });
    /// Both connections are disconnected.
    pub(crate) const BOTH: Self = Self::of(Left {
        flows: 0,
        disconnects: 2,
        ..ONE_OF_EACH
    });
    /// For what is found with less.
    pub(crate) const LITTLE: Self = Self::of(Left {
        crashes: 0,
        ..ONE_OF_EACH
    });
    /// A refresh and a disconnect, and nothing else.
    pub(crate) const REFRESH: Self = Self::of(Left {
        refreshes: 1,
        disconnects: 1,
        ..NOTHING
    });

    const fn of(left: Left) -> Self {
        let other = Other::Beside;
        Self { left, other }
    }

    /// Where it begins.
    pub(crate) fn start(self) -> World {
        let mut world = World::new(self.left);
        match self.other {
            Other::Beside => {}
            Other::Apart => world.has_its_own(1),
            Other::Out => world.is_out_of_service(1),
        }
        world
    }
}
