//! Where an issuer's endpoints are (RFC 8414, then OpenID Connect Discovery). What the file says itself wins.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::Value;
use url::Url;

use super::app::App;
use super::auth_methods::{SPOKEN, is_spoken, other_than, preferred};
use super::http::{Http, HttpConnection, HttpError, Outgoing, SMALL_REPLY, is_loopback};
use super::template::TemplateError;
use crate::domain::provider::Endpoints;

/// Why an issuer's endpoints are not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// A name in braces has no value.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The issuer is not a URL.
    #[error(
        "the issuer {0:?} is not a URL; expected https (http only for loopback), without query and fragment"
    )]
    BadIssuer(String),
    /// Neither document is there.
    #[error("{issuer} publishes no metadata; looked at {}", tried.join(" and "))]
    NotFound {
        issuer: String,
        /// What was asked.
        tried: Vec<String>,
    },
    /// Neither document could be fetched.
    #[error("the metadata of {issuer} cannot be fetched: {why}")]
    Unreachable {
        issuer: String,
        /// The first reason.
        why: HttpError,
    },
    /// The document speaks for somebody else (RFC 8414 3.3).
    #[error(
        "{document} names the issuer {found:?}, not {expected:?}{}",
        hint(expected, found)
    )]
    OtherIssuer {
        /// The document.
        document: String,
        /// Who was asked.
        expected: String,
        /// Who answered.
        found: String,
    },
    /// The issuer takes no way of authenticating that is spoken here (RFC 8414 2).
    #[error(
        "{issuer} authenticates clients by {} alone, and {} are what is known here; if it takes one of these all the same, write it as auth.client_auth in the provider file",
        methods.join(", "), SPOKEN.join(", ")
    )]
    Unspoken {
        issuer: String,
        /// What it takes.
        methods: Vec<String>,
    },
    /// The document names an endpoint that must not be used.
    #[error("{document} names {url:?} as {field}; expected https (http only for loopback)")]
    BadEndpoint {
        /// The document.
        document: String,
        /// The field.
        field: &'static str,
        /// What stands there.
        url: String,
    },
}

fn hint(expected: &str, found: &str) -> &'static str {
    if expected.trim_end_matches('/') == found.trim_end_matches('/') {
        "; they differ by the slash at the end alone: write the issuer exactly as the document does"
    } else {
        ""
    }
}

/// Endpoints of issuers, remembered, and kept beyond their time when they cannot be fetched again: a revocation should not
/// fail because the metadata cannot be read today.
pub(crate) struct Discovery {
    fresh_for: Duration,
    known: Mutex<HashMap<String, (Instant, Endpoints)>>,
}

impl Discovery {
    pub(crate) fn new(fresh_for: Duration) -> Self {
        Self {
            fresh_for,
            known: Mutex::default(),
        }
    }

    /// The endpoints of a provider.
    pub(crate) async fn endpoints(
        &self,
        http: &Http,
        app: &App,
    ) -> Result<Endpoints, DiscoveryError> {
        let mut endpoints = match &app.file.auth.issuer {
            Some(issuer) => self.of_issuer(http, &app.filled(issuer)?).await?,
            None => Endpoints::default(),
        };
        let auth = &app.file.auth;
        for (own, known) in [
            (&auth.authorize, &mut endpoints.authorize),
            (&auth.token, &mut endpoints.token),
            (&auth.refresh_url, &mut endpoints.refresh),
            (&auth.revoke, &mut endpoints.revoke),
            (&auth.introspect, &mut endpoints.introspect),
            (&auth.device, &mut endpoints.device),
            (&auth.userinfo, &mut endpoints.userinfo),
        ] {
            if let Some(own) = own {
                *known = Some(app.filled(own)?);
            }
        }
        let methods = &endpoints.auth_methods;
        if let Some(issuer) = &auth.issuer
            && auth.client_auth.is_none()
            && !methods.is_empty()
            && !methods.iter().any(|it| is_spoken(it))
        {
            return Err(DiscoveryError::Unspoken {
                issuer: app.filled(issuer)?,
                methods: methods.clone(),
            });
        }
        if auth.client_auth.is_some() {
            endpoints.client_auth = auth.client_auth;
            (endpoints.revoke_auth, endpoints.introspect_auth) = (None, None);
        }
        Ok(endpoints)
    }

    async fn of_issuer(&self, http: &Http, issuer: &str) -> Result<Endpoints, DiscoveryError> {
        let known = self
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(issuer)
            .cloned();
        if let Some((since, endpoints)) = &known
            && since.elapsed() < self.fresh_for
        {
            return Ok(endpoints.clone());
        }
        match (discover(http, issuer).await, known) {
            (Ok(endpoints), _) => {
                let entry = (Instant::now(), endpoints.clone());
                self.known
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(issuer.to_owned(), entry);
                Ok(endpoints)
            }
            (Err(DiscoveryError::Unreachable { why, .. }), Some((_, stale))) => {
                tracing::warn!(issuer, %why, "using the endpoints that were discovered before");
                Ok(stale)
            }
            (Err(error), _) => Err(error),
        }
    }
}

async fn discover(http: &Http, issuer: &str) -> Result<Endpoints, DiscoveryError> {
    let [oauth, oidc, appended, inserted] = documents(issuer)?;
    let (mut first, mut second) = tokio::join!(fetch(http, &oauth), fetch(http, &oidc));
    if appended != oauth && matches!(first, Ok(None)) {
        first = fetch(http, &appended).await;
    }
    if inserted != oidc && matches!((&first, &second), (Ok(None), Ok(None))) {
        second = fetch(http, &inserted).await;
    }
    let mut endpoints = Endpoints {
        issuer: Some(issuer.to_owned()),
        ..Endpoints::default()
    };
    let mut methods = Methods::default();
    let mut found_any = false;
    let (mut failure, mut foreign) = (None, None);
    for (url, outcome) in [(&oauth, first), (&oidc, second)] {
        match outcome {
            // One that speaks for somebody else is not used (RFC 8414 3.3). It does not take the right one along: hosts
            // with several tenants answer one of the two paths for their main one.
            Ok(Some(document)) => match speaks_for(issuer, url, &document) {
                Ok(()) => {
                    merge(&mut endpoints, &mut methods, url, &document)?;
                    found_any = true;
                }
                Err(other) => foreign = foreign.or(Some(other)),
            },
            Ok(None) => {}
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    if let Some(other) = foreign.filter(|_| !found_any) {
        return Err(other);
    }
    match (found_any, failure) {
        (true, _) => {
            let at_token = preferred(&endpoints.auth_methods);
            endpoints.client_auth = Some(at_token);
            endpoints.revoke_auth = other_than(at_token, &methods.revoke);
            endpoints.introspect_auth = other_than(at_token, &methods.introspect);
            Ok(endpoints)
        }
        (false, Some(why)) => Err(DiscoveryError::Unreachable {
            issuer: issuer.to_owned(),
            why,
        }),
        (false, None) => Err(DiscoveryError::NotFound {
            issuer: issuer.to_owned(),
            tried: vec![oauth.to_string(), oidc.to_string()],
        }),
    }
}

/// RFC 8414 3 puts the well-known part between host and path, OpenID Connect Discovery 4.1 at the end; both first drop
/// a slash at the end. A server that is mounted under a path often owns nothing above it, and appends both; some put both between (the Model Context Protocol names the two places, too).
fn documents(issuer: &str) -> Result<[Url; 4], DiscoveryError> {
    let bad = || DiscoveryError::BadIssuer(issuer.to_owned());
    let base = Url::parse(issuer).map_err(|_| bad())?;
    if !may_be_used(&base) || base.query().is_some() || base.fragment().is_some() {
        return Err(bad());
    }
    let path = base.path().trim_end_matches('/').to_owned();
    let at = |path: String| {
        let mut url = base.clone();
        url.set_path(&path);
        url
    };
    Ok([
        at(format!("/.well-known/oauth-authorization-server{path}")),
        at(format!("{path}/.well-known/openid-configuration")),
        at(format!("{path}/.well-known/oauth-authorization-server")),
        at(format!("/.well-known/openid-configuration{path}")),
    ])
}

/// The document; none when the issuer has no such one.
async fn fetch(http: &Http, url: &Url) -> Result<Option<Value>, HttpError> {
    let answer = http
        .send(
            HttpConnection::Once,
            Outgoing::new(Method::GET, url.clone(), SMALL_REPLY),
        )
        .await?;
    if answer.status >= 500 || answer.status == 429 {
        let host = url.host_str().unwrap_or("no host").to_owned();
        return Err(HttpError::Unreachable {
            host,
            why: format!("status {}", answer.status),
        });
    }
    Ok(answer
        .body
        .json()
        .filter(|json| answer.status == 200 && json.is_object())
        .cloned())
}

fn speaks_for(issuer: &str, url: &Url, document: &Value) -> Result<(), DiscoveryError> {
    let found = document.get("issuer").and_then(Value::as_str);
    if found == Some(issuer) {
        return Ok(());
    }
    Err(DiscoveryError::OtherIssuer {
        document: url.to_string(),
        expected: issuer.to_owned(),
        found: found.unwrap_or_default().to_owned(),
    })
}

fn merge(
    endpoints: &mut Endpoints,
    methods: &mut Methods,
    url: &Url,
    document: &Value,
) -> Result<(), DiscoveryError> {
    let filled = |text: &&str| !text.is_empty();
    let text = |name: &str| document.get(name).and_then(Value::as_str).filter(filled);
    for (field, known) in [
        ("authorization_endpoint", &mut endpoints.authorize),
        ("token_endpoint", &mut endpoints.token),
        ("revocation_endpoint", &mut endpoints.revoke),
        ("introspection_endpoint", &mut endpoints.introspect),
        ("device_authorization_endpoint", &mut endpoints.device),
        ("userinfo_endpoint", &mut endpoints.userinfo),
    ] {
        let Some(named) = text(field).filter(|_| known.is_none()) else {
            continue;
        };
        // Braces would be taken for names of ours.
        if named.contains(['{', '}']) || !Url::parse(named).is_ok_and(|named| may_be_used(&named)) {
            return Err(DiscoveryError::BadEndpoint {
                document: url.to_string(),
                field,
                url: named.to_owned(),
            });
        }
        *known = Some(named.to_owned());
    }
    endpoints.iss_supported |= document
        .get("authorization_response_iss_parameter_supported")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    for (field, known) in [
        (
            "token_endpoint_auth_methods_supported",
            &mut endpoints.auth_methods,
        ),
        ("scopes_supported", &mut endpoints.scopes),
        (
            "revocation_endpoint_auth_methods_supported",
            &mut methods.revoke,
        ),
        (
            "introspection_endpoint_auth_methods_supported",
            &mut methods.introspect,
        ),
    ] {
        if known.is_empty() {
            *known = texts(document.get(field));
        }
    }
    Ok(())
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn may_be_used(url: &Url) -> bool {
    url.host_str().is_some()
        && (url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)))
}

/// The methods of the endpoints beside the token endpoint.
#[derive(Default)]
struct Methods {
    revoke: Vec<String>,
    introspect: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(issuer: &str) -> [String; 4] {
        documents(issuer).unwrap().map(|url| url.to_string())
    }

    #[test]
    fn the_well_known_part_goes_between_host_and_path_or_to_the_end() {
        let expected = [
            "https://as.example/.well-known/oauth-authorization-server/realms/a",
            "https://as.example/realms/a/.well-known/openid-configuration",
            "https://as.example/realms/a/.well-known/oauth-authorization-server",
            "https://as.example/.well-known/openid-configuration/realms/a",
        ];
        assert_eq!(of("https://as.example/realms/a"), expected);
        assert_eq!(of("https://as.example/realms/a/"), expected);
        assert_eq!(
            of("https://as.example"),
            [
                "https://as.example/.well-known/oauth-authorization-server",
                "https://as.example/.well-known/openid-configuration",
                "https://as.example/.well-known/oauth-authorization-server",
                "https://as.example/.well-known/openid-configuration"
            ]
        );
    }

    #[test]
    fn an_issuer_is_an_https_url_without_query() {
        for wrong in [
            "http://as.example",
            "https://as.example/?a=b",
            "https://as.example/#x",
            "as.example",
        ] {
            assert!(documents(wrong).is_err(), "{wrong}");
        }
    }
}
