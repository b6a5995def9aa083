//! What the built-in provider files promise.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use std::collections::BTreeMap;

use tagout::domain::provider::{
    Blast, Body, ControlAuth, Endpoints, Group, Headers, Lifetime, ProbeControl, ProveRefresh,
    ProviderFile, RefusalKind, Response, TokenKind,
};
use tagout::providers::{App, CallContext, Catalog, Patience, Vendors};

fn built_in(id: &str) -> ProviderFile {
    Catalog::built_in()
        .unwrap()
        .get(id)
        .unwrap()
        .file
        .as_ref()
        .clone()
}

#[test]
fn the_catalog_is_grouped() {
    let catalog = Catalog::built_in().unwrap();
    let groups: Vec<_> = catalog
        .groups()
        .into_iter()
        .map(|(group, entries)| {
            (
                group,
                entries
                    .iter()
                    .map(|entry| entry.file.id.clone())
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        })
        .collect();
    assert_eq!(
        groups,
        [
            (Group::Crm, "hubspot pipedrive salesforce".to_owned()),
            (
                Group::PersonalMailAndCalendar,
                "calendly gmail google-calendar microsoft-outlook".to_owned()
            ),
            (
                Group::ChatAndNotifications,
                "discord intercom microsoft-teams slack zoom".to_owned()
            ),
            (
                Group::Others,
                "asana auth0 box dropbox github github-app gitlab atlassian keycloak ledger linear mailchimp notion okta oidc postmark \
                 quickbooks shopify stripe twitch xero zendesk"
                    .to_owned()
            ),
        ]
    );
}

#[test]
fn what_can_be_revoked_and_proven_is_read_from_the_file() {
    let table: Vec<_> = [
        "github", "hubspot", "slack", "postmark", "ledger", "stripe", "gmail",
    ]
    .map(|id| {
        let file = built_in(id);
        let can = |can: bool, what: &'static str| if can { what } else { "-" };
        let kinds = [TokenKind::Access, TokenKind::Refresh, TokenKind::ApiKey];
        let words = kinds.map(|kind| {
            format!(
                "{}{}",
                can(file.can_revoke(kind), "r"),
                can(file.can_prove(kind), "p")
            )
        });
        format!("{id}: {}", words.join(" "))
    })
    .into();
    assert_eq!(
        table,
        [
            "github: rp -- --",
            "hubspot: -p rp --",
            "slack: rp -p --",
            "postmark: -- -- -p",
            "ledger: r- rp --",
            "stripe: rp rp --",
            "gmail: rp rp --"
        ]
    );
    let discovered = Endpoints {
        introspect: Some("https://as.example/i".into()),
        ..Endpoints::default()
    };
    assert!(
        discovered.can_prove(TokenKind::Refresh)
            && !Endpoints::default().can_prove(TokenKind::Refresh)
    );
}

#[test]
fn uninstalling_is_asked_for_and_reaches_further() {
    for id in ["github", "hubspot", "slack"] {
        let calls = built_in(id).calls();
        let (optional, default): (Vec<_>, Vec<_>) = calls.iter().partition(|call| call.optional);
        assert!(
            !optional.is_empty() && optional.iter().all(|call| call.blast > Blast::Token),
            "{id}"
        );
        assert!(
            default.iter().all(|call| call.blast <= Blast::Grant),
            "{id}"
        );
    }
}

#[test]
fn keys_and_tokens_that_never_expire_say_so() {
    assert_eq!(built_in("postmark").auth.lifetime, Some(Lifetime::Never));
    assert_eq!(
        built_in("hubspot")
            .auth
            .lifetime
            .unwrap()
            .duration()
            .unwrap()
            .as_secs(),
        1800
    );
}

#[test]
fn manual_steps_name_our_app_and_the_account() {
    let steps = |id: &str, account: Option<&str>| {
        let app = App::new(built_in(id).into(), &BTreeMap::new()).with_client("Iv1.abc", None);
        let endpoints = Endpoints::default();
        let context = CallContext {
            account_id: account,
            ..CallContext::new(&app, &endpoints)
        };
        Vendors::new(Catalog::default(), Patience::default()).manual_steps(&context, "Tagout")
    };
    let github = steps("github", None);
    assert_eq!(
        github[0].text,
        "GitHub → Settings → Applications → Installed GitHub Apps → Tagout → Configure → Uninstall"
    );
    assert_eq!(
        github[1].url.as_deref(),
        Some("https://github.com/settings/connections/applications/Iv1.abc")
    );
    let hubspot = steps("hubspot", Some("62515"));
    assert_eq!(
        hubspot[0].url.as_deref(),
        Some("https://app.hubspot.com/connected-apps/62515/installed")
    );
    let postmark = steps("postmark", None);
    assert!(
        postmark[0]
            .text
            .starts_with("Postmark → Servers → account id → API Tokens"),
        "{}",
        postmark[0].text
    );
    assert_eq!(postmark[0].url, None, "half a link is none");
}

#[test]
fn files_survive_json() {
    for entry in Catalog::built_in().unwrap().list() {
        let json = serde_json::to_string(entry.file.as_ref()).unwrap();
        assert_eq!(
            &serde_json::from_str::<ProviderFile>(&json).unwrap(),
            entry.file.as_ref()
        );
    }
}

#[test]
fn every_vendors_host_can_be_put_elsewhere() {
    for entry in Catalog::built_in().unwrap().list() {
        let hosts = entry
            .file
            .vars
            .values()
            .filter(|value| value.starts_with("http"));
        for line in entry
            .text
            .lines()
            .filter(|line| hosts.clone().any(|host| line.contains(host.as_str())))
        {
            let is_a_var = entry
                .file
                .vars
                .iter()
                .any(|(name, _)| line.starts_with(&format!("{name} = ")));
            let is_for_people = line.starts_with("url = ") || line.starts_with("register_url = ");
            // A scope may look like a URL, and is a name.
            let is_a_name = line.starts_with("scopes = ");
            let is_fine = is_a_var || is_for_people || is_a_name || line.starts_with('#');
            assert!(is_fine, "{}: {line}", entry.file.id);
        }
        let json = serde_json::to_value(&entry.file.disconnect)
            .unwrap()
            .to_string();
        assert!(!json.contains("\"url\":\"http"), "{}", entry.file.id);
    }
}

#[test]
fn every_file_in_assets_is_built_in() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/providers");
    let mut there: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    let catalog = Catalog::built_in().unwrap();
    let mut known: Vec<_> = catalog
        .list()
        .iter()
        .map(|entry| format!("{}.toml", entry.file.id))
        .collect();
    known.sort();
    assert_eq!(known, there);
}

#[test]
fn nothing_is_to_be_warned_of() {
    for entry in Catalog::built_in().unwrap().list() {
        assert_eq!(*entry.warnings, [], "{}", entry.file.id);
    }
}

#[test]
fn the_vendors_words_for_an_end_are_told_from_what_a_made_up_token_gets() {
    let said = |id: &str, status: u16, body: &str| {
        built_in(id).probe.unwrap().refusal(&Response {
            status,
            headers: &Headers::default(),
            body: &Body::from_bytes(body.as_bytes()),
        })
    };
    let slack = |error: &str| {
        said(
            "slack",
            200,
            &format!(r#"{{"ok":false,"error":"{error}"}}"#),
        )
    };
    assert_eq!(slack("token_revoked"), RefusalKind::Revoked);
    assert_eq!(slack("token_expired"), RefusalKind::Expired);
    assert_eq!(slack("account_inactive"), RefusalKind::Suspended);
    assert_eq!(slack("invalid_auth"), RefusalKind::Plain);
    let hubspot = |word: &str| said("hubspot", 401, &format!(r#"{{"category":"{word}"}}"#));
    assert_eq!(hubspot("EXPIRED_AUTHENTICATION"), RefusalKind::Expired);
    assert_eq!(hubspot("INVALID_AUTHENTICATION"), RefusalKind::Plain);
    assert_eq!(said("github", 404, ""), RefusalKind::Plain);
    let entra = |code: u32| {
        built_in("microsoft-outlook").auth.refusal(&Response {
            status: 400,
            headers: &Headers::default(),
            body: &Body::from_bytes(
                format!(r#"{{"error":"invalid_grant","error_codes":[{code}]}}"#).as_bytes(),
            ),
        })
    };
    assert_eq!(entra(50_173), RefusalKind::Revoked);
    assert_eq!(entra(700_082), RefusalKind::Expired);
    assert_eq!(entra(50_057), RefusalKind::Suspended);
    assert_eq!(entra(9_002_313), RefusalKind::Plain);
}

#[test]
fn controls_and_superseded_tokens_are_read_from_the_file() {
    let controls: Vec<_> = Catalog::built_in()
        .unwrap()
        .list()
        .iter()
        .filter_map(|entry| {
            let control = entry.file.control.as_ref()?;
            Some((entry.file.id.clone(), control.auth))
        })
        .collect();
    assert_eq!(
        controls,
        [
            ("github-app".to_owned(), ControlAuth::AppJwt),
            ("stripe".to_owned(), ControlAuth::PlatformKey)
        ]
    );
    assert_eq!(
        built_in("github").probe.unwrap().control,
        Some(ProbeControl::Client)
    );
    assert_eq!(built_in("linear").auth.superseded_for().as_secs(), 1800);
    assert_eq!(built_in("gitlab").auth.superseded_for().as_secs(), 3600);
    assert_eq!(built_in("gitlab").auth.prove_refresh, ProveRefresh::ByRules);
    assert_eq!(built_in("gmail").auth.prove_refresh, ProveRefresh::Always);
}
