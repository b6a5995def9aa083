//! What a refusal says of a token's end, where the vendor has words for it.

use serde::{Deserialize, Serialize};

use super::matcher::Matcher;
use super::response::Response;

/// What a vendor's refusal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// It names this token as revoked, which it says of no made-up token.
    Revoked,
    /// It names this token as expired.
    Expired,
    /// It speaks of an account, a tenant, an app, a network or a session: no word about the token.
    Suspended,
    /// It names nothing: what a made-up token is answered with, too.
    Plain,
}

/// A vendor's words for a token's end.
#[derive(Debug, Clone, Copy)]
pub struct RefusalWords<'a> {
    /// It was revoked.
    pub revoked: &'a Matcher,
    /// It expired.
    pub expired: &'a Matcher,
    /// Something around it is suspended.
    pub suspended: &'a Matcher,
}

impl RefusalWords<'_> {
    /// What a refusal says. A suspension goes first: it may end, and whoever takes it for a death is wrong then.
    #[must_use]
    pub fn kind(&self, refusal: &Response<'_>) -> RefusalKind {
        if self.suspended.matches(refusal) {
            RefusalKind::Suspended
        } else if self.revoked.matches(refusal) {
            RefusalKind::Revoked
        } else if self.expired.matches(refusal) {
            RefusalKind::Expired
        } else {
            RefusalKind::Plain
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::provider::{Body, Headers, ProbeSpec};

    #[test]
    fn a_probe_tells_refusals_apart() {
        let probe: ProbeSpec = toml::from_str(
            r#"
            url = "https://acme.example/me"
            revoked = { pointer = "/error", equals = "token_revoked" }
            expired = { status = [401], header = { "WWW-Authenticate" = "Bearer error=\"expired\"" } }
            suspended = { contains = "account_inactive" }
            "#,
        )
        .unwrap();
        let kind = |status, header: &str, body: &str| {
            let headers: Headers = [("www-authenticate", header)].into_iter().collect();
            probe.refusal(&Response {
                status,
                headers: &headers,
                body: &Body::from_bytes(body.as_bytes()),
            })
        };
        assert_eq!(
            kind(200, "", r#"{"error":"token_revoked"}"#),
            RefusalKind::Revoked
        );
        assert_eq!(
            kind(401, "Bearer error=\"expired\"", ""),
            RefusalKind::Expired
        );
        assert_eq!(
            kind(
                401,
                "Bearer error=\"expired\"",
                r#"{"error":"token_revoked","why":"account_inactive"}"#
            ),
            RefusalKind::Suspended
        );
        assert_eq!(
            kind(401, "Bearer", r#"{"error":"invalid_auth"}"#),
            RefusalKind::Plain
        );
    }
}
