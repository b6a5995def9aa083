//! GitHub, as an OAuth app sees it.

use serde_json::{Value, json};
use tagout::sandbox::{Client, SettingsChange, Vendor};

use crate::client::{Trial, VERIFIER, json_of, text};

/// Where a person is asked, and where a code is redeemed.
const ADDRESSES: (&str, &str) = ("/login/oauth/authorize", "/login/oauth/access_token");

fn app_call(trial: &Trial, method: &str, what: &str, token: &str) -> reqwest::RequestBuilder {
    let url = trial.url(&format!("/api/applications/{}/{what}", trial.client_id()));
    let request = trial.http.request(method.parse().unwrap(), url);
    request
        .basic_auth(trial.client_id(), Some(trial.secret()))
        .json(&json!({ "access_token": token }))
}

#[tokio::test]
async fn answers_errors_with_200_and_form_encoded_unless_asked() {
    let trial = Trial::new(Vendor::Github).await;
    let mut form = trial.redemption(&trial.code(ADDRESSES.0, "carol", "repo").await);
    form.insert("code_verifier", VERIFIER.replace('d', "e"));
    let (status, reply) = json_of(trial.post(ADDRESSES.1, &form)).await;
    assert_eq!(
        (status, text(&reply, "/error")),
        (200, "bad_verification_code".into())
    );
    let form = trial.redemption(&trial.code(ADDRESSES.0, "carol", "repo read:org").await);
    let reply = trial
        .http
        .post(trial.url(ADDRESSES.1))
        .form(&form)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        reply.starts_with("access_token=gho_") && reply.contains("scope=repo%2Cread%3Aorg"),
        "{reply}"
    );
    let again = trial.post(ADDRESSES.1, &form);
    assert_eq!(
        text(&json_of(again).await.1, "/error"),
        "bad_verification_code"
    );
}

#[tokio::test]
async fn deletes_one_token_or_the_whole_grant() {
    let trial = Trial::new(Vendor::Github).await;
    let [first, second] = [
        trial.connect(ADDRESSES, "repo").await,
        trial.connect(ADDRESSES, "repo").await,
    ];
    let [first, second] = [
        text(&first, "/access_token"),
        text(&second, "/access_token"),
    ];
    assert_eq!(
        json_of(app_call(&trial, "POST", "token", &first)).await.0,
        200
    );
    assert_eq!(
        json_of(app_call(&trial, "DELETE", "token", &first)).await.0,
        204
    );
    assert_eq!(
        json_of(app_call(&trial, "DELETE", "token", &first)).await.0,
        404,
        "already gone"
    );
    assert_eq!(
        json_of(app_call(&trial, "POST", "token", &first)).await.0,
        404
    );
    let (status, reply) = json_of(trial.get("/api/user", &first)).await;
    assert_eq!(
        (status, text(&reply, "/message")),
        (401, "Bad credentials".into())
    );
    assert_eq!(json_of(trial.get("/api/user", &second)).await.0, 200);
    let third = text(&trial.connect(ADDRESSES, "repo").await, "/access_token");
    assert_eq!(
        json_of(app_call(&trial, "DELETE", "grant", &second))
            .await
            .0,
        204
    );
    assert_eq!(json_of(trial.get("/api/user", &third)).await.0, 401);
}

#[tokio::test]
async fn tells_a_wrong_app_from_a_dead_token() {
    let trial = Trial::new(Vendor::Github).await;
    let token = text(&trial.connect(ADDRESSES, "repo").await, "/access_token");
    let body = json!({ "access_token": token });
    let url = trial.url("/api/applications/sandbox-github/token");
    let wrong = trial
        .http
        .delete(url)
        .basic_auth(trial.client_id(), Some("guess"))
        .json(&body);
    assert_eq!(json_of(wrong).await.0, 401);
    let mut other = Client::preset(Vendor::Github);
    other.client_id = "other".to_owned();
    trial.state().register(Vendor::Github, other);
    let url = trial.url("/api/applications/other/token");
    let foreign = trial
        .http
        .delete(url)
        .basic_auth("other", Some(trial.secret()))
        .json(&body);
    assert_eq!(json_of(foreign).await.0, 404);
    assert_eq!(json_of(trial.get("/api/user", &token)).await.0, 200);
}

#[tokio::test]
async fn takes_leaked_tokens_from_anybody_but_not_with_authentication() {
    let trial = Trial::new(Vendor::Github).await;
    let token = text(&trial.connect(ADDRESSES, "repo").await, "/access_token");
    let report = || {
        trial
            .http
            .post(trial.url("/api/credentials/revoke"))
            .json(&json!({ "credentials": [token] }))
    };
    assert_eq!(json_of(report().bearer_auth(&token)).await.0, 403);
    assert_eq!(json_of(trial.get("/api/user", &token)).await.0, 200);
    assert_eq!(json_of(report()).await.0, 202);
    assert_eq!(json_of(trial.get("/api/user", &token)).await.0, 401);
}

#[tokio::test]
async fn lists_by_link_header() {
    let trial = Trial::new(Vendor::Github).await;
    trial.state().configure(
        Vendor::Github,
        SettingsChange {
            items: Some(250),
            ..SettingsChange::default()
        },
    );
    let token = text(&trial.connect(ADDRESSES, "repo").await, "/access_token");
    let mut url =
        Some(trial.url("/api/repos/acme/site/issues?state=all&direction=asc&per_page=100"));
    let mut numbers = Vec::new();
    while let Some(page) = url {
        let answer = trial
            .http
            .get(page)
            .bearer_auth(&token)
            .send()
            .await
            .unwrap();
        assert!(answer.headers().contains_key("x-github-request-id"));
        assert_eq!(answer.headers()["x-ratelimit-limit"], "5000");
        let link = answer
            .headers()
            .get("link")
            .map(|link| link.to_str().unwrap().to_owned());
        url = link.and_then(|link| {
            Some(
                link.split_once(">; rel=\"next\"")?
                    .0
                    .trim_start_matches('<')
                    .to_owned(),
            )
        });
        let list: Vec<Value> = answer.json().await.unwrap();
        numbers.extend(list.iter().map(|issue| issue["number"].as_u64().unwrap()));
    }
    assert_eq!(numbers, (1..=250).collect::<Vec<u64>>());
}

#[tokio::test]
async fn ends_the_older_access_token_with_a_refresh() {
    let trial = Trial::new(Vendor::Github).await;
    trial.expire();
    let first = trial.connect(ADDRESSES, "repo").await;
    let refresh = text(&first, "/refresh_token");
    let form = trial.signed_form(&[("grant_type", "refresh_token"), ("refresh_token", &refresh)]);
    let (_, second) = json_of(trial.post(ADDRESSES.1, &form)).await;
    assert_eq!(second["expires_in"], 600);
    assert_eq!(
        json_of(trial.get("/api/user", &text(&first, "/access_token")))
            .await
            .0,
        401
    );
    assert_eq!(
        json_of(trial.get("/api/user", &text(&second, "/access_token")))
            .await
            .0,
        200
    );
    assert_eq!(
        text(&json_of(trial.post(ADDRESSES.1, &form)).await.1, "/error"),
        "bad_refresh_token"
    );
}
