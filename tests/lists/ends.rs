//! Where a list ends, and what is empty rather than wrong.

use serde_json::{Value, json};
use tagout::domain::job::ReferenceState;

use crate::house::House;
use crate::vendor::{Query, Said, page, says, things};

fn number(query: &Query, name: &str) -> u64 {
    query.get(name).map_or(0, |it| it.parse().unwrap())
}

/// Pages of ten, by `after`, of thirty things; the last one says nothing.
fn by_link(
    base: String,
    mut next: impl FnMut(&str) -> Vec<String> + Send,
) -> impl FnMut(&Query) -> Said {
    move |query| {
        let from = number(query, "after");
        let said = says(200, &things(from + 1..=(from + 10).min(25)).to_string());
        if from >= 20 {
            return said;
        }
        let lines = next(&format!("{base}/items?after={}", from + 10));
        lines
            .iter()
            .fold(said, |said, line| said.header("link", line))
    }
}

const LINK: &str = "items = \"\"\npage = { style = \"link\" }";

#[tokio::test]
async fn all_lines_of_a_header_are_read() {
    let mut house = House::with(LINK).await;
    let base = house.vendor.base.clone();
    let own = format!("<{base}/items>; rel=\"self\"");
    let far = "x".repeat(30_000);
    house.vendor.list(by_link(base, move |next| {
        vec![
            format!("<https://elsewhere.example/{far}>; rel=\"help\""),
            format!("<{next}>; rel=\"next\""),
            own.clone(),
        ]
    }));
    assert_eq!(house.pulled().await.processed, 25);
    assert_eq!(house.count(ReferenceState::Synced).await, 25);
}

#[tokio::test]
async fn a_header_that_is_not_read_whole_is_no_end() {
    let mut house = House::with(LINK).await;
    let base = house.vendor.base.clone();
    let far = "x".repeat(35_000);
    house.vendor.list(by_link(base, move |next| {
        let other = format!("<https://elsewhere.example/{far}>; rel=\"help\"");
        vec![other.clone(), other, format!("<{next}>; rel=\"next\"")]
    }));
    let why = house.failed().await;
    assert!(why.contains("Link"), "{why}");
    assert_eq!(house.count(ReferenceState::Gone).await, 0);
}

/// A proxy that drops the header once must not end the list.
#[tokio::test]
async fn silence_after_a_full_page_is_no_end() {
    let mut house = House::with(LINK).await;
    let base = house.vendor.base.clone();
    let mut drops = 1;
    let mut list = by_link(base, |next| vec![format!("<{next}>; rel=\"next\"")]);
    house.vendor.list(move |query| {
        let mut said = list(query);
        if number(query, "after") == 10 && drops > 0 {
            drops -= 1;
            said.headers.clear();
        }
        said
    });
    house.pulled().await;
    assert_eq!(house.references().await.len(), 25);
}

#[tokio::test]
async fn a_page_below_the_total_is_no_end() {
    let sync = r#"total = "/total"
page = { style = "offset", param = "startAt", size_param = "maxResults", size = 100 }"#;
    let mut house = House::with(sync).await;
    house.vendor.list(|query| {
        let from = number(query, "startAt");
        let items = things(from + 1..=(from + 50).min(195));
        page(json!({ "items": items, "total": 195 }))
    });
    assert_eq!(house.pulled().await.processed, 195);
    // A vendor that counts more than it shows.
    house.vendor.list(|query| {
        let from = number(query, "startAt");
        let items = things(from + 1..=(from + 50).min(190));
        page(json!({ "items": items, "total": 195 }))
    });
    house.pulled().await;
    house.pulled().await;
    assert_eq!(
        (
            house.count(ReferenceState::Synced).await,
            house.count(ReferenceState::Gone).await
        ),
        (195, 0)
    );
}

/// A vendor that gives fewer than it is asked for, and says no total.
#[tokio::test]
async fn a_short_numbered_page_is_no_end() {
    for beyond in [200, 404, 400] {
        let sync = r#"page = { style = "page", param = "page", size_param = "n", size = 100 }"#;
        let mut house = House::with(sync).await;
        house.vendor.list(move |query| {
            let from = (number(query, "page") - 1) * 30;
            match things(from + 1..=(from + 30).min(80)) {
                Value::Array(none) if none.is_empty() => says(beyond, "{}"),
                items => page(json!({ "items": items })),
            }
        });
        house.pulled().await;
        assert_eq!(house.count(ReferenceState::Synced).await, 80, "{beyond}");
    }
}

#[tokio::test]
async fn more_is_yes_or_no_in_its_usual_forms() {
    let sync =
        r#"page = { style = "cursor", param = "cursor", next = "/next", more = "/has_more" }"#;
    let forms = [
        (json!("true"), json!("false")),
        (json!(1), json!(0)),
        (json!("yes"), json!("no")),
        (Value::Null, json!(false)),
    ];
    for (yes, no) in forms {
        let mut house = House::with(sync).await;
        let said = yes.clone();
        house.vendor.list(move |query| {
            let from = number(query, "cursor");
            let more = if from < 20 { &said } else { &no };
            let items = things(from + 1..=from + 10);
            page(json!({ "items": items, "next": (from + 10).to_string(), "has_more": more }))
        });
        assert_eq!(house.pulled().await.processed, 30, "{yes}");
    }
    let mut house = House::with(sync).await;
    house
        .vendor
        .list(|_| page(json!({ "items": things(1..=10), "next": "10", "has_more": "perhaps" })));
    let why = house.failed().await;
    assert!(
        why.contains("perhaps") && why.contains("neither yes nor no"),
        "{why}"
    );
    house
        .vendor
        .list(|_| page(json!({ "items": things(1..=10), "has_more": true })));
    let why = house.failed().await;
    assert!(why.contains("there is more"), "{why}");
}

#[tokio::test]
async fn an_empty_list_is_said_in_many_ways() {
    let sync =
        "items = \"/data/rows\"\npage = { style = \"cursor\", param = \"c\", next = \"/next\" }";
    for (status, body) in [
        (200, json!({ "resultSizeEstimate": 0 }).to_string()),
        (200, json!({ "data": null }).to_string()),
        (200, json!({ "data": {} }).to_string()),
        (200, json!({ "data": { "rows": null } }).to_string()),
        (
            200,
            json!({ "data": { "rows": {} }, "error": null, "ok": true }).to_string(),
        ),
        (200, json!({ "data": { "rows": [] } }).to_string()),
        (204, String::new()),
    ] {
        let mut house = House::with(sync).await;
        let said = body.clone();
        house.vendor.list(move |_| says(status, &said));
        assert_eq!(house.pulled().await.processed, 0, "{status} {body}");
        // The same in the place of the last page.
        house.vendor.list(move |query| match query.get("c") {
            Some(_) => says(status, &body),
            None => page(json!({ "data": { "rows": things(1..=10) }, "next": "p2" })),
        });
        assert_eq!(house.pulled().await.processed, 10);
    }
}

#[tokio::test]
async fn what_is_denied_is_not_empty() {
    for body in [
        json!({ "ok": false }),
        json!({ "success": "false" }),
        json!({ "error": { "code": 7 } }),
        json!({ "error": {} }),
        json!({ "error": true }),
        json!({ "errors": [{ "title": "x" }] }),
        json!({ "fault": { "faultstring": "x" } }),
        json!({ "items": "none" }),
    ] {
        let mut house = House::with("").await;
        let said = body.clone();
        house.vendor.list(move |_| page(said.clone()));
        let why = house.failed().await;
        assert!(!why.is_empty(), "{body}");
    }
}

#[tokio::test]
async fn ids_keep_all_their_digits() {
    let mut house = House::with("").await;
    house.vendor.list(|_| {
        let items = r#"{"items":[{"id":123456789012345678901},{"id":123456789012345678902},{"id":12},{"name":"x"}]}"#;
        says(200, items)
    });
    let ended = house.pulled().await;
    assert_eq!((ended.created, ended.failed), (3, 1));
    let mut ids: Vec<String> = house
        .references()
        .await
        .into_iter()
        .map(|it| it.external_id)
        .collect();
    ids.sort();
    assert_eq!(
        ids,
        ["12", "123456789012345678901", "123456789012345678902"]
    );
}

#[tokio::test]
async fn the_state_of_a_thing_stands_where_the_file_says() {
    let mut house = House::with("status = \"/state/name\"").await;
    house
        .vendor
        .list(|_| page(json!({ "items": [{ "id": 1, "state": { "name": "Done" } }] })));
    house.pulled().await;
    let status = house.references().await.remove(0).remote_status;
    assert_eq!(status.as_deref(), Some("Done"));
}

/// Mails name their sender: every page has the same one, and no two pages have the same mails.
#[tokio::test]
async fn what_every_row_names_is_one_thing() {
    let sync = r#"row = "/mail"
total = "/total"
fields = { "/name" = "From" }
page = { style = "offset", param = "offset", size_param = "count", size = 10 }"#;
    let mut house = House::with(sync).await;
    let sender = |mail: u64| if mail == 25 { "news" } else { "billing" };
    let mails = move |query: &Query| {
        let from = number(query, "offset");
        let mails = (from + 1..=(from + 10).min(35))
            .map(|mail| json!({ "mail": mail, "id": sender(mail), "name": sender(mail), "subject": format!("no. {mail}") }));
        page(json!({ "items": mails.collect::<Vec<_>>(), "total": 35 }))
    };
    house.vendor.list(mails);
    let first = house.pulled().await;
    assert_eq!((first.processed, first.created, first.updated), (5, 2, 0));
    assert_eq!(first.total, None, "35 are mails, not senders");
    house.vendor.list(mails);
    let second = house.pulled().await;
    assert_eq!((second.created, second.updated), (0, 0));
    assert_eq!(house.count(ReferenceState::Synced).await, 2);
    // A vendor that does not read the number shows the same mails again and again.
    house.vendor.list(move |query| {
        let mut query = query.clone();
        query.remove("offset");
        let mut said: Value = serde_json::from_str(&mails(&query).body).unwrap();
        said["total"] = json!(1_000);
        page(said)
    });
    let why = house.failed().await;
    assert!(why.contains("circles"), "{why}");
}

#[tokio::test]
async fn a_link_is_read_however_it_is_written() {
    let mut house = House::with(LINK).await;
    let base = house.vendor.base.clone();
    let mut written = 0;
    house.vendor.list(by_link(base, move |next| {
        written += 1;
        vec![match written % 3 {
            0 => format!("<{next}>; title=\"a < b, c\"; REL=\"next\""),
            1 => format!("<{next}> ; rel = \"next\""),
            _ => format!("<{next}>; rel='next'"),
        }]
    }));
    assert_eq!(house.pulled().await.processed, 25);
}

/// A list of 29 things, ten on a page but for the second one, which has nine; what is behind that one is refused.
fn refuses_behind_a_short_page(status: u16, total: Option<u64>) -> impl FnMut(&Query) -> Said {
    move |query| match query.get("page").map(String::as_str) {
        Some("1") => page(json!({ "items": things(0..10), "total": total })),
        Some("2") => page(json!({ "items": things(10..19), "total": total })),
        _ => says(status, "{\"error\":\"oops\"}"),
    }
}

const NUMBERED: &str = "items = \"/items\"\ntotal = \"/total\"\n\
                        page = { style = \"page\", param = \"page\", size_param = \"size\", size = 10 }";

#[tokio::test]
async fn a_refused_page_below_the_total_is_no_end() {
    for (status, total) in [(400, 29), (422, 29)] {
        let mut house = House::with(NUMBERED).await;
        let list = refuses_behind_a_short_page(status, Some(total));
        house.vendor.list(list);
        let why = house.failed().await;
        assert!(why.contains("oops"), "{why}");
    }
    let mut house = House::with(NUMBERED).await;
    house
        .vendor
        .list(refuses_behind_a_short_page(404, Some(19)));
    house.pulled().await;
    assert_eq!(house.count(ReferenceState::Synced).await, 19);
}

#[tokio::test]
async fn nothing_is_gone_behind_a_refused_page() {
    let mut house = House::with(NUMBERED).await;
    house.vendor.list(|query| {
        let from = (number(query, "page") - 1) * 10;
        page(json!({ "items": things(from..(from + 10).min(29)) }))
    });
    house.pulled().await;
    for status in [400, 422] {
        house.vendor.list(refuses_behind_a_short_page(status, None));
        house.pulled().await;
        house.pulled().await;
        assert_eq!(house.count(ReferenceState::Gone).await, 0);
        let claim = house.job().await.claim;
        assert!(claim.contains("breaks off"), "{claim}");
    }
}

#[tokio::test]
async fn an_empty_page_ends_a_list_unless_it_leads_on() {
    let cursor =
        "items = \"/items\"\npage = { style = \"cursor\", param = \"cursor\", next = \"/next\" }";
    let mut house = House::with(cursor).await;
    // The second page has nothing on it, and the last one names itself.
    house
        .vendor
        .list(|query| match query.get("cursor").map(String::as_str) {
            None => page(json!({ "items": things(0..10), "next": "b" })),
            Some("b") => page(json!({ "items": [], "next": "c" })),
            Some("c") => page(json!({ "items": things(10..15), "next": "d" })),
            _ => page(json!({ "items": [], "next": "d" })),
        });
    assert_eq!(house.pulled().await.processed, 15);
}
