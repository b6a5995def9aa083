//! Planned for later: what is as it was accepted begins when its time has come, and nothing else.

use jiff::SignedDuration;
use tagout::domain::audit::AuditOutcome;
use tagout::domain::connection::{Connection, Status};
use tagout::domain::credential::Credential;
use tagout::domain::id::WalkthroughId;
use tagout::domain::walkthrough::{TargetChoice, WalkState, Walkthrough as Kept};
use tagout::store::facts::{Copy, Readmission};
use tagout::store::{StoreError, Tx};
use tagout::wire::Code;
use tagout::wire::request::Target;
use tagout::wire::rpc::{self, WalkthroughPlan};
use tagout::wire::view::About;
use tagout::wire::walkthrough::WalkthroughDraft;

use crate::fleet::{Fleet, connection, draft, planning};
use crate::kills::Server;

const SECOND: SignedDuration = SignedDuration::from_secs(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn nothing(_: &mut Tx<'_>) -> Result<(), StoreError> {
    Ok(())
}

/// Everything at the vendor, which is tagged with it.
fn at_acme() -> WalkthroughDraft {
    draft(TargetChoice::Matching {
        provider: Some("acme".to_owned()),
        owner: None,
    })
}

/// Why each target was passed over, by its name.
async fn passed_over(fleet: &Fleet, id: &WalkthroughId) -> Vec<(String, String)> {
    let targets = fleet.targets(id).await.into_iter();
    let passed = targets.filter_map(|it| Some((it.name, it.passed_over?)));
    passed.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn its_time_comes_while_the_server_runs() {
    let mut fleet = Fleet::start(3, 4).await;
    let id = fleet.save(at_acme()).await.id;
    let now = fleet.plan(&id, SECOND).await;
    assert_eq!((now.state, now.targets.not_begun), (WalkState::Planned, 3));
    assert_eq!(
        (now.planned.unwrap().by.actor.as_str(), now.decided),
        ("me", None)
    );
    let ended = fleet.finished(&id).await;
    assert_eq!((ended.targets.ended, ended.targets.passed_over), (3, 0));
    assert_eq!(fleet.ask(rpc::ForYou).await, []);
    assert_eq!(ended.planned.unwrap().late_seconds, None);
    let begun = fleet.entries("walkthrough.begun_by_time").await;
    assert_eq!((begun.len(), begun[0].outcome), (1, AuditOutcome::Done));
    assert_eq!(
        (begun[0].actor.as_str(), &begun[0].detail["connections"]),
        ("me", &3.into())
    );
    assert_eq!(fleet.begun("walkthrough.planned").await, (3, 1));
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_server_was_there_at_its_time() {
    let mut fleet = Fleet::start(2, 4).await;
    let id = fleet.save(at_acme()).await.id;
    fleet.plan(&id, HOUR).await;
    fleet.overdue(&id, nothing).await;
    let ended = fleet.finished(&id).await;
    let late = ended.planned.unwrap().late_seconds.unwrap();
    assert!((3_600..4_000).contains(&late), "{late}");
    let begun = fleet.entries("walkthrough.begun_by_time").await;
    assert_eq!((begun.len(), begun[0].outcome), (1, AuditOutcome::Warning));
    fleet.end().await;
}

/// 0 is as it was; 1 was authorized anew; of 2 the tokens were renewed; 3 shares its grant with one that came; 4 came.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_new_or_has_changed_is_left() {
    let mut fleet = Fleet::start(4, 4).await;
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.plan(&id, HOUR).await;
    fleet.connect_one(4, 3).await;
    let changes = |tx: &mut Tx<'_>| {
        let mut anew = tx.need::<Connection>(&connection(1))?;
        anew.generation += 1;
        anew.version += 1;
        tx.put(&anew)?;
        let mut renewed = tx.need::<Connection>(&connection(2))?;
        renewed.version += 1;
        tx.put(&renewed)?;
        for mut token in tx.scan::<Credential>(&format!("{}/", connection(2)))? {
            token.issue += 1;
            token.fingerprint = "withheld".to_owned();
            tx.put(&token)?;
        }
        Ok(())
    };
    fleet.overdue(&id, changes).await;
    let ended = fleet.finished(&id).await;
    assert_eq!((ended.targets.ended, ended.targets.passed_over), (2, 3));
    let left = [
        ("account-1", "it was connected anew since this was planned"),
        (
            "account-3",
            "who else shares its grant has changed since this was planned",
        ),
        ("account-4", "it was connected after this was planned"),
    ];
    let left = left.map(|(name, why)| (name.to_owned(), why.to_owned()));
    assert_eq!(passed_over(&fleet, &id).await, left);
    // Who planned it is told until they have seen it.
    let told = fleet.ask(rpc::ForYou).await;
    assert_eq!(
        (told[0].what, told[0].text.as_str()),
        (About::Left, "left 3 connections in service: everything")
    );
    let seen = rpc::ForYouSeen {
        id: told[0].id.clone(),
    };
    fleet.ask(seen).await;
    assert_eq!(fleet.ask(rpc::ForYou).await, []);
    let entries = fleet.entries("walkthrough.left").await;
    assert_eq!(entries.len(), 3);
    assert_eq!(entries[0].target, connection(1));
    assert_eq!(fleet.begun("connection.disconnect_begun").await, (2, 2));
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_out_of_service_already_is_not_left() {
    let mut fleet = Fleet::start(2, 4).await;
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.plan(&id, HOUR).await;
    let changes = |tx: &mut Tx<'_>| {
        let mut gone = tx.need::<Connection>(&connection(1))?;
        gone.status = Status::Revoked;
        gone.version += 1;
        tx.put(&gone)
    };
    fleet.overdue(&id, changes).await;
    let ended = fleet.finished(&id).await;
    assert_eq!((ended.targets.ended, ended.targets.passed_over), (1, 1));
    assert_eq!(fleet.begun("walkthrough.left").await.1, 0);
    assert_eq!(fleet.begun("walkthrough.passed_over").await.1, 1);
    let begun = fleet.entries("walkthrough.begun_by_time").await;
    assert_eq!(begun[0].detail["left"], 0);
    assert_eq!(fleet.ask(rpc::ForYou).await, []);
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_an_older_copy_it_falls() {
    let mut fleet = Fleet::start(1, 4).await;
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.plan(&id, HOUR).await;
    let taken_on = |tx: &mut Tx<'_>| {
        tx.put(&Readmission {
            copy: Copy::Folder,
            after: None,
        })
    };
    fleet.overdue(&id, taken_on).await;
    let fallen = fleet.until(&id, |now| now.state == WalkState::Fallen).await;
    assert!(fallen.stopped_because.contains("older copy"));
    assert_eq!(fallen.targets.not_begun, 1);
    assert_eq!(fleet.begun("walkthrough.fell").await.1, 1);
    assert_eq!(fleet.ask(rpc::ForYou).await[0].what, About::Fallen);
    fleet.end().await;
}

/// It began when everything was as accepted, and the server stopped before the last one's turn.
#[tokio::test(flavor = "multi_thread")]
async fn what_changed_after_the_beginning_is_left_too() {
    let mut fleet = Fleet::start(3, 1).await;
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.plan(&id, HOUR).await;
    fleet.end().await;
    fleet.make_overdue(&id, nothing).await;
    fleet.vendor.shut(true);
    let server = Server::start(fleet.path());
    fleet.vendor.until_revoking(1).await;
    drop(server);
    fleet.vendor.shut(false);
    // It comes to share its grant with one that nobody has accepted.
    fleet.connect_one(3, 2).await;
    let ended = fleet.finished(&id).await;
    assert_eq!((ended.targets.ended, ended.targets.passed_over), (2, 1));
    let why = "who else shares its grant has changed since this was planned";
    let left = [("account-2".to_owned(), why.to_owned())];
    assert_eq!(passed_over(&fleet, &id).await, left);
    assert_eq!(fleet.ask(rpc::ForYou).await[0].what, About::Left);
    // It is in service, which whoever subscribes to what is left is told.
    assert_eq!(fleet.begun("walkthrough.left").await.1, 1);
    assert_eq!(fleet.begun("walkthrough.passed_over").await.1, 0);
    fleet.end().await;
}

/// 0 and 1 share a grant, and have begun; 2 and 3 share another one, and of these 3 is authorized anew before their turn.
#[tokio::test(flavor = "multi_thread")]
async fn who_shares_its_grant_with_one_that_is_left_at_its_turn_is_left() {
    let mut fleet = Fleet::sharing(4, 1, 2).await;
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.plan(&id, HOUR).await;
    fleet.end().await;
    fleet.make_overdue(&id, nothing).await;
    fleet.vendor.shut(true);
    let server = Server::start(fleet.path());
    fleet.vendor.until_revoking(1).await;
    drop(server);
    fleet.vendor.shut(false);
    let anew = |tx: &mut Tx<'_>| {
        let mut anew = tx.need::<Connection>(&connection(3))?;
        anew.generation += 1;
        anew.version += 1;
        tx.put(&anew)
    };
    fleet.meanwhile(anew).await;
    let ended = fleet.finished(&id).await;
    assert_eq!((ended.targets.ended, ended.targets.passed_over), (2, 2));
    let left = [
        (
            "account-2",
            "who else shares its grant has changed since this was planned",
        ),
        ("account-3", "it was connected anew since this was planned"),
    ];
    let left = left.map(|(name, why)| (name.to_owned(), why.to_owned()));
    assert_eq!(passed_over(&fleet, &id).await, left);
    assert_eq!(fleet.begun("walkthrough.left").await, (2, 2));
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_everything_has_changed_nothing_begins() {
    let mut fleet = Fleet::start(1, 4).await;
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.plan(&id, HOUR).await;
    let changes = |tx: &mut Tx<'_>| {
        let mut anew = tx.need::<Connection>(&connection(0))?;
        anew.generation += 1;
        tx.put(&anew)
    };
    fleet.overdue(&id, changes).await;
    let ended = fleet.finished(&id).await;
    assert_eq!((ended.targets.ended, ended.targets.passed_over), (0, 1));
    assert_eq!(fleet.begun("walkthrough.finished").await, (0, 1));
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_falls_when_its_planner_is_gone() {
    let mut fleet = Fleet::start(2, 4).await;
    let id = fleet.save(at_acme()).await.id;
    fleet.plan(&id, HOUR).await;
    let key = id.to_string();
    let gone = |tx: &mut Tx<'_>| {
        let mut it = tx.need::<Kept>(&key)?;
        let planned = it.planned.as_mut().unwrap();
        planned.decision.user = format!("usr_{:026}", 9).parse().unwrap();
        planned.decision.actor = "carol".to_owned();
        tx.put(&it)
    };
    fleet.overdue(&id, gone).await;
    let fallen = fleet.until(&id, |now| now.state == WalkState::Fallen).await;
    assert_eq!(
        fallen.stopped_because,
        "carol is no user of this workspace any more"
    );
    let fell = fleet.entries("walkthrough.fell").await;
    assert_eq!((fell.len(), fell[0].outcome), (1, AuditOutcome::Failed));
    let told = fleet.status().await.for_you;
    assert_eq!((told.len(), told[0].what), (1, About::Fallen));
    // It is closed, and what it would have taken stays in service.
    let id = id.clone();
    fleet.ask(rpc::WalkthroughDiscard { id: id.clone() }).await;
    let closed = fleet.walkthrough(&id).await;
    assert_eq!(
        (closed.state, closed.targets.passed_over),
        (WalkState::Finished, 2)
    );
    assert_eq!(fleet.status().await.connections["connected"], 2);
    assert_eq!(fleet.ask(rpc::ForYou).await, []);
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_falls_when_its_planner_may_not_any_more() {
    let mut fleet = Fleet::start(2, 4).await;
    let id = fleet.save(at_acme()).await.id;
    fleet.plan(&id, HOUR).await;
    let key = id.to_string();
    let lowered = |tx: &mut Tx<'_>| {
        let mut it = tx.need::<Kept>(&key)?;
        let planned = it.planned.as_mut().unwrap();
        planned.decision.user = format!("usr_{:026}", 2).parse().unwrap();
        tx.put(&it)
    };
    fleet.overdue(&id, lowered).await;
    let fallen = fleet.until(&id, |now| now.state == WalkState::Fallen).await;
    assert_eq!(
        fallen.stopped_because,
        "the workspace's connections need an Owner or Admin; you act as Member"
    );
    assert_eq!(fleet.begun("connection.disconnect_begun").await, (0, 0));
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_cancelled_and_a_draft_again() {
    let mut fleet = Fleet::start(2, 4).await;
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    assert_eq!(fleet.ask(rpc::ForYou).await, []);
    fleet.plan(&id, HOUR).await;
    let told = fleet.ask(rpc::ForYou).await;
    assert_eq!((told.len(), told[0].what), (1, About::Planned));
    assert_eq!(
        told[0].text,
        "everything is planned by me: 2 connections to be disconnected"
    );
    let planned = fleet.refused(fleet_discard(&id)).await;
    assert_eq!(planned.code, Code::Conflict);
    let cancelled = fleet.ask(WalkthroughPlan::cancelling(id.clone())).await;
    assert_eq!(
        (cancelled.state, cancelled.planned),
        (WalkState::Draft, None)
    );
    assert_eq!(fleet.ask(rpc::ForYou).await, []);
    assert_eq!(
        fleet
            .refused(WalkthroughPlan::cancelling(id.clone()))
            .await
            .code,
        Code::Conflict
    );
    assert_eq!(fleet.begun("walkthrough.cancelled").await, (0, 1));
    // A restart finds nothing to begin.
    fleet.connect_one(2, 2).await;
    assert_eq!(fleet.walkthrough(&id).await.state, WalkState::Draft);
    // One that began is planned no more.
    fleet.ask(rpc::WalkthroughDiscard { id }).await;
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.begin(&id).await;
    let later = jiff::Timestamp::now() + HOUR;
    assert_eq!(
        fleet.refused(planning(&id, later)).await.code,
        Code::Conflict
    );
    fleet.end().await;
}

fn fleet_discard(id: &WalkthroughId) -> rpc::WalkthroughDiscard {
    rpc::WalkthroughDiscard { id: id.clone() }
}

#[tokio::test(flavor = "multi_thread")]
async fn times_that_are_over_or_too_far_are_refused() {
    let mut fleet = Fleet::start(1, 4).await;
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    let now = jiff::Timestamp::now();
    for at in [now - SECOND, now + HOUR * (24 * 367)] {
        let refused = fleet.refused(planning(&id, at)).await;
        assert_eq!(refused.code, Code::Conflict, "{refused}");
    }
    // One that changed since it was looked at is not accepted.
    let looked_at = Target {
        connection: connection(0),
        version: Some(7),
    };
    let stale = WalkthroughDraft {
        targets: Some(vec![looked_at]),
        ..draft(TargetChoice::Named)
    };
    let id = fleet.save(stale).await.id;
    let refused = fleet.refused(planning(&id, now + HOUR)).await;
    assert_eq!(refused.code, Code::Conflict);
    assert_eq!(fleet.begun("walkthrough.planned").await, (0, 0));
    fleet.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_owns_what_somebody_else_took_away_is_told() {
    let mut fleet = Fleet::start(4, 4).await;
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.begin(&id).await;
    fleet.finished(&id).await;
    // Two of the four are bob's.
    assert_eq!(fleet.ask(rpc::ForYou).await, []);
    assert_eq!(fleet.told_to_bob().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_around_its_time_it_begins_once() {
    let mut fleet = Fleet::start(5, 2).await;
    let id = fleet.save(draft(TargetChoice::All)).await.id;
    fleet.plan(&id, HOUR).await;
    fleet.end().await;
    fleet.vendor.shut(true);
    let soon = jiff::Timestamp::now() + SECOND;
    fleet.plan_anew(&id, soon, nothing).await;
    // At once after it is ready, then while the first ones are being revoked.
    drop(Server::start(fleet.path()));
    let mut seen = 0;
    for _ in 0..3 {
        let server = Server::start(fleet.path());
        fleet.vendor.until_revoking(seen + 2).await;
        drop(server);
        seen = fleet.vendor.revoking();
    }
    fleet.vendor.shut(false);
    let server = Server::start(fleet.path());
    fleet.attach(None).await;
    let ended = fleet.finished(&id).await;
    assert_eq!((ended.targets.ended, ended.targets.passed_over), (5, 0));
    assert_eq!(fleet.begun("walkthrough.begun_by_time").await, (5, 1));
    assert_eq!(fleet.begun("connection.disconnect_begun").await, (5, 5));
    drop(server);
}
