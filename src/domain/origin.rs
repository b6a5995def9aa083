//! From where something was asked.

use serde::{Deserialize, Serialize};

/// Where a request came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The network address, when there is one.
    pub address: Option<String>,
    /// How the address is known.
    pub via: Via,
}

/// How much an [`Origin`] can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// A local process, known by its uid.
    Local,
    /// The client said so (`SSH_CONNECTION`); nothing proves it.
    Claimed,
    /// The gateway account's sshd said so.
    Sshd,
    /// The server itself acted: a schedule, a recovery, a refusal by the vendor.
    Server,
    /// An inbound HTTP request.
    Http,
}
