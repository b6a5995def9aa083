//! What may be shown of a secret.

use std::collections::HashSet;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::stack::wiped;

/// Shown for a secret that could be found by trying.
const WITHHELD: &str = "withheld";

/// So many random bits are guessed by nobody: a random UUID has 122 (RFC 9562 5.4), what follows 20 random bytes 160.
const ENOUGH: f64 = 112.0;

/// The random bits of a UUID of version 4.
const OF_UUID: f64 = 122.0;

/// The same for what a person typed: words in a row look like more than they are.
const ENOUGH_TYPED: f64 = 128.0;

/// Where a secret comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// A vendor issued it to us.
    Issued,
    /// A person typed or pasted it.
    Typed,
}

/// The first 16 hex digits of SHA-256 over the secret's bytes, or `withheld`.
///
/// Whoever finds a token can match it; but a fingerprint also lets anybody test a guess, so it is withheld when
/// the secret obviously holds less than 112 random bits, or than 128 in long runs where a person typed it.
#[must_use]
pub fn fingerprint(secret: &SecretString, made: Made) -> String {
    let secret = secret.expose_secret();
    let is_guessable = match made {
        Made::Issued => most_random_bits(secret) < ENOUGH,
        Made::Typed => bits_of_long_runs(secret) < ENOUGH_TYPED,
    };
    if is_guessable {
        return WITHHELD.to_owned();
    }
    let mut digits = hex::encode(wiped(|| Sha256::digest(secret)));
    digits.truncate(16);
    digits
}

/// The most random bits the text can hold, judged by its form; what it really holds may be less.
///
/// Each run of letters and digits counts with the narrowest alphabet it fits. Runs under eight characters are
/// vendors' prefixes, regions and versions, unless a capital stands in the midst of small letters, which is neither that
/// nor a word: base64url has `-` and `_` anywhere, so that from such a run on every other counts, too. A random UUID is cut
/// into short runs as well, and counts for itself. Less than six different characters in the whole is a pattern and no
/// key.
fn most_random_bits(text: &str) -> f64 {
    if is_pattern(text) {
        return 0.0;
    }
    let (uuids, rest) = without_uuids(text);
    let mut is_in_midst = false;
    let counted = rest
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|run| {
            is_in_midst |= is_mixed(run);
            is_in_midst || run.len() >= 8
        });
    // An empty run has no alphabet.
    let of_runs: f64 = counted.filter(|run| !run.is_empty()).map(bits).sum();
    of_runs + f64::from(uuids) * OF_UUID
}

/// The same, where a capital or a hyphen says nothing, because people write phrases with them.
fn bits_of_long_runs(text: &str) -> f64 {
    if is_pattern(text) {
        return 0.0;
    }
    let runs = text.split(|c: char| !c.is_ascii_alphanumeric());
    runs.filter(|run| run.len() >= 8).map(bits).sum()
}

fn is_pattern(text: &str) -> bool {
    text.chars().collect::<HashSet<_>>().len() < 6
}

fn bits(run: &str) -> f64 {
    let length = f64::from(u32::try_from(run.len()).unwrap_or(u32::MAX));
    f64::from(alphabet(run)).log2() * length
}

/// How many random UUIDs the text holds (RFC 9562 4, version 4), and the text without them.
fn without_uuids(text: &str) -> (u32, String) {
    const LENGTH: usize = 36;
    let (mut found, mut rest, mut left) = (0, String::new(), text);
    while let Some(first) = left.chars().next() {
        let candidate = left.get(..LENGTH).filter(|it| is_random_uuid(it));
        let taken = match candidate {
            Some(_) => {
                found += 1;
                LENGTH
            }
            None => {
                rest.push(first);
                first.len_utf8()
            }
        };
        left = left.get(taken..).unwrap_or_default();
    }
    (found, rest)
}

fn is_random_uuid(text: &str) -> bool {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let groups: Vec<&str> = text.split('-').collect();
    let has_form = groups.iter().map(|it| it.len()).eq(GROUPS)
        && groups
            .iter()
            .all(|it| it.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let is_varied = text.chars().collect::<HashSet<_>>().len() >= 8;
    has_form && is_varied && groups.get(2).is_some_and(|it| it.starts_with('4'))
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
        fingerprint(&SecretString::from(text), Made::Issued)
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
            "6fe91a2b3c4d5e6f708192a3b4c",
            "9b2c1a5e-7f30-1d1e-8a6b-0c4d2e9f1a35",
            "11111111-1111-4111-8111-111111111112",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "Correct-Horse-Battery-Staple-Again-Again",
        ] {
            assert_eq!(of(weak), WITHHELD, "{weak}");
        }
    }

    #[test]
    fn random_uuids_and_twenty_random_bytes_are_shown() {
        for issued in [
            "9b2c1a5e-7f30-4d1e-8a6b-0c4d2e9f1a35",
            "pat-na1-9b2c1a5e-7f30-4d1e-8a6b-0c4d2e9f1a35",
        ] {
            assert_eq!(of(issued).len(), 16, "{issued}");
        }
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let token = |n: u32| -> String {
            let random = Sha256::digest(n.to_be_bytes());
            let letters = random.iter().take(27);
            letters
                .map(|byte| char::from(ALPHABET[usize::from(byte % 64)]))
                .collect()
        };
        let withheld = (0..20_000).filter(|n| of(&token(*n)) == WITHHELD).count();
        // Where `-` and `_` stand early and often, what is left is too short.
        assert!(withheld < 200, "{withheld} of 20000");
    }

    #[test]
    fn phrases_that_a_person_typed_are_withheld() {
        for typed in [
            "correcthorsebatterystaple",
            "myPass-word-2024-acme-prod-key",
            "correctHorse-battery-staple-again",
            "9b2c1a5e-7f30-4d1e-8a6b-0c4d2e9f1a35",
        ] {
            let shown = fingerprint(&SecretString::from(typed), Made::Typed);
            assert_eq!(shown, WITHHELD, "{typed}");
        }
        let key = "sk_live_51MabcDEFghiJKLmnoPQRstuVWXyz0123456789";
        assert_eq!(fingerprint(&SecretString::from(key), Made::Typed).len(), 16);
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
