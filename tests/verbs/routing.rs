//! Routing rules, and what they would do.

use insta::assert_snapshot;
use serde_json::json;
use tagout::domain::condition::Condition;
use tagout::wire::request::Request;
use tagout::wire::rpc;

use crate::server::{Server, reply};

const RULE: &str = "cfg_00000000000000000000000001";
const TO: &str = "sub_00000000000000000000000001";

fn rule() -> serde_json::Value {
    json!({
        "id": RULE, "kind": "routing", "entity": "issue", "from": "/state", "to": TO, "condition": { "in": ["open"] },
        "standing": "active", "url": "https://hooks.acme.example/bugs",
    })
}

#[test]
fn a_rule_says_what_it_asks() {
    let table: [(&[&str], Option<Condition>); 5] = [
        (&["--from", "/state"], None),
        (&["--from", "/state", "--present"], Some(Condition::Present)),
        (
            &["--from", "/state", "--equals", "open", "--equals", "new"],
            Some(Condition::In(vec!["open".to_owned(), "new".to_owned()])),
        ),
        (
            &["--from", "/state", "--contains", "op"],
            Some(Condition::Contains("op".to_owned())),
        ),
        (&["--every"], Some(Condition::Every)),
    ];
    for (more, expected) in table {
        let server = Server::new(move |request| match request {
            Request::ConfigAdd(rpc::ConfigAdd { condition, .. }) if condition == expected => {
                reply(rule())
            }
            other => panic!("{other:?}"),
        });
        let add = ["routing", "linear", "add", "--entity", "issue", "--to", TO];
        let ran = server.run(&[&add, more].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.out.contains("/state is open"), "{}", ran.out);
    }
}

#[test]
fn an_edit_changes_something() {
    let server = Server::new(|request| match request {
        Request::ConfigEdit(rpc::ConfigEdit {
            from, condition, ..
        }) => {
            assert_eq!(
                (from.as_deref(), condition),
                (Some(""), Some(Condition::Every))
            );
            reply(rule())
        }
        other => panic!("{other:?}"),
    });
    let edit = ["routing", "linear", "edit", RULE];
    assert_eq!(server.run(&[&edit[..], &["--every"]].concat()).code, 0);
    for wrong in [
        &[][..],
        &["--every", "--from", "/a"],
        &["--present", "--every"],
    ] {
        let ran = server.run(&[&edit[..], wrong].concat());
        assert_eq!(ran.code, 2, "{wrong:?}: {}", ran.err);
    }
}

#[test]
fn what_would_go_for_a_person() {
    let server = Server::new(|request| match request {
        Request::RoutingTest(rpc::RoutingTest { connection }) if connection == "linear" => {
            let removed = "nothing is sent: its subscription was removed";
            let mut tried = rule();
            tried["matched"] = json!(1200);
            let mut idle = rule();
            (idle["standing"], idle["why"]) = (json!("subscription_removed"), json!(removed));
            (idle["url"], idle["matched"]) = (json!(null), json!(3));
            reply(json!({
                "rules": [tried, idle],
                "subscriptions": [{ "id": TO, "url": "https://hooks.acme.example/bugs", "matched": 1200 }],
                "matched": 1200, "looked_at": 3400,
                "records": [{
                    "record": "issue_1", "reference": "ref_00000000000000000000000001", "entity": "issue",
                    "label": "ACM-7", "to": [TO],
                }],
            }))
        }
        other => panic!("{other:?}"),
    });
    assert_snapshot!(server.run(&["routing", "linear", "test"]).out, @"
    ENTITY  RECORDS         TO                              MEANT  STANDING                                       ID
    issue   /state is open  sub_00000000000000000000000001  1,200  active                                         cfg_00000000000000000000000001
    issue   /state is open  sub_00000000000000000000000001      3  nothing is sent: its subscription was removed  cfg_00000000000000000000000001
    Of 3,400 records 1,200 would go, each when it changes; nothing was sent.
    1,200 records to https://hooks.acme.example/bugs (sub_00000000000000000000000001)
    The first 1:
    RECORD   LABEL  TO
    issue_1  ACM-7  sub_00000000000000000000000001
    ");
    let said = server.run(&["routing", "linear", "test"]).out;
    assert_eq!(server.run(&["routing", "test", "linear"]).out, said);
    for unclear in [
        &["routing", "linear", "test", "hubspot"][..],
        &["routing", "test"],
        &["routing"],
    ] {
        let ran = server.run(unclear);
        assert_eq!(ran.code, 2, "{unclear:?}: {}", ran.err);
        assert!(ran.err.contains("tagout routing CONNECTION"), "{}", ran.err);
    }
}
