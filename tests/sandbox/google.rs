//! Google: Gmail and Calendar, two clients of one project.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::RequestBuilder;
use ring::hmac;
use serde_json::Value;
use tagout::sandbox::{Client, Vendor};

use crate::client::{Parameters, Trial, json_of, parameter, text};

const ADDRESSES: (&str, &str) = ("/o/oauth2/v2/auth", "/token");
const MAIL: &str = "openid email https://www.googleapis.com/auth/gmail.readonly";
const CALENDAR: &str = "openid email https://www.googleapis.com/auth/calendar.events.readonly";

/// Connects with the parameters that ask for a refresh token.
async fn connect(trial: &Trial, account: &str, scope: &str, prompt: &str) -> Value {
    let mut parameters = trial.authorization();
    for (name, value) in [
        ("login_hint", account),
        ("scope", scope),
        ("access_type", "offline"),
        ("prompt", prompt),
    ] {
        parameters.insert(name, value.to_owned());
    }
    let back = trial.authorize(ADDRESSES.0, &parameters).await;
    let code = parameter(&back, "code").unwrap();
    json_of(trial.post(ADDRESSES.1, &trial.redemption(&code)))
        .await
        .1
}

fn revoke(trial: &Trial, token: &str) -> RequestBuilder {
    let form = Parameters::from([("token", token.to_owned())]);
    trial.post("/revoke", &form)
}

#[tokio::test]
async fn any_token_of_a_person_ends_all_of_the_project_and_nothing_else() {
    let mut trial = Trial::new(Vendor::Google).await;
    let mail = connect(&trial, "carol", MAIL, "consent").await;
    let of_bot = connect(&trial, "acme-bot", MAIL, "consent").await;
    trial.acting_as("google-calendar");
    let calendar = connect(&trial, "carol", CALENDAR, "consent").await;
    let foreign = Client {
        client_id: "elsewhere-app".to_owned(),
        ..Client::preset(Vendor::Google)
    };
    trial.state().register(Vendor::Google, foreign);
    trial.acting_as("gmail");
    let mut parameters = trial.authorization();
    parameters.insert("client_id", "elsewhere-app".to_owned());
    parameters.insert("login_hint", "carol".to_owned());
    let back = trial.authorize(ADDRESSES.0, &parameters).await;
    let mut form = trial.redemption(&parameter(&back, "code").unwrap());
    form.insert("client_id", "elsewhere-app".to_owned());
    let (_, foreign) = json_of(trial.post(ADDRESSES.1, &form)).await;

    let events = "/calendar/v3/calendars/primary/events";
    let access = text(&calendar, "/access_token");
    assert_eq!(json_of(trial.get(events, &access)).await.0, 200);
    let token = text(&mail, "/access_token");
    assert_eq!(json_of(revoke(&trial, &token)).await.0, 200);
    let (status, dead) = json_of(trial.get(events, &access)).await;
    assert_eq!(
        (status, text(&dead, "/error/status")),
        (401, "UNAUTHENTICATED".into())
    );
    for dead in [
        text(&mail, "/refresh_token"),
        text(&calendar, "/refresh_token"),
    ] {
        assert!(!trial.is_alive(&dead));
    }
    assert!(trial.is_alive(&text(&of_bot, "/access_token")));
    assert!(trial.is_alive(&text(&foreign, "/access_token")));
    let (status, refused) =
        json_of(trial.refresh(ADDRESSES.1, &text(&mail, "/refresh_token"))).await;
    assert_eq!(
        (status, text(&refused, "/error_description")),
        (400, "Token has been expired or revoked.".into())
    );
    for gone in [token.as_str(), "never issued"] {
        let (status, refused) = json_of(revoke(&trial, gone)).await;
        assert_eq!(
            (status, text(&refused, "/error")),
            (400, "invalid_token".into())
        );
    }
}

#[tokio::test]
async fn a_refresh_token_is_said_once_and_only_when_asked_for() {
    let trial = Trial::new(Vendor::Google).await;
    let plain = trial.connect(ADDRESSES, MAIL).await;
    assert_eq!(plain.get("refresh_token"), None);
    let later = connect(&trial, "carol", MAIL, "").await;
    assert_eq!(later.get("refresh_token"), None, "not the first consent");
    let forced = connect(&trial, "carol", MAIL, "consent").await;
    let refresh = text(&forced, "/refresh_token");
    let (_, again) = json_of(trial.refresh(ADDRESSES.1, &refresh)).await;
    assert_eq!(again.get("refresh_token"), None);
    assert!(trial.is_alive(&refresh), "it does not rotate");
}

#[tokio::test]
async fn a_wrong_client_is_401_at_the_token_endpoint() {
    let trial = Trial::new(Vendor::Google).await;
    let mut form = trial.redemption(&trial.code(ADDRESSES.0, "carol", MAIL).await);
    form.insert("client_secret", "guess".to_owned());
    let (status, refused) = json_of(trial.post(ADDRESSES.1, &form)).await;
    assert_eq!(
        (status, text(&refused, "/error")),
        (401, "invalid_client".into())
    );
}

#[tokio::test]
async fn tells_about_a_token_and_lists_what_its_scope_is_for() {
    let trial = Trial::new(Vendor::Google).await;
    trial.items(120);
    let access = text(&trial.connect(ADDRESSES, MAIL).await, "/access_token");
    let info = || {
        trial
            .http
            .get(trial.url("/tokeninfo"))
            .query(&[("access_token", &access)])
    };
    assert_eq!(text(&json_of(info()).await.1, "/aud"), "sandbox-gmail");
    let (_, me) = json_of(trial.get("/v1/userinfo", &access)).await;
    assert_eq!(text(&me, "/email"), "carol@acme.example");
    let messages = "/gmail/v1/users/me/messages?maxResults=100";
    let (_, first) = json_of(trial.get(messages, &access)).await;
    let rest = format!("{messages}&pageToken={}", text(&first, "/nextPageToken"));
    let (_, second) = json_of(trial.get(&rest, &access)).await;
    let count = |page: &Value| page["messages"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&second)), (100, 20));
    assert_eq!(second.get("nextPageToken"), None);
    let one = format!(
        "/gmail/v1/users/me/messages/{}",
        text(&second, "/messages/0/id")
    );
    assert_eq!(json_of(trial.get(&one, &access)).await.0, 200);
    let events = "/calendar/v3/calendars/primary/events";
    assert_eq!(json_of(trial.get(events, &access)).await.0, 403);
    json_of(revoke(&trial, &access)).await;
    let (status, dead) = json_of(info()).await;
    assert_eq!(
        (status, text(&dead, "/error")),
        (400, "invalid_token".into())
    );
    for probe in ["/v1/userinfo", "/gmail/v1/users/me/profile"] {
        assert_eq!(json_of(trial.get(probe, &access)).await.0, 401);
    }
}

#[tokio::test]
async fn an_id_token_says_who_it_is_and_for_which_request() {
    let trial = Trial::new(Vendor::Google).await;
    let mut parameters = trial.authorization();
    for (name, value) in [("scope", MAIL), ("nonce", "n-0S6"), ("login_hint", "carol")] {
        parameters.insert(name, value.to_owned());
    }
    let back = trial.authorize(ADDRESSES.0, &parameters).await;
    let form = trial.redemption(&parameter(&back, "code").unwrap());
    let (_, reply) = json_of(trial.post(ADDRESSES.1, &form)).await;
    let id_token = text(&reply, "/id_token");
    let parts: Vec<&str> = id_token.split('.').collect();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    let access = text(&reply, "/access_token");
    let (_, me) = json_of(trial.get("/v1/userinfo", &access)).await;
    assert_eq!(claims["sub"], me["sub"]);
    assert_eq!(text(&claims, "/aud"), trial.client_id());
    assert_eq!(text(&claims, "/nonce"), "n-0S6");
    let key = hmac::Key::new(hmac::HMAC_SHA256, trial.secret().as_bytes());
    let signed = format!("{}.{}", parts[0], parts[1]);
    let tag = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
    hmac::verify(&key, signed.as_bytes(), &tag).unwrap();
    let bare = "https://www.googleapis.com/auth/gmail.readonly";
    let unasked = trial.connect(ADDRESSES, bare).await;
    assert_eq!(unasked.get("id_token"), None);
}
