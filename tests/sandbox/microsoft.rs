//! Microsoft.

use serde_json::Value;
use tagout::sandbox::{SettingsChange, Vendor};

use crate::client::{Parameters, Trial, json_of, text};

const ADDRESSES: (&str, &str) = ("/common/oauth2/v2.0/authorize", "/common/oauth2/v2.0/token");
const MAIL: &str = "offline_access User.Read Mail.Read";
const ADMIN: &str = "DelegatedPermissionGrant.ReadWrite.All Application.ReadWrite.All";

async fn refreshed(trial: &Trial, reply: &Value) -> (u16, Value) {
    json_of(trial.refresh(ADDRESSES.1, &text(reply, "/refresh_token"))).await
}

#[tokio::test]
async fn every_refresh_leaves_one_more_token_alive_and_none_can_be_revoked() {
    let trial = Trial::new(Vendor::Microsoft).await;
    let first = trial.connect(ADDRESSES, MAIL).await;
    assert_eq!(text(&first, "/scope"), "User.Read Mail.Read");
    let (_, second) = refreshed(&trial, &first).await;
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_eq!(refreshed(&trial, &first).await.0, 200, "the older one too");
    let form = trial.signed_form(&[("token", &text(&first, "/refresh_token"))]);
    let revoke = trial.post("/common/oauth2/v2.0/revoke", &form);
    assert_eq!(json_of(revoke).await.0, 404);
    assert!(trial.is_alive(&text(&first, "/refresh_token")));
    let bare = trial.connect(ADDRESSES, "User.Read").await;
    assert_eq!(bare.get("refresh_token"), None, "not asked for");
}

#[tokio::test]
async fn deleting_a_grant_stops_refreshes_of_one_app_and_leaves_access_tokens() {
    let mut trial = Trial::new(Vendor::Microsoft).await;
    let mail = trial.connect(ADDRESSES, MAIL).await;
    trial.acting_as("microsoft-teams");
    let teams = trial.connect(ADDRESSES, MAIL).await;
    let admin = text(&trial.connect(ADDRESSES, ADMIN).await, "/access_token");
    let grants = trial.get("/v1.0/oauth2PermissionGrants", &admin);
    let grants = grants.query(&[("$filter", "clientId eq 'sp-sandbox-microsoft-outlook'")]);
    let (_, found) = json_of(grants).await;
    assert_eq!(found["value"].as_array().unwrap().len(), 1);
    let path = format!(
        "/v1.0/oauth2PermissionGrants/{}",
        text(&found, "/value/0/id")
    );
    let delete = |token: &str| trial.http.delete(trial.url(&path)).bearer_auth(token);
    let access = text(&mail, "/access_token");
    assert_eq!(json_of(delete(&access)).await.0, 403, "no administrator");
    assert_eq!(json_of(delete(&admin)).await.0, 204);
    assert_eq!(json_of(delete(&admin)).await.0, 404, "already gone");
    assert_eq!(json_of(trial.get("/v1.0/me", &access)).await.0, 200);
    assert_eq!(refreshed(&trial, &teams).await.0, 200);
    trial.acting_as("microsoft-outlook");
    let (status, refused) = refreshed(&trial, &mail).await;
    assert_eq!(
        (status, text(&refused, "/error")),
        (400, "invalid_grant".into())
    );
    assert!(text(&refused, "/error_description").contains("AADSTS65001"));
}

#[tokio::test]
async fn revoking_sign_ins_reaches_every_app_of_the_person() {
    let mut trial = Trial::new(Vendor::Microsoft).await;
    let mail = trial.connect(ADDRESSES, MAIL).await;
    trial.acting_as("microsoft-teams");
    let scope = "offline_access User.RevokeSessions.All";
    let teams = trial.connect(ADDRESSES, scope).await;
    let url = trial.url("/v1.0/me/revokeSignInSessions");
    let revoke = |reply: &Value| {
        trial
            .http
            .post(&url)
            .bearer_auth(text(reply, "/access_token"))
    };
    assert_eq!(json_of(revoke(&mail)).await.0, 403);
    let (status, reply) = json_of(revoke(&teams)).await;
    assert_eq!((status, &reply["value"]), (200, &Value::Bool(true)));
    let (_, refused) = refreshed(&trial, &teams).await;
    assert!(text(&refused, "/error_description").contains("AADSTS50173"));
    trial.acting_as("microsoft-outlook");
    assert_eq!(refreshed(&trial, &mail).await.0, 400);
    let access = text(&mail, "/access_token");
    assert_eq!(json_of(trial.get("/v1.0/me", &access)).await.0, 200);
    let dead = json_of(trial.get("/v1.0/me", "guess")).await;
    assert_eq!(
        (dead.0, text(&dead.1, "/error/code")),
        (401, "InvalidAuthenticationToken".into())
    );
}

#[tokio::test]
async fn deleting_the_app_ends_it_for_everybody() {
    let trial = Trial::new(Vendor::Microsoft).await;
    let mail = trial.connect(ADDRESSES, MAIL).await;
    let admin = text(&trial.connect(ADDRESSES, ADMIN).await, "/access_token");
    let url = trial.url("/v1.0/servicePrincipals/sp-sandbox-microsoft-outlook");
    let delete = || trial.http.delete(&url).bearer_auth(&admin);
    assert_eq!(json_of(delete()).await.0, 204);
    assert_eq!(json_of(delete()).await.0, 404);
    assert_eq!(refreshed(&trial, &mail).await.0, 400);
}

#[tokio::test]
async fn a_wrong_secret_is_told_from_an_unknown_app() {
    let trial = Trial::new(Vendor::Microsoft).await;
    for (name, status, code) in [
        ("client_secret", 401, "AADSTS7000215"),
        ("client_id", 400, "AADSTS700016"),
    ] {
        let mut form = trial.redemption(&trial.code(ADDRESSES.0, "carol", MAIL).await);
        form.insert(name, "guess".to_owned());
        let (told, reply) = json_of(trial.post(ADDRESSES.1, &form)).await;
        assert_eq!(told, status);
        assert!(text(&reply, "/error_description").starts_with(code));
    }
}

#[tokio::test]
async fn devices_are_refused_in_its_own_words() {
    let trial = Trial::new(Vendor::Microsoft).await;
    let change = SettingsChange {
        device_interval: Some(0),
        ..SettingsChange::default()
    };
    trial.state().configure(Vendor::Microsoft, change);
    let form = Parameters::from([("client_id", trial.client_id()), ("scope", MAIL.to_owned())]);
    let (_, codes) = json_of(trial.post("/common/oauth2/v2.0/devicecode", &form)).await;
    assert_eq!(codes.get("verification_uri_complete"), None);
    assert!(text(&codes, "/message").contains(&text(&codes, "/user_code")));
    let poll = |code: String| {
        let grant = "urn:ietf:params:oauth:grant-type:device_code".to_owned();
        let form = Parameters::from([
            ("client_id", trial.client_id()),
            ("grant_type", grant),
            ("device_code", code),
        ]);
        trial.post(ADDRESSES.1, &form)
    };
    let code = text(&codes, "/device_code");
    for (code, decided, error) in [
        (code.clone(), false, "authorization_pending"),
        (code, true, "authorization_declined"),
        ("guess".to_owned(), false, "bad_verification_code"),
    ] {
        if decided {
            let shown = text(&codes, "/user_code");
            assert!(trial.state().decide_device(Vendor::Microsoft, &shown, None));
        }
        let (status, reply) = json_of(poll(code)).await;
        assert_eq!((status, text(&reply, "/error")), (400, error.into()));
    }
}

#[tokio::test]
async fn pages_by_addresses_and_a_delta_tells_what_changed() {
    let trial = Trial::new(Vendor::Microsoft).await;
    trial.items(25);
    let access = text(&trial.connect(ADDRESSES, MAIL).await, "/access_token");
    let inbox = "/v1.0/me/mailFolders/inbox/messages/delta?$top=10";
    let (mut count, mut url) = (0, trial.url(inbox));
    let delta = loop {
        let (_, page) = json_of(trial.http.get(&url).bearer_auth(&access)).await;
        count += page["value"].as_array().unwrap().len();
        match page["@odata.nextLink"].as_str() {
            Some(next) => next.clone_into(&mut url),
            None => break text(&page, "/@odata.deltaLink"),
        }
    };
    assert_eq!(count, 25);
    trial.state().touch(Vendor::Microsoft, "messages", 3);
    let (_, changed) = json_of(trial.http.get(delta).bearer_auth(&access)).await;
    assert_eq!(changed["value"].as_array().unwrap().len(), 3);
    let teams = trial.get("/v1.0/me/joinedTeams", &access);
    assert_eq!(json_of(teams).await.0, 403, "the scope is missing");
}
