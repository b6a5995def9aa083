//! How a vendor behaves.

use serde::{Deserialize, Serialize};

use super::clients::RefreshPolicy;

/// What the consent page does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// Shows the page.
    Ask,
    /// Allows at once.
    Allow,
    /// Denies at once.
    Deny,
}

/// How long access tokens live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Lifetime {
    /// So many seconds, with a refresh token beside it.
    Seconds(u64),
    /// For ever, without a refresh token.
    Word(Never),
}

/// The word for a lifetime without an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Never {
    /// Without an end.
    Never,
}

impl Lifetime {
    pub(super) fn seconds(self) -> Option<u64> {
        match self {
            Self::Seconds(seconds) => Some(seconds),
            Self::Word(Never::Never) => None,
        }
    }
}

/// How a vendor behaves now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// How long access tokens live.
    pub access_ttl: Lifetime,
    /// How long it says that they live, in seconds, where it does not say the truth (Ledger and HubSpot).
    pub told_ttl: Option<u64>,
    /// What becomes of used refresh tokens.
    pub refresh: RefreshPolicy,
    /// Whether an authorization request without PKCE is refused; a challenge that is there is always checked.
    pub pkce_required: bool,
    /// How long each page of a list is held back.
    pub page_delay_ms: u64,
    /// How many items each entity has.
    pub items: usize,
    /// What the consent page does.
    pub auto_consent: Consent,
    /// Seconds between two polls of a device.
    pub device_interval: u64,
    /// Whether an authorization brings the access token that lives already of the same account and client, as one of a
    /// Slack bot does (Ledger).
    pub reissues: bool,
}

/// A change of settings; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsChange {
    /// See [`Settings::access_ttl`].
    pub access_ttl: Option<Lifetime>,
    /// See [`Settings::told_ttl`].
    pub told_ttl: Option<u64>,
    /// See [`Settings::refresh`].
    pub refresh: Option<RefreshPolicy>,
    /// See [`Settings::pkce_required`].
    pub pkce_required: Option<bool>,
    /// See [`Settings::page_delay_ms`].
    pub page_delay_ms: Option<u64>,
    /// See [`Settings::items`].
    pub items: Option<usize>,
    /// See [`Settings::auto_consent`].
    pub auto_consent: Option<Consent>,
    /// See [`Settings::device_interval`].
    pub device_interval: Option<u64>,
    /// See [`Settings::reissues`].
    pub reissues: Option<bool>,
}

impl Settings {
    /// What a token answer says of the access token's life.
    pub(super) fn told(&self) -> Option<u64> {
        self.told_ttl.or(self.access_ttl.seconds())
    }

    pub(super) fn change(&mut self, change: SettingsChange) {
        self.access_ttl = change.access_ttl.unwrap_or(self.access_ttl);
        self.told_ttl = change.told_ttl.or(self.told_ttl);
        self.refresh = change.refresh.unwrap_or(self.refresh);
        self.pkce_required = change.pkce_required.unwrap_or(self.pkce_required);
        self.page_delay_ms = change.page_delay_ms.unwrap_or(self.page_delay_ms);
        self.items = change.items.unwrap_or(self.items);
        self.auto_consent = change.auto_consent.unwrap_or(self.auto_consent);
        self.device_interval = change.device_interval.unwrap_or(self.device_interval);
        self.reissues = change.reissues.unwrap_or(self.reissues);
    }
}
