//! What happens to a held token, and how its hold stands then. Nothing else moves one: it waits, its secret is being
//! destroyed, its secret is destroyed, and there is no way back.

use jiff::Timestamp;

use super::{EndedBy, Hold, HoldEnd, HoldState};
use crate::domain::id::HoldId;
use crate::domain::trial::Keeping;

/// Due since for ever.
const DUE_AT_ONCE: Timestamp = Timestamp::UNIX_EPOCH;

/// What happens to a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldEvent {
    /// A try is about to make its calls.
    Calling {
        /// Why only calls about this one token are made; none when all are.
        narrowed: Option<String>,
    },
    /// A try finds that none of its calls may be made.
    NoneAllowed { why: String },
    /// A try has ended without an end of the hold.
    Rests {
        /// What it did.
        calls: TryCalls,
        /// When it is tried next.
        next: Timestamp,
        /// Until when its proof lasts, where one goes on.
        until: Option<Timestamp>,
        /// What the try brought, in words.
        last: String,
    },
    /// The data folder was restored from a backup, which has no secrets.
    LeftOut,
    /// Nothing more is tried, and its secret is about to be destroyed (D6).
    Ending {
        /// What the last try did.
        calls: TryCalls,
        /// How it ends.
        end: HoldEnd,
    },
    /// Its secret is destroyed (D7).
    Destroyed { at: Timestamp },
}

/// What a try did about the calls that end a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TryCalls {
    /// There was none to make.
    None,
    /// They were made, and their answers are in the run's log.
    Made,
    /// None could be made.
    Impossible,
}

/// What is to be done about an event beside keeping the hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldEffect {
    /// Nothing.
    Nothing,
    /// Its slot is to be overwritten.
    Destroy,
    /// It is listed no more, and its run says what became of the token.
    Tell(Box<HoldEnd>),
}

/// It is not in a state for that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoldRefusal {
    /// Nothing is tried any more.
    #[error("{hold} has ended already: {}", .by.word())]
    Ended {
        /// Which hold.
        hold: HoldId,
        by: EndedBy,
    },
    /// Its secret is not being destroyed.
    #[error("{0} has not ended: its secret is still needed")]
    Waiting(HoldId),
}

impl Hold {
    /// How often it has been tried after a try that did this.
    #[must_use]
    pub fn tries_after(&self, calls: TryCalls) -> u32 {
        match calls {
            TryCalls::None => self.tries,
            TryCalls::Made | TryCalls::Impossible => self.tries.saturating_add(1),
        }
    }

    /// The hold as it stands after an event, and what is to be done beside.
    ///
    /// # Errors
    /// When it is not in a state for that.
    pub fn after(mut self, event: HoldEvent) -> Result<(Self, HoldEffect), HoldRefusal> {
        let effect = match event {
            HoldEvent::Calling { narrowed } => {
                self.must_wait()?;
                (self.calling, self.narrowed) = (true, narrowed);
                HoldEffect::Nothing
            }
            HoldEvent::NoneAllowed { why } => {
                self.must_wait()?;
                self.narrowed = Some(why);
                HoldEffect::Nothing
            }
            HoldEvent::Rests {
                calls,
                next,
                until,
                last,
            } => {
                self.must_wait()?;
                self.tried(calls);
                if self.keeping == Keeping::Proof {
                    self.sealed_until = until.or(self.sealed_until);
                }
                let due = self.due(next);
                self.next_try = self.sealed_until.map_or(due, |until| due.min(until));
                self.last = last;
                HoldEffect::Nothing
            }
            HoldEvent::LeftOut => {
                if self.has_secret() {
                    self.sealed = self.sealed.emptied();
                    self.next_try = DUE_AT_ONCE;
                }
                HoldEffect::Nothing
            }
            HoldEvent::Ending { calls, end } => {
                self.must_wait()?;
                self.tried(calls);
                // A crash in between is finished at the next look.
                self.next_try = DUE_AT_ONCE;
                self.state = HoldState::Ending { end };
                HoldEffect::Destroy
            }
            HoldEvent::Destroyed { at } => self.destroyed(at)?,
        };
        Ok((self, effect))
    }

    fn destroyed(&mut self, at: Timestamp) -> Result<HoldEffect, HoldRefusal> {
        match self.state.clone() {
            HoldState::Waiting => Err(HoldRefusal::Waiting(self.id.clone())),
            HoldState::Ending { end } => {
                self.sealed = self.sealed.clone().emptied();
                let said = Box::new(end.clone());
                self.state = HoldState::Ended { end, at };
                Ok(HoldEffect::Tell(said))
            }
            // A crash repeats it.
            HoldState::Ended { .. } => Ok(HoldEffect::Nothing),
        }
    }

    fn tried(&mut self, calls: TryCalls) {
        self.tries = self.tries_after(calls);
        if calls == TryCalls::Made {
            self.calling = false;
        }
    }

    fn must_wait(&self) -> Result<(), HoldRefusal> {
        match &self.state {
            HoldState::Waiting => Ok(()),
            HoldState::Ending { end } | HoldState::Ended { end, .. } => Err(HoldRefusal::Ended {
                hold: self.id.clone(),
                by: end.why,
            }),
        }
    }
}

#[cfg(test)]
mod tests;
