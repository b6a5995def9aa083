//! The second half of a swap (N8): another account is connected in the place of the one that a run takes out of service. It stays
//! open until that was done, or until it is given up; how the account is connected is decided when it is taken up.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::id::{ConnectionId, JobId};

/// What is to come after the disconnect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwapHalf {
    /// The jobs that were enabled when the swap was decided: they are enabled again with the new account.
    pub jobs: Vec<JobId>,
    /// How it ended; none while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<SwapEnd>,
}

/// How the second half of a swap ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwapEnd {
    pub how: SwapOutcome,
    pub at: Timestamp,
    /// Whose doing it was.
    pub by: String,
}

/// What became of the second half of a swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SwapOutcome {
    /// Another account was connected.
    Connected,
    /// The account that had gone was connected again.
    SameAccount,
    /// A person gave it up.
    GivenUp,
    /// What the connection had brought was wiped.
    Wiped,
}

impl SwapHalf {
    /// Of a swap that is decided now, of a connection with these enabled jobs.
    #[must_use]
    pub fn of(jobs: Vec<JobId>) -> Self {
        Self { jobs, ended: None }
    }

    /// What comes next, or what came of it, of a swap of this connection.
    #[must_use]
    pub fn sentence(&self, run: &RunName<'_>) -> String {
        let ended = self.ended.as_ref();
        match ended.map(|it| (it.how, &it.by)) {
            None => open(run),
            Some((SwapOutcome::Connected, by)) => {
                format!("{}: {by} connected the new account", swap_of(run))
            }
            Some((SwapOutcome::SameAccount, by)) => {
                format!("{}: {by} connected the same account again", swap_of(run))
            }
            Some((SwapOutcome::GivenUp, by)) => {
                format!("{}: {by} gave the new account up", swap_of(run))
            }
            Some((SwapOutcome::Wiped, by)) => format!(
                "{}: {by} had the synced data wiped before a new account was connected",
                swap_of(run)
            ),
        }
    }
}

/// What a run is called, and whether its steps have ended.
#[derive(Debug, Clone, Copy)]
pub struct RunName<'a> {
    /// The catalog's id.
    pub provider: &'a str,
    /// What people call the connection.
    pub connection: &'a str,
    /// What it is taken up by: a name may hold spaces, and may be another connection's by then.
    pub id: &'a ConnectionId,
    pub has_ended: bool,
}

fn swap_of(run: &RunName<'_>) -> String {
    format!("swap of {}/{}", run.provider, run.connection)
}

fn open(run: &RunName<'_>) -> String {
    let out = match run.has_ended {
        true => "the old account is out",
        false => "the old account is being disconnected",
    };
    format!(
        "{}: {out}; connect the new one: tagout swap {}",
        swap_of(run),
        run.id
    )
}

#[cfg(test)]
mod tests {
    use ulid::Ulid;

    use super::*;

    #[test]
    fn an_open_half_says_what_comes_next() {
        let mut half = SwapHalf::of(Vec::new());
        let id = ConnectionId::new(Ulid::nil());
        let mut run = RunName {
            provider: "hubspot",
            connection: "acme corp",
            id: &id,
            has_ended: true,
        };
        assert_eq!(
            half.sentence(&run),
            format!(
                "swap of hubspot/acme corp: the old account is out; connect the new one: tagout swap {id}"
            )
        );
        run.has_ended = false;
        assert!(half.sentence(&run).contains("is being disconnected"));
        half.ended = Some(SwapEnd {
            how: SwapOutcome::GivenUp,
            at: Timestamp::UNIX_EPOCH,
            by: "alice".to_owned(),
        });
        assert_eq!(
            half.sentence(&run),
            "swap of hubspot/acme corp: alice gave the new account up"
        );
    }
}
