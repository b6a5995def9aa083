//! What the stored bytes of a row have to contain if it is to fit a filter: who reads a row's bytes and finds that they do not
//! has no need to know what they say.

use crate::domain::filter::{Filter, FilterField};

/// Texts that the JSON of every row contains that fits; none of them can come from elsewhere.
#[derive(Debug, Default)]
pub struct Needles(Vec<String>);

/// What the words of a row's text are, where it is not of its own JSON.
#[derive(Debug, Default)]
pub struct Elsewhere<'a> {
    /// Fields that stand in its JSON as they are.
    pub own: &'a [FilterField],
    /// All other words that any row's text may have.
    pub others: &'a [String],
}

impl Needles {
    /// Those of a filter.
    #[must_use]
    pub fn of(filter: &Filter, elsewhere: &Elsewhere<'_>) -> Self {
        let others: Vec<String> = elsewhere
            .others
            .iter()
            .map(|it| it.to_lowercase())
            .collect();
        let asked = filter.asked_for(elsewhere.own);
        let is_its_own = |it: &&str| {
            // In JSON a quotation mark and a backslash are two characters; other alphabets have case beyond bytes.
            let is_as_written = it
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\'));
            is_as_written && !others.iter().any(|other| other.contains(*it))
        };
        Self(
            asked
                .into_iter()
                .filter(is_its_own)
                .map(str::to_owned)
                .collect(),
        )
    }

    /// Whether a row of these bytes may fit. `spare` is room to work in.
    pub fn may_be_in(&self, row: &[u8], spare: &mut Vec<u8>) -> bool {
        if self.0.is_empty() {
            return true;
        }
        spare.clear();
        spare.extend_from_slice(row);
        spare.make_ascii_lowercase();
        // What is no text is for whoever reads it.
        let Ok(text) = std::str::from_utf8(spare) else {
            return true;
        };
        self.0.iter().all(|needle| text.contains(needle.as_str()))
            // These two are the only others whose small letters are of ASCII (k and i).
            || (!text.is_ascii() && text.contains(['\u{212a}', '\u{130}']))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::filter::{FilterTerms, Searched};

    const KNOWN: FilterTerms = FilterTerms {
        fields: &[FilterField::Connection, FilterField::Owner],
        time: false,
        values: &[],
    };

    fn filter(text: &str) -> Filter {
        Filter::parse(text, Timestamp::UNIX_EPOCH, KNOWN).unwrap()
    }

    fn may_be_in(asked: &str, name: &str) -> bool {
        let elsewhere = Elsewhere {
            own: &[FilterField::Connection],
            others: &["Bob Kay".to_owned()],
        };
        let row = serde_json::to_vec(&[name]).unwrap();
        Needles::of(&filter(asked), &elsewhere).may_be_in(&row, &mut Vec::new())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// What is passed over fits in no case.
        #[test]
        fn no_row_is_passed_over_that_fits(
            name in "[abkiKÉé\u{212a}\u{130}\"\\\\/ \n]{0,6}",
            asked in "(not:|connection:|owner:|)[abkiKÉ\"\\\\/]{0,2} ?[abki]{0,1}",
        ) {
            let fields = vec![
                (FilterField::Connection, name.clone()),
                (FilterField::Owner, "Bob Kay".to_owned()),
            ];
            if filter(&asked).fits(&Searched::of(fields)) {
                prop_assert!(may_be_in(&asked, &name));
            }
        }
    }

    #[test]
    fn a_row_without_the_word_is_passed_over() {
        let table = [
            ("acme", "ACME Inc", true),
            ("acme", "apex", false),
            ("connection:acme", "apex", false),
            ("owner:acme", "apex", true),
            ("bob", "apex", true),
            ("not:acme", "apex", true),
            ("acme", "ape\u{212a}", true),
        ];
        for (asked, name, expected) in table {
            assert_eq!(may_be_in(asked, name), expected, "{asked} in {name}");
        }
    }
}
