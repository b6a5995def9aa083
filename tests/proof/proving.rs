//! Proof by trying a refresh token, and what is no proof.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use serde_json::json;
use tagout::domain::audit::claims::Claims;
use tagout::domain::credential::TokenKind;
use tagout::domain::trial::Outcome;
use tagout::sandbox::{Client, Endpoint, FaultMode, Vendor};
use tagout::wire::rpc;
use tagout::wire::view;

use crate::house::{BOT, House, MUTE};

async fn mute(house: &mut House, toml: &str) -> view::Connection {
    house.add(toml).await;
    house.connect("mute", BOT).await
}

fn outcome(run: &view::Run, kind: TokenKind) -> Vec<Outcome> {
    let of = run.tokens.iter().filter(|token| token.kind == kind);
    of.map(|token| token.outcome.unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_tried_after_its_revocation_and_never_before() {
    let mut house = House::new().await;
    let connection = mute(&mut house, MUTE).await;
    let exchanged = house.calls(Endpoint::Token);
    let run = house.disconnect(connection.id.as_str()).await;
    assert_eq!(outcome(&run, TokenKind::Refresh), [Outcome::VerifiedDead]);
    assert_eq!(outcome(&run, TokenKind::Access), [Outcome::VerifiedDead]);
    assert!(house.calls(Endpoint::Token) > exchanged);
    let calls = house.sandbox.log().of(Vendor::Ledger);
    let mut tried = calls.iter().skip(exchanged);
    let revoked = tried.position(|call| call.endpoint == Endpoint::Revoke);
    let last = calls
        .iter()
        .rposition(|call| call.endpoint == Endpoint::Revoke);
    let before = calls.iter().take(last.unwrap());
    let tokens = before.filter(|call| call.endpoint == Endpoint::Token);
    assert!(revoked.is_some());
    assert_eq!(tokens.count(), exchanged, "never before its revocation");
    let token = run
        .tokens
        .iter()
        .find(|t| t.kind == TokenKind::Refresh)
        .unwrap();
    assert_eq!(
        token.evidence.probe_after.as_ref().unwrap().reason,
        "invalid_grant"
    );
    assert_eq!(house.alive(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_only_says_yes_is_found_out_and_what_it_issued_joins_the_run() {
    let mut house = House::new().await;
    let connection = mute(&mut house, MUTE).await;
    let exchanged = house.calls(Endpoint::Token);
    house.fault(Endpoint::Revoke, FaultMode::Lie200);
    let run = house.disconnect(connection.id.as_str()).await;
    assert!(
        outcome(&run, TokenKind::Refresh).contains(&Outcome::StillAlive),
        "{run:#?}"
    );
    // Tried once; what that issued is asked and revoked, and not tried in its turn.
    assert_eq!(house.calls(Endpoint::Token), exchanged + 1);
    assert_eq!(run.tokens.len(), 4, "{:#?}", run.tokens);
    let known = house.tokens();
    for token in &run.tokens {
        let there = &known[&token.fingerprint];
        assert!(
            !(there.alive && token.outcome.unwrap().proven()),
            "{token:#?}"
        );
    }
    let listed = |print: &str| run.tokens.iter().any(|token| token.fingerprint == print);
    assert!(
        known
            .values()
            .filter(|token| token.alive)
            .all(|token| listed(&token.fingerprint))
    );
    let calls = house.sandbox.log().of(Vendor::Ledger);
    let revoked = calls
        .iter()
        .filter(|call| call.endpoint == Endpoint::Revoke)
        .count();
    assert_eq!(revoked, 4);
    // Nothing of it is left here.
    let connection = house.connection(connection.id.as_str()).await;
    assert!(
        connection
            .credentials
            .iter()
            .all(|secret| secret.is_deleted)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_tried_only_where_the_file_says_so() {
    let mut house = House::new().await;
    let toml = MUTE.replace("prove_refresh = true", "prove_refresh = false");
    let connection = mute(&mut house, &toml).await;
    let exchanged = house.calls(Endpoint::Token);
    let run = house.disconnect(connection.id.as_str()).await;
    assert_eq!(
        outcome(&run, TokenKind::Refresh),
        [Outcome::AcceptedUnverified]
    );
    assert_eq!(house.calls(Endpoint::Token), exchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_whose_answer_is_lost_proves_nothing_and_is_listed() {
    let mut house = House::new().await;
    let connection = mute(&mut house, MUTE).await;
    house.fault(Endpoint::Revoke, FaultMode::Lie200);
    house.fault(Endpoint::Token, FaultMode::DropAfterActing);
    let run = house.disconnect(connection.id.as_str()).await;
    assert_eq!(
        outcome(&run, TokenKind::Refresh),
        [Outcome::AcceptedUnverified]
    );
    let unseen = run
        .tokens
        .iter()
        .find(|token| token.kind == TokenKind::Unknown)
        .unwrap();
    assert_eq!(unseen.fingerprint, "unknown");
    assert!(!unseen.outcome.unwrap().proven());
}

/// Introspection tells a client nothing about another's tokens, in the same words as about dead ones.
#[tokio::test(flavor = "multi_thread")]
async fn what_another_registration_is_told_is_no_proof() {
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
    house.register("ledger", "other").await;
    let run = house.disconnect(connection.id.as_str()).await;
    assert_eq!(house.alive(), 2);
    for token in &run.tokens {
        assert!(!token.outcome.unwrap().proven(), "{token:#?}");
    }
}

/// An issuer of its own beside Ledger: introspection says yes until a revocation was called for and no of everything from
/// then on, and revocation calls every token gone and does nothing.
async fn liar(house: &House) -> String {
    let log = house.sandbox.log();
    let introspect = move || {
        let log = Arc::clone(&log);
        async move {
            let calls = log.of(Vendor::Ledger);
            let revoked = calls.iter().any(|call| call.endpoint == Endpoint::Revoke);
            Json(json!({ "active": !revoked }))
        }
    };
    let gone = || async {
        let body = Json(json!({ "error": "invalid_token" }));
        (StatusCode::BAD_REQUEST, body)
    };
    let app = Router::new()
        .route("/introspect", post(introspect))
        .route("/revoke", post(gone));
    serve(app).await
}

/// Its address.
async fn serve(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    base
}

/// A question of its own about Ledger's tokens: the truth, but for one outage after a revocation was called for.
async fn tired(house: &House) -> String {
    let log = house.sandbox.log();
    let outage = Arc::new(AtomicBool::new(true));
    let truth = format!("{}/ledger/userinfo", house.sandbox.base_url());
    let me = move |headers: HeaderMap| {
        let (log, outage, truth) = (Arc::clone(&log), Arc::clone(&outage), truth.clone());
        async move {
            let calls = log.of(Vendor::Ledger);
            let is_revoked = calls.iter().any(|call| call.endpoint == Endpoint::Revoke);
            if is_revoked && outage.swap(false, Ordering::SeqCst) {
                return StatusCode::SERVICE_UNAVAILABLE;
            }
            let asked = reqwest::Client::new()
                .get(truth)
                .header(AUTHORIZATION, &headers[AUTHORIZATION]);
            asked.send().await.unwrap().status()
        }
    };
    serve(Router::new().route("/me", get(me))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_met_an_outage_after_the_call_is_asked_again() {
    let mut house = House::new().await;
    let me = format!("[probe]\nurl = \"{}/me\"", tired(&house).await);
    let connection = mute(
        &mut house,
        &MUTE.replace("[probe]\nurl = \"{base}/userinfo\"", &me),
    )
    .await;
    let run = house.disconnect(connection.id.as_str()).await;
    assert_eq!(
        outcome(&run, TokenKind::Access),
        [Outcome::VerifiedDead],
        "{run:#?}"
    );
    assert_eq!(house.alive(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn introspection_that_calls_a_working_token_dead_proves_nothing_of_the_other() {
    let mut house = House::new().await;
    let introspect = format!("introspect = \"{}/introspect\"", liar(&house).await);
    let connection = mute(
        &mut house,
        &MUTE.replace("prove_refresh = true", &introspect),
    )
    .await;
    house.fault(Endpoint::Revoke, FaultMode::Lie200);
    let run = house.disconnect(connection.id.as_str()).await;
    let access = outcome(&run, TokenKind::Access);
    assert!(access.iter().all(|it| *it == Outcome::StillAlive));
    // Trying it shows that it lives.
    let refresh = outcome(&run, TokenKind::Refresh);
    assert!(refresh.contains(&Outcome::StillAlive), "{run:#?}");
    assert!(!refresh.iter().any(|it| it.proven()));
}

/// A revocation that is answered with a page, which may be anybody's, and with `gone` when it is repeated.
async fn forgetful() -> String {
    let before: Arc<Mutex<HashSet<String>>> = Arc::default();
    let revoke = move |Form(form): Form<HashMap<String, String>>| {
        let is_first = before.lock().unwrap().insert(form["token"].clone());
        async move {
            match is_first {
                true => Html("<!doctype html><title>Just a moment</title>").into_response(),
                false => {
                    let body = Json(json!({ "error": "invalid_token" }));
                    (StatusCode::BAD_REQUEST, body).into_response()
                }
            }
        }
    };
    serve(Router::new().route("/revoke", post(revoke))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_after_a_lost_answer_may_have_been_ended_by_us() {
    let mut house = House::new().await;
    let revoke = format!("revoke = \"{}/revoke\"", forgetful().await);
    let toml = MUTE.replace("revoke = \"{base}/revoke\"", &revoke);
    let toml = toml.replace("prove_refresh = true", "prove_refresh = false");
    let (toml, _probe) = toml.split_once("[probe]").unwrap();
    let connection = mute(&mut house, toml).await;
    let run = house.disconnect(connection.id.as_str()).await;
    for kind in [TokenKind::Access, TokenKind::Refresh] {
        assert_eq!(
            outcome(&run, kind),
            [Outcome::AcceptedUnverified],
            "{run:#?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn gone_that_is_said_of_a_working_token_counts_for_no_other() {
    let mut house = House::new().await;
    let revoke = format!("revoke = \"{}/revoke\"", liar(&house).await);
    let toml = MUTE.replace("revoke = \"{base}/revoke\"", &revoke);
    let toml = toml.replace("prove_refresh = true", "prove_refresh = false");
    let connection = mute(&mut house, &toml).await;
    let run = house.disconnect(connection.id.as_str()).await;
    for kind in [TokenKind::Access, TokenKind::Refresh] {
        assert_eq!(outcome(&run, kind), [Outcome::Rejected], "{run:#?}");
    }
}

pub(crate) fn settled(run: &view::Run) -> bool {
    let state = |token: &view::RunToken| token.proof.as_ref().map(|proof| proof.state);
    run.tokens
        .iter()
        .all(|token| state(token) != Some(view::ProofState::UnderWay))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_tried_over_time_and_after_its_run() {
    let mut house = House::with_late_proofs().await;
    let connection = mute(&mut house, MUTE).await;
    let run = house.disconnect(connection.id.as_str()).await;
    assert!(!settled(&run), "{run:#?}");
    let claims = claims(&house);
    assert!(claims.under_way > 0, "{claims:?}");
    let id = run.id.to_string();
    let run = house.until(|| rpc::Run { id: id.clone() }, settled).await;
    let all = run.tokens.len() as u64;
    let settled = self::claims(&house);
    assert_eq!((settled.proven, settled.under_way), (all, 0));
    assert_eq!(outcome(&run, TokenKind::Refresh), [Outcome::VerifiedDead]);
    let refresh = run.tokens.iter().find(|it| it.kind == TokenKind::Refresh);
    let proof = refresh.unwrap().proof.as_ref().unwrap();
    assert_eq!(proof.basis, Some(tagout::domain::trial::Basis::Time));
    assert!(proof.noes.len() >= 5, "{proof:#?}");
    let said = proof.words("Mute").unwrap();
    assert!(proof.shortened && said.contains("shortened"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_the_server_is_told_which_tokens_end_unproven() {
    let mut house = House::with_late_proofs().await;
    let connection = mute(&mut house, MUTE).await;
    let run = house.disconnect(connection.id.as_str()).await;
    let kept = run.tokens.iter().filter(|it| it.sealed_until.is_some());
    let kept: BTreeSet<&str> = kept.map(|it| it.fingerprint.as_str()).collect();
    let named = house.ask(rpc::Stop).await;
    let named: BTreeSet<&str> = named.iter().map(|it| it.fingerprint.as_str()).collect();
    assert_eq!(named, kept);
    assert!(!kept.is_empty(), "{run:#?}");
}

/// What the log claims of tokens, by its file alone.
fn claims(house: &House) -> Claims {
    let log = std::fs::File::open(house.data().join("audit.log")).unwrap();
    let read = tagout::audit::verify(std::io::BufReader::new(log), None, None);
    read.unwrap().tokens
}

/// The token endpoint refuses everybody while the run lasts, in the words in which it refuses a dead token, and issues again
/// soon after: what it issues then is held and listed, and nothing is called dead.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_trial_brings_after_its_run_is_held() {
    let mut house = House::with_late_proofs().await;
    let token = outage(&house, 2).await;
    let toml = MUTE.replace(
        "token = \"{base}/token\"",
        &format!("token = \"{token}/token\""),
    );
    let connection = mute(&mut house, &toml).await;
    house.fault(Endpoint::Revoke, FaultMode::Lie200);
    let run = house.disconnect(connection.id.as_str()).await;
    assert!(!outcome(&run, TokenKind::Refresh)[0].proven(), "{run:#?}");
    let held = house.until_holds(|holds| holds.len() >= 2).await;
    let run = house.run(&run.id).await;
    let fresh: Vec<_> = run.tokens.iter().skip(2).collect();
    assert_eq!(fresh.len(), 2, "{run:#?}");
    for token in fresh {
        assert!(
            held.iter()
                .any(|hold| hold.fingerprint == token.fingerprint)
        );
    }
    let known = house.tokens();
    for token in &run.tokens {
        let is_claimed = token.outcome.is_some_and(Outcome::proven);
        assert!(
            !(is_claimed && known[&token.fingerprint].alive),
            "{token:#?}"
        );
    }
    house.mend();
    house.until_holds(<[_]>::is_empty).await;
    assert!(house.tokens().values().filter(|it| it.alive).count() <= 2);
}

/// A token endpoint before Ledger's that says `invalid_grant` to so many refreshes after a revocation was called for.
async fn outage(house: &House, noes: usize) -> String {
    let log = house.sandbox.log();
    let left = Arc::new(std::sync::atomic::AtomicUsize::new(noes));
    let truth = format!("{}/ledger/token", house.sandbox.base_url());
    let token = move |headers: HeaderMap, body: String| {
        let (log, left, truth) = (Arc::clone(&log), Arc::clone(&left), truth.clone());
        async move {
            let calls = log.of(Vendor::Ledger);
            let is_revoked = calls.iter().any(|call| call.endpoint == Endpoint::Revoke);
            let is_ours = is_revoked && body.contains("refresh_token");
            let one_less = |left: usize| left.checked_sub(1);
            if is_ours
                && left
                    .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less)
                    .is_ok()
            {
                let body = Json(json!({ "error": "invalid_grant" }));
                return (StatusCode::BAD_REQUEST, body).into_response();
            }
            let mut asked = reqwest::Client::new().post(truth).body(body);
            for name in [AUTHORIZATION, axum::http::header::CONTENT_TYPE] {
                if let Some(value) = headers.get(&name) {
                    asked = asked.header(name, value);
                }
            }
            let answer = asked.send().await.unwrap();
            let status = answer.status();
            let json = [(axum::http::header::CONTENT_TYPE, "application/json")];
            (status, json, answer.bytes().await.unwrap()).into_response()
        }
    };
    serve(Router::new().route("/token", post(token))).await
}
