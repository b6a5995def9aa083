//! The clients themselves.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::{Client, redirect};
use url::Url;

use super::answer::head_of;
use super::fresh::Fresh;
use super::hosts::{Hosts, Turn};
use super::refused::Refused;
use super::traffic::{HostTraffic, Traffic};
use super::{Answer, HttpError, Line, Outgoing, Patience, is_loopback};
use crate::domain::provider::Body;

/// An idle connection is kept for so long: the last request that it carried stays in its buffers, with a token of somebody who
/// may be disconnected by then. While one is in use the next request is written over the last.
const IDLE: Duration = Duration::from_secs(1);

/// The clients, built at first use: in a bare container the https one cannot be built, and nothing else should fail
/// for that.
pub(crate) struct Http {
    patience: Patience,
    kept: Clients,
    once: Clients,
    fresh: Fresh,
    hosts: Hosts,
    traffic: Traffic,
    refused: Refused,
}

/// One for either scheme.
#[derive(Default)]
struct Clients {
    https: Mutex<Option<Client>>,
    plain: Mutex<Option<Client>>,
}

impl Http {
    pub(crate) fn new(patience: Patience) -> Self {
        Self {
            patience,
            kept: Clients::default(),
            once: Clients::default(),
            fresh: Fresh::default(),
            hosts: Hosts::new(patience.at_once),
            traffic: Traffic::default(),
            refused: Refused::default(),
        }
    }

    /// Sends and reads the whole answer, whatever its status.
    pub(crate) async fn send(&self, outgoing: Outgoing) -> Result<Answer, HttpError> {
        self.send_on(Line::Kept, outgoing).await
    }

    /// The same on a connection of this kind.
    pub(crate) async fn send_on(
        &self,
        line: Line,
        outgoing: Outgoing,
    ) -> Result<Answer, HttpError> {
        let host = outgoing.url.host_str().unwrap_or("no host").to_owned();
        let client = self.client_for(&outgoing.url, line)?;
        let turn = self.hosts.enter(&outgoing.url).await;
        let (began, url) = (Instant::now(), outgoing.url.clone());
        let ended = self.exchange(&client, &turn, &host, outgoing).await;
        self.traffic.count(&host, &ended, began.elapsed());
        if matches!(&ended, Ok(answer) if is_counted(answer.status)) {
            self.refused.count(&url);
        }
        ended
    }

    /// The host has refused something in an answer whose status does not say so.
    pub(crate) fn count_refusal(&self, url: &Url) {
        self.refused.count(url);
    }

    /// How often this host has refused us within the last minute.
    pub(crate) fn refused_of_late(&self, url: &Url) -> u32 {
        self.refused.of_late(url)
    }

    /// What was asked of each host so far.
    pub(crate) fn traffic(&self) -> BTreeMap<String, HostTraffic> {
        self.traffic.by_host()
    }

    async fn exchange(
        &self,
        client: &Client,
        turn: &Turn,
        host: &str,
        outgoing: Outgoing,
    ) -> Result<Answer, HttpError> {
        let limit = outgoing.limit;
        let mut request = client
            .request(outgoing.method, outgoing.url)
            .headers(outgoing.headers);
        if let Some(body) = outgoing.body {
            request = request.body(body);
        }
        let response = request
            .send()
            .await
            .map_err(|error| self.explain(host, &error))?;
        let mut answer = head_of(response.status().as_u16(), response.headers());
        turn.told(answer.status, answer.retry_after);
        let bytes = self.read(host, response, limit).await?;
        let kind = answer.headers.get("content-type").unwrap_or_default();
        answer.body = Body::of_type(kind, &bytes);
        tracing::debug!(host, status = answer.status, "vendor answered");
        Ok(answer)
    }

    async fn read(
        &self,
        host: &str,
        mut response: reqwest::Response,
        limit: usize,
    ) -> Result<Vec<u8>, HttpError> {
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| self.explain(host, &error))?
        {
            if body.len() + chunk.len() > limit {
                return Err(HttpError::TooLarge {
                    host: host.to_owned(),
                    status,
                    limit,
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn client_for(&self, url: &Url, line: Line) -> Result<Client, HttpError> {
        match (url.scheme(), line) {
            ("https", Line::Kept) => ready(&self.kept.https, || https(self.builder())),
            ("https", Line::Once) => ready(&self.once.https, || https(self.builder_once())),
            ("https", Line::Fresh) => {
                ready(&self.fresh.https, || self.fresh.build_https(self.builder()))
            }
            ("http", Line::Kept) if is_loopback(url) => {
                ready(&self.kept.plain, || plain(self.builder()))
            }
            ("http", Line::Once) if is_loopback(url) => {
                ready(&self.once.plain, || plain(self.builder_once()))
            }
            ("http", Line::Fresh) if is_loopback(url) => {
                ready(&self.fresh.plain, || self.fresh.build_plain(self.builder()))
            }
            _ => Err(HttpError::Insecure(
                url.host_str().unwrap_or("no host").to_owned(),
            )),
        }
    }

    fn builder_once(&self) -> reqwest::ClientBuilder {
        self.builder().pool_max_idle_per_host(0)
    }

    fn builder(&self) -> reqwest::ClientBuilder {
        Client::builder()
            .user_agent(concat!("tagout/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            // A repeated revocation or refresh is the caller's decision: it may have had an effect.
            .retry(reqwest::retry::never())
            .referer(false)
            .pool_idle_timeout(IDLE)
            .connect_timeout(self.patience.connect)
            .timeout(self.patience.whole)
    }

    fn explain(&self, host: &str, error: &reqwest::Error) -> HttpError {
        let host = host.to_owned();
        if error.is_connect() {
            return HttpError::Unreachable {
                host,
                why: innermost(error),
            };
        }
        if error.is_builder() {
            return HttpError::BadRequest("its URL or headers cannot be sent");
        }
        if error.is_timeout() {
            return HttpError::TimedOut {
                host,
                after: self.patience.whole,
            };
        }
        HttpError::Lost {
            host,
            why: innermost(error),
        }
    }
}

/// What reaches vendors.
fn https(builder: reqwest::ClientBuilder) -> Result<Client, HttpError> {
    // An error means that a provider is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let built = builder.https_only(true).build();
    built.map_err(|error| HttpError::NoCertificates(innermost(&error)))
}

/// A client for loopback, which verifies no certificates because it meets none, and is never somebody else's to proxy.
pub(super) fn plain(builder: reqwest::ClientBuilder) -> Result<Client, HttpError> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    builder
        .no_proxy()
        .tls_certs_only(std::iter::empty())
        .build()
        .map_err(|_| HttpError::BadRequest("the loopback client cannot be built"))
}

fn ready(
    slot: &Mutex<Option<Client>>,
    build: impl FnOnce() -> Result<Client, HttpError>,
) -> Result<Client, HttpError> {
    let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(client) = slot.as_ref() {
        return Ok(client.clone());
    }
    let client = build()?;
    Ok(slot.insert(client).clone())
}

/// The innermost cause, which is the network's word and never holds the URL.
pub(super) fn innermost(error: &reqwest::Error) -> String {
    let mut cause = match error.source() {
        Some(cause) => cause,
        None => return "no further reason".to_owned(),
    };
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

/// Whether an answer with this status is a refusal: RFC 6749 5.2 refuses a grant with 400.
pub(crate) fn is_counted(status: u16) -> bool {
    matches!(status, 400 | 401 | 403)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::http::SMALL_REPLY;
    use reqwest::Method;

    #[tokio::test]
    async fn plain_http_goes_nowhere_else() {
        let url = Url::parse("http://192.0.2.1/revoke").unwrap();
        let sent = Http::new(Patience::default())
            .send(Outgoing::new(Method::POST, url, SMALL_REPLY))
            .await;
        assert_eq!(
            sent.err(),
            Some(HttpError::Insecure("192.0.2.1".to_owned()))
        );
    }
}
