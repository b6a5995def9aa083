//! The keys that issuers of signed events publish (JWKS, RFC 7517), kept for a while, and asked for again where an event names
//! one that is not among them: that is how keys are replaced. Anybody can name a key that does not exist, so that an issuer is
//! asked once within a while, whatever is sent.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Method;
use tokio::time::timeout;
use url::Url;

use super::app::App;
use super::http::{Http, HttpAnswer, HttpConnection, HttpError, Outgoing, Patience};
use super::signature::PublishedKey;
use super::template::TemplateError;

/// Issuers publish a few keys of a kilobyte or less.
const SET_REPLY: usize = 256 << 10;

/// Why it is not known whether an issuer has a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// A name in braces has no value.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// It was asked a moment ago, and is asked again after so long.
    #[error("the issuer was asked for its keys a moment ago, and is not asked about this one yet")]
    AskedAlready(Duration),
    /// It cannot be asked.
    #[error("the issuer's keys cannot be fetched: {error}")]
    Http {
        /// What came between.
        error: HttpError,
        /// It is asked again after so long.
        again: Duration,
    },
    /// It answered with something else.
    #[error("the issuer answered with status {status} and no set with a key for RS256")]
    NoSet {
        /// The status it answered with.
        status: u16,
        /// It is asked again after so long.
        again: Duration,
    },
    /// We stop, or whoever asked it ended before its answer.
    #[error("the issuer was not asked to the end")]
    Stopped,
}

/// The keys of all issuers, by the address at which they are published.
pub(crate) struct PublishedKeys {
    /// An issuer is asked once within so long.
    again: Duration,
    /// How long keys are good without asking again: one that is withdrawn is believed no longer.
    fresh_for: Duration,
    /// How long an issuer is waited for, until its turn as well.
    whole: Duration,
    sets: Mutex<HashMap<String, KeySet>>,
}

struct KeySet {
    asked: Instant,
    /// The last set that came, and when.
    keys: Option<(Instant, Vec<PublishedKey>)>,
}

/// What is to be done about a key.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// It is known.
    Known(PublishedKey),
    /// The issuer has to be asked, by whoever gets this.
    Ask,
    /// It was asked too short a time ago, and may be asked after so long.
    Wait(Duration),
}

impl PublishedKeys {
    pub(crate) fn new(patience: Patience) -> Self {
        Self {
            again: patience.keys_again,
            fresh_for: patience.metadata,
            whole: patience.whole,
            sets: Mutex::default(),
        }
    }

    /// The issuer's key of this name; none where the issuer says, asked for this one, that it has none. One caller waits for
    /// the issuer, and whoever comes meanwhile is told to come again: nobody fills the server with events that wait, and
    /// nobody who has the issuer asked about a key of fancy has another one refused that was published since.
    pub(crate) async fn key(
        &self,
        http: &Http,
        app: &App,
        template: &str,
        kid: &str,
    ) -> Result<Option<PublishedKey>, KeysError> {
        let url = app.names().fill_url(template)?.sent;
        match self.step(&url, kid, Instant::now()) {
            Step::Known(key) => return Ok(Some(key)),
            Step::Wait(again) => return Err(KeysError::AskedAlready(again)),
            Step::Ask => {}
        }
        let again = || self.again_in(&url, Instant::now());
        let answer = self.fetch(http, url.clone()).await;
        let answer = answer.map_err(|error| KeysError::Http {
            error,
            again: again(),
        })?;
        let status = answer.status;
        let set = answer.body.json().filter(|_| status == 200);
        let keys = set
            .and_then(PublishedKey::of_set)
            .ok_or_else(|| KeysError::NoSet {
                status,
                again: again(),
            })?;
        let found = keys.iter().find(|key| key.kid == kid).cloned();
        self.came(&url, keys, Instant::now());
        Ok(found)
    }

    /// Asks the issuer. One time-out holds for the turn at its host and for the answer.
    async fn fetch(&self, http: &Http, url: Url) -> Result<HttpAnswer, HttpError> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let outgoing = Outgoing::new(Method::GET, url, SET_REPLY);
        let asking = http.send(HttpConnection::Once, outgoing);
        let late = |_elapsed| {
            Err(HttpError::TimedOut {
                host,
                after: self.whole,
            })
        };
        timeout(self.whole, asking).await.unwrap_or_else(late)
    }

    fn step(&self, url: &Url, kid: &str, now: Instant) -> Step {
        let mut sets = self.sets();
        let Some(set) = sets.get_mut(url.as_str()) else {
            let asked = KeySet {
                asked: now,
                keys: None,
            };
            sets.insert(url.as_str().to_owned(), asked);
            return Step::Ask;
        };
        let is_fresh = |read: Instant| now.saturating_duration_since(read) < self.fresh_for;
        let fresh = set.keys.as_ref().filter(|(read, _)| is_fresh(*read));
        let mut keys = fresh.into_iter().flat_map(|(_, keys)| keys);
        if let Some(key) = keys.find(|key| key.kid == kid) {
            return Step::Known(key.clone());
        }
        let wait = self.left(set, now);
        if !wait.is_zero() {
            return Step::Wait(wait);
        }
        set.asked = now;
        Step::Ask
    }

    fn came(&self, url: &Url, keys: Vec<PublishedKey>, now: Instant) {
        if let Some(set) = self.sets().get_mut(url.as_str()) {
            set.keys = Some((now, keys));
        }
    }

    /// After how long the issuer may be asked again.
    fn again_in(&self, url: &Url, now: Instant) -> Duration {
        let sets = self.sets();
        let set = sets.get(url.as_str());
        set.map_or(self.again, |set| self.left(set, now))
    }

    fn left(&self, set: &KeySet, now: Instant) -> Duration {
        let since = now.saturating_duration_since(set.asked);
        self.again.saturating_sub(since)
    }

    fn sets(&self) -> MutexGuard<'_, HashMap<String, KeySet>> {
        self.sets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn keys(kids: &[&str]) -> Vec<PublishedKey> {
        let jwk = |kid: &&str| json!({ "kty": "RSA", "kid": kid, "n": "AQAB", "e": "AQAB" });
        let all: Vec<_> = kids.iter().map(jwk).collect();
        PublishedKey::of_set(&json!({ "keys": all })).unwrap()
    }

    fn known(kid: &str) -> Step {
        Step::Known(keys(&[kid]).pop().unwrap())
    }

    #[test]
    fn an_issuer_is_asked_once_a_minute_whatever_is_named() {
        let all = PublishedKeys::new(Patience::default());
        let url = Url::parse("https://issuer.example/keys").unwrap();
        let began = Instant::now();
        assert_eq!(all.step(&url, "a", began), Step::Ask);
        // Until it has answered, and after it has not, nobody knows.
        let later = Step::Wait(MINUTE / 2);
        assert_eq!(all.step(&url, "a", began + MINUTE / 2), later);
        assert_eq!(all.again_in(&url, began + MINUTE / 2), MINUTE / 2);
        assert_eq!(all.step(&url, "a", began + MINUTE), Step::Ask);
        let second = began + MINUTE;
        all.came(&url, keys(&["a"]), second);
        // Whoever comes with a key that is not among them does not learn that there is none: it may have come since.
        for (at, left) in [(second, MINUTE), (second + MINUTE / 2, MINUTE / 2)] {
            assert_eq!(all.step(&url, "a", at), known("a"));
            assert_eq!(all.step(&url, "b", at), Step::Wait(left));
        }
        // A key that is known is not waited for while another one is asked about.
        assert_eq!(all.step(&url, "b", second + MINUTE), Step::Ask);
        assert_eq!(all.step(&url, "b", second + MINUTE), Step::Wait(MINUTE));
        assert_eq!(all.step(&url, "a", second + MINUTE), known("a"));
        all.came(&url, keys(&["b"]), second + MINUTE);
        assert_eq!(all.step(&url, "b", second + MINUTE), known("b"));
        assert_eq!(all.step(&url, "a", second + MINUTE), Step::Wait(MINUTE));
    }

    #[test]
    fn a_key_is_not_believed_for_ever() {
        let all = PublishedKeys::new(Patience::default());
        let url = Url::parse("https://issuer.example/keys").unwrap();
        let began = Instant::now();
        assert_eq!(all.step(&url, "a", began), Step::Ask);
        all.came(&url, keys(&["a"]), began);
        let hour = Patience::default().metadata;
        assert_eq!(all.step(&url, "a", began + hour - MINUTE), known("a"));
        assert_eq!(all.step(&url, "a", began + hour), Step::Ask);
        assert_eq!(all.step(&url, "a", began + hour), Step::Wait(MINUTE));
    }
}
