//! Pages that are too much, and limits.

use jiff::Timestamp;
use serde_json::{Value, json};
use tagout::domain::job::ReferenceState;
use tagout::wire::rpc;
use tagout::wire::rpc::JobAction;
use tagout::wire::view::{self, Page};

use crate::house::House;
use crate::vendor::{Query, Said, hangs, page, says, things};

/// Things of this many bytes each, `n` on a page.
fn heavy(query: &Query, bytes: usize) -> Said {
    let size: u64 = query["n"].parse().unwrap();
    let from = match (query.get("page"), query.get("from")) {
        (Some(page), _) => (page.parse::<u64>().unwrap() - 1) * size,
        (_, Some(from)) => from.parse().unwrap(),
        _ => query.get("c").map_or(0, |it| it.parse().unwrap()),
    };
    let filling = "x".repeat(bytes);
    let until = (from + size).min(130);
    let items: Value = (from + 1..=until)
        .map(|id| json!({ "id": id, "filling": filling }))
        .collect();
    let next = (until < 130).then(|| until.to_string());
    page(json!({ "items": items, "next": next }))
}

const STYLES: [&str; 3] = [
    "style = \"page\", param = \"page\"",
    "style = \"offset\", param = \"from\"",
    "style = \"cursor\", param = \"c\", next = \"/next\"",
];

#[tokio::test]
async fn a_page_that_is_too_large_is_asked_for_in_halves() {
    for style in STYLES {
        let sync = format!("page = {{ {style}, size_param = \"n\", size = 100 }}");
        let mut house = House::with(&sync).await;
        house.vendor.list(|query| heavy(query, 100_000));
        let ended = house.pulled().await;
        assert_eq!((ended.created, ended.halved), (130, 1), "{style}");
        let name = house.connection.clone();
        let connection: view::Connection = house.ask(rpc::Connection { name }).await;
        assert_eq!(connection.status.badge(), "Connected");
    }
}

#[tokio::test]
async fn a_page_that_is_too_slow_is_asked_for_in_halves() {
    let sync = "page = { style = \"page\", param = \"page\", size_param = \"n\", size = 100 }";
    let mut house = House::with(sync).await;
    house
        .vendor
        .list(|query| match query["n"].parse::<u64>().unwrap() {
            // From the second page on.
            51.. if query["page"] != "1" => hangs(),
            _ => heavy(query, 10),
        });
    let ended = house.pulled().await;
    assert_eq!((ended.created, ended.halved), (130, 1));
}

#[tokio::test]
async fn what_is_too_much_by_itself_is_the_lists_error() {
    let sync = "page = { style = \"offset\", param = \"from\", size_param = \"n\", size = 4 }";
    let mut house = House::with(sync).await;
    house.vendor.list(|query| heavy(query, 9_000_000));
    let why = house.failed().await;
    assert!(why.contains("a page of 1 is too large"), "{why}");
    let name = house.connection.clone();
    let connection: view::Connection = house.ask(rpc::Connection { name }).await;
    assert_eq!(connection.status.badge(), "Connected");
}

/// Each family says in its own way when its limit ends.
#[tokio::test]
async fn limits_are_waited_for_as_each_vendor_says_them() {
    type Limited = fn() -> Said;
    let families: [Limited; 6] = [
        || says(429, "{}").header("retry-after", "1"),
        || {
            let reset = (Timestamp::now().as_second() + 1).to_string();
            says(403, "{}")
                .header("x-ratelimit-remaining", "0")
                .header("x-ratelimit-reset", &reset)
        },
        || says(429, "{}").header("ratelimit-reset", "1"),
        || says(429, "{}").header("x-hubspot-ratelimit-interval-milliseconds", "700"),
        || says(200, "{\"ok\":false,\"error\":\"ratelimited\"}").header("retry-after", "1"),
        || {
            let cost = json!({ "requestedQueryCost": 12, "throttleStatus": { "currentlyAvailable": 2, "restoreRate": 50 } });
            let errors = json!([{ "message": "Throttled", "extensions": { "code": "THROTTLED" } }]);
            page(json!({ "errors": errors, "extensions": { "cost": cost } }))
        },
    ];
    // HubSpot's file names the header with the length of its window.
    let file = "[limited]\nstatus = [429]\nreset = \"x-hubspot-ratelimit-interval-milliseconds\"";
    for limited in families {
        let mut house = House::with(file).await;
        // More often than an execution is tried again: to wait is no try.
        let mut times = 2;
        house.vendor.list(move |_| {
            if times > 0 {
                times -= 1;
                return limited();
            }
            page(json!({ "items": things(1..=3) }))
        });
        house.act(JobAction::Enable).await;
        let asked = house.jobs();
        let page: Page<view::Job> = house
            .until(
                || asked.clone(),
                |page: &Page<view::Job>| {
                    let last = page.rows[0].last_execution.as_ref();
                    last.is_some_and(|it| it.completed_at.is_some())
                },
            )
            .await;
        let last = page.rows[0].last_execution.as_ref().unwrap();
        assert_eq!((last.created, &last.error), (3, &None));
    }
}

#[tokio::test]
async fn a_job_that_waits_for_a_limit_says_so_and_can_be_cancelled() {
    let mut house = House::with("").await;
    house
        .vendor
        .list(|_| says(429, "{}").header("retry-after", "1800"));
    house.act(JobAction::Enable).await;
    let asked = house.jobs();
    house
        .until(
            || asked.clone(),
            |page: &Page<view::Job>| page.rows[0].waits_until.is_some(),
        )
        .await;
    let began = std::time::Instant::now();
    house.act(JobAction::Cancel).await;
    let took = began.elapsed();
    assert!(took.as_secs() < 5, "{took:?}");
    assert_eq!(house.job().await.waits_until, None);
}

#[tokio::test]
async fn a_cancelled_run_leaves_the_job_its_schedule() {
    let mut house = House::with("").await;
    house
        .vendor
        .list(|_| says(429, "{}").header("retry-after", "1800"));
    house.schedule("0 3 * * *").await;
    house.act(JobAction::Enable).await;
    let asked = house.jobs();
    house
        .until(
            || asked.clone(),
            |page: &Page<view::Job>| page.rows[0].waits_until.is_some(),
        )
        .await;
    assert_eq!(house.job().await.next_run_at, None);
    house.act(JobAction::Cancel).await;
    assert!(house.job().await.next_run_at.is_some());
}

#[tokio::test]
async fn a_page_that_is_too_much_for_one_commit_is_kept_whole() {
    const ALL: u64 = 150;
    let sync = "page = { style = \"cursor\", param = \"c\", next = \"/next\" }";
    let mut house = House::with(sync).await;
    let filling = "x".repeat(10_000);
    house.vendor.list(move |query| {
        let from = query.get("c").map_or(0, |it| it.parse::<u64>().unwrap());
        let items: Value = (from..from + ALL)
            .map(|id| json!({ "id": id, "filling": filling }))
            .collect();
        let next = (from == 0).then(|| ALL.to_string());
        page(json!({ "items": items, "next": next }))
    });
    let first = house.pulled().await;
    assert_eq!((first.created, first.pages), (2 * ALL, 2));
    let again = house.pulled().await;
    assert_eq!((again.skipped, again.created, again.pages), (2 * ALL, 0, 2));
    assert_eq!(house.count(ReferenceState::Synced).await as u64, 2 * ALL);
}
