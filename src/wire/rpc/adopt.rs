//! Takes over a grant that another tool was given.

use serde::{Deserialize, Serialize};

use super::{Connect, Rpc};
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME, SECRET};
use crate::wire::need::{Authorized, Gate, Right};
use crate::wire::request::Secret;
use crate::wire::view;

/// Takes over a grant that another tool was given. The flow shows whose account it is, and waits for
/// [`super::FlowConfirm`] before anything is kept, unless the account is named.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Adopt {
    /// Where, and what becomes of it here; its `flow` is `adopt`.
    pub connect: Connect,
    /// The refresh token that the other tool has.
    pub refresh_token: Secret,
    /// An access token that it has. With it the account is shown before the refresh token is traded in.
    #[serde(default)]
    pub access_token: Option<Secret>,
    /// Whose account it has to be, by its id or name at the vendor; then nobody is waited for.
    #[serde(default)]
    pub account: Option<String>,
    /// Whether it is kept whoever's account it is, without anybody who looks.
    #[serde(default)]
    pub any_account: bool,
}

impl Rpc for Adopt {
    const KIND: &'static str = "adopt";
    type Reply = view::Flow;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        let authorized = Authorized {
            provider: &self.connect.provider,
            connection: &mut self.connect.connection,
            scope: self.connect.scope,
        };
        gate.need("connection.adopt", Right::Authorize(authorized))
    }

    fn limits(&self, limits: &mut Limits) {
        self.connect.limits(limits);
        limits.text("the refresh token", &self.refresh_token.0, SECRET);
        let access = self.access_token.as_ref().map(|it| it.0.as_str());
        limits.maybe("the access token", access, SECRET);
        limits.maybe("the account", self.account.as_deref(), NAME);
    }
}
