//! The token endpoint's answer in every dress, and what is sent to it.

use std::io::Write as _;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tagout::domain::provider::TokenKind;
use tagout::domain::trial::{CallVerdict, Verdict};
use tagout::providers::{CallContext, Exchange, TokenError, TokenSet, callback_fields};

use super::vendor::{OAUTH, Said, Vendor, app, endpoints, json as answer, says, token, vendors};

const REPLY: &str = "{\"access_token\":\"at-1\",\"refresh_token\":\"rt-1\",\"expires_in\":3600}";

async fn refreshed(
    more: &str,
    said: impl Fn() -> Said + Send + Sync + 'static,
) -> Result<TokenSet, TokenError> {
    let vendor = Vendor::start(move |_, _| said()).await;
    let app = app(&vendor.base, &format!("{OAUTH}{more}"));
    vendors()
        .refresh(&app, &endpoints(&vendor.base), &token())
        .await
}

fn dressed(kind: &str, encoding: &str, body: Vec<u8>) -> Said {
    let mut headers = vec![("content-type", kind.to_owned())];
    if !encoding.is_empty() {
        headers.push(("content-encoding", encoding.to_owned()));
    }
    Said::Answer(200, headers, body)
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(body).unwrap();
    packed.finish().unwrap()
}

/// Case T6.
#[tokio::test]
async fn a_token_answer_is_read_in_every_dress() {
    const JSON: &str = "application/json";
    const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
    let bom = format!("\u{feff}{REPLY}").into_bytes();
    let form = b"access_token=at-1&refresh_token=rt-1&expires_in=3600&scope=a%20b".to_vec();
    let mut brotli = Vec::new();
    let params = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut REPLY.as_bytes(), &mut brotli, &params).unwrap();
    let dresses = [
        ("", JSON, "", bom),
        ("", JSON, "gzip", gzip(REPLY.as_bytes())),
        ("", JSON, "br", brotli),
        ("", FORM, "", form.clone()),
        ("", FORM, "gzip", gzip(&form)),
        ("", FORM, "", REPLY.as_bytes().to_vec()),
        ("", "text/html", "", REPLY.as_bytes().to_vec()),
        ("token_body = \"form\"\n", "text/plain", "", form),
    ];
    for (more, kind, encoding, body) in dresses {
        let set = refreshed(more, move || dressed(kind, encoding, body.clone())).await;
        let set = set
            .unwrap_or_else(|error| panic!("{kind} {encoding}: {error}"))
            .first;
        assert_eq!(set.access.expose_secret(), "at-1");
        assert_eq!(set.refresh.unwrap().expose_secret(), "rt-1");
        assert_eq!(set.expires_in.unwrap().as_secs(), 3600);
    }
}

/// An error is read in the same dresses: GitHub's first answers were forms.
#[tokio::test]
async fn a_refusal_is_read_in_every_dress() {
    let form = b"error=invalid_grant&error_description=It+was+revoked.".to_vec();
    let refused = refreshed("", move || {
        dressed("application/x-www-form-urlencoded", "", form.clone())
    })
    .await;
    let refused = refused.unwrap_err();
    assert!(
        matches!(&refused, TokenError::Refused { description: Some(it), .. } if it == "It was revoked."),
        "{refused:?}"
    );
}

#[tokio::test]
async fn what_is_packed_is_not_unpacked_without_an_end() {
    let bomb = gzip(&vec![b' '; 64 << 20]);
    assert!(bomb.len() < 1 << 20);
    let lost = refreshed("", move || {
        dressed("application/json", "gzip", bomb.clone())
    })
    .await;
    assert!(matches!(lost, Err(TokenError::Lost { .. })), "{lost:?}");
}

/// Case P9.
#[tokio::test]
async fn a_refresh_goes_where_the_file_says() {
    let vendor = Vendor::start(|seen, _| match seen.path.as_str() {
        "/token/refresh" | "/token" => answer(200, &json!({ "access_token": "at-1" })),
        _ => says(404, ""),
    })
    .await;
    let more = "refresh_url = \"{base}/token/refresh\"\ntoken_headers = { x-client = \"{client_id}\", x-secret = \"{client_secret}\" }\n";
    let app = app(&vendor.base, &format!("{OAUTH}{more}"));
    let vendors = vendors();
    let endpoints = vendors.endpoints(&app).await.unwrap();
    vendors.refresh(&app, &endpoints, &token()).await.unwrap();
    let code = SecretString::from("c0de");
    let exchange = Exchange {
        code: &code,
        redirect_uri: "http://127.0.0.1:8976/callback/acme",
        pkce_verifier: None,
    };
    vendors.exchange(&app, &endpoints, exchange).await.unwrap();
    let seen = vendor.seen();
    let paths: Vec<&str> = seen.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["/token/refresh", "/token"]);
    for asked in &seen {
        assert_eq!(asked.header("x-client"), "cli:ent");
        assert_eq!(asked.header("x-secret"), "s3cr+t");
    }
}

/// Case P14: developer.squareup.com, "Revoke token".
#[tokio::test]
async fn our_secret_may_stand_in_a_header() {
    let vendor = Vendor::start(|_, _| answer(200, &json!({ "success": true }))).await;
    let call = "[[disconnect]]\ntoken = \"access\"\nmethod = \"POST\"\nurl = \"{base}/oauth2/revoke\"\nauth = \"none\"\nencode = \"json\"\nparams = { access_token = \"{token}\", client_id = \"{client_id}\" }\nheaders = { Authorization = \"Client {client_secret}\" }\nsuccess = { pointer = \"/success\", equals = true }\n";
    let app = app(&vendor.base, &format!("{OAUTH}{call}"));
    let (endpoints, token) = (endpoints(&vendor.base), token());
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    let made = vendors().call(&app.file.calls()[0], &context).await;
    assert_eq!(made.verdict, CallVerdict::Accepted);
    assert_eq!(vendor.only().header("authorization"), "Client s3cr+t");
    assert!(!format!("{made:?}").contains("s3cr+t"));
}

/// Case P7: Intuit's `realmId` and Zoho's `accounts-server` come with the callback alone.
#[tokio::test]
async fn what_came_with_the_callback_is_kept_and_checked() {
    let more = "callback_fields = { realm = \"realmId\", accounts = \"accounts-server\" }\nidentity = { from = \"token\", id = \"/realm\" }\n[probe]\nurl = \"{accounts}/company/{realm}\"\ndead = { status = [401] }\n";
    let vendor = Vendor::start(|seen, _| match seen.path.as_str() {
        "/token" => answer(200, &json!({ "access_token": "at-1" })),
        "/company/9130" if seen.header("authorization") == "Bearer at-1" => {
            answer(200, &json!({ "name": "Acme" }))
        }
        _ => says(401, ""),
    })
    .await;
    let app = app(&vendor.base, &format!("{OAUTH}{more}"));
    let endpoints = endpoints(&vendor.base);
    let base: String = url::form_urlencoded::byte_serialize(vendor.base.as_bytes()).collect();
    let back = format!(
        "http://127.0.0.1:8976/callback/acme?code=c&state=s&realmId=9130&accounts-server={base}"
    );
    let set = vendors().refresh(&app, &endpoints, &token()).await.unwrap();
    let set = set.with_callback(callback_fields(&back, &app.file.auth.callback_fields));
    let context = CallContext {
        fields: Some(&set.fields),
        ..CallContext::new(&app, &endpoints).with_token(&set.first.access)
    };
    let account = vendors().identify(&context, Some(&set)).await.unwrap();
    assert_eq!(account.id, "9130");
    let asked = vendors().ask(&context, TokenKind::Access, None).await;
    assert_eq!(asked.verdict, Verdict::Alive, "{asked:?}");

    let foreign = back.replace(&base, "https%3A%2F%2Fevil.example");
    let fields = callback_fields(&foreign, &app.file.auth.callback_fields);
    let context = CallContext {
        fields: Some(&fields),
        ..context
    };
    let asked = vendors().ask(&context, TokenKind::Access, None).await;
    assert_eq!(asked.verdict, Verdict::Unknown);
    assert!(asked.reason.contains("evil.example"), "{asked:?}");
}

#[tokio::test]
async fn what_the_account_says_is_chosen_by_a_condition_and_kept() {
    let vendor = Vendor::start(|_, base| {
        answer(
            200,
            &json!({ "sub": "u1", "accounts": [
            { "account_id": "a1", "is_default": false, "base_uri": "https://old.acme.example" },
            { "account_id": "a2", "is_default": true, "base_uri": base },
        ] }),
        )
    })
    .await;
    let more = "identity = { url = \"{base}/userinfo\", id = \"/accounts[is_default=true]/account_id\", label = \"/sub\" }\nidentity_fields = { api = \"/accounts[is_default=true]/base_uri\" }\n";
    let app = app(&vendor.base, &format!("{OAUTH}{more}"));
    let (endpoints, token) = (endpoints(&vendor.base), token());
    let context = CallContext::new(&app, &endpoints).with_token(&token);
    let account = vendors().identify(&context, None).await.unwrap();
    assert_eq!((account.id.as_str(), account.label.as_str()), ("a2", "u1"));
    assert_eq!(account.fields["api"], json!(vendor.base));
}

/// Case P8.
#[tokio::test]
async fn a_vendor_that_repeats_no_nonce_is_not_asked_to() {
    use base64::Engine as _;
    let for_whom = |aud: &str| {
        let claims = json!({ "aud": aud, "sub": "u" }).to_string();
        let payload = base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(claims);
        json!({ "access_token": "at", "id_token": format!("e30.{payload}.x") })
    };
    for (audience, is_ours) in [("cli:ent", true), ("somebody", false)] {
        let reply = for_whom(audience);
        let vendor = Vendor::start(move |_, _| answer(200, &reply)).await;
        let app = app(
            &vendor.base,
            &format!("{OAUTH}scopes = [\"openid\"]\nnonce = false\n"),
        );
        let endpoints = endpoints(&vendor.base);
        let asking = tagout::providers::AuthorizeRequest {
            redirect_uri: "http://127.0.0.1:8976/callback/acme",
            scopes: None,
            login_hint: None,
        };
        let asked = vendors().authorize(&app, &endpoints, asking).unwrap();
        assert!(asked.nonce.is_none() && !asked.url.query().unwrap().contains("nonce"));
        let set = vendors().refresh(&app, &endpoints, &token()).await.unwrap();
        let checked = vendors().check_id_token(&app, &endpoints, &set, None);
        assert_eq!(checked.is_ok(), is_ours);
    }
}
