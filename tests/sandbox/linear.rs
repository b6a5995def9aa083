//! Linear.

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tagout::sandbox::{Endpoint, Fault, FaultMode, Vendor};

use crate::client::{Parameters, Trial, VERIFIER, json_of, text};

const ADDRESSES: (&str, &str) = ("/oauth/authorize", "/oauth/token");

fn ask(trial: &Trial, token: &str, body: &Value) -> RequestBuilder {
    let request = trial.http.post(trial.url("/graphql"));
    request.bearer_auth(token).json(body)
}

fn viewer(trial: &Trial, token: &str) -> RequestBuilder {
    ask(trial, token, &json!({ "query": "{ viewer { id email } }" }))
}

fn revoke(trial: &Trial, token: &str) -> RequestBuilder {
    let form = Parameters::from([("token", token.to_owned())]);
    trial.post("/oauth/revoke", &form)
}

#[tokio::test]
async fn each_token_dies_alone_and_needs_no_client() {
    let trial = Trial::new(Vendor::Linear).await;
    let reply = trial.connect(ADDRESSES, "write,issues:create").await;
    assert_eq!(text(&reply, "/scope"), "read write issues:create");
    assert_eq!(reply["expires_in"], 86_399);
    let access = text(&reply, "/access_token");
    let refresh = text(&reply, "/refresh_token");
    let (_, me) = json_of(viewer(&trial, &access)).await;
    assert_eq!(text(&me, "/data/viewer/email"), "carol@acme.example");

    assert_eq!(json_of(revoke(&trial, &refresh)).await.0, 200);
    assert_eq!(json_of(viewer(&trial, &access)).await.0, 200, "no cascade");
    let (status, refused) = json_of(trial.refresh(ADDRESSES.1, &refresh)).await;
    assert_eq!(
        (status, text(&refused, "/error")),
        (400, "invalid_grant".into())
    );
    assert_eq!(json_of(revoke(&trial, &access)).await.0, 200);
    assert_eq!(json_of(revoke(&trial, &access)).await.0, 400, "gone");
    assert_eq!(json_of(revoke(&trial, "lin_oauth_guess")).await.0, 401);
    let (status, dead) = json_of(viewer(&trial, &access)).await;
    let code = text(&dead, "/errors/0/extensions/code");
    assert_eq!((status, code.as_str()), (401, "AUTHENTICATION_ERROR"));
}

#[tokio::test]
async fn the_older_ways_to_revoke_are_not_mixed_with_the_newer() {
    let trial = Trial::new(Vendor::Linear).await;
    let access = text(&trial.connect(ADDRESSES, "read").await, "/access_token");
    let mixed = revoke(&trial, &access).bearer_auth(&access);
    assert_eq!(json_of(mixed).await.0, 400);
    assert!(trial.is_alive(&access));
    let alone = trial.http.post(trial.url("/oauth/revoke"));
    assert_eq!(json_of(alone.bearer_auth(&access)).await.0, 200);
    assert!(!trial.is_alive(&access));
}

#[tokio::test]
async fn a_rate_limit_at_the_revocation_has_the_status_of_a_token_that_is_gone() {
    let trial = Trial::new(Vendor::Linear).await;
    let access = text(&trial.connect(ADDRESSES, "read").await, "/access_token");
    let fault = Fault::new(Vendor::Linear, Endpoint::Revoke, FaultMode::RateLimited);
    trial.state().inject(fault.times(1));
    let answer = revoke(&trial, &access).send().await.unwrap();
    assert_eq!(answer.status(), 400);
    assert!(answer.headers().contains_key("x-ratelimit-requests-reset"));
    assert!(trial.is_alive(&access));
    assert_eq!(json_of(revoke(&trial, &access)).await.0, 200);
}

#[tokio::test]
async fn a_refresh_may_be_repeated_until_its_outcome_is_revoked() {
    let trial = Trial::new(Vendor::Linear).await;
    let first = text(&trial.connect(ADDRESSES, "read").await, "/refresh_token");
    let (_, second) = json_of(trial.refresh(ADDRESSES.1, &first)).await;
    assert_ne!(text(&second, "/refresh_token"), first, "rotates");
    let (status, third) = json_of(trial.refresh(ADDRESSES.1, &first)).await;
    assert_eq!(status, 200, "within the half hour");
    for refresh in [&second, &third] {
        json_of(revoke(&trial, &text(refresh, "/refresh_token"))).await;
    }
    assert_eq!(json_of(trial.refresh(ADDRESSES.1, &first)).await.0, 400);
}

#[tokio::test]
async fn a_verifier_stands_for_the_secret_but_not_beside_a_wrong_one() {
    let trial = Trial::new(Vendor::Linear).await;
    let mut form = trial.redemption(&trial.code(ADDRESSES.0, "carol", "read").await);
    form.insert("client_secret", "guess".to_owned());
    let (status, reply) = json_of(trial.post(ADDRESSES.1, &form)).await;
    assert_eq!(
        (status, text(&reply, "/error")),
        (401, "invalid_client".into())
    );
    form.remove("client_secret");
    assert_eq!(form["code_verifier"], VERIFIER);
    assert_eq!(json_of(trial.post(ADDRESSES.1, &form)).await.0, 200);
}

#[tokio::test]
async fn pages_by_variables_and_says_what_is_wrong_with_200() {
    let trial = Trial::new(Vendor::Linear).await;
    trial.items(120);
    let access = text(&trial.connect(ADDRESSES, "read").await, "/access_token");
    let query = "query($after: String, $since: DateTimeOrDuration) { issues(first: 50, after: $after, \
                 filter: { updatedAt: { gte: $since } }, includeArchived: true) \
                 { nodes { id title updatedAt } pageInfo { hasNextPage endCursor } } }";
    let (mut ids, mut after) = (Vec::new(), Value::Null);
    loop {
        let body = json!({ "query": query, "variables": { "after": after, "since": null } });
        let (_, page) = json_of(ask(&trial, &access, &body)).await;
        let page = &page["data"]["issues"];
        let nodes = page["nodes"].as_array().unwrap();
        ids.extend(nodes.iter().map(|node| text(node, "/id")));
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    ids.dedup();
    assert_eq!(ids.len(), 120);
    trial.state().touch(Vendor::Linear, "issues", 2);
    let since = json!({ "since": "2026-06-01T00:00:00Z" });
    let (_, page) = json_of(ask(
        &trial,
        &access,
        &json!({ "query": query, "variables": since }),
    ))
    .await;
    assert_eq!(page["data"]["issues"]["nodes"].as_array().unwrap().len(), 2);
    let large = json!({ "query": "{ issues(first:251) { nodes { id } } }" });
    let (status, refused) = json_of(ask(&trial, &access, &large)).await;
    assert_eq!((status, &refused["data"]), (200, &Value::Null));
    assert_eq!(text(&refused, "/errors/0/extensions/code"), "INVALID_INPUT");
}
