//! Where the tokens of an authorization may be sent: whoever can change an address must not decide who is cut off, or to
//! whom a token is shown.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::provider::Endpoints;

/// The addresses of an authorization, as they were when it was given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginBinding {
    /// The origins (scheme, host and port, RFC 6454) that take its tokens: where it was issued, is refreshed, revoked, asked
    /// about, used and listed.
    pub origins: BTreeSet<String>,
    /// The provider's variables of that time.
    pub vars: BTreeMap<String, String>,
    /// The provider's endpoints of that time.
    pub endpoints: Endpoints,
    /// Whether variables of the connection pointed where our secrets were not entered for: these were not sent there.
    #[serde(default)]
    pub by_connection: bool,
}

impl OriginBinding {
    /// The origins that would be sent tokens now and never were meant to; empty while nothing has moved.
    #[must_use]
    pub fn strangers<'a>(&'a self, now: &'a BTreeSet<String>) -> Vec<&'a str> {
        now.difference(&self.origins).map(String::as_str).collect()
    }

    /// "authorized at https://a.example, and set up for https://b.example now".
    #[must_use]
    pub fn sentence(&self, strangers: &[&str]) -> String {
        let own: Vec<&str> = self.origins.iter().map(String::as_str).collect();
        format!(
            "authorized at {}, and set up for {} now",
            own.join(", "),
            strangers.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins(all: &[&str]) -> BTreeSet<String> {
        all.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn another_port_or_scheme_is_another_origin_and_fewer_are_none() {
        let bound = OriginBinding {
            origins: origins(&["https://a.example", "https://api.a.example"]),
            ..OriginBinding::default()
        };
        assert!(bound.strangers(&origins(&["https://a.example"])).is_empty());
        let moved = origins(&["https://a.example:444", "http://a.example"]);
        assert_eq!(
            bound.strangers(&moved),
            ["http://a.example", "https://a.example:444"]
        );
    }
}
