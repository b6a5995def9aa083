//! A connection that is authorized again as another account, while a second one uses the grant of the first account.

use tagout::domain::connection::Status;
use tagout::domain::provider::OwnerScope;
use tagout::domain::trial::Outcome;
use tagout::sandbox::Vendor;
use tagout::wire::rpc::Connect;
use tagout::wire::view;

use crate::house::{BOT, CAROL, House, again, connecting};
use crate::shared::plan;
use crate::vendors::connected;

/// Two connections of one Google account, and the first one authorized again as somebody else.
async fn moved(house: &mut House) -> (view::Connection, view::Connection) {
    let setups = house.sandbox.setups();
    let setup = setups.iter().find(|it| it.provider == "gmail").unwrap();
    let second = connected(house, setup).await;
    let own = Connect {
        scope: Some(OwnerScope::Workspace),
        name: Some("Shared".to_owned()),
        ..connecting("gmail")
    };
    let flow = house.begin(own).await;
    let first = house.authorize(flow, BOT).await;
    assert_ne!(first.id, second.id);
    assert_eq!(plan(house, &first).await.narrowed.len(), 1);
    let other = Connect {
        accept_other_account: true,
        ..again(&first)
    };
    let flow = house.begin(other).await;
    let first = house.authorize(flow, CAROL).await;
    assert_ne!(first.account, second.account);
    (first, second)
}

/// Which tokens of a connection live at the vendor.
fn alive(house: &House, of: &view::Connection) -> usize {
    let tokens = house.sandbox.state().tokens(Vendor::Google);
    let mine = |fingerprint: &String| {
        let mut all = of.credentials.iter();
        all.any(|it| it.fingerprint == *fingerprint)
    };
    let live = tokens.iter().filter(|it| it.alive && mine(&it.fingerprint));
    live.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn its_disconnect_leaves_a_grant_alone_that_another_connection_uses() {
    let mut house = House::new().await;
    let (first, second) = moved(&mut house).await;
    let shown = plan(&house, &first).await;
    let names: Vec<_> = shown.shares_grant_with.iter().map(|it| &it.id).collect();
    assert_eq!(names, [&second.id], "{shown:#?}");
    for token in &shown.tokens {
        assert_eq!(token.can_revoke, token.replaced_at.is_none(), "{token:#?}");
    }
    let run = house.disconnect(first.id.as_str()).await;
    assert_eq!(alive(&house, &second), 2, "{run:#?}");
    for token in &run.tokens {
        let is_dead = token.outcome == Some(Outcome::VerifiedDead);
        assert_eq!(is_dead, !token.superseded, "{token:#?}");
    }
    let second = house.connection(second.id.as_str()).await;
    assert_eq!(second.status, Status::Connected);
}
