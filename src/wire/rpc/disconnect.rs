//! Takes connections out of service. It is answered once each run is durable. Several targets become a walkthrough, whose
//! first runs are returned; each names it.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::disconnect::run::{IfUnreachable, Reason};
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME, NOTE};
use crate::wire::need::{Beyond, Disconnected, Gate, Right};
use crate::wire::request::Target;
use crate::wire::view;

/// Takes connections out of service. It is answered once each run is durable. Several targets become a walkthrough, whose
/// first runs are returned; each names it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Disconnect {
    /// Which, each with the version that was looked at; none skips the comparison.
    pub targets: Vec<Target>,
    pub reason: Reason,
    /// In words.
    #[serde(default)]
    pub note: String,
    /// The ticket.
    #[serde(default)]
    pub ticket: Option<String>,
    /// What to do when the provider cannot be reached.
    pub if_unreachable: IfUnreachable,
    /// Uninstall the app at the vendor too.
    #[serde(default)]
    pub uninstall: bool,
    /// Make calls that end other connections' tokens too (B5).
    #[serde(default)]
    pub allow_wider: bool,
    /// Keep nothing sealed for a proof that lacks time.
    #[serde(default)]
    pub destroy_at_once: bool,
    /// It is the first half of a swap: another account is to be connected in its place (N8). Of one connection.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub swap: bool,
}

impl Rpc for Disconnect {
    const KIND: &'static str = "disconnect";
    type Reply = Vec<view::Run>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        let names = self.targets.iter_mut().map(|it| &mut it.connection);
        let disconnected = Disconnected {
            names: names.collect(),
            beyond: Beyond {
                wider: self.allow_wider,
                uninstall: self.uninstall,
            },
        };
        gate.need("connection.disconnect", Right::Disconnect(disconnected))
    }

    fn limits(&self, limits: &mut Limits) {
        limits.targets(&self.targets);
        limits.text("the note", &self.note, NOTE);
        limits.maybe("the ticket", self.ticket.as_deref(), NAME);
    }
}
