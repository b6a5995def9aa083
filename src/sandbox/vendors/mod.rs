//! The vendors: which address is what, and in which spelling each of them answers.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::call::{Answer, Call};
use super::clients::RefreshPolicy;
use super::faults::Endpoint;
use super::mint::Mint;
use super::settings::{Consent, Lifetime, Never, Settings};
use super::state::VendorState;
use super::tokens::TokenKind;

mod github;
mod hubspot;
mod ledger;
mod postmark;
mod slack;

/// A vendor of the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vendor {
    /// Keeps to the RFCs in everything.
    Ledger,
    /// Answers errors of its token endpoint with 200, revokes by a DELETE with a body.
    Github,
    /// Revokes refresh tokens only; access tokens live on until the app is uninstalled.
    Hubspot,
    /// Says `ok: false` with 200, and has a bot's and a person's token.
    Slack,
    /// Has API keys and no way to revoke them.
    Postmark,
}

/// Answers one kind of call.
pub(super) type Handler = fn(&mut VendorState, &Call) -> Answer;

impl Vendor {
    /// Every vendor.
    pub const ALL: [Self; 5] = [
        Self::Ledger,
        Self::Github,
        Self::Hubspot,
        Self::Slack,
        Self::Postmark,
    ];

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Ledger => "Ledger",
            Self::Github => "GitHub",
            Self::Hubspot => "HubSpot",
            Self::Slack => "Slack",
            Self::Postmark => "Postmark",
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::Github => "github",
            Self::Hubspot => "hubspot",
            Self::Slack => "slack",
            Self::Postmark => "postmark",
        }
    }

    /// Whose address this is: the first segment says so, but for metadata, where the issuer's path comes last
    /// (RFC 8414 section 3).
    pub(super) fn of_path(path: &str) -> Option<Self> {
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        let first = segments.next()?;
        let name = if first == ".well-known" {
            segments.next_back()?
        } else {
            first
        };
        Self::ALL.into_iter().find(|vendor| vendor.prefix() == name)
    }

    /// What the called address is, and who answers there.
    pub(super) fn route(self, call: &Call) -> Option<(Endpoint, Handler)> {
        let segments = call.segments();
        let method = call.method.as_str();
        match self {
            Self::Ledger => ledger::route(method, &segments),
            Self::Github => github::route(method, &segments),
            Self::Hubspot => hubspot::route(method, &segments),
            Self::Slack => slack::route(method, &segments),
            Self::Postmark => postmark::route(method, &segments),
        }
    }

    pub(super) fn request_id_header(self) -> &'static str {
        match self {
            Self::Ledger | Self::Postmark => "x-request-id",
            Self::Github => "x-github-request-id",
            Self::Hubspot => "x-hubspot-correlation-id",
            Self::Slack => "x-slack-req-id",
        }
    }

    pub(super) fn scope_separator(self) -> char {
        if self == Self::Slack { ',' } else { ' ' }
    }

    /// What is granted when nothing is asked for.
    pub(super) fn default_scope(self) -> Vec<String> {
        let scopes: &[&str] = match self {
            Self::Ledger => &ledger::SCOPES,
            Self::Hubspot => &["oauth"],
            Self::Github | Self::Slack | Self::Postmark => &[],
        };
        scopes.iter().map(|scope| (*scope).to_owned()).collect()
    }

    /// How the vendor behaves until it is told otherwise.
    pub(super) fn settings(self) -> Settings {
        let (access_ttl, refresh) = match self {
            Self::Ledger => (Lifetime::Seconds(3600), RefreshPolicy::Rotating),
            Self::Hubspot => (Lifetime::Seconds(1800), RefreshPolicy::Static),
            Self::Github | Self::Slack | Self::Postmark => {
                (Lifetime::Word(Never::Never), RefreshPolicy::Rotating)
            }
        };
        let auto_consent = Consent::Ask;
        Settings {
            access_ttl,
            refresh,
            pkce_required: true,
            page_delay_ms: 0,
            items: 2_500,
            auto_consent,
            device_interval: 5,
        }
    }

    /// A fresh token, in the vendor's spelling.
    pub(super) fn spell(self, kind: TokenKind, mint: &Mint, expires: bool) -> String {
        let random = mint.hex();
        match (self, kind) {
            (Self::Github, TokenKind::Refresh) => format!("ghr_{random}"),
            (Self::Github, _) if expires => format!("ghu_{random}"),
            (Self::Github, _) => format!("gho_{random}"),
            (Self::Hubspot, TokenKind::Refresh) => format!("na1-{random}"),
            (Self::Hubspot, _) => format!("pat-na1-{random}"),
            (Self::Slack, TokenKind::User) if expires => format!("xoxe.xoxp-1-{random}"),
            (Self::Slack, TokenKind::User) => format!("xoxp-{random}"),
            (Self::Slack, TokenKind::BotRefresh | TokenKind::UserRefresh) => {
                format!("xoxe-1-{random}")
            }
            (Self::Slack, _) if expires => format!("xoxe.xoxb-1-{random}"),
            (Self::Slack, _) => format!("xoxb-{random}"),
            (Self::Postmark, _) => as_uuid(&random),
            (Self::Ledger, TokenKind::Refresh) => format!("lrt_{random}"),
            (Self::Ledger, _) => format!("lat_{random}"),
        }
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.prefix())
    }
}

/// Adds a field to a JSON object that some answers have and others have not.
fn put(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(fields) = object {
        fields.insert(name.to_owned(), value);
    }
}

fn as_uuid(hex: &str) -> String {
    let mut uuid = String::with_capacity(hex.len() + 4);
    for (index, digit) in hex.chars().enumerate() {
        if [8, 12, 16, 20].contains(&index) {
            uuid.push('-');
        }
        uuid.push(digit);
    }
    uuid
}
