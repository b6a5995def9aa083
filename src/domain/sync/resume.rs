//! Where a later execution goes on with a pass that did not come to its end.

use std::time::Duration;

use jiff::Timestamp;

use super::pass::Pass;

/// How an unfinished pass is taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    /// From its beginning: its position may mean something else by now.
    Anew,
    /// At its position.
    AtPosition,
    /// At its position, if the page before it still holds the same ids.
    AfterCheck,
}

/// What is so when a pass is taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// Now.
    pub now: Timestamp,
    /// The connection's generation.
    pub generation: u32,
    /// How long the vendor's positions mean the same.
    pub position_ttl: Duration,
    /// The list goes on by counting.
    pub is_numbered: bool,
    /// The list can be asked for what changed since a time. Without it, a change of what was read before the interruption
    /// would be missed.
    pub has_since: bool,
}

impl Pass {
    /// How the pass is taken up.
    #[must_use]
    pub fn resume(&self, found: &Circumstances) -> Resume {
        let Some(position) = &self.position else {
            return Resume::Anew;
        };
        if self.generation != found.generation || !found.has_since {
            return Resume::Anew;
        }
        if found.is_numbered {
            return Resume::AfterCheck;
        }
        let age = found.now.duration_since(position.at);
        let is_fresh = Duration::try_from(age).is_ok_and(|age| age <= found.position_ttl);
        if is_fresh {
            Resume::AtPosition
        } else {
            Resume::Anew
        }
    }
}
