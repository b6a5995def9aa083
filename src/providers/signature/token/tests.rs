use base64::prelude::BASE64_STANDARD;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::json;

use super::*;

/// Made with openssl for tests; it opens nothing.
const PEM: &str = include_str!("../../app_jwt/test.pkcs8.pem");
const NOW: i64 = 1_760_000_000;
const ISSUER: &str = "https://issuer.example/";
const CLIENT: &str = "client-1";

fn pair() -> RsaKeyPair {
    let der = PrivatePkcs8KeyDer::from_pem_slice(PEM.as_bytes()).unwrap();
    RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).unwrap()
}

fn jwk(kid: &str) -> Value {
    let public: PublicKeyComponents<Vec<u8>> = pair().public().into();
    let number = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let (n, e) = (number(&public.n), number(&public.e));
    json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": e })
}

fn set(keys: &[Value]) -> Vec<PublishedKey> {
    PublishedKey::of_set(&json!({ "keys": keys })).unwrap()
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": CLIENT, "iat": NOW, "jti": "j-1",
        "events": { "urn:x/tokens-revoked": { "subject": { "sub": "7" } } },
    })
}

fn header() -> Value {
    json!({ "alg": "RS256", "kid": "k-1", "typ": "secevent+jwt" })
}

fn with(mut of: Value, name: &str, value: Value) -> Value {
    of[name] = value;
    of
}

fn without(mut of: Value, name: &str) -> Value {
    of.as_object_mut().unwrap().remove(name).unwrap();
    of
}

fn signed(header: &Value, claims: &Value) -> String {
    let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let pair = pair();
    let mut signature = vec![0; pair.public().modulus_len()];
    let random = SystemRandom::new();
    pair.sign(
        &RSA_PKCS1_SHA256,
        &random,
        signed.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

fn judged_with(keys: &[PublishedKey], token: &str) -> Result<Value, NotSigned> {
    let clients = ["client-0".to_owned(), CLIENT.to_owned()];
    let now = Timestamp::from_second(NOW).unwrap();
    let token = EventToken::read(token.as_bytes(), ISSUER, now)?.issued_to(&clients)?;
    let key = keys.iter().find(|key| key.kid == token.kid());
    let says = token.verified(key)?;
    Ok(serde_json::from_slice(&says).unwrap())
}

fn judged(header: &Value, claims: &Value) -> Result<Value, NotSigned> {
    judged_with(&set(&[jwk("k-1")]), &signed(header, claims))
}

#[test]
fn what_the_issuer_signed_for_us_is_read() {
    assert_eq!(judged(&header(), &claims()), Ok(claims()));
    let several = with(claims(), "aud", json!(["client-9", CLIENT]));
    assert_eq!(judged(&header(), &several), Ok(several));
    let bare = with(claims(), "iss", json!("https://issuer.example"));
    assert_eq!(judged(&header(), &bare), Ok(bare));
    // It tells of what has been, and does not expire.
    let old = with(claims(), "iat", json!(NOW - 40_000_000));
    let old = with(old, "exp", json!(NOW - 39_000_000));
    assert_eq!(judged(&header(), &old), Ok(old));
    let fast = with(claims(), "iat", json!(NOW + 300));
    assert_eq!(judged(&header(), &fast), Ok(fast));
    let line = format!("{}\n", signed(&header(), &claims()));
    assert_eq!(judged_with(&set(&[jwk("k-1")]), &line), Ok(claims()));
}

#[test]
fn what_says_something_else_is_refused_with_the_reason() {
    let missing = |name: &str| NotSigned::Missing(name.to_owned());
    for (claims, why) in [
        (
            with(claims(), "iss", json!("https://issuer.example.org/")),
            NotSigned::OtherIssuer,
        ),
        (without(claims(), "iss"), NotSigned::OtherIssuer),
        (
            with(claims(), "aud", json!("client-9")),
            NotSigned::OtherAudience,
        ),
        (with(claims(), "aud", json!([])), NotSigned::OtherAudience),
        (without(claims(), "aud"), NotSigned::OtherAudience),
        (
            with(claims(), "iat", json!(NOW + 301)),
            NotSigned::OutOfTime(301),
        ),
        (without(claims(), "iat"), missing("iat")),
        (without(claims(), "jti"), missing("jti")),
        (with(claims(), "jti", json!("")), missing("jti")),
        // An ID token of the same issuer, for the same client, by the same key.
        (without(claims(), "events"), missing("events")),
    ] {
        assert_eq!(judged(&header(), &claims), Err(why), "{claims}");
    }
    let token = signed(&header(), &claims());
    let now = Timestamp::from_second(NOW).unwrap();
    let read = EventToken::read(token.as_bytes(), ISSUER, now).unwrap();
    assert_eq!(read.issued_to(&[]).unwrap_err(), NotSigned::NoClient);
}

#[test]
fn the_header_decides_nothing() {
    for (header, why) in [
        (with(header(), "alg", json!("none")), NotSigned::Algorithm),
        (with(header(), "alg", json!("RS384")), NotSigned::Algorithm),
        (with(header(), "crit", json!(["b64"])), NotSigned::Algorithm),
        (without(header(), "alg"), NotSigned::Algorithm),
        (
            without(header(), "kid"),
            NotSigned::Missing("kid".to_owned()),
        ),
        (with(header(), "kid", json!("k-2")), NotSigned::UnknownKey),
        (
            with(with(header(), "kid", json!("k-2")), "jwk", jwk("k-2")),
            NotSigned::UnknownKey,
        ),
    ] {
        assert_eq!(judged(&header, &claims()), Err(why), "{header}");
    }
}

#[test]
fn the_public_key_is_no_secret() {
    let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let hs256 = part(&with(header(), "alg", json!("HS256")));
    let forged = format!("{hs256}.{}", part(&claims()));
    let public = BASE64_URL_SAFE_NO_PAD.decode(jwk("k-1")["n"].as_str().unwrap());
    for secret in [public.unwrap(), pair().public().as_ref().to_vec()] {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &secret);
        let tag = BASE64_URL_SAFE_NO_PAD.encode(ring::hmac::sign(&key, forged.as_bytes()));
        let token = format!("{forged}.{tag}");
        let judged = judged_with(&set(&[jwk("k-1")]), &token);
        assert_eq!(judged, Err(NotSigned::Algorithm));
    }
}

#[test]
fn what_was_changed_on_its_way_does_not_hold() {
    let token = signed(&header(), &claims());
    let other = signed(&header(), &with(claims(), "jti", json!("j-2")));
    let parts: Vec<&str> = token.split('.').collect();
    let others: Vec<&str> = other.split('.').collect();
    let keys = set(&[jwk("k-1")]);
    for forged in [
        format!("{}.{}.{}", parts[0], others[1], parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], others[2]),
        format!("{}.{}.", parts[0], parts[1]),
    ] {
        assert_eq!(judged_with(&keys, &forged), Err(NotSigned::Wrong));
    }
    let padded = format!("{token}=");
    let plain = BASE64_STANDARD.encode("{}");
    for no_token in [
        "",
        "{}",
        "a.b",
        "..",
        &padded,
        &format!("{token}.x"),
        &plain,
    ] {
        assert_eq!(
            judged_with(&keys, no_token),
            Err(NotSigned::NotAToken),
            "{no_token}"
        );
    }
}

#[test]
fn a_short_key_proves_nothing() {
    // With zeros before it, the number is as short as without.
    for zeros in [0, 128] {
        let mut number = vec![0; zeros];
        number.extend([0xff; 128]);
        let short = with(
            jwk("k-1"),
            "n",
            json!(BASE64_URL_SAFE_NO_PAD.encode(number)),
        );
        let judged = judged_with(&set(&[short]), &signed(&header(), &claims()));
        assert_eq!(judged, Err(NotSigned::WeakKey));
    }
    let mut bits = vec![0x7f];
    bits.extend([0xff; 255]);
    let short = with(jwk("k-1"), "n", json!(BASE64_URL_SAFE_NO_PAD.encode(bits)));
    let judged = judged_with(&set(&[short]), &signed(&header(), &claims()));
    assert_eq!(judged, Err(NotSigned::WeakKey));
}

#[test]
fn keys_for_something_else_are_none() {
    let keys = set(&[
        with(jwk("a"), "use", json!("enc")),
        with(jwk("b"), "alg", json!("RS512")),
        with(jwk("c"), "kty", json!("EC")),
        without(jwk("d"), "kid"),
        with(jwk("e"), "n", json!("AA")),
        json!("f"),
        without(without(jwk("g"), "use"), "alg"),
    ]);
    let kids: Vec<&str> = keys.iter().map(|key| key.kid.as_str()).collect();
    assert_eq!(kids, ["g"]);
    assert_eq!(PublishedKey::of_set(&json!({ "error": "no" })), None);
    // Where nothing is left there is no set: what was published before stands.
    let other = with(jwk("c"), "kty", json!("EC"));
    for unusable in [json!([]), json!([other])] {
        assert_eq!(PublishedKey::of_set(&json!({ "keys": unusable })), None);
    }
    // Others do not push the one out that is usable.
    let mut many = vec![with(jwk("c"), "kty", json!("EC")); KEYS];
    many.push(jwk("a"));
    assert_eq!(set(&many).len(), 1);
}
