//! The device flow (RFC 8628).

use tagout::domain::connection::Status;
use tagout::sandbox::{Endpoint, Fault, FaultMode, Vendor};
use tagout::wire::Code;
use tagout::wire::request::FlowKind;
use tagout::wire::rpc;
use tagout::wire::rpc::Connect;
use tagout::wire::view::{self, FlowState};

use crate::house::{BOT, House, MUTE, connecting};

async fn begun(house: &House, kind: FlowKind) -> (view::Flow, String) {
    house.tune(|it| it.device_interval = Some(1));
    let asked = Connect {
        flow: kind,
        ..connecting("ledger")
    };
    let flow = house.begin(asked).await;
    let FlowState::Device {
        user_code,
        verification_uri,
        expires_at,
        ..
    } = &flow.state
    else {
        panic!("{flow:?}");
    };
    assert!(verification_uri.ends_with("/ledger/device"));
    // Ten minutes, although the vendor gives fifteen.
    assert!(
        *expires_at
            <= flow
                .expires_at
                .checked_add(jiff::SignedDuration::from_secs(1))
                .unwrap()
    );
    let code = user_code.clone();
    (flow, code)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_allows_elsewhere() {
    let mut house = House::new().await;
    let (flow, code) = begun(&house, FlowKind::Device).await;
    assert!(
        house
            .sandbox
            .state()
            .decide_device(Vendor::Ledger, &code, Some(BOT))
    );
    let connection = house.connected(&flow).await.unwrap();
    assert_eq!(connection.status, Status::Connected);
    assert_eq!(connection.account.label, BOT);
    // One device code, one token pair, and nothing that was never seen.
    assert_eq!(house.tokens().len(), 2);
    assert_eq!(connection.credentials.len(), 2);
    let run = house.disconnect(connection.id.as_str()).await;
    assert!(
        run.tokens
            .iter()
            .all(|token| token.outcome.unwrap().proven())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_says_no() {
    let mut house = House::new().await;
    let (flow, code) = begun(&house, FlowKind::Device).await;
    assert!(
        house
            .sandbox
            .state()
            .decide_device(Vendor::Ledger, &code, None)
    );
    let problem = house.connected(&flow).await.unwrap_err();
    assert!(problem.message.contains("said no"), "{}", problem.message);
    assert_eq!(house.count("connection.authorize_failed").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_given_up() {
    let mut house = House::new().await;
    let (flow, _) = begun(&house, FlowKind::Device).await;
    let id = flow.id.clone();
    house.ask(rpc::FlowCancel { id }).await;
    let problem = house.connected(&flow).await.unwrap_err();
    assert!(problem.message.contains("given up"), "{}", problem.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn from_far_away_it_is_the_default_where_there_is_one() {
    let mut house = House::new().await;
    begun(&house, FlowKind::Remote).await;
    house.add(MUTE).await;
    let asked = Connect {
        flow: FlowKind::Remote,
        ..connecting("mute")
    };
    let flow = house.begin(asked).await;
    let FlowState::Authorize { listening, .. } = flow.state else {
        panic!("{flow:?}");
    };
    assert!(!listening);
    let asked = Connect {
        flow: FlowKind::Device,
        ..connecting("mute")
    };
    let request = asked;
    let refused = house.try_ask(request).await.unwrap_err();
    assert_eq!(refused.code, Code::Usage);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_is_away_for_a_moment_is_asked_again() {
    let mut house = House::new().await;
    let (flow, code) = begun(&house, FlowKind::Device).await;
    let fault = Fault::new(Vendor::Ledger, Endpoint::Token, FaultMode::Status503).times(1);
    house.sandbox.state().inject(fault);
    assert!(
        house
            .sandbox
            .state()
            .decide_device(Vendor::Ledger, &code, Some(BOT))
    );
    assert_eq!(house.connected(&flow).await.unwrap().account.label, BOT);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_leaves_a_token_nobody_has_seen() {
    let mut house = House::new().await;
    let (flow, code) = begun(&house, FlowKind::Device).await;
    let fault = Fault::new(Vendor::Ledger, Endpoint::Token, FaultMode::DropAfterActing).times(1);
    house.sandbox.state().inject(fault);
    assert!(
        house
            .sandbox
            .state()
            .decide_device(Vendor::Ledger, &code, Some(BOT))
    );
    house.connected(&flow).await.unwrap_err();
    assert_eq!(house.tokens().len(), 2);
    assert_eq!(house.count("connection.answer_lost").await, 1);
    let status: view::Status = house.ask(rpc::Status).await;
    assert!(
        status.warnings.iter().any(|it| it.contains("nobody holds")),
        "{:?}",
        status.warnings
    );
}
