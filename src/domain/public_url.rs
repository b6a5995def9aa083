//! The address under which the world reaches our HTTP, where a proxy stands before it.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

/// An address with `http` or `https`, a host, and perhaps a path; without a slash at its end, a query or a fragment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicUrl(String);

/// What is no such address.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no address that others could call; write it as https://hooks.example.com")]
pub struct NotAPublicUrl(String);

impl TryFrom<String> for PublicUrl {
    type Error = NotAPublicUrl;

    fn try_from(text: String) -> Result<Self, NotAPublicUrl> {
        let after = |scheme| text.strip_prefix(scheme);
        let rest = after("https://").or_else(|| after("http://"));
        let has_host = rest.is_some_and(|rest| !rest.starts_with('/'));
        let url = Url::parse(&text).ok().filter(|url| {
            has_host
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        });
        let url = url.ok_or(NotAPublicUrl(text))?;
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }
}

impl From<PublicUrl> for String {
    fn from(url: PublicUrl) -> Self {
        url.0
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_a_path_can_be_added_to() {
        let read = |text: &str| PublicUrl::try_from(text.to_owned()).map(String::from);
        for (written, kept) in [
            ("https://hooks.example.com/", "https://hooks.example.com"),
            (
                "https://example.com:8443/in/",
                "https://example.com:8443/in",
            ),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
        ] {
            assert_eq!(read(written).unwrap(), kept);
        }
        for wrong in [
            "hooks.example.com",
            "ftp://example.com",
            "http:hooks.example.com",
            "https:///hooks.example.com",
            "https://a:b@example.com",
            "https://example.com/?a=1",
            "https://example.com/#a",
            "",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
