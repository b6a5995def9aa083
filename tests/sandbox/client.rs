//! A client as the tests need it: PKCE from the vector of RFC 7636 appendix B, no proxy, no redirects.

use std::collections::HashMap;
use std::sync::Arc;

use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use tagout::sandbox::{self, Lifetime, Sandbox, SandboxState, SettingsChange, Vendor};
use url::Url;

pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A sandbox of its own for each test, and a client for one of its vendors.
pub(crate) struct Trial {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: Client,
    pub(crate) vendor: Vendor,
    /// The provider file whose client it is.
    pub(crate) provider: String,
}

/// The parameters of one request.
pub(crate) type Parameters<'a> = HashMap<&'a str, String>;

impl Trial {
    pub(crate) async fn new(vendor: Vendor) -> Self {
        let _already_there = rustls::crypto::ring::default_provider().install_default();
        let sandbox = sandbox::start("127.0.0.1:0".parse().unwrap())
            .await
            .unwrap();
        let http = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            sandbox,
            http,
            vendor,
            provider: sandbox::Client::preset(vendor)
                .client_id
                .trim_start_matches("sandbox-")
                .to_owned(),
        }
    }

    /// The same sandbox, as the client of another provider file of the vendor.
    pub(crate) fn acting_as(&mut self, provider: &str) {
        provider.clone_into(&mut self.provider);
    }

    pub(crate) fn state(&self) -> Arc<SandboxState> {
        self.sandbox.state()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/{}{path}", self.sandbox.base_url(), self.vendor)
    }

    pub(crate) fn client_id(&self) -> String {
        format!("sandbox-{}", self.provider)
    }

    pub(crate) fn secret(&self) -> String {
        format!("sandbox-{}-secret", self.provider)
    }

    pub(crate) fn redirect_uri(&self) -> String {
        format!("http://127.0.0.1:41234/callback/{}", self.provider)
    }

    /// A good authorization request, allowed at once.
    pub(crate) fn authorization(&self) -> Parameters<'static> {
        HashMap::from([
            ("response_type", "code".to_owned()),
            ("client_id", self.client_id()),
            ("redirect_uri", self.redirect_uri()),
            ("state", "st&te".to_owned()),
            ("code_challenge", CHALLENGE.to_owned()),
            ("code_challenge_method", "S256".to_owned()),
            ("sandbox_auto", "allow".to_owned()),
        ])
    }

    /// Sends an authorization request and returns where the browser is sent.
    pub(crate) async fn authorize(&self, path: &str, parameters: &Parameters<'_>) -> Url {
        let answer = self
            .http
            .get(self.url(path))
            .query(parameters)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
        Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap()
    }

    /// A code for an account.
    pub(crate) async fn code(&self, path: &str, account: &str, scope: &str) -> String {
        let mut parameters = self.authorization();
        parameters.insert("login_hint", account.to_owned());
        parameters.insert("scope", scope.to_owned());
        let back = self.authorize(path, &parameters).await;
        parameter(&back, "code").unwrap()
    }

    /// The form that redeems a code, with the client's secret in the body.
    pub(crate) fn redemption(&self, code: &str) -> Parameters<'static> {
        HashMap::from([
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", self.redirect_uri()),
            ("code_verifier", VERIFIER.to_owned()),
            ("client_id", self.client_id()),
            ("client_secret", self.secret()),
        ])
    }

    /// The reply to a redeemed code of `carol`, from the addresses where a person is asked and a code is redeemed.
    pub(crate) async fn connect(&self, (authorize, token): (&str, &str), scope: &str) -> Value {
        let code = self.code(authorize, "carol", scope).await;
        let (status, reply) = json_of(self.post(token, &self.redemption(&code))).await;
        assert_eq!(status, 200, "{reply}");
        reply
    }

    /// A call to the token endpoint that asks for new tokens.
    pub(crate) fn refresh(&self, path: &str, refresh_token: &str) -> RequestBuilder {
        let grant = ("grant_type", "refresh_token");
        let form = self.signed_form(&[grant, ("refresh_token", refresh_token)]);
        self.post(path, &form)
    }

    /// Whether a token works, as the vendor itself sees it.
    pub(crate) fn is_alive(&self, token: &str) -> bool {
        let print = sandbox::fingerprint(token);
        let mut tokens = self.state().tokens(self.vendor).into_iter();
        tokens.find(|view| view.fingerprint == print).unwrap().alive
    }

    /// How many items each entity has.
    pub(crate) fn items(&self, count: usize) {
        let change = SettingsChange {
            items: Some(count),
            ..SettingsChange::default()
        };
        self.state().configure(self.vendor, change);
    }

    /// Lets the vendor's access tokens expire, with refresh tokens beside them.
    pub(crate) fn expire(&self) {
        let change = SettingsChange {
            access_ttl: Some(Lifetime::Seconds(600)),
            ..SettingsChange::default()
        };
        self.state().configure(self.vendor, change);
    }

    /// A form of the client with its secret in the body.
    pub(crate) fn signed_form<'a>(&self, parameters: &[(&'a str, &str)]) -> Parameters<'a> {
        let mut form: Parameters<'a> = parameters
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        form.insert("client_id", self.client_id());
        form.insert("client_secret", self.secret());
        form
    }

    pub(crate) fn post(&self, path: &str, form: &Parameters<'_>) -> RequestBuilder {
        self.http
            .post(self.url(path))
            .header("accept", "application/json")
            .form(form)
    }

    pub(crate) fn get(&self, path: &str, token: &str) -> RequestBuilder {
        self.http.get(self.url(path)).bearer_auth(token)
    }
}

/// The value of one parameter of a URL.
pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// Sends a request; its status and JSON body, null when the body is empty.
pub(crate) async fn json_of(request: RequestBuilder) -> (u16, Value) {
    let answer: Response = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.bytes().await.unwrap();
    (
        status,
        if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body).unwrap()
        },
    )
}

/// A string of a JSON answer.
pub(crate) fn text(value: &Value, pointer: &str) -> String {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("no {pointer} in {value}"))
        .to_owned()
}
