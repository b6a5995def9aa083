//! What may still live after a disconnect (B3): until when, and that it is said no longer than it is true.

use std::sync::atomic::Ordering;

use tagout::domain::disconnect::exposure_end::ExposureEnd;
use tagout::domain::trial::{Outcome, Residual};
use tagout::sandbox::{Endpoint, FaultMode, Lifetime};
use tagout::wire::request::Window;
use tagout::wire::rpc;
use tagout::wire::view::{self, Page};

use crate::house::{BOT, House};
use crate::keys::{KEY, Keys};

async fn exposed(house: &House) -> u64 {
    house.ask(rpc::Status).await.exposed
}

/// What the list of runs says is left of each, newest first.
async fn rows(house: &House) -> Vec<u64> {
    let runs = rpc::Runs(Window {
        limit: 10,
        ..Window::default()
    });
    let page: Page<view::RunRow> = house.ask(runs).await;
    page.rows.into_iter().map(|row| row.exposed).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_is_exposed_no_more_and_an_entry_says_so() {
    let mut house = House::new().await;
    house.tune(|it| it.access_ttl = Some(Lifetime::Seconds(6)));
    let connection = house.connect("ledger", BOT).await;
    house.fault(Endpoint::Revoke, FaultMode::Status503);
    let run = house.disconnect(connection.id.as_str()).await;
    let until = run.tokens.iter().find_map(|it| match it.residual_until {
        Some(Residual::Until(at)) => Some(at),
        _ => None,
    });
    let until = until.expect("an access token that expires");
    assert!(until > jiff::Timestamp::now(), "{until}");
    assert_eq!(exposed(&house).await, 2);
    assert_eq!(
        house.connection(connection.id.as_str()).await.exposed.len(),
        2
    );

    let status = |status: &view::Status| status.exposed == 1;
    house.until(|| rpc::Status, status).await;
    assert!(jiff::Timestamp::now() >= until);
    // The entry comes with the notice, and so does what the run says.
    let id = run.id.to_string();
    let is_over = |run: &view::Run| run.tokens.iter().any(|it| it.over.is_some());
    let run: view::Run = house.until(|| rpc::Run { id: id.clone() }, is_over).await;
    let over: Vec<_> = run
        .tokens
        .iter()
        .filter_map(|it| it.over.as_ref())
        .collect();
    assert_eq!(over.len(), 1);
    assert_eq!(over[0].over, ExposureEnd::Expired);
    assert_eq!(house.count("exposure.over").await, 1);
    assert_eq!(rows(&house).await, [1]);
    let left = house.connection(connection.id.as_str()).await.exposed;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].until, Residual::Unknown);
    house.restart().await;
    assert_eq!(exposed(&house).await, 1);
    assert_eq!(house.count("exposure.over").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_run_that_proves_the_same_key_dead_ends_the_exposure() {
    let mut house = House::new().await;
    let vendor = Keys::start(&mut house).await;
    let connection = house.paste_key("keyed", None, KEY).await;
    vendor.is_down.store(true, Ordering::SeqCst);
    let first = house.disconnect(connection.id.as_str()).await;
    assert_eq!(first.tokens[0].outcome, Some(Outcome::Unreachable));
    assert_eq!(exposed(&house).await, 1);
    assert_eq!(first.follow_ups.len(), 1);
    assert!(first.follow_ups[0].done.is_none());
    assert_eq!(
        house.connection(connection.id.as_str()).await.exposed[0].until,
        Residual::Never
    );

    vendor.is_down.store(false, Ordering::SeqCst);
    house.paste_key("keyed", Some(&connection), KEY).await;
    assert_eq!(exposed(&house).await, 1);
    let second = house.disconnect(connection.id.as_str()).await;
    assert_eq!(second.tokens[0].outcome, Some(Outcome::VerifiedDead));
    assert_eq!(exposed(&house).await, 0);
    let first = house.run(first.id).await;
    let over = first.tokens[0].over.as_ref().unwrap();
    let by = second.id.clone();
    assert_eq!(over.over, ExposureEnd::Proven { run: by });
    // What was left to a person is done with it, and the same proof says so.
    let done = first.follow_ups[0].done.as_ref().unwrap();
    assert_eq!(done.by, "server");
    assert!(done.note.contains(second.id.as_str()), "{}", done.note);
    let status: view::Status = house.ask(rpc::Status).await;
    assert_eq!(status.follow_ups_open, 0);
    assert!(second.follow_ups.is_empty());
    assert_eq!(rows(&house).await, [0, 0]);
    assert_eq!(house.count("exposure.over").await, 1);
}
