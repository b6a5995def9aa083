//! What comes back from the consent page (RFC 6749 4.1.2, RFC 9207).

use std::collections::BTreeMap;

use secrecy::SecretString;
use subtle::ConstantTimeEq;
use url::{Url, form_urlencoded};

use crate::providers::excerpt;

/// What has to come back.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The state that was sent.
    pub state: &'a str,
    /// Whom the person was sent to.
    pub issuer: Option<&'a str>,
    /// The issuer said that it always names itself (RFC 9207 3).
    pub iss_supported: bool,
    /// Whether PKCE binds the code to us, so that it may come without its state.
    pub has_pkce: bool,
}

/// Why there is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// The person, or the vendor, said no.
    #[error("the provider refused: {error}{}", description.as_ref().map(|text| format!(" ({text})")).unwrap_or_default())]
    Refused {
        /// RFC 6749 4.1.2.1.
        error: String,
        /// The vendor's words.
        description: Option<String>,
    },
    /// It belongs to another flow.
    #[error("the state does not belong to this authorization; start again and use the newest URL")]
    WrongState,
    /// It names another issuer (RFC 9207 2.4).
    #[error("the answer comes from {found:?}, not from {expected:?}; it is not used")]
    WrongIssuer {
        /// Who was asked.
        expected: String,
        /// Who answered.
        found: String,
    },
    /// It names no issuer, though the issuer promised to (RFC 9207 2.4).
    #[error("the answer does not name its issuer, though {0:?} always does; it is not used")]
    NoIssuer(String),
    /// A parameter stands twice (RFC 6749 3.1).
    #[error("{0} stands twice in the answer; it is not used")]
    Repeated(&'static str),
    /// There is no code in it.
    #[error("there is no code in it; paste the whole URL that the browser ended at")]
    NoCode,
    /// A bare code could be anybody's.
    #[error(
        "a bare code is accepted with PKCE only; paste the whole URL that the browser ended at"
    )]
    BareCode,
}

/// Whether this can be the answer to the authorization of this state at all: what cannot is a slip of the clipboard, or
/// another authorization's, and must not end this one.
pub fn check_callback(answer: &str, state: &str, has_pkce: bool) -> Result<(), CallbackError> {
    match query_of(answer.trim()) {
        None => bare_code(answer.trim(), has_pkce).map(drop),
        Some(query) => check_state(&Parameters::of(&query)?, state),
    }
}

/// Reads what came back: the whole URL, its query, or a bare code.
///
/// # Errors
/// When it belongs to another flow or issuer, is a refusal, or holds no code.
pub fn parse_callback(answer: &str, expected: Expected<'_>) -> Result<SecretString, CallbackError> {
    let answer = answer.trim();
    let Some(query) = query_of(answer) else {
        return bare_code(answer, expected.has_pkce);
    };
    let parameters = Parameters::of(&query)?;
    // First whether it is ours at all: an error of another flow must not end this one.
    check_state(&parameters, expected.state)?;
    check_issuer(parameters.iss.as_deref(), expected)?;
    if let Some(error) = parameters.error {
        let description = parameters
            .error_description
            .map(|text| excerpt::of_text(&text, &[]));
        return Err(CallbackError::Refused {
            error: excerpt::of_text(&error, &[]),
            description,
        });
    }
    parameters
        .code
        .filter(|code| !code.is_empty())
        .map(SecretString::from)
        .ok_or(CallbackError::NoCode)
}

/// What a file keeps of the callback's parameters (`auth.callback_fields`), by the names that may stand in braces.
#[must_use]
pub fn callback_fields(
    answer: &str,
    wanted: &BTreeMap<String, String>,
) -> serde_json::Map<String, serde_json::Value> {
    let query = query_of(answer.trim()).unwrap_or_default();
    let found: BTreeMap<_, _> = form_urlencoded::parse(query.as_bytes()).collect();
    let kept = wanted.iter().filter_map(|(name, parameter)| {
        let value = found.get(parameter.as_str()).filter(|it| !it.is_empty())?;
        Some((name.clone(), value.as_ref().into()))
    });
    kept.collect()
}

fn query_of(answer: &str) -> Option<String> {
    if let Ok(url) = Url::parse(answer)
        && url.has_host()
    {
        return Some(url.query().unwrap_or_default().to_owned());
    }
    let query = answer.split_once('?').map_or(answer, |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    let names_parameters = form_urlencoded::parse(query.as_bytes()).any(|(name, _)| {
        ["code", "state", "error"].contains(&name.as_ref()) && query.contains('=')
    });
    names_parameters.then(|| query.to_owned())
}

fn bare_code(answer: &str, has_pkce: bool) -> Result<SecretString, CallbackError> {
    if answer.is_empty() || answer.contains(char::is_whitespace) {
        return Err(CallbackError::NoCode);
    }
    if has_pkce {
        Ok(answer.to_owned().into())
    } else {
        Err(CallbackError::BareCode)
    }
}

fn check_state(parameters: &Parameters, expected: &str) -> Result<(), CallbackError> {
    let state = parameters.state.as_deref().unwrap_or_default();
    match bool::from(state.as_bytes().ct_eq(expected.as_bytes())) {
        true => Ok(()),
        false => Err(CallbackError::WrongState),
    }
}

fn check_issuer(found: Option<&str>, expected: Expected<'_>) -> Result<(), CallbackError> {
    match (expected.issuer, found) {
        (Some(issuer), Some(found)) if issuer != found => Err(CallbackError::WrongIssuer {
            expected: issuer.to_owned(),
            found: excerpt::of_text(found, &[]),
        }),
        (Some(issuer), None) if expected.iss_supported => {
            Err(CallbackError::NoIssuer(issuer.to_owned()))
        }
        _ => Ok(()),
    }
}

#[derive(Default)]
struct Parameters {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

impl Parameters {
    fn of(query: &str) -> Result<Self, CallbackError> {
        let mut all = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let (name, slot) = match name.as_ref() {
                "code" => ("code", &mut all.code),
                "state" => ("state", &mut all.state),
                "iss" => ("iss", &mut all.iss),
                "error" => ("error", &mut all.error),
                "error_description" => ("error_description", &mut all.error_description),
                _ => continue,
            };
            if slot.replace(value.into_owned()).is_some() {
                return Err(CallbackError::Repeated(name));
            }
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    const OURS: Expected<'_> = Expected {
        state: "s-1",
        issuer: Some("https://as.example"),
        iss_supported: false,
        has_pkce: true,
    };

    fn code(answer: &str, expected: Expected<'_>) -> Result<String, CallbackError> {
        parse_callback(answer, expected).map(|code| code.expose_secret().to_owned())
    }

    #[test]
    fn urls_queries_and_bare_codes_are_understood() {
        assert_eq!(
            code(
                " http://127.0.0.1:8976/callback/x?code=a%2Fb&state=s-1\n",
                OURS
            )
            .unwrap(),
            "a/b"
        );
        assert_eq!(code("/callback/x?state=s-1&code=abc", OURS).unwrap(), "abc");
        assert_eq!(code("code=abc&state=s-1", OURS).unwrap(), "abc");
        assert_eq!(code("4/0AX4XfWh==", OURS).unwrap(), "4/0AX4XfWh==");
    }

    #[test]
    fn a_bare_code_needs_pkce() {
        assert_eq!(
            code(
                "abc",
                Expected {
                    has_pkce: false,
                    ..OURS
                }
            ),
            Err(CallbackError::BareCode)
        );
    }

    #[test]
    fn another_flows_answer_is_not_used_not_even_its_refusal() {
        for foreign in [
            "code=abc&state=s-2",
            "code=abc",
            "error=access_denied&state=s-2",
        ] {
            assert_eq!(
                code(foreign, OURS),
                Err(CallbackError::WrongState),
                "{foreign}"
            );
        }
    }

    #[test]
    fn a_slip_of_the_clipboard_is_told_from_an_answer() {
        let check = |text, has_pkce| check_callback(text, OURS.state, has_pkce);
        assert_eq!(check("?code=abc&state=s-1", true), Ok(()));
        assert_eq!(check("error=access_denied&state=s-1", true), Ok(()));
        assert_eq!(check("abc", true), Ok(()));
        assert_eq!(check("abc", false), Err(CallbackError::BareCode));
        assert_eq!(check("some words", true), Err(CallbackError::NoCode));
        assert_eq!(
            check("https://intranet.example/wiki", true),
            Err(CallbackError::WrongState)
        );
    }

    #[test]
    fn the_issuer_is_compared_when_it_is_named_and_missed_when_it_was_promised() {
        let wrong = "code=abc&state=s-1&iss=https%3A%2F%2Fas.example%2F";
        assert!(matches!(
            code(wrong, OURS),
            Err(CallbackError::WrongIssuer { .. })
        ));
        assert_eq!(
            code("code=abc&state=s-1&iss=https%3A%2F%2Fas.example", OURS).unwrap(),
            "abc"
        );
        let promised = Expected {
            iss_supported: true,
            ..OURS
        };
        assert!(matches!(
            code("code=abc&state=s-1", promised),
            Err(CallbackError::NoIssuer(_))
        ));
    }

    #[test]
    fn refusals_are_told_in_words() {
        let refused = code(
            "error=access_denied&error_description=No%1b%5B31m+thanks&state=s-1",
            OURS,
        )
        .unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the provider refused: access_denied (No [31m thanks)"
        );
    }

    #[test]
    fn nothing_stands_twice() {
        assert_eq!(
            code("code=a&code=b&state=s-1", OURS),
            Err(CallbackError::Repeated("code"))
        );
        assert_eq!(
            code("http://127.0.0.1/callback/x?state=s-1", OURS),
            Err(CallbackError::NoCode)
        );
    }
}
