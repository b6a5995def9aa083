//! Authorizations that are open are no way back in.

use serde_json::Value;
use tagout::domain::connection::Status;
use tagout::domain::disconnect::plan::Plan;
use tagout::domain::disconnect::run::{IfUnreachable, Reason};
use tagout::domain::provider::OwnerScope;
use tagout::sandbox::{Endpoint, Fault, FaultMode, Vendor};
use tagout::wire::Code;
use tagout::wire::request::{FlowKind, Target, Window};
use tagout::wire::rpc;
use tagout::wire::rpc::{Connect, Disconnect};
use tagout::wire::view::{self, FlowState};

use crate::house::{BOT, House, MUTE, again, allow, connecting, secret};
use crate::swap::{Verb, tagout};

/// What the vendor answers to a link that was opened before the disconnect, handed to us after it.
async fn pasted(house: &House, flow: &view::Flow, back: &str) -> tagout::wire::Problem {
    let request = rpc::FlowPaste {
        id: flow.id.clone(),
        text: secret(back),
    };
    house.try_ask(request).await.unwrap_err()
}

fn url(flow: &view::Flow) -> &str {
    match &flow.state {
        FlowState::Authorize { url, .. } => url,
        other => panic!("{other:?}"),
    }
}

/// Out of service, and nothing of it lives at the vendor.
async fn stays_out(house: &House, id: &str) {
    let connection = house.connection(id).await;
    assert_eq!(connection.status, Status::Revoked, "{}", connection.reason);
    assert_eq!(house.alive(), 0, "{:#?}", house.tokens());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_whose_client_was_killed_is_worth_nothing_after_the_disconnect() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let id = connection.id.to_string();
    let mut verb = Verb::start(&house, &["reconnect", &id, "--flow", "paste", "--json"]);
    let authorize = verb.event("authorize").await;
    verb.child.kill().await.unwrap();
    let run = house.disconnect(&id).await;
    assert!(run.tokens.iter().all(|it| it.outcome.unwrap().proven()));

    let issued = house.tokens().len();
    let exchanges = house.calls(Endpoint::Token);
    let begun = house.entries().await;
    let begun = begun
        .iter()
        .rfind(|it| it.action == "connection.authorize_begun")
        .unwrap();
    let flow = begun.detail["id"].as_str().unwrap().parse().unwrap();
    let back = allow(authorize["url"].as_str().unwrap(), BOT).await;
    let text = secret(&back);
    let request = rpc::FlowPaste { id: flow, text };
    let refused = house.try_ask(request).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict);
    assert!(
        refused.message.contains(run.id.as_str()),
        "{}",
        refused.message
    );
    assert_eq!(house.calls(Endpoint::Token), exchanges);
    assert_eq!(house.tokens().len(), issued);
    stays_out(&house, &id).await;
    assert_eq!(house.count("connection.code_not_exchanged").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_comes_back_late_is_told_that_it_is_over() {
    let mut house = House::new().await;
    house
        .add(&MUTE.replace("category", "redirect = \"any_port\"\ncategory"))
        .await;
    let connection = house.connect("mute", BOT).await;
    let asked = Connect {
        flow: FlowKind::Browser,
        ..again(&connection)
    };
    let flow = house.begin(asked).await;
    house.disconnect(connection.id.as_str()).await;
    let exchanges = house.calls(Endpoint::Token);
    for (status, entries) in [(410, 1), (404, 1)] {
        let back = allow(url(&flow), BOT).await;
        let answer = reqwest::get(&back).await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(house.count("connection.code_not_exchanged").await, entries);
    }
    assert_eq!(house.calls(Endpoint::Token), exchanges);
    stays_out(&house, connection.id.as_str()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_that_arrives_during_the_disconnect_is_not_exchanged() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let flow = house.begin(again(&connection)).await;
    let back = allow(url(&flow), BOT).await;
    let hang = Fault::new(Vendor::Ledger, Endpoint::Revoke, FaultMode::Hang).times(1);
    house.sandbox.state().inject(hang);
    let id = connection.id.to_string();
    let revocations = house.calls(Endpoint::Revoke);
    let begun: Vec<view::Run> = house
        .ask(Disconnect {
            targets: vec![Target {
                connection: id.clone(),
                version: None,
            }],
            reason: Reason::Unused,
            note: String::new(),
            ticket: None,
            if_unreachable: IfUnreachable::Destroy,
            uninstall: false,
            allow_wider: false,
            destroy_at_once: false,
            swap: false,
        })
        .await;
    let refused = pasted(&house, &flow, &back).await;
    assert_eq!(refused.code, Code::Conflict, "{refused:?}");
    let run = begun[0].id.to_string();
    house
        .until(
            || rpc::Run { id: run.clone() },
            |run: &view::Run| run.checkpoint.is_some(),
        )
        .await;
    assert!(house.calls(Endpoint::Revoke) > revocations);
    stays_out(&house, &id).await;
}

/// One that names no connection would bring the same owner back, too.
#[tokio::test(flavor = "multi_thread")]
async fn a_connect_of_the_same_owner_is_ended_too() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let flow = house.begin(connecting("ledger")).await;
    house.disconnect(connection.id.as_str()).await;
    let back = allow(url(&flow), BOT).await;
    assert_eq!(pasted(&house, &flow, &back).await.code, Code::Conflict);
    stays_out(&house, connection.id.as_str()).await;
    let ended = house.connected(&flow).await.unwrap_err();
    assert!(ended.message.contains("ended by"), "{}", ended.message);
}

async fn device(
    house: &House,
    connection: &view::Connection,
    interval: u64,
) -> (view::Flow, String) {
    house.tune(|it| it.device_interval = Some(interval));
    let asked = Connect {
        flow: FlowKind::Device,
        ..again(connection)
    };
    let flow = house.begin(asked).await;
    let FlowState::Device { user_code, .. } = &flow.state else {
        panic!("{flow:?}");
    };
    let code = user_code.clone();
    (flow, code)
}

fn approve(house: &House, code: &str) -> bool {
    let state = house.sandbox.state();
    state.decide_device(Vendor::Ledger, code, Some(BOT))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_code_that_is_approved_after_the_disconnect_brings_nothing() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let (flow, code) = device(&house, &connection, 1).await;
    let run = house.disconnect(connection.id.as_str()).await;
    // Nobody approved it, so there is no token to list.
    assert_eq!(run.tokens.len(), 2, "{:#?}", run.tokens);
    assert!(run.tokens.iter().all(|it| it.outcome.unwrap().proven()));
    let ended = house.connected(&flow).await.unwrap_err();
    assert!(ended.message.contains("ended by"), "{}", ended.message);
    approve(&house, &code);
    stays_out(&house, connection.id.as_str()).await;
    let status: view::Status = house.ask(rpc::Status).await;
    assert_eq!((status.exposed, status.warnings.len()), (0, 0));
}

const MAY_BE: &str = "1 device link may be approved until ";

/// The vendor does not hear that nobody waits any more, so that its page may still be opened.
#[tokio::test(flavor = "multi_thread")]
async fn until_when_a_device_link_may_be_approved_is_said_before_and_after() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let id = connection.id.as_str();
    device(&house, &connection, 1).await;
    let (_, planned, _) = verb(&house, &["plan", id]).await;
    assert!(planned.contains(MAY_BE), "{planned}");
    let run = house.disconnect(id).await;
    let run = house.run(&run.id).await;
    let [link] = run.links.as_slice() else {
        panic!("{:#?}", run.links);
    };
    // The vendor gives a quarter of an hour, and we ten minutes.
    let lasts = link.ends_at.duration_since(link.began_at);
    assert!((895..=905).contains(&lasts.as_secs()), "{lasts}");
    let (_, said, _) = verb(&house, &["runs", run.id.as_str()]).await;
    assert!(said.contains(MAY_BE), "{said}");
    assert_eq!(row(&house).await.link_until, Some(link.ends_at));
    // What is known of it is on the disk.
    house.restart().await;
    assert_eq!(house.run(&run.id).await.links.len(), 1);
}

/// What the vendor answered after the end is believed: nobody can approve what was refused, or has brought its tokens.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_link_that_is_over_at_the_vendor_is_not_said() {
    for account in [Some(BOT), None] {
        let mut house = House::new().await;
        let connection = house.connect("ledger", BOT).await;
        // It will not be asked again by itself before the disconnect.
        let (flow, code) = device(&house, &connection, 3600).await;
        let state = house.sandbox.state();
        assert!(state.decide_device(Vendor::Ledger, &code, account));
        let run = house.disconnect(connection.id.as_str()).await;
        house.connected(&flow).await.unwrap_err();
        assert_eq!(house.run(&run.id).await.links, []);
        assert_eq!(row(&house).await.link_until, None);
    }
}

/// One that a walkthrough ended is said by the runs of its provider.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_link_that_a_walkthrough_ended_is_said_too() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    device(&house, &connection, 1).await;
    let all = ["disconnect", "--provider", "ledger", "--yes"];
    let (code, said, err) = verb(&house, &all).await;
    assert_eq!(code, Some(0), "{err}");
    let row = row(&house).await;
    assert!(row.link_until.is_some(), "{said}");
    assert_eq!(house.run(&row.id).await.links.len(), 1);
}

/// The latest run of the ledger's connection, as it is listed.
async fn row(house: &House) -> view::RunRow {
    let page = house
        .ask(rpc::Runs(Window {
            limit: 10,
            ..Window::default()
        }))
        .await;
    let mut rows = page.rows.into_iter();
    rows.find(|row| !row.name.contains("given back")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_code_that_was_approved_before_the_disconnect_is_given_back() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    // It will not be asked again by itself before the disconnect.
    let (flow, code) = device(&house, &connection, 3600).await;
    assert!(approve(&house, &code));
    house.disconnect(connection.id.as_str()).await;
    house.connected(&flow).await.unwrap_err();
    assert_eq!(house.tokens().len(), 4);
    assert_eq!(house.count("connection.tokens_given_back").await, 1);
    stays_out(&house, connection.id.as_str()).await;
}

/// A link that nobody approved is no token, whatever became of a question about it.
#[tokio::test(flavor = "multi_thread")]
async fn an_unanswered_question_is_disproved_by_a_later_one() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let fault = Fault::new(Vendor::Ledger, Endpoint::Token, FaultMode::DropBeforeActing).times(1);
    house.sandbox.state().inject(fault);
    let asked = house.calls(Endpoint::Token);
    let (flow, code) = device(&house, &connection, 1).await;
    while house.calls(Endpoint::Token) == asked {
        tokio::task::yield_now().await;
    }
    let state = house.sandbox.state();
    assert!(state.decide_device(Vendor::Ledger, &code, None));
    house.connected(&flow).await.unwrap_err();
    assert_eq!(house.count("connection.answer_lost").await, 0);
    let shown = house.connection(connection.id.as_str()).await;
    assert_eq!(shown.credentials.len(), 2, "{:#?}", shown.credentials);
}

async fn verb(house: &House, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = tagout(house, arguments).wait_with_output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn open_authorizations_are_listed_planned_and_ended_by_verb() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let id = connection.id.to_string();
    let flow = house.begin(again(&connection)).await;
    let (code, listed, _) = verb(&house, &["flows", "--json"]).await;
    assert_eq!(code, Some(0));
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed[0]["id"], flow.id.as_str());
    assert_eq!(listed[0]["connection"], *id);
    assert_eq!(listed[0]["kind"], "paste");
    for field in ["provider", "owner", "by", "began_at", "ends_at"] {
        assert!(listed[0][field].is_string(), "{field}: {listed:#}");
    }
    assert_eq!(house.connection(&id).await.flows.len(), 1);
    let plans: Vec<Plan> = house
        .ask(rpc::Plan {
            connections: vec![id.clone()],
            terms: tagout::wire::rpc::PlanTerms::default(),
        })
        .await;
    assert_eq!(plans[0].flows[0].id, flow.id);

    let (code, ..) = verb(&house, &["flows", "cancel", flow.id.as_str()]).await;
    assert_eq!(code, Some(0));
    let ended = house.connected(&flow).await.unwrap_err();
    assert!(ended.message.contains("given up by"), "{}", ended.message);
    let back = allow(url(&flow), BOT).await;
    assert_eq!(pasted(&house, &flow, &back).await.code, Code::Conflict);
    let (code, ..) = verb(&house, &["flows", "cancel", flow.id.as_str()]).await;
    assert_eq!(code, Some(5));
    let (_, text, _) = verb(&house, &["flows"]).await;
    assert!(text.contains("No authorization is open"), "{text}");
    assert_eq!(house.connection(&id).await.status, Status::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walkthrough_of_a_provider_tags_it_until_somebody_takes_the_tag_off() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    // Another owner's, which no single disconnect would end.
    let personal = Connect {
        scope: Some(OwnerScope::Personal),
        ..connecting("ledger")
    };
    let flow = house.begin(personal).await;
    let take_out = ["disconnect", "--provider", "ledger", "--yes", "--reason"];
    let (code, _, err) = verb(&house, &[&take_out[..], &["compliance"]].concat()).await;
    assert_eq!(code, Some(0), "{err}");
    let ended = house.connected(&flow).await.unwrap_err();
    assert!(ended.message.contains("walkthrough"), "{}", ended.message);
    let back = allow(url(&flow), BOT).await;
    assert_eq!(pasted(&house, &flow, &back).await.code, Code::Conflict);
    stays_out(&house, connection.id.as_str()).await;

    let (_, listed, _) = verb(&house, &["providers", "--json"]).await;
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let mut cards = listed.as_array().unwrap().iter();
    let card = cards.find(|it| it["id"] == "ledger").unwrap();
    assert_eq!(card["tag"]["reason"], "compliance");
    assert!(card["tag"]["run"].as_str().unwrap().starts_with("wlk_"));
    assert!(house.connection(connection.id.as_str()).await.tag.is_some());
    let id = connection.id.as_str();
    for again in [&["connect", "ledger"][..], &["reconnect", id]] {
        let (code, _, err) = verb(&house, &[again, &["--flow", "paste"]].concat()).await;
        assert_eq!(code, Some(5), "{err}");
        let way = "tagout providers untag ledger --note";
        assert!(err.contains(way), "{err}");
    }
    let untag = ["providers", "untag", "ledger", "--note", "looked at"];
    assert_eq!(verb(&house, &untag).await.0, Some(0));
    assert_eq!(house.count("provider.untagged").await, 1);
    house.connect("ledger", BOT).await;
    // For another reason only when it is asked for.
    let (code, ..) = verb(&house, &[&take_out[..], &["unused"]].concat()).await;
    assert_eq!(code, Some(0));
    assert!(house.connection(id).await.tag.is_none());
}
