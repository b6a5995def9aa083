//! Slack.

use serde_json::{Value, json};
use tagout::sandbox::{SettingsChange, Vendor};

use crate::client::{Trial, json_of, text};

/// Where a person is asked, and where a code is redeemed.
const ADDRESSES: (&str, &str) = ("/oauth/v2/authorize", "/api/oauth.v2.access");

async fn tokens(trial: &Trial) -> (String, String) {
    let mut parameters = trial.authorization();
    parameters.insert(
        "scope",
        "channels:read,channels:history,channels:join".to_owned(),
    );
    parameters.insert("user_scope", "channels:read".to_owned());
    let back = trial.authorize(ADDRESSES.0, &parameters).await;
    let code = crate::client::parameter(&back, "code").unwrap();
    let (_, reply) = json_of(trial.post(ADDRESSES.1, &trial.redemption(&code))).await;
    assert_eq!(reply["ok"], true, "{reply}");
    (
        text(&reply, "/access_token"),
        text(&reply, "/authed_user/access_token"),
    )
}

async fn call(trial: &Trial, method: &str, token: &str, form: &[(&str, &str)]) -> Value {
    let request = trial
        .http
        .post(trial.url(&format!("/api/{method}")))
        .bearer_auth(token)
        .form(form);
    let (status, reply) = json_of(request).await;
    assert_eq!(status, 200);
    reply
}

#[tokio::test]
async fn revokes_bot_and_person_apart_and_says_no_with_200() {
    let trial = Trial::new(Vendor::Slack).await;
    let (bot, person) = tokens(&trial).await;
    assert!(bot.starts_with("xoxb-") && person.starts_with("xoxp-"));
    assert_eq!(
        call(&trial, "auth.revoke", &bot, &[("test", "1")]).await["revoked"],
        false
    );
    assert_eq!(
        call(&trial, "auth.revoke", &bot, &[]).await,
        json!({ "ok": true, "revoked": true })
    );
    assert_eq!(
        call(&trial, "auth.revoke", &bot, &[]).await["error"],
        "token_revoked"
    );
    assert_eq!(
        call(&trial, "auth.test", &bot, &[]).await["error"],
        "token_revoked"
    );
    assert_eq!(
        call(&trial, "auth.test", &person, &[]).await["team_id"],
        "T01001"
    );
    assert_eq!(
        call(&trial, "auth.test", "xoxb-unknown", &[]).await["error"],
        "invalid_auth"
    );
}

#[tokio::test]
async fn uninstalls_for_its_own_client_only() {
    let trial = Trial::new(Vendor::Slack).await;
    let (bot, person) = tokens(&trial).await;
    let (id, secret) = (trial.client_id(), trial.secret());
    for (id, secret, error) in [
        ("nobody", "", "invalid_client_id"),
        (id.as_str(), "guess", "bad_client_secret"),
    ] {
        let form = [("client_id", id), ("client_secret", secret)];
        assert_eq!(
            call(&trial, "apps.uninstall", &bot, &form).await["error"],
            error
        );
    }
    let form = [
        ("client_id", id.as_str()),
        ("client_secret", secret.as_str()),
    ];
    assert_eq!(
        call(&trial, "apps.uninstall", &bot, &form).await["ok"],
        true
    );
    assert_eq!(
        call(&trial, "auth.test", &person, &[]).await["error"],
        "account_inactive"
    );
}

#[tokio::test]
async fn refuses_a_code_in_its_own_words() {
    let trial = Trial::new(Vendor::Slack).await;
    for (name, error) in [
        ("code", "invalid_code"),
        ("code_verifier", "invalid_code_verifier"),
        ("client_secret", "bad_client_secret"),
    ] {
        let mut form = trial.redemption(&trial.code(ADDRESSES.0, "carol", "channels:read").await);
        form.insert(name, "guess".to_owned());
        let (status, reply) = json_of(trial.post(ADDRESSES.1, &form)).await;
        assert_eq!((status, &reply["error"]), (200, &json!(error)));
    }
}

#[tokio::test]
async fn rotates_tokens_once_they_expire() {
    let trial = Trial::new(Vendor::Slack).await;
    trial.expire();
    let first = trial.connect(ADDRESSES, "channels:read").await;
    let form = trial.signed_form(&[
        ("grant_type", "refresh_token"),
        ("refresh_token", &text(&first, "/refresh_token")),
    ]);
    let (_, second) = json_of(trial.post(ADDRESSES.1, &form)).await;
    assert!(
        text(&second, "/access_token").starts_with("xoxe.xoxb-"),
        "{second}"
    );
    assert_eq!(
        json_of(trial.post(ADDRESSES.1, &form)).await.1["error"],
        "invalid_refresh_token"
    );
}

#[tokio::test]
async fn reads_only_channels_that_the_bot_joined_and_forgets_them_with_its_token() {
    let trial = Trial::new(Vendor::Slack).await;
    let (bot, _) = tokens(&trial).await;
    let listed = call(&trial, "conversations.list", &bot, &[("limit", "10")]).await;
    assert_eq!(listed["channels"].as_array().unwrap().len(), 10);
    let next = text(&listed, "/response_metadata/next_cursor");
    let rest = call(
        &trial,
        "conversations.list",
        &bot,
        &[("limit", "1000"), ("cursor", &next)],
    )
    .await;
    assert_eq!(text(&rest, "/response_metadata/next_cursor"), "");
    assert_eq!(
        rest["channels"].as_array().unwrap().len(),
        22,
        "32 of the 40 are public"
    );
    let general = [
        ("channel", "C00001"),
        ("oldest", "1767226200.000002"),
        ("limit", "1000"),
    ];
    assert_eq!(
        call(&trial, "conversations.history", &bot, &general).await["error"],
        "not_in_channel"
    );
    assert_eq!(
        call(&trial, "conversations.join", &bot, &general).await["ok"],
        true
    );
    let history = call(
        &trial,
        "conversations.history",
        &bot,
        &[("channel", "C00001"), ("limit", "2")],
    )
    .await;
    assert_eq!(history["has_more"], true);
    trial.state().configure(
        Vendor::Slack,
        SettingsChange {
            items: Some(5),
            ..SettingsChange::default()
        },
    );
    let newer = call(&trial, "conversations.history", &bot, &general).await;
    let times: Vec<String> = newer["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| text(message, "/ts"))
        .collect();
    assert_eq!(times, ["1767226800.000004", "1767226500.000003"]);
    let private = [("channel", "C00005")];
    assert_eq!(
        call(&trial, "conversations.join", &bot, &private).await["error"],
        "method_not_supported_for_channel_type"
    );
    call(&trial, "auth.revoke", &bot, &[]).await;
    let (bot, _) = tokens(&trial).await;
    assert_eq!(
        call(&trial, "conversations.history", &bot, &general).await["error"],
        "not_in_channel"
    );
}
