//! The vendor that keeps to the RFCs.

use serde_json::Value;
use tagout::sandbox::{KilledBy, Lifetime, RefreshPolicy, SettingsChange, Vendor, Victim};

use crate::client::{Trial, json_of, parameter, text};

const SCOPE: &str = "email invoices.read";

async fn ledger() -> Trial {
    Trial::new(Vendor::Ledger).await
}

async fn connect(trial: &Trial) -> (String, String) {
    let code = trial.code("/authorize", "carol", SCOPE).await;
    let (status, reply) = json_of(trial.post("/token", &trial.redemption(&code))).await;
    assert_eq!(status, 200, "{reply}");
    (
        text(&reply, "/access_token"),
        text(&reply, "/refresh_token"),
    )
}

async fn refresh(trial: &Trial, token: &str) -> (u16, Value) {
    let form = trial.signed_form(&[("grant_type", "refresh_token"), ("refresh_token", token)]);
    json_of(trial.post("/token", &form)).await
}

async fn revoke(trial: &Trial, token: &str) -> (u16, Value) {
    json_of(trial.post("/revoke", &trial.signed_form(&[("token", token)]))).await
}

async fn is_active(trial: &Trial, token: &str) -> bool {
    let (status, reply) =
        json_of(trial.post("/introspect", &trial.signed_form(&[("token", token)]))).await;
    assert_eq!(status, 200);
    reply["active"].as_bool().unwrap()
}

#[tokio::test]
async fn both_discovery_documents_name_the_same_issuer() {
    let trial = ledger().await;
    let inserted = format!(
        "{}/.well-known/oauth-authorization-server/ledger",
        trial.sandbox.base_url()
    );
    let (_, oauth) = json_of(trial.http.get(inserted)).await;
    let (_, oidc) = json_of(
        trial
            .http
            .get(trial.url("/.well-known/openid-configuration")),
    )
    .await;
    assert_eq!(oauth["issuer"], trial.url(""));
    assert_eq!(oidc["issuer"], oauth["issuer"]);
    assert_eq!(oauth["revocation_endpoint"], trial.url("/revoke"));
    assert_eq!(oidc["userinfo_endpoint"], trial.url("/userinfo"));
    assert!(oauth.get("userinfo_endpoint").is_none() && oidc.get("revocation_endpoint").is_none());
}

#[tokio::test]
async fn the_code_flow_ends_in_a_token_that_works() {
    let trial = ledger().await;
    let back = trial.authorize("/authorize", &trial.authorization()).await;
    assert_eq!(parameter(&back, "state").unwrap(), "st&te");
    assert_eq!(parameter(&back, "iss").unwrap(), trial.url(""));
    let mut form = trial.redemption(&parameter(&back, "code").unwrap());
    form.retain(|name, _| !name.starts_with("client_"));
    let signed = trial
        .post("/token", &form)
        .basic_auth(trial.client_id(), Some(trial.secret()));
    let (status, reply) = json_of(signed).await;
    assert_eq!(
        (status, &reply["expires_in"], &reply["token_type"]),
        (200, &3600.into(), &"Bearer".into())
    );
    let (status, who) = json_of(trial.get("/userinfo", &text(&reply, "/access_token"))).await;
    assert_eq!(
        (status, text(&who, "/sub"), text(&who, "/email")),
        (200, "ledger-1001".into(), "bot@acme.example".into())
    );
}

#[tokio::test]
async fn an_authorization_without_a_challenge_or_with_plain_goes_back_as_an_error() {
    let trial = ledger().await;
    for (name, value) in [
        ("code_challenge", None),
        ("code_challenge_method", Some("plain")),
        ("code_challenge_method", None),
    ] {
        let mut parameters = trial.authorization();
        parameters.remove(name);
        parameters.extend(value.map(|value| (name, value.to_owned())));
        let back = trial.authorize("/authorize", &parameters).await;
        assert_eq!(parameter(&back, "error").unwrap(), "invalid_request");
        assert_eq!(parameter(&back, "iss").unwrap(), trial.url(""));
        assert!(parameter(&back, "code").is_none());
    }
}

#[tokio::test]
async fn a_foreign_redirect_uri_is_never_followed() {
    let trial = ledger().await;
    for (name, value) in [
        ("redirect_uri", "https://evil.example/callback/ledger"),
        ("client_id", "nobody"),
    ] {
        let mut parameters = trial.authorization();
        parameters.insert(name, value.to_owned());
        let answer = trial
            .http
            .get(trial.url("/authorize"))
            .query(&parameters)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 400);
        assert!(answer.headers().get("location").is_none());
    }
}

#[tokio::test]
async fn a_person_allows_or_denies_on_the_page() {
    let trial = ledger().await;
    let mut parameters = trial.authorization();
    parameters.remove("sandbox_auto");
    parameters.insert("login_hint", "carol".to_owned());
    let page = trial
        .http
        .get(trial.url("/authorize"))
        .query(&parameters)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        page.contains("value=\"carol\" checked")
            && page.contains("name=\"state\" value=\"st&amp;te\""),
        "{page}"
    );
    for (decision, expected) in [("allow", "code"), ("deny", "error")] {
        parameters.insert("account", "carol".to_owned());
        parameters.insert("decision", decision.to_owned());
        let answer = trial.post("/authorize", &parameters).send().await.unwrap();
        let back = answer.headers()["location"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!(parameter(&back, expected).is_some(), "{back}");
    }
}

#[tokio::test]
async fn a_code_needs_its_verifier_its_address_and_its_client() {
    let trial = ledger().await;
    for (name, wrong, error) in [
        (
            "code_verifier",
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXj",
            "invalid_grant",
        ),
        (
            "redirect_uri",
            "http://127.0.0.1:41235/callback/ledger",
            "invalid_grant",
        ),
        ("client_secret", "guess", "invalid_client"),
        ("code", "guess", "invalid_grant"),
        ("grant_type", "password", "unsupported_grant_type"),
    ] {
        let mut form = trial.redemption(&trial.code("/authorize", "carol", SCOPE).await);
        form.insert(name, wrong.to_owned());
        let (status, reply) = json_of(trial.post("/token", &form)).await;
        assert_eq!(status, if error == "invalid_client" { 401 } else { 400 });
        assert_eq!(text(&reply, "/error"), error, "{name}");
    }
    assert!(trial.state().tokens(Vendor::Ledger).is_empty());
}

#[tokio::test]
async fn a_code_that_comes_twice_ends_what_it_gave() {
    let trial = ledger().await;
    let form = trial.redemption(&trial.code("/authorize", "carol", SCOPE).await);
    let (_, reply) = json_of(trial.post("/token", &form)).await;
    assert_eq!(json_of(trial.post("/token", &form)).await.0, 400);
    let (status, _) = json_of(trial.get("/userinfo", &text(&reply, "/access_token"))).await;
    assert_eq!(status, 401);
    assert!(
        trial
            .state()
            .tokens(Vendor::Ledger)
            .iter()
            .all(|token| token.killed_by == Some(KilledBy::CodeReuse))
    );
}

#[tokio::test]
async fn a_refresh_token_rotates_and_its_reuse_ends_the_grant() {
    let trial = ledger().await;
    let (_, first) = connect(&trial).await;
    let (status, reply) = refresh(&trial, &first).await;
    assert_eq!(status, 200);
    let second = text(&reply, "/refresh_token");
    assert_ne!(first, second);
    let (status, refused) = refresh(&trial, &first).await;
    assert_eq!(
        (status, text(&refused, "/error")),
        (400, "invalid_grant".into())
    );
    assert_eq!(refresh(&trial, &second).await.0, 400);
    assert_eq!(
        trial
            .get("/userinfo", &text(&reply, "/access_token"))
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
}

#[tokio::test]
async fn a_static_refresh_token_stays_and_an_access_token_expires() {
    let trial = ledger().await;
    let change = SettingsChange {
        refresh: Some(RefreshPolicy::Static),
        access_ttl: Some(Lifetime::Seconds(0)),
        ..SettingsChange::default()
    };
    trial.state().configure(Vendor::Ledger, change);
    let (access, token) = connect(&trial).await;
    assert_eq!(
        trial
            .get("/userinfo", &access)
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
    for _ in 0..2 {
        assert_eq!(
            text(&refresh(&trial, &token).await.1, "/refresh_token"),
            token
        );
    }
}

#[tokio::test]
async fn revoking_a_refresh_token_ends_the_grant_and_an_access_token_only_itself() {
    let trial = ledger().await;
    let (access, token) = connect(&trial).await;
    assert!(is_active(&trial, &access).await);
    assert_eq!(revoke(&trial, &access).await.0, 200);
    assert!(!is_active(&trial, &access).await && is_active(&trial, &token).await);
    let (status, reply) = refresh(&trial, &token).await;
    assert_eq!(status, 200);
    assert_eq!(revoke(&trial, &text(&reply, "/refresh_token")).await.0, 200);
    assert!(!is_active(&trial, &text(&reply, "/access_token")).await);
    assert_eq!(
        revoke(&trial, "unknown").await.0,
        200,
        "RFC 7009 section 2.2"
    );
    assert_eq!(revoke(&trial, &access).await.0, 200, "already gone");
}

#[tokio::test]
async fn another_client_can_neither_revoke_nor_learn() {
    let trial = ledger().await;
    let (access, _) = connect(&trial).await;
    let mut stranger = tagout::sandbox::Client::preset(Vendor::Ledger);
    stranger.client_id = "stranger".to_owned();
    trial.state().register(Vendor::Ledger, stranger);
    let mut form = trial.signed_form(&[("token", &access)]);
    form.insert("client_id", "stranger".to_owned());
    assert_eq!(json_of(trial.post("/revoke", &form)).await.0, 400);
    let (_, reply) = json_of(trial.post("/introspect", &form)).await;
    assert_eq!(reply, serde_json::json!({ "active": false }));
    form.remove("client_secret");
    assert_eq!(json_of(trial.post("/introspect", &form)).await.0, 401);
    assert!(is_active(&trial, &access).await);
}

#[tokio::test]
async fn every_style_of_paging_reaches_every_item_once() {
    let trial = ledger().await;
    trial.state().configure(
        Vendor::Ledger,
        SettingsChange {
            items: Some(7),
            ..SettingsChange::default()
        },
    );
    let (access, _) = connect(&trial).await;
    let mut by_url = Vec::new();
    let mut url = trial.url("/api/invoices?per_page=3");
    loop {
        let (_, page) = json_of(trial.http.get(&url).bearer_auth(&access)).await;
        by_url.extend(
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| text(item, "/id")),
        );
        let Some(next) = page["next_url"].as_str() else {
            break;
        };
        url = next.to_owned();
    }
    let mut by_page = Vec::new();
    let mut number = Some(1);
    while let Some(page) = number {
        let (_, page) =
            json_of(trial.get(&format!("/api/invoices?per_page=3&page={page}"), &access)).await;
        by_page.extend(
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| text(item, "/id")),
        );
        number = page["next_page"].as_u64();
    }
    assert_eq!(by_url, by_page);
    assert_eq!(
        by_page,
        (1..=7).map(|n| format!("inv_{n:06}")).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn only_what_changed_since_is_listed_and_a_missing_scope_is_no_dead_token() {
    let trial = ledger().await;
    let (access, _) = connect(&trial).await;
    let changed = "/api/invoices?updated_since=2026-06-01T00:00:00Z";
    assert_eq!(json_of(trial.get(changed, &access)).await.1["total"], 0);
    trial.state().touch(Vendor::Ledger, "invoices", 3);
    assert_eq!(json_of(trial.get(changed, &access)).await.1["total"], 3);
    let (status, reply) = json_of(trial.get("/api/customers", &access)).await;
    assert_eq!(
        (status, text(&reply, "/error")),
        (403, "insufficient_scope".into())
    );
}

#[tokio::test]
async fn a_person_ends_access_at_the_vendor() {
    let trial = ledger().await;
    let (access, token) = connect(&trial).await;
    assert_eq!(
        trial
            .state()
            .kill(Vendor::Ledger, &Victim::Account("acme-bot".into())),
        0
    );
    assert_eq!(
        trial
            .state()
            .kill(Vendor::Ledger, &Victim::Account("carol".into())),
        2
    );
    assert_eq!(
        trial
            .get("/userinfo", &access)
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
    assert_eq!(refresh(&trial, &token).await.0, 400);
}
