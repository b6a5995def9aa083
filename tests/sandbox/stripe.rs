//! Stripe Connect.

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tagout::sandbox::{Client, Vendor};

use crate::client::{Trial, json_of, text};

const ADDRESSES: (&str, &str) = ("/oauth/authorize", "/oauth/token");

fn deauthorize(trial: &Trial, key: &str, client_id: &str, account: &str) -> RequestBuilder {
    trial
        .http
        .post(trial.url("/oauth/deauthorize"))
        .bearer_auth(key)
        .form(&[("client_id", client_id), ("stripe_user_id", account)])
}

/// The account as the platform reaches it.
fn of_account(trial: &Trial, key: &str, account: &str) -> RequestBuilder {
    trial
        .get("/v1/account", key)
        .header("stripe-account", account)
}

#[tokio::test]
async fn deauthorizing_ends_everything_of_the_account_and_nothing_of_another() {
    let trial = Trial::new(Vendor::Stripe).await;
    let first = trial.connect(ADDRESSES, "read_write").await;
    let second = trial.connect(ADDRESSES, "read_write").await;
    let code = trial.code(ADDRESSES.0, "acme-bot", "read_write").await;
    let (_, other) = json_of(trial.post(ADDRESSES.1, &trial.redemption(&code))).await;
    let (id, key) = (text(&first, "/stripe_user_id"), trial.secret());
    assert_eq!(first["expires_in"], Value::Null, "tokens do not expire");
    let (status, reply) = json_of(of_account(&trial, &key, &id)).await;
    assert_eq!((status, text(&reply, "/id")), (200, id.clone()));

    let client = trial.client_id();
    let (status, reply) = json_of(deauthorize(&trial, &key, &client, &id)).await;
    assert_eq!((status, reply), (200, json!({ "stripe_user_id": id })));
    for token in [&first, &second] {
        assert!(!trial.is_alive(&text(token, "/access_token")));
        assert!(!trial.is_alive(&text(token, "/refresh_token")));
    }
    assert!(trial.is_alive(&text(&other, "/access_token")));
    let (status, reply) = json_of(of_account(&trial, &key, &id)).await;
    assert_eq!(
        (status, text(&reply, "/error/code")),
        (403, "account_invalid".into())
    );
    let own = trial.get("/v1/account", &text(&first, "/access_token"));
    assert_eq!(json_of(own).await.0, 401);

    let (status, reply) = json_of(deauthorize(&trial, &key, &client, &id)).await;
    assert_eq!(
        (status, text(&reply, "/error")),
        (401, "invalid_client".into())
    );
    assert!(
        text(&reply, "/error_description").contains("is not connected to stripe account"),
        "already gone: {reply}"
    );
}

#[tokio::test]
async fn only_words_tell_a_wrong_client_from_an_account_that_is_gone() {
    let trial = Trial::new(Vendor::Stripe).await;
    let reply = trial.connect(ADDRESSES, "read_only").await;
    let (id, key) = (text(&reply, "/stripe_user_id"), trial.secret());
    for (key, client) in [
        (key.as_str(), "ca_other"),
        ("sk_test_guess", "sandbox-stripe"),
    ] {
        let (status, reply) = json_of(deauthorize(&trial, key, client, &id)).await;
        assert_eq!(
            (status, text(&reply, "/error")),
            (401, "invalid_client".into())
        );
        assert!(!text(&reply, "/error_description").contains("is not connected"));
    }
    assert!(trial.is_alive(&text(&reply, "/access_token")));
    assert_eq!(
        json_of(of_account(&trial, "sk_test_guess", &id)).await.0,
        401
    );
    // The key of another platform works, but not for this account.
    let mut other = Client::preset(Vendor::Stripe);
    other.client_id = "ca_other".to_owned();
    other.client_secret = Some("sk_test_other".to_owned());
    trial.state().register(Vendor::Stripe, other);
    let own = trial.get("/v1/account", "sk_test_other");
    assert_eq!(json_of(own).await.0, 200);
    assert_eq!(
        json_of(of_account(&trial, "sk_test_other", &id)).await.0,
        403
    );
    let (_, refused) = json_of(deauthorize(&trial, "sk_test_other", "ca_other", &id)).await;
    assert!(text(&refused, "/error_description").contains("is not connected"));
    assert!(trial.is_alive(&text(&reply, "/access_token")));
}

#[tokio::test]
async fn pages_by_the_last_id() {
    let trial = Trial::new(Vendor::Stripe).await;
    trial.items(25);
    let reply = trial.connect(ADDRESSES, "read_only").await;
    let access = text(&reply, "/access_token");
    let (mut ids, mut path) = (Vec::new(), "/v1/customers?limit=10".to_owned());
    loop {
        let (_, page) = json_of(trial.get(&path, &access)).await;
        let list = page["data"].as_array().unwrap();
        ids.extend(list.iter().map(|customer| text(customer, "/id")));
        if page["has_more"] == false {
            break;
        }
        path = format!(
            "/v1/customers?limit=10&starting_after={}",
            ids.last().unwrap()
        );
    }
    let all: Vec<String> = (1..=25).map(|number| format!("cus_{number:08}")).collect();
    assert_eq!(ids, all);
}
