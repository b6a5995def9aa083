//! Holds (B4).

use std::time::Duration;

use jiff::Timestamp;
use tagout::domain::disconnect::run::RunState;
use tagout::domain::hold::{Hold, HoldEvent, TryCalls};
use tagout::domain::id::HoldId;
use tagout::domain::trial::{Outcome, Residual};
use tagout::domain::user::Role;
use tagout::sandbox::{Endpoint, Fault, FaultMode, Lifetime, Vendor};
use tagout::store::Store;
use tagout::wire::Code;
use tagout::wire::rpc;
use tagout::wire::view::{self, Page};

use crate::house::{BOT, CAROL, House, again, held_ones};

mod claims;
mod waiting;

/// The clock cannot be turned, so the row is: its token expires at `at`. It is tried at `next`, or when it has expired.
async fn expires(store: &Store, id: &HoldId, at: Timestamp, next: Timestamp) -> Hold {
    let mut hold = store.hold(id).unwrap();
    hold.expires_at = Some(at);
    let written = store.write(|tx| tx.put(&hold)).unwrap();
    store.durable(written.commit).await.unwrap();
    let rests = HoldEvent::Rests {
        calls: TryCalls::None,
        next,
        until: None,
        last: hold.last,
    };
    store.hold_changed(id, rests, |_| None).await.unwrap()
}

/// Ledger, disconnected while it revokes nothing.
async fn held(house: &mut House) -> (view::Connection, view::Run) {
    let connection = house.connect("ledger", BOT).await;
    house.fault(Endpoint::Revoke, FaultMode::Status503);
    let run = house.disconnect_holding(connection.id.as_str()).await;
    (connection, run)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_reached_is_held_and_ended_when_it_can() {
    let mut house = House::new().await;
    let (connection, run) = held(&mut house).await;
    assert_eq!(run.state, RunState::CompletedWithWarnings);
    assert_eq!(run.counts.credentials_destroyed, 0, "{:#?}", run.steps);
    for token in &run.tokens {
        assert_eq!(token.outcome, Some(Outcome::Unreachable));
        assert!(token.hold.is_some());
    }
    let holds = house
        .until_holds(|holds| holds.iter().all(|hold| hold.tries >= 2))
        .await;
    assert_eq!(holds.len(), 2);
    assert!(
        holds
            .iter()
            .all(|hold| hold.next_try.is_some() && hold.connection == connection.id)
    );
    assert_eq!(house.alive(), 2);
    assert_eq!(house.connection(connection.id.as_str()).await.holds, 2);
    let status: view::Status = house.ask(rpc::Status).await;
    assert_eq!((status.holds, status.exposed), (2, 2));

    house.mend();
    house.until_holds(<[_]>::is_empty).await;
    assert_eq!(house.alive(), 0);
    let run = house.run(run.id).await;
    for token in &run.tokens {
        assert_eq!(token.outcome, Some(Outcome::VerifiedDead), "{token:#?}");
        assert_eq!(token.residual_until, None);
        assert_eq!(
            token.evidence.probe_after.as_ref().unwrap().status,
            Some(200)
        );
    }
    let status: view::Status = house.ask(rpc::Status).await;
    assert_eq!((status.holds, status.exposed), (0, 0));
    assert_eq!(house.count("hold.opened").await, 2);
    assert_eq!(house.count("hold.ended").await, 2);
    assert_eq!(house.count("credential.destroyed").await, 0);
    assert_eq!(house.count("credential.moved_into_hold").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_outlives_the_server() {
    let mut house = House::new().await;
    let (_, run) = held(&mut house).await;
    house.restart().await;
    let before = house
        .until_holds(|holds| holds.iter().all(|hold| hold.tries >= 1))
        .await;
    assert_eq!(before.len(), 2);
    house.mend();
    house.until_holds(<[_]>::is_empty).await;
    assert_eq!(house.alive(), 0);
    let run = house.run(run.id).await;
    assert!(
        run.tokens
            .iter()
            .all(|token| token.outcome == Some(Outcome::VerifiedDead))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_owner_gives_a_hold_up_and_says_why() {
    let mut house = House::with_pace(Duration::from_secs(3600)).await;
    let (_, run) = held(&mut house).await;
    let id = house.holds().await[0].id.clone();
    let request = |note: &str| rpc::HoldDrop {
        id: id.clone(),
        note: note.to_owned(),
    };
    let admin = house.as_role(Role::Admin).await;
    let seen: Page<view::Hold> = admin.ask(held_ones()).await.unwrap();
    let why = seen.rows[0].refused.as_deref().unwrap();
    assert_eq!(why, "this cannot be undone and needs an Owner");
    assert_eq!(house.holds().await[0].refused, None);
    let refused = admin.ask(request("gone")).await.unwrap_err();
    assert_eq!(refused.code, Code::Forbidden);
    let refused = house.try_ask(request(" ")).await.unwrap_err();
    assert_eq!(refused.code, Code::Usage);
    assert_eq!(house.holds().await.len(), 2);

    let dropped: view::Hold = house.ask(request("the vendor went out of business")).await;
    assert_eq!(dropped.ended.as_deref(), Some("dropped"));
    assert_eq!(house.holds().await.len(), 1);
    let twice = house.try_ask(request("again")).await.unwrap_err();
    assert_eq!(twice.code, Code::Conflict);
    // What was given up may live on, and that stays said.
    let run = house.run(run.id).await;
    let token = run
        .tokens
        .iter()
        .find(|t| t.fingerprint == dropped.fingerprint)
        .unwrap();
    assert_eq!(token.outcome, Some(Outcome::Unreachable));
    assert!(token.residual_until.is_some_and(|at| at != Residual::None));
    let status: view::Status = house.ask(rpc::Status).await;
    assert_eq!((status.holds, status.exposed), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vendor_is_not_asked_before_it_wants_to_be() {
    let mut house = House::new().await;
    house.tune(|it| it.access_ttl = Some(Lifetime::Seconds(100_000)));
    let connection = house.connect("ledger", BOT).await;
    let other = house.connect("ledger", CAROL).await;
    let mut fault = Fault::new(Vendor::Ledger, Endpoint::Revoke, FaultMode::RateLimited);
    fault.retry_after = 7200;
    house.sandbox.state().inject(fault.clone());
    let began = jiff::Timestamp::now();
    house.disconnect_holding(connection.id.as_str()).await;
    // What the run was told counts, and goes on counting after a restart.
    let first = house.holds().await;
    house.restart().await;
    let called = house.calls(Endpoint::Revoke);
    for hold in &first {
        let wait = hold.next_try.unwrap().duration_since(began);
        assert!(wait.as_secs() >= 7200, "{hold:#?}");
        assert_eq!(hold.tries, 0);
    }
    // A second connection's holds are tried meanwhile.
    house.mend();
    house.fault(Endpoint::Revoke, FaultMode::Status503);
    house.disconnect_holding(other.id.as_str()).await;
    let of = |hold: &&view::Hold| hold.connection == other.id;
    let holds = house
        .until_holds(|holds| holds.iter().filter(of).all(|hold| hold.tries >= 2))
        .await;
    assert!(house.calls(Endpoint::Revoke) > called);
    let waiting: Vec<_> = holds.into_iter().filter(|hold| !of(&hold)).collect();
    assert_eq!(waiting.len(), 2);
    for (now, then) in waiting.iter().zip(&first) {
        assert_eq!((now.tries, now.next_try), (0, then.next_try), "{now:#?}");
    }
    // What a try of theirs is told counts in the same way.
    house.mend();
    house.sandbox.state().inject(fault);
    let late = began + jiff::SignedDuration::from_secs(7200);
    house
        .until_holds(|holds| holds.iter().all(|hold| hold.next_try >= Some(late)))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reconnect_finishes_what_is_held_before_there_is_a_newer_grant() {
    let mut house = House::with_pace(Duration::from_secs(3600)).await;
    let (connection, run) = held(&mut house).await;
    house.mend();
    let flow = house.begin(again(&connection)).await;
    assert!(flow.holds.is_empty(), "{flow:#?}");
    assert!(house.holds().await.is_empty());
    assert_eq!(house.alive(), 0);
    house.authorize(flow, BOT).await;
    assert_eq!(house.alive(), 2);
    let run = house.run(run.id).await;
    assert!(
        run.tokens
            .iter()
            .all(|token| token.outcome == Some(Outcome::VerifiedDead))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_reaches_further_never_meets_the_newer_grant() {
    let mut house = House::new().await;
    let (connection, _) = held(&mut house).await;
    let flow = house.begin(again(&connection)).await;
    assert_eq!(
        flow.holds.len(),
        2,
        "what is left is shown before the browser opens"
    );
    let connection = house.authorize(flow, BOT).await;
    house.mend();
    let called = house.calls(Endpoint::Revoke);
    let tries = house
        .holds()
        .await
        .iter()
        .map(|hold| hold.tries)
        .max()
        .unwrap();
    let holds = house
        .until_holds(|holds| holds.iter().all(|hold| hold.tries > tries + 2))
        .await;
    for hold in &holds {
        assert_eq!(
            hold.narrowed.as_deref(),
            Some("the connection is in service again")
        );
        assert!(hold.retries.is_empty(), "{hold:#?}");
    }
    assert_eq!(house.calls(Endpoint::Revoke), called);
    for secret in connection.credentials.iter().filter(|it| it.is_active) {
        assert!(house.tokens()[&secret.fingerprint].alive);
    }
    // Out of service again, the older grant is ended too.
    house.disconnect(connection.id.as_str()).await;
    house.until_holds(<[_]>::is_empty).await;
    assert_eq!(house.alive(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_died_meanwhile_is_not_claimed_for_a_call_of_ours() {
    let mut house = House::new().await;
    let (_, run) = held(&mut house).await;
    let account = tagout::sandbox::Victim::Account(BOT.to_owned());
    house.sandbox.state().kill(Vendor::Ledger, &account);
    // Nobody has taken a call, and nothing is accepted beside them: that is no proof.
    let tried = |holds: &[view::Hold]| holds.iter().all(|hold| hold.tries >= 2);
    assert_eq!(house.until_holds(tried).await.len(), 2);
    house.mend();
    house.until_holds(<[_]>::is_empty).await;
    let run = house.run(run.id).await;
    for token in &run.tokens {
        assert!(token.outcome.unwrap().proven(), "{token:#?}");
    }
}
