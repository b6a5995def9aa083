//! The clients themselves.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::future::Future;
use std::time::{Duration, Instant};

use reqwest::{Client, ClientBuilder, redirect};
use rustls::ClientConfig;
use tokio::time::timeout;
use url::Url;

use super::answer::head_of;
use super::hosts::{HostTurn, Hosts};
use super::pool::{Pool, UrlScheme};
use super::refusal_counts::RefusalCounts;
use super::tls::Tls;
use super::traffic::{HostTraffic, Traffic};
use super::{HttpAnswer, HttpConnection, HttpError, Outgoing, Patience, addresses, is_loopback};

use crate::domain::provider::Body;

/// How long a connection is kept that nobody uses.
const IDLE: Duration = Duration::from_secs(5);
/// How long an answer may take that never stalls.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// The clients, built at first use: in a bare container the https one cannot be built, and nothing else should fail
/// for that.
pub(crate) struct Http {
    patience: Patience,
    tls: Tls,
    once: Pool,
    fresh: Pool,
    hosts: Hosts,
    traffic: Traffic,
    refused: RefusalCounts,
}

impl Http {
    pub(crate) fn new(patience: Patience) -> Self {
        Self {
            patience,
            tls: Tls::default(),
            once: Pool::default(),
            fresh: Pool::default(),
            hosts: Hosts::new(patience.at_once),
            traffic: Traffic::default(),
            refused: RefusalCounts::new(patience.refused_for),
        }
    }

    /// Sends and reads the whole answer, whatever its status.
    pub(crate) async fn send(
        &self,
        line: HttpConnection<'_>,
        outgoing: Outgoing,
    ) -> Result<HttpAnswer, HttpError> {
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

    /// How often this host has refused us of late.
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
        turn: &HostTurn,
        host: &str,
        outgoing: Outgoing,
    ) -> Result<HttpAnswer, HttpError> {
        let limit = outgoing.limit;
        let mut request = client
            .request(outgoing.method, outgoing.url)
            .headers(outgoing.headers);
        let stalls_after = outgoing.stalls_after;
        if stalls_after.is_some() {
            request = request.timeout(LONGEST);
        }
        if let Some(body) = outgoing.body {
            request = request.body(body);
        }
        let response = self.coming(host, stalls_after, request.send()).await?;
        let mut answer = head_of(response.status().as_u16(), response.headers());
        turn.told(answer.status, answer.retry_after);
        let bytes = self.read(host, response, limit, stalls_after).await?;
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
        stalls_after: Option<Duration>,
    ) -> Result<Vec<u8>, HttpError> {
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = self.coming(host, stalls_after, response.chunk()).await? {
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

    /// What comes, unless nothing has come for so long.
    async fn coming<T>(
        &self,
        host: &str,
        stalls_after: Option<Duration>,
        comes: impl Future<Output = reqwest::Result<T>>,
    ) -> Result<T, HttpError> {
        let came = match stalls_after {
            None => comes.await,
            Some(after) => timeout(after, comes)
                .await
                .map_err(|_elapsed| HttpError::TimedOut {
                    host: host.to_owned(),
                    after,
                })?,
        };
        came.map_err(|error| self.explain(host, &error))
    }

    fn client_for(&self, url: &Url, line: HttpConnection<'_>) -> Result<Client, HttpError> {
        let scheme = match url.scheme() {
            "https" => UrlScheme::Https,
            "http" if is_loopback(url) => UrlScheme::Plain,
            _ => {
                let host = url.host_str().unwrap_or("no host");
                return Err(HttpError::Insecure(host.to_owned()));
            }
        };
        let pool = match line {
            HttpConnection::Of(pool) => pool,
            HttpConnection::Once => &self.once,
            HttpConnection::Fresh => &self.fresh,
        };
        pool.client(scheme, || self.build(scheme, line))
    }

    fn build(&self, scheme: UrlScheme, line: HttpConnection<'_>) -> Result<Client, HttpError> {
        let builder = match line {
            HttpConnection::Of(_) => self.builder(),
            HttpConnection::Once => self.builder().pool_max_idle_per_host(0),
            HttpConnection::Fresh => addresses::every_one(self.builder().pool_max_idle_per_host(0)),
        };
        match (scheme, line) {
            (UrlScheme::Plain, _) => plain(builder),
            (UrlScheme::Https, HttpConnection::Fresh) => {
                https(builder, self.tls.without_resumption()?)
            }
            (UrlScheme::Https, HttpConnection::Of(_) | HttpConnection::Once) => {
                https(builder, self.tls.config()?)
            }
        }
    }

    fn builder(&self) -> ClientBuilder {
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
fn https(builder: ClientBuilder, tls: ClientConfig) -> Result<Client, HttpError> {
    let built = builder.https_only(true).tls_backend_preconfigured(tls);
    let built = built.build();
    built.map_err(|error| HttpError::NoCertificates(innermost(&error)))
}

/// A client for loopback, which verifies no certificates because it meets none, and is never somebody else's to proxy.
fn plain(builder: ClientBuilder) -> Result<Client, HttpError> {
    // An error means that a provider is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    builder
        .no_proxy()
        .tls_certs_only(std::iter::empty())
        .build()
        .map_err(|_| HttpError::BadRequest("the loopback client cannot be built"))
}

/// The innermost cause, which is the network's word and never holds the URL.
fn innermost(error: &reqwest::Error) -> String {
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
            .send(
                HttpConnection::Once,
                Outgoing::new(Method::POST, url, SMALL_REPLY),
            )
            .await;
        assert_eq!(
            sent.err(),
            Some(HttpError::Insecure("192.0.2.1".to_owned()))
        );
    }
}
