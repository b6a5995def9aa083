//! What a token endpoint answers with (RFC 6749 5.1), read the way vendors write it.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use oauth2::basic::BasicTokenType;
use oauth2::{AccessToken, RefreshToken, Scope, TokenResponse};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use zeroize::Zeroize as _;

use crate::domain::provider::{Auth, RefreshKind};
use crate::providers::self_contained;

/// One access token with what belongs to it.
#[derive(Debug, Clone)]
pub struct Issued {
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
    pub first: Issued,
    /// The further ones, as `[auth] also` names them.
    pub also: Vec<Issued>,
    /// OpenID Connect's.
    pub id_token: Option<SecretString>,
    /// The fields that the file declares in `auth.token_fields`: not secret, to be kept.
    pub fields: Map<String, Value>,
    /// The rest, for reading the account from it.
    pub(crate) reply: Value,
}

impl TokenSet {
    /// Every token set, the first one first.
    pub fn all(&self) -> impl Iterator<Item = &Issued> {
        std::iter::once(&self.first).chain(&self.also)
    }

    /// None when there is no access token in it.
    pub(crate) fn read(auth: &Auth, reply: Value) -> Option<Self> {
        let top = |name: &str| reply.get(name);
        let mut first = issued(
            "",
            top("access_token"),
            top("refresh_token"),
            top("expires_in").and_then(seconds),
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
) -> Option<Issued> {
    let access: SecretString = text(access)?.into();
    // A signed token is taken for as long as it says itself, whatever the answer around it says.
    let expires_in = expires_in.max(self_contained::lasts(&access));
    let refresh: Option<SecretString> = text(refresh).map(SecretString::from);
    Some(Issued {
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

/// A number, or a number in quotes. 0 means "does not expire" where it occurs, which is the same as saying nothing.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => number
            .as_u64()
            .or_else(|| number.as_f64().map(|seconds| seconds.max(0.0) as u64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    seconds
        .filter(|seconds| *seconds > 0)
        .map(Duration::from_secs)
}

/// How long it is until a time.
fn left(value: &Value) -> Option<Duration> {
    let at: Timestamp = value.as_str()?.parse().ok()?;
    Duration::try_from(at.duration_since(Timestamp::now())).ok()
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

/// The answer as the `oauth2` crate hands it over: any JSON object. What is in it is read by [`TokenSet::read`],
/// because several vendors leave out what the RFC requires, or put the token elsewhere.
pub(super) struct Reply {
    pub(super) json: Value,
    access: AccessToken,
    kind: BasicTokenType,
}

impl<'de> Deserialize<'de> for Reply {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Value::Object(Map::deserialize(deserializer)?);
        let access = AccessToken::new(text(json.get("access_token")).unwrap_or_default());
        Ok(Self {
            json,
            access,
            kind: BasicTokenType::Bearer,
        })
    }
}

impl Serialize for Reply {
    /// The crate asks for it and never uses it; tokens are not written.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reply")
    }
}

impl TokenResponse for Reply {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.kind
    }

    fn expires_in(&self) -> Option<Duration> {
        self.json.get("expires_in").and_then(seconds)
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        None
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
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
