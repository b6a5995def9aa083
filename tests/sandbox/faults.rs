//! Everything that can go wrong on purpose, seen from the client.

use reqwest::{RequestBuilder, StatusCode};
use tagout::sandbox::{Endpoint, Fault, FaultMode, KilledBy, TokenView, Vendor, fingerprint};

use crate::client::{Trial, json_of, text};

/// A connected client of the plain vendor, and its access token.
async fn connected() -> (Trial, String) {
    let trial = Trial::new(Vendor::Ledger).await;
    let code = trial.code("/authorize", "carol", "invoices.read").await;
    let (_, reply) = json_of(trial.post("/token", &trial.redemption(&code))).await;
    (trial, text(&reply, "/access_token"))
}

fn fail(trial: &Trial, endpoint: Endpoint, mode: FaultMode) {
    trial
        .state()
        .inject(Fault::new(Vendor::Ledger, endpoint, mode).times(1));
}

fn revoke(trial: &Trial, token: &str) -> RequestBuilder {
    trial.post("/revoke", &trial.signed_form(&[("token", token)]))
}

fn view(trial: &Trial, token: &str) -> TokenView {
    let tokens = trial.state().tokens(Vendor::Ledger);
    tokens
        .into_iter()
        .find(|view| view.fingerprint == fingerprint(token))
        .unwrap()
}

#[tokio::test]
async fn an_outage_does_nothing_and_passes() {
    let (trial, token) = connected().await;
    fail(&trial, Endpoint::Any, FaultMode::Status503);
    assert_eq!(revoke(&trial, &token).send().await.unwrap().status(), 503);
    assert!(view(&trial, &token).alive);
    assert_eq!(revoke(&trial, &token).send().await.unwrap().status(), 200);
    assert_eq!(view(&trial, &token).killed_by, Some(KilledBy::Revoked));
}

#[tokio::test]
async fn a_rate_limit_says_when_to_come_back() {
    let (trial, token) = connected().await;
    let fault = Fault {
        retry_after: 7,
        ..Fault::new(Vendor::Ledger, Endpoint::Probe, FaultMode::RateLimited)
    };
    trial.state().inject(fault);
    for _ in 0..3 {
        let answer = trial.get("/userinfo", &token).send().await.unwrap();
        assert_eq!(
            (answer.status(), &answer.headers()["retry-after"]),
            (StatusCode::TOO_MANY_REQUESTS, &"7".parse().unwrap())
        );
    }
    trial.state().clear_faults();
    assert_eq!(
        trial
            .get("/userinfo", &token)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

#[tokio::test]
async fn a_fault_meets_its_own_endpoint_and_vendor_only() {
    let (trial, token) = connected().await;
    trial.state().inject(Fault::new(
        Vendor::Github,
        Endpoint::Any,
        FaultMode::Status503,
    ));
    trial.state().inject(Fault::new(
        Vendor::Ledger,
        Endpoint::Revoke,
        FaultMode::Status503,
    ));
    assert_eq!(
        trial
            .get("/userinfo", &token)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

#[tokio::test]
async fn a_hanging_call_ends_with_the_sandbox() {
    let (trial, token) = connected().await;
    fail(&trial, Endpoint::Probe, FaultMode::Hang);
    let pending = tokio::spawn(trial.get("/userinfo", &token).send());
    let seen = trial
        .sandbox
        .log()
        .wait_for(|call| call.fault == Some(FaultMode::Hang))
        .await;
    assert_eq!((seen.status, seen.acted), (None, false));
    assert!(!pending.is_finished());
    trial
        .sandbox
        .run_until(std::future::ready(()))
        .await
        .unwrap();
    assert!(pending.await.unwrap().is_err());
}

#[tokio::test]
async fn an_answer_may_be_held_back_after_the_vendor_has_acted() {
    let (trial, token) = connected().await;
    fail(&trial, Endpoint::Revoke, FaultMode::HangAfterActing);
    let pending = tokio::spawn(revoke(&trial, &token).send());
    let log = trial.sandbox.log();
    let seen = log.wait_for(|call| call.fault.is_some()).await;
    assert_eq!((seen.status, seen.acted), (None, true));
    assert!(!view(&trial, &token).alive);
    assert!(!pending.is_finished());
    pending.abort();
}

#[tokio::test]
async fn a_cut_connection_says_nothing_about_whether_the_vendor_acted() {
    let (trial, token) = connected().await;
    for (mode, alive) in [
        (FaultMode::DropBeforeActing, true),
        (FaultMode::DropAfterActing, false),
    ] {
        fail(&trial, Endpoint::Revoke, mode);
        assert!(revoke(&trial, &token).send().await.is_err());
        let seen = trial
            .sandbox
            .log()
            .wait_for(|call| call.fault == Some(mode))
            .await;
        assert_eq!(
            (seen.status, seen.acted, seen.token),
            (None, !alive, Some(fingerprint(&token)))
        );
        assert_eq!(view(&trial, &token).alive, alive);
    }
}

#[tokio::test]
async fn a_lie_looks_like_success_and_leaves_the_token_alive() {
    let (trial, token) = connected().await;
    fail(&trial, Endpoint::Revoke, FaultMode::Lie200);
    assert_eq!(revoke(&trial, &token).send().await.unwrap().status(), 200);
    assert!(view(&trial, &token).alive);
    assert_eq!(
        trial
            .get("/userinfo", &token)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    revoke(&trial, &token).send().await.unwrap();
    fail(&trial, Endpoint::Introspect, FaultMode::Lie200);
    let ask = || trial.post("/introspect", &trial.signed_form(&[("token", &token)]));
    assert_eq!(
        json_of(ask()).await.1["active"],
        true,
        "a lie about a dead token"
    );
    assert_eq!(json_of(ask()).await.1["active"], false);
}

#[tokio::test]
async fn a_lie_never_issues_a_token_that_works() {
    let (trial, _) = connected().await;
    let code = trial.code("/authorize", "carol", "invoices.read").await;
    fail(&trial, Endpoint::Token, FaultMode::Lie200);
    let (_, lie) = json_of(trial.post("/token", &trial.redemption(&code))).await;
    let (_, truth) = json_of(trial.post("/token", &trial.redemption(&code))).await;
    let [lie, truth] = [text(&lie, "/access_token"), text(&truth, "/access_token")];
    assert_ne!(lie, truth);
    assert_eq!(
        trial.get("/userinfo", &lie).send().await.unwrap().status(),
        401
    );
    assert_eq!(
        trial
            .get("/userinfo", &truth)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

#[tokio::test]
async fn a_web_page_and_ten_megabytes_come_as_200() {
    let (trial, token) = connected().await;
    fail(&trial, Endpoint::Probe, FaultMode::Html);
    fail(&trial, Endpoint::Probe, FaultMode::Huge);
    let page = trial.get("/userinfo", &token).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(
        page.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    let huge = trial.get("/userinfo", &token).send().await.unwrap();
    assert_eq!(huge.status(), 200);
    assert!(huge.bytes().await.unwrap().len() > 10_000_000);
}

#[tokio::test]
async fn half_a_reply_breaks_off_after_the_vendor_acted() {
    let (trial, token) = connected().await;
    fail(&trial, Endpoint::List, FaultMode::HalfReply);
    let answer = trial.get("/api/invoices", &token).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.bytes().await.is_err());
    fail(&trial, Endpoint::Revoke, FaultMode::HalfReply);
    let answer = revoke(&trial, &token).send().await.unwrap();
    assert!(answer.bytes().await.is_err());
    assert!(!view(&trial, &token).alive);
}

#[tokio::test]
async fn foul_names_carry_escapes_and_bytes_that_are_not_utf8() {
    let (trial, token) = connected().await;
    fail(&trial, Endpoint::List, FaultMode::FoulNames);
    let bytes = trial
        .get("/api/invoices", &token)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert!(std::str::from_utf8(&bytes).is_err());
    fail(&trial, Endpoint::List, FaultMode::FoulText);
    let (_, page) = json_of(trial.get("/api/invoices", &token)).await;
    let titles: Vec<String> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| text(item, "/title"))
        .collect();
    for part in ["\x1b[2J", "\u{202e}", "\0"] {
        assert!(titles.iter().any(|title| title.contains(part)), "{part:?}");
    }
    assert_eq!(
        titles.iter().map(|title| title.chars().count()).max(),
        Some(10_000)
    );
}
