//! How https connections verify who answers.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls_platform_verifier::Verifier;

use super::HttpError;

/// The configuration that all https clients share, built at first use: it reads the system's certificates.
#[derive(Default)]
pub(super) struct Tls(Mutex<Option<ClientConfig>>);

impl Tls {
    /// HTTP/2 where the host speaks it, and sessions that are resumed.
    pub(super) fn config(&self) -> Result<ClientConfig, HttpError> {
        let mut config = self.shared()?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    /// HTTP/1.1, and a whole handshake each time.
    pub(super) fn without_resumption(&self) -> Result<ClientConfig, HttpError> {
        let mut config = self.shared()?;
        config.resumption = Resumption::disabled();
        Ok(config)
    }

    fn shared(&self) -> Result<ClientConfig, HttpError> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = slot.as_ref() {
            return Ok(config.clone());
        }
        let config = build().map_err(|error| HttpError::NoCertificates(error.to_string()))?;
        Ok(slot.insert(config).clone())
    }
}

fn build() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new(provider.clone())?;
    let builder = ClientConfig::builder_with_provider(provider);
    let config = builder
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_connection_resumes_nothing() {
        let tls = Tls::default();
        let resumption = |config: ClientConfig| format!("{:?}", config.resumption);
        let none = "NoClientSessionStorage";
        assert!(resumption(tls.without_resumption().unwrap()).contains(none));
        assert!(!resumption(tls.config().unwrap()).contains(none));
    }
}
