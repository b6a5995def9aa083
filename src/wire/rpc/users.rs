//! Everybody there is.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::limits::Limits;
use crate::wire::view;

/// Everybody there is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Users;

impl Rpc for Users {
    const KIND: &'static str = "users";
    type Reply = Vec<view::User>;

    fn limits(&self, _: &mut Limits) {}
}
