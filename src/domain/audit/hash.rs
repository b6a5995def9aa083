//! Fixed numbers of bytes that are hex wherever they are written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Text that is not as many hex digits as it should be.
#[derive(Debug, thiserror::Error)]
#[error("{found:?} is not {what} in hex")]
pub struct WrongHash {
    found: String,
    what: &'static str,
}

macro_rules! bytes_in_hex {
    ($($(#[$doc:meta])* $name:ident = $length:literal, $what:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(pub [u8; $length]);

        impl FromStr for $name {
            type Err = WrongHash;

            fn from_str(text: &str) -> Result<Self, WrongHash> {
                let mut bytes = [0; $length];
                hex::decode_to_slice(text, &mut bytes)
                    .map_err(|_| WrongHash { found: text.to_owned(), what: $what })?;
                Ok(Self(bytes))
            }
        }

        impl TryFrom<String> for $name {
            type Error = WrongHash;

            fn try_from(text: String) -> Result<Self, WrongHash> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(bytes: $name) -> Self {
                bytes.to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )*};
}

bytes_in_hex! {
    /// A SHA-256 value.
    Hash = 32, "a SHA-256 value";
    /// Random bytes that are hashed with an entry's detail, so that nobody finds a withheld detail by guessing.
    Salt = 16, "a salt of 16 bytes";
}
