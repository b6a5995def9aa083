//! Links from a provider's objects to things of a system that is people's own: a thing may have many, and one text may stand at
//! many things.

use std::collections::BTreeSet;

use super::Synced;
use crate::domain::display_text::clean;

/// Links of one reference.
const MOST: usize = 50;
/// The longest link, in characters.
const LONGEST: usize = 200;

/// Why a link cannot be made or taken away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefused {
    /// It is no text that can be shown.
    #[error("{0:?} cannot be a link: it has 1 to {LONGEST} characters, all of them visible")]
    Text(String),
    /// It is there.
    #[error("{0} is linked already")]
    Twice(String),
    /// There are enough.
    #[error("a reference has no more than {MOST} links")]
    TooMany,
    /// It is not there.
    #[error("{local} is not linked")]
    Unknown {
        /// What was asked for.
        local: String,
        /// What is.
        known: Vec<String>,
    },
}

impl Synced {
    /// The links with one more.
    ///
    /// # Errors
    /// When it is no text to show, is there, or is one too many.
    pub fn linked(&self, local: &str) -> Result<BTreeSet<String>, LinkRefused> {
        let is_fine = (1..=LONGEST).contains(&local.chars().count()) && clean(local) == local;
        if !is_fine {
            return Err(LinkRefused::Text(local.to_owned()));
        }
        let mut links = self.links.clone();
        if !links.insert(local.to_owned()) {
            return Err(LinkRefused::Twice(local.to_owned()));
        }
        match links.len() {
            0..=MOST => Ok(links),
            _ => Err(LinkRefused::TooMany),
        }
    }

    /// The links with one less.
    ///
    /// # Errors
    /// When it is not there.
    pub fn unlinked(&self, local: &str) -> Result<BTreeSet<String>, LinkRefused> {
        let mut links = self.links.clone();
        if links.remove(local) {
            return Ok(links);
        }
        Err(LinkRefused::Unknown {
            local: local.to_owned(),
            known: links.into_iter().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A row as a program kept it that knew of no links.
    fn record(links: &[String]) -> Synced {
        let row = json!({
            "id": "ref_01jd7000000000000000000001", "connection": "con_01jd7000000000000000000001", "entity": "issue",
            "local_id": "issue_1", "external_id": "7", "label": "ACM-7", "updated": null,
            "synced_at": "2026-01-01T10:00:00Z", "seen": 0, "digest": "", "body": {},
        });
        let mut record: Synced = serde_json::from_value(row).unwrap();
        record.links.extend(links.iter().cloned());
        record
    }

    #[test]
    fn links_come_and_go_one_by_one() {
        let one = record(&[]).linked("TICKET-9").unwrap();
        let one = record(&one.into_iter().collect::<Vec<_>>());
        let twice = LinkRefused::Twice("TICKET-9".to_owned());
        assert_eq!(one.linked("TICKET-9"), Err(twice));
        let two = one.linked("/invoices/7").unwrap();
        assert_eq!(Vec::from_iter(two), ["/invoices/7", "TICKET-9"]);
        assert_eq!(one.unlinked("TICKET-9"), Ok(BTreeSet::new()));
        let unknown = one.unlinked("TICKET-8").unwrap_err();
        assert!(matches!(unknown, LinkRefused::Unknown { known, .. } if known == ["TICKET-9"]));
    }

    #[test]
    fn links_are_bounded() {
        let long = "x".repeat(LONGEST + 1);
        for wrong in ["", " a", "a\u{1b}[31m", long.as_str()] {
            let refused = record(&[]).linked(wrong);
            assert_eq!(refused, Err(LinkRefused::Text(wrong.to_owned())));
        }
        let many: Vec<String> = (0..MOST).map(|n| n.to_string()).collect();
        assert_eq!(record(&many).linked("more"), Err(LinkRefused::TooMany));
    }
}
