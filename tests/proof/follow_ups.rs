//! What is left to a person at the vendor: asked for once, and not after it is proven done.

use std::sync::atomic::Ordering;

use tagout::domain::disconnect::log::{Step, StepState};
use tagout::domain::disconnect::run::RunState;
use tagout::domain::trial::Outcome;
use tagout::evidence::report;
use tagout::sandbox::{Endpoint, Fault, FaultMode, Setup, Vendor};
use tagout::wire::view;
use tagout::wire::{Code, rpc};

use crate::house::{BOT, House, again};
use crate::keys::{KEY, Keys};
use crate::vendors::connected;

fn linear(house: &House) -> Setup {
    let setups = house.sandbox.setups().into_iter();
    setups
        .into_iter()
        .find(|it| it.provider == "linear")
        .unwrap()
}

fn down(house: &House) {
    let fault = Fault::new(Vendor::Linear, Endpoint::Revoke, FaultMode::Status503);
    house.sandbox.state().inject(fault);
}

async fn open(house: &House) -> u64 {
    let status: view::Status = house.ask(rpc::Status).await;
    status.follow_ups_open
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_act_is_asked_for_once_however_many_disconnects_leave_it() {
    let mut house = House::new().await;
    let setup = linear(&house);
    let connection = connected(&mut house, &setup).await;
    down(&house);
    let mut runs = Vec::new();
    for cycle in 0..4 {
        if cycle > 0 {
            let flow = house.begin(again(&connection)).await;
            house.authorize(flow, BOT).await;
        }
        let run = house.disconnect(connection.id.as_str()).await;
        assert_eq!(run.follow_ups.len(), 1, "{:#?}", run.follow_ups);
        assert_eq!(open(&house).await, 1);
        runs.push(run);
    }
    let first = &runs[0].follow_ups[0];
    assert!(first.text.contains("Newer path"), "{}", first.text);
    for run in &runs {
        let now = house.run(&run.id).await;
        assert_eq!(now.follow_ups[0].id, first.id);
        assert!(run.plan.follow_ups.contains(&first.text));
    }
    let also: Vec<_> = runs[1..].iter().map(|run| run.id.clone()).collect();
    assert_eq!(house.run(&runs[0].id).await.follow_ups[0].also, also);
    // The next run proves its own tokens, and nothing of those that were left before.
    house.mend();
    let flow = house.begin(again(&connection)).await;
    house.authorize(flow, BOT).await;
    let last = house.disconnect(connection.id.as_str()).await;
    assert_eq!(last.state, RunState::Completed);
    assert!(last.follow_ups.is_empty());
    assert_eq!(open(&house).await, 1);
    // Somebody is asked to do it, and told until it is done.
    let assign = |user: &str| rpc::FollowUpAssign {
        id: first.id.clone(),
        user: user.to_owned(),
    };
    let nobody = house.try_ask(assign("nobody")).await;
    assert_eq!(nobody.unwrap_err().code, Code::NotFound);
    let me = runs[0].actor.clone();
    let assigned = house.ask(assign(&me)).await;
    assert_eq!(assigned.assigned.as_ref(), Some(&me));
    let told = house.ask(rpc::ForYou).await;
    assert_eq!((told.len(), told[0].what), (1, view::About::Assigned));
    assert!(told[0].text.contains(&first.text), "{}", told[0].text);
    let entries = house.entries().await;
    let entry = entries.last().unwrap();
    assert_eq!(
        (entry.action.as_str(), &entry.detail["to"]),
        ("follow_up.assigned", &me.clone().into())
    );
    // A person ticks it off, once for all of them.
    let done = rpc::FollowUpDone {
        id: first.id.clone(),
        note: "revoked there".to_owned(),
    };
    house.ask(done.clone()).await;
    assert_eq!(open(&house).await, 0);
    assert_eq!(house.ask(rpc::ForYou).await, []);
    let late = house.try_ask(assign(&me)).await;
    assert_eq!(late.unwrap_err().code, Code::Conflict);
    for run in &runs {
        assert!(house.run(&run.id).await.follow_ups[0].done.is_some());
    }
    // It was another one: open again, with who says so, and what had been said.
    let undo = || rpc::FollowUpUndo {
        id: first.id.clone(),
        note: "that was the staging account".to_owned(),
    };
    house.ask(undo()).await;
    assert_eq!(open(&house).await, 1);
    assert_eq!(house.ask(rpc::ForYou).await.len(), 1);
    for run in &runs {
        assert!(house.run(&run.id).await.follow_ups[0].done.is_none());
    }
    let entries = house.entries().await;
    let undone = entries.last().unwrap();
    assert_eq!(undone.action, "follow_up.undone");
    assert_eq!(undone.detail["note"], "that was the staging account");
    assert_eq!(undone.detail["done_by"], undone.actor.as_str());
    let report = report::write(&[runs[0].id.clone()], &entries).unwrap();
    assert!(!report.contains("done by"), "{report}");
    let twice = house.try_ask(undo()).await;
    assert_eq!(twice.unwrap_err().code, Code::Conflict);
    house.ask(done).await;
    assert_eq!(open(&house).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_for_a_proof_follows_a_hold_that_ends() {
    let mut house = House::new().await;
    let vendor = Keys::start(&mut house).await;
    let connection = house.paste_key("keyed", None, KEY).await;
    vendor.is_down.store(true, Ordering::SeqCst);
    let run = house.disconnect_holding(connection.id.as_str()).await;
    assert_eq!(run.state, RunState::CompletedWithWarnings);
    assert_eq!(open(&house).await, 1);
    vendor.is_down.store(false, Ordering::SeqCst);
    house.until_holds(<[_]>::is_empty).await;
    let run = house.run(run.id).await;
    assert_eq!(run.tokens[0].outcome, Some(Outcome::VerifiedDead));
    assert_eq!(run.state, RunState::Completed);
    let step = |wanted| run.steps.iter().find(|it| it.step == wanted).unwrap();
    let revoked = step(Step::RevokeTokens);
    assert_eq!(revoked.state, StepState::Done);
    assert_eq!(revoked.detail, "1 of 1 proven dead");
    let destroyed = &step(Step::DestroyCredentials).detail;
    assert_eq!(destroyed, "1 key slot overwritten, its ciphertext emptied");
    assert_eq!(run.counts.credentials_sealed, 0);
    assert_eq!(run.counts.credentials_destroyed, 1);
    let done = run.follow_ups[0].done.as_ref().unwrap();
    assert_eq!(done.by, "server");
    assert_eq!(open(&house).await, 0);
    // The auditor's report is written of the entries alone, and follows, too.
    let entries = house.entries().await;
    let report = report::write(std::slice::from_ref(&run.id), &entries).unwrap();
    for said in [
        "verified dead (entry",
        "at first      unreachable (entry",
        "stored secrets destroyed: 1",
        "done by server",
    ] {
        assert!(report.contains(said), "{said} in\n{report}");
    }
}

/// Row O2: the vendor's menus name our app as it was registered there, which is not what this program is called.
#[tokio::test(flavor = "multi_thread")]
async fn every_step_that_is_left_names_our_app_as_it_is_called_there() {
    let mut house = House::new().await;
    let setup = linear(&house);
    let connection = connected(&mut house, &setup).await;
    let named = |name: &str| rpc::ProviderConfigure {
        id: "linear".to_owned(),
        client_id: None,
        client_secret: None,
        redirect_uri: None,
        app_name: Some(name.to_owned()),
        vars: Default::default(),
        moves: false,
    };
    let detail: view::ProviderDetail = house.ask(named(" Acme\u{202e} Sync ")).await;
    assert_eq!(detail.app_name.as_deref(), Some("Acme Sync"));
    let step = "Linear → Settings → API → Authorized apps → Acme Sync → Revoke";
    assert_eq!(detail.manual[0].text, step);
    let now = house.connection(connection.id.as_str()).await;
    assert_eq!(now.manual[0].text, step);
    down(&house);
    let run = house.disconnect(connection.id.as_str()).await;
    for text in run.plan.follow_ups.iter().chain([&run.follow_ups[0].text]) {
        assert!(text.contains("→ Acme Sync →"), "{text}");
        assert!(!text.contains("Tagout"), "{text}");
    }
    let detail: view::ProviderDetail = house.ask(named("")).await;
    assert_eq!(detail.app_name, None);
    assert!(detail.manual[0].text.contains("→ Tagout →"));
}
