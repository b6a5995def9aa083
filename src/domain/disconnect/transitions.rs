//! What happens to the head of a run, and how it stands then. Its steps are a log, and what comes after them is
//! [`next`](super::log::next).

use jiff::Timestamp;

use super::run::{Run, RunState};
use super::swap::{SwapEnd, SwapHalf};
use crate::domain::id::RunId;

/// What happens to a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunEvent {
    /// Our own store or vault refused, and a person has to look.
    Waits,
    /// A person has looked, and it goes on.
    Resumed,
    /// Every step has ended (D10).
    Ended {
        at: Timestamp,
        /// What it is then.
        state: RunState,
    },
    /// The log has a checkpoint that covers its summary entry.
    Settled {
        /// The checkpoint.
        checkpoint: Option<String>,
    },
    /// One of its tokens was judged after its end.
    JudgedAgain {
        /// What the run is by everything that was found since.
        state: RunState,
    },
    /// The second half of the swap that it is the first one of has come to an end.
    SwapEnded(SwapEnd),
}

/// What does not happen to a run as it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunRefusal {
    /// There is nothing for a person to decide.
    #[error("{run} does not wait for anybody: it is {}", .state.words())]
    NotWaiting {
        run: RunId,
        /// Where it stands.
        state: RunState,
    },
    /// It has ended, and ends once.
    #[error("{0} has ended already")]
    Over(RunId),
    /// It has not ended.
    #[error("{0} has not ended")]
    UnderWay(RunId),
    /// It is no half of a swap, or the other half has ended.
    #[error("{0} has no second half that is open")]
    NoOpenSwap(RunId),
}

impl Run {
    /// The run as it stands after an event.
    ///
    /// # Errors
    /// When this does not happen to the run as it stands.
    pub fn after(mut self, event: RunEvent) -> Result<Self, RunRefusal> {
        match event {
            RunEvent::Waits => {
                self.must_be_under_way()?;
                self.state = RunState::Waiting;
            }
            RunEvent::Resumed => {
                if self.state != RunState::Waiting {
                    return Err(RunRefusal::NotWaiting {
                        run: self.id,
                        state: self.state,
                    });
                }
                self.state = RunState::Running;
            }
            RunEvent::Ended { at, state } => {
                self.must_be_under_way()?;
                (self.ended_at, self.state) = (Some(at), state);
            }
            RunEvent::Settled { checkpoint } => {
                self.must_be_over()?;
                self.checkpoint = self.checkpoint.or(checkpoint);
            }
            RunEvent::JudgedAgain { state } => {
                self.must_be_over()?;
                self.state = state;
            }
            RunEvent::SwapEnded(end) => match self.half_left_mut() {
                Some(half) => half.ended = Some(end),
                None => return Err(RunRefusal::NoOpenSwap(self.id)),
            },
        }
        Ok(self)
    }

    /// The second half of a swap, while it is open.
    #[must_use]
    pub fn half_left(&self) -> Option<&SwapHalf> {
        self.swap.as_ref().filter(|half| half.ended.is_none())
    }

    fn half_left_mut(&mut self) -> Option<&mut SwapHalf> {
        self.swap.as_mut().filter(|half| half.ended.is_none())
    }

    fn must_be_under_way(&self) -> Result<(), RunRefusal> {
        match self.ended_at {
            None => Ok(()),
            Some(_) => Err(RunRefusal::Over(self.id.clone())),
        }
    }

    fn must_be_over(&self) -> Result<(), RunRefusal> {
        match self.ended_at {
            Some(_) => Ok(()),
            None => Err(RunRefusal::UnderWay(self.id.clone())),
        }
    }
}

#[cfg(test)]
mod tests;
