//! What some servers miss of a client's authentication, beside what RFC 6749 2.3.1 and RFC 7009 2.1 ask for.

use super::app::App;
use super::http::HttpAnswer;
use crate::domain::provider::{ClientAuth, Endpoints};

/// A parameter that a server wants beside what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AuthQuirk {
    pub(crate) name: &'static str,
    /// Its value, a template.
    pub(crate) value: &'static str,
}

/// What the answer to an authenticated request misses. Servers of the official Python MCP SDK (2.3.0) answer a public
/// client 400 `client_secret: Field required` at the revocation endpoint, where an empty one passes, and a client of
/// Basic 401 `Missing client_id` at both endpoints, where the id has to stand in the body beside the header.
pub(crate) fn missed(app: &App, endpoints: &Endpoints, answer: &HttpAnswer) -> Option<AuthQuirk> {
    let is_public = endpoints.client_auth == Some(ClientAuth::None) || app.client_secret.is_none();
    let is_basic = matches!(endpoints.client_auth, None | Some(ClientAuth::Basic));
    let text = answer.body.text().to_ascii_lowercase();
    let misses =
        |name: &str| text.contains(name) && (text.contains("required") || text.contains("missing"));
    match answer.status {
        400 | 401 | 422 if is_public && misses("client_secret") => Some(AuthQuirk {
            name: "client_secret",
            value: "",
        }),
        400 | 401 | 422 if !is_public && is_basic && misses("client_id") => Some(AuthQuirk {
            name: "client_id",
            value: "{client_id}",
        }),
        _ => None,
    }
}
