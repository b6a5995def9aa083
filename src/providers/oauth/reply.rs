//! What a token endpoint answers with (RFC 6749 5.1), read the way vendors write it.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Map, Value};
use zeroize::Zeroize as _;

use crate::domain::provider::{Auth, EPOCH_FROM, RefreshKind, wait_until};
use crate::providers::{excerpt, self_contained};

/// One access token with what belongs to it.
#[derive(Debug, Clone)]
pub struct IssuedToken {
    /// What tells it from the others; empty for the first.
    pub label: String,
    /// The access token.
    pub access: SecretString,
    /// The refresh token; none in a refresh's answer means that the old one stays (RFC 6749 6).
    pub refresh: Option<SecretString>,
    /// How long the access token lives, when the vendor says.
    pub expires_in: Option<Duration>,
    /// How long the refresh token lives, when the vendor says.
    pub refresh_expires_in: Option<Duration>,
    /// What was granted; none means what was asked for (RFC 6749 5.1).
    pub scope: Option<Vec<String>>,
}

/// Where vendors say how long a refresh token lives, none of which is in an RFC: GitHub, Shopify and Zendesk; Intuit;
/// Keycloak, where 0 means without an end.
const REFRESH_LIVES: [&str; 3] = [
    "refresh_token_expires_in",
    "x_refresh_token_expires_in",
    "refresh_expires_in",
];

/// All that was issued in one answer.
#[derive(Clone)]
pub struct TokenSet {
    /// The first set.
    pub first: IssuedToken,
    /// The further ones, as `[auth] also` names them.
    pub also: Vec<IssuedToken>,
    /// OpenID Connect's.
    pub id_token: Option<SecretString>,
    /// The fields that the file declares in `auth.token_fields`: not secret, to be kept.
    pub fields: Map<String, Value>,
    /// The rest, for reading the account from it.
    pub(crate) reply: Value,
}

impl TokenSet {
    /// Every token set, the first one first.
    pub fn all(&self) -> impl Iterator<Item = &IssuedToken> {
        std::iter::once(&self.first).chain(&self.also)
    }

    /// A text of the vendor without any token of these.
    #[must_use]
    pub fn hide(&self, text: &str) -> String {
        let each = self
            .all()
            .flat_map(|one| [Some(&one.access), one.refresh.as_ref()]);
        let secrets: Vec<SecretString> = each.flatten().cloned().collect();
        excerpt::without(text, &secrets)
    }

    /// The same with what came with the callback.
    #[must_use]
    pub fn with_callback(mut self, fields: Map<String, Value>) -> Self {
        if let Value::Object(reply) = &mut self.reply {
            reply.extend(fields.clone());
        }
        self.fields.extend(fields);
        self
    }

    /// None when there is no access token in it.
    pub(crate) fn read(auth: &Auth, reply: Value) -> Option<Self> {
        let top = |name: &str| reply.get(name);
        let mut first = issued(
            "",
            top("access_token"),
            top("refresh_token"),
            lives(auth, &reply),
            top("scope"),
        );
        if let Some(first) = first
            .as_mut()
            .filter(|_| auth.refresh != RefreshKind::Static)
        {
            let said = REFRESH_LIVES
                .iter()
                .find_map(|name| top(name).and_then(seconds));
            first.refresh_expires_in = said.or(first.refresh_expires_in);
        }
        let at = |pointer: &Option<String>| {
            pointer
                .as_deref()
                .and_then(|pointer| reply.pointer(pointer))
        };
        let mut others = auth.also.iter().filter_map(|also| {
            let access = reply.pointer(&also.access);
            issued(
                &also.label,
                access,
                at(&also.refresh),
                at(&also.expires_in)
                    .and_then(seconds)
                    .or_else(|| at(&also.expires_at).and_then(left)),
                at(&also.scope),
            )
        });
        let first = first.or_else(|| others.next())?;
        let also = others.collect();
        let fields = auth
            .token_fields
            .iter()
            .filter_map(|name| Some((name.clone(), reply.get(name)?.clone())))
            .collect();
        let id_token = text(reply.get("id_token")).map(SecretString::from);
        let reply = without_tokens(auth, reply);
        Some(Self {
            first,
            also,
            id_token,
            fields,
            reply,
        })
    }
}

/// The answer outlives the tokens' sealing, so that they are wiped from it.
fn without_tokens(auth: &Auth, mut reply: Value) -> Value {
    let also = auth
        .also
        .iter()
        .flat_map(|also| std::iter::once(also.access.as_str()).chain(also.refresh.as_deref()));
    for pointer in ["/access_token", "/refresh_token", "/id_token"]
        .into_iter()
        .chain(also)
    {
        if let Some(Value::String(token)) = reply.pointer_mut(pointer) {
            token.zeroize();
        }
    }
    reply
}

/// Neither the tokens nor the answer they came in.
impl fmt::Debug for TokenSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSet")
            .field("first", &self.first)
            .field("also", &self.also)
            .finish_non_exhaustive()
    }
}

fn issued(
    label: &str,
    access: Option<&Value>,
    refresh: Option<&Value>,
    expires_in: Option<Duration>,
    scope: Option<&Value>,
) -> Option<IssuedToken> {
    let access: SecretString = text(access)?.into();
    // A signed token is taken for as long as it says itself, whatever the answer around it says.
    let expires_in = expires_in.max(self_contained::lasts(&access));
    let refresh: Option<SecretString> = text(refresh).map(SecretString::from);
    Some(IssuedToken {
        label: label.to_owned(),
        access,
        refresh_expires_in: refresh.as_ref().and_then(self_contained::lasts),
        refresh,
        expires_in,
        scope: scope.and_then(scopes),
    })
}

fn text(value: Option<&Value>) -> Option<String> {
    value?
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// How long the first access token lives. Where both are said, the length does not depend on whose clock is right.
fn lives(auth: &Auth, reply: &Value) -> Option<Duration> {
    // RFC 6749 5.1; Entra ID's first version and several libraries' servers say the time instead.
    const ENDS: [&str; 2] = ["/expires_at", "/expires_on"];
    let said = auth.expires_at.as_deref().and_then(|at| reply.pointer(at));
    let usual = || ENDS.iter().find_map(|at| left(reply.pointer(at)?));
    let in_seconds = || reply.get("expires_in").and_then(seconds);
    said.and_then(left).or_else(in_seconds).or_else(usual)
}

/// A number, with a fraction or not, or one in quotes. 0 means "does not expire" where it occurs, which is the same as saying nothing.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => number
            .as_u64()
            .or_else(|| number.as_f64().map(|seconds| seconds.max(0.0) as u64)),
        Value::String(text) => {
            let text = text.trim();
            let whole = text.parse().ok();
            whole.or_else(|| {
                text.parse()
                    .ok()
                    .map(|seconds: f64| seconds.max(0.0) as u64)
            })
        }
        _ => None,
    };
    seconds
        .filter(|seconds| *seconds > 0)
        .map(Duration::from_secs)
}

/// How long it is until a time: RFC 3339, or an epoch in seconds or milliseconds, in quotes or not.
fn left(value: &Value) -> Option<Duration> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let now = Timestamp::now();
    let left = match text.parse::<Timestamp>() {
        Ok(at) => Duration::try_from(at.duration_since(now)).ok(),
        // A number that is too small to be a time would be taken for a wait.
        Err(_) => until_epoch(&text, now),
    };
    left.filter(|left| !left.is_zero())
}

fn until_epoch(text: &str, now: Timestamp) -> Option<Duration> {
    let whole = text.split('.').next().unwrap_or_default();
    let is_epoch = whole
        .parse::<i64>()
        .is_ok_and(|number| number >= EPOCH_FROM);
    wait_until(whole, now).filter(|_| is_epoch)
}

/// A text with spaces (RFC 6749 3.3), one with commas, or an array: vendors do all three.
fn scopes(value: &Value) -> Option<Vec<String>> {
    let split = |text: &str| {
        text.split([' ', ','])
            .filter(|scope| !scope.is_empty())
            .map(str::to_owned)
            .collect()
    };
    match value {
        Value::String(text) => Some(split(text)),
        Value::Array(items) => Some(
            items
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;
    use serde_json::json;

    fn auth() -> Auth {
        let second =
            r#"{ label = "user", access = "/person/access_token", scope = "/person/scope" }"#;
        toml::from_str(&format!("kind = \"oauth2\"\nalso = [{second}]")).unwrap()
    }

    #[test]
    fn a_second_set_is_labelled_and_takes_the_first_place_when_it_is_alone() {
        let both = json!({ "ok": true, "access_token": "bot", "person": { "access_token": "usr", "scope": "a,b" } });
        let set = TokenSet::read(&auth(), both).unwrap();
        assert_eq!(
            set.all()
                .map(|issued| issued.label.as_str())
                .collect::<Vec<_>>(),
            ["", "user"]
        );
        assert_eq!(
            set.also[0].scope,
            Some(vec!["a".to_owned(), "b".to_owned()])
        );

        let user_alone = json!({ "ok": true, "person": { "access_token": "usr" } });
        let set = TokenSet::read(&auth(), user_alone).unwrap();
        assert_eq!(
            (set.first.label.as_str(), set.first.access.expose_secret()),
            ("user", "usr")
        );
        assert!(set.also.is_empty());
    }

    #[test]
    fn what_is_kept_of_the_answer_holds_no_token() {
        let reply = json!({ "access_token": "one", "refresh_token": "two", "id_token": "three", "team": "T",
            "person": { "access_token": "four" } });
        let set = TokenSet::read(&auth(), reply).unwrap();
        assert_eq!(set.first.access.expose_secret(), "one");
        let kept = json!({ "access_token": "", "refresh_token": "", "id_token": "", "team": "T",
            "person": { "access_token": "" } });
        assert_eq!(set.reply, kept);
    }

    #[test]
    fn lifetimes_and_scopes_are_read_as_vendors_write_them() {
        let read = |reply| TokenSet::read(&auth(), reply).unwrap().first;
        let quoted =
            read(json!({ "access_token": "a", "expires_in": "3600", "scope": ["x", "y"] }));
        assert_eq!(quoted.expires_in, Some(Duration::from_secs(3600)));
        assert_eq!(quoted.scope.unwrap().len(), 2);
        assert_eq!(
            read(json!({ "access_token": "a", "expires_in": 0 })).expires_in,
            None
        );
        assert_eq!(read(json!({ "access_token": "a" })).scope, None);
    }

    #[test]
    fn the_end_of_a_life_is_read_as_vendors_write_it() {
        let now = Timestamp::now().as_second();
        let in_an_hour = Timestamp::from_second(now + 3600).unwrap();
        for (name, end, lives) in [
            ("expires_at", json!(in_an_hour.to_string()), true),
            ("expires_at", json!(now + 3600), true),
            ("expires_at", json!((now + 3600).to_string()), true),
            ("expires_at", json!((now + 3600) * 1000), true),
            ("expires_at", json!(now as f64 + 3600.5), true),
            ("expires_on", json!((now + 3600).to_string()), true),
            ("expires_in", json!("3599.94"), true),
            ("expires_in", json!(3599.94), true),
            ("expires_at", json!(3600), false),
            ("expires_at", json!("soon"), false),
            ("expires_at", json!(now - 3600), false),
            ("expires_in", json!(-5), false),
            ("expires_in", json!("2026-11-28"), false),
        ] {
            let reply = json!({ "access_token": "a", name: end });
            let found = TokenSet::read(&auth(), reply).unwrap().first.expires_in;
            let found = found.map(|lives| lives.as_secs());
            match lives {
                true => assert!(
                    found.is_some_and(|it| (3590..=3601).contains(&it)),
                    "{name} {end}: {found:?}"
                ),
                false => assert_eq!(found, None, "{name} {end}"),
            }
        }
        let elsewhere = toml::from_str("kind = \"oauth2\"\nexpires_at = \"/life/end\"").unwrap();
        let reply = json!({ "access_token": "a", "life": { "end": in_an_hour.to_string() } });
        assert!(
            TokenSet::read(&elsewhere, reply)
                .unwrap()
                .first
                .expires_in
                .is_some()
        );
    }

    #[test]
    fn how_long_a_refresh_token_lives_is_the_vendors_word_where_using_it_does_not_move_that() {
        let reply =
            json!({ "access_token": "a", "refresh_token": "r", "refresh_token_expires_in": 60 });
        let lives = |refresh: &str| {
            let auth = toml::from_str(&format!("kind = \"oauth2\"\nrefresh = \"{refresh}\""));
            let set = TokenSet::read(&auth.unwrap(), reply.clone()).unwrap();
            set.first.refresh_expires_in
        };
        assert_eq!(lives("rotating"), Some(Duration::from_secs(60)));
        assert_eq!(lives("static"), None);
    }

    #[test]
    fn debug_tells_no_token() {
        let reply = json!({ "access_token": "sup3rsecret", "refresh_token": "alsosecret" });
        let set = TokenSet::read(&auth(), reply).unwrap();
        let shown = format!("{set:?}");
        assert!(
            !shown.contains("sup3rsecret") && !shown.contains("alsosecret"),
            "{shown}"
        );
    }
}
