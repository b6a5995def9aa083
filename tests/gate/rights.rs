//! Rights that nobody can hand on who does not hold them, and what is no person's to take.

use std::collections::BTreeMap;

use tagout::client::PATIENCE;
use tagout::domain::audit::AuditOutcome;
use tagout::domain::provider::OwnerScope;
use tagout::domain::user::{Permission, Role, User, UserKind};
use tagout::wire::Code;
use tagout::wire::request::{FlowKind, Request};
use tagout::wire::rpc;
use tagout::wire::rpc::Connect;

use crate::house::{House, ME, OTHERS, WORKSPACE, connection, entries, me};

fn without_tokens() -> User {
    User {
        withdrawn: vec![Permission::TokenRead],
        ..me(Role::Admin)
    }
}

fn add(role: Role, kind: UserKind) -> rpc::UserAdd {
    rpc::UserAdd {
        name: "second".to_owned(),
        role,
        kind,
        uid: None,
        ssh_keys: Vec::new(),
    }
}

fn grant(connections: &[u32]) -> rpc::UserPermission {
    rpc::UserPermission {
        name: "bob".to_owned(),
        permission: Permission::TokenRead,
        granted: true,
        connections: connections
            .iter()
            .map(|n| connection(*n).to_string())
            .collect(),
    }
}

/// An Admin from whom `token.read` was withdrawn does not get at a token by somebody else's rights, or by having it sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_right_is_not_had_back_by_a_detour() {
    let mut house = House::with(without_tokens()).await;
    let client = house.client().await;
    let elsewhere = BTreeMap::from([("base".to_owned(), "https://evil.example".to_owned())]);
    let detours: [Request; 8] = [
        add(Role::Admin, UserKind::Person).into(),
        add(Role::Member, UserKind::Service).into(),
        grant(&[]).into(),
        grant(&[WORKSPACE]).into(),
        grant(&[OTHERS]).into(),
        rpc::ProviderConfigure {
            id: "ledger".to_owned(),
            client_id: None,
            client_secret: None,
            redirect_uri: None,
            app_name: None,
            vars: elsewhere.clone(),
            moves: false,
        }
        .into(),
        rpc::ProviderAdd {
            toml: String::new(),
            file_name: "evil.toml".to_owned(),
        }
        .into(),
        rpc::Configure {
            name: connection(WORKSPACE).to_string(),
            new_name: None,
            vars: elsewhere,
            moves: false,
        }
        .into(),
    ];
    for request in detours {
        let told = format!("{request:?}");
        let refused = client.ask_any(PATIENCE, request).await.unwrap_err();
        assert_eq!(refused.code, Code::Forbidden, "{told}: {refused}");
        assert!(refused.message.contains("token.read"), "{told}: {refused}");
    }
    // What gives no token stays possible.
    client
        .ask(add(Role::Agent, UserKind::Person))
        .await
        .unwrap();
    house.end().await;
}

/// An installation acts for a whole account at the vendor, and is not a Member's to take.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_the_organisations_cannot_be_made_personal() {
    let connect = || Connect {
        scope: Some(OwnerScope::Personal),
        installation: Some("4711".to_owned()),
        ..Connect::new("github-app", FlowKind::Paste)
    };
    for (role, code) in [(Role::Member, Code::Forbidden), (Role::Owner, Code::Usage)] {
        let mut house = House::with(me(role)).await;
        let client = house.client().await;
        let refused = client.ask(connect()).await.unwrap_err();
        assert_eq!(refused.code, code, "{refused}");
        let entries = entries(&client, "connection.authorize").await;
        assert_eq!(entries.len(), usize::from(role == Role::Member));
        house.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_let_in_stands_in_the_record() {
    let mut house = House::with(me(Role::Admin)).await;
    let refused = house.attach(Some(Role::Owner), false).await.unwrap_err();
    assert_eq!(refused.code, Code::Forbidden);
    let told = entries(&house.client().await, "session.begin").await;
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].actor.as_str(), told[0].outcome),
        (ME, AuditOutcome::Refused)
    );
    assert_eq!(told[0].detail["role"], "owner");
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_go_out_encrypted_or_nowhere() {
    let mut house = House::with(me(Role::Owner)).await;
    let client = house.client().await;
    let add = |url: &str| rpc::SubscriptionAdd {
        url: url.to_owned(),
        events: Vec::new(),
    };
    for url in [
        "http://example.com/x",
        "ftp://example.com/x",
        "file:///etc/passwd",
    ] {
        let refused = client.ask(add(url)).await.unwrap_err();
        assert_eq!(refused.code, Code::Usage, "{url}");
    }
    for url in ["https://example.com/x", "http://127.0.0.1:9/x"] {
        client.ask(add(url)).await.unwrap();
    }
    house.end().await;
}
