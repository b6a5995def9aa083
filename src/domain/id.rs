//! Names of things: a prefix that says what it is, and a ULID in lower case (`con_01jd7…`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ulid::Ulid;

/// An id that does not have the form its kind asks for.
#[derive(Debug, thiserror::Error)]
#[error("{found:?} is not an id of the form {prefix}…")]
pub struct WrongId {
    found: String,
    prefix: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// What every id of this kind begins with.
            pub const PREFIX: &'static str = $prefix;

            /// The id that carries `ulid`; where the ULID comes from is the caller's business.
            #[must_use]
            pub fn new(ulid: Ulid) -> Self {
                Self(format!(concat!($prefix, "{}"), ulid.to_string().to_ascii_lowercase()))
            }

            /// The id as it is written everywhere.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = WrongId;

            fn from_str(text: &str) -> Result<Self, WrongId> {
                let wrong = || WrongId { found: text.to_owned(), prefix: $prefix };
                let tail = text.strip_prefix($prefix).ok_or_else(wrong)?;
                Ulid::from_string(tail).map_err(|_| wrong())?;
                Ok(Self(text.to_ascii_lowercase()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = WrongId;

            fn try_from(text: String) -> Result<Self, WrongId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A provider in this workspace.
    InstanceId = "ins_";
    /// One account of an instance.
    ConnectionId = "con_";
    /// A sealed secret of a connection.
    CredentialId = "cre_";
    /// A sync job.
    JobId = "job_";
    /// One execution of a sync job.
    ExecutionId = "exe_";
    /// One disconnect.
    RunId = "run_";
    /// A link from a local record to the provider's object.
    ReferenceId = "ref_";
    /// What a person must still do at the vendor.
    FollowUpId = "fup_";
    /// Something that depends on a provider, as the workspace declares it.
    DependentId = "dep_";
    /// A person or a service.
    UserId = "usr_";
    /// An inbound webhook endpoint.
    WebhookId = "whk_";
    /// An entry of the audit log.
    AuditId = "aud_";
    /// Our registration at a provider (client id and secrets).
    AppId = "app_";
    /// An outbound webhook subscription of the organisation.
    SubscriptionId = "sub_";
    /// A message to an outbound subscription.
    MessageId = "msg_";
    /// A field mapping, a channel or a routing rule.
    ConfigId = "cfg_";
    /// An authorization under way.
    FlowId = "flo_";
    /// A token kept sealed to retry its revocation.
    HoldId = "hld_";
    /// Several connections taken out of service as one thing.
    WalkthroughId = "wlk_";
    /// Synced data removed for good.
    WipeId = "wip_";
    /// A data folder, wherever it lies.
    FolderId = "fol_";
}
