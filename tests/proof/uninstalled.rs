//! A vendor that says at our redirect URI that our app was uninstalled, as Pipedrive does: noticed, and proven by asking.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tagout::domain::connection::Status;
use tagout::sandbox::{Vendor, Victim};
use tagout::wire::view;

use crate::house::{BOT, CAROL, House, MUTE};
use crate::webhooks::{endpoint, entry};

const SECRET: &str = "sandbox-ledger-secret";

/// A vendor that tells of uninstallations, whose client is the sandbox's.
fn telling() -> String {
    let hook = "\n[webhook]\nsignature = \"none\"\nuninstall = { account = \"/company_id\" }\n";
    format!("{MUTE}{hook}").replace("mute", "telling")
}

/// Says it, as this client.
async fn says(url: &str, secret: &str, body: &Value) -> StatusCode {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http.request(Method::DELETE, url).body(body.to_string());
    let request = request.basic_auth("sandbox-ledger", Some(secret));
    request.send().await.unwrap().status()
}

/// A house with that vendor, a connection there, and our redirect URI as the listener for vendors has it.
async fn telling_house() -> (House, view::Connection, String) {
    let mut house = House::new().await;
    house.add(&telling()).await;
    let connection = house.connect("telling", BOT).await;
    let endpoint = endpoint(&house, &connection).await;
    let (listener, _) = endpoint.url.split_once("/webhooks/").unwrap();
    let url = format!("{listener}/callback/telling");
    (house, connection, url)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uninstallation_is_noticed_and_proven_by_asking() {
    let (mut house, connection, url) = telling_house().await;
    let other = house.connect("telling", CAROL).await;
    let whose = Victim::Account(BOT.to_owned());
    assert!(house.sandbox.state().kill(Vendor::Ledger, &whose) > 0);
    let body = json!({ "company_id": connection.account.id });
    let status = says(&url, SECRET, &body).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(house.count("connection.notice").await, 1);
    let settled = entry(&mut house, "connection.notice_settled").await;
    assert_eq!(settled.detail["settled"], "confirmed");
    let now = house.connection(connection.id.as_str()).await;
    assert_eq!(now.status, Status::ReconnectRequired);
    let other = house.connection(other.id.as_str()).await;
    assert_eq!(
        (other.status, other.reason.as_str()),
        (Status::Connected, "")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_says_is_not_taken() {
    let (house, connection, url) = telling_house().await;
    let body = json!({ "company_id": connection.account.id });
    let wrong = says(&url, "another-secret", &body).await;
    assert_eq!(wrong, StatusCode::UNAUTHORIZED);
    // A provider whose file says nothing of it is told nothing this way.
    let silent = url.replace("/telling", "/ledger");
    let silent = says(&silent, SECRET, &body).await;
    assert_eq!(silent, StatusCode::METHOD_NOT_ALLOWED);
    let nobody = json!({ "company_id": "another-account" });
    assert_eq!(says(&url, SECRET, &nobody).await, StatusCode::OK);
    assert_eq!(
        says(&url, SECRET, &json!({})).await,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(house.count("connection.notice").await, 0);
    let now = house.connection(connection.id.as_str()).await;
    assert_eq!((now.status, now.reason.as_str()), (Status::Connected, ""));
}
