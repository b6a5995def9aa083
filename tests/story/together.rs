//! Several people, processes and requests at once.

use std::time::Duration;

use serde_json::{Value, json};
use tagout::sandbox::FaultMode::Hang;
use tagout::sandbox::{Endpoint, Fault, Vendor};
use tagout::wire::Code;
use tagout::wire::request::{FlowKind, Request, Secret};
use tagout::wire::rpc;
use tagout::wire::rpc::Connect;
use zeroize::Zeroizing;

use crate::house::{BOT, House, text, within};
use crate::serving::{LONG, Serving};

const LEDGER: Vendor = Vendor::Ledger;

#[test]
fn two_first_clients_share_one_server() {
    let house = House::empty();
    let names = ["ada", "ben", "cora", "dan"];
    let clients = names.map(|name| house.spawn(&["users", "add", name, "--role", "agent"]));
    for client in clients {
        let ran = client.end();
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    let begun = house.audit();
    let begun = begun
        .iter()
        .filter(|entry| entry["action"] == "workspace.begun")
        .count();
    assert_eq!(begun, 1);
    house.ok(&["stop"]);
    assert_eq!(house.try_client().unwrap_err().code, Code::NoServer);
}

#[test]
fn a_second_server_names_the_first() {
    let house = House::with(&[]);
    let (code, said) = Serving::attempt(house.command()).err().unwrap();
    assert_eq!(code, Some(1));
    let said = said.join("\n");
    assert!(
        said.contains("another") && said.contains(house.data().to_str().unwrap()),
        "{said}"
    );
    let status = house.json(&["status"]);
    assert_eq!(status["pid"], house.server.as_ref().unwrap().pid());
}

#[test]
fn of_two_disconnects_at_once_one_does_it() {
    let house = House::with(&[LEDGER]);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    let both: Vec<_> = (0..2)
        .map(|_| house.spawn(&["disconnect", &id, "--yes", "--json"]))
        .collect();
    let mut ends: Vec<_> = both.into_iter().map(|it| it.end()).collect();
    ends.sort_by_key(|ran| ran.code);
    assert_eq!((ends[0].code, ends[1].code), (0, 5), "{ends:?}");
    let error: Value = serde_json::from_str(&ends[1].err).unwrap();
    assert_eq!(error["error"]["code"], "conflict");
    assert_eq!(house.json(&["runs"]).as_array().unwrap().len(), 1);
    let again = house.run(&["disconnect", &id, "--yes"]);
    assert_eq!(again.code, 5, "{}", again.err);
}

#[test]
fn what_changed_since_it_was_looked_at_is_a_conflict() {
    let house = House::with(&[LEDGER]);
    let connection = house.connect(LEDGER, BOT);
    let id = text(&connection, "id");
    house.ok(&["configure", id, "--name", "renamed"]);
    let (client, _notices) = house.client();
    let request = json!({ "disconnect": {
        "targets": [{ "connection": id, "version": connection["version"] }],
        "reason": "unused", "if_unreachable": "destroy",
    }});
    let request: Request = serde_json::from_value(request).unwrap();
    let refused = house.block(client.ask_any(LONG, request)).unwrap_err();
    assert_eq!((refused.code, refused.code.exit()), (Code::Conflict, 5));
    assert_eq!(house.connection(id)["status"], "connected");
}

/// Hangs the next revocations, long enough to look around, and starts a disconnect that meets them.
fn slow_disconnect(house: &House, id: &str) -> crate::house::Running {
    let seen = house.calls(LEDGER, Endpoint::Revoke).len();
    house
        .vendors()
        .inject(Fault::new(LEDGER, Endpoint::Revoke, Hang).times(3));
    let running = house.spawn(&["disconnect", id, "--yes", "--json"]);
    house.called(LEDGER, Endpoint::Revoke, seen);
    running
}

fn connect(connection: Option<&str>) -> rpc::Connect {
    Connect {
        connection: connection.map(str::to_owned),
        ..Connect::new("ledger", FlowKind::Paste)
    }
}

/// Pastes what the vendor sends back, and waits for the flow's end.
fn allow(house: &House, flow: &Value) -> Value {
    let id = text(flow, "id").to_owned();
    let back = house.allow(text(&flow["state"], "url"), BOT);
    let request = rpc::FlowPaste {
        id: id.parse().unwrap(),
        text: Secret(Zeroizing::new(back)),
    };
    let _flow: Value = house.ask(request);
    let request = || rpc::Flow {
        id: id.parse().unwrap(),
    };
    let over = |flow: &Value| ["connected", "failed"].contains(&text(&flow["state"], "state"));
    house.until(request, over)
}

#[test]
fn a_reconnect_waits_for_the_disconnect() {
    let house = House::with(&[LEDGER]);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    let disconnect = slow_disconnect(&house, &id);
    assert_eq!(house.connection(&id)["status"], "disconnecting");
    let flow: Value = house.ask(connect(Some(&id)));
    assert_eq!(flow["state"]["state"], "waiting", "{flow:#}");
    let request = || rpc::Flow {
        id: text(&flow, "id").parse().unwrap(),
    };
    let flow = house.until(request, |flow| flow["state"]["state"] == "authorize");
    // It goes on no sooner than the disconnect has ended.
    let ended = disconnect.end();
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(house.connection(&id)["status"], "revoked");
    let flow = allow(&house, &flow);
    assert_eq!(
        flow["state"],
        json!({ "state": "connected", "connection": id })
    );
    in_its_second_life(&house, &id);
}

/// Whoever does not say which connection is known by the account, and only after the exchange: what was issued while
/// that account is being disconnected is given back.
#[test]
fn a_connect_of_the_same_account_during_the_disconnect_is_given_back() {
    let house = House::with(&[LEDGER]);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    let disconnect = slow_disconnect(&house, &id);
    let flow: Value = house.ask(connect(None));
    let flow = allow(&house, &flow);
    assert_eq!(flow["state"]["state"], "failed", "{flow:#}");
    let why = text(&flow["state"]["problem"], "message");
    assert!(why.contains("is being disconnected"), "{why}");
    let ended = disconnect.end();
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(house.connection(&id)["status"], "revoked");
    let entries = house.json(&["audit"]);
    let mut entries = entries.as_array().unwrap().iter();
    assert!(entries.any(|it| it["action"] == "connection.tokens_given_back"));
    let flow: Value = house.ask(connect(None));
    let flow = allow(&house, &flow);
    assert_eq!(
        flow["state"],
        json!({ "state": "connected", "connection": id }),
        "{flow:#}"
    );
    in_its_second_life(&house, &id);
}

/// Connected again, with tokens that live and none of the first generation.
fn in_its_second_life(house: &House, id: &str) {
    let connection = house.connection(id);
    assert_eq!(
        (&connection["status"], &connection["generation"]),
        (&json!("connected"), &json!(2))
    );
    let known = house.tokens(LEDGER);
    for credential in connection["credentials"].as_array().unwrap() {
        let there = &known[text(credential, "fingerprint")];
        if credential["is_deleted"] == false {
            assert!(there.alive, "{credential:#}");
        }
    }
    let live = connection["credentials"].as_array().unwrap();
    let live = live
        .iter()
        .filter(|credential| credential["is_deleted"] == false)
        .count();
    assert_eq!(live, 2, "{connection:#}");
    for job in house.sync(id) {
        assert_eq!(job["last_execution"]["status"], "succeeded", "{job:#}");
    }
    house.verify();
}

#[test]
fn a_disconnect_during_a_refresh_waits_for_its_tokens() {
    let house = House::with(&[LEDGER]);
    for way in ["disconnect", "cancel"] {
        house.tune(LEDGER, |it| it.told_ttl = Some(1));
        let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
        house.tune(LEDGER, |it| it.told_ttl = Some(3600));
        house.run_out(&id);
        let seen = house.calls(LEDGER, Endpoint::Token).len();
        // The vendor answers, and slowly: the question whether the new tokens live hangs.
        house
            .vendors()
            .inject(Fault::new(LEDGER, Endpoint::Introspect, Hang).times(1));
        let job = text(&house.jobs(&id)[0], "id").to_owned();
        house.ok(&["jobs", "enable", &job]);
        house.called(LEDGER, Endpoint::Token, seen);
        if way == "cancel" {
            let cancelled = {
                let (client, _notices) = house.client();
                let request = rpc::JobAct {
                    job,
                    act: tagout::wire::rpc::JobAction::Cancel,
                };
                house.block(within(
                    LONG,
                    client.ask_within(Duration::from_secs(30), request),
                ))
            };
            // Whether the page had come by then is a matter of a moment.
            drop(cancelled);
        }
        let run = house.disconnect(&id);
        assert_eq!(run["state"], "completed", "{way}: {run:#}");
        assert!(
            house.tokens(LEDGER).values().all(|token| !token.alive),
            "{way}"
        );
        let unknown = |token: &&Value| token["fingerprint"] == "unknown";
        assert_eq!(
            run["tokens"]
                .as_array()
                .unwrap()
                .iter()
                .filter(unknown)
                .count(),
            0,
            "{way}"
        );
        assert_eq!(house.connection(&id)["status"], "revoked");
    }
    house.verify();
}
