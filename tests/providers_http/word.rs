//! Whether the vendor's word is a yes, a no, a limit, or a fault that passes.

use std::time::Duration;

use serde_json::{Value, json};
use tagout::domain::provider::{ClientAuth, Endpoints, TokenKind};
use tagout::domain::trial::{CallVerdict, Verdict};
use tagout::providers::{CallContext, PageError, PageRequest, Pool, TokenError};

use super::vendor::{OAUTH, Said, Vendor, app, endpoints, json as answer, says, token, vendors};

const DIALECT: &str = "[[disconnect]]\ndialect = \"rfc7009\"\n";

async fn revoked(said: impl Fn() -> Said + Send + Sync + 'static) -> (CallVerdict, Option<i64>) {
    let vendor = Vendor::start(move |_, _| said()).await;
    let app = app(&vendor.base, &format!("{OAUTH}{DIALECT}"));
    let (endpoints, token) = (endpoints(&vendor.base), token());
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    let made = vendors().call(&app.file.calls()[0], &context).await;
    let wait = made.not_before.map(|at| at.duration_since(made.at));
    (made.verdict, wait.map(|wait| wait.as_secs()))
}

async fn refreshed(more: &str, said: impl Fn() -> Said + Send + Sync + 'static) -> TokenError {
    let vendor = Vendor::start(move |_, _| said()).await;
    let app = app(&vendor.base, &format!("{OAUTH}{more}"));
    let endpoints = endpoints(&vendor.base);
    let refreshed = vendors().refresh(&app, &endpoints, &token()).await;
    refreshed.unwrap_err()
}

fn used_up(status: u16, seconds: u32) -> Said {
    let headers = vec![
        ("x-ratelimit-remaining", "0".to_owned()),
        ("x-ratelimit-reset", seconds.to_string()),
    ];
    Said::Answer(
        status,
        headers,
        b"{\"message\":\"API rate limit exceeded\"}".to_vec(),
    )
}

/// Case T4.
#[tokio::test]
async fn an_answer_that_denies_itself_is_a_no_whatever_its_status() {
    for denied in [
        r#"{"success":false}"#,
        r#"{"revoked":"false"}"#,
        r#"{"revoked":false}"#,
        r#"{"error":{}}"#,
        r#"{"error":true}"#,
        r#"{"errors":[{"title":"x"}]}"#,
        r#"{"errors":["x"]}"#,
        r#"{"ok":"no"}"#,
        r#"{"success":0}"#,
    ] {
        let (verdict, _) = revoked(move || says(200, denied)).await;
        assert_eq!(verdict, CallVerdict::Rejected, "{denied}");
    }
    for fine in [
        r#"{"success":true,"errors":[]}"#,
        r#"{"error":null}"#,
        "{}",
        "",
    ] {
        let (verdict, _) = revoked(move || says(200, fine)).await;
        assert_eq!(verdict, CallVerdict::Accepted, "{fine}");
    }
}

/// A status that the file takes for a success does not make one of an answer that says no.
#[tokio::test]
async fn a_status_of_the_file_does_not_overrule_a_no() {
    let call = "[[disconnect]]\ntoken = \"access\"\nmethod = \"POST\"\nurl = \"{base}/end\"\nauth = \"bearer\"\n";
    for (success, verdict) in [
        ("success = { status = [200] }", CallVerdict::Rejected),
        (
            "success = { pointer = \"/done\", equals = true }",
            CallVerdict::Accepted,
        ),
    ] {
        let vendor = Vendor::start(|_, _| says(200, r#"{"success":false,"done":true}"#)).await;
        let app = app(&vendor.base, &format!("{OAUTH}{call}{success}\n"));
        let (endpoints, token) = (endpoints(&vendor.base), token());
        let context = CallContext::new(&app, &endpoints).with_token(&token);
        let made = vendors().call(&app.file.calls()[0], &context).await;
        assert_eq!(made.verdict, verdict, "{success}");
    }
}

/// Case T3.
#[tokio::test]
async fn a_limit_that_headers_tell_is_no_refusal_of_anything() {
    assert_eq!(
        revoked(|| used_up(403, 40)).await,
        (CallVerdict::Limited, Some(40))
    );
    let probe = "[probe]\nurl = \"{base}/me\"\ndead = { status = [403] }\n";
    let vendor = Vendor::start(|_, _| used_up(403, 40)).await;
    let app = app(&vendor.base, &format!("{OAUTH}{probe}"));
    let (endpoints, token) = (endpoints(&vendor.base), token());
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    let asked = vendors().ask(&context, TokenKind::Access, None).await;
    assert_eq!(asked.verdict, Verdict::Unknown);
    assert_eq!(asked.reason, "too many requests");
    let limited = refreshed("", || used_up(403, 40)).await;
    assert!(
        matches!(limited, TokenError::Outage { retry_after: Some(wait), .. } if wait == Duration::from_secs(40)),
        "{limited:?}"
    );
    let listed = listed("", || used_up(403, 40)).await;
    assert!(
        matches!(listed, PageError::RateLimited { retry_after: Some(wait) } if wait == Duration::from_secs(40)),
        "{listed:?}"
    );
}

/// docs.github.com, "REST API endpoints for OAuth authorizations": 422 is "Validation failed, or the endpoint has been
/// spammed".
#[tokio::test]
async fn githubs_422_is_neither_gone_nor_refused() {
    let file = include_str!("../../assets/providers/github.toml");
    let vendor =
        Vendor::start(|_, _| answer(422, &json!({ "message": "Validation Failed" }))).await;
    let text = file.replace("https://api.github.com", &vendor.base);
    let file = tagout::providers::parse(&text, "github.toml").unwrap();
    let app = tagout::providers::App::new(file.into(), &Default::default())
        .with_client("id", Some("s3cr+t".into()));
    let (endpoints, token) = (endpoints(&vendor.base), token());
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    for call in app.file.calls() {
        let made = vendors().call(&call, &context).await;
        assert_eq!(made.verdict, CallVerdict::Limited, "{made:?}");
    }
}

/// Case T1.
#[tokio::test]
async fn a_refresh_is_refused_by_the_word_for_it_alone() {
    let passing: [(u16, Value); 12] = [
        (400, json!({ "error": "internal_failure" })),
        (
            400,
            json!({ "error": "unknown_error", "error_description": "retry your request" }),
        ),
        (403, json!({ "error": "rate_limit_exceeded" })),
        (400, json!({ "errors": [{ "code": "RATE_LIMITED" }] })),
        (200, json!({ "ok": false, "error": "internal_error" })),
        (200, json!({ "ok": false, "error": "fatal_error" })),
        (400, json!({ "error": "temporarily_unavailable" })),
        (400, json!({ "errors": [{ "code": "INTERNAL" }] })),
        (400, json!({})),
        (
            403,
            json!({ "error": { "code": 403, "status": "UNAVAILABLE" } }),
        ),
        (400, json!({ "error": "invalid_request" })),
        (200, json!({ "success": false })),
    ];
    for (status, body) in passing {
        let said = body.clone();
        let error = refreshed("", move || answer(status, &said)).await;
        assert!(
            matches!(error, TokenError::Outage { .. }),
            "{body}: {error:?}"
        );
    }
    for (status, body) in [
        (400, json!({ "error": "invalid_grant" })),
        (401, json!({ "error": "invalid_grant" })),
        (200, json!({ "error": "invalid_grant" })),
        (400, json!({ "error": { "code": "invalid_grant" } })),
        (400, json!({ "errors": [{ "code": "invalid_grant" }] })),
    ] {
        let said = body.clone();
        let error = refreshed("", move || answer(status, &said)).await;
        assert!(
            matches!(error, TokenError::Refused { .. }),
            "{body}: {error:?}"
        );
    }
    let client = refreshed("", || answer(401, &json!({ "error": "invalid_client" }))).await;
    assert!(
        matches!(client, TokenError::ClientRejected { .. }),
        "{client:?}"
    );
}

#[tokio::test]
async fn a_file_has_its_vendors_word_for_a_refused_refresh() {
    let more = "refused = { pointer = \"/error\", in = [\"bad_refresh_token\"] }\n";
    let said = |error: &'static str| move || answer(200, &json!({ "error": error }));
    let refused = refreshed(more, said("bad_refresh_token")).await;
    assert!(matches!(refused, TokenError::Refused { .. }), "{refused:?}");
    let passing = refreshed(more, said("bad_weather")).await;
    assert!(matches!(passing, TokenError::Outage { .. }), "{passing:?}");
}

/// AADSTS50057: the user account is disabled. An administrator enables it again, and the same refresh token works.
#[tokio::test]
async fn a_suspended_account_is_no_refused_grant() {
    let more = "suspended = { pointer = \"/error_codes/0\", in = [50057] }\n";
    let said = |code: u32| {
        let body = json!({ "error": "invalid_grant", "error_codes": [code] });
        move || answer(400, &body)
    };
    let suspended = refreshed(more, said(50057)).await;
    let is_suspended =
        matches!(&suspended, TokenError::Suspended { why } if why == "invalid_grant");
    assert!(is_suspended, "{suspended:?}");
    let refused = refreshed(more, said(70000)).await;
    assert!(matches!(refused, TokenError::Refused { .. }), "{refused:?}");
}

/// A list that is refused for the state of an account says nothing of the token.
#[tokio::test]
async fn a_list_of_a_suspended_account_is_no_dead_token() {
    let dead = "[probe]\nurl = \"{base}/me\"\ndead = { pointer = \"/error\", in = [\"invalid_auth\", \"account_inactive\"] }\nsuspended = { pointer = \"/error\", equals = \"account_inactive\" }\n";
    for status in [200, 401, 403] {
        let inactive = listed(dead, move || {
            answer(status, &json!({ "error": "account_inactive" }))
        })
        .await;
        assert!(
            matches!(inactive, PageError::Refused { .. }),
            "{inactive:?}"
        );
        let invalid = listed(dead, move || {
            answer(status, &json!({ "error": "invalid_auth" }))
        })
        .await;
        assert!(
            matches!(invalid, PageError::Unauthorized { .. }),
            "{invalid:?}"
        );
    }
}

async fn listed(dead: &str, said: impl Fn() -> Said + Send + Sync + 'static) -> PageError {
    let vendor = Vendor::start(move |_, _| said()).await;
    let sync =
        "[[sync]]\nentity = \"thing\"\nurl = \"{base}/items\"\nitems = \"/items\"\nid = \"/id\"\n";
    let app = app(&vendor.base, &format!("{OAUTH}{dead}{sync}"));
    let (endpoints, token) = (endpoints(&vendor.base), token());
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    let request = PageRequest::default();
    let page = vendors()
        .fetch_page(&Pool::default(), &app.file.sync[0], &context, request)
        .await;
    page.unwrap_err()
}

/// Case T2.
#[tokio::test]
async fn a_list_that_is_answered_as_the_file_says_of_dead_tokens_has_met_one() {
    let dead = "[probe]\nurl = \"{base}/me\"\ndead = { status = [400], pointer = \"/error/code\", equals = 190 }\n";
    let said = |code: u32| move || answer(400, &json!({ "error": { "code": code } }));
    let met = listed(dead, said(190)).await;
    assert!(
        matches!(met, PageError::Unauthorized { status: 400, .. }),
        "{met:?}"
    );
    let other = listed(dead, said(191)).await;
    assert!(
        matches!(other, PageError::Refused { status: 400, .. }),
        "{other:?}"
    );
    let status = "[probe]\nurl = \"{base}/me\"\ndead = { status = [400] }\n";
    let by_status = listed(status, said(190)).await;
    assert!(
        matches!(by_status, PageError::Refused { .. }),
        "{by_status:?}"
    );
}

/// Servers of the official Python MCP SDK (2.3.0).
#[tokio::test]
async fn what_a_server_misses_of_our_authentication_is_sent_once_more() {
    let vendor = Vendor::start(|seen, _| {
        let form = seen.form();
        let is_public = seen.header("authorization").is_empty();
        match (is_public, form.contains_key("client_secret"), form.contains_key("client_id")) {
            (true, false, _) => answer(
                400,
                &json!({ "error": "invalid_request", "error_description": "client_secret: Field required" }),
            ),
            (false, _, false) => answer(
                401,
                &json!({ "error": "unauthorized_client", "error_description": "Missing client_id" }),
            ),
            _ if seen.path == "/token" => answer(200, &json!({ "access_token": "at" })),
            _ => answer(200, &json!({})),
        }
    })
    .await;
    let app = app(&vendor.base, &format!("{OAUTH}{DIALECT}"));
    let token = token();
    for (kind, name, value) in [
        (ClientAuth::None, "client_secret", ""),
        (ClientAuth::Basic, "client_id", "cli:ent"),
    ] {
        let asked = vendor.seen().len();
        let endpoints = Endpoints {
            client_auth: Some(kind),
            ..endpoints(&vendor.base)
        };
        let context = CallContext::new(&app, &endpoints).with_token(&token);
        let made = vendors().call(&app.file.calls()[0], &context).await;
        assert_eq!(made.verdict, CallVerdict::Accepted, "{made:?}");
        assert!(made.reason.starts_with("answered 40"), "{made:?}");
        assert!(made.reason.contains(name), "{made:?}");
        vendors().refresh(&app, &endpoints, &token).await.unwrap();
        let seen = vendor.seen();
        assert_eq!(seen.len(), asked + 4, "each was made once more");
        assert_eq!(seen[asked + 1].form()[name], value);
        assert_eq!(seen[asked + 3].form()[name], value);
    }
}

/// Whoever misses it still is not asked a third time.
#[tokio::test]
async fn what_is_missed_again_is_the_answer() {
    let vendor = Vendor::start(|_, _| says(401, "Missing client_id")).await;
    let app = app(&vendor.base, &format!("{OAUTH}{DIALECT}"));
    let (endpoints, token) = (endpoints(&vendor.base), token());
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    let made = vendors().call(&app.file.calls()[0], &context).await;
    assert_eq!(made.verdict, CallVerdict::ClientRefused);
    assert_eq!(vendor.seen().len(), 2);
}

/// What vendors publish, and what was reported of them, about a refresh that is refused for good and about one that is not,
/// read by their shipped files.
#[tokio::test]
async fn shipped_files_read_what_their_vendors_say_of_a_refresh() {
    let invalid = |why: &str| json!({ "error": "invalid_grant", "error_description": why });
    let refused: [(&str, u16, Value); 12] = [
        // docs.github.com, "Refreshing user access tokens"
        (
            "github",
            200,
            json!({ "error": "bad_refresh_token", "error_description": "The refresh token passed is incorrect or expired." }),
        ),
        (
            "hubspot",
            400,
            json!({ "status": "BAD_REFRESH_TOKEN", "message": "missing or unknown refresh token" }),
        ),
        (
            "slack",
            200,
            json!({ "ok": false, "error": "invalid_refresh_token" }),
        ),
        (
            "slack",
            200,
            json!({ "ok": false, "error": "token_revoked" }),
        ),
        (
            "twitch",
            400,
            json!({ "error": "Bad Request", "status": 400, "message": "Invalid refresh token" }),
        ),
        // raycast/extensions#10896
        (
            "zoom",
            400,
            json!({ "reason": "Invalid Token!", "error": "invalid_grant" }),
        ),
        ("salesforce", 400, invalid("expired access/refresh token")),
        ("gmail", 400, invalid("Token has been expired or revoked.")),
        (
            "atlassian",
            403,
            invalid("Unknown or invalid refresh token."),
        ),
        ("box", 400, invalid("Refresh token has expired")),
        (
            "dropbox",
            400,
            invalid("refresh token is invalid or revoked"),
        ),
        (
            "microsoft-outlook",
            400,
            json!({ "error": "invalid_grant", "error_codes": [70008],
            "error_description": "AADSTS70008: The refresh token has expired due to inactivity." }),
        ),
    ];
    for (id, status, said) in refused {
        let error = refreshed_by(id, status, &said).await;
        assert!(
            matches!(error, TokenError::Refused { .. }),
            "{id}: {said}: {error:?}"
        );
    }
    let passing: [(&str, u16, Value); 8] = [
        ("slack", 200, json!({ "ok": false, "error": "ratelimited" })),
        ("slack", 200, json!({ "ok": false, "error": "fatal_error" })),
        // googleapis/google-auth-library-python#368
        (
            "gmail",
            400,
            json!({ "error": "internal_failure", "error_description": "Backend Error" }),
        ),
        ("gmail", 403, json!({ "error": "rate_limit_exceeded" })),
        (
            "hubspot",
            429,
            json!({ "status": "error", "message": "You have reached your secondly limit.", "errorType": "RATE_LIMIT" }),
        ),
        (
            "salesforce",
            400,
            json!({ "error": "unknown_error", "error_description": "retry your request" }),
        ),
        (
            "microsoft-outlook",
            400,
            json!({ "error": "temporarily_unavailable", "error_codes": [90033] }),
        ),
        (
            "twitch",
            503,
            json!({ "error": "Service Unavailable", "status": 503 }),
        ),
    ];
    for (id, status, said) in passing {
        let error = refreshed_by(id, status, &said).await;
        assert!(
            matches!(error, TokenError::Outage { .. }),
            "{id}: {said}: {error:?}"
        );
    }
}

/// A refresh by the shipped file of this id, at a vendor that answers all with this.
async fn refreshed_by(id: &str, status: u16, said: &Value) -> TokenError {
    let said = said.clone();
    let vendor = Vendor::start(move |_, _| answer(status, &said)).await;
    let catalog = tagout::providers::Catalog::built_in().unwrap();
    let file = &catalog.get(id).unwrap().file;
    let app = tagout::providers::App::new(file.clone(), &Default::default())
        .with_client("id", Some("s3cr+t".into()));
    let endpoints = endpoints(&vendor.base);
    vendors()
        .refresh(&app, &endpoints, &token())
        .await
        .unwrap_err()
}
