//! What is typed to find rows: words, fields, times, and what is no time.

use tagout::client::Client;
use tagout::domain::user::{Role, UserKind};
use tagout::wire::request::Window;
use tagout::wire::rpc::{self, UserAdd};
use tagout::wire::{Code, Problem};

use crate::house::{House, me};

fn window(filter: &str) -> Window {
    Window {
        limit: 50,
        filter: filter.to_owned(),
        ..Window::default()
    }
}

async fn found(client: &Client, filter: &str) -> Result<Vec<String>, Problem> {
    let window = window(filter);
    let page = client.ask(rpc::Audit { window }).await?;
    Ok(page.rows.into_iter().map(|entry| entry.target).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_found_by_words_fields_and_times() {
    let mut house = House::with(me(Role::Owner)).await;
    let client = house.client().await;
    for name in ["nora", "niels"] {
        let asked = UserAdd {
            name: name.to_owned(),
            role: Role::Agent,
            kind: UserKind::Person,
            uid: None,
            ssh_keys: Vec::new(),
        };
        client.ask(asked).await.unwrap();
    }
    let by = found(&client, "action:user.added nora").await.unwrap();
    assert_eq!(by.len(), 1, "{by:?}");
    let all = found(&client, "action:user.added not:nora not:to:seed since:1h")
        .await
        .unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
    let outcome = found(&client, "action:user.added outcome:refused")
        .await
        .unwrap();
    assert!(outcome.is_empty(), "{outcome:?}");
    let old = found(&client, "action:user.added until:2020-01-01")
        .await
        .unwrap();
    assert!(old.is_empty(), "{old:?}");
    let refused = found(&client, "since:soon").await.unwrap_err();
    assert_eq!(refused.code, Code::Usage);
    assert!(refused.message.contains("soon is no time"), "{refused}");
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_found_by_their_fields() {
    let mut house = House::with(me(Role::Owner)).await;
    let client = house.client().await;
    let names = async |filter: &str| {
        let page = client.ask(rpc::Connections(window(filter))).await.unwrap();
        let names = page.rows.into_iter().map(|row| row.name);
        names.collect::<Vec<_>>()
    };
    let all = names("").await;
    let bobs = names("owner:bob").await;
    assert!(
        !bobs.is_empty() && bobs.len() < all.len(),
        "{bobs:?} of {all:?}"
    );
    let others = names("not:owner:bob").await;
    assert_eq!(bobs.len() + others.len(), all.len());
    // An empty list would say that nobody did anything.
    let window = window("by:bob");
    let refused = client.ask(rpc::Connections(window)).await.unwrap_err();
    assert_eq!(refused.code, Code::Usage);
    assert!(
        refused.message.contains("cannot be asked for by"),
        "{refused}"
    );
    house.end().await;
}
