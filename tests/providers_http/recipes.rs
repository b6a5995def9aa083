//! The verdict on every way in which a revocation can end.

use jiff::SignedDuration;

use secrecy::SecretString;
use serde_json::json;
use tagout::domain::provider::{ClientAuth, TokenKind};
use tagout::domain::trial::{self, CallAnswer, CallVerdict};
use tagout::providers::{CallContext, Vendors};

use super::vendor::{
    OAUTH, Said, Vendor, app, endpoints, html, impatient, json as answer, nobody, raw, says, token,
    vendors,
};

const BEARER: &str = r#"
[[disconnect]]
token = "access"
method = "DELETE"
url = "{base}/install/{account_id}"
auth = "bearer"
success = { status = [204] }
gone = { status = [401], contains = "no" }
fatal = { pointer = "/error", equals = "bad_client_secret" }
"#;

const DIALECT: &str = "[[disconnect]]\ndialect = \"rfc7009\"\n";

/// Makes the file's first call.
async fn called(vendors: &Vendors, base: &str, disconnect: &str) -> CallAnswer {
    let app = app(base, &format!("{OAUTH}{disconnect}"));
    let (endpoints, token) = (endpoints(base), token());
    let context = CallContext {
        account_id: Some("acc/1"),
        ..CallContext::new(&app, &endpoints).with_token(&token)
    };
    vendors.call(&app.file.calls()[0], &context).await
}

async fn verdict(disconnect: &str, said: impl Fn() -> Said + Send + Sync + 'static) -> CallVerdict {
    let vendor = Vendor::start(move |_, _| said()).await;
    called(&vendors(), &vendor.base, disconnect).await.verdict
}

#[tokio::test]
async fn a_call_is_sent_as_the_file_says_and_recorded_without_the_token() {
    let vendor = Vendor::start(|_, _| {
        Said::Answer(204, vec![("x-acme-request-id", "req-7".into())], vec![])
    })
    .await;
    let made = called(&vendors(), &vendor.base, BEARER).await;
    let seen = vendor.only();
    assert_eq!(
        (seen.method.as_str(), seen.path.as_str()),
        ("DELETE", "/install/acc%2F1")
    );
    assert_eq!(seen.header("authorization"), "Bearer tok-0123456789abcdef");
    assert_eq!(
        (made.verdict, made.status),
        (CallVerdict::Accepted, Some(204))
    );
    assert_eq!(made.endpoint, format!("{}/install/acc%2F1", vendor.base));
    assert_eq!(made.request_id.as_deref(), Some("req-7"));
}

#[tokio::test]
async fn our_own_fault_is_tested_before_gone_and_gone_before_the_rest() {
    assert_eq!(verdict(BEARER, || says(401, "no")).await, CallVerdict::Gone);
    assert_eq!(
        verdict(BEARER, || answer(
            401,
            &json!({ "error": "bad_client_secret" })
        ))
        .await,
        CallVerdict::ClientRefused
    );
    assert_eq!(
        verdict(BEARER, || says(403, "no")).await,
        CallVerdict::Rejected
    );
    assert_eq!(
        verdict(BEARER, || says(200, "")).await,
        CallVerdict::Rejected,
        "204 was expected"
    );
}

/// RFC 8414 2: the revocation endpoint's own methods.
#[tokio::test]
async fn the_client_authenticates_as_the_revocation_endpoint_wants_it() {
    let vendor = Vendor::start(|_, _| says(200, "")).await;
    let app = app(&vendor.base, &format!("{OAUTH}{DIALECT}"));
    let (mut endpoints, token) = (endpoints(&vendor.base), token());
    endpoints.client_auth = Some(ClientAuth::Basic);
    endpoints.revoke_auth = Some(ClientAuth::Body);
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    vendors().call(&app.file.calls()[0], &context).await;
    let seen = vendor.only();
    assert!(seen.form().contains_key("client_secret"), "{}", seen.body);
    assert!(!seen.headers.contains_key("authorization"));
}

/// What one vendor answers a token that was revoked before is its answer to too many requests as well, but for a word.
#[tokio::test]
async fn too_many_requests_are_never_taken_for_a_dead_token() {
    const LIMITED: &str = r#"
[[disconnect]]
token = "access"
url = "{base}/revoke"
params = { token = "{token}" }
encode = "form"
gone = { status = [400], pointer = "/error", equals = "invalid_token" }

[probe]
url = "{base}/me"
dead = { status = [400] }

[limited]
status = [400]
contains = "RATELIMITED"
"#;
    let busy = || {
        let code = json!({ "extensions": { "code": "RATELIMITED" } });
        answer(400, &json!({ "errors": [code] }))
    };
    assert_eq!(verdict(LIMITED, busy).await, CallVerdict::Limited);
    let gone = || answer(400, &json!({ "error": "invalid_token" }));
    assert_eq!(verdict(LIMITED, gone).await, CallVerdict::Gone);
    for (said, life) in [
        (true, trial::Verdict::Unknown),
        (false, trial::Verdict::Dead),
    ] {
        let vendor = Vendor::start(move |_, _| if said { busy() } else { gone() }).await;
        let app = app(&vendor.base, &format!("{OAUTH}{LIMITED}"));
        let (endpoints, token) = (endpoints(&vendor.base), token());
        let context = CallContext::new(&app, &endpoints).with_token(&token);
        let asked = vendors().ask(&context, TokenKind::Access, None).await;
        assert_eq!(asked.verdict, life);
    }
}

#[tokio::test]
async fn outages_and_limits_are_not_refusals() {
    assert_eq!(
        verdict(BEARER, || says(503, "later")).await,
        CallVerdict::Unreachable
    );
    assert_eq!(
        verdict(BEARER, || says(500, "oops")).await,
        CallVerdict::Lost
    );
    assert_eq!(
        verdict(BEARER, || says(504, "oops")).await,
        CallVerdict::Lost
    );

    let vendor =
        Vendor::start(|_, _| Said::Answer(429, vec![("retry-after", "7".into())], vec![])).await;
    let made = called(&vendors(), &vendor.base, BEARER).await;
    let wait = made.not_before.map(|until| until.duration_since(made.at));
    assert_eq!(
        (made.verdict, wait),
        (CallVerdict::Limited, Some(SignedDuration::from_secs(7)))
    );
}

#[tokio::test]
async fn a_page_is_nobodys_word_and_redirects_are_not_followed() {
    for status in [200, 204, 401, 404] {
        let verdict = verdict(
            "[[disconnect]]\nurl = \"{base}/x\"\ngone = { status = [401, 404] }\n",
            move || html(status),
        );
        // A 204 has no body, so that the page does not arrive with it.
        assert_eq!(
            verdict.await,
            if status == 204 {
                CallVerdict::Accepted
            } else {
                CallVerdict::Lost
            },
            "status {status}"
        );
    }
    let elsewhere = Vendor::start(|_, _| says(204, "")).await;
    let to = elsewhere.base.clone();
    let vendor =
        Vendor::start(move |_, _| Said::Answer(307, vec![("location", to.clone())], vec![])).await;
    assert_eq!(
        called(&vendors(), &vendor.base, BEARER).await.verdict,
        CallVerdict::Rejected
    );
    assert!(elsewhere.seen().is_empty(), "the token went elsewhere");
}

#[tokio::test]
async fn never_sent_is_told_from_sent_without_an_answer() {
    let made = called(&vendors(), &nobody().await, BEARER).await;
    assert_eq!(
        (made.verdict, made.status),
        (CallVerdict::Unreachable, None)
    );
    assert!(made.reason.contains("127.0.0.1 cannot be reached"));

    let hanging = Vendor::start(|_, _| Said::Hang).await;
    let made = called(&impatient(), &hanging.base, BEARER).await;
    assert_eq!(made.verdict, CallVerdict::Lost);
    assert_eq!(
        Some(made.reason.as_str()),
        Some("127.0.0.1 did not answer within 0.15 s")
    );
    assert_eq!(hanging.seen().len(), 1);

    assert_eq!(
        called(&vendors(), &raw(b"").await, BEARER).await.verdict,
        CallVerdict::Lost,
        "hung up"
    );
    let half = b"HTTP/1.1 204 No Content\r\nx-half";
    assert_eq!(
        called(&vendors(), &raw(half).await, BEARER).await.verdict,
        CallVerdict::Lost,
        "half a head"
    );
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"ok\":";
    assert_eq!(
        called(&vendors(), &raw(half).await, DIALECT).await.verdict,
        CallVerdict::Lost,
        "half a body"
    );
    assert_eq!(
        called(&vendors(), &raw(b"SSH-2.0-OpenSSH_9.9\r\n").await, BEARER)
            .await
            .verdict,
        CallVerdict::Lost,
        "not HTTP"
    );
}

#[tokio::test]
async fn a_server_that_cannot_prove_itself_is_told_nothing() {
    let vendor = Vendor::start(|_, _| says(204, "")).await;
    let base = vendor.base.replace("http://", "https://");
    let made = called(&vendors(), &base, BEARER).await;
    assert_eq!(
        (made.verdict, made.status),
        (CallVerdict::Unreachable, None),
        "{made:?}"
    );
    assert!(vendor.seen().is_empty());
}

#[tokio::test]
async fn ten_megabytes_are_not_read() {
    let vendor = Vendor::start(|_, _| Said::Answer(200, vec![], vec![b'x'; 10 << 20])).await;
    let made = called(&vendors(), &vendor.base, DIALECT).await;
    assert_eq!((made.verdict, made.status), (CallVerdict::Lost, Some(200)));
    assert!(made.reason.contains("more than 1048576 bytes"));
}

#[tokio::test]
async fn rfc7009_goes_by_the_book() {
    let vendor = Vendor::start(|_, _| says(200, "")).await;
    let app = app(&vendor.base, &format!("{OAUTH}{DIALECT}"));
    let (endpoints, token) = (endpoints(&vendor.base), token());
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    for (call, hint) in app
        .file
        .calls()
        .iter()
        .zip(["refresh_token", "access_token"])
    {
        assert_eq!(
            vendors().call(call, &context).await.verdict,
            CallVerdict::Accepted
        );
        let seen = vendor.seen().pop().unwrap();
        assert_eq!(
            (seen.method.as_str(), seen.path.as_str()),
            ("POST", "/revoke")
        );
        assert_eq!(seen.form()["token"], "tok-0123456789abcdef");
        assert_eq!(seen.form()["token_type_hint"], hint);
        // RFC 6749 2.3.1: "cli:ent" and "s3cr+t", each form-urlencoded, then joined.
        assert_eq!(
            seen.header("authorization"),
            "Basic Y2xpJTNBZW50OnMzY3IlMkJ0"
        );
    }
}

#[tokio::test]
async fn a_public_client_names_itself_in_the_body() {
    let vendor = Vendor::start(|_, _| says(200, "")).await;
    let app = app(&vendor.base, &format!("{OAUTH}{DIALECT}")).with_client("public", None);
    let (endpoints, token) = (endpoints(&vendor.base), token());
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    assert_eq!(
        vendors().call(&app.file.calls()[0], &context).await.verdict,
        CallVerdict::Accepted
    );
    let seen = vendor.only();
    assert_eq!(seen.form()["client_id"], "public");
    assert_eq!(seen.header("authorization"), "");
}

#[tokio::test]
async fn a_status_that_also_means_something_else_names_no_dead_token() {
    const BARE: &str = "[[disconnect]]\nurl = \"{base}/x\"\ngone = { status = [400, 401] }\n";
    let wanting = || answer(400, &json!({ "error": "client_id: Field required" }));
    assert_eq!(verdict(BARE, wanting).await, CallVerdict::Rejected);
    const NAMED: &str = "[[disconnect]]\nurl = \"{base}/x\"\ngone = { status = [404] }\n";
    assert_eq!(verdict(NAMED, || says(404, "")).await, CallVerdict::Gone);
}

#[tokio::test]
async fn what_servers_put_into_a_revocations_answer_is_understood() {
    let error = |status, word: &'static str| {
        verdict(DIALECT, move || answer(status, &json!({ "error": word })))
    };
    assert_eq!(
        error(200, "invalid_token").await,
        CallVerdict::Gone,
        "instead of an empty 200"
    );
    assert_eq!(
        error(200, "server_error").await,
        CallVerdict::Rejected,
        "a 200 that hides an error"
    );
    assert_eq!(
        error(400, "unsupported_token_type").await,
        CallVerdict::Unsupported
    );
    assert_eq!(error(400, "invalid_request").await, CallVerdict::Rejected);
    assert_eq!(
        error(401, "invalid_client").await,
        CallVerdict::ClientRefused
    );
    assert_eq!(
        verdict(DIALECT, || says(401, "")).await,
        CallVerdict::ClientRefused
    );
    assert_eq!(
        verdict(DIALECT, || says(503, "")).await,
        CallVerdict::Unreachable
    );
    assert_eq!(
        verdict(DIALECT, || answer(200, &json!({ "ok": false }))).await,
        CallVerdict::Rejected
    );
}

#[tokio::test]
async fn without_an_endpoint_there_is_nothing_to_call() {
    let app = app("http://127.0.0.1:1", &format!("{OAUTH}{DIALECT}"));
    let (mut endpoints, token) = (endpoints("http://127.0.0.1:1"), token());
    endpoints.revoke = None;
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    assert_eq!(
        vendors().call(&app.file.calls()[0], &context).await.verdict,
        CallVerdict::Unsupported
    );
    assert!(app.file.can_revoke(TokenKind::Refresh));
}

#[tokio::test]
async fn what_is_missing_here_is_said_and_nothing_is_sent() {
    let vendor = Vendor::start(|_, _| says(204, "")).await;
    let app = app(&vendor.base, &format!("{OAUTH}{BEARER}"));
    let (endpoints, token) = (endpoints(&vendor.base), token());
    let no_account = CallContext::new(&app, &endpoints).with_token(&token);
    let made = vendors().call(&app.file.calls()[0], &no_account).await;
    assert_eq!(made.verdict, CallVerdict::NotSent);
    assert!(made.reason.contains("{account_id}"));
    assert!(vendor.seen().is_empty());
}

#[tokio::test]
async fn the_token_is_nowhere_in_what_is_kept() {
    const IN_URL: &str = "[[disconnect]]\nmethod = \"DELETE\"\nurl = \"{base}/tokens/{token}\"\ntoken_in_url = true\n";
    const IN_QUERY: &str = "[[disconnect]]\nurl = \"{base}/revoke\"\nencode = \"query\"\nparams = { token = \"{token}\" }\ntoken_in_url = true\n";
    for (disconnect, endpoint) in [
        (IN_URL, "/tokens/{token}"),
        (IN_QUERY, "/revoke?token={token}"),
    ] {
        let echo = Vendor::start(|seen, _| {
            says(
                400,
                &format!("no: {} {} {}", seen.path, seen.query, "s3cr%2Bt"),
            )
        })
        .await;
        let made = called(&vendors(), &echo.base, disconnect).await;
        assert_eq!(made.endpoint, format!("{}{endpoint}", echo.base));
        let kept = format!("{made:?}");
        assert!(
            !kept.contains("tok-0123456789abcdef") && !kept.contains("s3cr"),
            "{kept}"
        );
        assert!(
            echo.only().path.contains("tok-") || echo.only().query.contains("tok-"),
            "it was sent"
        );
    }
}

#[tokio::test]
async fn an_echo_in_the_error_or_the_request_id_is_hidden_too() {
    let echo = Vendor::start(|_, _| {
        let body = json!({ "error": "tok-0123456789abcdef cannot be revoked" });
        Said::Answer(
            400,
            vec![
                ("content-type", "application/json".into()),
                ("x-request-id", "for-tok-0123456789abcdef".into()),
            ],
            body.to_string().into_bytes(),
        )
    })
    .await;
    let made = called(
        &vendors(),
        &echo.base,
        "[[disconnect]]\ndialect = \"rfc7009\"",
    )
    .await;
    assert_eq!(made.request_id.as_deref(), Some("for-[hidden]"));
    assert!(!format!("{made:?}").contains("tok-"), "{made:?}");
}

#[tokio::test]
async fn parameters_travel_as_the_file_says() {
    let sent = async |encode: &str, more: &str| {
        let vendor = Vendor::start(|_, _| says(200, "")).await;
        let call = format!(
            "[[disconnect]]\nurl = \"{{base}}/x\"\nauth = \"body\"\nencode = \"{encode}\"\n{more}params = {{ t = \"{{token}}\" }}\n"
        );
        assert_eq!(
            called(&vendors(), &vendor.base, &call).await.verdict,
            CallVerdict::Accepted
        );
        vendor.only()
    };
    let form = sent("form", "").await;
    assert_eq!(form.form()["client_secret"], "s3cr+t");
    let object: serde_json::Value = serde_json::from_str(&sent("json", "").await.body).unwrap();
    assert_eq!(
        object,
        json!({ "t": "tok-0123456789abcdef", "client_id": "cli:ent", "client_secret": "s3cr+t" })
    );
    let object: serde_json::Value =
        serde_json::from_str(&sent("graphql", "body = \"mutation { x }\"\n").await.body).unwrap();
    assert_eq!(object["query"], "mutation { x }");
    assert_eq!(object["variables"]["t"], "tok-0123456789abcdef");
}

#[tokio::test]
async fn the_platform_key_speaks_for_us() {
    const DEAUTHORIZE: &str = r#"
[[disconnect]]
token = "account"
url = "{base}/deauthorize"
auth = "platform_key"
encode = "form"
params = { client_id = "{client_id}", account = "{account_id}" }
gone = { status = [401], contains = "is not connected" }
"#;
    let vendor = Vendor::start(|_, _| answer(401, &json!({ "error": "invalid_client", "error_description": "Is not connected to account" }))).await;
    let mut app = app(&vendor.base, &format!("{OAUTH}{DEAUTHORIZE}"));
    app.platform_key = Some(SecretString::from("sk_live_1"));
    let endpoints = endpoints(&vendor.base);
    let context = CallContext {
        account_id: Some("acc"),
        ..CallContext::new(&app, &endpoints)
    };
    assert_eq!(
        vendors().call(&app.file.calls()[0], &context).await.verdict,
        CallVerdict::Gone
    );
    assert_eq!(vendor.only().header("authorization"), "Bearer sk_live_1");
    assert_eq!(vendor.only().form()["account"], "acc");
}
