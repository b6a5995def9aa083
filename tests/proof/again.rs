//! What is known before an authorization begins: which connection it takes up again, as whom, and what it missed.

use serde_json::json;
use tagout::domain::connection::Status;
use tagout::domain::provider::OwnerScope;
use tagout::wire::rpc;
use tagout::wire::rpc::Connect;
use tagout::wire::view::{self, FlowState, Meant};

use crate::house::{House, again, connecting};
use crate::own::{Own, says};

const EVENTS: &str = "kind = \"events\"\nat = \"/created\"\nitems = \"/items\"\n";

/// A vendor whose things are events.
fn file(own: &Own) -> String {
    own.file().replace("items = \"/items\"\n", EVENTS)
}

async fn detail(house: &House) -> view::ProviderDetail {
    let id = "liar".to_owned();
    house.ask(rpc::Provider { id }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_disconnected_and_what_it_misses_is_known_before() {
    let mut house = House::new().await;
    let own = Own::start().await;
    let first = own.connect(&mut house, &file(&own)).await;
    let id = first.id.as_str();
    assert!(first.gaps.is_empty());
    assert!(detail(&house).await.disconnected.is_empty());
    house.disconnect(id).await;

    let known = detail(&house).await.disconnected;
    assert_eq!(known.len(), 1);
    assert_eq!(
        (&known[0].id, known[0].status),
        (&first.id, Status::Revoked)
    );
    let out = house.connection(id).await;
    let gap = &out.gaps[0];
    assert_eq!((gap.entity.as_str(), gap.to), ("thing", None));
    let said = |c: &view::Connection| c.missed(Meant::default(), |at| at.to_string());
    assert!(said(&out).unwrap().contains("(thing) are left out"));

    // The catalog's connect: nobody named a connection, and the account says which it is.
    let flow = house.begin(connecting("liar")).await;
    let back = house.authorize(flow, "me").await;
    assert_eq!((&back.id, back.generation), (&first.id, 2));
    assert!(back.gaps[0].to.is_some(), "{:?}", back.gaps);
    assert_eq!(said(&back), None);
    assert!(detail(&house).await.disconnected.is_empty());

    house.disconnect(id).await;
    let flow = house
        .begin(Connect {
            fill_gap: true,
            ..again(&back)
        })
        .await;
    // It is named until a pass has filled it.
    assert_eq!(house.authorize(flow, "me").await.gaps.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_offered_what_is_somebody_elses() {
    let mut house = House::new().await;
    let own = Own::start().await;
    own.add(&house, &file(&own)).await;
    let flow = house
        .begin(Connect {
            scope: Some(OwnerScope::Personal),
            ..connecting("liar")
        })
        .await;
    let personal = house.authorize(flow, "me").await;
    house.disconnect(personal.id.as_str()).await;
    assert!(detail(&house).await.disconnected.is_empty());
}

/// Row N4: the vendor is told whom we expect, and whoever signs in otherwise is told what that would mean.
#[tokio::test(flavor = "multi_thread")]
async fn another_account_is_warned_of_before_and_after() {
    let mut house = House::new().await;
    let own = Own::start().await;
    let first = own.connect(&mut house, &file(&own)).await;
    let hinted = |flow: &view::Flow| {
        let FlowState::Authorize { url, .. } = &flow.state else {
            panic!("{flow:?}");
        };
        let url: url::Url = url.parse().unwrap();
        let hint = url.query_pairs().find(|(name, _)| name == "login_hint");
        hint.map(|(_, hint)| hint.into_owned())
    };
    let flow = house.begin(again(&first)).await;
    assert_eq!(hinted(&flow).as_deref(), Some("a@liar.example"));
    let another = json!({ "id": "b2", "email": "b@liar.example" });
    own.say(move |asked, _| (asked.path == "/me").then(|| says(200, &another)));
    let refused = house.try_authorize(flow, "me").await.unwrap_err();
    let accounts = refused.accounts.as_ref().unwrap();
    assert_eq!(accounts.before.shown(), first.account.shown());
    assert_eq!(accounts.now.id, "b2");

    let flow = house
        .begin(Connect {
            accept_other_account: true,
            ..again(&first)
        })
        .await;
    assert_eq!(hinted(&flow), None, "nobody is led back to the old account");
    let now = house.authorize(flow, "me").await;
    let said = now.moved_from(&first.account).unwrap();
    assert!(
        said.starts_with("It was a@liar.example until now."),
        "{said}"
    );
    assert!(said.contains("is shown under b@liar.example"), "{said}");
    assert_eq!(first.moved_from(&first.account), None);
}
