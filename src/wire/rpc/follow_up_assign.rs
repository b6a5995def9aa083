//! Assigns an open follow-up to somebody, who is told at their next start.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::FollowUpId;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Belonging, Gate, Right};
use crate::wire::view;

/// Assigns an open follow-up to somebody, who is told at their next start.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FollowUpAssign {
    pub id: FollowUpId,
    /// To whom: a user's name.
    pub user: String,
}

impl Rpc for FollowUpAssign {
    const KIND: &'static str = "follow_up_assign";
    type Reply = view::FollowUp;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "follow_up.assign",
            Right::OfConnection(Belonging::FollowUp(&self.id)),
        )
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the user's name", &self.user, NAME);
    }
}
