use super::*;
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::plan::{AppPlanned, Dependent};
use crate::domain::provider::AuthKind;

/// A plan with something in every field.
pub(in crate::verbs) fn plan() -> Plan {
    let connection = "con_01jd7000000000000000000001".parse().unwrap();
    Plan {
        connection,
        version: 7,
        provider: "github".to_owned(),
        provider_name: "GitHub".to_owned(),
        name: "acme-bot".to_owned(),
        is_crm: false,
        auth: Some(AuthKind::Oauth2),
        jobs_enabled: 2,
        executions_running: 1,
        credentials: 3,
        references: 1204,
        webhooks: 1,
        dependents: vec![Dependent {
            feature: "Release notes".to_owned(),
            effect: "stop".to_owned(),
        }],
        other_connections: vec![Other {
            id: "con_01jd7000000000000000000002".parse().unwrap(),
            name: "bobs".to_owned(),
            owner: "bob".to_owned(),
            affected: false,
        }],
        other_connections_total: 1,
        shares_grant_with: vec![],
        kept: vec!["1,204 references".to_owned()],
        follow_ups: vec!["GitHub → Settings".to_owned()],
        refusals_a_minute: None,
        tokens: vec![PlannedToken {
            credential: "cre_01jd7000000000000000000001".parse().unwrap(),
            kind: TokenKind::Access,
            fingerprint: "77b0e2d1c4a5f600".to_owned(),
            expires_at: Some("2026-01-02T10:00:00Z".parse().unwrap()),
            replaced_at: None,
            is_held_elsewhere: false,
            can_revoke: true,
            can_prove: true,
            left_alone: false,
        }],
        readers: vec![TokenHolder {
            name: "ci".to_owned(),
            count: 41,
            last: "2026-01-02T09:00:00Z".parse().unwrap(),
        }],
        flows: vec![],
        can_uninstall: true,
        app_left: Some(AppPlanned::Unknown),
        uninstall_ends: Vec::new(),
        narrowed: vec![],
    }
}

#[test]
fn a_crm_is_warned_about_above_the_text_and_told_what_is_permanent_below() {
    let crm = Plan {
        is_crm: true,
        ..plan()
    };
    let text = for_person(&[crm], "Acme", false);
    let at = |part: &str| {
        text.find(part)
            .unwrap_or_else(|| panic!("{part} in {text}"))
    };
    assert!(at("Disconnect CRM Integration") < at("WARNING: This is permanent."));
    assert!(at("syncing between Acme and your CRM") < at(texts::body()));
    assert!(at(texts::body()) < at(texts::crm_permanent()));
}

#[test]
fn a_swap_says_what_the_other_account_takes() {
    let said = |auth| {
        let plan = Plan { auth, ..plan() };
        for_person(&[plan], "Acme", true)
    };
    assert!(said(Some(AuthKind::Oauth2)).contains("you sign in as another account"));
    assert!(said(None).contains("you sign in as another account"));
    assert!(said(Some(AuthKind::ApiKey)).contains("the key of another account"));
    assert!(said(Some(AuthKind::AppInstall)).contains("installation of our app"));
}

#[test]
fn many_are_asked_about_at_once_with_totals() {
    let text = for_person(&[plan(), plan()], "Acme", false);
    assert!(text.starts_with("Disconnect 2 connections?"), "{text}");
    assert!(text.contains("4 active sync jobs will stop."), "{text}");
    assert!(
        text.ends_with(
            "In all: 2 connections at 1 provider · 4 jobs · 2 tokens · 2,408 references"
        ),
        "{text}"
    );
}
