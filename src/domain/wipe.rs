//! A wipe: what syncs brought of a provider, or of all, is removed for good. Like a run it has steps, and goes on after a
//! crash where its row says.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::WipeId;

/// The steps, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WipeStep {
    /// Records with their references and links, and what is known of their scopes.
    RemoveRecords,
    /// Executions of jobs.
    RemoveExecutions,
    /// What came in at webhook endpoints, as it is listed.
    RemoveDeliveries,
    /// Cursors and what else jobs know of the lists they read.
    ForgetCursors,
    /// The database keeps what was removed until it is compacted.
    Compact,
    /// The entry that closes it.
    WriteAudit,
}

impl WipeStep {
    /// What comes after it.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        match self {
            Self::RemoveRecords => Some(Self::RemoveExecutions),
            Self::RemoveExecutions => Some(Self::RemoveDeliveries),
            Self::RemoveDeliveries => Some(Self::ForgetCursors),
            Self::ForgetCursors => Some(Self::Compact),
            Self::Compact => Some(Self::WriteAudit),
            Self::WriteAudit => None,
        }
    }

    /// What is done in it, as the end of a sentence that begins with the wipe.
    fn done(self) -> &'static str {
        match self {
            Self::RemoveRecords => "removes records",
            Self::RemoveExecutions => "removes executions",
            Self::RemoveDeliveries => "removes deliveries of webhooks",
            Self::ForgetCursors => "forgets the cursors of jobs",
            Self::Compact => "has the database compacted",
            Self::WriteAudit => "writes its entry",
        }
    }

    /// The word in JSON and on screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::RemoveRecords => "remove_records",
            Self::RemoveExecutions => "remove_executions",
            Self::RemoveDeliveries => "remove_deliveries",
            Self::ForgetCursors => "forget_cursors",
            Self::Compact => "compact",
            Self::WriteAudit => "write_audit",
        }
    }
}

/// What a wipe removes, or has removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WipeCounts {
    /// Records; each is a reference and its link, too.
    pub records: u64,
    /// Scopes.
    pub scopes: u64,
    /// Executions.
    pub executions: u64,
    /// Listed deliveries of webhook endpoints, and messages that carry a record.
    pub deliveries: u64,
    /// Jobs whose cursors are forgotten.
    pub cursors: u64,
}

/// What a wipe is of that is of no single provider, in the record.
const ALL: &str = "all providers";

/// A step that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WipeStepDone {
    pub step: WipeStep,
    /// When it ended.
    pub ended_at: Timestamp,
}

/// A wipe that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wipe {
    pub id: WipeId,
    /// Of which provider; none for all.
    pub provider: Option<String>,
    /// Who asked for it.
    pub actor: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The step that is under way; none when it has ended.
    pub step: Option<WipeStep>,
    /// The steps that have ended since it began, or began anew.
    pub steps: Vec<WipeStepDone>,
    /// What it has removed so far.
    pub counts: WipeCounts,
    /// Why it waits, when it does.
    pub why: Option<String>,
}

impl Wipe {
    /// Where one that has not ended stands, with the command that goes along with it; none for one that has.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        let step = self.step.filter(|_| self.ended_at.is_none())?;
        let what = self.provider.as_deref();
        let waits = self.why.as_ref().map(|why| format!(", and waits: {why}"));
        Some(format!(
            "A wipe of {} that {} began {}{}. It is followed with: tagout purge {}",
            what.unwrap_or(ALL),
            self.actor,
            step.done(),
            waits.unwrap_or_default(),
            what.unwrap_or("--all"),
        ))
    }

    /// A wipe that begins.
    #[must_use]
    pub fn begun(id: WipeId, provider: Option<String>, actor: String, at: Timestamp) -> Self {
        Self {
            id,
            provider,
            actor,
            started_at: at,
            ended_at: None,
            step: Some(WipeStep::RemoveRecords),
            steps: Vec::new(),
            counts: WipeCounts::default(),
            why: None,
        }
    }

    /// Whose data it is about, in words: the target of its entries.
    #[must_use]
    pub fn what(&self) -> &str {
        Self::target(self.provider.as_deref())
    }

    /// The target of an entry about a wipe of this provider, or of all.
    #[must_use]
    pub fn target(provider: Option<&str>) -> &str {
        provider.unwrap_or(ALL)
    }

    /// The provider that such a target names. None has a space in its id.
    #[must_use]
    pub fn provider_in(target: &str) -> Option<&str> {
        (target != ALL).then_some(target)
    }

    /// Something is left of what it removed: it begins anew, and counts on.
    pub fn begin_again(&mut self) {
        self.step = Some(WipeStep::RemoveRecords);
        self.steps.clear();
        self.why = Some("something came after its step had ended; it begins anew".to_owned());
    }

    /// Whether this step has ended.
    #[must_use]
    pub fn has_done(&self, step: WipeStep) -> bool {
        self.steps.iter().any(|done| done.step == step)
    }

    /// The step under way has ended.
    pub fn step_ended(&mut self, at: Timestamp) {
        if let Some(step) = self.step {
            self.steps.push(WipeStepDone { step, ended_at: at });
            self.step = step.next();
            self.why = None;
            self.ended_at = self.step.is_none().then_some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_has_not_ended_says_where_it_stands_and_how_to_follow_it() {
        let at: Timestamp = "2026-03-01T10:00:00Z".parse().unwrap();
        let id = "wip_01jd7000000000000000000000".parse().unwrap();
        let mut wipe = Wipe::begun(id, Some("ledger".to_owned()), "ada".to_owned(), at);
        assert_eq!(
            wipe.sentence().unwrap(),
            "A wipe of ledger that ada began removes records. It is followed with: tagout purge ledger"
        );
        (wipe.provider, wipe.why) = (None, Some("the disk is full".to_owned()));
        assert_eq!(
            wipe.sentence().unwrap(),
            "A wipe of all providers that ada began removes records, and waits: the disk is full. It is followed with: tagout purge --all"
        );
        while wipe.step.is_some() {
            wipe.step_ended(at);
        }
        assert_eq!(wipe.sentence(), None);
    }

    #[test]
    fn every_step_is_done_once_and_in_order() {
        let at: Timestamp = "2026-03-01T10:00:00Z".parse().unwrap();
        let id = "wip_01jd7000000000000000000000".parse().unwrap();
        let mut wipe = Wipe::begun(id, None, "ada".to_owned(), at);
        while wipe.step.is_some() {
            assert_eq!(wipe.ended_at, None);
            wipe.step_ended(at);
        }
        assert_eq!(wipe.ended_at, Some(at));
        assert!(wipe.steps.is_sorted_by_key(|done| done.step));
        assert_eq!(wipe.steps.len(), 6);
        let ended = wipe.clone();
        wipe.step_ended(at);
        assert_eq!(wipe, ended);
    }
}
