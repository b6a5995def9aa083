//! A read through the same door that needs no token of the connection.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::call::{CallAuth, Verb};
use super::matcher::Matcher;

/// The `[control]` table: while this passes, the vendor answers and does not refuse everybody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlSpec {
    /// The HTTP method.
    #[serde(default = "get")]
    pub method: Verb,
    /// Where to, names in braces.
    pub url: String,
    /// How we show who we are.
    pub auth: ControlAuth,
    /// What is sent, in the URL.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Further headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// It passed; left out: any 2xx that hides no error.
    #[serde(default)]
    pub alive: Matcher,
}

fn get() -> Verb {
    Verb::Get
}

/// How a control shows who asks: never with a token of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlAuth {
    /// Our platform key.
    PlatformKey,
    /// A signed JWT of our app.
    AppJwt,
    /// Client id and secret by HTTP Basic.
    Basic,
}

impl ControlAuth {
    /// The same in a request.
    #[must_use]
    pub fn call_auth(self) -> CallAuth {
        match self {
            Self::PlatformKey => CallAuth::PlatformKey,
            Self::AppJwt => CallAuth::AppJwt,
            Self::Basic => CallAuth::Basic,
        }
    }
}

/// What the probe itself can stand in for as a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeControl {
    /// The question authenticates our client, and a wrong secret is answered in another way than a dead token.
    Client,
}
