//! How long holds wait, what ends them without the vendor, and that nobody else gets at their tokens.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, ToSpan};
use tagout::domain::id::HoldId;
use tagout::domain::sealed::SealPurpose;
use tagout::domain::trial::{Outcome, Residual};
use tagout::sandbox::Endpoint;
use tagout::store::Store;
use tagout::vault::{MasterKey, Sweep, Vault};
use tagout::wire::Code;
use tagout::wire::request::Window;
use tagout::wire::rpc;
use tagout::wire::rpc::JobAction;
use tagout::wire::view::{self, Page};

use super::{expires, held};
use crate::house::{House, again};

/// Its token expired ten minutes ago, and is to be looked at now.
async fn aged(store: &Store, id: &HoldId) {
    let now = Timestamp::now();
    let hold = expires(store, id, now - 10.minutes(), now + 5.hours()).await;
    assert!(hold.next_try < now);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_expires_while_nobody_answers_is_destroyed_and_not_called_dead() {
    let mut house = House::with_pace(Duration::from_secs(3600)).await;
    let (_, run) = held(&mut house).await;
    let asked = house.sandbox.log().all().len();
    let (one, other) = {
        let holds = house.holds().await;
        (holds[0].clone(), holds[1].clone())
    };
    house
        .restart_after(async |store| aged(store, &one.id).await)
        .await;
    let left = house.until_holds(|holds| holds.len() == 1).await;
    assert_eq!(left[0].id, other.id);
    // The vendor was not asked, so nothing is claimed of its answer.
    let calls = house.sandbox.log().all();
    let about = |call: &&tagout::sandbox::CallRecord| call.token.as_ref() == Some(&one.fingerprint);
    assert_eq!(calls[asked..].iter().filter(about).count(), 0);
    let run = house.run(run.id).await;
    let of = |hold: &view::Hold| {
        let mut tokens = run.tokens.iter();
        tokens.find(|t| t.fingerprint == hold.fingerprint).unwrap()
    };
    assert_eq!(of(&one).outcome, Some(Outcome::Unreachable));
    let Some(Residual::Until(at)) = of(&one).residual_until else {
        panic!("{:#?}", of(&one));
    };
    assert!(at < Timestamp::now());
    let status: view::Status = house.ask(rpc::Status).await;
    assert_eq!((status.holds, status.exposed), (1, 1));
    let entries = house.entries().await;
    let ended: Vec<_> = entries
        .iter()
        .filter(|it| it.action == "hold.ended")
        .collect();
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0].detail["ended_by"], "expired");
    assert_eq!(ended[0].detail["outcome"], "unreachable");
    assert_eq!(
        ended[0].outcome,
        tagout::domain::audit::AuditOutcome::Warning
    );
    // Its slot carries no key any more, and its row no ciphertext; the other's are as they were.
    let (data, keys) = (house.data(), house.config().with_file_name("master.key"));
    house
        .restart_after(async |store| {
            assert!(store.hold(&one.id).unwrap().sealed.is_emptied());
            let in_use: Vec<_> = store.slots_in_use().unwrap();
            let kept = store.hold(&other.id).unwrap().sealed;
            assert_eq!(kept.purpose, SealPurpose::Hold);
            assert!(in_use.contains(&kept.key));
            let master = MasterKey::load_or_create(&keys).unwrap();
            let (_vault, sweep) =
                Vault::open(&data.join("slots"), master, in_use.into_iter()).unwrap();
            assert_eq!(sweep, Sweep::default());
        })
        .await;
}

/// A vendor that wants to be left alone for longer than its token lives is not asked, and the token does not wait for it.
#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_does_not_wait_for_its_next_try() {
    let mut house = House::with_pace(Duration::from_secs(48 * 3600)).await;
    held(&mut house).await;
    for hold in house.holds().await {
        let next = hold.next_try.unwrap();
        match hold.expires_at {
            Some(at) => {
                let grace = next.duration_since(at);
                assert!(grace > SignedDuration::ZERO && grace < SignedDuration::from_mins(2));
            }
            None => assert!(next.duration_since(hold.opened_at) >= SignedDuration::from_hours(24)),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_try_waits_longer_than_the_one_before_and_half_of_it_is_chance() {
    let hour = SignedDuration::from_hours(1);
    let mut house = House::with_pace(Duration::from_secs(3600)).await;
    house.tune(|it| it.access_ttl = Some(tagout::sandbox::Lifetime::Seconds(1_000_000)));
    let (connection, _) = held(&mut house).await;
    // Each beginning of a reconnect tries what is held at once.
    for (tries, wait) in [(0, 1), (1, 2), (2, 4), (3, 4)] {
        for hold in house.holds().await {
            assert_eq!(hold.tries, tries);
            let left = hold.next_try.unwrap().duration_since(Timestamp::now());
            assert!(left <= hour * wait, "{tries}: {left:?}");
            assert!(
                left >= hour * wait / 2 - SignedDuration::from_mins(5),
                "{tries}: {left:?}"
            );
        }
        let flow = house.begin(again(&connection)).await;
        assert_eq!(flow.holds.len(), 2);
        let id = flow.id;
        house.ask(rpc::FlowCancel { id }).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_token_is_for_nobody_else() {
    let mut house = House::with_pace(Duration::from_secs(3600)).await;
    let (connection, _) = held(&mut house).await;
    let listed = house.calls(Endpoint::List);
    let name = connection.id.to_string();
    let request = rpc::Token {
        connection: name.clone(),
        min_valid: None,
    };
    let refused = house.try_ask(request).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict, "{refused:?}");
    let jobs: Page<view::Job> = house
        .ask(rpc::Jobs {
            connection: Some(name),
            window: Window {
                limit: 10,
                ..Window::default()
            },
        })
        .await;
    for job in jobs.rows {
        let job = job.id.to_string();
        for act in [JobAction::Enable, JobAction::Run] {
            let job = job.clone();
            let refused = house.try_ask(rpc::JobAct { job, act }).await;
            assert_eq!(refused.unwrap_err().code, Code::Conflict, "{act:?}");
        }
    }
    assert_eq!(house.calls(Endpoint::List), listed);
    assert_eq!(house.holds().await.len(), 2);
    // The vault itself refuses it to everything but the worker.
    let held = house.holds().await;
    let (data, keys) = (house.data(), house.config().with_file_name("master.key"));
    house
        .restart_after(async |store| {
            let in_use = store.slots_in_use().unwrap().into_iter();
            let master = MasterKey::load_or_create(&keys).unwrap();
            let (vault, _) = Vault::open(&data.join("slots"), master, in_use).unwrap();
            for hold in &held {
                let hold = store.hold(&hold.id).unwrap();
                let owner = hold.token.credential.as_str();
                assert!(vault.open_for_use(&hold.sealed, owner).is_err());
                assert!(vault.open_to_revoke(&hold.sealed, owner).is_ok());
            }
        })
        .await;
}
