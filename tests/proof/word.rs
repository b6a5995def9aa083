//! What a vendor's word makes of a connection: refused or passing, limited or denied, dead in a list.

use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::HeaderValue;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tagout::domain::connection::Status;
use tagout::domain::credential::TokenKind;
use tagout::domain::disconnect::run::RunState;
use tagout::domain::trial::Outcome;
use tagout::wire::request::{FlowKind, Window};
use tagout::wire::rpc;
use tagout::wire::rpc::Connect;
use tagout::wire::view::{self, FlowState};

use crate::house::{House, LONG, allow, connecting};
use crate::own::{Own, says};
use crate::proving::settled;

/// Connected with tokens that last so many seconds.
async fn connected(house: &mut House, lasts: u32) -> (Own, view::Connection) {
    let own = Own::start().await;
    own.beside(json!({ "expires_in": lasts }));
    let connection = own.connect(house, &own.file()).await;
    (own, connection)
}

/// Reads the token until it has to be refreshed, which is refused; the badge then.
async fn refused(house: &House, id: &str) -> view::Connection {
    let reading = async { while house.client.token(id.to_owned(), None).await.is_ok() {} };
    tokio::time::timeout(LONG, reading).await.unwrap();
    house.connection(id).await
}

/// Disconnects, and waits until no proof goes on.
async fn proven(house: &mut House, id: &str) -> view::Run {
    let run = house.disconnect(id).await.id.to_string();
    house.until(|| rpc::Run { id: run.clone() }, settled).await
}

/// Case T1.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_fails_in_passing_asks_for_nobody() {
    let mut house = House::new().await;
    let (own, connection) = connected(&mut house, 1).await;
    let id = connection.id.to_string();
    let passing: [(u16, Value); 4] = [
        (400, json!({ "error": "internal_failure" })),
        (403, json!({ "error": "rate_limit_exceeded" })),
        (400, json!({ "errors": [{ "code": "RATE_LIMITED" }] })),
        (200, json!({ "ok": false, "error": "internal_error" })),
    ];
    for (status, body) in passing {
        let said = body.clone();
        own.say(move |asked, _| (asked.path == "/token").then(|| says(status, &said)));
        let tried = own.refreshes();
        let now = refused(&house, &id).await;
        assert_eq!(own.refreshes(), tried + 1);
        assert_eq!(now.status, Status::Error, "{body}: {}", now.reason);
    }
    own.say(|_, _| None);
    house.client.token(id.clone(), None).await.unwrap();
    assert_eq!(house.connection(&id).await.status, Status::Connected);

    own.say(|asked, _| {
        let refused = json!({ "error": "invalid_grant" });
        (asked.path == "/token").then(|| says(400, &refused))
    });
    let now = refused(&house, &id).await;
    assert_eq!(now.status, Status::ReconnectRequired, "{}", now.reason);
}

/// Case T10.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_less_than_a_minute_is_used_while_it_lasts() {
    let mut house = House::new().await;
    let (own, connection) = connected(&mut house, 55).await;
    for _ in 0..5 {
        let id = connection.id.to_string();
        house.client.token(id, None).await.unwrap();
    }
    assert_eq!(own.refreshes(), 0);
}

/// Case T2.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_names_a_dead_token_turns_the_badge() {
    let mut house = House::new().await;
    let own = Own::start().await;
    let dead = "dead = { status = [400], pointer = \"/error/code\", equals = 190 }";
    let file = own.file().replace("dead = { status = [401] }", dead);
    own.add(&house, &file).await;
    own.say(|asked, _| {
        let dead = json!({ "error": { "code": 190, "message": "Error validating access token" } });
        (asked.path == "/items").then(|| says(400, &dead))
    });
    let flow = house
        .begin(Connect {
            enable_jobs: true,
            ..connecting("liar")
        })
        .await;
    let id = house.authorize(flow, "me").await.id.to_string();
    let turned = |it: &view::Connection| it.status == Status::ReconnectRequired;
    let name = || rpc::Connection { name: id.clone() };
    house.until(name, turned).await;
    assert!(own.refreshes() >= 1, "as after a 401, a new token is tried");
}

fn used_up(reset: i64) -> Response {
    let mut answer = says(403, &json!({ "message": "API rate limit exceeded" }));
    let headers = answer.headers_mut();
    headers.insert("x-ratelimit-remaining", HeaderValue::from_static("0"));
    headers.insert("x-ratelimit-reset", HeaderValue::from(reset));
    answer
}

/// Case T3.
#[tokio::test(flavor = "multi_thread")]
async fn a_limit_in_headers_is_no_refusal_and_a_hold_takes_the_token() {
    let mut house = House::new().await;
    let (own, connection) = connected(&mut house, 7200).await;
    own.say(|asked, _| {
        let is_limited = ["/revoke", "/me"].contains(&asked.path.as_str());
        let in_an_hour = Timestamp::now().as_second() + 3600;
        is_limited.then(|| used_up(in_an_hour))
    });
    let run = house.disconnect_holding(connection.id.as_str()).await;
    assert_eq!(run.state, RunState::CompletedWithWarnings);
    for token in &run.tokens {
        assert_eq!(token.outcome, Some(Outcome::Unreachable), "{token:#?}");
        assert!(token.hold.is_some());
    }
    let holds = house.holds().await;
    assert_eq!(holds.len(), 2);
    for hold in &holds {
        let wait = hold.next_try.unwrap().duration_since(Timestamp::now());
        assert!(wait > SignedDuration::from_mins(55), "{hold:#?}");
    }
    assert!(own.is_live("at-1") && own.is_live("rt-1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_ends_soon_is_waited_for() {
    let mut house = House::new().await;
    let (own, connection) = connected(&mut house, 7200).await;
    let asked_before = std::sync::atomic::AtomicBool::new(false);
    own.say(move |asked, _| {
        let is_first = asked.path == "/revoke"
            && !asked_before.swap(true, std::sync::atomic::Ordering::SeqCst);
        is_first.then(|| used_up(1))
    });
    let run = house.disconnect(connection.id.as_str()).await;
    for token in &run.tokens {
        let calls = &token.evidence;
        assert_ne!(token.outcome, Some(Outcome::Unreachable), "{calls:#?}");
        assert_ne!(token.outcome, Some(Outcome::Rejected), "{calls:#?}");
    }
    assert!(!own.is_live("at-1") && !own.is_live("rt-1"));
}

/// Begins in a browser, with this host in the redirect URI; the flow, and where the browser is sent back to.
async fn begun_in_a_browser(house: &House, own: &Own, host: &str) -> (view::Flow, url::Url) {
    let file = own
        .file()
        .replacen("category", "redirect = \"any_port\"\ncategory", 1);
    own.add(house, &file).await;
    let request = rpc::ProviderConfigure {
        id: "liar".to_owned(),
        client_id: None,
        client_secret: None,
        redirect_uri: Some(format!("http://{host}:8976/callback/liar")),
        app_name: None,
        vars: Default::default(),
        moves: false,
    };
    house.ask(request).await;
    let flow = house
        .begin(Connect {
            flow: FlowKind::Browser,
            ..connecting("liar")
        })
        .await;
    let FlowState::Authorize { url, .. } = &flow.state else {
        panic!("{flow:?}");
    };
    let back = allow(url, "me").await.parse().unwrap();
    (flow, back)
}

/// Case P2: a browser takes either address for `localhost`.
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_comes_back_by_either_loopback() {
    for (host, came_by) in [
        ("localhost", "[::1]"),
        ("localhost", "127.0.0.1"),
        ("[::1]", "[::1]"),
    ] {
        let mut house = House::new().await;
        let own = Own::start().await;
        let (flow, mut back) = begun_in_a_browser(&house, &own, host).await;
        assert_eq!(back.host_str(), Some(host));
        back.set_host(Some(came_by)).unwrap();
        assert!(reqwest::get(back).await.unwrap().status().is_success());
        house.connected(&flow).await.unwrap();
    }
}

/// Case P3: Discord leaves the state out when a person cancels.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_without_a_state_is_shown_and_ends_nothing() {
    let mut house = House::new().await;
    let own = Own::start().await;
    let (flow, back) = begun_in_a_browser(&house, &own, "127.0.0.1").await;
    let mut cancelled = back.clone();
    cancelled.set_query(Some("error=access_denied&error_description=x"));
    let page = reqwest::get(cancelled.clone()).await.unwrap();
    assert!(page.status().is_success());
    assert!(page.text().await.unwrap().contains("The provider refused"));
    let id = flow.id.clone();
    let shows = |flow: &view::Flow| flow.heard.as_deref() == Some("access_denied");
    let flow = house.until(|| rpc::Flow { id: id.clone() }, shows).await;
    assert!(
        matches!(flow.state, FlowState::Authorize { .. }),
        "{flow:?}"
    );
    cancelled.set_path("/callback/other");
    assert_eq!(reqwest::get(cancelled).await.unwrap().status(), 404);
    assert!(reqwest::get(back).await.unwrap().status().is_success());
    house.connected(&flow).await.unwrap();
}

/// A file without a manual step still leaves word of what is not proven dead.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_manual_step_a_follow_up_names_the_vendor() {
    let mut house = House::new().await;
    let (own, connection) = connected(&mut house, 7200).await;
    own.say(|asked, _| (asked.path == "/revoke").then(|| says(200, &json!({ "success": false }))));
    let run = house.disconnect(connection.id.as_str()).await;
    assert_eq!(run.tokens[0].outcome, Some(Outcome::Rejected));
    let left: view::Page<view::FollowUp> = house
        .ask(rpc::FollowUps {
            connection: Some(connection.id.to_string()),
            window: Window {
                limit: 10,
                ..Window::default()
            },
        })
        .await;
    let texts: Vec<&str> = left.rows.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["Revoke it at Liar: no path is known here"]);
}

/// Vendors lock out who is refused too often, and refuse whatever they are asked then.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_too_often_is_not_proven_by_time() {
    for (budget, outcome) in [
        (1, Outcome::AcceptedUnverified),
        (500, Outcome::VerifiedDead),
    ] {
        let mut house = House::with_late_proofs().await;
        let own = Own::start().await;
        let dead = "dead = { status = [401] }";
        let file = own
            .file()
            .replace(dead, &format!("{dead}\nrefusals = {budget}"));
        let id = own.connect(&mut house, &file).await.id.to_string();
        let run = proven(&mut house, &id).await;
        let access = run.tokens.iter().find(|it| it.kind == TokenKind::Access);
        assert_eq!(access.unwrap().outcome, Some(outcome), "{budget} a minute");
    }
}

/// More proofs than the vendor bears at once: each has its turn, and is kept sealed until then.
#[tokio::test(flavor = "multi_thread")]
async fn proofs_wait_for_their_turn() {
    let mut house = House::with_late_proofs().await;
    let own = Own::start().await;
    let dead = "dead = { status = [401] }";
    let file = own.file().replace(dead, &format!("{dead}\nrefusals = 20"));
    own.add(&house, &file).await;
    let mut ids = Vec::new();
    for account in ["a1", "a2", "a3"] {
        let who = json!({ "id": account, "email": account });
        own.say(move |asked, _| (asked.path == "/me").then(|| says(200, &who)));
        ids.push(house.connect("liar", account).await.id.to_string());
    }
    own.say(|_, _| None);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let runs = house.disconnect_all(&ids, |_| {}).await;
    let tokens = runs.iter().flat_map(|run| &run.tokens);
    let sealed: Vec<Timestamp> = tokens.filter_map(|token| token.sealed_until).collect();
    let (first, last) = (sealed.iter().min().unwrap(), sealed.iter().max().unwrap());
    // A turn lasts as long as the noes spread, and as long again as the last of them counts: six seconds here.
    assert!(
        last.duration_since(*first) > SignedDuration::from_secs(5),
        "{sealed:?}"
    );
    for run in runs {
        let id = run.id.to_string();
        let run = house.until(|| rpc::Run { id: id.clone() }, settled).await;
        for token in &run.tokens {
            let outcome = Some(Outcome::VerifiedDead);
            assert_eq!(token.outcome, outcome, "{token:#?}");
        }
    }
}

/// Slack refuses with 200.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_in_a_200_counts_as_one() {
    for (budget, outcome) in [
        (4, Outcome::AcceptedUnverified),
        (500, Outcome::VerifiedDead),
    ] {
        let mut house = House::with_late_proofs().await;
        let own = Own::start().await;
        let inside = "dead = { pointer = \"/ok\", equals = false }";
        // A refresh token that is not tried is not refused either.
        let file = own
            .file()
            .replace("[auth]", "[auth]\nprove_refresh = false")
            .replace(
                "dead = { status = [401] }",
                &format!("{inside}\nrefusals = {budget}"),
            );
        let id = own.connect(&mut house, &file).await.id.to_string();
        let is_revoked = AtomicBool::new(false);
        own.say(move |asked, _| {
            is_revoked.fetch_or(asked.path == "/revoke", Ordering::SeqCst);
            let is_refused = asked.path == "/me" && is_revoked.load(Ordering::SeqCst);
            is_refused.then(|| says(200, &json!({ "ok": false })))
        });
        let run = proven(&mut house, &id).await;
        let access = run.tokens.iter().find(|it| it.kind == TokenKind::Access);
        let access = access.unwrap();
        assert_eq!(access.outcome, Some(outcome), "{budget}: {access:#?}");
    }
}

/// Somebody changes our registration while tokens are refreshed: that is a fault of ours that passes, and asks nobody to
/// authorize again.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_client_is_an_error_and_passes() {
    let mut house = House::new().await;
    let (own, connection) = connected(&mut house, 1).await;
    let id = connection.id.to_string();
    own.say(|asked, _| {
        let refused = json!({ "error": "invalid_client" });
        (asked.path == "/token").then(|| says(401, &refused))
    });
    let now = refused(&house, &id).await;
    assert_eq!(now.status, Status::Error, "{}", now.reason);
    own.say(|_, _| None);
    house.client.token(id.clone(), None).await.unwrap();
    assert_eq!(house.connection(&id).await.status, Status::Connected);
}
