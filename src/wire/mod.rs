//! What crosses the socket: one JSON object a line, bounded.
//!
//! A client says [`Hello`] and is told [`Welcome`]; then it sends numbered requests and gets numbered
//! replies, in any order. Between them come notices. A notice carries no facts, only what has changed: the
//! client asks again for what it shows. So a lost, late or repeated notice can never show something untrue,
//! and what a client may see is decided in one place, where it asks.

pub mod frame;
pub mod limits;
pub mod need;
pub mod request;
pub mod rpc;
mod topic;
pub mod view;
pub mod walkthrough;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::connection::Account;
use crate::domain::health::NotAsked;
use crate::domain::user::Role;
use request::{Request, Secret};
pub use topic::Topic;

/// Grows when an older client could misread a newer server.
pub const PROTOCOL: u32 = 1;

/// The first line of a client.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Hello {
    /// [`PROTOCOL`] of the client.
    pub protocol: u32,
    /// The client's version, as it is shown when the two differ.
    pub version: String,
    /// Act with this role, lower than one's own.
    pub role: Option<Role>,
    /// Refuse everything that changes something.
    pub read_only: bool,
    /// The first field of `SSH_CONNECTION`: a claim.
    pub claimed_address: Option<String>,
    /// The fingerprint of the key that sshd let in. It is believed from the gateway account alone.
    #[serde(default)]
    pub ssh_key: Option<String>,
    /// Why the gateway refused what that client wanted. It is recorded, and nothing else is done.
    #[serde(default)]
    pub gateway_refused: Option<String>,
}

/// The server's answer to [`Hello`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Welcome {
    /// [`PROTOCOL`] of the server.
    pub protocol: u32,
    /// The server's version.
    pub version: String,
    /// What the workspace is called.
    pub workspace: String,
    /// Who the server says the client is.
    pub user: String,
    /// With which role.
    pub role: Role,
    /// Whether everything that changes something is refused.
    pub read_only: bool,
    /// The address that will stand in the record.
    pub address: Option<String>,
}

/// What a server answers to [`Hello`].
pub type HelloReply = Result<Welcome, Problem>;

/// What a client sends after [`Hello`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NumberedRequest {
    /// Chosen by the client, returned with the reply.
    pub id: u64,
    /// What it wants.
    pub request: Request,
}

/// What a server sends after [`Welcome`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromServer {
    /// The answer to a request.
    Reply {
        /// The request's number.
        id: u64,
        /// The JSON of what the request says it returns, or why not.
        result: Result<serde_json::Value, Problem>,
    },
    /// The answer to a request for a token: apart from the others, so that no copy of it is left in a
    /// [`serde_json::Value`].
    Token {
        /// The request's number.
        id: u64,
        /// What was asked for.
        token: Token,
    },
    /// Something changed.
    Changed(Vec<Topic>),
}

/// A token on its way to whoever asked for it. It is wiped when it is dropped, and `Debug` does not show it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Token {
    /// The access token, or the key.
    pub token: Secret,
    /// Which, for whoever finds it.
    pub fingerprint: String,
    /// When it expires by itself.
    pub expires_at: Option<Timestamp>,
    /// Why it is given out although it was not seen alive of late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_asked: Option<NotAsked>,
}

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct Problem {
    /// For programs.
    pub code: Code,
    /// What failed, and why.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// Both accounts, where somebody signed in as another one than before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<Box<OtherAccount>>,
}

/// A connection's account, and the one as which somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherAccount {
    /// The connection's.
    pub before: Account,
    /// Of who signed in.
    pub now: Account,
}

/// Lists the kinds of problems: the word of JSON, the exit code, and what each says.
macro_rules! codes {
    ($($name:ident = $word:literal, exit $exit:literal: $says:literal;)*) => {
        /// The kinds of [`Problem`], each with its exit code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Code {
            $(#[doc = $says] #[serde(rename = $word)] $name,)*
        }

        impl Code {
            /// Every kind there is.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word of JSON.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The exit code of the contract.
            #[must_use]
            pub fn exit(self) -> u8 {
                match self { $(Self::$name => $exit,)* }
            }
        }
    };
}

codes! {
    Failed = "failed", exit 1: "It was tried and did not work.";
    Usage = "usage", exit 2: "It was asked wrongly.";
    Forbidden = "forbidden", exit 3: "It is not allowed.";
    NotFound = "not_found", exit 4: "There is no such thing.";
    Conflict = "conflict", exit 5: "It has changed since it was looked at.";
    NoServer = "no_server", exit 7: "There is no server.";
}

impl Problem {
    /// A problem of this kind.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: hint.into(),
            accounts: None,
        }
    }

    /// The same, with the account before and the one that was met.
    #[must_use]
    pub fn with_accounts(mut self, before: Account, now: Account) -> Self {
        self.accounts = Some(Box::new(OtherAccount { before, now }));
        self
    }

    /// There is no provider of this id; perhaps another one was meant.
    #[must_use]
    pub fn no_provider(id: &str, alike: Option<&str>) -> Self {
        let message = format!("there is no provider {id}");
        let hint = match alike {
            Some(alike) => format!("Did you mean {alike}? `tagout providers` lists them"),
            None => "`tagout providers` lists them".to_owned(),
        };
        Self::new(Code::NotFound, message, hint)
    }
}
