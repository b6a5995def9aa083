//! Routing rules: how each stands.

use serde::{Deserialize, Serialize};

use crate::domain::routing::RuleStanding;

/// How a routing rule stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routing {
    /// `active`, or why nothing is sent.
    pub standing: RuleStanding,
    /// Why nothing is sent, and what to do, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Where the subscription sends; none when it was removed.
    #[serde(default)]
    pub url: Option<String>,
}
