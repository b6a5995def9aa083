//! Postmark.

use serde_json::json;
use tagout::sandbox::Vendor;

use crate::client::{Trial, json_of};

#[tokio::test]
async fn knows_keys_made_by_hand_and_pages_by_offset() {
    let trial = Trial::new(Vendor::Postmark).await;
    let key = trial
        .state()
        .mint_api_key(Vendor::Postmark, "acme-bot")
        .unwrap();
    assert!(
        trial
            .state()
            .mint_api_key(Vendor::Postmark, "nobody")
            .is_none()
    );
    let ask = |path: &str, key: &str| {
        trial
            .http
            .get(trial.url(path))
            .header("X-Postmark-Server-Token", key)
    };
    assert_eq!(json_of(ask("/server", &key)).await.1["ID"], 1001);
    let (_, page) = json_of(ask("/messages/outbound?count=500&offset=2400", &key)).await;
    assert_eq!(
        (
            page["TotalCount"].as_u64(),
            page["Messages"].as_array().unwrap().len()
        ),
        (Some(2_500), 100)
    );
    assert_eq!(
        json_of(ask("/messages/outbound?count=500&offset=9501", &key))
            .await
            .0,
        422
    );
    let (status, reply) = json_of(ask("/server", "guess")).await;
    assert_eq!((status, &reply["ErrorCode"]), (401, &json!(10)));
}
