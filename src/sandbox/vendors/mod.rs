//! The vendors: which address is what, and in which spelling each of them answers.

use std::fmt;

use super::call::Call;
use super::faults::Endpoint;
use super::mint::Mint;
use super::settings::{Consent, Settings};
use super::tokens::TokenKind;
use super::vendor::Vendor;

mod github;
mod github_app;
mod google;
mod hubspot;
mod ledger;
mod linear;
mod microsoft;
mod pipedrive;
mod postmark;
mod profile;
mod salesforce;
mod shopify;
mod slack;
mod stripe;

pub(super) use profile::{App, Handler, Profile};

impl Vendor {
    /// The name for people.
    pub fn title(self) -> &'static str {
        self.profile().title
    }

    /// Whether a provider file is given the id and the secret of a client; otherwise people make keys.
    pub(super) fn takes_clients(self) -> bool {
        !matches!(self, Self::Postmark | Self::GithubApp)
    }

    pub(super) fn profile(self) -> &'static Profile {
        match self {
            Self::Ledger => &ledger::PROFILE,
            Self::Github => &github::PROFILE,
            Self::GithubApp => &github_app::PROFILE,
            Self::Google => &google::PROFILE,
            Self::Hubspot => &hubspot::PROFILE,
            Self::Linear => &linear::PROFILE,
            Self::Microsoft => &microsoft::PROFILE,
            Self::Pipedrive => &pipedrive::PROFILE,
            Self::Postmark => &postmark::PROFILE,
            Self::Salesforce => &salesforce::PROFILE,
            Self::Shopify => &shopify::PROFILE,
            Self::Slack => &slack::PROFILE,
            Self::Stripe => &stripe::PROFILE,
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
        Self::ALL.into_iter().find(|vendor| {
            let profile = vendor.profile();
            profile.name == name || profile.root == Some(name)
        })
    }

    /// What the called address is, and who answers there.
    pub(super) fn route(self, call: &Call) -> Option<(Endpoint, Handler)> {
        let profile = self.profile();
        let segments = call.segments();
        let below = match segments.split_first() {
            Some((first, below)) if *first == profile.name => below,
            _ => &segments,
        };
        let (endpoint, handler) = (profile.route)(call.method.as_str(), below)?;
        Some(((profile.by_body)(call, endpoint), handler))
    }

    /// What is granted when nothing is asked for.
    pub(super) fn default_scope(self) -> Vec<String> {
        let scopes = self.profile().default_scope.iter();
        scopes.map(|scope| (*scope).to_owned()).collect()
    }

    /// How the vendor behaves until it is told otherwise.
    pub(super) fn settings(self) -> Settings {
        let profile = self.profile();
        Settings {
            access_ttl: profile.access_ttl,
            refresh: profile.refresh,
            pkce_required: profile.pkce_required,
            page_delay_ms: 0,
            items: 2_500,
            auto_consent: Consent::Ask,
            told_ttl: None,
            device_interval: 5,
            reissues: false,
        }
    }

    /// A fresh token, in the vendor's spelling.
    pub(super) fn spell(self, kind: TokenKind, mint: &Mint, expires: bool) -> String {
        (self.profile().spell)(kind, &mint.hex(), expires)
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.profile().name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vendor_has_one_name_in_addresses_and_in_the_control_api() {
        for (place, vendor) in Vendor::ALL.into_iter().enumerate() {
            assert_eq!(vendor as usize, place, "{vendor} is out of order");
            assert_eq!(
                serde_json::to_value(vendor).unwrap(),
                vendor.profile().name,
                "{vendor}"
            );
            assert_eq!(Vendor::of_path(&format!("/{vendor}/x")), Some(vendor));
        }
    }
}
