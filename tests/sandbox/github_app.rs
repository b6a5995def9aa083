//! GitHub, as a GitHub App sees it.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use reqwest::RequestBuilder;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use tagout::sandbox::Vendor;

use crate::client::{Trial, json_of, parameter, text};

/// A key pair that is used nowhere else.
const PRIVATE: &str = include_str!("app_key.pem");
const PUBLIC: &str = include_str!("app_key.pub.pem");
const USER: (&str, &str) = ("/login/oauth/authorize", "/login/oauth/access_token");
const APP: &str = "sandbox-github-app";

/// What the holder of the private key signs.
fn signed(claims: &Value) -> String {
    let body: String = PRIVATE
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    let key = RsaKeyPair::from_pkcs8(&STANDARD.decode(body).unwrap()).unwrap();
    let header = json!({ "alg": "RS256", "typ": "JWT" });
    let encoded = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let statement = format!("{}.{}", encoded(&header), encoded(claims));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        statement.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{statement}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn claims(issued: i64, expires: i64, issuer: &Value) -> Value {
    let now = Timestamp::now().as_second();
    json!({ "iat": now + issued, "exp": now + expires, "iss": issuer })
}

/// A statement as the vendor's documents want it.
fn jwt() -> String {
    signed(&claims(-60, 540, &json!(APP)))
}

/// A sandbox that has the app's key, and the number of carol's installation.
async fn installed() -> (Trial, String) {
    let trial = Trial::new(Vendor::GithubApp).await;
    let known = trial
        .state()
        .register_app_key(Vendor::GithubApp, APP, PUBLIC);
    assert!(known);
    let id = install(&trial).await;
    (trial, id)
}

async fn install(trial: &Trial) -> String {
    let parameters = [
        ("state", "st&te"),
        ("login_hint", "carol"),
        ("sandbox_auto", "allow"),
    ];
    let parameters = parameters.map(|(name, value)| (name, value.to_owned()));
    let page = "/apps/tagout/installations/new";
    let back = trial.authorize(page, &parameters.into()).await;
    assert_eq!(parameter(&back, "state").as_deref(), Some("st&te"));
    parameter(&back, "installation_id").unwrap()
}

fn by_app(trial: &Trial, method: &str, path: &str) -> RequestBuilder {
    let url = trial.url(&format!("/api/app/installations/{path}"));
    let request = trial.http.request(method.parse().unwrap(), url);
    request.bearer_auth(jwt())
}

async fn token(trial: &Trial, id: &str) -> String {
    let path = format!("{id}/access_tokens");
    let (status, reply) = json_of(by_app(trial, "POST", &path)).await;
    assert_eq!(status, 201, "{reply}");
    text(&reply, "/token")
}

#[tokio::test]
async fn an_installation_token_dies_alone_and_uninstalling_ends_them_all() {
    let (trial, id) = installed().await;
    let (first, second) = (token(&trial, &id).await, token(&trial, &id).await);
    let person = text(&trial.connect(USER, "").await, "/access_token");
    let probe = "/api/installation/repositories?per_page=1";
    assert_eq!(json_of(trial.get(probe, &first)).await.0, 200);
    let revoke = || {
        let url = trial.url("/api/installation/token");
        trial.http.delete(url).bearer_auth(&first)
    };
    assert_eq!(json_of(revoke()).await.0, 204);
    assert_eq!(json_of(revoke()).await.0, 401, "already gone");
    assert_eq!(json_of(trial.get(probe, &first)).await.0, 401);
    assert_eq!(json_of(trial.get(probe, &second)).await.0, 200);

    assert_eq!(json_of(by_app(&trial, "GET", &id)).await.0, 200);
    assert_eq!(json_of(by_app(&trial, "DELETE", &id)).await.0, 204);
    assert_eq!(json_of(trial.get(probe, &second)).await.0, 401);
    for method in ["GET", "DELETE"] {
        assert_eq!(json_of(by_app(&trial, method, &id)).await.0, 404, "gone");
    }
    let again = by_app(&trial, "POST", &format!("{id}/access_tokens"));
    assert_eq!(json_of(again).await.0, 404);
    assert!(trial.is_alive(&person), "a person's own token is apart");
    assert_ne!(install(&trial).await, id, "a new installation");
}

#[tokio::test]
async fn only_a_fresh_statement_of_the_registered_key_speaks_for_the_app() {
    let (trial, id) = installed().await;
    let ask = |jwt: String| {
        let url = trial.url(&format!("/api/app/installations/{id}"));
        trial.http.get(url).bearer_auth(jwt)
    };
    for (issued, expires) in [(-60, 540), (0, 590), (-700, 5)] {
        let good = signed(&claims(issued, expires, &json!(APP)));
        assert_eq!(json_of(ask(good)).await.0, 200);
    }
    let (_, described) = json_of(ask(jwt())).await;
    let number = &described["app_id"];
    for issuer in [number.clone(), json!(number.to_string())] {
        let by_number = signed(&claims(-60, 540, &issuer));
        assert_eq!(json_of(ask(by_number)).await.0, 200);
    }
    let good = jwt();
    let (statement, signature) = good.rsplit_once('.').unwrap();
    let (header, _) = statement.split_once('.').unwrap();
    let longer = URL_SAFE_NO_PAD.encode(claims(-60, 580, &json!(APP)).to_string());
    let no_algorithm = URL_SAFE_NO_PAD.encode(json!({ "alg": "none" }).to_string());
    for (why, wrong) in [
        ("too long", signed(&claims(-60, 640, &json!(APP)))),
        ("expired", signed(&claims(-700, -5, &json!(APP)))),
        ("from the future", signed(&claims(120, 540, &json!(APP)))),
        ("changed", format!("{header}.{longer}.{signature}")),
        (
            "unsigned",
            format!("{no_algorithm}.{}.", statement.split_once('.').unwrap().1),
        ),
        ("no statement", "guess".to_owned()),
    ] {
        assert_eq!(json_of(ask(wrong)).await.0, 401, "{why}");
    }
    let stranger = signed(&claims(-60, 540, &json!("somebody")));
    let (status, reply) = json_of(ask(stranger)).await;
    assert_eq!(
        (status, text(&reply, "/message")),
        (404, "Integration not found".into())
    );
}

#[tokio::test]
async fn an_app_without_a_key_is_refused() {
    let trial = Trial::new(Vendor::GithubApp).await;
    let id = install(&trial).await;
    assert_eq!(json_of(by_app(&trial, "GET", &id)).await.0, 401);
    let url = format!("{}/_control/app_keys", trial.sandbox.base_url());
    let register = |key: &str| {
        let body = json!({ "vendor": "github-app", "client_id": APP, "public_key": key });
        trial.http.post(&url).json(&body)
    };
    assert_eq!(json_of(register(PRIVATE)).await.0, 422);
    assert_eq!(json_of(register(PUBLIC)).await.0, 204);
    assert_eq!(json_of(by_app(&trial, "GET", &id)).await.0, 200);
}

#[tokio::test]
async fn a_suspended_installation_gives_no_tokens() {
    let (trial, id) = installed().await;
    let suspended = format!("{id}/suspended");
    let tokens = format!("{id}/access_tokens");
    assert_eq!(json_of(by_app(&trial, "PUT", &suspended)).await.0, 204);
    assert_eq!(json_of(by_app(&trial, "POST", &tokens)).await.0, 403);
    assert_eq!(json_of(by_app(&trial, "DELETE", &suspended)).await.0, 204);
    assert_eq!(json_of(by_app(&trial, "POST", &tokens)).await.0, 201);
}

#[tokio::test]
async fn lists_the_issues_of_a_repository_but_is_nobody() {
    let (trial, id) = installed().await;
    trial.items(5);
    let access = token(&trial, &id).await;
    let (_, issues) = json_of(trial.get("/api/repos/carol/site/issues", &access)).await;
    assert_eq!(issues.as_array().unwrap().len(), 5);
    for personal in ["/api/user", "/api/issues"] {
        assert_eq!(json_of(trial.get(personal, &access)).await.0, 403);
    }
    let person = trial.connect(USER, "").await;
    assert_eq!(person["expires_in"], 28_800);
    let person = text(&person, "/access_token");
    assert!(person.starts_with("ghu_"));
    assert_eq!(json_of(trial.get("/api/user", &person)).await.0, 200);
}
