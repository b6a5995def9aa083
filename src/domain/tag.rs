//! A provider that nothing new may be authorized at, until somebody takes the tag off.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::disconnect::run::Reason;
use super::walkthrough::{TargetChoice, Terms};

/// Who tagged a provider, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The catalog's id.
    pub provider: String,
    /// Who decided it.
    pub by: String,
    pub at: Timestamp,
    pub reason: Reason,
    /// The walkthrough that tagged it.
    pub run: String,
}

impl Tag {
    /// What it means, as a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!(
            "{} was tagged by {} ({}): nothing new is authorized there",
            self.provider,
            self.by,
            self.reason.words()
        )
    }

    /// How it is taken off.
    #[must_use]
    pub fn way_off(&self) -> String {
        format!("tagout providers untag {} --note T", self.provider)
    }
}

/// The provider that a walkthrough tags: one that takes out everything there, for compliance or when that is asked for.
#[must_use]
pub fn tagged<'a>(choice: &'a TargetChoice, terms: &Terms) -> Option<&'a str> {
    match choice {
        TargetChoice::Matching {
            provider: Some(provider),
            owner: None,
        } if terms.tag || terms.reason == Reason::Compliance => Some(provider),
        TargetChoice::Matching { .. } | TargetChoice::Named | TargetChoice::All => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::disconnect::run::IfUnreachable;

    #[test]
    fn a_whole_provider_is_tagged_for_compliance_or_when_asked_for() {
        let at = |owner: Option<&str>| TargetChoice::Matching {
            provider: Some("github".to_owned()),
            owner: owner.map(str::to_owned),
        };
        let terms = |reason, tag| Terms {
            reason,
            note: String::new(),
            ticket: None,
            if_unreachable: IfUnreachable::Destroy,
            uninstall: false,
            allow_wider: false,
            destroy_at_once: false,
            tag,
        };
        let (compliance, unused) = (Reason::Compliance, Reason::Unused);
        assert_eq!(tagged(&at(None), &terms(compliance, false)), Some("github"));
        assert_eq!(tagged(&at(None), &terms(unused, true)), Some("github"));
        assert_eq!(tagged(&at(None), &terms(unused, false)), None);
        // Somebody who leaves is no reason to keep everybody else out.
        assert_eq!(tagged(&at(Some("bob")), &terms(compliance, false)), None);
        assert_eq!(tagged(&TargetChoice::All, &terms(compliance, true)), None);
    }
}
