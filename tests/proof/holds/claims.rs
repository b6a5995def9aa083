//! What is claimed of a held token: never more than was proven, by the rules of a run.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Form;
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tagout::domain::credential::TokenKind;
use tagout::domain::disconnect::run::IfUnreachable;
use tagout::domain::trial::{Basis, Outcome, Residual};
use tagout::sandbox::{Client, Endpoint, Fault, FaultMode, SandboxState, Vendor, Victim};
use tagout::store::Store;
use tagout::wire::rpc;
use tagout::wire::view;

use super::{expires, held};
use crate::house::{BOT, CAROL, House, LONG, MUTE, again};

/// An introspection endpoint that says the same of every token that Ledger has issued.
#[derive(Clone)]
struct Oracle {
    says: Arc<AtomicBool>,
    url: String,
}

type Issuer = (Arc<AtomicBool>, Arc<SandboxState>);

impl Oracle {
    async fn start(house: &House, active: bool) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/introspect", listener.local_addr().unwrap());
        let oracle = Self {
            says: Arc::new(AtomicBool::new(active)),
            url,
        };
        let app = Router::new()
            .route("/introspect", post(introspect))
            .with_state((Arc::clone(&oracle.says), house.sandbox.state()));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        oracle
    }

    fn say(&self, active: bool) {
        self.says.store(active, Ordering::SeqCst);
    }

    /// Ledger, introspected here.
    fn provider(&self) -> String {
        let ours = format!(
            "userinfo = \"{{base}}/userinfo\"\nintrospect = \"{}\"\nprove_refresh = false",
            self.url
        );
        let toml = MUTE.replace("prove_refresh = true", &ours);
        let (toml, _probe) = toml.split_once("[probe]").unwrap();
        toml.to_owned()
    }
}

async fn introspect(
    State((says, sandbox)): State<Issuer>,
    Form(form): Form<HashMap<String, String>>,
) -> Json<Value> {
    let print = hex::encode(Sha256::digest(&form["token"]));
    let mut issued = sandbox.tokens(Vendor::Ledger).into_iter();
    let is_issued = issued.any(|token| print.starts_with(&token.fingerprint));
    Json(json!({ "active": is_issued && says.load(Ordering::SeqCst) }))
}

async fn held_at(
    house: &mut House,
    toml: &str,
    endpoint: Endpoint,
) -> (view::Connection, view::Run) {
    house.add(toml).await;
    let connection = house.connect("mute", BOT).await;
    house.fault(endpoint, FaultMode::Status503);
    let run = hold(house, &connection).await;
    (connection, run)
}

async fn hold(house: &mut House, connection: &view::Connection) -> view::Run {
    house.disconnect_holding(connection.id.as_str()).await
}

fn of(run: &view::Run, kind: TokenKind) -> &view::RunToken {
    run.tokens.iter().find(|token| token.kind == kind).unwrap()
}

fn only(holds: &[view::Hold], kind: TokenKind) -> &view::Hold {
    holds.iter().find(|hold| hold.kind == kind).unwrap()
}

/// The vendor says yes to the revocation and `active: false` of everything, and nothing has died. The access token shows
/// it; the refresh token can be asked nowhere else.
#[tokio::test(flavor = "multi_thread")]
async fn an_introspection_that_is_caught_lying_proves_nothing_of_a_held_refresh_token() {
    let mut house = House::new().await;
    let oracle = Oracle::start(&house, true).await;
    let (_, run) = held_at(&mut house, &oracle.provider(), Endpoint::Revoke).await;
    assert_eq!(house.holds().await.len(), 2, "{run:#?}");
    // The access token is not tried for an hour: the refresh token's own tries have to find out.
    let id = only(&house.holds().await, TokenKind::Access).id.clone();
    let turned = async |store: &Store, expired: bool| {
        let now = Timestamp::now();
        let by = if expired { -1 } else { 1 };
        expires(store, &id, now + by.hours(), now + 2.hours()).await;
    };
    house
        .restart_after(async |store| turned(store, false).await)
        .await;
    let tried = only(&house.holds().await, TokenKind::Access).tries;
    oracle.say(false);
    house.mend();
    house.fault(Endpoint::Revoke, FaultMode::Lie200);
    let asked_again = async |house: &mut House, looks: usize| {
        let id = run.id.to_string();
        let request = move || rpc::Run { id: id.clone() };
        let looked = |run: &view::Run| of(run, TokenKind::Refresh).again.len() >= looks;
        house.until(request, looked).await
    };
    let found = asked_again(&mut house, 4).await;
    assert!(!of(&found, TokenKind::Refresh).outcome.unwrap().proven());
    assert_eq!(house.alive(), 2);
    let holds = house.holds().await;
    assert_eq!(holds.len(), 2, "nothing of it is proven dead");
    assert_eq!(only(&holds, TokenKind::Access).tries, tried);
    // The access token expires; the refresh token is not called dead for it.
    house
        .restart_after(async |store| turned(store, true).await)
        .await;
    let looks = of(&found, TokenKind::Refresh).again.len();
    asked_again(&mut house, looks + 3).await;
    let holds = house.until_holds(|holds| holds.len() <= 1).await;
    assert_eq!(house.alive(), 2);
    assert_eq!(holds.len(), 1, "the refresh token is not called dead");
    let run = house.run(run.id).await;
    assert!(!of(&run, TokenKind::Refresh).outcome.unwrap().proven());
    let access = of(&run, TokenKind::Access);
    assert_eq!(access.outcome, Some(Outcome::Unreachable));
    assert!(matches!(access.residual_until, Some(Residual::Until(_))));
}

/// Introspection tells a client nothing about another's tokens, in the same words as about dead ones; and the registration
/// changes after the run has looked at what the token is on record for, and before it is held.
#[tokio::test(flavor = "multi_thread")]
async fn what_another_registration_is_told_is_no_proof_for_a_hold() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let other = Client {
        client_id: "sandbox-other".to_owned(),
        client_secret: Some("sandbox-other-secret".to_owned()),
        name: "Other".to_owned(),
        redirect_uris: vec!["http://127.0.0.1:8976/callback/ledger".to_owned()],
        any_port: true,
        refresh: None,
    };
    house.sandbox.state().register(Vendor::Ledger, other);
    house.fault(Endpoint::Introspect, FaultMode::Status503);
    let hangs = Fault::new(Vendor::Ledger, Endpoint::Revoke, FaultMode::Hang);
    house.sandbox.state().inject(hangs);
    let asked = tagout::wire::rpc::Disconnect {
        targets: vec![tagout::wire::request::Target {
            connection: connection.id.to_string(),
            version: None,
        }],
        reason: tagout::domain::disconnect::run::Reason::Unused,
        note: String::new(),
        ticket: None,
        if_unreachable: IfUnreachable::Hold,
        uninstall: false,
        allow_wider: false,
        destroy_at_once: false,
        swap: false,
    };
    let runs: Vec<view::Run> = house.ask(asked).await;
    let log = house.sandbox.log();
    let called = log.wait_for(|call| call.endpoint == Endpoint::Revoke);
    tokio::time::timeout(LONG, called).await.unwrap();
    house.register("ledger", "other").await;
    let id = runs[0].id.to_string();
    let request = || rpc::Run { id: id.clone() };
    house
        .until(request, |run: &view::Run| run.checkpoint.is_some())
        .await;
    house.mend();
    let holds = house
        .until_holds(|holds| holds.len() < 2 || holds.iter().all(|hold| hold.tries >= 4))
        .await;
    assert_eq!(house.alive(), 2);
    assert_eq!(holds.len(), 2, "{:#?}", house.run(&runs[0].id).await);
}

/// The file says that a refresh token may be tried: after a call that was accepted, and never before.
#[tokio::test(flavor = "multi_thread")]
async fn a_held_refresh_token_is_tried_after_its_call() {
    let mut house = House::new().await;
    let (_, run) = held_at(&mut house, MUTE, Endpoint::Revoke).await;
    let exchanged = house.calls(Endpoint::Token);
    house.mend();
    house.until_holds(<[_]>::is_empty).await;
    let run = house.run(run.id).await;
    let refresh = of(&run, TokenKind::Refresh);
    assert_eq!(refresh.outcome, Some(Outcome::VerifiedDead));
    assert_eq!(
        of(&run, TokenKind::Access).outcome,
        Some(Outcome::VerifiedDead)
    );
    let calls = house.sandbox.log().of(Vendor::Ledger);
    let is_token = |call: &&tagout::sandbox::CallRecord| call.endpoint == Endpoint::Token;
    let revoked = calls
        .iter()
        .position(|call| call.endpoint == Endpoint::Revoke && call.fault.is_none());
    let before = calls.iter().take(revoked.unwrap()).filter(is_token);
    assert_eq!(before.count(), exchanged);
    assert!(house.calls(Endpoint::Token) > exchanged);
    assert_eq!(house.alive(), 0);
}

/// An issuer that lets us introspect nothing: its "no" never changes, so that waiting for it would keep the token for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_never_said_yes_does_not_keep_an_accepted_token() {
    let mut house = House::new().await;
    let oracle = Oracle::start(&house, false).await;
    let (_, run) = held_at(&mut house, &oracle.provider(), Endpoint::Revoke).await;
    assert_eq!(house.holds().await.len(), 2, "{run:#?}");
    house.mend();
    house.until_holds(<[_]>::is_empty).await;
    let run = house.run(run.id).await;
    let refresh = of(&run, TokenKind::Refresh);
    assert_eq!(refresh.outcome, Some(Outcome::AcceptedUnverified));
    assert!(
        refresh
            .residual_until
            .is_some_and(|at| at != Residual::None)
    );
    assert_eq!(
        of(&run, TokenKind::Access).outcome,
        Some(Outcome::VerifiedDead),
        "it was taken where it is used"
    );
}

/// Whoever refuses a token for a moment may refuse everybody: where no call gets through either, another token has to be
/// accepted beside it.
#[tokio::test(flavor = "multi_thread")]
async fn a_held_token_that_is_found_dead_without_a_call_needs_something_that_passes_beside_it() {
    let mut house = House::with_pace(Duration::from_secs(3600)).await;
    let (connection, run) = held(&mut house).await;
    let all = Victim::Account(BOT.to_owned());
    assert_eq!(house.sandbox.state().kill(Vendor::Ledger, &all), 2);
    // Beginning a reconnect tries them at once.
    for _ in 0..2 {
        house.begin(again(&connection)).await;
        assert_eq!(house.holds().await.len(), 2);
    }
    house.connect("ledger", CAROL).await;
    house.begin(again(&connection)).await;
    let left = house.until_holds(<[_]>::is_empty).await;
    assert!(left.is_empty());
    let run = house.run(run.id).await;
    for token in &run.tokens {
        assert_eq!(token.outcome, Some(Outcome::VerifiedDead), "{token:#?}");
        let proof = token.proof.as_ref().unwrap();
        assert_eq!(proof.basis, Some(Basis::Control));
        assert!(proof.control.as_ref().unwrap().fingerprint.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_is_given_up_is_called_what_its_last_try_found() {
    let mut house = House::with_pace(Duration::from_secs(3600)).await;
    let (connection, run) = held(&mut house).await;
    house.mend();
    house.fault(Endpoint::Revoke, FaultMode::Lie200);
    // Beginning a reconnect tries them at once.
    let flow = house.begin(again(&connection)).await;
    assert_eq!(flow.holds.len(), 2);
    for hold in house.holds().await {
        let note = "the vendor says yes and does nothing".to_owned();
        let id = hold.id;
        house.ask(rpc::HoldDrop { id, note }).await;
    }
    for token in &house.run(run.id).await.tokens {
        assert_eq!(token.outcome, Some(Outcome::StillAlive), "{token:#?}");
    }
    assert_eq!(house.alive(), 2);
}
