//! The vendors of the sandbox, by name.

use serde::{Deserialize, Serialize};

/// A vendor of the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Vendor {
    /// Keeps to the RFCs in everything.
    Ledger,
    /// Answers errors of its token endpoint with 200, revokes by a DELETE with a body.
    Github,
    /// Knows apps that are installed, and that prove themselves by a signature.
    GithubApp,
    /// Ends whatever a person has allowed any client of the project, whichever token is revoked.
    Google,
    /// Revokes refresh tokens only, by a form or, as it did before, by a path; access tokens live on until the app is
    /// uninstalled.
    Hubspot,
    /// Asks for GraphQL, and says of a rate limit that the request was bad.
    Linear,
    /// Revokes nothing that a client holds; an administrator ends grants, and access tokens outlive them.
    Microsoft,
    /// Marks the app uninstalled when a refresh token is revoked, and nothing but the token when an access token is.
    Pipedrive,
    /// Has API keys and no way to revoke them.
    Postmark,
    /// Says in the token response where its API is.
    Salesforce,
    /// Is uninstalled by a GraphQL mutation, which is the only revocation there is.
    Shopify,
    /// Says `ok: false` with 200, and has a bot's and a person's token.
    Slack,
    /// Ends a connection by its account's id, without any token.
    Stripe,
}

impl Vendor {
    /// Every vendor, in the order in which they are declared.
    pub const ALL: [Self; 13] = [
        Self::Ledger,
        Self::Github,
        Self::GithubApp,
        Self::Google,
        Self::Hubspot,
        Self::Linear,
        Self::Microsoft,
        Self::Pipedrive,
        Self::Postmark,
        Self::Salesforce,
        Self::Shopify,
        Self::Slack,
        Self::Stripe,
    ];
}
