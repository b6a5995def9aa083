//! Connections of their own: each request opens one, without TLS resumption, to the next of the host's addresses.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, ClientBuilder};
use rustls::client::Resumption;
use rustls_platform_verifier::Verifier;

use super::HttpError;
use super::client::{innermost, plain};

/// The two clients, built at first use like those that keep their connections.
#[derive(Default)]
pub(super) struct Fresh {
    pub(super) https: Mutex<Option<Client>>,
    pub(super) plain: Mutex<Option<Client>>,
}

impl Fresh {
    pub(super) fn build_https(&self, builder: ClientBuilder) -> Result<Client, HttpError> {
        let config = tls().map_err(|error| HttpError::NoCertificates(error.to_string()))?;
        builder
            .https_only(true)
            .pool_max_idle_per_host(0)
            .dns_resolver(InTurn::default())
            .tls_backend_preconfigured(config)
            .build()
            .map_err(|error| HttpError::NoCertificates(innermost(&error)))
    }

    pub(super) fn build_plain(&self, builder: ClientBuilder) -> Result<Client, HttpError> {
        let builder = builder.pool_max_idle_per_host(0);
        plain(builder.dns_resolver(InTurn::default()))
    }
}

fn tls() -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new(provider.clone())?;
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// The system's resolver, which begins with another of the host's addresses each time.
#[derive(Default)]
struct InTurn {
    asked: AtomicUsize,
}

impl Resolve for InTurn {
    fn resolve(&self, name: Name) -> Resolving {
        let turn = self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(Box::new(in_turn(found.collect(), turn).into_iter()) as Addrs)
        })
    }
}

fn in_turn(mut found: Vec<SocketAddr>, turn: usize) -> Vec<SocketAddr> {
    // The same order whatever the resolver's own, so that turns are turns.
    found.sort_unstable();
    let first = turn.checked_rem(found.len()).unwrap_or_default();
    found.rotate_left(first);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_is_first_in_turn() {
        let found: Vec<SocketAddr> = ["192.0.2.2:0", "192.0.2.1:0", "192.0.2.3:0"]
            .map(|it| it.parse().unwrap())
            .into();
        let first = |turn| in_turn(found.clone(), turn)[0].to_string();
        assert_eq!(
            [0, 1, 2, 3].map(first),
            ["192.0.2.1:0", "192.0.2.2:0", "192.0.2.3:0", "192.0.2.1:0"]
        );
        assert!(in_turn(Vec::new(), 7).is_empty());
    }

    #[test]
    fn tls_resumes_nothing() {
        let config = tls().unwrap();
        assert!(format!("{:?}", config.resumption).contains("NoClientSessionStorage"));
    }
}
