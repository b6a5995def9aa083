//! What every file of the catalog has to hold, whoever wrote it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use tagout::domain::provider::{AuthKind, Call, Group, ProviderFile, TokenKind};
use tagout::providers::{App, CallContext, Catalog, parse};

fn files() -> Vec<(Arc<ProviderFile>, Arc<str>)> {
    Catalog::built_in()
        .unwrap()
        .list()
        .into_iter()
        .map(|entry| (entry.file.clone(), entry.text.clone()))
        .collect()
}

fn file(id: &str) -> Arc<ProviderFile> {
    Catalog::built_in().unwrap().get(id).unwrap().file.clone()
}

/// The value that a path like `disconnect[0].gone` leads to in the text itself, defaults left out.
fn at<'t>(text: &'t toml::Value, path: &str) -> Option<&'t toml::Value> {
    path.split(['.', '['])
        .try_fold(text, |value, step| match step.strip_suffix(']') {
            Some(index) => value.get(index.parse::<usize>().ok()?),
            None => value.get(step),
        })
}

#[test]
fn what_is_unverified_is_there() {
    let mut named = 0;
    for (file, text) in files() {
        let text: toml::Value = toml::from_str(&text).unwrap();
        let mut seen = BTreeSet::new();
        for path in &file.unverified {
            assert!(at(&text, path).is_some(), "{}: {path}", file.id);
            assert!(seen.insert(path), "{}: {path} stands twice", file.id);
            named += 1;
        }
    }
    assert!(named > 100, "{named}");
}

#[test]
fn a_path_that_leads_nowhere_is_refused() {
    let (_, text) = files().into_iter().find(|(f, _)| f.id == "slack").unwrap();
    let wrong = text.replace("\"disconnect[1].kills\"", "\"disconnect.kills\"");
    let error = parse(&wrong, "slack.toml").unwrap_err();
    assert_eq!(error.field, "unverified[4]");
    assert!(
        error.expected.contains("perhaps \"disconnect[0].kills\""),
        "{error}"
    );
}

#[test]
fn every_vendor_of_the_catalog_is_there() {
    let ids: BTreeSet<String> = files().iter().map(|(file, _)| file.id.clone()).collect();
    let wanted = "stripe hubspot linear github slack postmark microsoft-teams microsoft-outlook gmail google-calendar salesforce \
        pipedrive zendesk intercom notion asana atlassian gitlab zoom dropbox box discord quickbooks xero shopify calendly \
        mailchimp twitch okta auth0 keycloak";
    for id in wanted.split_whitespace() {
        assert!(ids.contains(id), "{id}");
    }
    assert_eq!(ids.len(), files().len(), "ids are unique");
    let groups: BTreeSet<Group> = files().iter().map(|(file, _)| file.group()).collect();
    assert_eq!(groups.len(), 4);
}

#[test]
fn every_vendor_can_be_called_or_left_to_a_person_and_asked() {
    for (file, _) in files() {
        assert!(
            !file.disconnect.is_empty() || !file.manual.is_empty(),
            "{}",
            file.id
        );
        // Without a probe of its own, introspection or userinfo is discovered from the issuer.
        assert!(
            file.probe.is_some() || file.auth.issuer.is_some(),
            "{}",
            file.id
        );
        assert!(!file.manual.is_empty(), "{}: nothing for a person", file.id);
    }
}

/// The sandbox is the one that may be had without TLS.
#[test]
fn every_host_is_https() {
    for (file, text) in files() {
        let mut vars = file.vars.clone();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let on_this_machine = line.starts_with("redirect_uri = ") || file.id == "ledger";
            assert!(
                !line.contains("http://") || on_this_machine,
                "{}: {line}",
                file.id
            );
        }
        for value in vars.values_mut().filter(|value| value.is_empty()) {
            "https://host.example".clone_into(value);
        }
        let app = App::new(file.clone(), &vars);
        let known: BTreeMap<_, _> = app.vars.iter().filter(|(_, v)| v.contains("://")).collect();
        let urls = file.calls().into_iter().map(|call| call.url);
        for url in urls.chain(file.probe.iter().map(|probe| probe.url.clone())) {
            let begins_with_a_name = url.starts_with('{');
            assert!(begins_with_a_name, "{}: {url}", file.id);
            let name = &url[1..url.find('}').unwrap()];
            let is_host = known.contains_key(&name.to_owned())
                || file.auth.token_fields.iter().any(|field| field == name)
                || ["revoke", "userinfo"].contains(&name);
            assert!(is_host, "{}: {url}", file.id);
        }
    }
}

#[test]
fn the_five_texts_of_what_a_disconnect_does_not_do_are_there() {
    let texts = [
        (
            "stripe",
            "Stripe Dashboard → Settings → Connected accounts → {app} → Revoke",
        ),
        (
            "hubspot",
            "HubSpot → Settings → Integrations → Connected Apps",
        ),
        ("linear", "Linear → Settings → API → Authorized apps"),
        (
            "github",
            "GitHub → Settings → Applications → Installed GitHub Apps → {app} → Configure → Uninstall",
        ),
        ("slack", "Slack → Apps"),
    ];
    for (id, text) in texts {
        let file = file(id);
        let found = file.manual.iter().find(|step| step.text.starts_with(text));
        let found = found.unwrap_or_else(|| panic!("{id}: {:?}", file.manual));
        assert!(found.text.contains("{app}"), "{id}");
        assert!(found.url.is_some(), "{id} has no link");
    }
}

#[test]
fn features_that_depend_on_a_vendor_are_named() {
    let dependents = |id: &str| {
        let file = file(id);
        let [only] = &file.dependents[..] else {
            panic!("{id}: {:?}", file.dependents)
        };
        format!("{} {}", only.feature, only.effect)
    };
    assert_eq!(
        dependents("stripe"),
        "Stripe panel disappears from conversations"
    );
    assert_eq!(
        dependents("postmark"),
        "Email Builder loses Postmark's senders from its \"From\" list"
    );
}

/// RFC 7009 2.2.1: a plain 401 on a request that our client authenticates speaks about our client.
#[test]
fn a_401_says_gone_only_where_the_token_authenticates() {
    let by_status_alone = |call: &Call| {
        call.gone.status.contains(&401)
            && call.gone.contains.is_none()
            && call.gone.pointer.is_none()
    };
    for (file, _) in files() {
        for call in file.calls().iter().filter(|call| by_status_alone(call)) {
            assert!(!call.auth().is_ours(), "{}: {}", file.id, call.url);
        }
    }
}

#[test]
fn a_date_stands_only_beside_what_was_read_at_the_source() {
    for (file, _) in files() {
        for (at, step) in file.manual.iter().enumerate() {
            let doubted = [
                "manual".to_owned(),
                format!("manual[{at}]"),
                format!("manual[{at}].text"),
            ];
            let is_doubted = file.unverified.iter().any(|path| doubted.contains(path));
            assert!(
                step.checked_on.is_none() || !is_doubted,
                "{}: {}",
                file.id,
                step.text
            );
        }
    }
}

#[test]
fn files_of_one_app_at_the_vendor_share_a_grant_group_and_its_endpoints() {
    for (one, other) in [
        ("gmail", "google-calendar"),
        ("microsoft-teams", "microsoft-outlook"),
    ] {
        let (one, other) = (file(one), file(other));
        assert!(one.grant_group.is_some() && one.grant_group == other.grant_group);
        assert_eq!(one.auth.token, other.auth.token);
    }
    let shared: BTreeSet<_> = files()
        .iter()
        .filter_map(|(f, _)| f.grant_group.clone())
        .collect();
    assert_eq!(
        shared.into_iter().collect::<Vec<_>>(),
        ["google", "microsoft"]
    );
}

#[test]
fn a_tenants_host_is_asked_for_and_never_guessed() {
    for id in ["zendesk", "shopify", "okta", "auth0", "keycloak"] {
        let file = file(id);
        let empty: Vec<_> = file.vars.iter().filter(|(_, v)| v.is_empty()).collect();
        assert!(!empty.is_empty(), "{id}");
        let hosts = file.vars.values().filter(|value| value.contains("://"));
        assert_eq!(hosts.count(), 0, "{id}");
    }
}

/// A call that waits for a token which the vendor never issues is never made.
#[test]
fn what_needs_a_token_the_vendor_issues_gets_one() {
    for (file, _) in files() {
        for call in file.calls() {
            let has_none = file.auth.refresh == tagout::domain::provider::RefreshKind::None
                && call.needs() == TokenKind::Refresh;
            assert!(!has_none, "{}: {}", file.id, call.url);
            let issues = match call.needs() {
                TokenKind::Installation => AuthKind::AppInstall,
                TokenKind::Refresh => AuthKind::Oauth2,
                _ => file.auth.kind,
            };
            assert_eq!(file.auth.kind, issues, "{}: {}", file.id, call.url);
        }
    }
}

/// With every var configured, what a manual step names is known: no follow-up has a hole in its link.
#[test]
fn links_for_people_are_whole() {
    use tagout::domain::provider::Endpoints;
    use tagout::providers::{Patience, Vendors};
    let vendors = Vendors::new(Catalog::default(), Patience::default());
    for (file, _) in files() {
        let configured = file
            .vars
            .iter()
            .filter(|(_, value)| value.is_empty())
            .map(|(name, _)| (name.clone(), "https://host.example".to_owned()))
            .collect();
        let app = App::new(file.clone(), &configured).with_client("id", None);
        let endpoints = Endpoints::default();
        let context = CallContext {
            account_id: Some("acct"),
            ..CallContext::new(&app, &endpoints)
        };
        for (step, said) in vendors
            .manual_steps(&context, "Tagout")
            .iter()
            .zip(&file.manual)
        {
            assert_eq!(step.url.is_some(), said.url.is_some(), "{}", file.id);
            assert!(
                !step.text.contains(['{', '}']),
                "{}: {}",
                file.id,
                step.text
            );
        }
    }
}

/// GraphQL answers 200 to a refused mutation: what tells is that its list of errors is empty.
#[test]
fn an_empty_list_of_errors_is_a_success() {
    let call = &file("shopify").calls()[0];
    assert_eq!(call.success.equals, Some(Value::Array(vec![])));
}
