//! The URL that a person opens to consent (RFC 6749 4.1.1, with RFC 7636).

use std::borrow::Cow;
use std::fmt;

use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, RedirectUrl};
use secrecy::SecretString;
use url::Url;

use crate::domain::provider::{Endpoints, Pkce};
use crate::providers::app::App;
use crate::providers::request::{SetupError, client_id};
use crate::providers::template::TemplateError;

/// What may be chosen for an authorization.
#[derive(Debug, Clone, Copy)]
pub struct AuthorizeRequest<'a> {
    /// Where the vendor sends the person back to.
    pub redirect_uri: &'a str,
    /// What is asked for; none: what the file says.
    pub scopes: Option<&'a [String]>,
    /// Which account is meant (OpenID Connect's `login_hint`), on a reconnect.
    pub login_hint: Option<&'a str>,
}

/// An authorization under way. State, verifier and nonce are good for this one flow.
pub struct Authorize {
    /// What the person opens.
    pub url: Url,
    /// What has to come back (RFC 6749 10.12).
    pub state: String,
    /// What only we know (RFC 7636).
    pub pkce_verifier: Option<SecretString>,
    /// What the ID token has to repeat.
    pub nonce: Option<String>,
}

/// The URL and the state are worth as much as the flow.
impl fmt::Debug for Authorize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorize({})", self.url.host_str().unwrap_or("no host"))
    }
}

pub(crate) fn authorize(
    app: &App,
    endpoints: &Endpoints,
    request: AuthorizeRequest<'_>,
) -> Result<Authorize, SetupError> {
    let auth = &app.file.auth;
    let at = endpoints
        .authorize
        .clone()
        .ok_or_else(|| SetupError::NoEndpoint {
            provider: app.file.id.clone(),
            what: "authorization",
        })?;
    let not_a_url = |text: &str| SetupError::Template(TemplateError::NotAUrl(text.to_owned()));
    let auth_url = AuthUrl::new(at.clone()).map_err(|_| not_a_url(&at))?;
    let redirect = RedirectUrl::new(request.redirect_uri.to_owned())
        .map_err(|_| not_a_url(request.redirect_uri))?;
    let client = BasicClient::new(ClientId::new(client_id(app)?.to_owned())).set_auth_uri(auth_url);

    let scopes = match request.scopes {
        Some(chosen) => chosen.to_vec(),
        None => app.file.scopes(endpoints),
    };
    let mut asking = client
        .authorize_url(CsrfToken::new_random)
        .set_redirect_uri(Cow::Owned(redirect));
    if !scopes.is_empty() {
        asking = asking.add_extra_param("scope", scopes.join(&auth.scope_separator));
    }
    for (name, template) in &auth.params {
        asking = asking.add_extra_param(name.clone(), app.names().fill(template)?.shown);
    }
    // OpenID Connect Core 11: without it an issuer ignores the wish to stay connected.
    let wants_offline = scopes.iter().any(|scope| scope == "offline_access");
    if wants_offline && auth.issuer.is_some() && !auth.params.contains_key("prompt") {
        asking = asking.add_extra_param("prompt", "consent");
    }
    if let Some(hint) = request.login_hint {
        asking = asking.add_extra_param("login_hint", hint.to_owned());
    }
    let is_openid = scopes.iter().any(|scope| scope == "openid");
    let nonce = (is_openid && auth.nonce).then(|| CsrfToken::new_random().into_secret());
    if let Some(nonce) = &nonce {
        asking = asking.add_extra_param("nonce", nonce.clone());
    }
    let mut pkce_verifier = None;
    if auth.pkce == Pkce::S256 {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        asking = asking.set_pkce_challenge(challenge);
        pkce_verifier = Some(verifier.into_secret().into());
    }
    let (url, state) = asking.url();
    Ok(Authorize {
        url,
        state: state.into_secret(),
        pkce_verifier,
        nonce,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, HashMap};

    use oauth2::PkceCodeVerifier;
    use secrecy::ExposeSecret;

    const OIDC: &str = "scopes = [\"openid\", \"email\"]";
    const COMMAS: &str = "scopes = [\"a\", \"b\"]\nscope_separator = \",\"\npkce = \"none\"\nparams = { user_scope = \"c\" }";

    fn asked(auth: &str) -> (Authorize, HashMap<String, String>) {
        let text = format!(
            "id = \"acme\"\nname = \"Acme\"\ncategory = \"other\"\n[auth]\nkind = \"oauth2\"\nissuer = \"https://as.example\"\n{auth}"
        );
        let file = crate::providers::parse(&text, "acme.toml").unwrap();
        let app = App::new(file.into(), &BTreeMap::new()).with_client("cli ent", None);
        let endpoints = Endpoints {
            authorize: Some("https://as.example/authorize?keep=1".into()),
            ..Endpoints::default()
        };
        let request = AuthorizeRequest {
            redirect_uri: "http://127.0.0.1:8976/callback/x",
            scopes: None,
            login_hint: None,
        };
        let authorize = authorize(&app, &endpoints, request).unwrap();
        let query = authorize.url.query_pairs().into_owned().collect();
        (authorize, query)
    }

    #[test]
    fn the_challenge_belongs_to_the_verifier() {
        let (authorize, query) = asked(OIDC);
        let verifier =
            PkceCodeVerifier::new(authorize.pkce_verifier.unwrap().expose_secret().to_owned());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        assert_eq!(query["code_challenge"], challenge.as_str());
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(query["state"], authorize.state);
        assert_eq!(query["nonce"], authorize.nonce.unwrap());
        assert_eq!(query["keep"], "1");
        assert_eq!(query["redirect_uri"], "http://127.0.0.1:8976/callback/x");
    }

    #[test]
    fn separators_and_extra_parameters_are_the_files() {
        let (authorize, query) = asked(COMMAS);
        assert_eq!(query["scope"], "a,b");
        assert_eq!(query["user_scope"], "c");
        assert!(
            !query.contains_key("code_challenge")
                && authorize.pkce_verifier.is_none()
                && authorize.nonce.is_none()
        );
    }

    #[test]
    fn staying_connected_has_to_be_consented_to() {
        let offline = "scopes = [\"openid\", \"offline_access\"]\n";
        assert_eq!(asked(offline).1["prompt"], "consent");
        let own = format!("{offline}params = {{ prompt = \"login\" }}");
        assert_eq!(asked(&own).1["prompt"], "login");
        assert!(!asked(OIDC).1.contains_key("prompt"));
    }

    #[test]
    fn without_scopes_of_its_own_a_file_takes_what_identity_needs() {
        let endpoints = |scopes: &[&str]| Endpoints {
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            ..Endpoints::default()
        };
        let text = "id = \"acme\"\nname = \"Acme\"\ncategory = \"other\"\n[auth]\nkind = \"oauth2\"\nissuer = \"https://as.example\"";
        let file = crate::providers::parse(text, "acme.toml").unwrap();
        assert_eq!(
            file.scopes(&endpoints(&["admin", "email", "openid"])),
            ["openid", "email"]
        );
        assert!(file.scopes(&endpoints(&["admin"])).is_empty());
    }

    #[test]
    fn every_flow_has_its_own_state() {
        assert_ne!(asked(OIDC).0.state, asked(OIDC).0.state);
    }
}
