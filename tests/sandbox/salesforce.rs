//! Salesforce.

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tagout::sandbox::Vendor;

use crate::client::{Parameters, Trial, json_of, text};

const ADDRESSES: (&str, &str) = ("/services/oauth2/authorize", "/services/oauth2/token");

fn at_instance(trial: &Trial, reply: &Value, path: &str) -> RequestBuilder {
    let url = format!("{}{path}", text(reply, "/instance_url"));
    let request = trial.http.get(url);
    request.bearer_auth(text(reply, "/access_token"))
}

fn revoke(trial: &Trial, reply: &Value, token: &str) -> RequestBuilder {
    let url = format!("{}/services/oauth2/revoke", text(reply, "/instance_url"));
    let form = Parameters::from([("token", token.to_owned())]);
    trial.http.post(url).form(&form)
}

const LIMITS: &str = "/services/data/v61.0/limits";

#[tokio::test]
async fn a_refresh_token_takes_its_access_tokens_along_and_an_access_token_goes_alone() {
    let trial = Trial::new(Vendor::Salesforce).await;
    let reply = trial.connect(ADDRESSES, "api refresh_token").await;
    let refresh = text(&reply, "/refresh_token");
    let (_, second) = json_of(trial.refresh(ADDRESSES.1, &refresh)).await;
    assert_eq!(second.get("refresh_token"), None, "it stays the same");
    assert_eq!(second.get("expires_in"), None, "the classic reply");
    let access = text(&reply, "/access_token");
    assert_eq!(json_of(at_instance(&trial, &reply, LIMITS)).await.0, 200);

    assert_eq!(json_of(revoke(&trial, &reply, &access)).await.0, 200);
    let (status, dead) = json_of(at_instance(&trial, &reply, LIMITS)).await;
    assert_eq!(
        (status, text(&dead, "/0/errorCode")),
        (401, "INVALID_SESSION_ID".into())
    );
    assert!(trial.is_alive(&refresh));
    let (_, me) = json_of(at_instance(&trial, &second, "/services/oauth2/userinfo")).await;
    assert_eq!(text(&me, "/preferred_username"), "carol@acme.example");
    let identity = trial.http.get(text(&reply, "/id"));
    let identity = identity.bearer_auth(text(&second, "/access_token"));
    assert_eq!(json_of(identity).await.1["user_id"], me["user_id"]);

    assert_eq!(json_of(revoke(&trial, &reply, &refresh)).await.0, 200);
    let dead = at_instance(&trial, &second, "/services/oauth2/userinfo");
    let dead = dead.send().await.unwrap();
    assert_eq!(dead.status(), 403);
    assert_eq!(dead.text().await.unwrap(), "Bad_OAuth_Token");
    let (status, refused) = json_of(trial.refresh(ADDRESSES.1, &refresh)).await;
    assert_eq!(
        (status, text(&refused, "/error")),
        (400, "invalid_grant".into())
    );
}

#[tokio::test]
async fn every_refusal_of_the_revocation_is_400() {
    let trial = Trial::new(Vendor::Salesforce).await;
    let reply = trial.connect(ADDRESSES, "api refresh_token").await;
    let access = text(&reply, "/access_token");
    json_of(revoke(&trial, &reply, &access)).await;
    for (token, error) in [
        (access.as_str(), "invalid_token"),
        ("5Aep861never", "invalid_token"),
        ("something else", "unsupported_token_type"),
    ] {
        let (status, refused) = json_of(revoke(&trial, &reply, token)).await;
        assert_eq!((status, text(&refused, "/error")), (400, error.into()));
    }
}

#[tokio::test]
async fn a_wrong_client_is_400_too_and_no_refresh_token_comes_unasked() {
    let trial = Trial::new(Vendor::Salesforce).await;
    for (name, wrong, error) in [
        ("client_secret", "guess", "invalid_client"),
        ("client_id", "guess", "invalid_client_id"),
    ] {
        let mut form = trial.redemption(&trial.code(ADDRESSES.0, "carol", "api").await);
        form.insert(name, wrong.to_owned());
        let (status, refused) = json_of(trial.post(ADDRESSES.1, &form)).await;
        assert_eq!((status, text(&refused, "/error")), (400, error.into()));
    }
    let reply = trial.connect(ADDRESSES, "api").await;
    assert_eq!(reply.get("refresh_token"), None);
    let form = trial.signed_form(&[("token", &text(&reply, "/access_token"))]);
    let ask = || trial.post("/services/oauth2/introspect", &form);
    assert_eq!(json_of(ask()).await.1["active"], true);
    json_of(revoke(&trial, &reply, &form["token"])).await;
    assert_eq!(json_of(ask()).await.1, json!({ "active": false }));
}

#[tokio::test]
async fn pages_by_paths_at_the_root_of_the_instance() {
    let trial = Trial::new(Vendor::Salesforce).await;
    trial.items(450);
    let reply = trial.connect(ADDRESSES, "api").await;
    let query = "SELECT Id, Name, SystemModstamp FROM Contact WHERE SystemModstamp > \
                 2025-01-01T00:00:00Z ORDER BY SystemModstamp";
    let first = at_instance(&trial, &reply, "/services/data/v61.0/query").query(&[("q", query)]);
    let (mut ids, mut request) = (Vec::new(), first);
    loop {
        let request_now = request.header("sforce-query-options", "batchSize=200");
        let (_, page) = json_of(request_now).await;
        assert_eq!(page["totalSize"], 450);
        let records = page["records"].as_array().unwrap();
        ids.extend(records.iter().map(|record| text(record, "/Id")));
        if page["done"] == true {
            break;
        }
        request = at_instance(&trial, &reply, &text(&page, "/nextRecordsUrl"));
    }
    ids.dedup();
    assert_eq!(ids.len(), 450);
    let open = trial
        .http
        .get(format!("{}/services/data", trial.sandbox.base_url()));
    assert_eq!(json_of(open).await.0, 200, "no probe");
}
