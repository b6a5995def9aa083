//! Registers our app at a provider; what is left out stays as it was.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME, SECRET, VALUE};
use crate::wire::need::{Gate, Right, Subject};
use crate::wire::request::Secret;
use crate::wire::view;

/// Registers our app at a provider; what is left out stays as it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProviderConfigure {
    /// The catalog's id.
    pub id: String,
    /// The public half of the registration.
    pub client_id: Option<String>,
    /// The secret half.
    pub client_secret: Option<Secret>,
    /// Where the vendor sends browsers back to, when it is not the file's address.
    pub redirect_uri: Option<String>,
    /// What our app is called at the vendor; an empty name takes it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_name: Option<String>,
    /// Values of the provider file's variables; an empty text takes one back.
    pub vars: BTreeMap<String, String>,
    /// Whether connections may have to be authorized again for it, because their tokens would go elsewhere.
    #[serde(default)]
    pub moves: bool,
}

impl Rpc for ProviderConfigure {
    const KIND: &'static str = "provider_configure";
    type Reply = view::ProviderDetail;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        let provider = Subject::Provider(&self.id);
        let directs = self.redirect_uri.is_some() || !self.vars.is_empty();
        let right = match directs {
            true => Right::Direct(provider),
            false => Right::Settings(provider),
        };
        gate.need("provider.configure", right)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.id, NAME);
        limits.maybe("the client id", self.client_id.as_deref(), VALUE);
        let secret = self.client_secret.as_ref().map(|secret| secret.0.as_str());
        limits.maybe("the client secret", secret, SECRET);
        limits.maybe("the app's name", self.app_name.as_deref(), NAME);
        limits.maybe("the redirect URI", self.redirect_uri.as_deref(), VALUE);
        limits.vars(&self.vars);
    }
}
