//! Shopify.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tagout::sandbox::{Endpoint, Fault, FaultMode, Vendor};

use crate::client::{Trial, json_of, text};

const AUTHORIZE: &str = "/admin/oauth/authorize";
const TOKEN: &str = "/admin/oauth/access_token";
const LEAVE: &str = "mutation { appUninstall { app { id } userErrors { field message } } }";

/// The client's id and secret, and what else there is, as JSON.
fn exchange(trial: &Trial, more: &[(&str, &str)]) -> RequestBuilder {
    let body = trial.signed_form(more);
    trial.http.post(trial.url(TOKEN)).json(&body)
}

async fn connected(trial: &Trial, scope: &str, expiring: bool) -> Value {
    let mut asked = trial.authorization();
    asked.retain(|name, _| !name.starts_with("code_challenge"));
    asked.insert("scope", scope.to_owned());
    let back = trial.authorize(AUTHORIZE, &asked).await;
    let code = crate::client::parameter(&back, "code").unwrap();
    let redirect = trial.redirect_uri();
    let mut more = vec![("code", code.as_str()), ("redirect_uri", &redirect)];
    more.extend(expiring.then_some(("expiring", "1")));
    let (status, reply) = json_of(exchange(trial, &more)).await;
    assert_eq!(status, 200, "{reply}");
    reply
}

fn shop(trial: &Trial, method: Method, path: &str, token: &str) -> RequestBuilder {
    let request = trial.http.request(method, trial.url(path));
    request.header("x-shopify-access-token", token)
}

fn ask(trial: &Trial, token: &str, body: &Value) -> RequestBuilder {
    shop(
        trial,
        Method::POST,
        "/admin/api/2026-07/graphql.json",
        token,
    )
    .json(body)
}

fn scopes(trial: &Trial, token: &str) -> RequestBuilder {
    shop(trial, Method::GET, "/admin/oauth/access_scopes.json", token)
}

#[tokio::test]
async fn the_mutation_ends_every_token_of_the_shop() {
    let trial = Trial::new(Vendor::Shopify).await;
    let first = connected(&trial, "read_customers,read_orders", true).await;
    assert_eq!(text(&first, "/scope"), "read_customers,read_orders");
    assert_eq!(first["expires_in"], 3600);
    let old = text(&first, "/access_token");
    let refresh = text(&first, "/refresh_token");
    let again = [("grant_type", "refresh_token"), ("refresh_token", &refresh)];
    let (_, second) = json_of(exchange(&trial, &again)).await;
    let new = text(&second, "/access_token");
    assert_ne!(text(&second, "/refresh_token"), refresh, "it rotates");
    for token in [&old, &new] {
        let (status, granted) = json_of(scopes(&trial, token)).await;
        assert_eq!(status, 200);
        assert_eq!(text(&granted, "/access_scopes/1/handle"), "read_orders");
    }

    let (status, left) = json_of(ask(&trial, &new, &json!({ "query": LEAVE }))).await;
    assert_eq!(
        (status, &left["data"]["appUninstall"]["userErrors"]),
        (200, &json!([]))
    );
    for token in [&old, &new, &text(&second, "/refresh_token")] {
        assert!(!trial.is_alive(token));
    }
    assert_eq!(json_of(scopes(&trial, &old)).await.0, 401);
    let (status, gone) = json_of(ask(&trial, &new, &json!({ "query": LEAVE }))).await;
    assert_eq!(status, 401);
    assert!(text(&gone, "/errors").contains("Invalid API key or access token"));
}

#[tokio::test]
async fn without_expiring_a_token_lives_for_ever_and_alone() {
    let trial = Trial::new(Vendor::Shopify).await;
    let reply = connected(&trial, "read_customers", false).await;
    assert_eq!(reply.get("refresh_token"), None);
    assert_eq!(reply.get("expires_in"), None);
    let token = text(&reply, "/access_token");
    let leave = shop(
        &trial,
        Method::DELETE,
        "/admin/api_permissions/current.json",
        &token,
    );
    assert_eq!(json_of(leave).await.0, 200, "the older call");
    assert!(!trial.is_alive(&token));
}

#[tokio::test]
async fn what_goes_wrong_is_told_with_200() {
    let trial = Trial::new(Vendor::Shopify).await;
    let token = text(
        &connected(&trial, "read_customers", true).await,
        "/access_token",
    );
    let leave = json!({ "query": LEAVE });
    for (mode, pointer, what) in [
        (
            FaultMode::RateLimited,
            "/errors/0/extensions/code",
            "THROTTLED",
        ),
        (
            FaultMode::ErrorInside,
            "/data/appUninstall/userErrors/0/message",
            "The app could not be uninstalled.",
        ),
    ] {
        let fault = Fault::new(Vendor::Shopify, Endpoint::Uninstall, mode);
        trial.state().inject(fault.times(1));
        let (status, refused) = json_of(ask(&trial, &token, &leave)).await;
        assert_eq!((status, text(&refused, pointer).as_str()), (200, what));
        assert!(trial.is_alive(&token));
    }
    let orders = connected(&trial, "read_orders", true).await;
    let list = json!({ "query": "{ customers(first: 5) { nodes { id } } }" });
    let (status, refused) = json_of(ask(&trial, &text(&orders, "/access_token"), &list)).await;
    assert_eq!(status, 200);
    assert_eq!(text(&refused, "/errors/0/extensions/code"), "ACCESS_DENIED");
}

#[tokio::test]
async fn lists_customers_in_pages_and_since_a_time() {
    let trial = Trial::new(Vendor::Shopify).await;
    trial.items(120);
    let token = text(
        &connected(&trial, "read_customers", true).await,
        "/access_token",
    );
    let query = "query ($after: String, $search: String) { customers(first: 50, after: $after, query: $search) \
                 { nodes { id updatedAt } pageInfo { hasNextPage endCursor } } }";
    let (mut ids, mut after) = (Vec::new(), Value::Null);
    loop {
        let body = json!({ "query": query, "variables": { "after": after } });
        let (_, page) = json_of(ask(&trial, &token, &body)).await;
        let page = &page["data"]["customers"];
        ids.extend(
            page["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|node| text(node, "/id")),
        );
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    ids.dedup();
    assert_eq!(ids.len(), 120);
    trial.state().touch(Vendor::Shopify, "customers", 2);
    let since = json!({ "search": "updated_at:>'2026-06-01T00:00:00Z'" });
    let body = json!({ "query": query, "variables": since });
    let (_, page) = json_of(ask(&trial, &token, &body)).await;
    assert_eq!(
        page["data"]["customers"]["nodes"].as_array().unwrap().len(),
        2
    );
}
