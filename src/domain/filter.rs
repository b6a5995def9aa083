//! What is typed to find rows of a list: words, fields such as `by:bob`, and times such as `since:7d`. All of them have to
//! fit; `not:` before one turns it round.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::parse_time::{NotATime, parse_time};
use super::sorting::{SortBy, SortValue, Worth};

macro_rules! fields {
    ($($name:ident = $word:literal;)*) => {
        /// What a row can be asked for by name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum FilterField {
            $(#[doc = concat!("`", $word, ":`.")] $name,)*
        }

        impl FilterField {
            fn named(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// Its name.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

fields! {
    Action = "action";
    By = "by";
    Connection = "connection";
    Entity = "entity";
    Label = "label";
    Outcome = "outcome";
    Owner = "owner";
    Provider = "provider";
    Reason = "reason";
    State = "state";
    Ticket = "ticket";
    To = "to";
}

/// What a list can be asked for.
#[derive(Debug, Clone, Copy)]
pub struct FilterTerms {
    /// By name.
    pub fields: &'static [FilterField],
    /// By time: its rows say when they were, the newest first.
    pub time: bool,
    /// What it can be sorted by besides the fields.
    pub values: &'static [SortValue],
}

/// Why a filter cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum FilterError {
    /// What stands behind `since:` or `until:` is no time.
    #[error(transparent)]
    Time(#[from] NotATime),
    /// Its rows have no such field: to answer that none fits would be to say something of them.
    #[error("this list cannot be asked for {asked}: {known}")]
    Unknown {
        /// What was asked for.
        asked: &'static str,
        /// What it can be asked for.
        known: String,
    },
    /// Its rows have no such field to be sorted by.
    #[error("this list cannot be sorted by {asked}: {known}")]
    Unsorted {
        /// What it was to be sorted by.
        asked: &'static str,
        /// What it can be sorted by.
        known: String,
    },
}

impl FilterTerms {
    /// Words alone.
    pub const WORDS: Self = Self {
        fields: &[],
        time: false,
        values: &[],
    };

    /// Whether its rows can be sorted by something.
    ///
    /// # Errors
    /// When they have no such thing.
    pub fn sorts(self, by: SortBy) -> Result<(), FilterError> {
        let is_known = match by {
            SortBy::Field(field) => self.fields.contains(&field),
            SortBy::Value(value) => self.values.contains(&value),
        };
        if is_known {
            return Ok(());
        }
        let fields = self.fields.iter().map(|field| field.word());
        let values = self.values.iter().map(|value| value.word());
        let known: Vec<&str> = fields.chain(values).collect();
        Err(FilterError::Unsorted {
            asked: by.word(),
            known: match known.is_empty() {
                true => "it has its own order".to_owned(),
                false => format!("it is sorted by {}", known.join(", ")),
            },
        })
    }

    fn words(self) -> String {
        let fields = self.fields.iter().map(|field| field.word());
        let times = ["since", "until"].into_iter().filter(|_| self.time);
        let words: Vec<String> = fields.chain(times).map(|word| format!("{word}:")).collect();
        match words.is_empty() {
            true => "only words are looked for".to_owned(),
            false => format!("{} and words are looked for", words.join(" ")),
        }
    }
}

/// A filter that was understood. An empty one lets everything through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    denied: bool,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    /// In lower case.
    Word(String),
    /// In lower case.
    Field(FilterField, String),
    Since(Timestamp),
    Until(Timestamp),
}

/// What of a row is looked in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Searched {
    /// Everything that words are looked for in.
    pub text: String,
    /// What it says by name.
    pub fields: Vec<(FilterField, String)>,
    /// When it was. A list whose rows say so is in the order of time.
    pub at: Option<Timestamp>,
    /// What it has of the value that the list is sorted by, if it is.
    pub worth: Option<Worth>,
}

impl From<String> for Searched {
    fn from(text: String) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }
}

impl Searched {
    /// A row that says no more than its fields.
    #[must_use]
    pub fn of(fields: Vec<(FilterField, String)>) -> Self {
        let words: Vec<&str> = fields.iter().map(|(_, word)| word.as_str()).collect();
        Self {
            text: words.join(" "),
            fields,
            ..Self::default()
        }
    }
}

impl Filter {
    /// Reads what was typed. `since:` and `until:` take what [`parse_time`] reads, days being those of UTC. A word with a colon that is no name of ours is looked for as it is.
    ///
    /// # Errors
    /// The first time that cannot be read, or the first thing that the list does not know.
    pub fn parse(text: &str, now: Timestamp, known: FilterTerms) -> Result<Self, FilterError> {
        let now = now.to_zoned(TimeZone::UTC);
        let words = text.split_whitespace();
        let terms = words.filter_map(|word| term(word, &now).transpose());
        let terms: Vec<Term> = terms.collect::<Result<_, _>>()?;
        match terms.iter().find_map(|term| term.test.not_in(known)) {
            Some(asked) => Err(FilterError::Unknown {
                asked,
                known: known.words(),
            }),
            None => Ok(Self { terms }),
        }
    }

    /// Whether it lets everything through.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The words, in small letters, that the text of every row has to contain that fits: those that are looked for anywhere, and
    /// those that are looked for in a field of these.
    #[must_use]
    pub fn asked_for(&self, fields: &[FilterField]) -> Vec<&str> {
        let asked = self.terms.iter().filter(|term| !term.denied);
        asked
            .filter_map(|term| match &term.test {
                Test::Word(word) => Some(word.as_str()),
                Test::Field(field, value) if fields.contains(field) => Some(value.as_str()),
                Test::Field(..) | Test::Since(_) | Test::Until(_) => None,
            })
            .collect()
    }

    /// Whether a row fits.
    #[must_use]
    pub fn fits(&self, row: &Searched) -> bool {
        let has_words = (self.terms.iter()).any(|term| matches!(term.test, Test::Word(_)));
        let text = match has_words {
            true => row.text.to_lowercase(),
            false => String::new(),
        };
        self.terms
            .iter()
            .all(|term| term.test.fits(row, &text) != term.denied)
    }

    /// Whether no row can fit that is older than this one by more than a clock is set back.
    #[must_use]
    pub fn is_past(&self, row: &Searched) -> bool {
        row.at
            .is_some_and(|at| self.begins().is_some_and(|begins| at < begins))
    }

    /// Where in a list in the order of time the first row can be that fits: no older one does, by more than a clock is set
    /// back.
    #[must_use]
    pub fn begins(&self) -> Option<Timestamp> {
        const SET_BACK: SignedDuration = SignedDuration::from_hours(1);
        let times = self.terms.iter().filter_map(|term| match term.test {
            Test::Since(since) if !term.denied => Some(since),
            _ => None,
        });
        let begins = times.max()?;
        Some(begins.checked_sub(SET_BACK).unwrap_or(Timestamp::MIN))
    }
}

impl Test {
    /// What it asks for, where a list does not know that.
    fn not_in(&self, known: FilterTerms) -> Option<&'static str> {
        match self {
            Self::Word(_) => None,
            Self::Field(field, _) => (!known.fields.contains(field)).then(|| field.word()),
            Self::Since(_) => (!known.time).then_some("since"),
            Self::Until(_) => (!known.time).then_some("until"),
        }
    }

    fn fits(&self, row: &Searched, text: &str) -> bool {
        match self {
            Self::Word(word) => text.contains(word),
            Self::Field(field, value) => {
                let mut held = row.fields.iter().filter(|(name, _)| name == field);
                held.any(|(_, held)| held.to_lowercase().contains(value))
            }
            Self::Since(since) => row.at.is_some_and(|at| at >= *since),
            Self::Until(until) => row.at.is_some_and(|at| at < *until),
        }
    }
}

/// One word as it is meant; none while nothing stands behind its colon.
fn term(word: &str, now: &Zoned) -> Result<Option<Term>, NotATime> {
    let (denied, word) = match word.strip_prefix("not:") {
        Some(word) => (true, word),
        None => (false, word),
    };
    let named = word.split_once(':');
    let test = match named {
        Some(("since", time)) if !time.is_empty() => Test::Since(parse_time(time, now)?),
        Some(("until", time)) if !time.is_empty() => Test::Until(parse_time(time, now)?),
        Some(("since" | "until", _)) => return Ok(None),
        Some((name, value)) => match FilterField::named(name) {
            Some(_) if value.is_empty() => return Ok(None),
            Some(field) => Test::Field(field, value.to_lowercase()),
            None => Test::Word(word.to_lowercase()),
        },
        None if word.is_empty() => return Ok(None),
        None => Test::Word(word.to_lowercase()),
    };
    Ok(Some(Term { denied, test }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn now() -> Timestamp {
        at("2026-11-20T12:00:00Z")
    }

    const KNOWN: FilterTerms = FilterTerms {
        fields: &[
            FilterField::Action,
            FilterField::By,
            FilterField::Provider,
            FilterField::Outcome,
        ],
        time: true,
        values: &[],
    };

    fn parsed(text: &str) -> Result<Filter, FilterError> {
        Filter::parse(text, now(), KNOWN)
    }

    fn row() -> Searched {
        Searched {
            text: "token.read by ci-bot of HubSpot acme.com http://x".to_owned(),
            fields: vec![
                (FilterField::Action, "token.read".to_owned()),
                (FilterField::By, "ci-bot".to_owned()),
                (FilterField::Provider, "HubSpot".to_owned()),
            ],
            at: Some(at("2026-11-18T12:00:00Z")),
            ..Searched::default()
        }
    }

    #[test]
    fn every_term_has_to_fit() {
        let table = [
            ("", true),
            ("hubspot", true),
            ("HUBSPOT ci-bot", true),
            ("hubspot slack", false),
            ("by:ci", true),
            ("by:alice", false),
            ("by: hubspot", true),
            ("action:token.read provider:hub", true),
            ("outcome:done", false),
            ("not:sync", true),
            ("not:hubspot", false),
            ("not:by:ci-bot", false),
            ("not:outcome:done", true),
            ("http://x", true),
            ("since:7d", true),
            ("since:47h", false),
            ("not:since:47h", true),
            ("until:2026-11-18", false),
            ("until:2026-11-19 since:2026-11-18", true),
            ("since:2026-11-18T12:00:00Z", true),
            ("since:2026-11-18T12:00:01Z", false),
            ("since:", true),
        ];
        for (text, expected) in table {
            let filter = parsed(text).unwrap();
            assert_eq!(filter.fits(&row()), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_named() {
        for (text, time) in [("since:soon", "soon"), ("hubspot not:until:7", "7")] {
            let error = FilterError::Time(NotATime(time.to_owned()));
            assert_eq!(parsed(text), Err(error));
        }
    }

    /// An empty list would say that there is nothing of the kind.
    #[test]
    fn what_a_list_does_not_know_is_named() {
        let refused = |text, known| Filter::parse(text, now(), known).unwrap_err().to_string();
        let by_action = refused("hubspot owner:bob", KNOWN);
        assert!(
            by_action.contains("cannot be asked for owner: action: by:"),
            "{by_action}"
        );
        let words = refused("not:since:7d", FilterTerms::WORDS);
        assert_eq!(
            words,
            "this list cannot be asked for since: only words are looked for"
        );
    }

    #[test]
    fn a_list_ends_where_nothing_older_fits() {
        let past = |text| parsed(text).unwrap().is_past(&row());
        assert!(past("since:24h hubspot"));
        assert!(!past("since:7d"));
        assert!(!past("not:since:24h"));
        assert!(!past("hubspot"));
        // The clock may have been set back by as much.
        assert!(!past("since:2026-11-18T13:00:00Z"));
    }
}
