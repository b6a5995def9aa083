//! One request to a vendor, read once, and the answer to it.

use axum::body::{Body, Bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use url::form_urlencoded;

use super::faults::Foul;

/// A request as the vendors see it.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) request_id: String,
    /// How many calls the sandbox has had, for headers that count.
    pub(super) ordinal: u64,
    /// Set when the names of listed items have to be hostile.
    pub(super) foul: Option<Foul>,
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
    json: Option<Value>,
    headers: HeaderMap,
}

impl Call {
    /// Reads query, form and JSON as far as they are there. A parameter in the query is never taken for one of the
    /// body: RFC 6749 section 2.3.1 keeps credentials out of the URI.
    pub(super) fn new(
        parts: &axum::http::request::Parts,
        body: &Bytes,
        request_id: String,
        ordinal: u64,
    ) -> Self {
        let kind = parts
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        Self {
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            request_id,
            ordinal,
            foul: None,
            query: pairs(parts.uri.query().unwrap_or_default().as_bytes()),
            form: if kind.starts_with("application/x-www-form-urlencoded") {
                pairs(body)
            } else {
                Vec::new()
            },
            json: if kind.starts_with("application/json") {
                serde_json::from_slice(body).ok()
            } else {
                None
            },
            headers: parts.headers.clone(),
        }
    }

    pub(super) fn segments(&self) -> Vec<&str> {
        self.path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect()
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        first(&self.query, name)
    }

    pub(super) fn form(&self, name: &str) -> Option<&str> {
        first(&self.form, name)
    }

    /// A string field of the JSON body.
    pub(super) fn json(&self, name: &str) -> Option<&str> {
        self.json.as_ref()?.get(name)?.as_str()
    }

    /// The same call with the strings of its JSON body as a form, for a vendor that takes either.
    pub(super) fn as_form(&self) -> Self {
        let mut call = self.clone();
        let fields = self.json.iter().filter_map(Value::as_object).flatten();
        let strings =
            fields.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
        call.form.extend(strings);
        call
    }

    /// Any field of the JSON body.
    pub(super) fn json_at(&self, pointer: &str) -> Option<&Value> {
        self.json.as_ref()?.pointer(pointer)
    }

    /// A list of strings in the JSON body.
    pub(super) fn json_list(&self, name: &str) -> Option<Vec<&str>> {
        self.json
            .as_ref()?
            .get(name)?
            .as_array()?
            .iter()
            .map(Value::as_str)
            .collect()
    }

    /// A number in the query.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.query(name)?.parse().ok()
    }

    /// Everything the query holds, for a link to the next page.
    pub(super) fn query_pairs(&self) -> &[(String, String)] {
        &self.query
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// RFC 6750 section 2.1.
    pub(super) fn bearer(&self) -> Option<&str> {
        self.header(AUTHORIZATION.as_str())?.strip_prefix("Bearer ")
    }

    /// Client id and secret by HTTP Basic, each form-encoded before (RFC 6749 section 2.3.1).
    pub(super) fn basic(&self) -> Option<(String, String)> {
        let encoded = self
            .header(AUTHORIZATION.as_str())?
            .strip_prefix("Basic ")?;
        let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let (id, secret) = decoded.split_once(':')?;
        Some((form_decoded(id), form_decoded(secret)))
    }

    pub(super) fn accepts_json(&self) -> bool {
        self.header("accept")
            .is_some_and(|accept| accept.contains("json"))
    }

    /// The token this call is about, wherever a vendor wants it: it is what the record names by fingerprint.
    pub(super) fn presented_token(&self) -> Option<&str> {
        ["token", "refresh_token"]
            .iter()
            .find_map(|name| self.form(name))
            .or_else(|| self.json("access_token"))
            .or_else(|| self.in_path())
            .or_else(|| self.header("x-postmark-server-token"))
            .or_else(|| self.header("x-shopify-access-token"))
            .or_else(|| self.bearer())
            .or_else(|| self.query("token"))
            .or_else(|| self.query("access_token"))
    }

    /// The path, without a token that stands in it.
    pub(super) fn bare_path(&self) -> String {
        match self.in_path() {
            Some(token) => self.path.replace(token, "{token}"),
            None => self.path.clone(),
        }
    }

    /// The token behind a segment that says so, as in `/refresh-tokens/{token}`.
    fn in_path(&self) -> Option<&str> {
        let mut segments = self.path.split('/');
        segments.find(|segment| segment.ends_with("-tokens"))?;
        segments.next()
    }
}

/// What a vendor says.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(super) fn json(status: StatusCode, value: &Value) -> Self {
        Self::text(status, "application/json", value.to_string())
    }

    pub(super) fn html(status: StatusCode, page: String) -> Self {
        // The consent page must not be framed by another site (RFC 6749 section 10.13).
        Self::text(status, "text/html; charset=utf-8", page).header(
            "content-security-policy",
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        )
    }

    pub(super) fn text(status: StatusCode, kind: &'static str, body: String) -> Self {
        Self {
            status,
            headers: vec![(CONTENT_TYPE, HeaderValue::from_static(kind))],
            body: body.into_bytes(),
        }
    }

    /// 303 rather than 302 or 307: the browser must never post the consent on to the client (RFC 9700 section 4.12).
    pub(super) fn see_other(url: &str) -> Self {
        Self::empty(StatusCode::SEE_OTHER).header(LOCATION.as_str(), url)
    }

    /// Adds a header; a value that HTTP cannot carry is left out.
    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (name.parse(), value.parse()) {
            self.headers.push((name, value));
        }
        self
    }

    pub(super) fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        response.headers_mut().extend(self.headers);
        response
    }
}

fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded).into_owned().collect()
}

fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

fn form_decoded(part: &str) -> String {
    // The parser wants a pair; an `=` inside the value stays in it.
    let pair = format!("v={part}");
    form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// Adds a field to a JSON object that some answers have and others have not.
pub(super) fn put(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(fields) = object {
        fields.insert(name.to_owned(), value);
    }
}
