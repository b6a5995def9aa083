//! What counts as dead, and what does not.

use serde_json::json;
use tagout::domain::provider::{Endpoints, Question, TokenKind};
use tagout::domain::trial::{Answer, Verdict};
use tagout::providers::{CallContext, HttpConnection, Vendors};

use super::vendor::{
    OAUTH, Said, Seen, Vendor, app, endpoints, html, impatient, json as answer, nobody, raw, says,
    token, vendors,
};

const PROBE: &str = "[probe]\nurl = \"{base}/me\"\n";
const TOLD_IN_BODY: &str = r#"
[probe]
method = "POST"
url = "{base}/test"
alive = { status = [200], pointer = "/ok", equals = true }
dead = { pointer = "/error", in = ["token_revoked"] }
"#;

async fn asked(
    vendors: &Vendors,
    base: &str,
    probe: &str,
    endpoints: Endpoints,
    kind: TokenKind,
) -> Answer {
    let (app, token) = (app(base, &format!("{OAUTH}{probe}")), token());
    vendors
        .ask(
            &CallContext::new(&app, &endpoints).with_token(&token),
            kind,
            None,
        )
        .await
}

/// A vendor that says so of the one token, and refuses every other.
async fn knows(said: impl Fn() -> Said + Send + Sync + 'static) -> Vendor {
    let is_shown = |seen: &Seen| {
        let mut shown = seen.headers.values().chain([&seen.body]);
        shown.any(|text| text.contains("tok-0123456789abcdef"))
    };
    Vendor::start(move |seen, _| match is_shown(seen) {
        true => said(),
        false => answer(401, &json!({ "error": "invalid_token" })),
    })
    .await
}

async fn life(probe: &str, said: impl Fn() -> Said + Send + Sync + 'static) -> Verdict {
    let vendor = knows(said).await;
    asked(
        &vendors(),
        &vendor.base,
        probe,
        endpoints(&vendor.base),
        TokenKind::Access,
    )
    .await
    .verdict
}

fn is_unknown(verdict: &Verdict) -> bool {
    *verdict == Verdict::Unknown
}

#[tokio::test]
async fn the_vendors_clear_word_counts() {
    assert_eq!(
        life(PROBE, || answer(200, &json!({ "id": 1 }))).await,
        Verdict::Alive
    );
    assert_eq!(
        life(PROBE, || answer(401, &json!({ "error": "invalid_token" }))).await,
        Verdict::Dead
    );
    assert_eq!(
        life(TOLD_IN_BODY, || answer(200, &json!({ "ok": true }))).await,
        Verdict::Alive
    );
    assert_eq!(
        life(TOLD_IN_BODY, || answer(
            200,
            &json!({ "ok": false, "error": "token_revoked" })
        ))
        .await,
        Verdict::Dead
    );
}

#[tokio::test]
async fn a_refusal_that_is_not_the_tokens_is_told_in_whatever_form() {
    let refusal = |headers: &[(&'static str, &str)], body: &str| {
        let headers = headers
            .iter()
            .map(|(name, text)| (*name, (*text).to_owned()));
        let (headers, body) = (headers.collect::<Vec<_>>(), body.as_bytes().to_vec());
        move || Said::Answer(401, headers.clone(), body.clone())
    };
    const CHALLENGE: &str = "www-authenticate";
    let two = [
        (CHALLENGE, "DPoP error=\"use_dpop_nonce\""),
        (CHALLENGE, "Bearer realm=\"api\""),
    ];
    for said in [
        refusal(&two, "{}"),
        refusal(
            &[(CHALLENGE, "Bearer error = temporarily_unavailable")],
            "{}",
        ),
        refusal(&[("retry-after", "in a while")], "{}"),
        refusal(&[], "{\"errors\":[{\"code\":\"RATE_LIMITED\"}]}"),
        refusal(&[], "\u{feff}<!-- gateway --><html><p>later</p></html>"),
    ] {
        let life = life(PROBE, said).await;
        assert!(is_unknown(&life), "{life:?}");
    }
    let dead = refusal(&[(CHALLENGE, "Bearer error=\"invalid_token\"")], "{}");
    assert_eq!(life(PROBE, dead).await, Verdict::Dead);
}

#[tokio::test]
async fn a_missing_scope_is_a_sign_of_life() {
    assert_eq!(
        life(PROBE, || answer(
            403,
            &json!({ "error": "insufficient_scope" })
        ))
        .await,
        Verdict::Alive
    );
    let challenge = || {
        Said::Answer(
            403,
            vec![(
                "www-authenticate",
                "Bearer error=\"insufficient_scope\"".into(),
            )],
            vec![],
        )
    };
    assert_eq!(life(PROBE, challenge).await, Verdict::Alive);
    assert!(
        is_unknown(&life(PROBE, || says(403, "blocked")).await),
        "a firewall says 403 too"
    );
}

#[tokio::test]
async fn nothing_else_is_dead() {
    for status in [429, 500, 502, 503] {
        assert!(
            is_unknown(&life(PROBE, move || says(status, "")).await),
            "status {status}"
        );
    }
    for status in [200, 401] {
        assert!(
            is_unknown(&life(PROBE, move || html(status)).await),
            "a page with status {status}"
        );
    }
    let redirect = || Said::Answer(302, vec![("location", "/login".into())], vec![]);
    assert!(is_unknown(&life(PROBE, redirect).await), "a redirect");
    assert!(
        is_unknown(&life(PROBE, || says(404, "")).await),
        "another status"
    );
    assert!(
        is_unknown(&life(PROBE, || answer(200, &json!({ "error": "fatal" }))).await),
        "a hidden error"
    );
    assert!(
        is_unknown(&life(TOLD_IN_BODY, || answer(200, &json!({}))).await),
        "neither yes nor no"
    );
}

#[tokio::test]
async fn silence_is_not_death() {
    let hanging = Vendor::start(|_, _| Said::Hang).await;
    for (vendors, base) in [
        (impatient(), hanging.base.clone()),
        (vendors(), nobody().await),
        (vendors(), raw(b"").await),
        (
            vendors(),
            raw(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 9\r\n\r\n{").await,
        ),
    ] {
        let asked = asked(&vendors, &base, PROBE, endpoints(&base), TokenKind::Access).await;
        assert!(is_unknown(&asked.verdict), "{asked:?}");
        assert_eq!(asked.endpoint, format!("{base}/me"));
    }
}

#[tokio::test]
async fn introspection_tells_of_both_kinds() {
    for (active, expected) in [(true, Verdict::Alive), (false, Verdict::Dead)] {
        for kind in [TokenKind::Access, TokenKind::Refresh] {
            let vendor = knows(move || answer(200, &json!({ "active": active }))).await;
            let endpoints = Endpoints {
                introspect: Some(format!("{}/introspect", vendor.base)),
                ..endpoints(&vendor.base)
            };
            let asked = asked(&vendors(), &vendor.base, "", endpoints, kind).await;
            assert_eq!(asked.verdict, expected);
            let seen = vendor.seen().remove(0);
            assert_eq!(seen.form()["token"], "tok-0123456789abcdef");
            assert_eq!(seen.form()["token_type_hint"], kind.hint());
            assert!(seen.header("authorization").starts_with("Basic "));
        }
    }
}

#[tokio::test]
async fn introspection_that_refuses_us_says_nothing_about_the_token() {
    for said in [
        || says(401, ""),
        || answer(200, &json!({})),
        || answer(400, &json!({ "active": false })),
    ] {
        let vendor = Vendor::start(move |_, _| said()).await;
        let endpoints = Endpoints {
            introspect: Some(format!("{}/i", vendor.base)),
            ..endpoints(&vendor.base)
        };
        let asked = asked(&vendors(), &vendor.base, "", endpoints, TokenKind::Refresh).await;
        assert!(is_unknown(&asked.verdict), "{asked:?}");
    }
}

#[tokio::test]
async fn userinfo_is_asked_when_there_is_nothing_better() {
    for (status, expected) in [(200, Verdict::Alive), (401, Verdict::Dead)] {
        let vendor = knows(move || answer(status, &json!({ "sub": "1" }))).await;
        let endpoints = Endpoints {
            userinfo: Some(format!("{}/userinfo", vendor.base)),
            ..endpoints(&vendor.base)
        };
        let asked = asked(&vendors(), &vendor.base, "", endpoints, TokenKind::Access).await;
        assert_eq!((asked.verdict, asked.status), (expected, Some(status)));
        assert_eq!(
            vendor.seen()[0].header("authorization"),
            "Bearer tok-0123456789abcdef"
        );
    }
}

#[tokio::test]
async fn where_there_is_nothing_to_ask_nothing_is_asked() {
    let vendor = Vendor::start(|_, _| says(200, "")).await;
    let userinfo = Endpoints {
        userinfo: Some(format!("{}/u", vendor.base)),
        ..endpoints(&vendor.base)
    };
    for (probe, endpoints, kind) in [
        ("", endpoints(&vendor.base), TokenKind::Access),
        (PROBE, userinfo, TokenKind::Refresh),
        (PROBE, endpoints(&vendor.base), TokenKind::Installation),
    ] {
        let asked = asked(&vendors(), &vendor.base, probe, endpoints, kind).await;
        assert_eq!(
            (asked.verdict, asked.endpoint.as_str()),
            (Verdict::NotAskable, "")
        );
    }
    assert!(vendor.seen().is_empty());
}

#[tokio::test]
async fn a_key_is_asked_in_its_own_header() {
    const KEY: &str = "[auth]\nkind = \"api_key\"\n[probe]\nurl = \"{base}/server\"\nauth = \"header:X-Acme-Token\"\n";
    let vendor = knows(|| answer(200, &json!({ "ID": 1 }))).await;
    let (app, token, endpoints) = (app(&vendor.base, KEY), token(), Endpoints::default());
    let asked = vendors()
        .ask(
            &CallContext::new(&app, &endpoints).with_token(&token),
            TokenKind::ApiKey,
            None,
        )
        .await;
    assert_eq!(asked.verdict, Verdict::Alive);
    assert_eq!(
        vendor.seen()[0].header("x-acme-token"),
        "tok-0123456789abcdef"
    );
}

const LIVE: &str = "Bearer tok-0123456789abcdef";

/// An issuer with both questions: what introspection says, and whom userinfo takes for whom.
async fn issuer(
    active: bool,
    userinfo: impl Fn(&str) -> Said + Send + Sync + 'static,
) -> (Vendor, Endpoints) {
    let vendor = Vendor::start(move |seen, _| match seen.path.as_str() {
        "/introspect" => answer(200, &json!({ "active": active })),
        _ => userinfo(seen.header("authorization")),
    })
    .await;
    let endpoints = Endpoints {
        introspect: Some(format!("{}/introspect", vendor.base)),
        userinfo: Some(format!("{}/userinfo", vendor.base)),
        ..endpoints(&vendor.base)
    };
    (vendor, endpoints)
}

fn of_alice(authorization: &str) -> Said {
    match authorization {
        LIVE => answer(200, &json!({ "sub": "alice" })),
        _ => answer(401, &json!({ "error": "invalid_token" })),
    }
}

/// Every answer, on connections of their own.
async fn each(
    vendor: &Vendor,
    endpoints: &Endpoints,
    token: &secrecy::SecretString,
) -> Vec<Answer> {
    let app = app(&vendor.base, &format!("{OAUTH}{PROBE}"));
    let context = CallContext {
        account_id: Some("alice"),
        ..CallContext::new(&app, endpoints).with_token(token)
    };
    vendors()
        .ask_each(&context, TokenKind::Access, HttpConnection::Fresh)
        .await
}

fn of(answers: &[Answer], question: Question) -> &Answer {
    answers
        .iter()
        .find(|answer| answer.question == Some(question))
        .unwrap()
}

#[tokio::test]
async fn a_question_without_a_yes_gives_way_to_the_next() {
    let (vendor, endpoints) = issuer(false, of_alice).await;
    let found = asked(&vendors(), &vendor.base, "", endpoints, TokenKind::Access).await;
    assert_eq!(
        (found.verdict, found.question),
        (Verdict::Alive, Some(Question::Userinfo))
    );
}

#[tokio::test]
async fn without_any_yes_the_question_passed_before_is_answered() {
    let (vendor, endpoints) = issuer(false, |_| says(401, "")).await;
    let (app, token) = (app(&vendor.base, OAUTH), token());
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    for passed in [Question::Userinfo, Question::Introspection] {
        let asked = vendors()
            .ask(&context, TokenKind::Access, Some(passed))
            .await;
        assert_eq!(
            (asked.verdict, asked.question),
            (Verdict::Dead, Some(passed))
        );
    }
}

#[tokio::test]
async fn every_question_is_asked_and_none_is_doubted() {
    let (vendor, endpoints) = issuer(false, of_alice).await;
    let answers = each(&vendor, &endpoints, &token()).await;
    let told = |question| of(&answers, question).verdict;
    assert_eq!(told(Question::Introspection), Verdict::Dead);
    assert_eq!(told(Question::Userinfo), Verdict::Alive);
    assert_eq!(told(Question::Probe), Verdict::Alive);
}

#[tokio::test]
async fn a_refusal_keeps_its_form_and_not_its_words() {
    let refused = || {
        let challenge = "Bearer realm=\"api\", error=\"invalid_token\"";
        let headers = vec![
            ("www-authenticate", challenge.to_owned()),
            ("content-type", "application/json; charset=utf-8".to_owned()),
        ];
        let body = json!({ "code": 190, "message": "Token 12 is gone", "request_id": "r-1" });
        Said::Answer(401, headers, body.to_string().into_bytes())
    };
    let vendor = Vendor::start(move |_, _| refused()).await;
    let answers = each(&vendor, &endpoints(&vendor.base), &token()).await;
    let shape = of(&answers, Question::Probe).refusal.clone().unwrap().shape;
    assert_eq!((shape.status, shape.code()), (401, Some("190")));
    assert_eq!(shape.challenge_error.as_deref(), Some("invalid_token"));
    assert_eq!(shape.content_type.as_deref(), Some("application/json"));
    let kept = serde_json::to_string(&shape).unwrap();
    assert!(
        !kept.contains("Token 12") && !kept.contains("r-1"),
        "{kept}"
    );
}

#[tokio::test]
async fn a_made_up_token_has_the_form_of_the_real_one() {
    let vendor = Vendor::start(|_, _| answer(401, &json!({ "error": "invalid_token" }))).await;
    let (app, token) = (app(&vendor.base, &format!("{OAUTH}{PROBE}")), token());
    let endpoints = endpoints(&vendor.base);
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    let told = vendors()
        .ask_made_up(&context, TokenKind::Access, Question::Probe)
        .await
        .unwrap();
    assert_eq!(told.verdict, Verdict::Dead);
    let shown = vendor.only().header("authorization").to_owned();
    assert!(shown.starts_with("Bearer ") && shown != LIVE, "{shown}");
    assert!(shown.len() >= LIVE.len());
}

#[tokio::test]
async fn a_refusal_of_the_request_is_none_of_the_token() {
    let challenge = |error: &str| {
        let value = format!("DPoP error=\"{error}\"");
        Said::Answer(401, vec![("www-authenticate", value)], Vec::new())
    };
    for error in [
        "use_dpop_nonce",
        "insufficient_user_authentication",
        "insufficient_scope",
    ] {
        let said = life(PROBE, move || challenge(error)).await;
        assert!(is_unknown(&said), "{error}: {said:?}");
    }
    let body = || answer(401, &json!({ "error": "mfa_required" }));
    assert!(is_unknown(&life(PROBE, body).await));
    let later = || Said::Answer(401, vec![("retry-after", "5".into())], Vec::new());
    assert!(is_unknown(&life(PROBE, later).await));
    // Google's userinfo says so of a token that was revoked.
    let google = || answer(401, &json!({ "error": "invalid_request" }));
    assert_eq!(life(PROBE, google).await, Verdict::Dead);
}

#[tokio::test]
async fn a_yes_that_anybody_gets_says_nothing() {
    let (vendor, endpoints) = issuer(true, |_| answer(200, &json!({ "sub": "alice" }))).await;
    let first = asked(&vendors(), &vendor.base, "", endpoints, TokenKind::Access).await;
    assert!(is_unknown(&first.verdict), "{first:?}");
    let seen = vendor.seen();
    let is_made_up =
        |seen: &&Seen| seen.path == "/userinfo" && seen.header("authorization") != LIVE;
    assert_eq!(seen.iter().filter(is_made_up).count(), 1);
}

#[tokio::test]
async fn an_answer_about_somebody_else_is_no_sign_of_life() {
    for named in [json!({ "sub": "anonymous" }), json!({})] {
        let (vendor, endpoints) = issuer(true, move |_| answer(200, &named)).await;
        let answers = each(&vendor, &endpoints, &token()).await;
        let told = of(&answers, Question::Userinfo);
        assert!(is_unknown(&told.verdict), "{told:?}");
    }
}

#[tokio::test]
async fn what_the_issuer_says_of_a_signed_token_does_not_bind_others() {
    // {"alg":"RS256"} . {"sub":"alice"}
    let signed = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln".into();
    let (vendor, endpoints) = issuer(false, |_| says(401, "")).await;
    let answers = each(&vendor, &endpoints, &signed).await;
    for question in [Question::Introspection, Question::Userinfo] {
        let told = of(&answers, question);
        assert!(is_unknown(&told.verdict), "{told:?}");
    }
    let probed = of(&answers, Question::Probe).verdict;
    assert_eq!(
        probed,
        Verdict::Dead,
        "the API that takes it has refused it"
    );
}

#[tokio::test]
async fn a_challenge_that_names_the_token_counts_whatever_page_comes_along() {
    let refused = || {
        let challenge = "Bearer realm=\"api\", error=\"invalid_token\"";
        let page = b"<!doctype html><title>401 Unauthorized</title>";
        Said::Answer(
            401,
            vec![("www-authenticate", challenge.into())],
            page.to_vec(),
        )
    };
    assert_eq!(life(PROBE, refused).await, Verdict::Dead);
}
