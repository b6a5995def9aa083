//! Signatures of outgoing messages (Standard Webhooks, "Signature scheme").

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// What every secret begins with.
pub const PREFIX: &str = "whsec_";
/// The specification asks for 24 to 64 bytes.
const LENGTH: usize = 32;

/// Why a message cannot be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The system gives no randomness for a secret.
    #[error("the system gives no randomness: {0}")]
    Random(getrandom::Error),
    /// A stored secret is not one of ours.
    #[error("the signing secret is not whsec_ and base64")]
    Malformed,
}

/// A new secret, as the receiver is told it.
///
/// # Errors
/// [`SignError::Random`].
pub fn new_secret() -> Result<SecretString, SignError> {
    let mut bytes = Zeroizing::new([0; LENGTH]);
    getrandom::fill(bytes.as_mut()).map_err(SignError::Random)?;
    Ok(format!("{PREFIX}{}", BASE64_STANDARD.encode(bytes.as_ref())).into())
}

/// The value of `webhook-signature`: one signature for each secret, so that a receiver that knows any of them can verify.
///
/// # Errors
/// [`SignError::Malformed`].
pub fn sign(
    secrets: &[SecretString],
    id: &str,
    timestamp: i64,
    body: &str,
) -> Result<String, SignError> {
    let signed = format!("{id}.{timestamp}.{body}");
    let one = |secret: &SecretString| {
        let coded = secret.expose_secret().strip_prefix(PREFIX);
        let bytes = coded.and_then(|coded| BASE64_STANDARD.decode(coded).ok());
        let bytes = Zeroizing::new(bytes.ok_or(SignError::Malformed)?);
        let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        let tag = hmac::sign(&key, signed.as_bytes());
        Ok(format!("v1,{}", BASE64_STANDARD.encode(tag)))
    };
    let all: Vec<String> = secrets.iter().map(one).collect::<Result<_, SignError>>()?;
    Ok(all.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn the_published_example_is_signed_as_published() {
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let body = r#"{"test": 2432232314}"#;
        let signed = sign(
            &[secret],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            body,
        );
        assert_eq!(
            signed.unwrap(),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn each_secret_signs_and_a_new_one_is_one() {
        let (old, new) = (new_secret().unwrap(), new_secret().unwrap());
        assert_ne!(old.expose_secret(), new.expose_secret());
        let both = sign(&[new.clone(), old], "msg_1", 1, "{}").unwrap();
        let alone = sign(&[new], "msg_1", 1, "{}").unwrap();
        assert!(both.starts_with(&format!("{alone} v1,")), "{both}");
        assert!(sign(&["whsec_!".into()], "msg_1", 1, "{}").is_err());
    }
}
