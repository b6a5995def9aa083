//! Codes and refresh tokens in, tokens out; and every way in which that fails.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tagout::domain::provider::{ClientAuth, Endpoints};
use tagout::providers::{
    CallContext, DevicePoll, Exchange, IdTokenError, IdentityError, TokenError, TokenSet,
    VendorAccount, Vendors,
};

use super::vendor::{
    OAUTH, Said, Vendor, app, endpoints, html, impatient, json as answer, nobody, raw, says, token,
    vendors,
};

const REDIRECT: &str = "http://127.0.0.1:8976/callback/acme";

async fn exchanged(base: &str, more: &str) -> Result<TokenSet, TokenError> {
    let app = app(base, &format!("{OAUTH}{more}"));
    let (code, verifier) = (
        SecretString::from("co/de"),
        SecretString::from("v".repeat(43)),
    );
    let exchange = Exchange {
        code: &code,
        redirect_uri: REDIRECT,
        pkce_verifier: Some(&verifier),
    };
    vendors().exchange(&app, &endpoints(base), exchange).await
}

async fn refreshed(vendors: &Vendors, base: &str) -> Result<TokenSet, TokenError> {
    vendors
        .refresh(&app(base, OAUTH), &endpoints(base), &token())
        .await
}

async fn refused(said: impl Fn() -> Said + Send + Sync + 'static) -> TokenError {
    let vendor = Vendor::start(move |_, _| said()).await;
    refreshed(&vendors(), &vendor.base).await.unwrap_err()
}

#[tokio::test]
async fn a_code_is_traded_with_all_that_belongs_to_it() {
    let vendor = Vendor::start(|_, _| {
        // 201, and no token_type: vendors do both.
        answer(201, &json!({ "access_token": "at", "refresh_token": "rt", "expires_in": 60, "scope": "a b", "team": { "id": "T1", "name": "Team" } }))
    })
    .await;
    let identity = "identity = { from = \"token\", id = \"/team/id\", label = \"/team/name\" }\n";
    let tokens = exchanged(&vendor.base, identity).await.unwrap();
    assert_eq!(tokens.first.access.expose_secret(), "at");
    assert_eq!(tokens.first.refresh.as_ref().unwrap().expose_secret(), "rt");
    assert_eq!(tokens.first.expires_in, Some(Duration::from_secs(60)));

    let seen = vendor.only();
    let form = seen.form();
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!(form["code"], "co/de");
    assert_eq!(form["redirect_uri"], REDIRECT);
    assert_eq!(form["code_verifier"], "v".repeat(43));
    assert_eq!(
        seen.header("authorization"),
        "Basic Y2xpJTNBZW50OnMzY3IlMkJ0"
    );
    assert_eq!(seen.header("accept"), "application/json");

    let app = app(&vendor.base, &format!("{OAUTH}{identity}"));
    let endpoints = endpoints(&vendor.base);
    let account = vendors()
        .identify(&CallContext::new(&app, &endpoints), Some(&tokens))
        .await
        .unwrap();
    assert_eq!(
        account,
        VendorAccount {
            id: "T1".into(),
            label: "Team".into(),
            ..VendorAccount::default()
        }
    );
}

#[tokio::test]
async fn without_a_description_the_account_is_openids() {
    use base64::Engine as _;
    let claims = json!({ "aud": "cli:ent", "sub": "alice", "preferred_username": "ali" });
    let payload = base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
    let reply = json!({ "access_token": "at", "id_token": format!("e30.{payload}.x") });
    for (userinfo, label) in [
        (
            json!({ "sub": "alice", "email": "a@acme.example" }),
            "a@acme.example",
        ),
        (
            json!({ "sub": "mallory", "email": "m@acme.example" }),
            "ali",
        ),
        (json!({ "error": "insufficient_scope" }), "ali"),
    ] {
        let reply = reply.clone();
        let vendor = Vendor::start(move |seen, _| match seen.path.as_str() {
            "/userinfo" => answer(200, &userinfo),
            _ => answer(200, &reply),
        })
        .await;
        let tokens = exchanged(&vendor.base, "").await.unwrap();
        let app = app(&vendor.base, OAUTH);
        let endpoints = Endpoints {
            userinfo: Some(format!("{}/userinfo", vendor.base)),
            ..endpoints(&vendor.base)
        };
        let context = CallContext::new(&app, &endpoints).with_token(&tokens.first.access);
        let account = vendors().identify(&context, Some(&tokens)).await.unwrap();
        assert_eq!(
            (account.id.as_str(), account.label.as_str()),
            ("alice", label)
        );
    }
}

#[tokio::test]
async fn the_client_authenticates_as_it_should() {
    for (kind, has_secret) in [(ClientAuth::Body, true), (ClientAuth::None, false)] {
        let vendor = Vendor::start(|_, _| {
            answer(
                200,
                &json!({ "access_token": "at", "token_type": "bearer" }),
            )
        })
        .await;
        let endpoints = Endpoints {
            client_auth: Some(kind),
            ..endpoints(&vendor.base)
        };
        vendors()
            .refresh(&app(&vendor.base, OAUTH), &endpoints, &token())
            .await
            .unwrap();
        let seen = vendor.only();
        assert_eq!(seen.form()["client_id"], "cli:ent");
        assert_eq!(seen.form().contains_key("client_secret"), has_secret);
        assert_eq!(seen.header("authorization"), "");
        assert_eq!(seen.form()["refresh_token"], "tok-0123456789abcdef");
    }
}

#[tokio::test]
async fn a_refused_grant_is_told_from_a_refused_client() {
    let grant = refused(|| {
        answer(
            400,
            &json!({ "error": "invalid_grant", "error_description": "revoked" }),
        )
    })
    .await;
    assert_eq!(
        grant,
        TokenError::Refused {
            error: "invalid_grant".into(),
            description: Some("revoked".into())
        }
    );
    for said in [
        || answer(401, &json!({ "error": "invalid_client" })),
        || answer(200, &json!({ "ok": false, "error": "bad_client_secret" })),
        || says(401, ""),
    ] {
        let refused = refused(said).await;
        assert!(
            matches!(refused, TokenError::ClientRejected { .. }),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn outages_change_nothing() {
    for said in [|| says(503, ""), || html(403), || says(404, "no such page")] {
        let refused = refused(said).await;
        assert!(matches!(refused, TokenError::Outage { .. }), "{refused:?}");
    }
    // Whoever fails on the way, or whose page comes instead, may have issued.
    for said in [|| says(500, "oops"), || html(200)] {
        let refused = refused(said).await;
        assert!(matches!(refused, TokenError::Lost { .. }), "{refused:?}");
    }
    let limited = refused(|| Said::Answer(429, vec![("retry-after", "3".into())], vec![])).await;
    assert!(
        matches!(limited, TokenError::Outage { retry_after: Some(wait), .. } if wait == Duration::from_secs(3))
    );
    let nobody = refreshed(&vendors(), &nobody().await).await.unwrap_err();
    assert!(matches!(nobody, TokenError::Outage { .. }), "{nobody:?}");
    let redirect =
        refused(|| Said::Answer(307, vec![("location", "/elsewhere".into())], vec![])).await;
    assert!(
        matches!(redirect, TokenError::Outage { .. }),
        "{redirect:?}"
    );
}

#[tokio::test]
async fn an_answer_that_does_not_arrive_may_have_spent_the_token() {
    let hanging = Vendor::start(|_, _| Said::Hang).await;
    let huge = Vendor::start(|_, _| Said::Answer(200, vec![], vec![b' '; 2 << 20])).await;
    let gateway = Vendor::start(|_, _| says(504, "")).await;
    for (vendors, base) in [
        (impatient(), hanging.base.clone()),
        (vendors(), huge.base.clone()),
        (vendors(), gateway.base.clone()),
        (vendors(), raw(b"").await),
        (
            vendors(),
            raw(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"access_token\":\"lea").await,
        ),
    ] {
        let lost = refreshed(&vendors, &base).await.unwrap_err();
        assert!(matches!(lost, TokenError::Lost { .. }), "{lost:?}");
    }
    assert_eq!(
        hanging.seen().len(),
        1,
        "a refresh is never repeated by itself"
    );
}

#[tokio::test]
async fn answers_that_are_no_tokens_are_not_shown() {
    for body in [
        "{\"access_token\":{\"leaked\":1}}",
        "{\"tokenish\":\"leaked\"}",
        "access_token=leaked&scope=x",
        "[\"leaked\"]",
    ] {
        let vendor = Vendor::start(move |_, _| says(200, body)).await;
        let error = refreshed(&vendors(), &vendor.base).await.unwrap_err();
        assert!(matches!(error, TokenError::Lost { .. }), "{error:?}");
        assert!(!format!("{error:?} {error}").contains("leaked"));
    }
    let echo = refused(|| answer(400, &json!({ "error": "invalid_grant", "error_description": "tok-0123456789abcdef is dead" }))).await;
    assert!(!format!("{echo:?} {echo}").contains("tok-0123456789abcdef"));
}

#[tokio::test]
async fn the_id_token_has_to_belong_to_the_flow() {
    use base64::Engine as _;
    let claims = |nonce: &str| {
        let payload = base64::prelude::BASE64_URL_SAFE_NO_PAD
            .encode(json!({ "aud": "cli:ent", "nonce": nonce }).to_string());
        format!("e30.{payload}.x")
    };
    let good = claims("n-1");
    let vendor =
        Vendor::start(move |_, _| answer(200, &json!({ "access_token": "at", "id_token": good })))
            .await;
    let (app, endpoints) = (app(&vendor.base, OAUTH), endpoints(&vendor.base));
    let tokens = exchanged(&vendor.base, "").await.unwrap();
    let check = |nonce| vendors().check_id_token(&app, &endpoints, &tokens, Some(nonce));
    assert_eq!(check("n-1"), Ok(()));
    assert_eq!(check("n-2"), Err(IdTokenError::WrongNonce));
}

#[tokio::test]
async fn an_id_token_is_missed_where_openid_was_granted() {
    for (scope, expected) in [
        (json!("openid email"), Err(IdTokenError::Missing)),
        (json!(null), Err(IdTokenError::Missing)),
        (json!(["email"]), Ok(())),
    ] {
        let reply = json!({ "access_token": "at", "scope": scope });
        let vendor = Vendor::start(move |_, _| answer(200, &reply)).await;
        let (app, endpoints) = (app(&vendor.base, OAUTH), endpoints(&vendor.base));
        let tokens = exchanged(&vendor.base, "").await.unwrap();
        let checked = vendors().check_id_token(&app, &endpoints, &tokens, Some("n-1"));
        assert_eq!(checked, expected, "{scope}");
    }
}

#[tokio::test]
async fn a_device_is_polled_until_the_person_decides() {
    let vendor = Vendor::start(|seen, _| match (seen.path.as_str(), seen.form().get("device_code").cloned()) {
        ("/device", None) => {
            assert_eq!(seen.form()["client_id"], "cli:ent");
            answer(200, &json!({ "device_code": "d-pending", "user_code": "AB-CD", "verification_url": "https://acme.example/device", "expires_in": 900 }))
        }
        // The 200s and the 428 are vendors' own ways.
        ("/token", Some(code)) => match code.as_str() {
            "d-pending" => answer(428, &json!({ "error": "authorization_pending" })),
            "d-slow" => answer(200, &json!({ "error": "slow_down", "interval": 15 })),
            "d-denied" => answer(400, &json!({ "error": "access_denied" })),
            "d-expired" => answer(200, &json!({ "error": "expired_token" })),
            _ => answer(200, &json!({ "access_token": "at" })),
        },
        _ => says(404, ""),
    })
    .await;
    let app = app(&vendor.base, OAUTH);
    let endpoints = Endpoints {
        device: Some(format!("{}/device", vendor.base)),
        ..endpoints(&vendor.base)
    };
    let vendors = vendors();
    let mut code = vendors.start_device(&app, &endpoints, None).await.unwrap();
    assert_eq!(
        (code.user_code.as_str(), code.interval),
        ("AB-CD", Duration::from_secs(5))
    );
    assert!(matches!(
        vendors.poll_device(&app, &endpoints, &code).await.unwrap(),
        DevicePoll::Pending
    ));
    code.device_code = "d-slow".into();
    let slow = vendors.poll_device(&app, &endpoints, &code).await.unwrap();
    assert!(matches!(slow, DevicePoll::SlowDown(wait) if wait == Duration::from_secs(15)));
    code.device_code = "d-denied".into();
    assert!(matches!(
        vendors.poll_device(&app, &endpoints, &code).await.unwrap(),
        DevicePoll::Denied
    ));
    code.device_code = "d-expired".into();
    assert!(matches!(
        vendors.poll_device(&app, &endpoints, &code).await.unwrap(),
        DevicePoll::Expired
    ));
    code.device_code = "d-yes".into();
    let DevicePoll::Issued(tokens) = vendors.poll_device(&app, &endpoints, &code).await.unwrap()
    else {
        panic!()
    };
    assert_eq!(tokens.first.access.expose_secret(), "at");
}

#[tokio::test]
async fn the_account_is_asked_for_with_the_token() {
    const IDENTITY: &str =
        "identity = { url = \"{userinfo}\", id = \"/sub\", label = \"/email\" }\n";
    let vendor = Vendor::start(|seen, _| match seen.header("authorization") {
        "Bearer tok-0123456789abcdef" => answer(200, &json!({ "sub": 7 })),
        _ => answer(401, &json!({ "error": "invalid_token" })),
    })
    .await;
    let app = app(&vendor.base, &format!("{OAUTH}{IDENTITY}"));
    let endpoints = Endpoints {
        userinfo: Some(format!("{}/userinfo", vendor.base)),
        ..endpoints(&vendor.base)
    };
    let (right, wrong) = (token(), SecretString::from("tok-of-somebody-else"));
    let context = CallContext::new(&app, &endpoints);
    let account = vendors()
        .identify(&context.with_token(&right), None)
        .await
        .unwrap();
    assert_eq!(
        account,
        VendorAccount {
            id: "7".into(),
            label: "7".into(),
            ..VendorAccount::default()
        }
    );
    let refused = vendors()
        .identify(&context.with_token(&wrong), None)
        .await
        .unwrap_err();
    assert!(
        matches!(refused, IdentityError::Refused { status: 401, .. }),
        "{refused:?}"
    );
}

#[tokio::test]
async fn an_account_that_only_graphql_tells_is_asked_for_so() {
    let vendor = Vendor::start(|seen, _| {
        let asked: serde_json::Value = serde_json::from_str(&seen.body).unwrap();
        assert_eq!(
            (seen.method.as_str(), &asked["query"]),
            ("POST", &json!("{ viewer { id } }"))
        );
        answer(200, &json!({ "data": { "viewer": { "id": "u1" } } }))
    })
    .await;
    let identity = "identity = { url = \"{base}/graphql\", body = \"{ viewer { id } }\", id = \"/data/viewer/id\" }\n";
    let app = app(&vendor.base, &format!("{OAUTH}{identity}"));
    let (endpoints, token) = (endpoints(&vendor.base), token());
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    let account = vendors().identify(&context, None).await.unwrap();
    assert_eq!(account.id, "u1");
}

/// RFC 6749 knows forms alone, some vendors read JSON, and some want more than the RFC asks for.
#[tokio::test]
async fn the_token_endpoint_is_sent_what_the_file_says() {
    let vendor =
        Vendor::start(|_, _| answer(200, &json!({ "access_token": "at", "refresh_token": "rt" })))
            .await;
    let auth = "token_encode = \"json\"\ntoken_params = { expiring = \"1\", redirect_uri = \"{base}/other\" }\n";
    exchanged(&vendor.base, auth).await.unwrap();
    let seen = vendor.only();
    let sent: serde_json::Value = serde_json::from_str(&seen.body).unwrap();
    assert_eq!(seen.header("content-type"), "application/json");
    assert_eq!(sent["grant_type"], "authorization_code");
    assert_eq!(sent["expiring"], "1");
    assert_eq!(sent["redirect_uri"], REDIRECT, "the grant's own word wins");
}
