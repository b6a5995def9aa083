//! Answers that were lost after the vendor may have issued something.

use axum::response::IntoResponse;
use tagout::domain::connection::Status;
use tagout::domain::credential::TokenKind;
use tagout::sandbox::{Endpoint, Fault, FaultMode, RefreshPolicy, Vendor};
use tagout::wire::request::Window;
use tagout::wire::rpc;
use tagout::wire::rpc::JobAction;
use tagout::wire::view::{self, Page};

use crate::house::{BOT, House, again, connecting};
use crate::own::Own;

/// Connected with a token that is about to expire, so that the first sync has to refresh it.
async fn about_to_expire(house: &mut House) -> view::Connection {
    house.tune(|it| it.told_ttl = Some(1));
    let connection = house.connect("ledger", BOT).await;
    house.tune(|it| it.told_ttl = Some(3600));
    house.run_out(&connection).await;
    connection
}

fn once(house: &House, mode: FaultMode) {
    let fault = Fault::new(Vendor::Ledger, Endpoint::Token, mode).times(1);
    house.sandbox.state().inject(fault);
}

/// Runs a job to its end.
pub(crate) async fn sync(house: &mut House, connection: &view::Connection) {
    let jobs = || rpc::Jobs {
        connection: Some(connection.id.to_string()),
        window: Window {
            limit: 10,
            ..Window::default()
        },
    };
    let page: Page<view::Job> = house.ask(jobs()).await;
    let job = page.rows[0].id.to_string();
    for act in [JobAction::Enable, JobAction::Run] {
        let job = job.clone();
        // Enabling may have begun it already.
        let _begun = house.try_ask(rpc::JobAct { job, act }).await;
    }
    house
        .until(jobs, |page: &Page<view::Job>| {
            page.rows
                .iter()
                .find(|it| it.id.as_str() == job)
                .and_then(|it| it.last_execution.as_ref())
                .is_some_and(|execution| execution.completed_at.is_some())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_never_arrived_is_made_once_more() {
    let mut house = House::new().await;
    let connection = about_to_expire(&mut house).await;
    let asked = house.calls(Endpoint::Token);
    once(&house, FaultMode::DropBeforeActing);
    sync(&mut house, &connection).await;
    let connection = house.connection(connection.id.as_str()).await;
    assert_eq!(
        connection.status,
        Status::Connected,
        "{}",
        connection.reason
    );
    assert_eq!(house.calls(Endpoint::Token), asked + 2);
    // That nothing was issued is the vendor's knowledge, not ours.
    let unseen = |c: &view::Connection| {
        c.credentials
            .iter()
            .filter(|it| it.kind == TokenKind::Unknown && it.fingerprint == "unknown")
            .count()
    };
    assert_eq!(unseen(&connection), 1);
    let names = vec![connection.id.to_string()];
    let plans: Vec<tagout::domain::disconnect::plan::Plan> = house
        .ask(rpc::Plan {
            connections: names,
            terms: tagout::wire::rpc::PlanTerms::default(),
        })
        .await;
    assert!(
        plans[0]
            .tokens
            .iter()
            .any(|token| token.kind == TokenKind::Unknown)
    );
    let run = house.disconnect(connection.id.as_str()).await;
    let lost: Vec<_> = run
        .tokens
        .iter()
        .filter(|t| t.kind == TokenKind::Unknown)
        .collect();
    assert_eq!(lost.len(), 1);
    assert!(!lost[0].outcome.unwrap().proven());
    let status: view::Status = house.ask(rpc::Status).await;
    assert_eq!(status.exposed, 1);
    assert_eq!(unseen(&house.connection(connection.id.as_str()).await), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_whose_answer_was_lost_ends_in_reconnect_with_the_reason() {
    let mut house = House::new().await;
    house.tune(|it| it.refresh = Some(RefreshPolicy::Rotating));
    let connection = about_to_expire(&mut house).await;
    let asked = house.calls(Endpoint::Token);
    once(&house, FaultMode::DropAfterActing);
    sync(&mut house, &connection).await;
    let connection = house.connection(connection.id.as_str()).await;
    assert_eq!(connection.status, Status::ReconnectRequired);
    assert!(
        connection.reason.contains("was lost"),
        "{}",
        connection.reason
    );
    assert_eq!(house.calls(Endpoint::Token), asked + 2);
    assert!(
        connection
            .credentials
            .iter()
            .any(|it| it.fingerprint == "unknown")
    );
    assert_eq!(house.count("connection.answer_lost").await, 1);
}

/// What nobody can read may still hold tokens: it is a warning in the record, and a secret of which nothing is known.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_answer_that_cannot_be_read_is_not_forgotten() {
    let mut house = House::new().await;
    let own = Own::start().await;
    let connection = own.connect(&mut house, &own.file()).await;
    let unreadable = || "{\"access_token\": \"cut".into_response();
    own.say(move |asked, _| (asked.path == "/token").then(unreadable));
    let flow = house.begin(again(&connection)).await;
    let problem = house.try_authorize(flow, "me").await.unwrap_err();
    assert!(problem.hint.contains("may have been issued"), "{problem:?}");
    assert_eq!(house.count("connection.answer_lost").await, 1);
    let now = house.connection(connection.id.as_str()).await;
    let unknown = |it: &&view::Credential| it.kind == TokenKind::Unknown;
    assert_eq!(now.credentials.iter().filter(unknown).count(), 1);
    own.say(|_, _| None);
    let run = house.disconnect(connection.id.as_str()).await;
    let unseen = run.tokens.iter().find(|it| it.kind == TokenKind::Unknown);
    assert!(unseen.is_some(), "{:#?}", run.tokens);
}

/// Where there is no connection yet that could show it, the first screen does.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_first_connect_that_cannot_be_read_is_not_forgotten_either() {
    let mut house = House::new().await;
    let own = Own::start().await;
    own.add(&house, &own.file()).await;
    let unreadable = || "{\"access_token\": \"cut".into_response();
    own.say(move |asked, _| (asked.path == "/token").then(unreadable));
    let flow = house.begin(connecting("liar")).await;
    let problem = house.try_authorize(flow, "me").await.unwrap_err();
    assert!(problem.hint.contains("may have been issued"), "{problem:?}");
    assert_eq!(house.count("connection.answer_lost").await, 1);
    let status: view::Status = house.ask(rpc::Status).await;
    let is_said = |it: &String| it.contains("lost its answer");
    assert!(status.warnings.iter().any(is_said), "{status:#?}");
}
