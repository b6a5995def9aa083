//! Pipedrive.

use reqwest::RequestBuilder;
use serde_json::Value;
use tagout::sandbox::{KilledBy, Vendor, fingerprint};

use crate::client::{Parameters, Trial, json_of, text};

const TOKEN: &str = "/oauth/token";

/// A form with the client's secret in the header, as this vendor wants it.
fn post(trial: &Trial, path: &str, pairs: &[(&'static str, &str)]) -> RequestBuilder {
    let form: Parameters<'_> = pairs
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect();
    trial
        .post(path, &form)
        .basic_auth(trial.client_id(), Some(trial.secret()))
}

async fn connect(trial: &Trial) -> Value {
    let code = trial.code("/oauth/authorize", "carol", "deals:read").await;
    let mut form = trial.redemption(&code);
    form.remove("client_secret");
    let request = trial.post(TOKEN, &form);
    let request = request.basic_auth(trial.client_id(), Some(trial.secret()));
    let (status, reply) = json_of(request).await;
    assert_eq!(status, 200, "{reply}");
    reply
}

fn me(trial: &Trial, reply: &Value) -> RequestBuilder {
    let url = format!("{}/api/v1/users/me", text(reply, "/api_domain"));
    let request = trial.http.get(url);
    request.bearer_auth(text(reply, "/access_token"))
}

#[tokio::test]
async fn an_access_token_goes_alone_and_a_refresh_token_takes_the_installation_along() {
    let trial = Trial::new(Vendor::Pipedrive).await;
    let [first, second] = [connect(&trial).await, connect(&trial).await];
    let access = text(&first, "/access_token");
    let refresh = text(&first, "/refresh_token");
    assert_eq!(json_of(me(&trial, &first)).await.0, 200);
    let revoke = |token: &str, hint: &'static str| {
        let form = [("token", token), ("token_type_hint", hint)];
        post(&trial, "/oauth/revoke", &form)
    };
    assert_eq!(json_of(revoke(&access, "access_token")).await.0, 200);
    let (status, dead) = json_of(me(&trial, &first)).await;
    assert_eq!((status, &dead["success"]), (401, &Value::Bool(false)));
    assert!(trial.is_alive(&refresh), "the app stays installed");
    assert_eq!(json_of(me(&trial, &second)).await.0, 200);

    // The hint is wrong and does not help.
    assert_eq!(json_of(revoke(&refresh, "access_token")).await.0, 200);
    assert_eq!(json_of(me(&trial, &second)).await.0, 401);
    let views = trial.state().tokens(Vendor::Pipedrive);
    let other = fingerprint(&text(&second, "/refresh_token"));
    let other = views.iter().find(|view| view.fingerprint == other).unwrap();
    assert_eq!(other.killed_by, Some(KilledBy::Uninstalled));
    let again = [("grant_type", "refresh_token"), ("refresh_token", &refresh)];
    let (status, refused) = json_of(post(&trial, TOKEN, &again)).await;
    assert_eq!(
        (status, text(&refused, "/error")),
        (400, "invalid_grant".into())
    );
    for gone in [refresh.as_str(), "never issued"] {
        assert_eq!(json_of(revoke(gone, "refresh_token")).await.0, 200);
    }
}

#[tokio::test]
async fn a_wrong_client_is_no_token_that_is_gone_and_kills_nothing() {
    let trial = Trial::new(Vendor::Pipedrive).await;
    let refresh = text(&connect(&trial).await, "/refresh_token");
    let form = Parameters::from([("token", refresh.clone())]);
    let wrong = trial.post("/oauth/revoke", &form);
    let wrong = wrong.basic_auth(trial.client_id(), Some("guess"));
    let (status, reply) = json_of(wrong).await;
    assert_eq!(
        (status, text(&reply, "/error")),
        (400, "invalid_client".into())
    );
    let in_body = trial.signed_form(&[("token", &refresh)]);
    assert_eq!(
        json_of(trial.post("/oauth/revoke", &in_body)).await.0,
        400,
        "Basic only"
    );
    assert!(trial.is_alive(&refresh));
}

#[tokio::test]
async fn lists_at_the_host_of_its_own_company() {
    let trial = Trial::new(Vendor::Pipedrive).await;
    trial.items(120);
    let reply = connect(&trial).await;
    let access = text(&reply, "/access_token");
    let deals = format!("{}/api/v2/deals", text(&reply, "/api_domain"));
    let (mut ids, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let mut request = trial.http.get(&deals).query(&[("limit", "50")]);
        if let Some(cursor) = &cursor {
            request = request.query(&[("cursor", cursor)]);
        }
        let (_, page) = json_of(request.bearer_auth(&access)).await;
        let list = page["data"].as_array().unwrap();
        ids.extend(list.iter().map(|deal| deal["id"].as_u64().unwrap()));
        let next = page["additional_data"]["next_cursor"].as_str();
        cursor = next.map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(ids, (1..=120).collect::<Vec<u64>>());
    let elsewhere = deals.replace("carol-company", "acme-bot-company");
    let elsewhere = trial.http.get(elsewhere).bearer_auth(&access);
    assert_eq!(json_of(elsewhere).await.0, 401);
}
