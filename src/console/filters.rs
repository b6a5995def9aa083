//! The filters of a screen that can be had again: the latest ones, and those that a person gave a name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// So many of the latest are kept.
const USED: usize = 30;

/// The filters of one screen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filters {
    /// The latest first.
    pub used: Vec<String>,
    /// By name.
    pub named: BTreeMap<String, String>,
}

impl Filters {
    /// Takes down that a filter was used; one that was used before moves to the front.
    pub fn remember(&mut self, filter: &str) {
        let filter = filter.trim();
        if filter.is_empty() {
            return;
        }
        self.used.retain(|used| used != filter);
        self.used.insert(0, filter.to_owned());
        self.used.truncate(USED);
    }

    /// Gives a filter a name, the only one that it has; without a name it loses the one that it had.
    ///
    /// # Errors
    /// When it is no name.
    pub fn name(&mut self, name: &str, filter: &str) -> Result<(), &'static str> {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if !name.chars().all(is_part) {
            return Err("a name is letters, digits, - and _");
        }
        self.named.retain(|_, named| named != filter);
        if !name.is_empty() {
            self.named.insert(name.to_owned(), filter.to_owned());
        }
        Ok(())
    }

    /// The name of a filter.
    #[must_use]
    pub fn name_of(&self, filter: &str) -> Option<&str> {
        let named = self.named.iter().find(|(_, named)| *named == filter);
        named.map(|(name, _)| name.as_str())
    }

    /// What was typed, with what each `@name` stands for. A name that nothing has is a word like any other.
    #[must_use]
    pub fn meant(&self, typed: &str) -> String {
        if !typed.contains('@') {
            return typed.to_owned();
        }
        let words = typed.split(' ').map(|word| {
            let name = word.strip_prefix('@');
            name.and_then(|name| self.named.get(name))
                .map_or(word, String::as_str)
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// What was typed, with the name that its last word begins made whole; none where no name begins so.
    #[must_use]
    pub fn completed(&self, typed: &str) -> Option<String> {
        let (before, begun) = typed.rsplit_once('@')?;
        let is_word = before.is_empty() || before.ends_with(' ');
        let whole = self.named.keys().find(|name| name.starts_with(begun));
        whole
            .filter(|_| is_word)
            .map(|name| format!("{before}@{name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_kept_once_each() {
        let mut filters = Filters::default();
        for n in 0..40 {
            filters.remember(&format!("by:{n}"));
        }
        filters.remember(" by:20 ");
        filters.remember("");
        assert_eq!(filters.used.len(), USED);
        assert_eq!(filters.used[..2], ["by:20", "by:39"]);
        assert_eq!(filters.used.iter().filter(|it| *it == "by:20").count(), 1);
    }

    #[test]
    fn a_name_stands_for_its_filter_and_can_be_taken_away() {
        let mut filters = Filters::default();
        filters.name("reads", "action:token.read since:7d").unwrap();
        assert_eq!(
            filters.meant("@reads not:by:ci"),
            "action:token.read since:7d not:by:ci"
        );
        assert_eq!(filters.meant("@acme.com"), "@acme.com");
        assert_eq!(filters.completed("x @re").as_deref(), Some("x @reads"));
        assert_eq!(filters.completed("alice@re"), None);
        assert_eq!(filters.completed("reads"), None);
        filters.name("looks", "action:token.read since:7d").unwrap();
        assert_eq!(filters.name_of("action:token.read since:7d"), Some("looks"));
        assert_eq!(filters.meant("@reads"), "@reads");
        filters.name("", "action:token.read since:7d").unwrap();
        assert!(filters.named.is_empty());
        assert!(filters.name("two words", "x").is_err());
    }
}
