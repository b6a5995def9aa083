//! Permissions that are granted and withdrawn while consoles are open, and roles that are lower than one's own.

use tagout::domain::audit::AuditOutcome;
use tagout::domain::user::{Permission, Role};
use tagout::wire::rpc;
use tagout::wire::view::{Connection, User};
use tagout::wire::{Code, Topic};

use crate::house::{House, ME, OTHERS, connection, entries, limited, me, record};

fn permission(
    name: &str,
    permission: Permission,
    granted: bool,
    about: &[u32],
) -> rpc::UserPermission {
    rpc::UserPermission {
        name: name.to_owned(),
        permission,
        granted,
        connections: about.iter().map(|n| connection(*n).to_string()).collect(),
    }
}

fn rename(n: u32, to: &str) -> rpc::Configure {
    rpc::Configure {
        name: connection(n).to_string(),
        new_name: Some(to.to_owned()),
        vars: std::collections::BTreeMap::new(),
        moves: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_permission_counts_in_consoles_that_are_open() {
    let mut house = House::with(me(Role::Admin)).await;
    let (console, client) = (house.client().await, house.client().await);
    let before: Connection = console.ask(rename(OTHERS, "mine-now")).await.unwrap();
    assert_eq!(before.refused, None);
    let withdraw = permission(ME, Permission::SettingsEdit, false, &[]);
    let changed: User = client.ask(withdraw).await.unwrap();
    assert_eq!(changed.withdrawn, [Permission::SettingsEdit]);
    let refused = console.ask(rename(OTHERS, "again")).await;
    assert_eq!(refused.unwrap_err().code, Code::Forbidden);
    // What is shown follows from the same table.
    let name = connection(OTHERS).to_string();
    let seen: Connection = console.ask(rpc::Connection { name }).await.unwrap();
    assert_eq!(seen.name, "mine-now");
    assert!(seen.refused.unwrap().contains("settings.edit"));
    // And nobody gives it back to themselves.
    let grant = permission(ME, Permission::SettingsEdit, true, &[]);
    assert_eq!(console.ask(grant).await.unwrap_err().code, Code::Forbidden);
    let withdrawn = entries(&client, "user.withdrawn").await;
    assert_eq!((withdrawn.len(), withdrawn[0].actor.as_str()), (1, ME));
    assert_eq!(withdrawn[0].detail["permission"], "settings.edit");
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_user_is_out_at_once() {
    let mut house = House::with(me(Role::Owner)).await;
    let (console, mut notices) = house.attach(None, false).await.unwrap();
    let client = house.client().await;
    let name = ME.to_owned();
    client
        .ask(rpc::UserRemove { name, keep: true })
        .await
        .unwrap();
    // The console hears nothing more, and is told why.
    while let Some(topics) = notices.next().await {
        assert!(!topics.contains(&Topic::Users));
    }
    let why = console.ask(rpc::Status).await.unwrap_err();
    assert_eq!(why.code, Code::Forbidden);
    assert!(
        why.message.contains("no user of this workspace any more"),
        "{}",
        why.message
    );
    assert_eq!(
        house.attach(None, false).await.unwrap_err().code,
        Code::Forbidden
    );
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_are_listed_and_can_be_taken_back() {
    let mut house = House::with(me(Role::Admin)).await;
    let client = house.client().await;
    let ask = |request| client.ask(request);
    let tokens = Permission::TokenRead;
    let bob = ask(permission("bob", tokens, true, &[OTHERS, 1]))
        .await
        .unwrap();
    assert_eq!(bob.may_read, [connection(OTHERS), connection(1)]);
    let bob = ask(permission("bob", tokens, false, &[1])).await.unwrap();
    assert_eq!(bob.may_read, [connection(OTHERS)]);
    let bob = ask(permission("bob", tokens, false, &[])).await.unwrap();
    assert_eq!(
        (bob.may_read.len(), bob.withdrawn.as_slice()),
        (0, [tokens].as_slice())
    );
    let all: Vec<User> = client.ask(rpc::Users).await.unwrap();
    assert!(all.contains(&bob));
    for nonsense in [
        permission("bob", Permission::SettingsEdit, true, &[]),
        permission("adam", Permission::SettingsEdit, false, &[1]),
        permission("adam", tokens, false, &[1]),
    ] {
        assert_eq!(ask(nonsense).await.unwrap_err().code, Code::Conflict);
    }
    let nobody = permission("carol", tokens, true, &[1]);
    assert_eq!(ask(nobody).await.unwrap_err().code, Code::NotFound);
    let nothing = permission("bob", tokens, true, &[77]);
    assert_eq!(ask(nothing).await.unwrap_err().code, Code::NotFound);
    assert_eq!(entries(&client, "user.granted").await.len(), 1);
    assert_eq!(entries(&client, "user.withdrawn").await.len(), 2);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lower_role_is_enforced_and_stands_in_every_entry() {
    let mut house = House::with(me(Role::Owner)).await;
    for role in [Role::Member, Role::Agent] {
        let (client, _) = house.attach(Some(role), false).await.unwrap();
        assert_eq!(client.welcome().role, role);
        let answer = client.ask(rename(1, "x")).await;
        assert_eq!(answer.unwrap_err().code, Code::Forbidden);
    }
    let (admin, _) = house.attach(Some(Role::Admin), false).await.unwrap();
    admin.ask(rename(1, "y")).await.unwrap();
    let (wall, _) = house.attach(None, true).await.unwrap();
    let answer = wall.ask(rename(1, "z")).await;
    assert!(answer.unwrap_err().message.contains("read-only"));
    let token = wall.token(connection(1).to_string(), None).await;
    assert_eq!(token.unwrap_err().code, Code::Forbidden);

    let mine: Vec<_> = record(&wall)
        .await
        .into_iter()
        .filter(|entry| entry.actor == ME)
        .map(|entry| (entry.role, entry.outcome, entry.detail["read_only"].clone()))
        .collect();
    let refused =
        |role: &str, read_only: bool| (role.to_owned(), AuditOutcome::Refused, read_only.into());
    assert_eq!(
        mine,
        [
            refused("member", false),
            refused("agent", false),
            (
                "admin".to_owned(),
                AuditOutcome::Done,
                serde_json::Value::Null
            ),
            refused("owner", true),
            refused("owner", true),
        ]
    );
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_acts_with_a_higher_role_than_their_own() {
    let mut house = House::with(limited(Role::Admin)).await;
    let asked = house.attach(Some(Role::Owner), false).await;
    assert_eq!(asked.unwrap_err().code, Code::Forbidden);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_heard_by_those_who_watch_the_record() {
    let mut house = House::with(me(Role::Agent)).await;
    let (client, mut notices) = house.attach(None, false).await.unwrap();
    let answer = client.ask(rename(1, "x")).await;
    assert_eq!(answer.unwrap_err().code, Code::Forbidden);
    assert_eq!(notices.next().await, Some(vec![Topic::Audit]));
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_at_once_are_refused_when_one_of_them_is() {
    use tagout::domain::disconnect::run::{IfUnreachable, Reason};
    use tagout::wire::request::Target;
    use tagout::wire::rpc::Disconnect;
    let mut house = House::with(limited(Role::Admin)).await;
    let client = house.client().await;
    let target = |n| Target {
        connection: connection(n).to_string(),
        version: None,
    };
    let both = Disconnect {
        targets: vec![target(1), target(OTHERS)],
        reason: Reason::Unused,
        note: String::new(),
        ticket: None,
        if_unreachable: IfUnreachable::Destroy,
        allow_wider: false,
        destroy_at_once: false,
        swap: false,
        uninstall: false,
    };
    let answer = client.ask(both).await;
    assert_eq!(answer.unwrap_err().code, Code::Forbidden);
    let all = record(&client).await;
    assert!(
        !all.iter()
            .any(|entry| entry.action == "connection.disconnect_begun")
    );
    let refused = all.last().unwrap();
    assert_eq!(refused.target, connection(OTHERS).to_string());
    assert_eq!(refused.action, "connection.disconnect");
    house.end().await;
}
