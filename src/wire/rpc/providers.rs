//! The catalog.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::request::Window;
use crate::wire::view::{self, Page};

/// The catalog.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Providers(pub Window);

impl Rpc for Providers {
    const KIND: &'static str = "providers";
    type Reply = Page<view::Provider>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.window(&self.0);
    }
}
