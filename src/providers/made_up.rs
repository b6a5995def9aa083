//! Tokens that nobody issued, in the form of one that somebody did: how a vendor refuses them is how it refuses a token
//! that it does not know.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// A made-up token has at least so many random bits, even where the real one is shorter: it must not be somebody's.
const RANDOM_BITS: f64 = 96.0;

const LETTERS_AND_DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// GitHub's and npm's tokens end in the CRC-32 of their random part, in so many digits of base 62 (github.blog, 5 April 2021,
/// Behind GitHub's new authentication token formats).
const CHECKSUM_DIGITS: usize = 6;

/// Fixed beginnings (`ghp_`, `xoxb-`, `sk_live_`) are made of words up to this length.
const PREFIX_WORD: usize = 8;

/// A token of the same length, alphabet, separators and beginning, with other characters. A signed one keeps its header
/// and its claims but the `jti` (RFC 7519 4.1.7), so that its signature alone is wrong.
///
/// None where it would name a person, or where the system gives no randomness.
pub(crate) fn like(token: &SecretString) -> Option<SecretString> {
    let text = token.expose_secret();
    // Pairs of a name and a password, as some keys are.
    if text.contains(['@', ':']) {
        return None;
    }
    if let Some(signed) = signed(text) {
        return Some(signed.into());
    }
    let fixed = prefix(text);
    let (kept, random) = text.split_at_checked(fixed)?;
    let mut made_up = kept.to_owned();
    let mut bits = 0.0;
    for word in random.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let alphabet = alphabet(word);
        for c in word.chars() {
            if c.is_ascii_alphanumeric() {
                made_up.push(one_of(alphabet)?);
                bits += (alphabet.len() as f64).log2();
            } else {
                made_up.push(c);
            }
        }
    }
    if has_checksum(random) {
        let body = made_up.len().saturating_sub(CHECKSUM_DIGITS);
        made_up.truncate(body);
        let sum = checksum(made_up.get(fixed..)?)?;
        made_up.push_str(&sum);
    }
    while bits < RANDOM_BITS {
        made_up.push(one_of(LETTERS_AND_DIGITS)?);
        bits += (LETTERS_AND_DIGITS.len() as f64).log2();
    }
    Some(made_up.into())
}

/// Whether the last digits are a checksum of those before them: a vendor that checks it refuses a token without it in another
/// way than one that it does not know.
fn has_checksum(random: &str) -> bool {
    let body = random.len().checked_sub(CHECKSUM_DIGITS);
    let parts = body.and_then(|body| random.split_at_checked(body));
    parts.is_some_and(|(body, sum)| checksum(body).as_deref() == Some(sum))
}

/// The CRC-32 of the digits in base 62.
fn checksum(body: &str) -> Option<String> {
    let mut left = u64::from(crc32fast::hash(body.as_bytes()));
    let base = LETTERS_AND_DIGITS.len() as u64;
    let mut digits = Vec::new();
    for _ in 0..CHECKSUM_DIGITS {
        let digit = usize::try_from(left % base).ok()?;
        digits.push(*LETTERS_AND_DIGITS.get(digit)?);
        left /= base;
    }
    digits.reverse();
    String::from_utf8(digits).ok()
}

/// A number of as many digits: an installation's id is no secret, and whose it is does not matter, for only our own app's
/// are shown to us.
pub(crate) fn number_like(id: &SecretString) -> Option<SecretString> {
    let digits = id.expose_secret().chars();
    let digits = digits.map(|_| one_of(b"123456789"));
    let made_up = digits.collect::<Option<String>>()?;
    (made_up != id.expose_secret()).then(|| made_up.into())
}

/// How long the fixed beginning is: words of letters and digits that end in a separator, as long as enough is left.
fn prefix(text: &str) -> usize {
    let mut end = 0;
    for word in text.split_inclusive(['_', '-', '.']) {
        let body = word.trim_end_matches(['_', '-', '.']);
        let is_word = body.len() <= PREFIX_WORD
            && body.len() < word.len()
            && body.starts_with(|c: char| c.is_ascii_alphabetic());
        let left = text.len() - (end + word.len());
        if !is_word || left < 20 {
            break;
        }
        end += word.len();
    }
    end
}

fn alphabet(word: &str) -> &'static [u8] {
    let word = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let all = |is: fn(u8) -> bool| word.bytes().all(is);
    if all(|c| c.is_ascii_digit()) {
        b"0123456789"
    } else if all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c)) {
        b"0123456789abcdef"
    } else if all(|c| c.is_ascii_digit() || c.is_ascii_uppercase()) {
        b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    } else if all(|c| c.is_ascii_digit() || c.is_ascii_lowercase()) {
        b"0123456789abcdefghijklmnopqrstuvwxyz"
    } else {
        LETTERS_AND_DIGITS
    }
}

fn one_of(alphabet: &[u8]) -> Option<char> {
    let random = getrandom::u32().ok()?;
    let at = random as usize % alphabet.len().max(1);
    alphabet.get(at).map(|c| char::from(*c))
}

/// The same claims under a signature that is none.
fn signed(text: &str) -> Option<String> {
    let begins = text.find("eyJ")?;
    let (before, bare) = text.split_at_checked(begins)?;
    let mut parts = bare.split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let mut random = vec![0; (signature.len() * 3 / 4).max(12)];
    getrandom::fill(&mut random).ok()?;
    let signature = BASE64_URL_SAFE_NO_PAD.encode(random);
    let claims = other_jti(claims).unwrap_or_else(|| claims.to_owned());
    Some(format!("{before}{header}.{claims}.{signature}"))
}

fn other_jti(claims: &str) -> Option<String> {
    let decoded = BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?;
    let mut claims: Value = serde_json::from_slice(&decoded).ok()?;
    let jti = claims.get_mut("jti")?;
    let mut random = [0; 16];
    getrandom::fill(&mut random).ok()?;
    *jti = hex::encode(random).into();
    Some(BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_up(text: &str) -> Option<String> {
        like(&text.to_owned().into()).map(|it| it.expose_secret().to_owned())
    }

    #[test]
    fn the_form_is_kept_and_the_rest_is_not() {
        for (token, kept) in [
            ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "ghp_"),
            ("sk_live_4eC39HqLyjWDarjtT1zdp7dcAAAA", "sk_live_"),
            ("0123456789abcdef0123456789abcdef", ""),
            ("1b7a2c0e-93a1-4c5e-8f27-0d9b8a7c6e5f", ""),
        ] {
            let other = made_up(token).unwrap();
            assert_ne!(other, token);
            assert!(other.starts_with(kept), "{other}");
            assert_eq!(other.len(), token.len());
            let separators = |text: &str| -> Vec<usize> {
                let found = text.match_indices(|c: char| !c.is_ascii_alphanumeric());
                found.map(|(at, _)| at).collect()
            };
            assert_eq!(separators(&other), separators(token));
        }
        let hex = made_up("0123456789abcdef0123456789abcdef").unwrap();
        assert!(hex.bytes().all(|c| b"0123456789abcdef".contains(&c)));
    }

    #[test]
    fn a_checksum_is_that_of_the_new_digits() {
        // A published example of the form; it was never anybody's.
        let token = "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";
        let other = made_up(token).unwrap();
        assert_ne!(other, token);
        assert_eq!(other.len(), token.len());
        assert!(has_checksum(&other[4..]), "{other}");
        assert!(!has_checksum("16C7e42F292c6912E7710c838347Ae178B4a"));
        assert!(!has_checksum("short"));
    }

    #[test]
    fn a_signed_token_keeps_its_claims_and_loses_its_signature() {
        let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        let header = part(r#"{"alg":"RS256"}"#);
        let claims = part(r#"{"jti":"one","sub":"ada"}"#);
        let token = format!("{header}.{claims}.{}", part("signature"));
        let other = made_up(&token).unwrap();
        let parts: Vec<&str> = other.split('.').collect();
        assert_eq!(parts[0], header);
        let now: Value =
            serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
        assert_eq!(now["sub"], "ada");
        assert_ne!(now["jti"], "one");
        assert_ne!(parts[2], part("signature"));
    }

    #[test]
    fn what_names_a_person_is_not_made_up() {
        for token in [
            "ada@example.com:secret",
            "user:password-of-some-length-here",
        ] {
            assert_eq!(made_up(token), None, "{token}");
        }
    }

    #[test]
    fn a_short_one_gets_longer_before_it_could_be_guessed() {
        let other = made_up("at-12").unwrap();
        assert!(other.len() > 16, "{other}");
    }
}
