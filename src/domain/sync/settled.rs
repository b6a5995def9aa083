//! What a whole pass left open, and the things themselves settle: each is asked for, where it can be.

use std::time::Duration;

use jiff::Timestamp;

use super::list::ListState;
use super::marks::Marks;
use super::unchecked::{FEW, Unchecked};
use crate::domain::job::Scope;

impl Unchecked {
    /// Of how many missing things the answers settle it, where answers can: there are as many as this said.
    fn settled_by(&self, missing: u64) -> Option<u64> {
        match self {
            // Where things move, what two passes did not see was counted: what only this one did not see is left to the next.
            Self::TooMany { gone, .. } if *gone == missing => Some(FEW),
            Self::Once if missing <= FEW => Some(missing),
            // Where the list shows nothing there is nothing that it has, to tell an address that is wrong from things that are gone.
            Self::Emptied { .. }
            | Self::TooMany { .. }
            | Self::Once
            | Self::Short { .. }
            | Self::BrokeOff { .. }
            | Self::WithoutId { .. }
            | Self::First
            | Self::Overtaken => None,
        }
    }
}

impl Scope {
    /// How many things the last whole pass did not see that are not called gone.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.missed.saturating_sub(self.gone)
    }

    /// Of how many of these the vendor's answers settle what a pass left open for this reason; none where they do not.
    #[must_use]
    pub fn to_ask(&self, why: &Unchecked) -> Option<u64> {
        let missing = self.missing();
        why.settled_by(missing).filter(|_| missing > 0)
    }

    /// The vendor has none of them any more: they are gone. `began`: since when the pass saw what it saw.
    pub fn settle<M: Marks>(
        &mut self,
        began: Option<Timestamp>,
        full_every: Option<Duration>,
        marks: &mut M,
    ) -> Result<(), M::Error> {
        marks.missed_are_gone(self.numbers)?;
        (self.last_full, self.gone) = (self.last_whole, self.missed);
        let until = |every: Duration| began?.checked_add(every * 2).ok();
        self.current_until = full_every.and_then(until);
        self.emptied_at = None;
        Ok(())
    }
}

impl ListState {
    /// The things that the last whole pass did not see are gone: nothing of it is open any more.
    pub(in crate::domain) fn settle(&mut self) {
        self.deletions_checked_at = self.whole_at;
        (self.unchecked, self.whole_due, self.accept_gone) = (None, None, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::ConnectionId;

    #[test]
    fn answers_settle_what_is_missing_and_nothing_else() {
        let connection: ConnectionId = "con_01jd7000000000000000000001".parse().unwrap();
        let scope = |missed, gone| Scope {
            missed,
            gone,
            ..Scope::new(ConnectionId::clone(&connection), "thing".to_owned())
        };
        let many = |gone| Unchecked::TooMany { gone, of: 200 };
        assert_eq!(scope(70, 10).to_ask(&many(60)), Some(20));
        assert_eq!(scope(75, 10).to_ask(&many(60)), None, "5 are missed once");
        let emptied = Unchecked::Emptied { of: 100 };
        assert_eq!(scope(100, 0).to_ask(&emptied), None);
        assert_eq!(scope(13, 10).to_ask(&Unchecked::Once), Some(3));
        assert_eq!(scope(31, 10).to_ask(&Unchecked::Once), None);
        assert_eq!(scope(10, 10).to_ask(&Unchecked::Once), None);
        assert_eq!(scope(13, 10).to_ask(&Unchecked::Short { by: 3 }), None);
    }
}
