//! Names in braces and what stands for them.
//!
//! A template is expanded twice at once: as it is sent, and as it may be shown, where a secret stays `{token}`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

use crate::domain::provider::Endpoints;

/// Names that are not to be had for vars: they speak about the connection or the registration.
pub(crate) const RESERVED: [&str; 8] = [
    "token",
    "client_id",
    "client_secret",
    "platform_key",
    "account_id",
    "installation_id",
    "revoke",
    "userinfo",
];

/// What stands in braces for the thing whose list is pulled, in a list for each of several.
pub(crate) const PARENT: &str = "parent.id";

/// What stands in braces for a thing that is asked for by itself.
pub(crate) const THING: &str = "id";

/// Why a template has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The text itself is wrong.
    #[error(
        "{{ and }} do not pair up, or hold no name; expected names like {{api}}, of a-z, 0-9 and _"
    )]
    Braces,
    /// Nothing stands for the name.
    #[error(
        "nothing is known for {{{0}}}; set it with `tagout providers configure --var {0}=VALUE`, or reconnect"
    )]
    Missing(String),
    /// The outcome is not a URL.
    #[error("{0:?} is not a URL")]
    NotAUrl(String),
    /// A token response named a host outside of the file's `hosts`.
    #[error("the token response points at {0}, which the provider file's `hosts` does not allow")]
    ForeignHost(String),
}

/// A part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    /// As it stands.
    Text(&'t str),
    /// The name in braces.
    Name(&'t str),
}

/// Whether a text can stand in braces.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Takes a template apart.
pub(crate) fn pieces(template: &str) -> Result<Vec<Piece<'_>>, TemplateError> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').ok_or(TemplateError::Braces)?;
        if before.contains('}') || !(is_name(name) || name == PARENT) {
            return Err(TemplateError::Braces);
        }
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Name(name));
        rest = tail;
    }
    if rest.contains('}') {
        return Err(TemplateError::Braces);
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    Ok(pieces)
}

/// A name of one request, and what stands for it there.
#[derive(Debug, Clone, Copy)]
pub struct OwnName<'a> {
    /// The name.
    pub name: &'a str,
    /// What stands for it.
    pub value: &'a str,
}

/// Everything that can stand for a name.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) vars: &'a BTreeMap<String, String>,
    pub(crate) endpoints: Option<&'a Endpoints>,
    pub(crate) fields: Option<&'a Map<String, Value>>,
    pub(crate) hosts: &'a [String],
    pub(crate) client_id: Option<&'a str>,
    pub(crate) client_secret: Option<&'a SecretString>,
    pub(crate) platform_key: Option<&'a SecretString>,
    pub(crate) token: Option<&'a SecretString>,
    pub(crate) account_id: Option<&'a str>,
    pub(crate) installation_id: Option<&'a str>,
    /// Goes before all others.
    pub(crate) own: Option<OwnName<'a>>,
}

/// A template with its values: as it is sent, and as it may be shown.
pub(crate) struct Filled {
    pub(crate) sent: SecretString,
    pub(crate) shown: String,
    is_foreign: bool,
}

impl Filled {
    /// A value that is no template and is never shown.
    pub(crate) fn plain(text: &str) -> Self {
        Self {
            sent: text.into(),
            shown: "{…}".into(),
            is_foreign: false,
        }
    }
}

/// A URL as it is sent, and as it may be shown.
pub(crate) struct FilledUrl {
    pub(crate) sent: Url,
    pub(crate) shown: String,
}

enum Standing<'a> {
    /// An admin's or the file's word: may be a whole URL.
    Trusted(&'a str),
    /// From the token response: may be a URL, whose host is checked.
    Foreign(String),
    /// A value; in a URL it stays inside its place.
    Data(&'a str),
    /// A value that is never shown.
    Secret(&'a SecretString),
}

impl<'a> Names<'a> {
    /// The names that the vars alone stand for.
    pub(crate) fn of_vars(vars: &'a BTreeMap<String, String>, hosts: &'a [String]) -> Self {
        Self {
            vars,
            endpoints: None,
            fields: None,
            hosts,
            client_id: None,
            client_secret: None,
            platform_key: None,
            token: None,
            account_id: None,
            installation_id: None,
            own: None,
        }
    }

    /// A parameter's or header's value.
    pub(crate) fn fill(&self, template: &str) -> Result<Filled, TemplateError> {
        self.expand(template, str::to_owned)
    }

    /// A URL. Values stay inside their places; a host that came with a token has to be an allowed one.
    pub(crate) fn fill_url(&self, template: &str) -> Result<FilledUrl, TemplateError> {
        let filled = self.expand(template, percent_encoded)?;
        let url = Url::parse(filled.sent.expose_secret())
            .map_err(|_| TemplateError::NotAUrl(filled.shown.clone()))?;
        if filled.is_foreign && !self.allows(&url) {
            return Err(TemplateError::ForeignHost(
                url.host_str().unwrap_or("no host").to_owned(),
            ));
        }
        Ok(FilledUrl {
            sent: url,
            shown: filled.shown,
        })
    }

    /// Whether a host that a vendor named is one of the file's, or one that an admin configured.
    pub(crate) fn allows(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else {
            return false;
        };
        let by_pattern =
            url.port().is_none() && self.hosts.iter().any(|pattern| host_fits(pattern, host));
        (by_pattern && url.scheme() == "https") || self.configures(url)
    }

    /// Whether a host is one that the file names in full, or that an admin configured: a pattern of a vendor's hosts lets its
    /// other customers in.
    pub(crate) fn names_in_full(&self, url: &Url) -> bool {
        let by_name = url.port().is_none()
            && self
                .hosts
                .iter()
                .any(|name| Some(name.as_str()) == url.host_str());
        (by_name && url.scheme() == "https") || self.configures(url)
    }

    fn configures(&self, url: &Url) -> bool {
        self.vars
            .values()
            .filter_map(|value| Url::parse(value).ok())
            .any(|var| var.origin() == url.origin())
    }

    fn expand(&self, template: &str, encode: fn(&str) -> String) -> Result<Filled, TemplateError> {
        let (mut sent, mut shown, mut is_foreign) = (String::new(), String::new(), false);
        for piece in pieces(template)? {
            match piece {
                Piece::Text(text) => {
                    sent.push_str(text);
                    shown.push_str(text);
                }
                Piece::Name(name) => match self.standing(name)? {
                    Standing::Secret(secret) => {
                        sent.push_str(&encode(secret.expose_secret()));
                        let _ = write!(shown, "{{{name}}}");
                    }
                    Standing::Trusted(text) => {
                        sent.push_str(text);
                        shown.push_str(text);
                    }
                    Standing::Foreign(text) => {
                        is_foreign = true;
                        sent.push_str(&text);
                        shown.push_str(&text);
                    }
                    Standing::Data(text) => {
                        let text = encode(text);
                        sent.push_str(&text);
                        shown.push_str(&text);
                    }
                },
            }
        }
        Ok(Filled {
            sent: sent.into(),
            shown,
            is_foreign,
        })
    }

    fn standing(&self, name: &str) -> Result<Standing<'a>, TemplateError> {
        if let Some(own) = self.own.filter(|own| own.name == name) {
            return Ok(Standing::Data(own.value));
        }
        let found = match name {
            "token" => self.token.map(Standing::Secret),
            "client_secret" => self.client_secret.map(Standing::Secret),
            "platform_key" => self.platform_key.map(Standing::Secret),
            "client_id" => self.client_id.map(Standing::Data),
            "account_id" => self.account_id.map(Standing::Data),
            "installation_id" => self.installation_id.map(Standing::Data),
            "revoke" => self
                .endpoints
                .and_then(|endpoints| endpoints.revoke.as_deref())
                .map(Standing::Trusted),
            "userinfo" => self
                .endpoints
                .and_then(|endpoints| endpoints.userinfo.as_deref())
                .map(Standing::Trusted),
            _ => self.var_or_field(name),
        };
        found.ok_or_else(|| TemplateError::Missing(name.to_owned()))
    }

    fn var_or_field(&self, name: &str) -> Option<Standing<'a>> {
        if let Some(value) = self.vars.get(name) {
            // A var without a default names somebody's own host: until it is configured there is nobody to send to.
            return Some(Standing::Trusted(value)).filter(|_| !value.is_empty());
        }
        match self.fields?.get(name)? {
            Value::String(text) => Some(Standing::Foreign(text.clone())),
            Value::Number(number) => Some(Standing::Foreign(number.to_string())),
            _ => None,
        }
    }
}

fn host_fits(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(domain) => host
            .strip_suffix(domain)
            .is_some_and(|head| head.len() > 1 && head.ends_with('.')),
        None => pattern == host,
    }
}

/// RFC 3986 2.3: everything but the unreserved characters.
fn percent_encoded(text: &str) -> String {
    text.bytes()
        .fold(String::with_capacity(text.len()), |mut encoded, byte| {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    encoded.push(char::from(byte))
                }
                other => {
                    let _ = write!(encoded, "%{other:02X}");
                }
            }
            encoded
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn vars() -> BTreeMap<String, String> {
        BTreeMap::from([("api".to_owned(), "https://api.example.com".to_owned())])
    }

    #[test]
    fn a_secret_is_sent_and_not_shown() {
        let (vars, token) = (vars(), SecretString::from("s/e cret"));
        let names = Names {
            token: Some(&token),
            ..Names::of_vars(&vars, &[])
        };
        let url = names.fill_url("{api}/tokens/{token}").unwrap();
        assert_eq!(
            url.sent.as_str(),
            "https://api.example.com/tokens/s%2Fe%20cret"
        );
        assert_eq!(url.shown, "https://api.example.com/tokens/{token}");
    }

    #[test]
    fn a_value_cannot_leave_its_place() {
        let vars = vars();
        let names = Names {
            account_id: Some("../../evil?x=1#"),
            ..Names::of_vars(&vars, &[])
        };
        let url = names.fill_url("{api}/accounts/{account_id}").unwrap();
        assert_eq!(url.sent.path(), "/accounts/..%2F..%2Fevil%3Fx%3D1%23");
    }

    #[test]
    fn hosts_of_a_token_response_are_checked() {
        let (vars, hosts) = (vars(), ["*.example.net".to_owned()]);
        let allowed = |url: &str| {
            let fields = json!({ "instance_url": url }).as_object().unwrap().clone();
            let names = Names {
                fields: Some(&fields),
                ..Names::of_vars(&vars, &hosts)
            };
            names
                .fill_url("{instance_url}/me")
                .map(|url| url.sent.to_string())
        };
        assert_eq!(
            allowed("https://eu1.example.net").unwrap(),
            "https://eu1.example.net/me"
        );
        assert_eq!(
            allowed("https://api.example.com").unwrap(),
            "https://api.example.com/me"
        );
        for foreign in [
            "https://example.net.evil.com",
            "https://evilexample.net",
            "https://.example.net",
            "http://eu1.example.net",
            "https://eu1.example.net:8443",
            "https://eu1.example.net@evil.com",
        ] {
            assert!(allowed(foreign).is_err(), "{foreign} was allowed");
        }
    }

    #[test]
    fn braces_have_to_pair_up() {
        for wrong in ["{api", "api}", "{}", "{A}", "{api}}", "{{api}}"] {
            assert_eq!(pieces(wrong), Err(TemplateError::Braces), "{wrong}");
        }
    }

    #[test]
    fn a_var_without_a_default_has_to_be_configured() {
        let vars = BTreeMap::from([("base".to_owned(), String::new())]);
        let error = Names::of_vars(&vars, &[]).fill_url("{base}/me").err();
        assert_eq!(error, Some(TemplateError::Missing("base".to_owned())));
    }

    #[test]
    fn a_missing_value_is_named() {
        let vars = vars();
        let error = Names::of_vars(&vars, &[])
            .fill("{client_id}")
            .err()
            .unwrap();
        assert_eq!(error, TemplateError::Missing("client_id".to_owned()));
    }
}
