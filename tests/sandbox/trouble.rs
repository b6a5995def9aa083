//! What every vendor says when it is asked too often, and what it says with 200 though it went wrong.

use serde_json::{Value, json};
use tagout::sandbox::{Endpoint, Fault, FaultMode, Vendor};

use crate::client::Trial;

/// The answer to a call that meets a fault.
async fn struck(vendor: Vendor, mode: FaultMode) -> (u16, Option<String>, Value) {
    let trial = Trial::new(vendor).await;
    let fault = Fault {
        retry_after: 9,
        ..Fault::new(vendor, Endpoint::Any, mode)
    };
    trial.state().inject(fault);
    let answer = trial.get("/anything", "token").send().await.unwrap();
    let status = answer.status().as_u16();
    let wait = answer.headers().get("retry-after");
    let wait = wait.map(|wait| wait.to_str().unwrap().to_owned());
    let body = answer.bytes().await.unwrap();
    (
        status,
        wait,
        serde_json::from_slice(&body).unwrap_or_default(),
    )
}

#[tokio::test]
async fn a_rate_limit_is_told_in_each_vendors_words() {
    for (vendor, status, wait, pointer, word) in [
        (Vendor::Ledger, 429, Some("9"), "/error", "ratelimited"),
        (Vendor::Github, 429, Some("9"), "/error", "ratelimited"),
        (Vendor::GithubApp, 429, Some("9"), "/error", "ratelimited"),
        (
            Vendor::Google,
            429,
            None,
            "/error/errors/0/reason",
            "rateLimitExceeded",
        ),
        (
            Vendor::Linear,
            400,
            None,
            "/errors/0/extensions/code",
            "RATELIMITED",
        ),
        (
            Vendor::Microsoft,
            429,
            Some("9"),
            "/error/code",
            "TooManyRequests",
        ),
        (
            Vendor::Pipedrive,
            429,
            Some("9"),
            "/error",
            "request over limit",
        ),
        (
            Vendor::Salesforce,
            403,
            None,
            "/0/errorCode",
            "REQUEST_LIMIT_EXCEEDED",
        ),
        (Vendor::Slack, 429, Some("9"), "/error", "ratelimited"),
        (Vendor::Stripe, 429, Some("9"), "/error/code", "rate_limit"),
    ] {
        let told = struck(vendor, FaultMode::RateLimited).await;
        assert_eq!(
            (told.0, told.1.as_deref(), told.2.pointer(pointer)),
            (status, wait, Some(&json!(word))),
            "{vendor}: {}",
            told.2
        );
    }
}

#[tokio::test]
async fn an_error_stands_in_an_answer_of_200() {
    for (vendor, pointer, word) in [
        (Vendor::Github, "/error", json!("server_error")),
        (
            Vendor::Linear,
            "/errors/0/extensions/code",
            json!("INTERNAL_SERVER_ERROR"),
        ),
        (Vendor::Pipedrive, "/success", json!(false)),
        (Vendor::Slack, "/error", json!("internal_error")),
    ] {
        let (status, _, body) = struck(vendor, FaultMode::ErrorInside).await;
        assert_eq!(
            (status, body.pointer(pointer)),
            (200, Some(&word)),
            "{vendor}: {body}"
        );
    }
}

#[tokio::test]
async fn an_outage_is_the_same_everywhere() {
    for vendor in Vendor::ALL {
        let (status, _, _) = struck(vendor, FaultMode::Status503).await;
        assert_eq!(status, 503, "{vendor}");
    }
}
