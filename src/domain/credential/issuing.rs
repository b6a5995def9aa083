//! Calls whose answer may hold tokens.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::id::CredentialId;

/// What a call that may issue a token is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum IssuingCall {
    /// A code is traded in (RFC 6749 4.1.3).
    Exchange,
    /// A device flow is asked about, again and again (RFC 8628 3.4): a later answer tells what an earlier one did.
    Device,
    /// A refresh token of another tool is traded in, to take its grant over.
    Adopt,
    /// A refresh token is traded in, because the access token ends or was refused.
    Refresh,
    /// The same, because a call of a disconnect needs a live access token.
    RefreshToRevoke,
    /// A refresh token is tried once, to prove that it is dead.
    Proof(CredentialId),
}

/// No call that may issue a token is called this.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no call that issues tokens is called {0:?}")]
pub struct UnknownCall(String);

const PROOF: &str = "proof of ";

impl fmt::Display for IssuingCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exchange => f.write_str("exchange"),
            Self::Device => f.write_str("device"),
            Self::Adopt => f.write_str("adopt"),
            Self::Refresh => f.write_str("refresh"),
            Self::RefreshToRevoke => f.write_str("refresh to revoke"),
            Self::Proof(credential) => write!(f, "{PROOF}{credential}"),
        }
    }
}

impl FromStr for IssuingCall {
    type Err = UnknownCall;

    fn from_str(text: &str) -> Result<Self, UnknownCall> {
        let unknown = || UnknownCall(text.to_owned());
        match text {
            "exchange" => Ok(Self::Exchange),
            "device" => Ok(Self::Device),
            "adopt" => Ok(Self::Adopt),
            "refresh" => Ok(Self::Refresh),
            "refresh to revoke" => Ok(Self::RefreshToRevoke),
            _ => {
                let credential = text.strip_prefix(PROOF).ok_or_else(unknown)?;
                let credential = credential.parse().map_err(|_| unknown())?;
                Ok(Self::Proof(credential))
            }
        }
    }
}

impl From<IssuingCall> for String {
    fn from(call: IssuingCall) -> Self {
        call.to_string()
    }
}

impl TryFrom<String> for IssuingCall {
    type Error = UnknownCall;

    fn try_from(text: String) -> Result<Self, UnknownCall> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_call_is_read_as_it_is_written() {
        let tried: CredentialId = "cre_01j00000000000000000000000".parse().unwrap();
        for call in [
            IssuingCall::Exchange,
            IssuingCall::Device,
            IssuingCall::Adopt,
            IssuingCall::Refresh,
            IssuingCall::RefreshToRevoke,
            IssuingCall::Proof(tried),
        ] {
            assert_eq!(call.to_string().parse(), Ok(call.clone()));
        }
        for text in ["", "proof", "proof of ", "proof of nobody", "refreshed"] {
            assert!(text.parse::<IssuingCall>().is_err(), "{text}");
        }
    }
}
