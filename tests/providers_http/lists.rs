//! Paging through lists.

use std::time::Duration;

use serde_json::{Value, json};
use tagout::domain::provider::Endpoints;
use tagout::domain::sync::Follows;
use tagout::providers::{
    CallContext, Cursor, PageError, PageRequest, Pool, SetupError, TemplateError,
};

use super::vendor::{OAUTH, Said, Seen, Vendor, app, html, json as answer, says, token, vendors};

fn sync(page: &str) -> String {
    format!(
        "[[sync]]\nentity = \"thing\"\nurl = \"{{base}}/things?fixed=1\"\nitems = \"/items\"\nid = \"/id\"\nlabel = \"/name\"\nupdated = \"/at\"\ntotal = \"/total\"\nsince = {{ param = \"since\", format = \"unix\" }}\n{page}\n"
    )
}

fn things(ids: &[u64]) -> Value {
    json!(
        ids.iter()
            .map(|id| json!({ "id": id, "name": format!("n{id}"), "at": "2026-11-20" }))
            .collect::<Vec<_>>()
    )
}

/// Follows a list to its end; the ids of each page.
async fn followed(vendor: &Vendor, page: &str) -> Result<Vec<Vec<String>>, PageError> {
    let app = app(&vendor.base, &format!("{OAUTH}{}", sync(page)));
    let (endpoints, token) = (Endpoints::default(), token());
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    let (vendors, mut cursor, mut pages) = (vendors(), None::<Cursor>, Vec::new());
    loop {
        let wanted = PageRequest {
            cursor: cursor.as_ref(),
            ..PageRequest::default()
        };
        let page = vendors
            .fetch_page(&Pool::default(), &app.file.sync[0], &context, wanted)
            .await?;
        let next = page.next();
        pages.push(page.items.into_iter().map(|item| item.id).collect());
        assert!(pages.len() < 10, "the list has no end");
        match next {
            Some(next) => cursor = Some(next),
            None => return Ok(pages),
        }
    }
}

#[tokio::test]
async fn every_style_reaches_every_page_once() {
    type Script = fn(&Seen, &str) -> Said;
    let styles: [(&str, Script); 7] = [
        (
            "style = \"cursor\", param = \"after\", next = \"/next\"",
            |seen, _| match seen.param("after").as_deref() {
                None => answer(
                    200,
                    &json!({ "items": things(&[1, 2]), "next": "c{token}" }),
                ),
                Some("c{token}") => answer(200, &json!({ "items": things(&[3]), "next": "" })),
                other => says(400, other.unwrap_or_default()),
            },
        ),
        ("style = \"link\"", |seen, base| {
            match seen.param("p").as_deref() {
                None => {
                    let link = format!(
                        "<{base}/things?p=0>; rel=\"prev\", <{base}/things?p=2>; rel=\"next\""
                    );
                    Said::Answer(
                        200,
                        vec![("link", link)],
                        json!({ "items": things(&[1, 2]) }).to_string().into(),
                    )
                }
                Some(_) => answer(200, &json!({ "items": things(&[3]) })),
            }
        }),
        (
            "style = \"next_url\", next = \"/links/next\"",
            |seen, _| match seen.param("p").as_deref() {
                None => answer(
                    200,
                    &json!({ "items": things(&[1, 2]), "links": { "next": "/things?p=2" } }),
                ),
                Some(_) => answer(
                    200,
                    &json!({ "items": things(&[3]), "links": { "next": null } }),
                ),
            },
        ),
        (
            "style = \"offset\", param = \"from\", size_param = \"n\", size = 2",
            |seen, _| {
                assert_eq!(seen.param("n").as_deref(), Some("2"));
                match seen.param("from").as_deref() {
                    Some("0") => answer(200, &json!({ "items": things(&[1, 2]) })),
                    Some("2") => answer(200, &json!({ "items": things(&[3]) })),
                    Some("3") => answer(200, &json!({ "items": [] })),
                    other => says(400, other.unwrap_or_default()),
                }
            },
        ),
        (
            "style = \"page\", param = \"page\", size_param = \"n\", size = 2",
            |seen, _| match seen.param("page").as_deref() {
                Some("1") => answer(200, &json!({ "items": things(&[1, 2]) })),
                Some("2") => answer(200, &json!({ "items": things(&[3]) })),
                Some("3") => answer(200, &json!({ "items": [] })),
                other => says(400, other.unwrap_or_default()),
            },
        ),
        (
            "style = \"starting_after\", param = \"starting_after\", more = \"/more\"",
            |seen, _| match seen.param("starting_after").as_deref() {
                None => answer(200, &json!({ "items": things(&[1, 2]), "more": true })),
                Some("2") => answer(200, &json!({ "items": things(&[3]), "more": false })),
                other => says(400, other.unwrap_or_default()),
            },
        ),
        (
            "style = \"cursor\", param = \"after\", next = \"/last\", more = \"/more\"",
            |seen, _| match seen.param("after").as_deref() {
                None => answer(
                    200,
                    &json!({ "items": things(&[1, 2]), "last": 2, "more": true }),
                ),
                Some(_) => answer(
                    200,
                    &json!({ "items": things(&[3]), "last": 3, "more": false }),
                ),
            },
        ),
    ];
    for (page, script) in styles {
        let vendor = Vendor::start(script).await;
        let pages = followed(&vendor, &format!("page = {{ {page} }}"))
            .await
            .unwrap_or_else(|error| panic!("{page}: {error}"));
        // Counted pages end with one that is empty.
        let pages: Vec<_> = pages.into_iter().filter(|page| !page.is_empty()).collect();
        assert_eq!(pages, [vec!["1", "2"], vec!["3"]], "{page}");
        assert!(
            vendor
                .seen()
                .iter()
                .all(|seen| seen.header("authorization") == "Bearer tok-0123456789abcdef")
        );
    }
}

/// Some vendors give a position on the last page too, and say elsewhere that it is the last.
#[tokio::test]
async fn a_list_ends_where_the_vendor_says_so() {
    let vendor = Vendor::start(|seen, _| match seen.param("cursor").as_deref() {
        None => answer(
            200,
            &json!({ "items": things(&[1]), "at": "c1", "done": false }),
        ),
        Some("c1") => answer(
            200,
            &json!({ "items": things(&[2]), "at": "c2", "done": true }),
        ),
        Some(_) => says(400, "nobody asks beyond the end"),
    })
    .await;
    let page = "page = { style = \"cursor\", param = \"cursor\", next = \"/at\", end = \"/done\" }";
    assert_eq!(followed(&vendor, page).await.unwrap(), [["1"], ["2"]]);
}

#[tokio::test]
async fn a_query_by_time_takes_the_place_of_the_one_without() {
    let vendor = Vendor::start(|_, _| answer(200, &json!({ "items": things(&[]) }))).await;
    let list = "[[sync]]\nentity = \"thing\"\nurl = \"{base}/things\"\nparams = { q = \"all\", keep = \"1\" }\nitems = \"/items\"\nid = \"/id\"\nsince = { param = \"q\", text = \"changed > '{since}'\", format = \"date\" }\n";
    let app = app(&vendor.base, &format!("{OAUTH}{list}"));
    let (endpoints, token) = (Endpoints::default(), token());
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    for since in [None, Some("2026-11-20T23:00:00Z".parse().unwrap())] {
        let wanted = PageRequest {
            since,
            ..PageRequest::default()
        };
        vendors()
            .fetch_page(&Pool::default(), &app.file.sync[0], &context, wanted)
            .await
            .unwrap();
    }
    let queries: Vec<_> = vendor.seen().into_iter().map(|seen| seen.query).collect();
    assert_eq!(
        queries,
        ["keep=1&q=all", "keep=1&q=changed+%3E+%272026-11-20%27"]
    );
}

#[tokio::test]
async fn graphql_goes_on_by_a_variable() {
    let vendor = Vendor::start(|seen, _| {
        let asked: Value = serde_json::from_str(&seen.body).unwrap();
        assert_eq!(
            (seen.method.as_str(), &asked["variables"]["first"]),
            ("POST", &json!(2))
        );
        match asked["variables"].get("after") {
            None => answer(
                200,
                &json!({ "items": things(&[1, 2]), "page": { "end": "x", "more": true } }),
            ),
            Some(after) => {
                assert_eq!(after, "x");
                answer(
                    200,
                    &json!({ "items": things(&[3]), "page": { "end": "y", "more": false } }),
                )
            }
        }
    })
    .await;
    let page = "method = \"POST\"\nbody = \"query($after: String) { things }\"\npage = { style = \"graphql\", param = \"after\", next = \"/page/end\", more = \"/page/more\", size_param = \"first\", size = 2 }";
    assert_eq!(
        followed(&vendor, page).await.unwrap(),
        [vec!["1", "2"], vec!["3"]]
    );
}

#[tokio::test]
async fn the_token_is_not_carried_to_a_foreign_host() {
    let foreign = Vendor::start(|_, _| answer(200, &json!({ "items": [] }))).await;
    for style in ["style = \"next_url\", next = \"/next\"", "style = \"link\""] {
        let to = foreign.base.clone();
        let vendor = Vendor::start(move |_, _| {
            let body = json!({ "items": things(&[1]), "next": to })
                .to_string()
                .into();
            Said::Answer(200, vec![("link", format!("<{to}>; rel=\"next\""))], body)
        })
        .await;
        let error = followed(&vendor, &format!("page = {{ {style} }}"))
            .await
            .unwrap_err();
        let expected = PageError::Setup(SetupError::Template(TemplateError::ForeignHost(
            "127.0.0.1".into(),
        )));
        assert_eq!(error, expected);
    }
    assert!(foreign.seen().is_empty());
}

#[tokio::test]
async fn a_page_is_read_as_the_file_says() {
    let vendor = Vendor::start(|_, _| {
        answer(200, &json!({ "items": [{ "id": "a", "name": "A", "at": "t" }, { "name": "nobody" }], "total": 7 }))
    })
    .await;
    let app = app(&vendor.base, &format!("{OAUTH}{}", sync("")));
    let (endpoints, token) = (Endpoints::default(), token());
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    let wanted = PageRequest {
        since: Some("2026-11-20T23:12:49Z".parse().unwrap()),
        ..PageRequest::default()
    };
    let page = vendors()
        .fetch_page(&Pool::default(), &app.file.sync[0], &context, wanted)
        .await
        .unwrap();
    assert_eq!(
        (
            page.items.len(),
            page.without_id,
            page.total_hint,
            page.follows
        ),
        (1, 1, Some(7), Follows::Nothing)
    );
    assert_eq!(
        (
            page.items[0].label.as_deref(),
            page.items[0].updated.as_deref()
        ),
        (Some("A"), Some("t"))
    );
    let seen = vendor.only();
    assert_eq!(seen.param("since").as_deref(), Some("1795216369"));
    assert_eq!(seen.param("fixed").as_deref(), Some("1"));
}

#[tokio::test]
async fn refusals_are_told_apart_by_what_to_do_about_them() {
    const PROBE: &str =
        "[probe]\nurl = \"{base}/t\"\ndead = { pointer = \"/error\", in = [\"token_revoked\"] }\n";
    let failed = async |said: fn() -> Said| {
        let vendor = Vendor::start(move |_, _| said()).await;
        followed(&vendor, PROBE).await.unwrap_err()
    };
    assert!(matches!(
        failed(|| says(401, "")).await,
        PageError::Unauthorized { status: 401, .. }
    ));
    let revoked = failed(|| answer(200, &json!({ "ok": false, "error": "token_revoked" }))).await;
    assert!(matches!(
        revoked,
        PageError::Unauthorized { status: 200, .. }
    ));
    assert!(matches!(
        failed(|| answer(200, &json!({ "ok": false, "error": "x" }))).await,
        PageError::Refused { .. }
    ));
    assert!(matches!(
        failed(|| says(403, "no")).await,
        PageError::Refused { status: 403, .. }
    ));
    assert!(matches!(
        failed(|| says(500, "")).await,
        PageError::Outage { status: 500 }
    ));
    assert!(matches!(
        failed(|| html(200)).await,
        PageError::Outage { status: 200 }
    ));
    assert!(matches!(
        failed(|| says(200, "[1,2")).await,
        PageError::Malformed(_)
    ));
    assert!(matches!(
        failed(|| answer(200, &json!({ "items": "none" }))).await,
        PageError::Malformed(_)
    ));
    let limited = failed(|| Said::Answer(429, vec![("retry-after", "30".into())], vec![])).await;
    assert_eq!(
        limited,
        PageError::RateLimited {
            retry_after: Some(Duration::from_secs(30))
        }
    );
}
