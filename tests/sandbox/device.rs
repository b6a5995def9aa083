//! The device grant, at the two vendors that have it.

use serde_json::Value;
use tagout::sandbox::{SettingsChange, Vendor};

use crate::client::{Parameters, Trial, json_of, text};

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A device that has its codes, and the form with which it polls.
async fn begin(trial: &Trial, path: &str, interval: u64) -> (Value, Parameters<'static>) {
    let change = SettingsChange {
        device_interval: Some(interval),
        ..SettingsChange::default()
    };
    trial.state().configure(trial.vendor, change);
    let form = trial.signed_form(&[("scope", "email invoices.read")]);
    let (status, codes) = json_of(trial.post(path, &form)).await;
    assert_eq!(status, 200, "{codes}");
    let code = text(&codes, "/device_code");
    let poll = trial.signed_form(&[("grant_type", GRANT_TYPE), ("device_code", &code)]);
    (codes, poll)
}

#[tokio::test]
async fn a_person_allows_on_the_page_while_the_device_polls() {
    let trial = Trial::new(Vendor::Ledger).await;
    let (codes, poll) = begin(&trial, "/device_authorization", 0).await;
    let (status, pending) = json_of(trial.post("/token", &poll)).await;
    assert_eq!(
        (status, text(&pending, "/error")),
        (400, "authorization_pending".into())
    );
    let page = trial
        .http
        .get(text(&codes, "/verification_uri_complete"))
        .send()
        .await
        .unwrap();
    let typed = text(&codes, "/user_code").to_lowercase().replace('-', " ");
    assert!(
        page.text()
            .await
            .unwrap()
            .contains(&format!("value=\"{}\"", text(&codes, "/user_code")))
    );
    let form = Parameters::from([
        ("user_code", typed),
        ("account", "carol".to_owned()),
        ("decision", "allow".to_owned()),
    ]);
    assert_eq!(
        trial.post("/device", &form).send().await.unwrap().status(),
        200
    );
    assert_eq!(
        trial.post("/device", &form).send().await.unwrap().status(),
        400,
        "used"
    );
    let (_, reply) = json_of(trial.post("/token", &poll)).await;
    let (_, who) = json_of(trial.get("/userinfo", &text(&reply, "/access_token"))).await;
    assert_eq!(who["sub"], "ledger-1002");
    assert_eq!(
        text(&json_of(trial.post("/token", &poll)).await.1, "/error"),
        "invalid_grant"
    );
}

#[tokio::test]
async fn a_hasty_device_is_told_to_slow_down_and_a_denied_one_to_stop() {
    let trial = Trial::new(Vendor::Ledger).await;
    let (codes, poll) = begin(&trial, "/device_authorization", 60).await;
    assert_eq!(
        text(&json_of(trial.post("/token", &poll)).await.1, "/error"),
        "authorization_pending"
    );
    assert_eq!(
        text(&json_of(trial.post("/token", &poll)).await.1, "/error"),
        "slow_down"
    );
    assert!(!trial.state().decide_device(
        Vendor::Ledger,
        &text(&codes, "/user_code"),
        Some("nobody")
    ));
    let (codes, poll) = begin(&trial, "/device_authorization", 0).await;
    assert!(
        trial
            .state()
            .decide_device(Vendor::Ledger, &text(&codes, "/user_code"), None)
    );
    assert_eq!(
        text(&json_of(trial.post("/token", &poll)).await.1, "/error"),
        "access_denied"
    );
}

#[tokio::test]
async fn github_polls_with_200_and_without_a_secret_and_names_the_new_interval() {
    let trial = Trial::new(Vendor::Github).await;
    let (codes, mut poll) = begin(&trial, "/login/device/code", 5).await;
    assert_eq!(
        text(&codes, "/verification_uri"),
        trial.url("/login/device")
    );
    poll.remove("client_secret");
    let token = "/login/oauth/access_token";
    let (status, pending) = json_of(trial.post(token, &poll)).await;
    assert_eq!(
        (status, text(&pending, "/error")),
        (200, "authorization_pending".into())
    );
    let (status, hasty) = json_of(trial.post(token, &poll)).await;
    assert_eq!(
        (status, text(&hasty, "/error"), &hasty["interval"]),
        (200, "slow_down".into(), &10.into())
    );
    let (codes, mut poll) = begin(&trial, "/login/device/code", 0).await;
    assert!(trial.state().decide_device(
        Vendor::Github,
        &text(&codes, "/user_code"),
        Some("carol")
    ));
    poll.remove("client_secret");
    assert!(text(&json_of(trial.post(token, &poll)).await.1, "/access_token").starts_with("gho_"));
    poll.insert("device_code", "guess".to_owned());
    assert_eq!(
        text(&json_of(trial.post(token, &poll)).await.1, "/error"),
        "incorrect_device_code"
    );
}

#[tokio::test]
async fn a_vendor_without_the_device_grant_does_not_know_it() {
    let trial = Trial::new(Vendor::Hubspot).await;
    let poll = trial.signed_form(&[("grant_type", GRANT_TYPE), ("device_code", "guess")]);
    let (status, reply) = json_of(trial.post("/oauth/2026-03/token", &poll)).await;
    assert_eq!(
        (status, text(&reply, "/category")),
        (400, "BAD_GRANT_TYPE".into())
    );
}
