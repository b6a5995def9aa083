//! Changes a connection; what is left out stays as it was.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// Changes a connection; what is left out stays as it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Configure {
    /// Id, prefix, provider or provider/name.
    pub name: String,
    /// What to call it.
    pub new_name: Option<String>,
    /// Its own values of the provider file's variables; an empty text takes one back.
    pub vars: BTreeMap<String, String>,
    /// Whether it may have to be authorized again for it, because its tokens would go elsewhere.
    #[serde(default)]
    pub moves: bool,
}

impl Rpc for Configure {
    const KIND: &'static str = "configure";
    type Reply = view::Connection;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        const ACTION: &str = "connection.configure";
        gate.need(ACTION, Right::Manage(&mut self.name))?;
        // Where a connection's requests go, there goes its token.
        match self.vars.is_empty() {
            true => Ok(()),
            false => gate.need(ACTION, Right::ReadToken(&mut self.name)),
        }
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.name, NAME);
        limits.maybe("the new name", self.new_name.as_deref(), NAME);
        limits.vars(&self.vars);
    }
}
