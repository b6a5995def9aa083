//! Finding an issuer's endpoints.

use std::time::Duration;

use serde_json::{Value, json};
use tagout::domain::provider::ClientAuth;
use tagout::providers::{Catalog, DiscoveryError, Patience, Vendors};

use super::vendor::{Said, Seen, Vendor, app, html, json as answer, nobody, says, vendors};

const OAUTH: &str = "/.well-known/oauth-authorization-server/realm";
const OIDC: &str = "/realm/.well-known/openid-configuration";
const FILE: &str = "[auth]\nkind = \"oauth2\"\nissuer = \"{base}/realm\"\n";

fn metadata(base: &str) -> Value {
    json!({
        "issuer": format!("{base}/realm"),
        "authorization_endpoint": format!("{base}/a"),
        "token_endpoint": format!("{base}/t"),
    })
}

fn with(mut document: Value, field: &str, value: impl Into<Value>) -> Value {
    document[field] = value.into();
    document
}

async fn discovered(
    script: impl Fn(&Seen, &str) -> Said + Send + Sync + 'static,
) -> (
    Vendor,
    Result<tagout::domain::provider::Endpoints, DiscoveryError>,
) {
    let vendor = Vendor::start(script).await;
    let outcome = vendors().endpoints(&app(&vendor.base, FILE)).await;
    (vendor, outcome)
}

#[tokio::test]
async fn both_documents_are_merged_and_the_first_wins() {
    let (vendor, outcome) = discovered(|request, base| match request.path.as_str() {
        OAUTH => answer(
            200,
            &with(metadata(base), "revocation_endpoint", format!("{base}/r")),
        ),
        OIDC => {
            let document = with(metadata(base), "userinfo_endpoint", format!("{base}/u"));
            answer(
                200,
                &with(document, "token_endpoint", format!("{base}/other")),
            )
        }
        _ => says(404, ""),
    })
    .await;
    let (found, base) = (outcome.unwrap(), &vendor.base);
    assert_eq!(found.token.as_deref(), Some(format!("{base}/t").as_str()));
    assert_eq!(found.revoke.as_deref(), Some(format!("{base}/r").as_str()));
    assert_eq!(
        found.userinfo.as_deref(),
        Some(format!("{base}/u").as_str())
    );
    assert_eq!(found.client_auth, Some(ClientAuth::Basic));
    let mut asked: Vec<_> = vendor.seen().into_iter().map(|seen| seen.path).collect();
    asked.sort();
    assert_eq!(asked, [OAUTH, OIDC]);
}

#[tokio::test]
async fn one_document_is_enough_whatever_becomes_of_the_other() {
    for other in [404, 500] {
        for document in [OAUTH, OIDC] {
            let (vendor, outcome) = discovered(move |request, base| {
                let methods = json!(["client_secret_post"]);
                let metadata = with(
                    metadata(base),
                    "token_endpoint_auth_methods_supported",
                    methods,
                );
                if request.path == document {
                    answer(200, &metadata)
                } else {
                    says(other, "no")
                }
            })
            .await;
            let found = outcome.unwrap();
            assert_eq!(found.authorize, Some(format!("{}/a", vendor.base)));
            assert_eq!(found.client_auth, Some(ClientAuth::Body));
        }
    }
}

#[tokio::test]
async fn the_other_endpoints_may_want_the_client_to_authenticate_otherwise() {
    const REVOKE: &str = "revocation_endpoint_auth_methods_supported";
    const INTROSPECT: &str = "introspection_endpoint_auth_methods_supported";
    for (revoke, introspect, expected) in [
        // What the token endpoint takes is taken there, too.
        (
            json!(["client_secret_post", "client_secret_basic"]),
            json!([]),
            (None, None),
        ),
        (
            json!(["client_secret_post"]),
            json!(["none"]),
            (Some(ClientAuth::Body), Some(ClientAuth::None)),
        ),
    ] {
        let (_, outcome) = discovered(move |_, base| {
            let metadata = with(metadata(base), REVOKE, revoke.clone());
            answer(200, &with(metadata, INTROSPECT, introspect.clone()))
        })
        .await;
        let found = outcome.unwrap();
        assert_eq!(found.client_auth, Some(ClientAuth::Basic));
        assert_eq!((found.revoke_auth, found.introspect_auth), expected);
        let there = found.at_revocation().client_auth;
        assert_eq!(there, expected.0.or(found.client_auth));
    }
}

#[tokio::test]
async fn an_issuer_that_is_not_identical_is_refused_and_a_slash_is_pointed_out() {
    let (_, outcome) =
        discovered(|_, base| answer(200, &with(metadata(base), "issuer", "https://evil.example")))
            .await;
    assert!(
        matches!(outcome, Err(DiscoveryError::OtherIssuer { .. })),
        "{outcome:?}"
    );

    let (_, outcome) = discovered(|_, base| {
        answer(
            200,
            &with(metadata(base), "issuer", format!("{base}/realm/")),
        )
    })
    .await;
    let error = outcome.unwrap_err().to_string();
    assert!(error.ends_with("they differ by the slash at the end alone: write the issuer exactly as the document does"), "{error}");
}

#[tokio::test]
async fn an_endpoint_on_plain_http_elsewhere_is_refused() {
    let (_, outcome) = discovered(|_, base| {
        answer(
            200,
            &with(
                metadata(base),
                "revocation_endpoint",
                "http://as.example/revoke",
            ),
        )
    })
    .await;
    assert!(
        matches!(
            &outcome,
            Err(DiscoveryError::BadEndpoint {
                field: "revocation_endpoint",
                ..
            })
        ),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn no_document_is_told_from_no_answer() {
    let (_, outcome) = discovered(|_, _| html(404)).await;
    assert!(
        matches!(outcome, Err(DiscoveryError::NotFound { .. })),
        "{outcome:?}"
    );

    let outcome = vendors().endpoints(&app(&nobody().await, FILE)).await;
    assert!(
        matches!(outcome, Err(DiscoveryError::Unreachable { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn what_the_file_says_wins() {
    let vendor = Vendor::start(|_, base| answer(200, &metadata(base))).await;
    let file = format!("{FILE}token = \"{{base}}/mine\"\nclient_auth = \"none\"\n");
    let found = vendors()
        .endpoints(&app(&vendor.base, &file))
        .await
        .unwrap();
    assert_eq!(found.token, Some(format!("{}/mine", vendor.base)));
    assert_eq!(found.authorize, Some(format!("{}/a", vendor.base)));
    assert_eq!(found.client_auth, Some(ClientAuth::None));
}

#[tokio::test]
async fn what_was_discovered_is_remembered() {
    let vendor = Vendor::start(|_, base| answer(200, &metadata(base))).await;
    let (vendors, app) = (vendors(), app(&vendor.base, FILE));
    let first = vendors.endpoints(&app).await.unwrap();
    assert_eq!(vendors.endpoints(&app).await.unwrap(), first);
    assert_eq!(vendor.seen().len(), 2, "two documents, once");
}

#[tokio::test]
async fn old_metadata_is_asked_for_again_and_used_when_the_issuer_is_gone() {
    let mut vendor = Vendor::start(|_, base| answer(200, &metadata(base))).await;
    let patience = Patience {
        metadata: Duration::ZERO,
        ..Patience::default()
    };
    let (vendors, app) = (
        Vendors::new(Catalog::default(), patience),
        app(&vendor.base, FILE),
    );
    let first = vendors.endpoints(&app).await.unwrap();
    vendors.endpoints(&app).await.unwrap();
    assert_eq!(vendor.seen().len(), 4, "two documents, twice");
    vendor.stop().await;
    assert_eq!(vendors.endpoints(&app).await.unwrap(), first);
}

#[tokio::test]
async fn another_tenants_document_does_not_take_the_right_one_along() {
    let (vendor, outcome) = discovered(|request, base| match request.path.as_str() {
        OAUTH => answer(200, &with(metadata(base), "issuer", base)),
        OIDC => answer(
            200,
            &with(metadata(base), "revocation_endpoint", format!("{base}/r")),
        ),
        _ => says(404, ""),
    })
    .await;
    assert_eq!(outcome.unwrap().revoke, Some(format!("{}/r", vendor.base)));
}

#[tokio::test]
async fn a_server_under_a_path_may_append_its_document() {
    let (vendor, outcome) = discovered(|request, base| match request.path.as_str() {
        "/realm/.well-known/oauth-authorization-server" => answer(
            200,
            &with(metadata(base), "revocation_endpoint", format!("{base}/r")),
        ),
        OIDC => answer(200, &with(metadata(base), "revocation_endpoint", "")),
        _ => html(404),
    })
    .await;
    assert_eq!(outcome.unwrap().revoke, Some(format!("{}/r", vendor.base)));
}

#[tokio::test]
async fn the_scopes_that_the_issuer_names_are_known() {
    let (_, outcome) = discovered(|_, base| {
        let scopes = json!(["openid", "email"]);
        answer(200, &with(metadata(base), "scopes_supported", scopes))
    })
    .await;
    assert_eq!(outcome.unwrap().scopes, ["openid", "email"]);
}

#[tokio::test]
async fn metadata_is_also_looked_for_where_it_stands_between() {
    let (_, outcome) = discovered(|request, base| match request.path.as_str() {
        "/.well-known/openid-configuration/realm" => answer(200, &metadata(base)),
        _ => says(404, ""),
    })
    .await;
    assert!(outcome.unwrap().token.is_some());
}

/// Nothing is sent to an issuer that takes no authentication that is spoken here.
#[tokio::test]
async fn an_issuer_that_takes_only_what_is_not_spoken_is_refused_by_name() {
    let script = |request: &Seen, base: &str| match request.path.as_str() {
        OAUTH => answer(
            200,
            &with(
                metadata(base),
                "token_endpoint_auth_methods_supported",
                json!(["private_key_jwt", "tls_client_auth"]),
            ),
        ),
        _ => says(404, ""),
    };
    let (vendor, outcome) = discovered(script).await;
    let error = outcome.unwrap_err().to_string();
    assert!(
        error.contains("private_key_jwt, tls_client_auth"),
        "{error}"
    );
    assert!(vendor.seen().iter().all(|seen| seen.method == "GET"));
    let own = format!("{FILE}client_auth = \"body\"\n");
    let found = vendors().endpoints(&app(&vendor.base, &own)).await.unwrap();
    assert_eq!(found.client_auth, Some(ClientAuth::Body));
}
