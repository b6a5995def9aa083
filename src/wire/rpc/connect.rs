//! Begins an authorization, or connects with a key: connect, reconnect, or connect again.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::flow::FlowKind;
use crate::domain::id::RunId;
use crate::domain::provider::OwnerScope;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME, SECRET};
use crate::wire::need::{Authorized, Gate, Right};
use crate::wire::request::Secret;
use crate::wire::view;

/// Begins an authorization, or connects with a key: connect, reconnect, or connect again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Connect {
    /// The catalog's id.
    pub provider: String,
    /// An existing connection to authorize again: id, prefix, provider or provider/name.
    #[serde(default)]
    pub connection: Option<String>,
    /// What to call it; the account's label otherwise.
    #[serde(default)]
    pub name: Option<String>,
    /// Whose it will be; the provider file's otherwise.
    #[serde(default)]
    pub scope: Option<OwnerScope>,
    pub flow: FlowKind,
    /// A key instead of OAuth.
    #[serde(default)]
    pub api_key: Option<Secret>,
    /// The installation of our app that is meant, for providers where an app is installed.
    #[serde(default)]
    pub installation: Option<String>,
    /// Enable the jobs at once.
    #[serde(default)]
    pub enable_jobs: bool,
    /// Pull the events of the gap too (O10).
    #[serde(default)]
    pub fill_gap: bool,
    /// The swap whose second half this is, by its run: nothing is connected should it have ended meanwhile.
    #[serde(default)]
    pub swap: Option<RunId>,
    /// Another account than before is meant (N4).
    #[serde(default)]
    pub accept_other_account: bool,
}

impl Connect {
    /// A new connection of a provider, with nothing said beside how.
    #[must_use]
    pub fn new(provider: impl Into<String>, flow: FlowKind) -> Self {
        Self {
            provider: provider.into(),
            connection: None,
            name: None,
            scope: None,
            flow,
            api_key: None,
            installation: None,
            enable_jobs: false,
            fill_gap: false,
            swap: None,
            accept_other_account: false,
        }
    }
}

impl Rpc for Connect {
    const KIND: &'static str = "connect";
    type Reply = view::Flow;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        let authorized = Authorized {
            provider: &self.provider,
            connection: &mut self.connection,
            scope: self.scope,
        };
        gate.need("connection.authorize", Right::Authorize(authorized))
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the provider", &self.provider, NAME);
        for name in [&self.connection, &self.name, &self.installation] {
            limits.maybe("the name", name.as_deref(), NAME);
        }
        let key = self.api_key.as_ref().map(|key| key.0.as_str());
        limits.maybe("the key", key, SECRET);
    }
}
