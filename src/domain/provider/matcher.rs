//! What an answer is compared with.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::form_urlencoded;

use super::response::Response;

/// A vendor's answer: text always, JSON when it is that. Bytes that are not UTF-8 are replaced, never refused.
#[derive(Clone, PartialEq)]
pub struct Body {
    text: String,
    json: Option<Value>,
}

impl Body {
    /// The answer as it came.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let json = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok();
        Self { text, json }
    }

    /// The answer by its content type: a form is read like a JSON object of texts, unless it is JSON all the same.
    #[must_use]
    pub fn of_type(content_type: &str, bytes: &[u8]) -> Self {
        let body = Self::from_bytes(bytes);
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        let is_form = kind.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        match is_form && body.json.is_none() {
            true => body.as_form(),
            false => body,
        }
    }

    /// The same answer, read as a form.
    #[must_use]
    pub fn as_form(&self) -> Self {
        let text = self.text.trim_start_matches('\u{feff}').trim();
        let fields = form_urlencoded::parse(text.as_bytes()).into_owned();
        let fields = fields.map(|(name, value)| (name, Value::String(value)));
        Self {
            text: self.text.clone(),
            json: Some(Value::Object(fields.collect())),
        }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The JSON, when it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<&Value> {
        self.json.as_ref()
    }

    /// The value at a JSON pointer (RFC 6901).
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        self.json.as_ref()?.pointer(pointer)
    }

    /// A page for people. No vendor's API answers with one: it is a proxy's, a portal's or a maintenance page.
    #[must_use]
    pub fn is_html(&self) -> bool {
        let text = self.text.trim_start_matches('\u{feff}').trim_start();
        let start: String = text.chars().take(1024).collect();
        let start = start.to_ascii_lowercase();
        let marks = ["<!doctype html", "<html", "<head", "<body"];
        // What comes first may be a comment or XML's prolog.
        start.starts_with('<') && marks.iter().any(|mark| start.contains(mark))
    }

    /// The error of an answer that denies itself, whatever its status: `error` or `errors` that are not empty, `ok` or
    /// `success` that are no. Several vendors answer every failure with 200 so. The vendor's word where it has one.
    #[must_use]
    pub fn hidden_error(&self) -> Option<&str> {
        let is_empty = |errors: &&Value| errors.as_object().is_some_and(serde_json::Map::is_empty);
        let errors = self.at("/errors").filter(|errors| !is_empty(errors));
        let mut said = self.at("/error").into_iter().chain(errors);
        if let Some(error) = said.find_map(error_in) {
            return Some(error);
        }
        let denies = |at: &str| self.at(at).is_some_and(is_no);
        if denies("/ok") {
            return Some("ok is false");
        }
        denies("/success").then_some("success is false")
    }

    /// The same of an answer to a revocation, which may also say that nothing was revoked. Elsewhere `revoked: false` is
    /// said of a token that lives.
    #[must_use]
    pub fn denied_revocation(&self) -> Option<&str> {
        let is_left = self.at("/revoked").is_some_and(is_no);
        self.hidden_error()
            .or_else(|| is_left.then_some("revoked is false"))
    }
}

impl From<Value> for Body {
    fn from(json: Value) -> Self {
        Self {
            text: json.to_string(),
            json: Some(json),
        }
    }
}

/// A no in its usual forms.
fn is_no(value: &Value) -> bool {
    match value {
        Value::Bool(it) => !it,
        Value::Number(it) => it.as_f64() == Some(0.0),
        Value::String(it) => ["false", "no", "0"].contains(&it.to_ascii_lowercase().as_str()),
        _ => false,
    }
}

/// What is wrong by the value of `error` or `errors`; none where nothing is. An object in the place of `error` is one
/// though it is empty, and an empty list or map of `errors` is none: several vendors always send it.
fn error_in(value: &Value) -> Option<&str> {
    const NAMELESS: &str = "an error without a name";
    match value {
        Value::String(error) => (!error.is_empty() && !is_no(value)).then_some(error.as_str()),
        Value::Bool(true) => Some(NAMELESS),
        Value::Number(_) => (!is_no(value)).then_some(NAMELESS),
        Value::Array(all) => all.first().map(|it| named_in(it).unwrap_or(NAMELESS)),
        Value::Object(_) => Some(named_in(value).unwrap_or(NAMELESS)),
        Value::Null | Value::Bool(false) => None,
    }
}

/// What an error calls itself: its code rather than its sentence.
fn named_in(error: &Value) -> Option<&str> {
    const NAMES: [&str; 9] = [
        "code", "type", "status", "error", "reason", "name", "message", "title", "detail",
    ];
    match error {
        Value::Object(fields) => NAMES
            .iter()
            .filter_map(|name| fields.get(*name)?.as_str())
            .find(|text| !text.is_empty()),
        other => other.as_str().filter(|text| !text.is_empty()),
    }
}

/// Its size alone: an answer may hold tokens.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.text.len())
    }
}

/// A condition on an answer. Everything that is given has to hold; with nothing given it never matches.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matcher {
    /// The status is one of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<u16>,
    /// Where in the JSON to look, with `equals` or `in`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The value there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals: Option<Value>,
    /// The value there is one of these.
    #[serde(default, rename = "in", skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<Value>,
    /// The text contains this, letter case aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// Each of these headers has this value, letter case aside.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub header: BTreeMap<String, String>,
}

impl Matcher {
    /// A matcher of statuses alone.
    #[must_use]
    pub fn of_status(status: &[u16]) -> Self {
        Self {
            status: status.to_vec(),
            ..Self::default()
        }
    }

    /// Whether nothing was asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.status.is_empty() && self.is_status_alone()
    }

    /// Whether nothing but the status is looked at.
    #[must_use]
    pub fn is_status_alone(&self) -> bool {
        self.pointer.is_none() && self.contains.is_none() && self.header.is_empty()
    }

    /// Whether nothing but statuses is compared, and one of them is said for other reasons too: RFC 6749 5.2 answers 400 and
    /// 401 to a request that is wanting, and 403 and 422 are said of accounts and addresses.
    #[must_use]
    pub fn is_bare_refusal(&self) -> bool {
        let is_bare = self.pointer.is_none() && self.contains.is_none();
        is_bare
            && self
                .status
                .iter()
                .any(|it| matches!(it, 400 | 401 | 403 | 422))
    }

    /// Whether the answer is of this kind.
    #[must_use]
    pub fn matches(&self, response: &Response<'_>) -> bool {
        let body = response.body;
        !self.is_empty()
            && (self.status.is_empty() || self.status.contains(&response.status))
            && self
                .pointer
                .as_deref()
                .is_none_or(|pointer| self.value_fits(body.at(pointer)))
            && self
                .contains
                .as_deref()
                .is_none_or(|needle| contains_ignoring_case(body.text(), needle))
            && self.header.iter().all(|(name, wanted)| {
                let found = response.headers.get(name);
                found.is_some_and(|found| found.trim().eq_ignore_ascii_case(wanted))
            })
    }

    fn value_fits(&self, found: Option<&Value>) -> bool {
        found
            .is_some_and(|found| self.equals.as_ref() == Some(found) || self.one_of.contains(found))
    }
}

fn contains_ignoring_case(text: &str, needle: &str) -> bool {
    text.to_lowercase().contains(&needle.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::provider::Headers;
    use serde_json::json;

    fn matcher(toml: &str) -> Matcher {
        toml::from_str(toml).unwrap()
    }

    fn fits(matcher: &Matcher, status: u16, body: &[u8]) -> bool {
        matcher.matches(&Response {
            status,
            headers: &Headers::default(),
            body: &Body::from_bytes(body),
        })
    }

    #[test]
    fn an_empty_matcher_matches_nothing() {
        assert!(!fits(&Matcher::default(), 200, b"{}"));
    }

    #[test]
    fn every_given_condition_has_to_hold() {
        let gone = matcher("status = [401]\ncontains = \"Is Not Connected\"");
        assert!(fits(
            &gone,
            401,
            b"this application is not connected to account"
        ));
        assert!(!fits(&gone, 401, b"no such client"));
        assert!(!fits(&gone, 400, b"is not connected"));
    }

    #[test]
    fn pointers_compare_values_and_not_texts() {
        let dead = matcher("pointer = \"/error\"\nin = [\"token_revoked\", \"invalid_auth\"]");
        assert!(fits(&dead, 200, br#"{"ok":false,"error":"invalid_auth"}"#));
        assert!(!fits(&dead, 200, br#"{"ok":false,"error":"ratelimited"}"#));
        assert!(!fits(&dead, 200, b"invalid_auth"));
        let alive = Matcher {
            pointer: Some("/ok".into()),
            equals: Some(json!(true)),
            ..Matcher::default()
        };
        assert!(!fits(&alive, 200, br#"{"ok":"true"}"#));
    }

    #[test]
    fn invalid_utf8_is_replaced_and_still_json() {
        let body = Body::from_bytes(b"{\"name\":\"caf\xe9\",\"ok\":true}");
        assert_eq!(body.at("/ok"), Some(&json!(true)));
    }

    #[test]
    fn errors_are_found_behind_a_200() {
        let hidden = |body: &[u8]| Body::from_bytes(body).hidden_error().map(str::to_owned);
        assert_eq!(
            hidden(br#"{"error":"invalid_auth"}"#).as_deref(),
            Some("invalid_auth")
        );
        assert_eq!(
            hidden(br#"{"data":null,"errors":[{"message":"no"}]}"#).as_deref(),
            Some("no")
        );
        assert_eq!(hidden(br#"{"ok":false}"#).as_deref(), Some("ok is false"));
        for fine in [
            r#"{"ok":true,"errors":[],"error":null}"#,
            r#"{"error":"","errors":{},"success":"true"}"#,
            r#"{"error":false,"errors":null,"success":1,"ok":"yes"}"#,
            r#"{"error":0,"active":true,"revoked":false}"#,
        ] {
            assert_eq!(hidden(fine.as_bytes()), None, "{fine}");
        }
        for (denied, word) in [
            (r#"{"success":"False"}"#, "success is false"),
            (r#"{"ok":0}"#, "ok is false"),
            (r#"{"error":{}}"#, "an error without a name"),
            (r#"{"error":true}"#, "an error without a name"),
            (r#"{"error":{"code":400,"status":"UNKNOWN"}}"#, "UNKNOWN"),
            (r#"{"errors":[{"title":"x"}]}"#, "x"),
            (r#"{"errors":["x"]}"#, "x"),
            (r#"{"errors":{"base":["x"]}}"#, "an error without a name"),
        ] {
            assert_eq!(hidden(denied.as_bytes()).as_deref(), Some(word), "{denied}");
        }
        let left = Body::from_bytes(br#"{"revoked":"false"}"#);
        assert_eq!(left.denied_revocation(), Some("revoked is false"));
    }

    #[test]
    fn pages_are_told_from_answers() {
        assert!(Body::from_bytes(b"\n <!DOCTYPE HTML><title>Sign in").is_html());
        assert!(!Body::from_bytes(b"<xml/>").is_html());
    }

    #[test]
    fn headers_are_conditions_as_well() {
        let limited = matcher("status = [403]\nheader = { \"X-Left\" = \"0\" }");
        let body = Body::from_bytes(b"");
        let with = |left: &str| {
            let headers = [("x-left", left)].into_iter().collect::<Headers>();
            limited.matches(&Response {
                status: 403,
                headers: &headers,
                body: &body,
            })
        };
        assert!(with("0") && !with("10"));
        assert!(!fits(&limited, 403, b""));
    }
}
