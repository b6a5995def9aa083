//! A code that came back from the vendor, and what it is exchanged for.

use secrecy::SecretString;
use tokio::time::Instant;

use super::flow::{ConsentOpened, FlowContext};
use super::not_exchanged::NotExchanged;
use crate::domain::provider::Pkce;
use crate::providers::{Exchange, Expected, TokenSet, parse_callback};
use crate::server::tokens;
use crate::wire::{Code, Problem};

/// What to do where a vendor does not know the client that a code was asked for with.
const WRONG_CLIENT: &str = "check the client id and secret with `tagout providers configure`; where the vendor wants the secret in the request's body, the provider file says client_auth = \"body\"";

/// The code in what came back, if that belongs to this flow.
pub(super) fn read(
    flow: &FlowContext,
    opened: &ConsentOpened,
    text: &str,
) -> Result<SecretString, Problem> {
    let endpoints = flow.vendor.endpoints()?;
    let expected = Expected {
        state: &opened.authorize.state,
        issuer: endpoints.issuer.as_deref(),
        iss_supported: endpoints.iss_supported,
        has_pkce: flow.vendor.file().auth.pkce == Pkce::S256,
    };
    parse_callback(text, expected).map_err(|error| {
        let name = &flow.vendor.file().name;
        Problem::new(
            Code::Failed,
            format!(
                "connecting {name} failed: {}",
                flow.vendor.app.hide(&error.to_string())
            ),
            "start again",
        )
    })
}

/// What the vendor issues for a code.
pub(super) async fn exchange(
    flow: &FlowContext,
    opened: &ConsentOpened,
    code: &SecretString,
) -> Result<TokenSet, NotExchanged> {
    let endpoints = flow
        .vendor
        .endpoints()
        .map_err(NotExchanged::NothingIssued)?;
    let exchange = Exchange {
        code,
        redirect_uri: &opened.redirect_uri,
        pkce_verifier: opened.authorize.pkce_verifier.as_ref(),
    };
    let vendors = &flow.server.vendors;
    let exchanged = vendors.exchange(&flow.vendor.app, endpoints, exchange);
    tokens::in_flight(Instant::now(), exchanged)
        .await
        .map_err(|error| NotExchanged::of(&flow.vendor.file().name, error, WRONG_CLIENT))
}
