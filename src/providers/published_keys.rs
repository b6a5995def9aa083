//! The keys that issuers of signed events publish (JWKS, RFC 7517), kept for a while, and asked for again where an event names
//! one that is not among them: that is how keys are replaced. Anybody can name a key that does not exist, so that an issuer is
//! asked once within a while, whatever is sent.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Method;
use url::Url;

use super::app::App;
use super::http::{Http, HttpConnection, HttpError, Outgoing, Patience};
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
    /// It was asked a moment ago, and has not answered, or not with keys.
    #[error("the issuer's keys were asked for a moment ago, and have not come")]
    AskedAlready,
    /// It cannot be asked.
    #[error("the issuer's keys cannot be fetched: {0}")]
    Http(#[from] HttpError),
    /// It answered with something else.
    #[error("the issuer answered with status {0} and no set of keys")]
    NoSet(u16),
}

/// The keys of all issuers, by the address at which they are published.
pub(crate) struct PublishedKeys {
    /// An issuer is asked once within so long.
    again: Duration,
    /// How long keys are good without asking again: one that is withdrawn is believed no longer.
    fresh_for: Duration,
    sets: Mutex<HashMap<String, KeySet>>,
}

struct KeySet {
    asked: Instant,
    answer: Answer,
    /// The last set that came, and when.
    keys: Option<(Instant, Vec<PublishedKey>)>,
}

/// What came of asking last.
#[derive(Clone, Copy)]
enum Answer {
    /// Nothing yet, or no keys.
    None,
    Keys,
}

/// What is to be done about a key.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// It is known, or that there is none is.
    Known(Option<PublishedKey>),
    /// The issuer has to be asked, by whoever gets this.
    Ask,
    /// It was asked too short a time ago.
    Wait,
}

impl PublishedKeys {
    pub(crate) fn new(patience: Patience) -> Self {
        Self {
            again: patience.keys_again,
            fresh_for: patience.metadata,
            sets: Mutex::default(),
        }
    }

    /// The issuer's key of this name; none where it has none. One caller waits for the issuer, and whoever comes meanwhile is
    /// told to come again: nobody fills the server with events that wait.
    pub(crate) async fn key(
        &self,
        http: &Http,
        app: &App,
        template: &str,
        kid: &str,
    ) -> Result<Option<PublishedKey>, KeysError> {
        let url = app.names().fill_url(template)?.sent;
        match self.step(&url, kid, Instant::now()) {
            Step::Known(key) => return Ok(key),
            Step::Wait => return Err(KeysError::AskedAlready),
            Step::Ask => {}
        }
        let keys = fetch(http, url.clone()).await?;
        let found = keys.iter().find(|key| key.kid == kid).cloned();
        self.came(&url, keys, Instant::now());
        Ok(found)
    }

    fn step(&self, url: &Url, kid: &str, now: Instant) -> Step {
        let mut sets = self.sets();
        let Some(set) = sets.get_mut(url.as_str()) else {
            let asked = KeySet {
                asked: now,
                answer: Answer::None,
                keys: None,
            };
            sets.insert(url.as_str().to_owned(), asked);
            return Step::Ask;
        };
        let is_fresh = |read: Instant| now.saturating_duration_since(read) < self.fresh_for;
        let fresh = set.keys.as_ref().filter(|(read, _)| is_fresh(*read));
        let mut keys = fresh.into_iter().flat_map(|(_, keys)| keys);
        if let Some(key) = keys.find(|key| key.kid == kid) {
            return Step::Known(Some(key.clone()));
        }
        let of_late = now.saturating_duration_since(set.asked) < self.again;
        match (of_late, set.answer) {
            (true, Answer::Keys) => Step::Known(None),
            (true, Answer::None) => Step::Wait,
            (false, _) => {
                (set.asked, set.answer) = (now, Answer::None);
                Step::Ask
            }
        }
    }

    fn came(&self, url: &Url, keys: Vec<PublishedKey>, now: Instant) {
        if let Some(set) = self.sets().get_mut(url.as_str()) {
            set.answer = Answer::Keys;
            set.keys = Some((now, keys));
        }
    }

    fn sets(&self) -> MutexGuard<'_, HashMap<String, KeySet>> {
        self.sets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn fetch(http: &Http, url: Url) -> Result<Vec<PublishedKey>, KeysError> {
    let outgoing = Outgoing::new(Method::GET, url, SET_REPLY);
    let answer = http.send(HttpConnection::Once, outgoing).await?;
    let set = answer.body.json().filter(|_| answer.status == 200);
    set.and_then(PublishedKey::of_set)
        .ok_or(KeysError::NoSet(answer.status))
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
        Step::Known(keys(&[kid]).pop())
    }

    #[test]
    fn an_issuer_is_asked_once_a_minute_whatever_is_named() {
        let all = PublishedKeys::new(Patience::default());
        let url = Url::parse("https://issuer.example/keys").unwrap();
        let began = Instant::now();
        assert_eq!(all.step(&url, "a", began), Step::Ask);
        // Until it has answered, and after it has not, nobody knows.
        assert_eq!(all.step(&url, "a", began + MINUTE / 2), Step::Wait);
        assert_eq!(all.step(&url, "a", began + MINUTE), Step::Ask);
        let second = began + MINUTE;
        all.came(&url, keys(&["a"]), second);
        for at in [second, second + MINUTE / 2] {
            assert_eq!(all.step(&url, "a", at), known("a"));
            assert_eq!(all.step(&url, "b", at), Step::Known(None));
        }
        // A key that is known is not waited for while another one is asked about.
        assert_eq!(all.step(&url, "b", second + MINUTE), Step::Ask);
        assert_eq!(all.step(&url, "b", second + MINUTE), Step::Wait);
        assert_eq!(all.step(&url, "a", second + MINUTE), known("a"));
        all.came(&url, keys(&["b"]), second + MINUTE);
        assert_eq!(all.step(&url, "b", second + MINUTE), known("b"));
        assert_eq!(all.step(&url, "a", second + MINUTE), Step::Known(None));
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
        assert_eq!(all.step(&url, "a", began + hour), Step::Wait);
    }
}
