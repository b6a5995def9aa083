//! Field mappings, and records with their own fields.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use serde_json::json;
use tagout::wire::request::Request;
use tagout::wire::rpc;
use tagout::wire::view::{MappingField, Record};

use crate::facts::{CONNECTION, connection};
use crate::server::{Server, reply};

fn field(pointer: &str, name: Option<&str>, example: &str, to: &[&str]) -> MappingField {
    MappingField {
        entity: "issue".to_owned(),
        pointer: pointer.to_owned(),
        each: None,
        name: name.map(str::to_owned),
        example: Some(example.to_owned()),
        mapped_to: to.iter().map(|to| (*to).to_owned()).collect(),
    }
}

fn record() -> Record {
    Record {
        id: "issue_1".to_owned(),
        connection: CONNECTION.parse().unwrap(),
        entity: "issue".to_owned(),
        parent: None,
        label: "ACM-7".to_owned(),
        updated: Some("2026-01-01T10:00:00Z".to_owned()),
        synced_at: "2026-01-02T10:00:00Z".parse().unwrap(),
        fields: BTreeMap::from([
            ("priority".to_owned(), json!("high")),
            ("subject".to_owned(), json!("Fix it")),
        ]),
        mapped: vec!["subject".to_owned()],
        body: json!({ "title": "Fix it", "state": { "name": "open" } }),
        link: Some("https://acme.example/ACM-7".to_owned()),
        left_out: vec!["/text".to_owned()],
        refers: serde_json::from_value(json!({
            "id": "ref_00000000000000000000000001", "connection": CONNECTION, "entity": "issue", "local_id": "issue_1",
            "external_id": "7", "status": "stale", "remote_status": null, "label": "Linear (disconnected)",
            "links": ["SUP-9", "TICKET-9"],
        }))
        .unwrap(),
    }
}

#[test]
fn what_can_be_mapped_for_a_person() {
    let server = Server::new(|request| match request {
        Request::MappingFields(rpc::MappingFields { connection, entity }) => {
            assert_eq!(
                (connection.as_str(), entity.as_deref()),
                ("linear", Some("issue"))
            );
            reply(vec![
                field("/title", Some("Title"), "Fix it", &["subject"]),
                field("/state/name", None, "open", &[]),
            ])
        }
        other => panic!("{other:?}"),
    });
    let fields = ["mappings", "linear", "fields", "--entity", "issue"];
    assert_snapshot!(server.run(&fields).out, @"
    ENTITY  FIELD        NAME   EXAMPLE  MAPPED TO
    issue   /title       Title  Fix it   subject
    issue   /state/name  -      open     -
    ");
}

#[test]
fn an_edit_says_what_is_changed_and_leaves_the_rest() {
    let server = Server::new(|request| match request {
        Request::ConfigEdit(rpc::ConfigEdit { from, to, .. }) => {
            assert_eq!((from.as_deref(), to.as_deref()), (None, Some("subject")));
            reply(json!({
                "id": "cfg_00000000000000000000000001", "kind": "mapping", "entity": "issue", "from": "/title",
                "to": "subject",
            }))
        }
        other => panic!("{other:?}"),
    });
    let edit = ["edit", "cfg_00000000000000000000000001", "--to", "subject"];
    for verb in ["mappings", "channels", "routing"] {
        let ran = server.run(&[&[verb, "linear"], edit.as_slice()].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.out.contains("subject"), "{}", ran.out);
    }
    let nothing = server.run(&[
        "mappings",
        "linear",
        "edit",
        "cfg_00000000000000000000000001",
    ]);
    assert_eq!(nothing.code, 2, "{}", nothing.err);
}

#[test]
fn a_record_for_a_person() {
    let server = Server::new(|request| match request {
        Request::Record(rpc::Record { id }) if id == "issue_1" => reply(record()),
        Request::Connection(_) => reply(connection()),
        other => panic!("{other:?}"),
    });
    let shown = server.run(&["records", "show", "issue_1"]).out;
    let (ours, theirs) = shown.split_once("\nobject").unwrap();
    let (_, ours) = ours.split_once("\nfields that are mapped\n").unwrap();
    assert_snapshot!(format!("{ours}---{theirs}"), @"
      subject Fix it

    fields of its own
      priority high

    too large to be kept
      /text
    ---
      /state/name open
      /title Fix it
    ");
    let ran = server.run(&["records", "show", "issue_1", "--json"]);
    assert_eq!(
        ran.json()["fields"],
        json!({ "priority": "high", "subject": "Fix it" })
    );
}

#[test]
fn fields_of_a_record_are_set_by_name() {
    let server = Server::new(|request| match request {
        Request::RecordEdit(rpc::RecordEdit { id, set, .. }) => {
            assert_eq!(id, "issue_1");
            assert_eq!(json!(set), json!({ "priority": "a=b", "note": "" }));
            reply(record())
        }
        Request::Connection(_) => reply(connection()),
        other => panic!("{other:?}"),
    });
    let edit = ["records", "edit", "issue_1", "--set"];
    let ran = server.run(&[edit.as_slice(), &["priority=a=b", "--set", "note="]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ran = server.run(&[edit.as_slice(), &["priority"]].concat());
    assert_eq!(ran.code, 2, "{}", ran.err);
}
