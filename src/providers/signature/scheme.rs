//! The signature schemes as `assets/signatures.toml` describes them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// How one vendor's deliveries are signed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignatureScheme {
    pub(super) check: Check,
    #[serde(default)]
    pub(super) headers: Vec<String>,
    pub(super) separator: Option<char>,
    #[serde(default)]
    pub(super) prefix: String,
    #[serde(default)]
    pub(super) text: Text,
    #[serde(default)]
    pub(super) signed: String,
    #[serde(default)]
    pub(super) unescape: String,
    #[serde(default)]
    pub(super) key: KeyOf,
    #[serde(default)]
    pub(super) key_form: KeyForm,
    /// The header that has the delivery's id.
    pub(super) id: Option<String>,
    /// Whether the vendor sends the same bytes for different changes, so that they tell nothing apart.
    #[serde(default)]
    pub(super) same_bytes_again: bool,
    pub(super) time: Option<Time>,
    pub(super) challenge: Option<Challenge>,
    #[serde(default)]
    pub(super) items: String,
    #[serde(default)]
    pub(super) pointer: String,
}

impl SignatureScheme {
    /// Whether a signature is over anything of the delivery.
    pub(super) fn signs(&self) -> bool {
        match self.check {
            Check::HmacSha256 | Check::HmacSha1 | Check::Ed25519 | Check::Jwt => true,
            Check::Shared | Check::Item | Check::None => false,
        }
    }

    /// Whether a secret of ours tells who sent it.
    pub(super) fn takes_secret(&self) -> bool {
        match self.check {
            Check::Jwt | Check::None => false,
            Check::HmacSha256 | Check::HmacSha1 | Check::Ed25519 | Check::Shared | Check::Item => {
                true
            }
        }
    }

    /// Whether the header that has the id is part of what is signed, as far as anything is.
    pub(super) fn vouches_for(&self, header: &str) -> bool {
        !self.signs() || self.signed.contains(&format!("{{header:{header}}}"))
    }
}

/// What makes a delivery the vendor's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Check {
    HmacSha256,
    HmacSha1,
    Ed25519,
    Jwt,
    Shared,
    Item,
    None,
}

/// How the signature is written.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Text {
    #[default]
    Hex,
    Base64,
}

/// Which of our secrets a vendor signs with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyOf {
    /// The app's client secret.
    Client,
    /// A secret of its own.
    #[default]
    Signing,
}

/// How the secret is written.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum KeyForm {
    #[default]
    Text,
    Whsec,
    Basic,
}

/// Where the delivery says when it was signed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Time {
    #[serde(default)]
    pub(super) header: String,
    #[serde(default)]
    pub(super) prefix: String,
    #[serde(default)]
    pub(super) pointer: String,
    pub(super) unit: Unit,
    pub(super) tolerance: i64,
}

/// How a time is written.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Unit {
    #[serde(rename = "s")]
    Seconds,
    #[serde(rename = "ms")]
    Milliseconds,
    Rfc3339,
}

/// Where the text stands that a vendor wants to read again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Challenge {
    #[serde(default)]
    pub(super) pointer: String,
    #[serde(default)]
    pub(super) query: String,
}

/// The schemes by name, or what is wrong with the table. A test reads it, so that a build that passed has it.
pub(super) static SCHEMES: LazyLock<Result<BTreeMap<String, SignatureScheme>, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(include_str!("../../../assets/signatures.toml")));

/// One scheme.
pub(super) fn named(name: &str) -> Option<&'static SignatureScheme> {
    SCHEMES.as_ref().ok()?.get(name)
}
