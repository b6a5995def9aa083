//! Where a later execution goes on with a pass that did not come to its end.

use std::time::Duration;

use jiff::Timestamp;

use super::pass::Pass;

/// How an unfinished pass is taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    /// From its beginning: it may be of something else by now.
    Anew,
    /// At its position.
    AtPosition,
    /// At its position, if the page before it still holds the same ids.
    AfterCheck,
    /// Its position means nothing any more: behind what was kept, by key, should its list be sorted, or from its beginning.
    WithoutPosition,
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
        if self.generation != found.generation || !found.has_since {
            return Resume::Anew;
        }
        let age = |at| Duration::try_from(found.now.duration_since(at));
        match &self.position {
            Some(_) if found.is_numbered => Resume::AfterCheck,
            Some(position) if age(position.at).is_ok_and(|age| age <= found.position_ttl) => {
                Resume::AtPosition
            }
            Some(_) | None => Resume::WithoutPosition,
        }
    }
}
