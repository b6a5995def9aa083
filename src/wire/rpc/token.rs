//! A usable token, refreshed when it would not last. It crosses the socket in a line of its own kind,
//! [`FromServer::Token`](crate::wire::FromServer::Token).

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};

/// A usable token, refreshed when it would not last. It crosses the socket in a line of its own kind,
/// [`FromServer::Token`](crate::wire::FromServer::Token).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Token {
    /// Of which connection: id, prefix, provider or provider/name.
    pub connection: String,
    /// For how many seconds it has to last.
    pub min_valid: Option<u32>,
}

impl Rpc for Token {
    const KIND: &'static str = "token";
    type Reply = wire::Token;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("token.read", Right::ReadToken(&mut self.connection))
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.connection, NAME);
    }
}
