//! What becomes of the tokens that a reconnect takes the place of.

use std::collections::BTreeMap;

use tagout::domain::connection::Status;
use tagout::domain::credential::TokenKind;
use tagout::domain::trial::{Outcome, Residual};
use tagout::sandbox::{Endpoint, FaultMode, Lifetime, Never, Vendor};
use tagout::wire::request::Window;
use tagout::wire::rpc::{self, Connect};
use tagout::wire::view::{self, Page};

use crate::house::{BOT, CAROL, House, again};
use crate::same_token::{SINGLE, house_that_ends_along};
use crate::shared::{own, plan};
use crate::vendors::connected;

/// The run that ends what was replaced, when it has ended.
async fn replaced(house: &mut House) -> view::Run {
    let all = || {
        rpc::Runs(Window {
            limit: 200,
            ..Window::default()
        })
    };
    let has_begun = |page: &Page<view::RunRow>| !page.rows.is_empty();
    let page = house.until(all, has_begun).await;
    assert_eq!(page.rows.len(), 1, "{page:#?}");
    let id = page.rows[0].id.to_string();
    let run = || rpc::Run { id: id.clone() };
    house
        .until(run, |run: &view::Run| run.checkpoint.is_some())
        .await
}

async fn exposed(house: &House) -> u64 {
    let status: view::Status = house.ask(rpc::Status).await;
    status.exposed
}

async fn reconnect(house: &mut House, c: &view::Connection, account: &str) -> view::Connection {
    let asked = Connect {
        accept_other_account: account != BOT,
        ..again(c)
    };
    let flow = house.begin(asked).await;
    house.authorize(flow, account).await
}

/// Ledger as a vendor whose tokens never expire, and are ended one by one.
async fn single() -> House {
    let mut house = House::new().await;
    house.add(SINGLE).await;
    house.tune(|it| it.access_ttl = Some(Lifetime::Word(Never::Never)));
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_about_one_token_ends_the_earlier_one_of_the_same_account() {
    let mut house = single().await;
    let first = house.connect("single", BOT).await;
    let now = reconnect(&mut house, &first, BOT).await;
    let run = replaced(&mut house).await;
    assert_eq!(run.tokens.len(), 1, "{run:#?}");
    assert_eq!(run.tokens[0].outcome, Some(Outcome::VerifiedDead));
    assert_eq!(
        run.tokens[0].fingerprint, first.credentials[0].fingerprint,
        "the earlier one"
    );
    assert_eq!((house.alive(), exposed(&house).await), (1, 0));
    let now = house.connection(now.id.as_str()).await;
    assert_eq!((now.status, now.generation), (Status::Connected, 2));
    // The run is nothing of the connection's own.
    assert_eq!(now.last_run, None);
    let run = house.disconnect(now.id.as_str()).await;
    assert_eq!(run.tokens.len(), 1, "{run:#?}");
    assert_eq!(house.alive(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_token_once_more_is_left_alone() {
    let mut house = single().await;
    house.tune(|it| it.reissues = Some(true));
    let first = house.connect("single", BOT).await;
    reconnect(&mut house, &first, BOT).await;
    let page: Page<view::RunRow> = house.ask(rpc::Runs(Window::default())).await;
    assert!(page.rows.is_empty(), "{page:#?}");
    assert_eq!((house.calls(Endpoint::Revoke), house.alive()), (0, 1));
}

/// A call that ends a grant would end the newer one: nothing is called, and what may live is listed until a disconnect ends it.
#[tokio::test(flavor = "multi_thread")]
async fn what_only_a_wider_call_ends_stays_and_is_listed() {
    let mut house = House::new().await;
    let first = house.connect("ledger", BOT).await;
    let now = reconnect(&mut house, &first, BOT).await;
    let run = replaced(&mut house).await;
    assert_eq!(house.calls(Endpoint::Revoke), 0);
    assert_eq!(run.tokens.len(), 2, "{run:#?}");
    for token in &run.tokens {
        assert_eq!(token.outcome, Some(Outcome::Unsupported), "{token:#?}");
        let why = token.evidence.reason.as_deref().unwrap();
        assert!(why.contains(&now.name), "{why}");
        let is_timed = matches!(token.residual_until, Some(Residual::Until(_)));
        let is_unknown = token.residual_until == Some(Residual::Unknown);
        assert!(is_timed || is_unknown, "{token:#?}");
    }
    let follow_ups = run.follow_ups.len();
    assert_eq!(
        follow_ups, 0,
        "what a person does would end the newer grant"
    );
    assert_eq!(exposed(&house).await, 2);
    let listed = house.connection(run.connection.as_str()).await;
    assert_eq!((listed.exposed.len(), &listed.account), (2, &first.account));
    // They are still the connection's, and its own disconnect ends them.
    let run = house.disconnect(now.id.as_str()).await;
    assert_eq!((run.tokens.len(), house.alive()), (4, 0), "{run:#?}");
    let unproven = run.tokens.iter();
    let unproven = unproven.filter(|it| it.outcome.is_some_and(|outcome| !outcome.proven()));
    assert_eq!(exposed(&house).await, unproven.count() as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_accounts_grant_is_ended_as_a_whole() {
    let mut house = House::new().await;
    let first = house.connect("ledger", BOT).await;
    let now = reconnect(&mut house, &first, CAROL).await;
    let run = replaced(&mut house).await;
    assert_eq!(run.tokens.len(), 2, "{run:#?}");
    for token in &run.tokens {
        assert_eq!(token.outcome, Some(Outcome::VerifiedDead), "{token:#?}");
    }
    assert_eq!((house.alive(), exposed(&house).await), (2, 0));
    let now = house.connection(now.id.as_str()).await;
    assert_eq!(now.status, Status::Connected);
    let listed: Page<view::Connection> = house.ask(rpc::Connections(Window::default())).await;
    assert_eq!(listed.rows.len(), 1, "what is over is not listed");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_accounts_grant_that_is_used_elsewhere_stays() {
    let mut house = House::new().await;
    let first = house.connect("ledger", BOT).await;
    let second = own(&mut house, "ledger").await;
    reconnect(&mut house, &first, CAROL).await;
    let run = replaced(&mut house).await;
    assert_eq!(house.calls(Endpoint::Revoke), 0);
    for token in &run.tokens {
        let why = token.evidence.reason.as_deref().unwrap();
        assert!(why.contains(&second.name), "{why}");
    }
    assert_eq!((house.alive(), exposed(&house).await), (6, 2));
}

/// A vendor whose own word it is that one call ends one token, with its own recipe.
#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_with_both_calls_ends_the_token_and_not_the_grant() {
    let mut house = House::new().await;
    let setups = house.sandbox.setups();
    let setup = setups.iter().find(|it| it.provider == "github").unwrap();
    let first = connected(&mut house, setup).await;
    let now = reconnect(&mut house, &first, BOT).await;
    let run = replaced(&mut house).await;
    assert_eq!(run.tokens[0].outcome, Some(Outcome::VerifiedDead));
    assert!(run.follow_ups.is_empty(), "{run:#?}");
    let tokens = house.sandbox.state().tokens(Vendor::Github);
    assert_eq!(tokens.iter().filter(|it| it.alive).count(), 1);
    assert_eq!(now.status, Status::Connected);
}

/// A crash between the reconnect and its run: it begins at the start.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_set_apart_is_ended_after_a_restart() {
    let mut house = single().await;
    let first = house.connect("single", BOT).await;
    reconnect(&mut house, &first, BOT).await;
    house.restart().await;
    let run = replaced(&mut house).await;
    assert_eq!(run.tokens[0].outcome, Some(Outcome::VerifiedDead));
    assert_eq!(house.alive(), 1);
}

/// The vendor has issued the same access token with a newer refresh token: the call about the earlier refresh token would take the
/// access token along, and is not made.
#[tokio::test(flavor = "multi_thread")]
async fn what_would_take_along_a_token_that_is_issued_once_more_stays() {
    let mut house = house_that_ends_along().await;
    let first = house.connect("single", BOT).await;
    let now = reconnect(&mut house, &first, BOT).await;
    let run = replaced(&mut house).await;
    assert_eq!(house.calls(Endpoint::Revoke), 0, "{run:#?}");
    assert_eq!(run.tokens.len(), 1, "{run:#?}");
    assert_eq!(run.tokens[0].kind, TokenKind::Refresh);
    let now = house.connection(now.id.as_str()).await;
    assert_eq!(now.status, Status::Connected);
    let probed = house.client.token(now.id.to_string(), None).await;
    assert!(probed.is_ok(), "{probed:?}");
    house.disconnect(now.id.as_str()).await;
    assert_eq!(house.alive(), 0);
}

/// Nobody vouches for it that the call ends one token: it may end the grant, and the newer one with it.
async fn stays_at(toml: &str) {
    let mut house = House::new().await;
    house.add(toml).await;
    house.tune(|it| it.access_ttl = Some(Lifetime::Word(Never::Never)));
    let first = house.connect("single", BOT).await;
    let now = reconnect(&mut house, &first, BOT).await;
    let run = replaced(&mut house).await;
    assert_eq!(house.calls(Endpoint::Revoke), 0, "{run:#?}");
    assert_eq!(run.tokens[0].outcome, Some(Outcome::Unsupported));
    assert_eq!((house.alive(), exposed(&house).await), (2, 1));
    house.disconnect(now.id.as_str()).await;
    assert_eq!((house.alive(), exposed(&house).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_call_reaches_that_the_file_does_not_vouch_for_stays() {
    let unverified = "unverified = [\"disconnect[0].blast\"]\n\n[vars]";
    stays_at(&SINGLE.replace("[vars]", unverified)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_bare_dialect_reaches_stays() {
    stays_at(&SINGLE.replace("blast = \"token\"\n", "")).await;
}

/// Another account's grant is nothing to the newer one, whatever the call ends.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_bare_dialect_reaches_of_another_account_is_ended() {
    let mut house = House::new().await;
    let bare = SINGLE.replace("blast = \"token\"\n", "");
    house.add(&bare).await;
    house.tune(|it| it.access_ttl = Some(Lifetime::Word(Never::Never)));
    let first = house.connect("single", BOT).await;
    reconnect(&mut house, &first, CAROL).await;
    let run = replaced(&mut house).await;
    assert_eq!(house.calls(Endpoint::Revoke), 1, "{run:#?}");
    assert_eq!(house.alive(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_ended_now_is_held_and_ended_later() {
    let mut house = single().await;
    let first = house.connect("single", BOT).await;
    house.fault(Endpoint::Revoke, FaultMode::Status503);
    let now = reconnect(&mut house, &first, BOT).await;
    let run = replaced(&mut house).await;
    assert_eq!(run.tokens[0].outcome, Some(Outcome::Unreachable));
    assert_eq!((house.holds().await.len(), house.alive()), (1, 2));
    house.mend();
    house.until_holds(<[_]>::is_empty).await;
    assert_eq!(house.alive(), 1);
    let now = house.connection(now.id.as_str()).await;
    assert_eq!(now.status, Status::Connected);
}

/// What stands for the earlier tokens while they are being ended is no connection that anybody uses.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_replaced_is_there_to_be_ended_alone() {
    let mut house = House::new().await;
    let both = format!("{SINGLE}\n[[disconnect]]\ndialect = \"rfc7009\"\nblast = \"grant\"\n");
    house.add(&both).await;
    let first = house.connect("single", BOT).await;
    house.fault(Endpoint::Revoke, FaultMode::Hang);
    let now = reconnect(&mut house, &first, BOT).await;
    let listed: Page<view::Connection> = house.ask(rpc::Connections(Window::default())).await;
    let stands = listed.rows.iter().find(|it| it.id != now.id).unwrap();
    assert_eq!(house.connection("single").await.id, now.id);
    // Its grant is the connection's own to end.
    let planned = plan(&house, &now).await;
    assert!(planned.narrowed.is_empty(), "{planned:#?}");
    assert!(planned.shares_grant_with.is_empty(), "{planned:#?}");
    let why = house.try_ask(again(stands)).await.unwrap_err();
    assert!(why.message.contains(&now.name), "{why}");
    assert!(why.hint.contains(now.id.as_str()), "{why}");
    let configure = rpc::Configure {
        name: stands.id.to_string(),
        new_name: Some("other".to_owned()),
        vars: BTreeMap::default(),
        moves: false,
    };
    let why = house.try_ask(configure).await.unwrap_err();
    assert!(why.message.contains("stands for"), "{why}");
    house.mend();
}
