//! The two clients that speak to vendors: https, and plain http for loopback alone. They follow no redirects, wait no
//! longer and read no more than they were told, and tell "never sent" from "sent, and no answer came".

use std::collections::BTreeMap;
use std::error::Error as _;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, redirect};
use url::{Host, Url};

use crate::domain::provider::Body;

/// What is read of an answer to a token request, a revocation or a probe.
pub(crate) const SMALL_REPLY: usize = 1 << 20;
/// What is read of a list's page.
pub(crate) const LIST_REPLY: usize = 8 << 20;
/// How much may be kept of a header, so that a hostile one does not end up in the record.
const HEADER_LIMIT: usize = 2048;

/// How long a vendor is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the connection.
    pub connect: Duration,
    /// For all of it.
    pub whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            whole: Duration::from_secs(15),
        }
    }
}

/// Why there is no answer. Hosts are named, URLs never: they may carry a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// Plain http to somewhere else.
    #[error("{0} is not https; plain http is for loopback only")]
    Insecure(String),
    /// The https client could not be built.
    #[error("cannot verify certificates ({0}); install ca-certificates")]
    NoCertificates(String),
    /// What was to be sent cannot be.
    #[error("the request cannot be built: {0}")]
    BadRequest(&'static str),
    /// No connection: the vendor certainly saw nothing.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// The host.
        host: String,
        /// The network's words.
        why: String,
    },
    /// Sent, and no answer in time: the vendor may have acted.
    #[error("{host} did not answer within {} s", after.as_secs_f32())]
    TimedOut {
        /// The host.
        host: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// Sent, and the connection ended before the answer did: the vendor may have acted.
    #[error("{host} hung up before its answer was complete: {why}")]
    Lost {
        /// The host.
        host: String,
        /// The network's words.
        why: String,
    },
    /// Answered with more than is read.
    #[error("{host} answered with status {status} and more than {limit} bytes")]
    TooLarge {
        /// The host.
        host: String,
        /// The status that came.
        status: u16,
        /// How much is read at most.
        limit: usize,
    },
}

impl HttpError {
    /// Whether it is certain that the vendor never saw the request.
    #[must_use]
    pub fn never_sent(&self) -> bool {
        matches!(
            self,
            Self::Insecure(_)
                | Self::NoCertificates(_)
                | Self::BadRequest(_)
                | Self::Unreachable { .. }
        )
    }
}

/// A request. It has no `Debug`: its URL, headers and body may carry secrets.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) limit: usize,
}

impl Outgoing {
    pub(crate) fn new(method: Method, url: Url, limit: usize) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(
            reqwest::header::ACCEPT,
            HeaderValue::from_static("application/json"),
        );
        Self {
            method,
            url,
            headers,
            body: None,
            limit,
        }
    }

    /// Puts a header, kept out of every log.
    pub(crate) fn header(&mut self, name: &str, value: &str) -> Result<(), HttpError> {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| HttpError::BadRequest("a header's name is wrong"))?;
        let mut value = HeaderValue::from_str(value).map_err(|_| {
            HttpError::BadRequest("a header's value holds characters that cannot be sent")
        })?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(())
    }
}

/// What a vendor answered: the body, and the few headers that anybody reads.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) link: Option<String>,
    /// `WWW-Authenticate` (RFC 6750 3).
    pub(crate) challenge: Option<String>,
    pub(crate) body: Body,
}

impl Answer {
    pub(crate) fn is_2xx(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// The clients, built at first use: in a bare container the https one cannot be built, and nothing else should fail
/// for that.
pub(crate) struct Http {
    patience: Patience,
    https: Mutex<Option<Client>>,
    plain: Mutex<Option<Client>>,
}

impl Http {
    pub(crate) fn new(patience: Patience) -> Self {
        Self {
            patience,
            https: Mutex::new(None),
            plain: Mutex::new(None),
        }
    }

    /// Sends and reads the whole answer, whatever its status.
    pub(crate) async fn send(&self, outgoing: Outgoing) -> Result<Answer, HttpError> {
        let host = outgoing.url.host_str().unwrap_or("no host").to_owned();
        let client = self.client_for(&outgoing.url)?;
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
            .map_err(|error| self.explain(&host, &error))?;
        let mut answer = head_of(response.status().as_u16(), response.headers());
        answer.body = Body::from_bytes(&self.read(&host, response, limit).await?);
        tracing::debug!(
            host,
            status = answer.status,
            request_id = answer.request_id,
            "vendor answered"
        );
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

    fn client_for(&self, url: &Url) -> Result<Client, HttpError> {
        match url.scheme() {
            "https" => ready(&self.https, || self.build_https()),
            "http" if is_loopback(url) => ready(&self.plain, || self.build_plain()),
            _ => Err(HttpError::Insecure(
                url.host_str().unwrap_or("no host").to_owned(),
            )),
        }
    }

    fn build_https(&self) -> Result<Client, HttpError> {
        // An error means that a provider is installed already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        self.builder()
            .https_only(true)
            .build()
            .map_err(|error| HttpError::NoCertificates(innermost(&error)))
    }

    /// Loopback is never somebody else's to proxy.
    fn build_plain(&self) -> Result<Client, HttpError> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        self.builder()
            .no_proxy()
            .tls_certs_only(std::iter::empty())
            .build()
            .map_err(|_| HttpError::BadRequest("the loopback client cannot be built"))
    }

    fn builder(&self) -> reqwest::ClientBuilder {
        Client::builder()
            .user_agent(concat!("tagout/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            // A repeated revocation or refresh is the caller's decision: it may have had an effect.
            .retry(reqwest::retry::never())
            .referer(false)
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

fn ready(
    slot: &Mutex<Option<Client>>,
    build: impl FnOnce() -> Result<Client, HttpError>,
) -> Result<Client, HttpError> {
    let mut slot = slot
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(client) = slot.as_ref() {
        return Ok(client.clone());
    }
    let client = build()?;
    Ok(slot.insert(client).clone())
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

fn head_of(status: u16, headers: &HeaderMap) -> Answer {
    let texts: BTreeMap<&str, &str> = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .filter(|(_, value)| value.len() <= HEADER_LIMIT)
        .collect();
    let text = |name: &str| texts.get(name).map(|value| (*value).to_owned());
    Answer {
        status,
        request_id: texts
            .iter()
            .find(|(name, _)| names_a_request(name))
            .map(|(_, value)| (*value).to_owned()),
        retry_after: texts
            .get("retry-after")
            .and_then(|value| retry_after(value, texts.get("date").copied())),
        link: text("link"),
        challenge: text("www-authenticate"),
        body: Body::from_bytes(b""),
    }
}

/// Vendors name it differently, and all of them end alike.
fn names_a_request(header: &str) -> bool {
    [
        "request-id",
        "requestid",
        "req-id",
        "correlation-id",
        "trace-id",
    ]
    .iter()
    .any(|end| header.ends_with(end))
}

/// RFC 9110 10.2.3: seconds, or a date, which is counted from the vendor's own `Date`: its clock wrote both.
fn retry_after(value: &str, date: Option<&str>) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = |text: &str| {
        jiff::fmt::rfc2822::parse(text)
            .ok()
            .map(|time| time.timestamp())
    };
    let wait = at(value)?.duration_since(at(date?)?);
    Some(Duration::try_from(wait).unwrap_or(Duration::ZERO))
}

/// Whether a URL stays on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_an_address_and_not_a_look_alike() {
        let is = |url: &str| is_loopback(&Url::parse(url).unwrap());
        assert!(is("http://127.0.0.1:8975/x") && is("http://[::1]/x") && is("http://localhost/x"));
        assert!(
            !is("http://127.0.0.1.example.com/")
                && !is("http://10.0.0.1/")
                && !is("http://localhost.example/")
        );
    }

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

    #[test]
    fn waits_are_seconds_or_dates() {
        let date = Some("Fri, 20 Nov 2026 23:00:00 GMT");
        assert_eq!(retry_after("7", None), Some(Duration::from_secs(7)));
        assert_eq!(
            retry_after("Fri, 20 Nov 2026 23:00:09 GMT", date),
            Some(Duration::from_secs(9))
        );
        assert_eq!(
            retry_after("Fri, 20 Nov 2026 22:00:00 GMT", date),
            Some(Duration::ZERO)
        );
        assert_eq!(retry_after("soon", date), None);
    }

    #[test]
    fn request_ids_are_found_under_their_usual_names() {
        for name in [
            "x-request-id",
            "request-id",
            "x-vendor-request-id",
            "x-vendor-req-id",
            "x-correlation-id",
        ] {
            assert!(names_a_request(name), "{name}");
        }
    }
}
