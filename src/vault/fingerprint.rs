//! What may be shown of a secret.

use std::collections::HashSet;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// Shown for a secret that could be found by trying.
const WITHHELD: &str = "withheld";

/// The first 16 hex digits of SHA-256 over the secret's bytes, or `withheld`.
///
/// Whoever finds a token can match it; but a fingerprint also lets anybody test a guess, so it is withheld when
/// the secret obviously holds less than 128 random bits.
#[must_use]
pub fn fingerprint(secret: &SecretString) -> String {
    let secret = secret.expose_secret();
    if most_random_bits(secret) < 128.0 {
        return WITHHELD.to_owned();
    }
    let mut digits = hex::encode(Sha256::digest(secret));
    digits.truncate(16);
    digits
}

/// The most random bits the text can hold, judged by its form; what it really holds may be less.
///
/// Each run of letters and digits counts with the narrowest alphabet it fits. Runs under eight characters are
/// vendors' prefixes, regions and versions; without them a random UUID, which has 122 bits, stays under the line too.
/// But a capital in the midst of small letters is neither that nor a word: base64url has `-` and `_` anywhere.
/// Less than six different characters in the whole is a pattern and no key.
fn most_random_bits(text: &str) -> f64 {
    if text.chars().collect::<HashSet<_>>().len() < 6 {
        return 0.0;
    }
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|run| run.len() >= 8 || is_mixed(run))
        .map(|run| {
            f64::from(alphabet(run)).log2()
                * f64::from(u32::try_from(run.len()).unwrap_or(u32::MAX))
        })
        .sum()
}

fn is_mixed(run: &str) -> bool {
    let has_lower = run.bytes().any(|byte| byte.is_ascii_lowercase());
    has_lower && run.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
}

fn alphabet(run: &str) -> u32 {
    let any = |test: fn(&u8) -> bool| run.as_bytes().iter().any(test);
    let digit = any(u8::is_ascii_digit);
    let lower = any(u8::is_ascii_lowercase);
    let upper = any(u8::is_ascii_uppercase);
    if !(lower && upper) && run.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return if lower || upper { 16 } else { 10 };
    }
    [(digit, 10), (lower, 26), (upper, 26)]
        .into_iter()
        .filter(|(has, _)| *has)
        .map(|(_, size)| size)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        fingerprint(&SecretString::from(text))
    }

    #[test]
    fn a_found_token_can_be_matched() {
        // `printf 6fe91a2b3c4d5e6f708192a3b4c5d6e7 | sha256sum`
        assert_eq!(of("6fe91a2b3c4d5e6f708192a3b4c5d6e7"), "540dbf3e6946d03c");
    }

    #[test]
    fn what_could_be_guessed_is_withheld() {
        for weak in [
            "",
            "hunter2",
            "123456789012345678901234567890",
            "correct horse battery staple",
            "6fe91a2b3c4d5e6f708192a3b4c5d6e",
            "9b2c1a5e-7f30-4d1e-8a6b-0c4d2e9f1a35",
            "pat-na1-9b2c1a5e-7f30-4d1e-8a6b-0c4d2e9f1a35",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "Correct-Horse-Battery-Staple-Again-Again",
        ] {
            assert_eq!(of(weak), WITHHELD, "{weak}");
        }
    }

    #[test]
    fn usual_tokens_are_shown() {
        for strong in [
            "gho_16C7e42F292c6912E7710c838347Ae178B4a",
            "pfx-123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx",
            "aB3_xYz9K-Lm0Qr_StUv1-wXyZ2_3aBcD-4EfGh",
            "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
        ] {
            assert_eq!(of(strong).len(), 16, "{strong}");
        }
    }
}
