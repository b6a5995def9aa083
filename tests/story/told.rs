//! What subscriptions are told survives kill -9: it was written with what it tells of.

use tagout::sandbox::Vendor;

use crate::house::{BOT, House};
use crate::receiver::Receiver;

#[test]
fn what_was_to_be_told_is_told_after_a_kill() {
    let mut house = House::with(&[Vendor::Ledger]);
    // Somebody who is not there yet: the address is free again when this is dropped.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    drop(taken);
    let url = format!("http://{address}/hook");
    let added = house.json(&["subscriptions", "add", &url, "--event", "connection.*"]);
    let secret = added["secret"].as_str().unwrap().to_owned();
    let id = added["id"].as_str().unwrap().to_owned();
    let connection = house.connect(Vendor::Ledger, BOT);
    house.kill();
    house.serve();
    let waits = house.json(&["subscriptions", "deliveries", &id]);
    assert_eq!(waits[0]["state"], "pending");
    house.kill();

    let mut receiver = house.block(Receiver::at(&address));
    house.serve();
    let came = house.block(receiver.until(|came| !came.is_empty()));
    assert_eq!(came[0].kind(), "connection.connected");
    assert_eq!(came[0].body()["data"]["target"], connection["id"]);
    assert_eq!(came[0].id, waits[0]["id"].as_str().unwrap());
    assert!(came[0].is_signed_by(&secret));
}
