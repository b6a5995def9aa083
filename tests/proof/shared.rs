//! Connections that share a grant (B5).

use tagout::domain::connection::Status;
use tagout::domain::disconnect::plan::Plan;
use tagout::domain::provider::OwnerScope;
use tagout::domain::trial::Outcome;
use tagout::sandbox::{Endpoint, Vendor, Victim};
use tagout::wire::rpc;
use tagout::wire::rpc::Connect;
use tagout::wire::view;

use crate::house::{BOT, CAROL, House, connecting};

/// The same account twice: the workspace's, and one person's own.
pub(crate) async fn twice(
    house: &mut House,
    provider: &str,
) -> (view::Connection, view::Connection) {
    let first = house.connect(provider, BOT).await;
    let second = own(house, provider).await;
    assert_ne!(first.id, second.id);
    (first, second)
}

/// One person's own connection of the account.
pub(crate) async fn own(house: &mut House, provider: &str) -> view::Connection {
    let own = Connect {
        scope: Some(OwnerScope::Personal),
        name: Some("own".to_owned()),
        ..connecting(provider)
    };
    let flow = house.begin(own).await;
    house.authorize(flow, BOT).await
}

pub(crate) async fn plan(house: &House, connection: &view::Connection) -> Plan {
    let connections = vec![connection.id.to_string()];
    let mut plans: Vec<Plan> = house
        .ask(rpc::Plan {
            connections,
            terms: tagout::wire::rpc::PlanTerms::default(),
        })
        .await;
    plans.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_would_end_a_sibling_are_left_out_by_default() {
    let mut house = House::new().await;
    let (first, second) = twice(&mut house, "ledger").await;
    let shown = plan(&house, &first).await;
    assert_eq!(shown.shares_grant_with[0].id, second.id);
    assert_eq!(shown.narrowed.len(), 2);
    assert!(shown.tokens.iter().all(|token| !token.can_revoke));
    let run = house.disconnect(first.id.as_str()).await;
    assert_eq!(house.calls(Endpoint::Revoke), 0);
    for token in &run.tokens {
        assert_eq!(token.outcome, Some(Outcome::Unsupported));
        let why = token.evidence.reason.as_deref().unwrap();
        assert!(why.contains("own"), "{why}");
    }
    assert_eq!(
        house.connection(second.id.as_str()).await.status,
        Status::Connected
    );
    // The last one of the grant is narrowed by nobody.
    assert!(plan(&house, &second).await.shares_grant_with.is_empty());
    let run = house.disconnect(second.id.as_str()).await;
    assert!(
        run.tokens
            .iter()
            .all(|token| token.outcome == Some(Outcome::VerifiedDead))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn wider_calls_want_a_yes_and_siblings_that_died_are_marked() {
    let mut house = House::new().await;
    let (first, second) = twice(&mut house, "ledger").await;
    // The sandbox keeps grants apart; a vendor whose revocation reaches the whole project ends the other one too.
    for secret in &second.credentials {
        let one = Victim::Fingerprint(secret.fingerprint.clone());
        house.sandbox.state().kill(Vendor::Ledger, &one);
    }
    let run = house
        .disconnect_with(first.id.as_str(), |asked| asked.allow_wider = true)
        .await;
    assert!(
        run.tokens
            .iter()
            .all(|token| token.outcome == Some(Outcome::VerifiedDead))
    );
    assert_eq!(house.calls(Endpoint::Revoke), 2);
    let second = house.connection(second.id.as_str()).await;
    assert_eq!(second.status, Status::ReconnectRequired);
    assert!(second.reason.contains(run.id.as_str()), "{}", second.reason);
    let actions = house.actions().await;
    let consequences: Vec<_> = actions
        .iter()
        .filter(|(action, _)| action == "connection.grant_ended")
        .collect();
    assert_eq!(consequences.len(), 1);
    assert_eq!(consequences[0].1, second.id.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_shares_nothing() {
    let mut house = House::new().await;
    let first = house.connect("ledger", BOT).await;
    let second = house.connect("ledger", CAROL).await;
    let shown = plan(&house, &first).await;
    assert!(shown.shares_grant_with.is_empty());
    assert_eq!(shown.other_connections[0].id, second.id);
    assert!(!shown.other_connections[0].affected);
}

/// Ledger as one of several providers whose grants are one.
pub(crate) const GROUPED: &str = r#"
id = "ledger-mail"
name = "Ledger Mail"
category = "email"
grant_group = "ledger-suite"

[vars]
base = "http://127.0.0.1:1/ledger"

[auth]
kind = "oauth2"
issuer = "{base}"
scopes = ["profile"]
refresh = "rotating"
identity = { url = "{userinfo}", id = "/sub", label = "/preferred_username" }

[[disconnect]]
dialect = "rfc7009"
blast = "grant"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn providers_of_one_group_share_a_grant_when_the_client_is_the_same() {
    let mut house = House::new().await;
    for id in ["mail", "calendar"] {
        let toml = GROUPED.replace("ledger-mail", &format!("ledger-{id}"));
        house.add(&toml).await;
    }
    let mail = house.connect("ledger-mail", BOT).await;
    let calendar = house.connect("ledger-calendar", BOT).await;
    let alone = house.connect("ledger", BOT).await;
    let shown = plan(&house, &mail).await;
    let shared: Vec<_> = shown
        .shares_grant_with
        .iter()
        .map(|other| &other.id)
        .collect();
    assert_eq!(shared, [&calendar.id]);
    assert!(plan(&house, &alone).await.shares_grant_with.is_empty());
}
