//! What a disconnect is asked to do: what it ends beyond its own connections has to be the caller's to end.

use std::collections::BTreeMap;

use tagout::client::PATIENCE;
use tagout::domain::audit::AuditOutcome;
use tagout::domain::connection::Connection;
use tagout::domain::disconnect::run::{IfUnreachable, Reason};
use tagout::domain::provider::OwnerScope;
use tagout::domain::user::Role;
use tagout::domain::walkthrough::{TargetChoice, Walkthrough};
use tagout::wire::Code;
use tagout::wire::request::{FlowKind, Request, Target};
use tagout::wire::rpc;
use tagout::wire::rpc::{Connect, Disconnect};

use crate::examples::draft;
use crate::house::{House, OWN, STOPPED, WORKSPACE, connection, entries, id, me};

fn targets() -> Vec<Target> {
    vec![Target {
        connection: connection(OWN).to_string(),
        version: None,
    }]
}

fn disconnect(allow_wider: bool, uninstall: bool) -> rpc::Disconnect {
    Disconnect {
        targets: targets(),
        reason: Reason::Unused,
        note: String::new(),
        ticket: None,
        if_unreachable: IfUnreachable::Destroy,
        uninstall,
        allow_wider,
        destroy_at_once: false,
        swap: false,
    }
}

/// A Member whose connection is of the same account at the vendor as the workspace's, as one grant covers both.
async fn sharing() -> House {
    let mut house = House::with(me(Role::Member)).await;
    house
        .meddle(|tx| {
            let of = |n| connection(n).to_string();
            let shared: Connection = tx.need(&of(WORKSPACE))?;
            let mut own: Connection = tx.need(&of(OWN))?;
            own.account = shared.account;
            tx.put_connection(&mut own)?;
            for n in [OWN, STOPPED + OWN] {
                let key = id::<tagout::domain::id::WalkthroughId>("wlk_", n).to_string();
                let mut walkthrough: Walkthrough = tx.need(&key)?;
                walkthrough.terms.allow_wider = true;
                tx.put(&walkthrough)?;
            }
            Ok(())
        })
        .await;
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_ends_through_a_shared_grant_what_is_not_theirs() {
    let mut house = sharing().await;
    let client = house.client().await;
    let begin = |n| rpc::WalkthroughBegin {
        id: id("wlk_", n),
        version: None,
    };
    let go_on = |n| rpc::WalkthroughGoOn { id: id("wlk_", n) };
    let asked: [(&str, Request); 4] = [
        ("connection.disconnect", disconnect(true, false).into()),
        ("connection.disconnect", disconnect(false, true).into()),
        ("connection.disconnect", begin(OWN).into()),
        ("walkthrough.go_on", go_on(STOPPED + OWN).into()),
    ];
    for (action, request) in asked {
        let before = entries(&client, action).await.len();
        let told = format!("{request:?}");
        // From a session of its own: the same refusal again would be counted.
        let other = house.client().await;
        let refused = other.ask_any(PATIENCE, request).await.unwrap_err();
        assert_eq!(refused.code, Code::Forbidden, "{told}: {refused}");
        let entries = entries(&client, action).await;
        assert_eq!(entries.len(), before + 1, "{told}");
        let last = entries.last().unwrap();
        assert_eq!(last.outcome, AuditOutcome::Refused);
        assert_eq!(last.target, connection(WORKSPACE).as_str(), "{told}");
    }
    // Their own, without what reaches further.
    let runs = client.ask(disconnect(false, false)).await.unwrap();
    assert_eq!(runs.len(), 1);
    house.end().await;
}

/// The reason stands in the ticket then.
#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_alone_is_reason_enough() {
    let mut house = House::with(me(Role::Owner)).await;
    let client = house.client().await;
    let mut asked = disconnect(false, false);
    (asked.reason, asked.ticket) = (Reason::Other, Some("INC-4411".to_owned()));
    let runs = client.ask(asked).await.unwrap();
    assert_eq!(
        (runs[0].ticket.as_deref(), runs[0].note.as_str()),
        (Some("INC-4411"), "")
    );
    house.end().await;
}

fn chosen(choice: TargetChoice, tag: bool) -> rpc::WalkthroughSave {
    let rpc::WalkthroughSave(mut draft) = draft();
    (draft.choice, draft.terms.tag) = (choice, tag);
    draft.targets = Some(targets());
    rpc::WalkthroughSave(draft)
}

/// A choice ends authorizations besides its targets, and may tag a provider: neither is a Member's.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_ends_by_a_choice_what_is_not_theirs() {
    let mut house = House::with(me(Role::Owner)).await;
    let owner = house.client().await;
    let app = rpc::ProviderConfigure {
        id: "github".to_owned(),
        client_id: Some("ours".to_owned()),
        client_secret: None,
        redirect_uri: None,
        app_name: None,
        vars: BTreeMap::new(),
        moves: false,
    };
    owner.ask(app).await.unwrap();
    let connect = Connect {
        scope: Some(OwnerScope::Workspace),
        ..Connect::new("github", FlowKind::Paste)
    };
    owner.ask(connect).await.unwrap();
    let at = |provider: &str| TargetChoice::Matching {
        provider: Some(provider.to_owned()),
        owner: None,
    };
    let begin = async |choice: TargetChoice, tag: bool| {
        let (member, _) = house.attach(Some(Role::Member), false).await.unwrap();
        let saved = member.ask(chosen(choice, tag)).await.unwrap();
        let request = rpc::WalkthroughBegin {
            id: saved.id,
            version: Some(saved.version),
        };
        member.ask(request).await
    };
    let ending = [
        (TargetChoice::All, false),
        (at("github"), false),
        (at("ledger"), true),
    ];
    for (choice, tag) in ending {
        let told = format!("{choice:?}, tag {tag}");
        let refused = begin(choice, tag).await.unwrap_err();
        assert_eq!(refused.code, Code::Forbidden, "{told}: {refused}");
    }
    assert_eq!(entries(&owner, "walkthrough.begin").await.len(), 3);
    let flows = owner.ask(rpc::Flows).await.unwrap();
    assert_eq!(flows.len(), 1, "it goes on");
    // At a provider where nothing of others is open.
    begin(at("ledger"), false).await.unwrap();
    house.end().await;
}
