//! Texts and lists, held against a number; the first that is too long is kept.

use std::collections::{BTreeMap, BTreeSet};

use super::{KEY, MANY, NAME, VALUE};
use crate::domain::walkthrough::Choice;
use crate::wire::request::{Target, Window};
use crate::wire::{Code, Problem};

/// The texts of a request, each held against its limit; the first that is too long is kept.
#[derive(Debug, Default)]
pub struct Limits {
    pub(super) broken: Option<Problem>,
}

impl Limits {
    pub(in crate::wire) fn text(&mut self, field: &'static str, text: &str, most: usize) {
        // Bytes are never fewer than characters, and counting those of a short text costs nothing.
        if self.broken.is_none() && text.len() > most && text.chars().count() > most {
            self.broken = Some(Problem::new(
                Code::Usage,
                format!("{field} has more than {most} characters"),
                "say it in fewer",
            ));
        }
    }

    pub(in crate::wire) fn maybe(&mut self, field: &'static str, text: Option<&str>, most: usize) {
        self.text(field, text.unwrap_or_default(), most);
    }

    pub(in crate::wire) fn each<'a>(
        &mut self,
        field: &'static str,
        texts: impl IntoIterator<Item = &'a String>,
        most: usize,
    ) {
        for text in texts {
            self.text(field, text, most);
        }
    }

    /// Names of which each is said once, and no more than so many.
    pub(in crate::wire) fn once(&mut self, field: &'static str, names: &[String], most: usize) {
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
    pub(in crate::wire) fn few(&mut self, field: &'static str, count: usize) {
        if self.broken.is_none() && count > MANY {
            let message = format!("{count} {field} are given, and {MANY} are taken at a time");
            self.broken = Some(Problem::new(Code::Usage, message, "give fewer"));
        }
    }

    pub(in crate::wire) fn vars(&mut self, vars: &BTreeMap<String, String>) {
        self.each("the name of a variable", vars.keys(), NAME);
        self.each("the value of a variable", vars.values(), VALUE);
        self.few("variables", vars.len());
    }

    pub(in crate::wire) fn window(&mut self, window: &Window) {
        self.maybe("the key of a row", window.after.as_deref(), KEY);
        self.text("the filter", &window.filter, NAME);
    }

    pub(in crate::wire) fn targets(&mut self, targets: &[Target]) {
        let names = targets.iter().map(|target| &target.connection);
        self.each("the name of a connection", names, NAME);
    }

    pub(in crate::wire) fn choice(&mut self, choice: &Choice) {
        if let Choice::Matching { provider, owner } = choice {
            self.maybe("the provider", provider.as_deref(), NAME);
            self.maybe("the owner", owner.as_deref(), NAME);
        }
    }
}
