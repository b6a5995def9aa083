//! The two clients that speak to vendors: https, and plain http for loopback alone. They follow no redirects, wait no
//! longer and read no more than they were told, and tell "never sent" from "sent, and no answer came".

mod addresses;
mod answer;
mod client;
mod hosts;
mod pool;
mod refusal_counts;
mod tls;
mod traffic;

use std::net::IpAddr;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::{Host, Url};

#[cfg(test)]
pub(crate) use answer::answer_of;
pub(crate) use answer::{HttpAnswer, LinkHeader};
pub(crate) use client::{Http, is_counted};
pub(crate) use hosts::host_of;
pub use pool::Pool;
pub use traffic::{BOUNDS, HostTraffic};

/// What is read of an answer to a token request, a revocation or a probe.
pub(crate) const SMALL_REPLY: usize = 1 << 20;
/// What is read of a list's page.
pub(crate) const LIST_REPLY: usize = 8 << 20;

/// What vendors' limits are for.
const MINUTE: Duration = Duration::from_secs(60);

/// How long a vendor is waited for, and its word is good, and how much is asked of it at once.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the connection.
    pub connect: Duration,
    /// For all of it.
    pub whole: Duration,
    /// How long an issuer's metadata is good without asking again.
    pub metadata: Duration,
    /// An issuer of signed events is asked for its keys once within so long.
    pub keys_again: Duration,
    /// How many requests are under way to one host.
    pub at_once: usize,
    /// How long a refusal counts on loopback. Anywhere else it counts for a minute, which is what vendors' limits are for.
    pub refused_for: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            whole: Duration::from_secs(15),
            metadata: Duration::from_secs(3600),
            keys_again: MINUTE,
            at_once: 16,
            refused_for: MINUTE,
        }
    }
}

/// On which connection a request travels.
#[derive(Debug, Clone, Copy)]
pub enum HttpConnection<'a> {
    /// One of this pool, kept for the next request.
    Of(&'a Pool),
    /// A new one that is closed after its answer, so that nothing of a credential is left in its buffers.
    Once,
    /// A new one, without TLS resumption, to the host's next address: what one replica or gateway says is not taken for
    /// what all of them say.
    Fresh,
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
        host: String,
        /// The network's words.
        why: String,
    },
    /// Sent, and no answer in time: the vendor may have acted.
    #[error("{host} did not answer within {} s", after.as_secs_f32())]
    TimedOut {
        host: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// Sent, and the connection ended before the answer did: the vendor may have acted.
    #[error("{host} hung up before its answer was complete: {why}")]
    Lost {
        host: String,
        /// The network's words.
        why: String,
    },
    /// Answered with more than is read.
    #[error("{host} answered with status {status} and more than {limit} bytes")]
    TooLarge {
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
    /// How long nothing may come; none: the answer has to be there within [`Patience::whole`].
    pub(crate) stalls_after: Option<Duration>,
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
            stalls_after: None,
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
}
