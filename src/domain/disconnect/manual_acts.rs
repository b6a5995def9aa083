//! What a person would do at the vendor, and whether a run has proven it done: then nobody is asked for it any more.

use serde::{Deserialize, Serialize};

use super::log::{self, Record};
use super::run::{Assigned, FollowUp};
use super::uninstall;
use crate::domain::credential::TokenKind;
use crate::domain::id::{FollowUpId, RunId};
use crate::domain::provider::{Blast, Call, ManualWhen, ProviderFile};
use crate::domain::trial::{CallVerdict, Outcome};

/// What a run's log proves of the acts that a person would do otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Proven {
    /// Every token of the run is dead.
    pub tokens: bool,
    /// And one of them by a call that ends everything between us and the account, tokens of earlier grants included.
    pub account: bool,
    /// The app is uninstalled.
    pub uninstalled: bool,
}

impl Proven {
    /// By the log of a run, and the calls of its recipe.
    #[must_use]
    pub fn by(log: &[Record], calls: &[Call]) -> Self {
        let all = log::tokens(log).unwrap_or_default();
        let is_dead = |token: &log::RunToken| {
            log::judged(log, &token.credential).is_some_and(|(_, outcome, _)| outcome.proven())
        };
        let tokens = !all.is_empty() && all.iter().all(is_dead);
        Self {
            tokens,
            account: tokens && ended_everything(log, calls),
            uninstalled: uninstall::is_proven(log, calls),
        }
    }
}

/// A call that ends its own grant says nothing of one that was made before it.
fn ended_everything(log: &[Record], calls: &[Call]) -> bool {
    let Some((_, intents)) = log::asked(log) else {
        return false;
    };
    intents.iter().enumerate().any(|(at, intent)| {
        let is_wide = calls
            .get(intent.call)
            .is_some_and(|call| call.blast > Blast::Grant);
        is_wide && log::called(log, at).is_some_and(|call| call.verdict == CallVerdict::Accepted)
    })
}

/// What is known of our app at a vendor where it stays installed until somebody removes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppLeft {
    /// It was uninstalled, and that is proven.
    Removed,
    /// It was asked for, and is still installed.
    StillThere,
    /// Nobody asked, and a revocation says nothing of it.
    Unknown,
}

impl AppLeft {
    /// By the log of a run; none where nothing is installed that outlives its tokens.
    #[must_use]
    pub fn by(log: &[Record], file: &ProviderFile) -> Option<Self> {
        let all = log::tokens(log).unwrap_or_default();
        let mut installations = all.iter().filter(|it| it.kind == TokenKind::Installation);
        let is_there = installations.any(|token| {
            let judged = log::judged(log, &token.credential);
            judged.is_some_and(|(_, outcome, _)| outcome == Outcome::StillAlive)
        });
        file.app_outlives_tokens()
            .then_some(match Proven::by(log, &file.calls()).uninstalled {
                true => Self::Removed,
                false if is_there => Self::StillThere,
                false => Self::Unknown,
            })
    }

    /// What is said of it.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Removed => "The app is uninstalled at the provider.",
            Self::StillThere => "The app is still installed at the provider.",
            Self::Unknown => {
                "Whether the app is still installed at the provider is not known: a revocation does not say."
            }
        }
    }
}

/// What is done is nobody's to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{id} was done by {by} already")]
pub struct DoneAlready {
    /// Which follow-up.
    pub id: FollowUpId,
    /// Who ticked it off.
    pub by: String,
}

impl FollowUp {
    /// The same, assigned to somebody.
    ///
    /// # Errors
    /// When it is done.
    pub fn assigned(self, assigned: Assigned) -> Result<Self, DoneAlready> {
        self.must_be_open()?;
        Ok(Self {
            assigned: Some(assigned),
            ..self
        })
    }

    /// Whether there is something to do.
    ///
    /// # Errors
    /// When it is done.
    pub fn must_be_open(&self) -> Result<(), DoneAlready> {
        match &self.done {
            Some(done) => Err(DoneAlready {
                id: self.id.clone(),
                by: done.by.clone(),
            }),
            None => Ok(()),
        }
    }

    /// Whether it was left by this run, or by this run too.
    #[must_use]
    pub fn is_of(&self, run: &RunId) -> bool {
        self.runs().any(|it| it == run)
    }

    /// The runs that left it, the first one first.
    pub fn runs(&self) -> impl Iterator<Item = &RunId> {
        std::iter::once(&self.run).chain(&self.also)
    }

    /// Whether both ask for the same act, given that they are about the same account at the same provider. A path that was
    /// written anew leads to the same page.
    #[must_use]
    pub fn is_same_act(&self, other: &Self) -> bool {
        self.text == other.text
            || (self.url.is_some() && self.url == other.url && self.when == other.when)
    }

    /// Whether what a run proved makes it needless. `is_over` tells whether all tokens of a run are proven dead by now.
    #[must_use]
    pub fn is_done_by(&self, proven: Proven, is_over: impl FnMut(&RunId) -> bool) -> bool {
        match self.when {
            Some(ManualWhen::UnlessProven) => proven.account || self.runs().all(is_over),
            Some(ManualWhen::UnlessUninstalled) => proven.uninstalled,
            Some(ManualWhen::Always) | None => false,
        }
    }
}
