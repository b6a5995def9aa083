//! The JWT with which an app speaks for itself (RFC 7519, signed as RFC 7518 3.3 has it).

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

/// Vendors' clocks may be behind ours; GitHub asks for a minute.
const BEFORE: i64 = 60;
/// GitHub takes ten minutes at most, counted by its own clock.
const AFTER: i64 = 540;

/// A token that says "this is the app" for the next minutes.
///
/// # Errors
/// What is wrong with the key, in words.
pub(crate) fn sign(
    app_id: &str,
    key: &SecretString,
    now: Timestamp,
) -> Result<SecretString, &'static str> {
    let key = read(key)?;
    let now = now.as_second();
    let part = |json: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let header = part(json!({ "alg": "RS256", "typ": "JWT" }));
    let claims = part(json!({ "iat": now - BEFORE, "exp": now + AFTER, "iss": app_id }));
    let signed = format!("{header}.{claims}");
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        signed.as_bytes(),
        &mut signature,
    )
    .map_err(|_| "cannot sign")?;
    let signature = BASE64_URL_SAFE_NO_PAD.encode(signature);
    Ok(format!("{signed}.{signature}").into())
}

/// Whether this is a key that can sign.
///
/// # Errors
/// What is wrong with it, in words.
pub fn check_key(key: &SecretString) -> Result<(), &'static str> {
    read(key).map(drop)
}

fn read(key: &SecretString) -> Result<RsaKeyPair, &'static str> {
    let der = PrivateKeyDer::from_pem_slice(key.expose_secret().as_bytes())
        .map_err(|_| "is no private key in PEM form (-----BEGIN … PRIVATE KEY-----)")?;
    match &der {
        PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
        PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
        _ => return Err("is no RSA key"),
    }
    .map_err(|_| "is no RSA key of 2048 to 4096 bits")
}

#[cfg(test)]
mod tests {
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;

    /// Made with openssl for this test; it opens nothing.
    const PKCS1: &str = include_str!("app_jwt/test.pkcs1.pem");
    const PKCS8: &str = include_str!("app_jwt/test.pkcs8.pem");

    #[test]
    fn both_forms_of_a_key_sign_what_its_public_half_verifies() {
        let now = Timestamp::from_second(1_760_000_000).unwrap();
        for pem in [PKCS1, PKCS8] {
            let token = sign("12345", &pem.into(), now).unwrap();
            let parts: Vec<&str> = token.expose_secret().split('.').collect();
            let [header, claims, signature] = parts[..] else {
                panic!("{} parts", parts.len());
            };
            let json = |part| -> serde_json::Value {
                serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
            };
            assert_eq!(json(header), json!({ "alg": "RS256", "typ": "JWT" }));
            let window = json!({ "iat": 1_759_999_940, "exp": 1_760_000_540, "iss": "12345" });
            assert_eq!(json(claims), window);
            let public = read(&pem.into()).unwrap().public().as_ref().to_vec();
            UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public)
                .verify(
                    format!("{header}.{claims}").as_bytes(),
                    &BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap(),
                )
                .unwrap();
        }
    }

    #[test]
    fn what_is_no_key_says_so() {
        for wrong in ["", "hunter2", &PKCS8.replace("MII", "AAA")] {
            assert!(check_key(&SecretString::from(wrong)).is_err(), "{wrong}");
        }
    }
}
