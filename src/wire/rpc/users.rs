//! Everybody there is.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// Everybody there is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Users;

impl Rpc for Users {
    const KIND: &'static str = "users";
    type Reply = Vec<view::User>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, _: &mut Limits) {}
}
