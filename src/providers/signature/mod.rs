//! Whether an event is the vendor's: signatures, shared secrets, and the challenge before the first event.
//!
//! The schemes are data (`assets/signatures.toml`), so that a vendor is known from files alone.

mod scheme;
#[cfg(test)]
mod tests;
mod token;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use ring::{hmac, signature};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

pub use scheme::KeyOf;
use scheme::{Check, KeyForm, SignatureScheme, Text, Time, Unit, named};
pub use token::{CLOCKS_APART, EventToken, PublishedKey, is_same_issuer};

/// An event as it came in.
#[derive(Debug, Clone, Copy)]
pub struct SignedDelivery<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The whole URL that the vendor was given, with the query it came with.
    pub uri: &'a str,
    /// Name and value, in any case.
    pub headers: &'a [(&'a str, &'a str)],
    /// The bytes that were sent; a signature is over these and nothing made from them.
    pub body: &'a [u8],
}

/// Why an event is not believed to be the vendor's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    /// A file names a scheme that is not known.
    #[error("there is no signature scheme {0}; known: {known}", known = names().join(", "))]
    UnknownScheme(String),
    /// The vendor does not sign.
    #[error("this provider does not sign its events")]
    Unsigned,
    /// We have not been told the secret.
    #[error("the secret it signs with is not known here; `tagout providers configure` takes it")]
    NoKey,
    /// The secret is not written as the scheme says.
    #[error("the signing secret is not in the form that the scheme has")]
    MalformedKey,
    /// A header or field is missing.
    #[error("it carries no {0}")]
    Missing(String),
    /// The time cannot be read.
    #[error("its time cannot be read")]
    MalformedTime,
    /// It was signed too long ago, or in the future.
    #[error("it was signed {0} s away from now, which is more than the scheme allows")]
    OutOfTime(i64),
    /// Somebody else's, or changed on its way.
    #[error("its signature does not hold")]
    Wrong,
    /// It is not a JWS in its compact form.
    #[error("it is no signed token (JWT)")]
    NotAToken,
    /// No algorithm, one that a forger can use, or one that is not known here.
    #[error("its header asks for another way of signing than RS256")]
    Algorithm,
    /// Somebody else issued it.
    #[error("it names another issuer")]
    OtherIssuer,
    /// It was issued for somebody else.
    #[error("it was issued to another client than ours")]
    OtherAudience,
    /// We have no client id that it could be issued for.
    #[error("our client id is not known here; `tagout providers configure` takes it")]
    NoClient,
    /// The issuer has no such key.
    #[error("it is signed with a key that its issuer does not publish")]
    UnknownKey,
    /// Others may have found out the private half.
    #[error("the key it is signed with has fewer than 2048 bits")]
    WeakKey,
}

impl NotSigned {
    /// What the sender of a signed event token is told (RFC 8935, section 2.4).
    #[must_use]
    pub fn event_error(&self) -> &'static str {
        match self {
            Self::UnknownKey | Self::WeakKey => "invalid_key",
            Self::OtherIssuer => "invalid_issuer",
            Self::OtherAudience | Self::NoClient => "invalid_audience",
            Self::Wrong => "authentication_failed",
            Self::UnknownScheme(_)
            | Self::Unsigned
            | Self::NoKey
            | Self::MalformedKey
            | Self::Missing(_)
            | Self::MalformedTime
            | Self::OutOfTime(_)
            | Self::NotAToken
            | Self::Algorithm => "invalid_request",
        }
    }
}

/// Which of our secrets the scheme wants; none when it wants none or is not known.
#[must_use]
pub fn key_of(scheme: &str) -> Option<KeyOf> {
    let scheme = named(scheme)?;
    scheme.takes_secret().then_some(scheme.key)
}

/// Whether the deliveries of a scheme are signed tokens: see [`EventToken`].
#[must_use]
pub fn is_token(scheme: &str) -> bool {
    named(scheme).is_some_and(|scheme| scheme.check == Check::Jwt)
}

/// The schemes there are.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let schemes = scheme::SCHEMES.as_ref().ok();
    schemes.map_or(Vec::new(), |all| all.keys().map(String::as_str).collect())
}

/// The text that a vendor wants to read again before it sends anything, when this is such a request.
#[must_use]
pub fn challenge(scheme: &str, delivery: &SignedDelivery<'_>) -> Option<String> {
    let asked = named(scheme)?.challenge.as_ref()?;
    if !asked.query.is_empty() {
        let url = url::Url::parse(delivery.uri).ok()?;
        return url
            .query_pairs()
            .find(|(name, _)| *name == asked.query)
            .map(|(_, value)| value.into_owned());
    }
    let body: Value = serde_json::from_slice(delivery.body).ok()?;
    Some(body.pointer(&asked.pointer)?.as_str()?.to_owned())
}

/// Whether the vendor sent this, within the scheme's time of `now`. A token is never judged by a secret.
///
/// # Errors
/// Why it is not believed.
pub fn verify(
    name: &str,
    key: Option<&SecretString>,
    delivery: &SignedDelivery<'_>,
    now: Timestamp,
) -> Result<(), NotSigned> {
    let scheme = named(name).ok_or_else(|| NotSigned::UnknownScheme(name.to_owned()))?;
    if !scheme.takes_secret() {
        return Err(NotSigned::Unsigned);
    }
    let key = key.ok_or(NotSigned::NoKey)?;
    let key = key_bytes(scheme, key)?;
    let time = scheme
        .time
        .as_ref()
        .map(|time| Ok((time, written(scheme, time, delivery)?)))
        .transpose()?;
    match scheme.check {
        Check::Item => each_item(scheme, &key, delivery),
        Check::Shared => any(scheme, delivery, |sent| same(sent.as_bytes(), &key)),
        check => {
            let time = time.as_ref().map(|(_, written)| written.as_str());
            let signed = signed(scheme, delivery, time)?;
            any(scheme, delivery, |sent| {
                decode(scheme.text, sent).is_some_and(|sent| holds(check, &key, &signed, &sent))
            })
        }
    }?;
    // Only a time that is the vendor's own says anything.
    time.map_or(Ok(()), |(time, written)| near(time, &written, now))
}

/// The vendor's id of this delivery, where the scheme has a header for it.
#[must_use]
pub fn id_of(name: &str, delivery: &SignedDelivery<'_>) -> Option<String> {
    let id = header(delivery, named(name)?.id.as_deref()?)?;
    Some(id.to_owned()).filter(|id| !id.is_empty())
}

/// What a verified delivery is known by when it comes again: its id, where that is signed as well, and what is signed where
/// it is not, because anybody who has seen a delivery can give it another id. None where nothing tells deliveries apart.
#[must_use]
pub fn known_by(name: &str, delivery: &SignedDelivery<'_>) -> Option<Vec<u8>> {
    let scheme = named(name)?;
    let vouched = (scheme.id.as_deref()).is_some_and(|header| scheme.vouches_for(header));
    if vouched {
        return id_of(name, delivery).map(String::into_bytes);
    }
    if !scheme.signs() || scheme.same_bytes_again {
        return None;
    }
    let time = scheme
        .time
        .as_ref()
        .map(|time| written(scheme, time, delivery))
        .transpose();
    signed(scheme, delivery, time.ok()?.as_deref()).ok()
}

/// One of the signatures that were sent holds; vendors send two while a secret is being replaced.
fn any(
    scheme: &SignatureScheme,
    delivery: &SignedDelivery<'_>,
    holds: impl Fn(&str) -> bool,
) -> Result<(), NotSigned> {
    let sent: Vec<&str> = scheme
        .headers
        .iter()
        .flat_map(|name| fields(scheme, delivery, name))
        .filter_map(|field| field.strip_prefix(scheme.prefix.as_str()))
        .collect();
    if sent.is_empty() {
        return Err(NotSigned::Missing(scheme.headers.join(" or ")));
    }
    match sent.into_iter().any(holds) {
        true => Ok(()),
        false => Err(NotSigned::Wrong),
    }
}

/// Every element of the body carries the secret; a body without elements proves nothing.
fn each_item(
    scheme: &SignatureScheme,
    key: &[u8],
    delivery: &SignedDelivery<'_>,
) -> Result<(), NotSigned> {
    let body: Option<Value> = serde_json::from_slice(delivery.body).ok();
    let items = body
        .as_ref()
        .and_then(|body| body.pointer(&scheme.items))
        .and_then(Value::as_array)
        .filter(|items| !items.is_empty())
        .ok_or_else(|| NotSigned::Missing(scheme.items.clone()))?;
    let carried = |item: &Value| {
        let sent = item.pointer(&scheme.pointer).and_then(Value::as_str);
        sent.is_some_and(|sent| same(sent.as_bytes(), key))
    };
    match items.iter().all(carried) {
        true => Ok(()),
        false => Err(NotSigned::Wrong),
    }
}

fn holds(check: Check, key: &[u8], signed: &[u8], sent: &[u8]) -> bool {
    let algorithm = match check {
        Check::Ed25519 => {
            let key = signature::UnparsedPublicKey::new(&signature::ED25519, key);
            return key.verify(signed, sent).is_ok();
        }
        Check::HmacSha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        Check::Jwt => return false,
        Check::HmacSha256 | Check::Shared | Check::Item | Check::None => hmac::HMAC_SHA256,
    };
    hmac::verify(&hmac::Key::new(algorithm, key), signed, sent).is_ok()
}

/// In constant time, whatever the lengths.
fn same(sent: &[u8], key: &[u8]) -> bool {
    bool::from(subtle::ConstantTimeEq::ct_eq(sent, key))
}

fn key_bytes(
    scheme: &SignatureScheme,
    key: &SecretString,
) -> Result<zeroize::Zeroizing<Vec<u8>>, NotSigned> {
    let key = key.expose_secret();
    Ok(zeroize::Zeroizing::new(
        match (scheme.check, scheme.key_form) {
            (Check::Ed25519, _) => hex::decode(key).map_err(|_| NotSigned::MalformedKey)?,
            (_, KeyForm::Text) => key.as_bytes().to_vec(),
            (_, KeyForm::Whsec) => {
                let coded = key.strip_prefix("whsec_").unwrap_or(key);
                BASE64_STANDARD
                    .decode(coded)
                    .map_err(|_| NotSigned::MalformedKey)?
            }
            (_, KeyForm::Basic) => BASE64_STANDARD.encode(key).into_bytes(),
        },
    ))
}

/// When it was signed, as it was written.
fn written(
    scheme: &SignatureScheme,
    time: &Time,
    delivery: &SignedDelivery<'_>,
) -> Result<String, NotSigned> {
    match time.pointer.as_str() {
        "" => fields(scheme, delivery, &time.header)
            .into_iter()
            .find_map(|field| field.strip_prefix(time.prefix.as_str()))
            .map(str::to_owned)
            .ok_or_else(|| NotSigned::Missing(time.header.clone())),
        pointer => {
            let body: Option<Value> = serde_json::from_slice(delivery.body).ok();
            let at = body.as_ref().and_then(|body| body.pointer(pointer));
            at.map(|at| at.as_str().map_or_else(|| at.to_string(), str::to_owned))
                .ok_or_else(|| NotSigned::Missing(pointer.to_owned()))
        }
    }
}

/// Whether that is near enough to `now`.
fn near(time: &Time, written: &str, now: Timestamp) -> Result<(), NotSigned> {
    let number = || written.parse::<i64>().map_err(|_| NotSigned::MalformedTime);
    let at = match time.unit {
        Unit::Seconds => Timestamp::from_second(number()?).ok(),
        Unit::Milliseconds => Timestamp::from_millisecond(number()?).ok(),
        Unit::Rfc3339 => written.parse().ok(),
    };
    let away = now
        .duration_since(at.ok_or(NotSigned::MalformedTime)?)
        .as_secs();
    match away.abs() > time.tolerance {
        true => Err(NotSigned::OutOfTime(away.abs())),
        false => Ok(()),
    }
}

/// A header's value, split where the scheme packs several things into one.
fn fields<'a>(scheme: &SignatureScheme, delivery: &SignedDelivery<'a>, name: &str) -> Vec<&'a str> {
    let Some(value) = header(delivery, name) else {
        return Vec::new();
    };
    match scheme.separator {
        Some(separator) => value.split(separator).map(str::trim).collect(),
        None => vec![value],
    }
}

fn header<'a>(delivery: &SignedDelivery<'a>, name: &str) -> Option<&'a str> {
    let mut headers = delivery.headers.iter();
    headers
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| *value)
}

/// What the vendor signed, put together from what came in.
fn signed(
    scheme: &SignatureScheme,
    delivery: &SignedDelivery<'_>,
    time: Option<&str>,
) -> Result<Vec<u8>, NotSigned> {
    let mut bytes = Vec::with_capacity(delivery.body.len() + 128);
    let mut rest = scheme.signed.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        bytes.extend_from_slice(before.as_bytes());
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        rest = after;
        match name {
            "body" => bytes.extend_from_slice(delivery.body),
            "method" => bytes.extend_from_slice(delivery.method.as_bytes()),
            "uri" => bytes.extend_from_slice(unescaped(delivery.uri, &scheme.unescape).as_bytes()),
            "time" => bytes.extend_from_slice(time.unwrap_or_default().as_bytes()),
            _ => {
                let name = name.strip_prefix("header:").unwrap_or(name);
                let value = header(delivery, name);
                let value = value.ok_or_else(|| NotSigned::Missing(name.to_owned()))?;
                bytes.extend_from_slice(value.as_bytes());
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}

fn unescaped(uri: &str, characters: &str) -> String {
    characters.chars().fold(uri.to_owned(), |uri, c| {
        let code = u32::from(c);
        uri.replace(&format!("%{code:02X}"), c.encode_utf8(&mut [0; 4]))
            .replace(&format!("%{code:02x}"), c.encode_utf8(&mut [0; 4]))
    })
}

fn decode(text: Text, sent: &str) -> Option<Vec<u8>> {
    match text {
        Text::Hex => hex::decode(sent).ok(),
        Text::Base64 => BASE64_STANDARD.decode(sent).ok(),
    }
}
