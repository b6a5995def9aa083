//! A vendor's answer as matchers see it.

use std::collections::BTreeMap;
use std::fmt;

use super::matcher::Body;

/// An answer: its status, its headers, its body.
#[derive(Debug, Clone, Copy)]
pub struct Response<'a> {
    pub status: u16,
    /// The headers.
    pub headers: &'a Headers,
    /// The body.
    pub body: &'a Body,
}

/// Headers by name. Letter case does not tell names apart (RFC 9110 5.1), and lines of one name are one list, joined with
/// commas (5.3).
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Headers(BTreeMap<String, String>);

impl Headers {
    /// The value of a header.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(&name.to_ascii_lowercase()).map(String::as_str)
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(lines: I) -> Self {
        let mut headers = Self::default();
        for (name, value) in lines {
            headers
                .0
                .entry(name.as_ref().to_ascii_lowercase())
                .and_modify(|all| {
                    all.push_str(", ");
                    all.push_str(value.as_ref());
                })
                .or_insert_with(|| value.as_ref().to_owned());
        }
        headers
    }
}

/// The names alone: a cookie is a secret.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_lines_are_joined() {
        let headers: Headers = [("Link", "a"), ("link", "b"), ("X-Left", "0")]
            .into_iter()
            .collect();
        assert_eq!(headers.get("LINK"), Some("a, b"));
        assert_eq!(headers.get("x-left"), Some("0"));
        assert_eq!(headers.get("x-right"), None);
    }
}
