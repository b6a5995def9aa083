//! HubSpot.

use serde_json::{Value, json};
use tagout::sandbox::{SettingsChange, Vendor, fingerprint};

use crate::client::{Trial, json_of, text};

/// Where a person is asked, and where a code is redeemed.
const ADDRESSES: (&str, &str) = ("/oauth/authorize", "/oauth/2026-03/token");

#[tokio::test]
async fn the_older_call_ends_the_refresh_token_that_stands_in_its_path() {
    let trial = Trial::new(Vendor::Hubspot).await;
    let reply = trial
        .connect(("/oauth/authorize", "/oauth/v1/token"), "oauth")
        .await;
    let [access, refresh] = [
        text(&reply, "/access_token"),
        text(&reply, "/refresh_token"),
    ];
    let revoke = |token: &str| {
        let path = format!("/oauth/v1/refresh-tokens/{token}");
        trial.http.delete(trial.url(&path))
    };
    assert_eq!(json_of(revoke(&access)).await.0, 404);
    assert_eq!(json_of(revoke(&refresh)).await.0, 204);
    assert_eq!(json_of(revoke(&refresh)).await.0, 404, "already gone");
    assert!(trial.is_alive(&access) && !trial.is_alive(&refresh));
    let calls = trial.sandbox.log().of(Vendor::Hubspot);
    let last = calls.last().unwrap();
    assert_eq!(last.path, "/hubspot/oauth/v1/refresh-tokens/{token}");
    assert_eq!(last.token, Some(fingerprint(&refresh)));
}

#[tokio::test]
async fn leaves_access_tokens_alive_until_the_app_is_uninstalled() {
    let trial = Trial::new(Vendor::Hubspot).await;
    let reply = trial.connect(ADDRESSES, "oauth").await;
    assert_eq!(
        (&reply["expires_in"], &reply["hub_id"]),
        (&json!(1800), &json!(24_001_002))
    );
    let [access, refresh] = [
        text(&reply, "/access_token"),
        text(&reply, "/refresh_token"),
    ];
    let about = |path: &str, token: &str| trial.post(path, &trial.signed_form(&[("token", token)]));
    let form = trial.signed_form(&[("grant_type", "refresh_token"), ("refresh_token", &refresh)]);
    assert_eq!(
        text(
            &json_of(trial.post(ADDRESSES.1, &form)).await.1,
            "/refresh_token"
        ),
        refresh,
        "static"
    );
    assert_eq!(
        json_of(about("/oauth/2026-03/token/revoke", &refresh))
            .await
            .0,
        204
    );
    assert_eq!(
        json_of(about("/oauth/2026-03/token/revoke", &refresh))
            .await
            .0,
        404,
        "already gone"
    );
    let (status, _) = json_of(about("/oauth/2026-03/token/revoke", &access)).await;
    assert_eq!(status, 404, "access tokens are not revoked here");
    let (status, refused) = json_of(trial.post(ADDRESSES.1, &form)).await;
    assert_eq!(
        (status, text(&refused, "/category")),
        (400, "BAD_REFRESH_TOKEN".into())
    );
    assert_eq!(
        json_of(trial.get("/account-info/v3/details", &access))
            .await
            .0,
        200
    );
    let uninstall = || {
        trial
            .http
            .delete(trial.url("/appinstalls/v3/external-install"))
            .bearer_auth(&access)
    };
    assert_eq!(json_of(uninstall()).await.0, 204);
    let (status, dead) = json_of(trial.get("/account-info/v3/details", &access)).await;
    assert_eq!(
        (status, text(&dead, "/category")),
        (401, "INVALID_AUTHENTICATION".into())
    );
    assert_eq!(json_of(uninstall()).await.0, 401);
    assert_eq!(
        json_of(about("/oauth/2026-03/token/introspect", &access))
            .await
            .1,
        json!({ "active": false })
    );
}

#[tokio::test]
async fn refuses_a_wrong_client_and_a_wrong_verifier_in_its_own_shape() {
    let trial = Trial::new(Vendor::Hubspot).await;
    for (name, wrong, category) in [
        ("client_secret", "guess", "BAD_CLIENT_ID"),
        ("code_verifier", "guess", "BAD_AUTH_CODE"),
    ] {
        let mut form = trial.redemption(&trial.code(ADDRESSES.0, "carol", "oauth").await);
        form.insert(name, wrong.to_owned());
        let (status, reply) = json_of(trial.post(ADDRESSES.1, &form)).await;
        assert_eq!((status, text(&reply, "/category")), (400, category.into()));
        assert!(!text(&reply, "/correlationId").is_empty());
    }
}

#[tokio::test]
async fn pages_by_cursor_and_refuses_what_the_scope_does_not_hold() {
    let trial = Trial::new(Vendor::Hubspot).await;
    trial.state().configure(
        Vendor::Hubspot,
        SettingsChange {
            items: Some(25),
            ..SettingsChange::default()
        },
    );
    let reply = trial
        .connect(ADDRESSES, "oauth crm.objects.contacts.read")
        .await;
    let access = text(&reply, "/access_token");
    let (mut ids, mut after) = (Vec::new(), Some("0".to_owned()));
    while let Some(cursor) = after {
        let path = format!("/crm/v3/objects/contacts?limit=10&after={cursor}");
        let (_, page) = json_of(trial.get(&path, &access)).await;
        ids.extend(
            page["results"]
                .as_array()
                .unwrap()
                .iter()
                .map(|contact| text(contact, "/id")),
        );
        after = page
            .pointer("/paging/next/after")
            .and_then(Value::as_str)
            .map(str::to_owned);
    }
    assert_eq!(
        ids,
        (50_001..=50_025)
            .map(|id: u32| id.to_string())
            .collect::<Vec<_>>()
    );
    let (status, reply) = json_of(trial.get("/crm/v3/objects/companies", &access)).await;
    assert_eq!(
        (status, text(&reply, "/category")),
        (403, "MISSING_SCOPES".into())
    );
}
