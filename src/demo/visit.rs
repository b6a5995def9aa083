//! A person with a browser, for the demo's own authorizations: opens the consent page, allows, and comes back
//! with the URL that the vendor sent the browser to.

use std::time::Duration;

use url::Url;

use super::failed;
use crate::wire::Problem;

/// Opens `url` as `account`, allows everything, and returns where the vendor sends the browser.
pub(crate) async fn allow(url: &str, account: &str) -> Result<String, Problem> {
    let mut url = Url::parse(url).map_err(|error| failed(&error.to_string()))?;
    url.query_pairs_mut()
        .append_pair("login_hint", account)
        .append_pair("sandbox_auto", "allow");
    // An error means that a provider is installed already, which serves as well; no TLS is spoken here.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let browser = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .tls_certs_only([])
        .build()
        .map_err(|error| failed(&error.to_string()))?;
    let answer = browser
        .get(url)
        .send()
        .await
        .map_err(|error| failed(&error.to_string()))?;
    let to = answer
        .headers()
        .get("location")
        .and_then(|to| to.to_str().ok());
    to.map(str::to_owned)
        .ok_or_else(|| failed(&format!("the consent page answered {}", answer.status())))
}
