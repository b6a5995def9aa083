//! Keeps a further secret of our app.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::connection::AppSecret;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME, SECRET};
use crate::wire::need::{Gate, Right, Subject};
use crate::wire::request::Secret;
use crate::wire::view;

/// Keeps a further secret of our app.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProviderSecret {
    /// The catalog's id.
    pub id: String,
    /// Which secret.
    pub kind: AppSecret,
    /// The secret itself.
    pub secret: Secret,
}

impl Rpc for ProviderSecret {
    const KIND: &'static str = "provider_secret";
    type Reply = view::ProviderDetail;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "provider.secret",
            Right::Settings(Subject::Provider(&self.id)),
        )
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.id, NAME);
        limits.text("the secret", &self.secret.0, SECRET);
    }
}
