use std::collections::BTreeMap;

use super::*;
use crate::domain::job::MAX_BODY;
use crate::domain::job::sample;
use crate::domain::webhook::ConfigKind;

fn connection() -> Connection {
    serde_json::from_value(json!({
        "id": "con_01jd7000000000000000000001", "instance": "ins_01jd7000000000000000000001", "provider": "linear",
        "name": "acme", "owner": { "kind": "workspace" }, "account": { "id": "1", "label": "acme" }, "status": "connected",
        "reason": "", "health": "unknown", "generation": 1, "version": 1, "connected_at": null, "synced_at": null,
    }))
    .unwrap()
}

fn record(body: Value, own: BTreeMap<String, String>) -> Synced {
    Synced {
        connection: connection().id,
        body,
        own,
        ..sample::record()
    }
}

fn title() -> ConfigItem {
    ConfigItem {
        id: "cfg_00000000000000000000000001".parse().unwrap(),
        connection: connection().id,
        kind: ConfigKind::Mapping,
        entity: "issue".to_owned(),
        from: "/title".to_owned(),
        to: "subject".to_owned(),
        condition: None,
        attached: None,
    }
}

#[test]
fn a_record_is_told_by_its_own_fields_alone() {
    let record = record(json!({ "title": "Fix", "token": "hush" }), BTreeMap::new());
    let data = record_data(&connection(), &record, &[title()]);
    assert_eq!(data["fields"], json!({ "subject": "Fix" }));
    assert_eq!(data["left_out"], json!([]));
    assert_eq!(data["label"], "ACM-7");
    assert!(!data.to_string().contains("hush"), "{data}");
}

#[test]
fn what_is_too_large_is_named_and_left_out() {
    let long = record(json!({ "title": "x".repeat(MAX_BODY) }), BTreeMap::new());
    let data = record_data(&connection(), &long, &[title()]);
    assert_eq!(data["left_out"], json!(["/fields/subject"]));
    assert_eq!(data["record"], "issue_1");
    assert!(data.to_string().len() <= MAX_BODY + 200);

    // Many names, each with a value that would not bring it under the bound.
    let own = (0..2_000).map(|n| (format!("field {n}"), "x".repeat(20)));
    let many = record(json!({}), own.collect());
    let data = record_data(&connection(), &many, &[]);
    assert_eq!(data["left_out"], json!(["/fields"]));
    assert_eq!(data["reference"], json!(many.id));
    assert!(data.get("label").is_none());
}
