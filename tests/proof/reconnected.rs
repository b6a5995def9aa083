//! What becomes of the tokens that a reconnect takes the place of.

use tagout::domain::connection::Status;
use tagout::domain::trial::{Outcome, Residual};
use tagout::sandbox::{Endpoint, Lifetime, Never, Vendor};
use tagout::wire::request::Window;
use tagout::wire::rpc::{self, Connect};
use tagout::wire::view::{self, Page};

use crate::house::{BOT, CAROL, House, again};
use crate::same_token::SINGLE;
use crate::shared::own;
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
