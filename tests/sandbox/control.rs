//! The control API over HTTP, as another process uses it.

use serde_json::{Value, json};
use tagout::sandbox::{self, SandboxError, Vendor};

use crate::client::{Trial, json_of, text};

fn control(trial: &Trial, path: &str) -> String {
    format!("{}/_control/{path}", trial.sandbox.base_url())
}

async fn post(trial: &Trial, path: &str, body: &Value) -> (u16, Value) {
    let answer = trial
        .http
        .post(control(trial, path))
        .json(body)
        .send()
        .await
        .unwrap();
    let status = answer.status().as_u16();
    (
        status,
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default(),
    )
}

#[tokio::test]
async fn settings_faults_and_kills_reach_the_vendors() {
    let trial = Trial::new(Vendor::Ledger).await;
    let change = json!({ "vendor": "ledger", "access_ttl": 120, "auto_consent": "allow", "items": 3, "page_delay_ms": 1 });
    let (status, settings) = post(&trial, "settings", &change).await;
    assert_eq!(
        (status, &settings["access_ttl"], &settings["refresh"]),
        (200, &json!(120), &json!("rotating"))
    );
    let mut parameters = trial.authorization();
    parameters.remove("sandbox_auto");
    let back = trial.authorize("/authorize", &parameters).await;
    let code = crate::client::parameter(&back, "code").unwrap();
    let (_, reply) = json_of(trial.post("/token", &trial.redemption(&code))).await;
    assert_eq!(reply["expires_in"], 120);
    let access = text(&reply, "/access_token");
    let fault = json!({ "vendor": "ledger", "endpoint": "*", "mode": "status_503", "times": 1 });
    assert_eq!(post(&trial, "faults", &fault).await.0, 204);
    assert_eq!(
        trial
            .get("/api/invoices", &access)
            .send()
            .await
            .unwrap()
            .status(),
        503
    );
    assert_eq!(
        json_of(trial.get("/api/invoices", &access)).await.1["total"],
        3
    );
    let victim = json!({ "vendor": "ledger", "account": "acme-bot" });
    assert_eq!(
        post(&trial, "kill", &victim).await.1,
        json!({ "killed": 2 })
    );
    let (_, tokens) = json_of(trial.http.get(control(&trial, "tokens?vendor=ledger"))).await;
    assert_eq!(tokens[0]["fingerprint"], sandbox::fingerprint(&access));
    assert_eq!(
        (&tokens[0]["alive"], &tokens[0]["killed_by"]),
        (&json!(false), &json!("person"))
    );
    assert!(!tokens.to_string().contains(&access));
}

#[tokio::test]
async fn the_record_names_tokens_by_fingerprint_and_tells_whether_the_vendor_acted() {
    let trial = Trial::new(Vendor::Ledger).await;
    let code = trial.code("/authorize", "carol", "email").await;
    let (_, reply) = json_of(trial.post("/token", &trial.redemption(&code))).await;
    let access = text(&reply, "/access_token");
    let answer = trial.get("/userinfo", &access).send().await.unwrap();
    let id = answer.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    for _ in 0..2 {
        json_of(trial.post("/revoke", &trial.signed_form(&[("token", &access)]))).await;
    }
    let (_, calls) = json_of(trial.http.get(control(&trial, "calls?vendor=ledger"))).await;
    let told = |field: &str| {
        calls
            .as_array()
            .unwrap()
            .iter()
            .map(|call| call[field].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told("endpoint"),
        ["authorize", "token", "probe", "revoke", "revoke"]
    );
    assert_eq!(told("acted"), [true, true, false, true, false]);
    assert_eq!(
        told("token")[2..],
        [(); 3].map(|()| json!(sandbox::fingerprint(&access)))
    );
    assert_eq!(told("request_id")[2], id);
    assert!(!calls.to_string().contains(&code) && !calls.to_string().contains(&access));
}

#[tokio::test]
async fn keys_and_clients_are_made_for_existing_vendors_only() {
    let trial = Trial::new(Vendor::Postmark).await;
    let (_, made) = post(
        &trial,
        "keys",
        &json!({ "vendor": "postmark", "account": "carol" }),
    )
    .await;
    let probe = trial
        .http
        .get(trial.url("/server"))
        .header("X-Postmark-Server-Token", text(&made, "/key"));
    assert_eq!(json_of(probe).await.0, 200);
    assert_eq!(
        post(
            &trial,
            "keys",
            &json!({ "vendor": "postmark", "account": "nobody" })
        )
        .await
        .0,
        404
    );
    assert_eq!(
        post(
            &trial,
            "keys",
            &json!({ "vendor": "nobody", "account": "carol" })
        )
        .await
        .0,
        422
    );
    let client = json!({ "vendor": "ledger", "client_id": "public", "name": "Public", "redirect_uris": ["http://127.0.0.1/cb"] });
    assert_eq!(post(&trial, "clients", &client).await.0, 204);
}

#[tokio::test]
async fn a_misspelt_lever_is_refused() {
    let trial = Trial::new(Vendor::Ledger).await;
    for (path, body) in [
        ("settings", json!({ "vendor": "ledger", "page_delay": 5 })),
        (
            "faults",
            json!({ "vendor": "ledger", "endpoint": "token", "mode": "explode" }),
        ),
        ("kill", json!({ "vendor": "ledger" })),
    ] {
        assert_eq!(post(&trial, path, &body).await.0, 422, "{path}");
    }
}

#[tokio::test]
async fn a_web_page_cannot_pull_the_levers_through_a_name_of_its_own() {
    let trial = Trial::new(Vendor::Ledger).await;
    let rebound = trial
        .http
        .get(control(&trial, "tokens"))
        .header("host", "evil.example");
    assert_eq!(rebound.send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn it_listens_on_loopback_only() {
    let refused = sandbox::start("0.0.0.0:0".parse().unwrap()).await;
    assert!(matches!(refused, Err(SandboxError::NotLoopback(_))));
}
