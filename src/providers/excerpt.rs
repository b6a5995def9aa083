//! What may be repeated of a vendor's answer.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::form_urlencoded;

use crate::domain::provider::Body;

/// How much of an answer is kept.
const LENGTH: usize = 200;
const HIDDEN: &str = "[hidden]";
/// Words in a JSON field's name that make its text a secret.
const SECRET_WORDS: [&str; 5] = ["token", "secret", "password", "key", "credential"];

/// At most 200 characters of an answer, without control characters and without anything secret: neither what was sent,
/// nor what the vendor put into a field that is named like one.
pub(crate) fn of_body(body: &Body, secrets: &[&SecretString]) -> String {
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
pub(crate) fn of_text(text: &str, secrets: &[&SecretString]) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        let secret = secret.expose_secret();
        // Shorter ones would hide ordinary words, and are no secrets worth the name.
        if secret.len() < 4 {
            continue;
        }
        let encoded: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        text = text.replace(secret, HIDDEN).replace(&encoded, HIDDEN);
    }
    let printable = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>();
    printable
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(LENGTH)
        .collect()
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
            of_text(echoed, &[&token]),
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

    #[test]
    fn it_is_short() {
        assert_eq!(of_text(&"é".repeat(5000), &[]).chars().count(), LENGTH);
    }
}
