//! The clients: https, and plain http for this machine alone.

use std::error::Error as _;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::{Client, ClientBuilder, redirect};
use url::{Host, Url};

use super::resolve::Guarded;
use crate::domain::display_text::clean;
use crate::domain::egress::EgressPolicy;

/// What is read of an answer: enough for a sentence of why not.
const REPLY: usize = 4 * 1024;
/// How long a receiver has to be reached, and to answer.
const CONNECT: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(15);

/// Why a URL cannot be one of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlRefused {
    /// Neither https, nor http on this machine.
    #[error(
        "{0:?} would be sent to unencrypted; write it with https://, http is for this machine alone"
    )]
    Insecure(String),
    /// An address inside.
    #[error(
        "{0} is not public; `[subscriptions] allow` of config.toml lists networks that are allowed"
    )]
    Inside(IpAddr),
    /// No host, or a password that would be shown to whoever looks at the list.
    #[error("{0:?} has no host, or a user and password; write it as https://HOST/PATH")]
    Odd(String),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It may not be sent there.
    #[error(transparent)]
    Refused(#[from] UrlRefused),
    /// The client cannot be built.
    #[error("cannot verify certificates ({0}); install ca-certificates")]
    NoCertificates(String),
    /// Nobody answered.
    #[error("{0}")]
    NoAnswer(String),
}

/// What a receiver answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiverReply {
    pub status: u16,
    /// How long to leave it alone, when it says so.
    pub retry_after: Option<Duration>,
    /// The beginning of its words.
    pub words: String,
    /// How long it took.
    pub took: Duration,
}

/// A message as it goes out.
pub struct Envelope<'a> {
    pub id: &'a str,
    /// When it is sent, in seconds since 1970.
    pub timestamp: i64,
    /// The signatures.
    pub signature: &'a str,
    /// The JSON.
    pub body: String,
}

/// Both clients, built at first use.
pub struct Outbound {
    reach: EgressPolicy,
    https: Mutex<Option<Client>>,
    plain: Mutex<Option<Client>>,
}

impl Outbound {
    /// To public addresses, this machine, and what is allowed.
    #[must_use]
    pub fn new(reach: EgressPolicy) -> Self {
        Self {
            reach,
            https: Mutex::new(None),
            plain: Mutex::new(None),
        }
    }

    /// Whether a URL can be one of a subscription, as far as that can be told without asking for its address.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, url: &Url) -> Result<(), UrlRefused> {
        let odd = || UrlRefused::Odd(url.to_string());
        if !url.username().is_empty() || url.password().is_some() {
            return Err(odd());
        }
        let literal = match url.host().ok_or_else(odd)? {
            Host::Domain(_) => None,
            Host::Ipv4(four) => Some(IpAddr::from(four)),
            Host::Ipv6(six) => Some(IpAddr::from(six)),
        };
        // What is written as an address is never asked for: the resolver does not see it.
        if let Some(address) = literal.filter(|address| !self.reach.permits_named(*address)) {
            return Err(UrlRefused::Inside(address));
        }
        let is_here = literal.map_or_else(
            || url.host_str() == Some("localhost"),
            |address| address.to_canonical().is_loopback(),
        );
        match url.scheme() {
            "https" => Ok(()),
            "http" if is_here => Ok(()),
            _ => Err(UrlRefused::Insecure(url.to_string())),
        }
    }

    /// Sends a message, once.
    ///
    /// # Errors
    /// When nobody answered, or nobody was asked.
    pub async fn send(&self, url: &Url, message: Envelope<'_>) -> Result<ReceiverReply, SendError> {
        self.check(url)?;
        let client = match url.scheme() {
            "https" => ready(&self.https, || self.builder().https_only(true))?,
            _ => ready(&self.plain, || {
                self.builder().tls_certs_only(std::iter::empty())
            })?,
        };
        let began = Instant::now();
        let request = client
            .post(url.clone())
            .header("content-type", "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.timestamp.to_string())
            .header("webhook-signature", message.signature)
            .body(message.body);
        let no_answer = |error: reqwest::Error| SendError::NoAnswer(innermost(&error));
        let mut response = request.send().await.map_err(no_answer)?;
        let status = response.status();
        let retry_after = response.headers().get("retry-after");
        let retry_after = retry_after
            .and_then(|value| value.to_str().ok()?.parse().ok())
            .map(Duration::from_secs);
        let mut words = Vec::new();
        while !status.is_success() && words.len() < REPLY {
            // What it says is for people; its status counts, whatever becomes of the rest.
            let Ok(Some(chunk)) = response.chunk().await else {
                break;
            };
            words.extend(chunk.iter().take(REPLY - words.len()));
        }
        Ok(ReceiverReply {
            status: status.as_u16(),
            retry_after,
            words: clean(&String::from_utf8_lossy(&words)),
            took: began.elapsed(),
        })
    }

    fn builder(&self) -> ClientBuilder {
        // An error means that a provider is installed already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Client::builder()
            .user_agent(concat!("tagout/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            // A proxy would resolve the name by itself, and connect where we must not.
            .no_proxy()
            .dns_resolver(Guarded {
                reach: self.reach.clone(),
            })
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
    }
}

fn ready(
    slot: &Mutex<Option<Client>>,
    builder: impl FnOnce() -> ClientBuilder,
) -> Result<Client, SendError> {
    let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(client) = slot.as_ref() {
        return Ok(client.clone());
    }
    let client = builder()
        .build()
        .map_err(|error| SendError::NoCertificates(innermost(&error)))?;
    Ok(slot.insert(client).clone())
}

/// The innermost cause, which never holds the URL.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause = match error.source() {
        Some(cause) => cause,
        None if error.is_timeout() => return format!("no answer within {} s", WHOLE.as_secs()),
        None => return "the request could not be sent".to_owned(),
    };
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str) -> Result<(), UrlRefused> {
        Outbound::new(EgressPolicy::default()).check(&Url::parse(url).unwrap())
    }

    #[test]
    fn only_public_https_and_this_machine() {
        for fine in [
            "https://hooks.example.com/x",
            "http://127.0.0.1:1/",
            "http://[::1]:1/",
            "http://localhost/",
            "https://1.1.1.1/",
        ] {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
        for plain in [
            "http://example.com/",
            "ftp://example.com/",
            "http://1.1.1.1/",
        ] {
            assert!(
                matches!(check(plain), Err(UrlRefused::Insecure(_))),
                "{plain}"
            );
        }
        for inside in [
            "https://10.0.0.1/",
            "https://169.254.169.254/latest",
            "http://192.168.0.1/",
            "https://[fe80::1]/",
            "https://0x0a000001/",
            "https://[::ffff:10.0.0.1]/",
        ] {
            assert!(
                matches!(check(inside), Err(UrlRefused::Inside(_))),
                "{inside}"
            );
        }
        assert!(matches!(
            check("https://a:b@example.com/"),
            Err(UrlRefused::Odd(_))
        ));
    }
}
