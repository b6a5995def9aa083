//! What is seen of an execution while it runs, and of what it brought.

use serde_json::json;
use tagout::wire::rpc;
use tagout::wire::view;

use crate::house::House;
use crate::vendor::{page, things};

const CURSOR: &str = r#"page = { style = "cursor", param = "cursor", next = "/next" }"#;

#[tokio::test]
async fn an_execution_tells_what_came_of_each_page() {
    let mut house = House::with(CURSOR).await;
    house
        .vendor
        .list(|query| match query.get("cursor").map(String::as_str) {
            None => page(json!({ "items": things(1..=10), "next": "P2" })),
            _ => page(json!({ "items": [{ "id": 11 }, { "name": "no id" }], "next": null })),
        });
    let told = async |house: &House, it: view::Execution| {
        let pages = house.ask(rpc::ExecutionPages { execution: it.id }).await;
        let counts = pages.into_iter().map(|it| {
            let counts = [it.received, it.changed, it.unchanged, it.failed];
            (it.number, counts, it.position)
        });
        counts.collect::<Vec<_>>()
    };
    let first = house.pulled().await;
    let expected = [
        (2, [2, 1, 0, 1], None),
        (1, [10, 10, 0, 0], Some("P2".to_owned())),
    ];
    assert_eq!(told(&house, first.clone()).await, expected);
    let again = house.pulled().await;
    let expected = [
        (2, [2, 0, 1, 1], None),
        (1, [10, 0, 10, 0], Some("P2".to_owned())),
    ];
    assert_eq!(told(&house, again).await, expected);
    assert_eq!(told(&house, first).await.len(), 2, "it is still remembered");
}

#[tokio::test]
async fn a_record_leads_to_its_page_at_the_vendor_and_to_nothing_else() {
    let mut house = House::with("link = \"/page\"").await;
    // As long as those of Outlook are.
    let long = format!("https://outlook.example/owa/?ItemID={}", "A".repeat(200));
    let said = long.clone();
    house.vendor.list(move |_| {
        let long = said.clone();
        page(json!({ "items": [
            { "id": 1, "page": "https://vendor.example/things/1" },
            { "id": 2, "page": "javascript:alert(1)" },
            { "id": 3 },
            { "id": 4, "page": long },
            { "id": 5, "page": "https://me:secret@vendor.example/" },
        ] }))
    });
    house.pulled().await;
    let mut records = house.records().await;
    records.sort_by_key(|it| it.body["id"].as_u64());
    let links = records.into_iter().map(|it| it.link);
    let expected = [
        Some("https://vendor.example/things/1".to_owned()),
        None,
        None,
        Some(long),
        None,
    ];
    assert_eq!(links.collect::<Vec<_>>(), expected);
}
