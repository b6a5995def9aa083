//! How long the texts of a request may be; each request says it beside its fields. They are kept, written to the log and
//! shown to everybody, so that one that is too long is refused before anything is looked up for it.

use std::collections::{BTreeMap, BTreeSet};

use super::request::{Request, Target, Window};
use super::{Code, Problem};
use crate::domain::condition::{Condition, MOST_VALUES};
use crate::domain::walkthrough::TargetChoice;

/// A name, an id, a ticket, the text of a filter.
pub(super) const NAME: usize = 200;
/// The key of a row in a list: ids, one after another.
const KEY: usize = 500;
/// A URL, the value of a variable, one end of a mapping.
pub(super) const VALUE: usize = 2_000;
/// What somebody says in their own words.
pub(super) const NOTE: usize = 4_000;
/// Variables, events, keys, connections that one request names to be kept.
const MANY: usize = 500;
/// A key in PEM, or a redirected URL with everything that a vendor adds to it.
pub(crate) const SECRET: usize = 16 * 1024;
/// A provider file, or what a console keeps of what somebody looked at.
pub(super) const FILE: usize = 256 * 1024;

/// Holds every text of a request against its limit.
///
/// # Errors
/// The first field that is too long, and how long it may be.
pub fn check(request: &Request) -> Result<(), Problem> {
    let mut limits = Limits::default();
    request.limits(&mut limits);
    limits.broken.map_or(Ok(()), Err)
}

/// The texts of a request, each held against its limit; the first that is too long is kept.
#[derive(Debug, Default)]
pub struct Limits {
    broken: Option<Problem>,
}

impl Limits {
    pub(super) fn text(&mut self, field: &'static str, text: &str, most: usize) {
        // Bytes are never fewer than characters, and counting those of a short text costs nothing.
        if self.broken.is_none() && text.len() > most && text.chars().count() > most {
            self.broken = Some(Problem::new(
                Code::Usage,
                format!("{field} has more than {most} characters"),
                "say it in fewer",
            ));
        }
    }

    pub(super) fn maybe(&mut self, field: &'static str, text: Option<&str>, most: usize) {
        self.text(field, text.unwrap_or_default(), most);
    }

    pub(super) fn each<'a>(
        &mut self,
        field: &'static str,
        texts: impl IntoIterator<Item = &'a String>,
        most: usize,
    ) {
        for text in texts {
            self.text(field, text, most);
        }
    }

    /// What a rule compares with.
    pub(super) fn condition(&mut self, condition: Option<&Condition>) {
        match condition {
            None | Some(Condition::Every | Condition::Present) => {}
            Some(Condition::In(values)) => {
                // Each is compared with by itself: more than are taken are refused by what they are for.
                self.each("a value", values.iter().take(MOST_VALUES), VALUE);
            }
            Some(Condition::Contains(part)) => self.text("what is contained", part, VALUE),
        }
    }

    /// Names of which each is said once, and no more than so many.
    pub(super) fn once(&mut self, field: &'static str, names: &[String], most: usize) {
        if self.broken.is_some() {
            return;
        }
        let message = if names.len() > most {
            format!(
                "{} {field} are named, and {most} are taken at a time",
                names.len()
            )
        } else {
            let mut seen = BTreeSet::new();
            match names.iter().find(|name| !seen.insert(name.as_str())) {
                Some(twice) => format!("{twice} is named twice"),
                None => return,
            }
        };
        self.broken = Some(Problem::new(
            Code::Usage,
            message,
            "name each of fewer once",
        ));
    }

    /// No more than so many of what is kept together.
    pub(super) fn few(&mut self, field: &'static str, count: usize) {
        if self.broken.is_none() && count > MANY {
            let message = format!("{count} {field} are given, and {MANY} are taken at a time");
            self.broken = Some(Problem::new(Code::Usage, message, "give fewer"));
        }
    }

    pub(super) fn vars(&mut self, vars: &BTreeMap<String, String>) {
        self.each("the name of a variable", vars.keys(), NAME);
        self.each("the value of a variable", vars.values(), VALUE);
        self.few("variables", vars.len());
    }

    pub(super) fn window(&mut self, window: &Window) {
        self.maybe("the key of a row", window.after.as_deref(), KEY);
        self.text("the filter", &window.filter, NAME);
        self.maybe("what is looked at", window.view.as_deref(), NAME);
    }

    pub(super) fn targets(&mut self, targets: &[Target]) {
        let names = targets.iter().map(|target| &target.connection);
        self.each("the name of a connection", names, NAME);
    }

    pub(super) fn choice(&mut self, choice: &TargetChoice) {
        if let TargetChoice::Matching { provider, owner } = choice {
            self.maybe("the provider", provider.as_deref(), NAME);
            self.maybe("the owner", owner.as_deref(), NAME);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::rpc;

    #[test]
    fn a_text_may_be_as_long_as_its_field_says_and_no_longer() {
        let named = |length| {
            Request::Connection(rpc::Connection {
                name: "é".repeat(length),
            })
        };
        assert_eq!(check(&named(NAME)), Ok(()));
        assert_eq!(check(&named(NAME + 1)).unwrap_err().code, Code::Usage);
        let filtered = |length| {
            Request::Audit(rpc::Audit {
                window: Window {
                    filter: "x".repeat(length),
                    ..Window::default()
                },
            })
        };
        assert_eq!(check(&filtered(NAME)), Ok(()));
        assert!(check(&filtered(NAME + 1)).is_err());
        let events = |length| {
            Request::SubscriptionAdd(rpc::SubscriptionAdd {
                url: "https://example.com/".to_owned(),
                events: vec!["synced".to_owned(), "x".repeat(length)],
            })
        };
        assert_eq!(check(&events(NAME)), Ok(()));
        assert!(check(&events(NAME + 1)).is_err());
    }
}
