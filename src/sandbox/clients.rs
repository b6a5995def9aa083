//! The apps that are registered at a vendor, and how they prove who they are.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::call::Call;
use super::vendor::Vendor;

/// What becomes of a refresh token that is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshPolicy {
    /// Another takes its place, and using it again kills the grant (RFC 9700 section 4.14.2).
    Rotating,
    /// It stays.
    Static,
    /// Another comes with it, and the used one goes on working.
    Additional,
    /// Another takes its place; the used one may be presented again for half an hour.
    Graceful,
}

/// A registered app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Its public name in the protocol.
    pub client_id: String,
    /// Its secret; none for a public client.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// The name on the consent page.
    pub name: String,
    /// Where answers may go.
    pub redirect_uris: Vec<String>,
    /// Whether a loopback redirect URI may use any port (RFC 8252 section 7.3).
    #[serde(default)]
    pub any_port: bool,
    /// Overrides what the vendor does with refresh tokens.
    #[serde(default)]
    pub refresh: Option<RefreshPolicy>,
}

impl Client {
    /// The first app that a vendor knows from the start: `sandbox-PROVIDER` with the secret `sandbox-PROVIDER-secret`.
    pub fn preset(vendor: Vendor) -> Self {
        let apps = vendor.profile().apps.first();
        Self::of_provider(apps.map_or(vendor.profile().name, |app| app.provider))
    }

    /// The app of a provider file, which every vendor knows from the start.
    pub(super) fn of_provider(provider: &str) -> Self {
        let id = format!("sandbox-{provider}");
        Self {
            client_secret: Some(format!("{id}-secret")),
            client_id: id,
            name: "Tagout".to_owned(),
            redirect_uris: vec![format!("http://127.0.0.1:8976/callback/{provider}")],
            any_port: true,
            refresh: None,
        }
    }

    /// Exact match (RFC 9700 section 2.1), but for the port of a loopback address when that is allowed.
    pub(super) fn accepts_redirect(&self, asked: &str) -> bool {
        self.redirect_uris
            .iter()
            .any(|known| known == asked || (self.any_port && differ_in_port_only(known, asked)))
    }
}

/// How a vendor wants clients to authenticate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ClientAuth {
    Basic,
    Body,
    Either,
}

/// The client that makes this call, if it proves who it is.
pub(super) fn authenticate<'a>(
    clients: &'a [Client],
    call: &Call,
    how: ClientAuth,
) -> Option<&'a Client> {
    let basic = call.basic().filter(|_| how != ClientAuth::Body);
    let in_body = call
        .form("client_secret")
        .filter(|_| how != ClientAuth::Basic);
    let (id, secret) = match (basic, in_body) {
        // RFC 6749 section 2.3: never more than one way in one request.
        (Some(_), Some(_)) => return None,
        (Some((id, secret)), None) => (id, Some(secret)),
        (None, secret) => (
            call.form("client_id")?.to_owned(),
            secret.map(str::to_owned),
        ),
    };
    clients
        .iter()
        .find(|client| client.client_id == id && client.client_secret == secret)
}

fn differ_in_port_only(known: &str, asked: &str) -> bool {
    let (Ok(mut known), Ok(asked)) = (Url::parse(known), Url::parse(asked)) else {
        return false;
    };
    let loopback = match asked.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        _ => false,
    };
    loopback && asked.scheme() == "http" && known.set_port(asked.port()).is_ok() && known == asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_port_of_a_loopback_redirect_may_differ() {
        let client = Client::preset(Vendor::Github);
        assert!(client.accepts_redirect("http://127.0.0.1:8976/callback/github"));
        assert!(client.accepts_redirect("http://127.0.0.1:41000/callback/github"));
        for wrong in [
            "http://127.0.0.1:41000/callback/slack",
            "http://127.0.0.1:41000/callback/github?next=evil",
            "https://127.0.0.1:41000/callback/github",
            "http://127.0.0.1@evil.example:8976/callback/github",
            "http://localhost:8976/callback/github",
            "http://127.0.0.1:8976/callback/github#part",
        ] {
            assert!(!client.accepts_redirect(wrong), "{wrong}");
        }
        let strict = Client {
            any_port: false,
            ..client
        };
        assert!(!strict.accepts_redirect("http://127.0.0.1:41000/callback/github"));
    }
}
