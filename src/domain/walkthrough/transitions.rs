//! What happens to a walkthrough and to its targets, and how they stand then.

use jiff::Timestamp;

use super::{Accepted, Decision, FURTHEST, Planned, WalkPage, WalkState, WalkTarget, Walkthrough};
use crate::domain::id::{RunId, WalkthroughId};
use crate::domain::saturating_time::saturating_later;

/// What happens to a walkthrough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WalkEvent {
    /// Somebody leaves the draft like this.
    Saved {
        /// The draft.
        draft: Box<Walkthrough>,
        /// The version that was looked at; none says nothing of it.
        expected: Option<u64>,
    },
    /// The draft is thrown away.
    Discarded,
    /// It is decided: from here on it goes on by itself.
    Begun {
        /// Who decided it.
        decision: Decision,
        /// The version that was looked at; none says nothing of it.
        expected: Option<u64>,
    },
    /// It is decided that it begins at a time.
    Planned {
        /// When, and who decided it.
        planned: Planned,
        /// The version that was looked at; none says nothing of it.
        expected: Option<u64>,
    },
    /// It does not begin at its time: it is a draft again.
    Cancelled,
    /// Its time has come: from here on it goes on by itself.
    BegunByTime { at: Timestamp },
    /// It does not begin, at its time or later.
    Fell { because: String },
    /// What has begun goes on to its end, what has not does not begin.
    Stopped {
        because: String,
        /// How many of its targets have not begun.
        due: usize,
    },
    /// What had not begun when it was stopped begins.
    GoesOn {
        /// Who decided it.
        decision: Decision,
    },
    /// What had not begun when it was stopped or fell never will.
    Closed,
    /// Its last part is over.
    Finished { at: Timestamp },
}

/// What happens to a target of a walkthrough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetEvent {
    /// Its disconnect begins.
    Begun { run: RunId },
    /// There is nothing to take out of service, or it never will be.
    PassedOver { why: String },
}

/// What does not happen to a walkthrough as it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WalkRefusal {
    /// It is in another state than this needs.
    #[error("{id} is {}, not {}", .is.word(), .wanted.word())]
    Elsewhere {
        id: WalkthroughId,
        /// Where it stands.
        is: WalkState,
        /// Where it would have to.
        wanted: WalkState,
    },
    /// It is another one than the one that was looked at.
    #[error("{title} has changed meanwhile: it is at version {found}, not {expected}")]
    Changed {
        /// What people call it.
        title: String,
        /// The version that was looked at.
        expected: u64,
        /// The version that it has.
        found: u64,
    },
    /// There is nothing left to stop.
    #[error("everything of {0} has begun, and goes on to its end")]
    AllBegun(WalkthroughId),
    /// A time that is over.
    #[error("{0} is over already")]
    Past(Timestamp),
    /// A time that is further ahead than anything is planned.
    #[error("{at} is too far ahead: nothing is planned for later than {latest}")]
    TooFar {
        /// The time.
        at: Timestamp,
        /// The latest one.
        latest: Timestamp,
    },
    /// Its time has not come.
    #[error("{id} is planned for {at}")]
    NotYet {
        id: WalkthroughId,
        /// Its time.
        at: Timestamp,
    },
    /// A target begins once, and is not passed over then.
    #[error("{name} was begun in {walkthrough} already")]
    NotDue {
        /// What people called the connection.
        name: String,
        walkthrough: WalkthroughId,
    },
}

impl Walkthrough {
    /// The walkthrough as it stands after an event.
    ///
    /// # Errors
    /// When this does not happen to the walkthrough as it stands.
    pub fn after(mut self, event: WalkEvent) -> Result<Self, WalkRefusal> {
        match event {
            WalkEvent::Saved { draft, expected } => {
                self.must_be_at(expected)?;
                self.must_be(WalkState::Draft)?;
                let version = self.version;
                self = Self { version, ..*draft };
            }
            WalkEvent::Discarded => self.must_be(WalkState::Draft)?,
            WalkEvent::Begun { decision, expected } => {
                self.must_be_at(expected)?;
                self.must_be(WalkState::Draft)?;
                self.decision = Some(decision);
                (self.state, self.page) = (WalkState::Running, WalkPage::Run);
            }
            WalkEvent::Planned { planned, expected } => {
                self.must_be_at(expected)?;
                self.must_be(WalkState::Draft)?;
                is_ahead(planned.at, planned.decision.at)?;
                (self.state, self.page) = (WalkState::Planned, WalkPage::Run);
                self.planned = Some(planned);
            }
            WalkEvent::Cancelled => {
                self.must_be(WalkState::Planned)?;
                (self.state, self.page) = (WalkState::Draft, WalkPage::Plan);
                self.planned = None;
            }
            WalkEvent::BegunByTime { at } => {
                let planned = self.must_be_due(at)?;
                self.decision = Some(Decision {
                    at,
                    ..planned.decision.clone()
                });
                self.planned = Some(Planned {
                    begun_at: Some(at),
                    ..planned
                });
                self.state = WalkState::Running;
            }
            WalkEvent::Fell { because } => {
                self.must_be(WalkState::Planned)?;
                (self.state, self.stopped_because) = (WalkState::Fallen, because);
            }
            WalkEvent::Stopped { because, due } => {
                self.must_be(WalkState::Running)?;
                if due == 0 {
                    return Err(WalkRefusal::AllBegun(self.id));
                }
                (self.state, self.stopped_because) = (WalkState::Stopped, because);
            }
            WalkEvent::GoesOn { decision } => {
                self.must_be(WalkState::Stopped)?;
                self.decision = Some(decision);
                self.state = WalkState::Running;
                self.stopped_because.clear();
            }
            WalkEvent::Closed => {
                if self.state != WalkState::Fallen {
                    self.must_be(WalkState::Stopped)?;
                }
            }
            WalkEvent::Finished { at } => {
                // What had begun when it was stopped goes on to its end.
                if !matches!(self.state, WalkState::Stopped | WalkState::Fallen) {
                    self.must_be(WalkState::Running)?;
                }
                (self.state, self.page) = (WalkState::Finished, WalkPage::Rest);
                self.ended_at = Some(at);
            }
        }
        Ok(self)
    }

    /// What was planned, once its time has come.
    fn must_be_due(&self, now: Timestamp) -> Result<Planned, WalkRefusal> {
        self.must_be(WalkState::Planned)?;
        match &self.planned {
            Some(planned) if planned.at <= now => Ok(planned.clone()),
            Some(planned) => Err(WalkRefusal::NotYet {
                id: self.id.clone(),
                at: planned.at,
            }),
            None => Err(WalkRefusal::Elsewhere {
                id: self.id.clone(),
                is: WalkState::Draft,
                wanted: WalkState::Planned,
            }),
        }
    }

    /// Whether its targets may begin.
    ///
    /// # Errors
    /// When it does not run.
    pub fn must_run(&self) -> Result<(), WalkRefusal> {
        self.must_be(WalkState::Running)
    }

    fn must_be(&self, wanted: WalkState) -> Result<(), WalkRefusal> {
        match self.state == wanted {
            true => Ok(()),
            false => Err(WalkRefusal::Elsewhere {
                id: self.id.clone(),
                is: self.state,
                wanted,
            }),
        }
    }

    fn must_be_at(&self, expected: Option<u64>) -> Result<(), WalkRefusal> {
        match expected {
            Some(expected) if expected != self.version => Err(WalkRefusal::Changed {
                title: self.title.clone(),
                expected,
                found: self.version,
            }),
            _ => Ok(()),
        }
    }
}

/// Whether something can be planned for this time.
fn is_ahead(at: Timestamp, now: Timestamp) -> Result<(), WalkRefusal> {
    let latest = saturating_later(now, FURTHEST);
    match at {
        at if at <= now => Err(WalkRefusal::Past(at)),
        at if at > latest => Err(WalkRefusal::TooFar { at, latest }),
        _ => Ok(()),
    }
}

impl WalkTarget {
    /// The same, with what was accepted of it; none takes that back.
    #[must_use]
    pub fn accepting(self, accepted: Option<Accepted>) -> Self {
        Self { accepted, ..self }
    }

    /// The target as it stands after an event.
    ///
    /// # Errors
    /// When its turn has come already, or never will.
    pub fn after(mut self, event: TargetEvent) -> Result<Self, WalkRefusal> {
        if !self.is_due() {
            return Err(WalkRefusal::NotDue {
                name: self.name,
                walkthrough: self.walkthrough,
            });
        }
        match event {
            TargetEvent::Begun { run } => self.run = Some(run),
            TargetEvent::PassedOver { why } => self.passed_over = Some(why),
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests;
