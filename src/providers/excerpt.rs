//! What may be repeated of a vendor's answer.

use std::collections::HashSet;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::form_urlencoded;

use crate::domain::provider::Body;

/// How much of an answer is kept.
const LENGTH: usize = 200;
const HIDDEN: &str = "[hidden]";
/// So many characters of a secret in a row tell too much of it.
const RUN: usize = 8;
/// Words in a JSON field's name that make its text a secret.
const SECRET_WORDS: [&str; 5] = ["token", "secret", "password", "key", "credential"];

/// At most 200 characters of an answer, without control characters and without anything secret: neither what was sent,
/// nor what the vendor put into a field that is named like one.
pub(crate) fn of_body(body: &Body, secrets: &[SecretString]) -> String {
    match body.json() {
        Some(json) => {
            let mut json = json.clone();
            hide_fields(&mut json);
            of_text(&json.to_string(), secrets)
        }
        None => of_text(body.text(), secrets),
    }
}

/// The same of any text.
pub(crate) fn of_text(text: &str, secrets: &[SecretString]) -> String {
    let printable: String = without(text, secrets)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words: Vec<&str> = printable.split_whitespace().collect();
    words.join(" ").chars().take(LENGTH).collect()
}

/// A text in which no run of eight or more characters of a secret stays, in whatever case, nor of its encodings.
pub(crate) fn without(text: &str, secrets: &[SecretString]) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        let secret = secret.expose_secret();
        // Shorter ones would hide ordinary words, and are no secrets worth the name.
        if secret.len() < 4 {
            continue;
        }
        let writings = writings(secret);
        for written in &writings {
            text = text.replace(written, HIDDEN);
        }
        for written in &writings {
            text = without_runs(&text, written);
        }
    }
    text
}

/// A secret as it may come back: as it is, in a form, in base64 at each place that it may have in a longer text, in hex.
fn writings(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let mut all = vec![
        secret.to_owned(),
        form_urlencoded::byte_serialize(bytes).collect(),
        hex::encode(bytes),
    ];
    for before in 0..3 {
        // The first characters also depend on what stands before, and the last on what follows.
        let shifted = [vec![0; before].as_slice(), bytes].concat();
        let skip = (before * 8).div_ceil(6);
        for encoded in [
            BASE64_STANDARD_NO_PAD.encode(&shifted),
            BASE64_URL_SAFE_NO_PAD.encode(&shifted),
        ] {
            all.push(encoded.chars().skip(skip).collect());
        }
    }
    all
}

/// A text with every run of [`RUN`] or more characters that also stand in `secret` hidden, letter case aside.
fn without_runs(text: &str, secret: &str) -> String {
    let lower =
        |text: &str| -> Vec<char> { text.chars().map(|c| c.to_ascii_lowercase()).collect() };
    let secret = lower(secret);
    let known: HashSet<&[char]> = secret.windows(RUN).collect();
    let found = lower(text);
    let mut is_hidden = vec![false; found.len()];
    for (at, run) in found.windows(RUN).enumerate() {
        if known.contains(run) {
            is_hidden
                .iter_mut()
                .skip(at)
                .take(RUN)
                .for_each(|it| *it = true);
        }
    }
    let mut shown = String::with_capacity(text.len());
    let mut was_hidden = false;
    for (c, is_hidden) in text.chars().zip(is_hidden) {
        match (is_hidden, was_hidden) {
            (true, false) => shown.push_str(HIDDEN),
            (true, true) => {}
            (false, _) => shown.push(c),
        }
        was_hidden = is_hidden;
    }
    shown
}

fn hide_fields(json: &mut Value) {
    match json {
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = name.to_lowercase();
                match value {
                    Value::String(text)
                        if SECRET_WORDS.iter().any(|word| name.contains(word))
                            && text.len() >= 16 =>
                    {
                        HIDDEN.clone_into(text);
                    }
                    _ => hide_fields(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide_fields),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_does_not_come_back() {
        let token = SecretString::from("sl/eutel-1234");
        let echoed = "unknown sl/eutel-1234, in the URL sl%2Feutel-1234\u{1b}[31m";
        assert_eq!(
            of_text(echoed, &[token]),
            "unknown [hidden], in the URL [hidden] [31m"
        );
    }

    #[test]
    fn fields_that_are_named_like_secrets_are_hidden_and_errors_are_not() {
        let body = Body::from_bytes(
            br#"{"error":"token_revoked","user":{"access_token":"abcdefghijklmnopqrst"}}"#,
        );
        assert_eq!(
            of_body(&body, &[]),
            r#"{"error":"token_revoked","user":{"access_token":"[hidden]"}}"#
        );
    }

    /// Case T8.
    #[test]
    fn a_part_of_a_secret_is_hidden_in_whatever_dress() {
        const TOKEN: &str = "Xy7-qLm93Tz_0KfWb5.RsvUe8NhGpA1cD4jE6oIi2M";
        let token = SecretString::from(TOKEN);
        let base64 = BASE64_STANDARD_NO_PAD.encode(TOKEN);
        let basic = BASE64_STANDARD_NO_PAD.encode(format!("id:{TOKEN}"));
        for echoed in [
            &TOKEN[..40],
            &TOKEN[..20],
            &TOKEN[..12],
            &TOKEN[15..30],
            &TOKEN.to_lowercase(),
            &TOKEN.to_uppercase(),
            &base64,
            &base64[..24],
            &basic[4..],
            &hex::encode(TOKEN),
        ] {
            let shown = of_text(
                &format!("the token '{echoed}…' is over"),
                std::slice::from_ref(&token),
            );
            let left = shown.replace(HIDDEN, "");
            assert!(
                left.len() <= "the token '…' is over".len() + 4,
                "{echoed}: {shown}"
            );
            assert!(shown.starts_with("the token '"), "{shown}");
        }
        assert_eq!(
            of_text("a bad grant: invalid_grant", std::slice::from_ref(&token)),
            "a bad grant: invalid_grant"
        );
    }

    #[test]
    fn it_is_short() {
        assert_eq!(of_text(&"é".repeat(5000), &[]).chars().count(), LENGTH);
    }
}
