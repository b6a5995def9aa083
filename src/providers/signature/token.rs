//! Signed event tokens: Security Event Tokens (RFC 8417) that are the body of a delivery (RFC 8935), as a compact JWS (RFC 7515)
//! that is checked with the keys that its issuer publishes (RFC 7517).
//!
//! Whoever sends one chooses its header, so that nothing of it decides how it is checked: the algorithm is RS256 alone, and
//! a key is one of the issuer's or none.

#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::Value;

use super::NotSigned;

/// The issuer's clock may be before ours by so much. How long ago it was is not asked: such an event does not expire.
pub const CLOCKS_APART: i64 = 300;
/// RFC 7518 3.3.
const LEAST_BITS: usize = 2048;
/// So many keys of a set are kept; issuers publish two or three.
const KEYS: usize = 64;

/// A token that says what it has to, whoever signed it.
#[derive(Debug)]
pub struct EventToken {
    kid: String,
    signed: String,
    signature: Vec<u8>,
    audience: Vec<String>,
    claims: Vec<u8>,
}

/// An RSA key of an issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedKey {
    /// Its name.
    pub kid: String,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl EventToken {
    /// Reads a delivery's body, which this issuer has to have issued. What can be refused without a key is refused here,
    /// before anybody is asked for one.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn read(body: &[u8], issuer: &str, now: Timestamp) -> Result<Self, NotSigned> {
        let text = std::str::from_utf8(body.trim_ascii()).map_err(|_| NotSigned::NotAToken)?;
        let (signed, signature) = text.rsplit_once('.').ok_or(NotSigned::NotAToken)?;
        let (header, claims) = signed.split_once('.').ok_or(NotSigned::NotAToken)?;
        let (header, _) = json(header)?;
        // `crit` names what must be understood (RFC 7515 4.1.11), and nothing of it is.
        if header.get("alg").and_then(Value::as_str) != Some("RS256")
            || header.get("crit").is_some()
        {
            return Err(NotSigned::Algorithm);
        }
        let kid = header.get("kid").and_then(Value::as_str);
        let kid = kid.ok_or_else(|| NotSigned::Missing("kid".to_owned()))?;
        let signature = decoded(signature)?;
        let (says, claims) = json(claims)?;
        check(&says, issuer, now)?;
        Ok(Self {
            kid: kid.to_owned(),
            signed: signed.to_owned(),
            signature,
            audience: audience(&says),
            claims,
        })
    }

    /// The token, where it is issued to one of our client ids.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn issued_to(self, clients: &[String]) -> Result<Self, NotSigned> {
        if clients.is_empty() {
            return Err(NotSigned::NoClient);
        }
        match self.audience.iter().any(|named| clients.contains(named)) {
            true => Ok(self),
            false => Err(NotSigned::OtherAudience),
        }
    }

    /// The name of the key that it says it is signed with.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// What it says, as JSON, where this key of its issuer signed it; none is a key that the issuer does not have.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn verified(self, key: Option<&PublishedKey>) -> Result<Vec<u8>, NotSigned> {
        let key = key.filter(|key| key.kid == self.kid);
        let key = key.ok_or(NotSigned::UnknownKey)?;
        if key.bits() < LEAST_BITS {
            return Err(NotSigned::WeakKey);
        }
        let public = RsaPublicKeyComponents {
            n: &key.modulus,
            e: &key.exponent,
        };
        let signed = self.signed.as_bytes();
        public
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed, &self.signature)
            .map_err(|_| NotSigned::Wrong)?;
        Ok(self.claims)
    }
}

impl PublishedKey {
    /// The keys of a set with which RS256 is checked; none where it is no set, or has no such key: an issuer that signs has
    /// one, so that this is a fault at its side. Keys of other kinds stand beside them.
    #[must_use]
    pub fn of_set(set: &Value) -> Option<Vec<Self>> {
        let keys = set.get("keys")?.as_array()?;
        let usable: Vec<Self> = keys.iter().filter_map(Self::of_jwk).take(KEYS).collect();
        Some(usable).filter(|usable| !usable.is_empty())
    }

    fn of_jwk(jwk: &Value) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let fits = text("kty") == Some("RSA")
            && text("use").is_none_or(|it| it == "sig")
            && text("alg").is_none_or(|it| it == "RS256");
        let number = |name: &str| {
            let bytes = decoded(text(name)?).ok()?;
            // The number is written without zeros before it (RFC 7518 2), and some write one.
            let first = bytes.iter().position(|byte| *byte != 0)?;
            bytes.get(first..).map(<[u8]>::to_vec)
        };
        Some(Self {
            kid: text("kid").filter(|_| fits)?.to_owned(),
            modulus: number("n")?,
            exponent: number("e")?,
        })
    }

    fn bits(&self) -> usize {
        let unused = self.modulus.first().map_or(0, |byte| byte.leading_zeros());
        (self.modulus.len() * 8).saturating_sub(unused as usize)
    }
}

/// Whether these are the same issuer. Google's documents write theirs with and without the slash.
#[must_use]
pub fn is_same_issuer(one: &str, other: &str) -> bool {
    let bare = |issuer: &str| issuer.strip_suffix('/').unwrap_or(issuer).to_owned();
    bare(one) == bare(other)
}

fn check(says: &Value, issuer: &str, now: Timestamp) -> Result<(), NotSigned> {
    let text = |name: &str| says.get(name).and_then(Value::as_str);
    if !text("iss").is_some_and(|named| is_same_issuer(named, issuer)) {
        return Err(NotSigned::OtherIssuer);
    }
    // The same issuer signs ID tokens for the same client with the same keys: without events it is one of those.
    if !says.get("events").is_some_and(Value::is_object) {
        return Err(NotSigned::Missing("events".to_owned()));
    }
    // RFC 8417 2.2; by it the event is known when it comes again.
    if text("jti").is_none_or(str::is_empty) {
        return Err(NotSigned::Missing("jti".to_owned()));
    }
    let at = says.get("iat").and_then(Value::as_f64);
    let at = at.ok_or_else(|| NotSigned::Missing("iat".to_owned()))? as i64;
    match at.saturating_sub(now.as_second()) {
        ahead if ahead > CLOCKS_APART => Err(NotSigned::OutOfTime(ahead)),
        _ => Ok(()),
    }
}

/// To whom it is issued: one, or several.
fn audience(says: &Value) -> Vec<String> {
    let named = says.get("aud").map(|aud| match aud.as_array() {
        Some(several) => several.as_slice(),
        None => std::slice::from_ref(aud),
    });
    let texts = named.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

fn decoded(part: &str) -> Result<Vec<u8>, NotSigned> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(part);
    bytes.map_err(|_| NotSigned::NotAToken)
}

/// What a part says, and its bytes.
fn json(part: &str) -> Result<(Value, Vec<u8>), NotSigned> {
    let bytes = decoded(part)?;
    let says = serde_json::from_slice(&bytes).map_err(|_| NotSigned::NotAToken)?;
    Ok((says, bytes))
}
