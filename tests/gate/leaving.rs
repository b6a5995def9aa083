//! Somebody leaves: not while they hold something, unless an Owner keeps it, and what is kept is found by their name.

use tagout::client::PATIENCE;
use tagout::domain::disconnect::run::{IfUnreachable, Reason};
use tagout::domain::user::Role;
use tagout::domain::walkthrough::TargetChoice;
use tagout::wire::Code;
use tagout::wire::request::{Request, Target, Window};
use tagout::wire::rpc;
use tagout::wire::view::Connection;

use crate::house::{House, OTHERS, WORKSPACE, connection, entries, id, me};

fn remove(name: &str, keep: bool) -> rpc::UserRemove {
    rpc::UserRemove {
        name: name.to_owned(),
        keep,
    }
}

fn of(owner: &str) -> rpc::Plans {
    rpc::Plans {
        choice: TargetChoice::Matching {
            provider: None,
            owner: Some(owner.to_owned()),
        },
        terms: tagout::wire::rpc::PlanTerms::default(),
        window: Window {
            limit: 10,
            ..Window::default()
        },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_something_stays_and_is_told_what_ends_it() {
    let mut house = House::with(me(Role::Admin)).await;
    let client = house.client().await;
    let refused = client.ask(remove("bob", false)).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict);
    assert!(
        refused
            .message
            .contains("bob holds 1 connection in service"),
        "{refused}"
    );
    assert!(
        refused.hint.contains("tagout disconnect --owner bob"),
        "{refused}"
    );
    // An Admin may not leave it behind, and the attempt is an entry.
    let refused = client.ask(remove("bob", true)).await.unwrap_err();
    assert_eq!(refused.code, Code::Forbidden);
    let told = entries(&client, "user.remove").await;
    assert_eq!(told.len(), 1);
    assert!(entries(&client, "user.removed").await.is_empty());
    // Who holds nothing leaves.
    client.ask(remove("greta", false)).await.unwrap();
    house.end().await;
}

/// Nobody else would end it, and its connection is out of service.
#[tokio::test(flavor = "multi_thread")]
async fn a_swap_that_was_left_is_something_that_is_held() {
    let mut house = House::with(me(Role::Owner)).await;
    let client = house.client().await;
    let swap = rpc::Disconnect {
        targets: vec![Target {
            connection: connection(OTHERS).to_string(),
            version: None,
        }],
        reason: Reason::Cleanup,
        note: String::new(),
        ticket: None,
        if_unreachable: IfUnreachable::Destroy,
        uninstall: false,
        allow_wider: false,
        destroy_at_once: false,
        swap: true,
    };
    client.ask(swap).await.unwrap();
    let refused = client.ask(remove("bob", false)).await.unwrap_err();
    assert!(
        refused.message.contains("1 swap left in the middle"),
        "{refused}"
    );
    let ends = format!("tagout swap {} --give-up", connection(OTHERS));
    assert!(refused.hint.contains(&ends), "{refused}");
    client.ask(remove("bob", true)).await.unwrap();
    let told = entries(&client, "user.removed").await;
    assert_eq!(told[0].detail["kept"]["swaps"]["count"], 1);
    house.end().await;
}

/// A draft, and an authorization that was begun, are things that somebody holds as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_alone_is_something_that_is_held() {
    let mut house = House::with(me(Role::Owner)).await;
    house
        .meddle(|tx| {
            let key = id::<tagout::domain::id::WalkthroughId>("wlk_", 0).to_string();
            let mut draft: tagout::domain::walkthrough::Walkthrough = tx.need(&key)?;
            draft.by = id("usr_", 5);
            tx.put(&draft)
        })
        .await;
    let client = house.client().await;
    let refused = client.ask(remove("greta", false)).await;
    let refused = refused.unwrap_err();
    assert!(
        refused
            .message
            .contains("greta holds 1 draft of a walkthrough"),
        "{refused}"
    );
    assert!(
        refused.hint.contains("tagout walkthroughs discard wlk_"),
        "{refused}"
    );
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_owner_keeps_is_found_by_the_name_of_who_left() {
    let mut house = House::with(me(Role::Owner)).await;
    let client = house.client().await;
    client.ask(remove("bob", true)).await.unwrap();
    let told = entries(&client, "user.removed").await;
    assert_eq!(told[0].detail["name"], "bob");
    let kept = &told[0].detail["kept"]["connections"];
    assert_eq!(kept["count"], 1);
    assert_eq!(kept["first"][0], connection(OTHERS).as_str());
    let name = connection(OTHERS).to_string();
    let seen: Connection = client.ask(rpc::Connection { name }).await.unwrap();
    assert_eq!(seen.owner, "bob");
    // By the name and by the id, as for anybody else.
    for owner in ["bob", "usr_00000000000000000000000004"] {
        let found = client.ask(of(owner)).await.unwrap();
        assert_eq!(found.rows.len(), 1, "{owner}");
        assert_eq!(found.rows[0].connection, connection(OTHERS));
    }
    // The name means one owner: nobody else is called so while something in service is theirs.
    let again = rpc::UserAdd {
        name: "bob".to_owned(),
        role: Role::Agent,
        kind: tagout::domain::user::UserKind::Person,
        uid: None,
        ssh_keys: Vec::new(),
    };
    let refused = client.ask(again).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict);
    assert!(refused.message.contains("left 1 connection"), "{refused}");
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_nobody_has_is_no_user() {
    let mut house = House::with(me(Role::Owner)).await;
    let client = house.client().await;
    let draft = |owner: &str| {
        let rpc::WalkthroughSave(mut draft) = crate::examples::draft();
        draft.choice = TargetChoice::Matching {
            provider: None,
            owner: Some(owner.to_owned()),
        };
        rpc::WalkthroughSave(draft)
    };
    let unknown: [Request; 3] = [
        of("carol").into(),
        draft("carol").into(),
        remove("carol", false).into(),
    ];
    for request in unknown {
        let refused = client.ask_any(PATIENCE, request).await.unwrap_err();
        assert_eq!(refused.code, Code::NotFound, "{refused}");
        assert!(refused.message.contains("no user carol"), "{refused}");
    }
    // One who has nothing in service is somebody.
    let found = client.ask(of("greta")).await.unwrap();
    assert!(found.rows.is_empty());
    house.end().await;
}

/// Everything that is chosen is planned, in pages, and nothing twice; what is named is named once and not without end.
#[tokio::test(flavor = "multi_thread")]
async fn plans_come_in_pages_and_names_are_said_once() {
    let mut house = House::with_more(me(Role::Agent), 7).await;
    let client = house.client().await;
    let mut window = Window {
        limit: 3,
        ..Window::default()
    };
    let mut seen = Vec::new();
    loop {
        let request = rpc::Plans {
            choice: TargetChoice::All,
            window: window.clone(),
            terms: tagout::wire::rpc::PlanTerms::default(),
        };
        let page = client.ask(request).await.unwrap();
        assert!(page.rows.len() <= 3);
        seen.extend(page.rows.iter().map(|plan| plan.connection.to_string()));
        window.after = page.keys.last().cloned();
        if !page.more {
            break;
        }
    }
    let before = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((before, seen.len()), (10, 10));
    let plan = |connections: Vec<String>| rpc::Plan {
        connections,
        terms: tagout::wire::rpc::PlanTerms::default(),
    };
    let one = connection(WORKSPACE).to_string();
    for request in [
        plan(vec![one.clone(), one.clone()]),
        plan(vec![one, "ledger/account-1".to_owned()]),
        plan((0..501).map(|n| format!("ledger/{n}")).collect()),
    ] {
        let refused = client.ask(request).await.unwrap_err();
        assert_eq!(refused.code, Code::Usage, "{refused}");
    }
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_is_thrown_away_is_about_the_provider_that_was_chosen() {
    let mut house = House::with(me(Role::Owner)).await;
    let client = house.client().await;
    let rpc::WalkthroughSave(mut draft) = crate::examples::draft();
    draft.choice = TargetChoice::Matching {
        provider: Some("ledger".to_owned()),
        owner: None,
    };
    let draft = client.ask(rpc::WalkthroughSave(draft)).await.unwrap();
    let id = draft.id;
    client.ask(rpc::WalkthroughDiscard { id }).await.unwrap();
    let told = entries(&client, "walkthrough.discarded").await;
    let about = &told[0].format_2.as_ref().unwrap().about;
    assert_eq!(about.provider.as_deref(), Some("ledger"));
    house.end().await;
}
