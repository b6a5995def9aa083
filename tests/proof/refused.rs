//! When the refusal of a token turns the badge: somebody who refuses everybody for a moment must not.

use std::time::Duration;

use serde_json::json;
use tagout::domain::connection::{Health, Status};
use tagout::wire::rpc;
use tagout::wire::view::Connection;

use crate::health::{OFTEN, until};
use crate::house::House;
use crate::lost::sync;
use crate::own::{Asked, Own, says};

/// Longer than any test waits.
const LONG_SPAN: Duration = Duration::from_secs(600);
/// Over within a test.
const SHORT_SPAN: Duration = Duration::from_millis(200);

/// A read beside the token, by our client alone.
const CONTROL: &str = "[control]\nurl = \"{U}/ping\"\nauth = \"basic\"\n";
/// A question that looks at our secret before it looks at the token.
const LOOKS_AT_US: &str = r#"[probe]
method = "POST"
url = "{U}/check"
auth = "body"
encode = "form"
params = { access_token = "{token}" }
alive = { status = [200] }
dead = { status = [404] }
control = "client"
"#;

fn refuses(asked: &Asked) -> bool {
    asked.path == "/me" && !asked.bearer.is_empty()
}

fn is_doubted(it: &Connection) -> bool {
    it.health_reason
        .contains("as everybody may be for a moment")
}

fn is_over(it: &Connection) -> bool {
    it.status == Status::ReconnectRequired
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_refuses_everybody_for_a_moment_turns_no_badge() {
    let mut house = House::with_health_and_span(OFTEN, LONG_SPAN).await;
    let own = Own::start().await;
    let id = own.connect(&mut house, &own.file()).await.id.to_string();
    own.say(|asked, _| refuses(asked).then(|| says(401, &json!({ "error": "invalid_token" }))));
    let now = until(&house, &id, |it| is_doubted(it) || is_over(it)).await;
    assert_eq!(now.status, Status::Connected, "{}", now.reason);
    assert_eq!(now.health, Health::Degraded);
    // Nobody is given what is refused.
    let read = house.client.token(id.clone(), None).await;
    let why = read.unwrap_err().to_string();
    assert!(why.contains("as everybody may be"), "{why}");
    assert_eq!(own.refreshes(), 1, "a new token is tried once");
    assert_eq!(house.count("connection.reconnect_required").await, 0);
}

/// The token was issued a moment ago, which says nothing once it was refused.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_is_not_young_when_the_vendor_fails_after_that() {
    let every = Duration::from_secs(1);
    let mut house = House::with_health_and_span(every, SHORT_SPAN * 10).await;
    let own = Own::start().await;
    let id = own.connect(&mut house, &own.file()).await.id.to_string();
    own.say(|asked, _| refuses(asked).then(|| says(401, &json!({ "error": "invalid_token" }))));
    until(&house, &id, is_doubted).await;
    own.say(|asked, _| refuses(asked).then(|| says(503, &json!({}))));
    let fails = |it: &Connection| it.health_reason.contains("503");
    until(&house, &id, fails).await;
    let read = house.client.token(id.clone(), None).await.unwrap();
    assert!(read.not_asked.is_some(), "it was asked, and not seen alive");
    assert_eq!(own.refreshes(), 1);
    own.say(|_, _| None);
    own.say(|asked, _| refuses(asked).then(|| says(401, &json!({ "error": "invalid_token" }))));
    let now = until(&house, &id, is_over).await;
    assert!(now.reason.contains("a fresh token was refused"), "{now:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_still_stands_after_the_span_counts() {
    let mut house = House::with_health_and_span(OFTEN, SHORT_SPAN).await;
    let own = Own::start().await;
    let id = own.connect(&mut house, &own.file()).await.id.to_string();
    let well = own.asked("/me").len();
    own.say(|asked, _| refuses(asked).then(|| says(401, &json!({ "error": "invalid_token" }))));
    let now = until(&house, &id, is_over).await;
    assert!(now.reason.contains("a fresh token was refused"), "{now:?}");
    assert_eq!(own.refreshes(), 1, "a new token is tried once");
    let fresh = own.asked("/me").split_off(well);
    let fresh = fresh.iter().filter(|asked| asked.bearer == "at-2");
    assert!(fresh.count() >= 5, "as many noes as a proof has");
}

/// A key has nothing that another could be had with.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_cannot_be_renewed_is_given_the_same_time() {
    for (span, expected) in [
        (LONG_SPAN, Status::Connected),
        (SHORT_SPAN, Status::ReconnectRequired),
    ] {
        let mut house = House::with_health_and_span(OFTEN, span).await;
        let own = Own::start().await;
        own.say(|asked, next| {
            let without = json!({ "access_token": next, "token_type": "Bearer" });
            match asked.path.as_str() {
                "/token" => Some(says(200, &without)),
                "/me" => Some(says(200, &json!({ "id": "a1" }))),
                _ => None,
            }
        });
        let id = own.connect(&mut house, &own.file()).await.id.to_string();
        own.say(|_, _| None);
        let now = until(&house, &id, |it| match expected {
            Status::Connected => is_doubted(it) || is_over(it),
            _ => is_over(it),
        })
        .await;
        assert_eq!(now.status, expected, "{}", now.reason);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_to_pass_beside_it_decides_at_once() {
    let file = |own: &Own, is_client: bool| {
        let file = own.file();
        let file = match is_client {
            true => {
                let (head, tail) = file.split_once("[probe]").unwrap();
                let (_, sync) = tail.split_once("[[sync]]").unwrap();
                format!("{head}{LOOKS_AT_US}[[sync]]{sync}")
            }
            false => format!("{file}{CONTROL}"),
        };
        file.replace("{U}", &own.base)
    };
    // A span that is never over where it passes, one that soon is where it does not.
    for (is_client, passes, span) in [
        (false, true, LONG_SPAN),
        (true, true, LONG_SPAN),
        (false, false, SHORT_SPAN),
        (true, false, SHORT_SPAN),
    ] {
        let mut house = House::with_health_and_span(OFTEN, span).await;
        let own = Own::start().await;
        own.say(|asked, _| match asked.path.as_str() {
            "/check" | "/ping" => Some(says(200, &json!({ "ok": true }))),
            _ => None,
        });
        let id = own
            .connect(&mut house, &file(&own, is_client))
            .await
            .id
            .to_string();
        own.say(move |asked, _| match asked.path.as_str() {
            "/check" if passes && asked.field("client_secret") != "s3cr+t-of-client" => {
                Some(says(401, &json!({ "message": "Bad credentials" })))
            }
            "/check" => Some(says(404, &json!({ "message": "Not Found" }))),
            "/me" => Some(says(401, &json!({ "error": "invalid_token" }))),
            "/ping" if passes => Some(says(200, &json!({ "ok": true }))),
            "/ping" => Some(says(401, &json!({ "error": "invalid_token" }))),
            _ => None,
        });
        let beside = |it: &Connection| it.health_reason.contains("so is what has to pass");
        let now = until(&house, &id, |it| beside(it) || is_over(it)).await;
        let expected = match passes {
            true => Status::ReconnectRequired,
            false => Status::Connected,
        };
        let which = (is_client, passes);
        assert_eq!(now.status, expected, "{which:?}: {}", now.reason);
    }
}

/// One that says the same of a token that nobody issued names nothing by it.
#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_names_the_end_of_this_token_is_believed_at_once() {
    for (of_made_up, expected) in [
        ("invalid_token", Status::ReconnectRequired),
        ("token_revoked", Status::Connected),
    ] {
        let mut house = House::with_health_and_span(OFTEN, LONG_SPAN).await;
        let own = Own::start().await;
        let named = "[probe]\nrevoked = { pointer = \"/error\", equals = \"token_revoked\" }\n";
        let file = own.file().replace("[probe]\n", named);
        let id = own.connect(&mut house, &file).await.id.to_string();
        own.say(move |asked, _| {
            let word = match (asked.path.as_str(), asked.bearer.as_str()) {
                ("/me", "at-1" | "at-2") => "token_revoked",
                ("/me", _) => of_made_up,
                _ => return None,
            };
            Some(says(401, &json!({ "error": word })))
        });
        let now = until(&house, &id, |it| is_doubted(it) || is_over(it)).await;
        assert_eq!(now.status, expected, "{of_made_up}: {}", now.health_reason);
    }
}

/// A list that refuses every token, a fresh one too.
#[tokio::test(flavor = "multi_thread")]
async fn a_pull_turns_no_badge_where_everybody_is_refused() {
    for (passes, expected) in [
        (true, Status::ReconnectRequired),
        (false, Status::Connected),
    ] {
        let mut house = House::new().await;
        let own = Own::start().await;
        let file = format!("{}{CONTROL}", own.file()).replace("{U}", &own.base);
        let connection = own.connect(&mut house, &file).await;
        own.say(move |asked, _| match asked.path.as_str() {
            "/items" => Some(says(401, &json!({ "error": "invalid_token" }))),
            "/ping" if passes => Some(says(200, &json!({ "ok": true }))),
            "/ping" => Some(says(401, &json!({ "error": "invalid_token" }))),
            _ => None,
        });
        sync(&mut house, &connection).await;
        let name = connection.id.to_string();
        let now: Connection = house.ask(rpc::Connection { name }).await;
        assert_eq!(
            now.status, expected,
            "control passes: {passes}, {}",
            now.reason
        );
    }
}

/// Where the vendor was asked about a made-up token and did not say, it is not known how it refuses; that none can be made up
/// is another thing.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_a_made_up_token_has_to_be_known() {
    let mut house = House::with_health_and_span(OFTEN, SHORT_SPAN).await;
    let own = Own::start().await;
    let id = own.connect(&mut house, &own.file()).await.id.to_string();
    own.say(|asked, _| {
        let is_ours = asked.bearer.starts_with("at-1");
        let status = if is_ours { 401 } else { 503 };
        refuses(asked).then(|| says(status, &json!({ "error": "invalid_token" })))
    });
    let unclear = |it: &Connection| it.health_reason.contains("made-up token is not known");
    let now = until(&house, &id, |it| unclear(it) || is_over(it)).await;
    assert_eq!(now.status, Status::Connected, "{}", now.reason);
    assert_eq!(own.refreshes(), 0);
}
