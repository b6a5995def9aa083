//! Field mappings and own fields over the life of a connection, as people meet them: by verbs, against the sandbox.

use serde_json::{Value, json};
use tagout::sandbox::Vendor;

use crate::house::{BOT, House, text};

const HUBSPOT: Vendor = Vendor::Hubspot;

/// Records of contacts, by what the vendor calls them; each with its own fields.
fn contacts(house: &House, id: &str) -> Vec<(Value, Value)> {
    let records = house.json(&["records", id]);
    let of = records.as_array().unwrap().iter();
    of.filter(|it| it["entity"] == "contact")
        .map(|it| (it["body"]["id"].clone(), it["fields"].clone()))
        .collect()
}

#[test]
fn mappings_and_own_fields_are_the_same_after_a_disconnect_a_kill_and_a_reconnect() {
    let mut house = House::with(&[HUBSPOT]);
    let id = text(&house.connect(HUBSPOT, BOT), "id").to_owned();
    house.sync(&id);
    let add = |from: &str, to: &str| {
        let named = ["mappings", &id, "add", "--entity", "contact"];
        house.run(&[named.as_slice(), &["--from", from, "--to", to, "--json"]].concat())
    };
    assert_eq!(add("/properties/email", "email").code, 0);
    assert_eq!(add("/properties/lastname", "name").code, 0);
    let unseen = add("/properties/emial", "other");
    assert_eq!(unseen.code, 4, "{}", unseen.err);
    assert!(unseen.err.contains("/properties/email"), "{}", unseen.err);

    let listed = house.json(&["mappings", &id, "fields", "--entity", "contact"]);
    let email = listed.as_array().unwrap().iter();
    let email = email
        .clone()
        .find(|it| it["pointer"] == "/properties/email");
    assert_eq!(email.unwrap()["mapped_to"], json!(["email"]));
    assert_eq!(email.unwrap()["name"], "Email");

    let first = house.json(&["records", &id]);
    let first = first.as_array().unwrap().iter();
    let first = first.clone().find(|it| it["entity"] == "contact").unwrap();
    assert_eq!(
        first["fields"]["email"],
        first["body"]["properties"]["email"]
    );
    assert_eq!(first["mapped"], json!(["email", "name"]));
    let record = text(first, "id");
    let edit = |set: &str| house.run(&["records", "edit", record, "--set", set]);
    assert_eq!(edit("priority=high").code, 0);
    let refused = edit("email=mine@example.com");
    assert_eq!(refused.code, 5, "{}", refused.err);
    let before = contacts(&house, &id);
    assert!(
        before
            .iter()
            .any(|(_, fields)| fields["priority"] == "high")
    );
    assert!(
        before.iter().all(|(_, fields)| fields["email"].is_string()),
        "{before:?}"
    );

    house.disconnect(&id);
    assert_eq!(contacts(&house, &id), before);
    house.kill();
    house.serve();
    house.authorize(&["reconnect", &id], HUBSPOT, BOT).unwrap();
    house.sync(&id);
    assert_eq!(contacts(&house, &id), before);
    assert!(
        house
            .ok(&["records", "show", record])
            .contains("priority high")
    );
    let said: Vec<Value> = house.audit();
    for action in ["configuration.added", "record.edited"] {
        assert!(said.iter().any(|it| it["action"] == action), "{action}");
    }
    house.verify();
}
