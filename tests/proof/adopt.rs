//! Grants that another tool was given are taken over: after a look at whose account it is, and nothing is lost from sight.

use std::collections::BTreeMap;

use serde_json::Value;
use tagout::domain::connection::Status;
use tagout::domain::credential::TokenKind;
use tagout::domain::disconnect::plan::Plan;
use tagout::domain::disconnect::run::RunState;
use tagout::sandbox::{Endpoint, Fault, FaultMode, RefreshPolicy, Vendor, fingerprint};
use tagout::wire::request::{FlowKind, Window};
use tagout::wire::rpc::{self, Adopt, Connect, PlanTerms};
use tagout::wire::view::{self, FlowState, Page};
use tagout::wire::{Code, Problem};

use crate::house::{BOT, CAROL, House, MUTE, allow, secret};
use crate::lost::sync;

/// What the tool of before holds.
struct Tool {
    access: String,
    refresh: String,
}

/// Authorizes for the same client as ours, as the tool of before did.
async fn tool(house: &House, account: &str) -> Tool {
    house.tune(|it| it.pkce_required = Some(false));
    let base = format!("{}/ledger", house.sandbox.base_url());
    let redirect = "http://127.0.0.1:8976/callback/ledger";
    let mut url = url::Url::parse(&format!("{base}/authorize")).unwrap();
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", "sandbox-ledger")
        .append_pair("redirect_uri", redirect)
        .append_pair("scope", "profile invoices.read")
        .append_pair("state", "of-the-tool");
    let back = url::Url::parse(&allow(url.as_str(), account).await).unwrap();
    let fields: BTreeMap<_, _> = back.query_pairs().into_owned().collect();
    let issued: Value = post(
        house,
        &[
            ("grant_type", "authorization_code"),
            ("code", &fields["code"]),
            ("redirect_uri", redirect),
        ],
    )
    .await
    .unwrap();
    let token = |name: &str| issued[name].as_str().unwrap().to_owned();
    Tool {
        access: token("access_token"),
        refresh: token("refresh_token"),
    }
}

/// What the vendor answers to the tool of before; none where it refuses.
async fn post(house: &House, form: &[(&str, &str)]) -> Option<Value> {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = http
        .post(format!("{}/ledger/token", house.sandbox.base_url()))
        .basic_auth("sandbox-ledger", Some("sandbox-ledger-secret"))
        .form(form)
        .send()
        .await
        .unwrap();
    match answer.status().is_success() {
        true => Some(answer.json().await.unwrap()),
        false => None,
    }
}

fn bringing(tool: &Tool, with_access: bool) -> Adopt {
    Adopt {
        connect: Connect::new("ledger", FlowKind::Adopt),
        refresh_token: secret(&tool.refresh),
        access_token: with_access.then(|| secret(&tool.access)),
        account: None,
        any_account: !with_access,
    }
}

/// The account that the flow shows, when it does.
async fn shown(house: &mut House, flow: &view::Flow) -> (String, bool) {
    let id = flow.id.clone();
    let asks = |flow: &view::Flow| {
        matches!(
            flow.state,
            FlowState::Confirm { .. } | FlowState::Failed { .. }
        )
    };
    let flow = house.until(|| rpc::Flow { id: id.clone() }, asks).await;
    match flow.state {
        FlowState::Confirm {
            account,
            is_traded_in,
            ..
        } => (account.label, is_traded_in),
        other => panic!("{other:?}"),
    }
}

async fn taken_over(house: &mut House, asked: Adopt) -> Result<view::Connection, Problem> {
    let is_asked = !asked.any_account && asked.account.is_none();
    let flow: view::Flow = house.ask(asked).await;
    if is_asked {
        shown(house, &flow).await;
        let id = flow.id.clone();
        house.ask(rpc::FlowConfirm { id }).await;
    }
    house.connected(&flow).await
}

/// Ledger as a vendor whose refresh token stays, and whose calls end the whole grant.
async fn add_static(house: &mut House, identity: &str) {
    house.tune(|it| it.refresh = Some(RefreshPolicy::Static));
    let file = MUTE.replace(r#"refresh = "rotating""#, r#"refresh = "static""#);
    let file =
        file.lines().map(
            |line| match line.starts_with("identity") && !identity.is_empty() {
                true => identity,
                false => line,
            },
        );
    house.add(&file.collect::<Vec<_>>().join("\n")).await;
}

fn bringing_to_mute(tool: &Tool, with_access: bool) -> Adopt {
    Adopt {
        connect: Connect::new("mute", FlowKind::Adopt),
        any_account: false,
        ..bringing(tool, with_access)
    }
}

async fn plan(house: &House, connection: &view::Connection) -> Plan {
    let request = rpc::Plan {
        connections: vec![connection.id.to_string()],
        terms: PlanTerms::default(),
    };
    let mut plans: Vec<Plan> = house.ask(request).await;
    plans.remove(0)
}

fn elsewhere(plan: &Plan) -> Vec<(TokenKind, &str)> {
    let held = plan.tokens.iter().filter(|it| it.is_held_elsewhere);
    held.map(|it| (it.kind, it.fingerprint.as_str())).collect()
}

/// Nothing has been traded in when the person looks, and both tokens of the tool die with the disconnect.
#[tokio::test(flavor = "multi_thread")]
async fn with_an_access_token_the_account_is_shown_before_anything_is_changed() {
    let mut house = House::new().await;
    let tool = tool(&house, BOT).await;
    let exchanges = house.calls(Endpoint::Token);
    let flow: view::Flow = house.ask(bringing(&tool, true)).await;
    assert_eq!(shown(&mut house, &flow).await, (BOT.to_owned(), false));
    assert_eq!(house.calls(Endpoint::Token), exchanges);
    let id = flow.id.clone();
    house.ask(rpc::FlowConfirm { id }).await;
    let connection = house.connected(&flow).await.unwrap();
    assert_eq!(connection.status, Status::Connected);

    // The refresh token was replaced, and the vendor said that it takes it no more.
    let plan = plan(&house, &connection).await;
    let known = fingerprint(&tool.access);
    assert_eq!(elsewhere(&plan), [(TokenKind::Access, known.as_str())]);
    assert_eq!(plan.tokens.len(), 3, "{:#?}", plan.tokens);
    let run = house.disconnect(connection.id.as_str()).await;
    assert!(
        run.tokens.iter().all(|it| it.outcome.unwrap().proven()),
        "{:#?}",
        run.tokens
    );
    assert_eq!(
        run.tokens.iter().filter(|it| it.is_held_elsewhere).count(),
        1
    );
    assert_eq!(house.alive(), 0, "{:#?}", house.tokens());
    let all = house.entries().await;
    let entry = all
        .iter()
        .find(|it| it.action == "connection.connected")
        .unwrap();
    assert_eq!(entry.detail["held_elsewhere"].as_array().unwrap().len(), 2);
    assert_eq!(entry.detail["tokens"].as_array().unwrap().len(), 2);
}

/// Where the vendor rotates, its first refresh ends what the tool of before holds; where it does not, both hold one token.
#[tokio::test(flavor = "multi_thread")]
async fn what_both_hold_is_said_until_a_rotation_ends_it() {
    let mut house = House::new().await;
    house.tune(|it| {
        it.refresh = Some(RefreshPolicy::Static);
        it.told_ttl = Some(1);
    });
    let tool = tool(&house, BOT).await;
    let connection = taken_over(&mut house, bringing(&tool, false))
        .await
        .unwrap();
    let known = fingerprint(&tool.refresh);
    let before = plan(&house, &connection).await;
    assert_eq!(elsewhere(&before), [(TokenKind::Refresh, known.as_str())]);
    assert_eq!(before.tokens.len(), 2);
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*tool.refresh),
    ];
    assert!(post(&house, &form).await.is_some(), "the tool goes on");

    house.tune(|it| {
        it.refresh = Some(RefreshPolicy::Rotating);
        it.told_ttl = Some(3600);
    });
    house.run_out(&connection).await;
    sync(&mut house, &connection).await;
    let after = plan(&house, &connection).await;
    let in_use = |it: &&tagout::domain::disconnect::plan::PlannedToken| {
        it.kind == TokenKind::Refresh && it.replaced_at.is_none()
    };
    let refresh = after.tokens.iter().find(in_use).unwrap();
    assert!(!refresh.is_held_elsewhere, "{:#?}", after.tokens);
}

/// The refresh token is not ours when the account is not the one that is meant, and nothing is called that could end it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_kept_leaves_the_tool_of_before_alone() {
    let mut house = House::new().await;
    add_static(&mut house, "").await;
    // Keycloak issues another refresh token each time, and takes the one before it all the same.
    for (runs, policy) in [(1, RefreshPolicy::Static), (2, RefreshPolicy::Additional)] {
        house.tune(|it| it.refresh = Some(policy));
        is_left_alone(&mut house, runs).await;
    }
    assert_eq!(house.count("connection.connected").await, 0);
    assert_eq!(house.count("connection.tokens_given_back").await, 2);
}

/// Brings a grant, does not keep it, and has the tool go on.
async fn is_left_alone(house: &mut House, runs: usize) {
    let tool = tool(house, CAROL).await;
    let flow: view::Flow = house.ask(bringing_to_mute(&tool, false)).await;
    assert_eq!(shown(house, &flow).await, (CAROL.to_owned(), true));
    let id = flow.id.clone();
    house.ask(rpc::FlowCancel { id }).await;
    house.connected(&flow).await.unwrap_err();
    let given_back = |page: &Page<view::RunRow>| {
        let is_over = |run: &view::RunRow| run.state != RunState::Running;
        page.rows.len() == runs && page.rows.iter().all(is_over)
    };
    let all = || {
        rpc::Runs(Window {
            limit: 10,
            ..Window::default()
        })
    };
    house.until(all, given_back).await;
    assert_eq!(house.calls(Endpoint::Revoke), 0);
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*tool.refresh),
    ];
    assert!(post(house, &form).await.is_some(), "the tool goes on");
}

/// What is issued then is nowhere else, so that nobody is waited for with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_would_be_replaced_is_not_traded_in_for_a_look() {
    let mut house = House::new().await;
    let tool = tool(&house, BOT).await;
    let exchanges = house.calls(Endpoint::Token);
    let asked = Adopt {
        any_account: false,
        ..bringing(&tool, false)
    };
    let flow: view::Flow = house.ask(asked.clone()).await;
    let why = house.connected(&flow).await.unwrap_err();
    assert!(why.hint.contains("--account"), "{}", why.hint);
    assert_eq!(house.calls(Endpoint::Token), exchanges);
    for (account, is_it) in [(CAROL, false), (BOT, true)] {
        // What the wrong name costs at such a vendor is the tool's grant, so that the right one brings another.
        let tool = self::tool(&house, BOT).await;
        let asked = Adopt {
            account: Some(account.to_owned()),
            any_account: false,
            ..bringing(&tool, true)
        };
        let flow: view::Flow = house.ask(asked).await;
        assert_eq!(house.connected(&flow).await.is_ok(), is_it);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_two_accounts_are_not_kept() {
    let mut house = House::new().await;
    let (bot, carol) = (tool(&house, BOT).await, tool(&house, CAROL).await);
    let mixed = Tool {
        access: bot.access,
        refresh: carol.refresh,
    };
    let why = taken_over(&mut house, bringing(&mixed, true))
        .await
        .unwrap_err();
    assert!(
        why.message.contains(BOT) && why.message.contains(CAROL),
        "{}",
        why.message
    );
    assert_eq!(house.count("connection.connected").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_vendor_refuses_is_no_connection() {
    let mut house = House::new().await;
    let nothing = Tool {
        access: "nothing".to_owned(),
        refresh: "nothing".to_owned(),
    };
    for with_access in [true, false] {
        let flow: view::Flow = house.ask(bringing(&nothing, with_access)).await;
        let why = house.connected(&flow).await.unwrap_err();
        assert!(!why.message.contains("nothing"), "{}", why.message);
    }
    let asked = Adopt {
        connect: Connect::new("postmark", FlowKind::Adopt),
        ..bringing(&nothing, false)
    };
    let why = house.try_ask(asked).await.unwrap_err();
    assert_eq!(why.code, Code::Usage);
    let asked = Connect::new("ledger", FlowKind::Adopt);
    assert_eq!(house.try_ask(asked).await.unwrap_err().code, Code::Usage);
}

/// A disconnect of the same owner's at the provider ends it while the person looks.
#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_ends_what_nobody_has_confirmed() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", CAROL).await;
    let tool = tool(&house, BOT).await;
    let flow: view::Flow = house.ask(bringing(&tool, true)).await;
    shown(&mut house, &flow).await;
    house.disconnect(connection.id.as_str()).await;
    let id = flow.id.clone();
    house.try_ask(rpc::FlowConfirm { id }).await.unwrap_err();
    house.connected(&flow).await.unwrap_err();
    assert_eq!(house.count("connection.connected").await, 1);
}

/// The answer to the trade is lost: what it may have issued is listed, and stands in the plan of whoever looks.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_is_on_record() {
    let mut house = House::new().await;
    let tool = tool(&house, BOT).await;
    house.fault(Endpoint::Token, FaultMode::DropAfterActing);
    let flow: view::Flow = house.ask(bringing(&tool, false)).await;
    house.connected(&flow).await.unwrap_err();
    house.mend();
    assert_eq!(house.count("connection.answer_lost").await, 1);
}

/// HubSpot names the account in its token answers and nowhere else.
#[tokio::test(flavor = "multi_thread")]
async fn where_only_what_is_issued_names_the_account_the_access_token_does_not() {
    let mut house = House::new().await;
    let own = r#"identity = { from = "token", id = "/token_type" }"#;
    add_static(&mut house, own).await;
    let tool = tool(&house, BOT).await;
    let flow: view::Flow = house.ask(bringing_to_mute(&tool, true)).await;
    let (_, is_traded_in) = shown(&mut house, &flow).await;
    assert!(is_traded_in);
}

/// There is nothing else of the grant any more: a passing fault after the trade does not end it.
#[tokio::test(flavor = "multi_thread")]
async fn a_passing_fault_after_the_trade_ends_nothing() {
    let mut house = House::new().await;
    let tool = tool(&house, BOT).await;
    let fault = Fault::new(Vendor::Ledger, Endpoint::Probe, FaultMode::Status503).times(2);
    house.sandbox.state().inject(fault);
    let connection = taken_over(&mut house, bringing(&tool, false))
        .await
        .unwrap();
    assert_eq!(connection.status, Status::Connected);
    assert_eq!(house.count("connection.tokens_given_back").await, 0);
}
