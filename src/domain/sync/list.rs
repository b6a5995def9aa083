//! What a job knows of a list that it pulls: where a pass stands, what was seen, what is missing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::gap::{Gap, WholeDue};
use super::pass::{LastPass, Pass};
use super::unchecked::Unchecked;

/// What a job knows of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListState {
    /// The pass that has not come to its end.
    #[serde(default)]
    pub pass: Option<Pass>,
    /// What is known of the list from its last whole pass.
    #[serde(default)]
    pub known: LastPass,
    /// When it was last begun to be pulled, whatever came of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried_at: Option<Timestamp>,
    /// When a pass over it last came to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pulled_at: Option<Timestamp>,
    /// When the last pass was begun that has seen everything up to its beginning. The vendor has told what was deleted before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_until: Option<Timestamp>,
    /// Every change up to here was seen.
    #[serde(default, alias = "in_step_since")]
    pub watermark: Option<Timestamp>,
    /// Times whose events were not pulled and will not be unless that is asked for (O10), oldest first.
    #[serde(default)]
    pub gaps: Vec<Gap>,
    /// Those that the next pass fills.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filling: Vec<Gap>,
    /// Since when its connection has been out of service.
    #[serde(default)]
    pub out_since: Option<Timestamp>,
    /// A whole pass is due.
    #[serde(default)]
    pub whole_due: Option<WholeDue>,
    /// When the last whole pass began.
    #[serde(default)]
    pub whole_at: Option<Timestamp>,
    /// As of when it is known what was deleted.
    #[serde(default)]
    pub deletions_checked_at: Option<Timestamp>,
    /// Why the last whole pass says nothing of deletions.
    #[serde(default)]
    pub unchecked: Option<Unchecked>,
    /// A person says that what the next whole pass does not list is gone.
    #[serde(default)]
    pub accept_gone: bool,
    /// The vendor refused it when it was asked for last, as it did not refuse others of its job.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_refused: bool,
    /// Digest of whose list it is and how it is read.
    #[serde(default)]
    pub source: Option<u64>,
    /// Digest of whose list it is alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whose: Option<u64>,
}

/// Which list it is that is pulled, in digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListSource {
    /// Whose it is, and how it is read.
    pub list: u64,
    /// Whose it is: which account's, of which thing, and where.
    pub whose: u64,
}

impl ListState {
    /// Whether it was pulled to its end at least once.
    #[must_use]
    pub fn is_pulled(&self) -> bool {
        // Neither time was kept at first; a list without times of change has no watermark.
        self.pulled_at.is_some() || self.watermark.is_some() || self.whole_at.is_some()
    }

    /// Times whose events are missing, those that are to be filled among them.
    pub fn missing(&self) -> impl Iterator<Item = &Gap> {
        self.gaps.iter().chain(&self.filling)
    }

    /// How many things somebody accepts as gone.
    #[must_use]
    pub fn accepted(&self) -> Option<u64> {
        let unchecked = self.unchecked.as_ref().filter(|_| self.accept_gone)?;
        unchecked.said()
    }

    /// How many things are not called gone until a person says that they are.
    #[must_use]
    pub fn unaccepted(&self) -> Option<u64> {
        let unchecked = self.unchecked.as_ref()?;
        unchecked.said().filter(|_| unchecked.waits_for_a_person())
    }

    /// What may be claimed of several lists together: the least of what is claimed of each, and every gap.
    #[must_use]
    pub fn together(lists: &[Self]) -> Self {
        let mut all = lists.iter();
        let Some(mut least) = all.next().cloned() else {
            return Self::default();
        };
        for list in all {
            least.gaps.extend(&list.gaps);
            least.filling.extend(&list.filling);
            least.pulled_at = least.pulled_at.min(list.pulled_at);
            least.pass = least.pass.or_else(|| list.pass.clone());
            // None is less than any time: nothing was seen, or checked.
            least.watermark = least.watermark.min(list.watermark);
            least.whole_at = least.whole_at.min(list.whole_at);
            least.deletions_checked_at = least.deletions_checked_at.min(list.deletions_checked_at);
            least.whole_due = least.whole_due.or(list.whole_due);
            let unchecked = least.unchecked.into_iter().chain(list.unchecked.clone());
            least.unchecked = unchecked.max_by_key(Unchecked::weight);
        }
        // All were out of service together, so that most have the same ones.
        least.gaps.sort_by_key(|gap| (gap.from, gap.to));
        least.gaps.dedup();
        least.filling.sort_by_key(|gap| (gap.from, gap.to));
        least.filling.dedup();
        least
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn of_lists_together_the_least_is_claimed() {
        let seen = |watermark: Option<i64>| ListState {
            watermark: watermark.map(at),
            ..ListState::default()
        };
        let of = |lists: &[ListState]| ListState::together(lists).watermark;
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[seen(Some(9)), seen(Some(5))]), Some(at(5)));
        assert_eq!(of(&[seen(Some(9)), seen(None)]), None, "one is not pulled");
        let gap = |from| Gap {
            from: at(from),
            to: at(9),
        };
        let missing = |gaps: &[Gap]| ListState {
            gaps: gaps.to_vec(),
            ..seen(Some(9))
        };
        let all = ListState::together(&[
            seen(Some(9)),
            missing(&[gap(3)]),
            missing(&[gap(2), gap(3)]),
        ]);
        assert_eq!(all.gaps, [gap(2), gap(3)], "each gap once");
        let left_open = |unchecked: Unchecked| ListState {
            unchecked: Some(unchecked),
            ..seen(Some(9))
        };
        let many = |gone| Unchecked::TooMany { gone, of: 200 };
        let lists = [
            left_open(Unchecked::Emptied { of: 3 }),
            left_open(many(30)),
            left_open(Unchecked::Once),
            left_open(many(90)),
            left_open(Unchecked::Short { by: 500 }),
        ];
        let all = ListState::together(&lists);
        assert_eq!(all.unchecked, Some(many(90)), "the weightiest");
        let all = ListState::together(&lists[..1]);
        assert_eq!(all.unchecked, Some(Unchecked::Emptied { of: 3 }));
        let pass = Pass::new(at(1), None, 1);
        let under_way = ListState {
            pass: Some(pass.clone()),
            ..seen(Some(7))
        };
        let all = ListState::together(&[seen(Some(9)), under_way]);
        assert_eq!((all.pass, all.watermark), (Some(pass), Some(at(7))));
    }
}
