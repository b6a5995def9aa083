//! Events that are signed with the address they are sent to, where a proxy stands before the server.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use reqwest::StatusCode;
use ring::hmac;

use crate::house::{BOT, House, MUTE};
use crate::webhooks::endpoint;

/// Of the client that the sandbox knows.
const CLIENT_SECRET: &str = "sandbox-ledger-secret";
const BODY: &str = r#"[{"eventId":1}]"#;

/// A delivery that is signed as HubSpot does it (v3): with the method and the address that the vendor was given.
async fn send(address: &str, to: &str) -> StatusCode {
    let at = Timestamp::now().as_millisecond().to_string();
    let key = hmac::Key::new(hmac::HMAC_SHA256, CLIENT_SECRET.as_bytes());
    let tag = hmac::sign(&key, format!("POST{address}{BODY}{at}").as_bytes());
    let request = reqwest::Client::new()
        .post(to)
        .header("X-HubSpot-Signature-v3", BASE64_STANDARD.encode(tag))
        .header("X-HubSpot-Request-Timestamp", at)
        .body(BODY);
    request.send().await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_is_the_address_that_vendors_reach() {
    let mut house = House::new().await;
    let hook = "\n[webhook]\nsignature = \"hubspot-v3\"\n";
    let file = MUTE.replace("mute", "signing");
    house.add(&format!("{file}{hook}")).await;
    let connection = house.connect("signing", BOT).await;
    let direct = endpoint(&house, &connection).await.url;
    assert_eq!(send(&direct, &direct).await, StatusCode::OK);

    let at = url::Url::parse(&direct).unwrap();
    let config = format!(
        "http = \"{}\"\npublic_url = \"https://hooks.example.com/in/\"\n",
        at.authority()
    );
    std::fs::write(house.config(), config).unwrap();
    house.restart().await;
    let public = endpoint(&house, &connection).await;
    let address = format!("https://hooks.example.com/in/webhooks/{}", public.id);
    assert_eq!(public.url, address);
    assert_eq!(send(&address, &direct).await, StatusCode::OK);
    assert_eq!(send(&direct, &direct).await, StatusCode::UNAUTHORIZED);
}
