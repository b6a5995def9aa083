//! Requests as they cross the socket: one of the list in [`super::rpc`].

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use super::Problem;
use super::limits::Limits;
use super::need::Gate;
use super::rpc::{self, Rpc, every_request};
pub use crate::domain::flow::FlowKind;
use crate::domain::sorting::SortBy;

/// A secret on its way from a client to the vault. It is never printed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub Zeroizing<String>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Part of a list: at most `limit` rows that match, beginning after a row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The key of the row before the first one wanted; none for the beginning (or the end, with `reverse`).
    pub after: Option<String>,
    /// How many rows at most; the server gives no more than [`MAX_ROWS`].
    pub limit: u16,
    /// Backwards.
    #[serde(default)]
    pub reverse: bool,
    /// Rows that contain this text, in any column, whatever the case.
    #[serde(default)]
    pub filter: String,
    /// In another order than the list's own. The keys are those of the sorted list: an `after` goes with its sort.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<Sort>,
    /// What the client looks at, in its own words. The next question with the same word ends the search for this one, which is
    /// answered with what was found until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
}

/// The order of a list. What stands above the rest, because it needs a person, stays there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// One of the fields that the list can be filtered by, or of the values that it has besides.
    pub by: SortBy,
    /// The last first.
    #[serde(default)]
    pub descending: bool,
}

/// No reply holds more rows.
pub const MAX_ROWS: u16 = 200;

/// No request names more connections to plan; more are chosen by provider or owner, and answered in pages.
pub const MAX_PLANS: usize = 500;

/// A connection as it was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Id, prefix, provider or provider/name.
    pub connection: String,
    /// The version that was looked at.
    pub version: Option<u64>,
}

/// A request whose reply is a [`Reply`]: every one, but those that are answered with a secret.
pub trait RequestWithReply: Rpc {
    /// Its own reply; none if it is another request's.
    fn own(reply: Reply) -> Option<Self::Reply>;
}

macro_rules! requests {
    (bare { $($bare:ident)* } full { $($full:ident)* } secret { $($secret:ident)* }) => {
        /// A request.
        #[derive(Debug, Clone, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Request {
            $(#[doc = concat!("[`rpc::", stringify!($bare), "`].")] $bare,)*
            $(#[doc = concat!("[`rpc::", stringify!($full), "`].")] $full(rpc::$full),)*
            $(#[doc = concat!("[`rpc::", stringify!($secret), "`].")] $secret(rpc::$secret),)*
        }

        /// The reply of a request, secrets aside.
        #[derive(Debug, Clone, Serialize)]
        #[serde(untagged)]
        pub enum Reply {
            $(#[doc = concat!("Of [`rpc::", stringify!($bare), "`].")] $bare(Box<<rpc::$bare as Rpc>::Reply>),)*
            $(#[doc = concat!("Of [`rpc::", stringify!($full), "`].")] $full(Box<<rpc::$full as Rpc>::Reply>),)*
        }

        impl Request {
            /// What each is called on the wire.
            pub const KINDS: &[&str] = &[
                $(<rpc::$bare as Rpc>::KIND,)*
                $(<rpc::$full as Rpc>::KIND,)*
                $(<rpc::$secret as Rpc>::KIND,)*
            ];

            /// What it is called on the wire.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$bare => <rpc::$bare as Rpc>::KIND,)*
                    $(Self::$full(_) => <rpc::$full as Rpc>::KIND,)*
                    $(Self::$secret(_) => <rpc::$secret as Rpc>::KIND,)*
                }
            }

            /// How the JSON of its reply is read.
            #[must_use]
            pub fn reader(&self) -> fn(Value) -> serde_json::Result<Reply> {
                match self {
                    $(Self::$bare => |json| rpc::$bare::read(json).map(Box::new).map(Reply::$bare),)*
                    $(Self::$full(_) => |json| rpc::$full::read(json).map(Box::new).map(Reply::$full),)*
                    $(Self::$secret(_) => |_| Err(serde_json::Error::custom("a secret is no JSON")),)*
                }
            }

            /// Says which rights it needs. The names that it carries become the ids that are decided about.
            ///
            /// # Errors
            /// When what it names is not there.
            pub fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
                match self {
                    $(Self::$bare => rpc::$bare.needs(gate),)*
                    $(Self::$full(asked) => asked.needs(gate),)*
                    $(Self::$secret(asked) => asked.needs(gate),)*
                }
            }

            /// Holds each of its texts against the limit of its field.
            pub(super) fn limits(&self, limits: &mut Limits) {
                match self {
                    $(Self::$bare => rpc::$bare.limits(limits),)*
                    $(Self::$full(asked) => asked.limits(limits),)*
                    $(Self::$secret(asked) => asked.limits(limits),)*
                }
            }
        }

        $(impl RequestWithReply for rpc::$bare {
            fn own(reply: Reply) -> Option<Self::Reply> {
                let Reply::$bare(own) = reply else { return None };
                Some(*own)
            }
        })*
        $(impl RequestWithReply for rpc::$full {
            fn own(reply: Reply) -> Option<Self::Reply> {
                let Reply::$full(own) = reply else { return None };
                Some(*own)
            }
        })*
        $(impl From<rpc::$bare> for Request {
            fn from(_: rpc::$bare) -> Self {
                Self::$bare
            }
        })*
        $(impl From<rpc::$full> for Request {
            fn from(asked: rpc::$full) -> Self {
                Self::$full(asked)
            }
        })*
        $(impl From<rpc::$secret> for Request {
            fn from(asked: rpc::$secret) -> Self {
                Self::$secret(asked)
            }
        })*
    };
}

every_request!(requests);
