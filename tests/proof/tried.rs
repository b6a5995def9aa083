//! A key that is being tried at its vendor when its connection is disconnected.

use tagout::domain::connection::Status;
use tagout::domain::user::Role;
use tagout::wire::rpc::Connect;

use crate::house::{House, again, secret};
use crate::keys::{KEY, Keys};

/// While it is tried it is an open authorization: the disconnect ends it, and it does not bring the connection back.
#[tokio::test]
async fn a_key_that_was_being_tried_is_not_kept_after_the_disconnect() {
    let mut house = House::new().await;
    let vendor = Keys::start(&mut house).await;
    let before = house.paste_key("keyed", None, KEY).await;
    let client = house.as_role(Role::Owner).await;
    let asked = Connect {
        api_key: Some(secret(KEY)),
        ..again(&before)
    };
    // Its calls come to nothing, so that the key is as good after the disconnect as before.
    vendor
        .is_down
        .store(true, std::sync::atomic::Ordering::SeqCst);
    let answer = vendor.holds_the_next_answer();
    let late = tokio::spawn(async move { client.ask(asked).await });
    let goes_on = answer.await.unwrap();
    let run = house.disconnect(before.id.as_str()).await;
    goes_on.send(()).unwrap();
    let refused = late.await.unwrap().unwrap_err();
    assert!(refused.message.contains(run.id.as_str()), "{refused:?}");
    let after = house.connection(before.id.as_str()).await;
    assert_eq!(after.status, Status::Revoked);
    assert_eq!(after.generation, before.generation);
    assert_eq!(house.count("connection.authorize_failed").await, 1);
}
