//! Vendors that issue the same token again: one workspace has one Slack bot token, whoever installs the app.

use tagout::domain::connection::Status;
use tagout::domain::credential::TokenKind;
use tagout::domain::trial::Outcome;
use tagout::sandbox::{Endpoint, FaultMode, Lifetime, Never};
use tagout::wire::request::Window;
use tagout::wire::rpc;
use tagout::wire::view::{self, Page};

use crate::house::{BOT, House, again, connecting};
use crate::shared::{self, plan};

/// Ledger as a vendor whose calls end one token each.
pub(crate) const SINGLE: &str = r#"
id = "single"
name = "Single"
category = "payments"

[vars]
base = "http://127.0.0.1:1/ledger"

[auth]
kind = "oauth2"
authorize = "{base}/authorize"
token = "{base}/token"
revoke = "{base}/revoke"
client_auth = "basic"
scopes = ["profile", "invoices.read"]
refresh = "none"
lifetime = "never"
identity = { url = "{base}/userinfo", id = "/sub", label = "/preferred_username" }

[[disconnect]]
dialect = "rfc7009"
blast = "token"

[probe]
url = "{base}/userinfo"
"#;

/// The refresh token is revoked, and the access token with it.
const ALONG: &str = r#"
method = "POST"
url = "{base}/revoke"
auth = "basic"
encode = "form"
params = { token = "{token}", token_type_hint = "refresh_token" }
token = "refresh"
kills = ["refresh", "access"]
success = { status = [200] }"#;

async fn house() -> House {
    let mut house = House::new().await;
    house.add(SINGLE).await;
    house.tune(|it| {
        it.access_ttl = Some(Lifetime::Word(Never::Never));
        it.reissues = Some(true);
    });
    house
}

/// The same vendor with refresh tokens, each of which takes its access token along.
pub(crate) async fn house_that_ends_along() -> House {
    let mut house = House::new().await;
    let along = SINGLE
        .replace(
            "refresh = \"none\"",
            "refresh = \"static\"\nprove_refresh = false",
        )
        .replace("dialect = \"rfc7009\"", ALONG);
    house.add(&along).await;
    house.tune(|it| {
        it.access_ttl = Some(Lifetime::Seconds(3600));
        it.reissues = Some(true);
    });
    house
}

/// The same account twice, with one token.
async fn twice(house: &mut House) -> (view::Connection, view::Connection) {
    let both = shared::twice(house, "single").await;
    assert_eq!(house.alive(), 1);
    both
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_another_connection_holds_is_left_alive_and_named() {
    let mut house = house().await;
    let (first, second) = twice(&mut house).await;
    let shown = plan(&house, &first).await;
    assert_eq!(shown.shares_grant_with[0].id, second.id);
    assert!(!shown.tokens[0].can_revoke);
    assert_eq!(shown.narrowed.len(), 1);
    let run = house.disconnect(first.id.as_str()).await;
    assert_eq!(house.calls(Endpoint::Revoke), 0);
    assert_eq!(run.tokens[0].outcome, Some(Outcome::Unsupported));
    let why = run.tokens[0].evidence.reason.as_deref().unwrap();
    assert!(why.contains("own"), "{why}");
    let second = house.connection(second.id.as_str()).await;
    assert_eq!((second.status, house.alive()), (Status::Connected, 1));
    // The last one that holds it ends it.
    assert!(plan(&house, &second).await.shares_grant_with.is_empty());
    let run = house.disconnect(second.id.as_str()).await;
    assert_eq!(run.tokens[0].outcome, Some(Outcome::VerifiedDead));
    let status: view::Status = house.ask(rpc::Status).await;
    assert_eq!((status.exposed, house.alive()), (0, 0));
}

/// A call about a refresh token that ends the access token along, which another connection holds: it is not made, and the plan
/// promises nothing of either token.
#[tokio::test(flavor = "multi_thread")]
async fn what_would_end_it_along_is_left_out_and_not_promised() {
    let mut house = house_that_ends_along().await;
    let (first, second) = shared::twice(&mut house, "single").await;
    let shown = plan(&house, &first).await;
    assert_eq!(shown.tokens.len(), 2, "{shown:#?}");
    for token in &shown.tokens {
        assert_eq!((token.can_revoke, token.left_alone), (false, true));
        assert_eq!(
            token.fate(),
            "is not revoked: the call would end others too"
        );
    }
    assert_eq!(shown.narrowed.len(), 1);
    assert_eq!(shown.shares_grant_with[0].id, second.id);
    let run = house.disconnect(first.id.as_str()).await;
    assert_eq!(house.calls(Endpoint::Revoke), 0);
    for token in &run.tokens {
        let why = token.evidence.reason.as_deref().unwrap();
        assert!(why.contains("own"), "{why}");
    }
}

/// A hold obeys what a run does: a call about a refresh token would end an access token along that somebody uses since.
#[tokio::test(flavor = "multi_thread")]
async fn a_hold_ends_nothing_along_that_is_in_use_since() {
    let mut house = house_that_ends_along().await;
    let first = house.connect("single", BOT).await;
    house.fault(Endpoint::Revoke, FaultMode::Status503);
    house.disconnect_holding(first.id.as_str()).await;
    let second = shared::own(&mut house, "single").await;
    let asked = house.calls(Endpoint::Revoke);
    house.mend();
    let is_left_out = |holds: &[view::Hold]| {
        let refresh = holds.iter().find(|it| it.kind == TokenKind::Refresh);
        refresh.is_some_and(|it| it.last.contains("the call would end Single · own too"))
    };
    house.until_holds(is_left_out).await;
    assert_eq!(house.calls(Endpoint::Revoke), asked);
    let probed = house.client.token(second.id.to_string(), None).await;
    assert!(probed.is_ok(), "{probed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wider_disconnect_ends_it_and_marks_the_other() {
    let mut house = house().await;
    let (first, second) = twice(&mut house).await;
    let run = house
        .disconnect_with(first.id.as_str(), |asked| asked.allow_wider = true)
        .await;
    assert_eq!(run.tokens[0].outcome, Some(Outcome::VerifiedDead));
    let second = house.connection(second.id.as_str()).await;
    assert_eq!(second.status, Status::ReconnectRequired);
    assert!(second.reason.contains(run.id.as_str()), "{}", second.reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_hold_it_and_go_together_are_both_proven() {
    let mut house = house().await;
    let (first, second) = twice(&mut house).await;
    let both = [first.id.as_str(), second.id.as_str()];
    let runs = house.disconnect_all(&both, |_| {}).await;
    let is_proven = |run: &view::Run| run.tokens[0].outcome == Some(Outcome::VerifiedDead);
    assert!(runs.iter().any(is_proven), "{runs:#?}");
    // One that asked first when the other had revoked it already is told by the other's proof.
    for id in runs.iter().map(|run| run.id.to_string()) {
        let is_over = |run: &view::Run| is_proven(run) || run.tokens[0].over.is_some();
        house.until(|| rpc::Run { id: id.clone() }, is_over).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_that_fails_does_not_end_the_token_in_use() {
    let mut house = house().await;
    let first = house.connect("single", BOT).await;
    house.fault(Endpoint::Probe, FaultMode::Status503);
    let flow = house.begin(connecting("single")).await;
    let why = house.try_authorize(flow, BOT).await.unwrap_err();
    assert!(why.message.contains("whose account"), "{why}");
    house.mend();
    let has_begun = |page: &Page<view::RunRow>| !page.rows.is_empty();
    let all = || rpc::Runs(Window::default());
    let page = house.until(all, has_begun).await;
    let id = page.rows[0].id.to_string();
    let given_back = || rpc::Run { id: id.clone() };
    let is_over = |run: &view::Run| run.checkpoint.is_some();
    house.until(given_back, is_over).await;
    assert_eq!(house.calls(Endpoint::Revoke), 0);
    let first = house.connection(first.id.as_str()).await;
    assert_eq!((first.status, house.alive()), (Status::Connected, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_of_a_token_that_is_issued_again_ends_without_a_call() {
    let mut house = house().await;
    let first = house.connect("single", BOT).await;
    house.fault(Endpoint::Revoke, FaultMode::Status503);
    let run = house.disconnect_holding(first.id.as_str()).await;
    assert_eq!(house.holds().await.len(), 1);
    let flow = house.begin(again(&first)).await;
    let first = house.authorize(flow, BOT).await;
    let asked = house.calls(Endpoint::Revoke);
    house.mend();
    house.until_holds(<[_]>::is_empty).await;
    assert_eq!(house.calls(Endpoint::Revoke), asked);
    assert_eq!(house.alive(), 1);
    assert_eq!(
        house.connection(first.id.as_str()).await.status,
        Status::Connected
    );
    let run = house.run(run.id).await;
    assert_eq!(run.tokens[0].outcome, Some(Outcome::Unreachable));
    assert_eq!(house.count("token.came_back").await, 0);
    let ended = house.entries().await.into_iter();
    let mut ended = ended.filter(|it| it.action == "hold.ended");
    assert_eq!(ended.next().unwrap().detail["ended_by"], "in_use_again");
    // It may live on until somebody disconnects what uses it.
    let again = house.disconnect(first.id.as_str()).await;
    assert_eq!(again.tokens[0].outcome, Some(Outcome::VerifiedDead));
    let status: view::Status = house.ask(rpc::Status).await;
    assert_eq!(status.exposed, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_issued_again_to_its_own_connection_is_ended_once() {
    let mut house = house().await;
    let first = house.connect("single", BOT).await;
    let flow = house.begin(again(&first)).await;
    let first = house.authorize(flow, BOT).await;
    let run = house.disconnect(first.id.as_str()).await;
    assert_eq!(house.calls(Endpoint::Revoke), 1);
    for token in &run.tokens {
        assert_eq!(token.outcome, Some(Outcome::VerifiedDead), "{token:#?}");
    }
}
