//! Why nothing is said of deletions.

use serde::{Deserialize, Serialize};

use crate::domain::display_text::number;

/// That many things may go at once without a question, however small the list.
pub(super) const FEW: u64 = 20;

/// Why nothing is said to be gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unchecked {
    /// The vendor counts more than it shows.
    Short {
        /// How many more.
        by: u64,
    },
    /// The list is empty, and was not.
    Emptied {
        /// How many things there were.
        of: u64,
    },
    /// Too many would be gone at once.
    TooMany {
        gone: u64,
        /// Of how many.
        of: u64,
    },
    /// The list breaks off: its last page has no list on it, or the page behind it is refused.
    BrokeOff {
        /// How many things it did not show.
        gone: u64,
        /// Of how many.
        of: u64,
    },
    /// Things have no id: each may be one of those that were not seen.
    WithoutId {
        /// How many.
        count: u64,
        /// How many others were not seen.
        gone: u64,
    },
    /// Things move between pages: what one pass did not see is looked for once more.
    Once,
    /// Its pages are counted, and nothing was known of it before: what shifted meanwhile was skipped.
    First,
    /// Another pass over the scope began meanwhile.
    Overtaken,
}

impl Unchecked {
    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Short { by } => format!("the vendor counts {} more than it shows", number(*by)),
            Self::Emptied { of } => format!("the vendor lists 0 of {}", number(*of)),
            Self::TooMany { gone, of } => format!(
                "the vendor no longer lists {} of {}",
                number(*gone),
                number(*of)
            ),
            Self::BrokeOff { gone, of } => format!(
                "the list breaks off, and does not show {} of {}",
                number(*gone),
                number(*of)
            ),
            Self::WithoutId { count, gone } => format!(
                "{} things have no id, and may be of the {} that are not listed",
                number(*count),
                number(*gone)
            ),
            Self::Once => "one pass did not see all of it".to_owned(),
            Self::First => "its pages are counted, and were read once".to_owned(),
            Self::Overtaken => "another pass began meanwhile".to_owned(),
        }
    }

    /// Whether a person's word is waited for.
    #[must_use]
    pub fn waits_for_a_person(&self) -> bool {
        match self {
            Self::Emptied { of } => *of > FEW,
            Self::TooMany { .. } | Self::BrokeOff { .. } | Self::WithoutId { .. } => true,
            Self::Short { .. } | Self::Once | Self::First | Self::Overtaken => false,
        }
    }

    /// Which of two weighs more, where one is said of several lists: what waits for a person first, of that the one of more
    /// things; then what leaves more open.
    #[must_use]
    pub fn weight(&self) -> (bool, u64, u8) {
        let open = match self {
            Self::TooMany { .. } | Self::BrokeOff { .. } | Self::WithoutId { .. } => 5,
            Self::Emptied { .. } => 4,
            Self::Short { .. } => 3,
            Self::First => 2,
            Self::Once => 1,
            Self::Overtaken => 0,
        };
        let is_waiting = self.waits_for_a_person();
        let things = self.said().filter(|_| is_waiting);
        (is_waiting, things.unwrap_or_default(), open)
    }

    /// How many things a person accepts as gone who has read this.
    #[must_use]
    pub fn said(&self) -> Option<u64> {
        match self {
            Self::Emptied { of } => Some(*of),
            Self::TooMany { gone, .. }
            | Self::BrokeOff { gone, .. }
            | Self::WithoutId { gone, .. } => Some(*gone),
            Self::Short { .. } | Self::Once | Self::First | Self::Overtaken => None,
        }
    }
}
