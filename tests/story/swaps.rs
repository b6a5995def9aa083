//! A swap is a disconnect with a second half that is remembered: whoever leaves it in the middle finds it again, and takes it up or
//! gives it up.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tagout::domain::disconnect::run::{IfUnreachable, Reason};
use tagout::sandbox::{Endpoint, FaultMode, Vendor};
use tagout::wire::request::Target;
use tagout::wire::rpc::Disconnect;

use crate::house::{BOT, CAROL, House, Running, text};
use crate::serving::LONG;

const LEDGER: Vendor = Vendor::Ledger;

/// A connection, with one of its jobs enabled and the others not, whose jobs are at rest.
fn in_use() -> (House, String) {
    let house = House::with(&[LEDGER]);
    house.tune(LEDGER, |it| it.items = Some(3));
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    house.sync(&id);
    let jobs = house.jobs(&id);
    assert!(jobs.len() > 1);
    for job in &jobs[1..] {
        house.ok(&["jobs", "disable", text(job, "id")]);
    }
    (house, id)
}

/// Which jobs are enabled.
fn enabled(house: &House, id: &str) -> BTreeMap<String, bool> {
    let jobs = house.jobs(id).into_iter();
    let is_enabled = |job: &Value| job["is_enabled"].as_bool().unwrap();
    jobs.map(|job| (text(&job, "id").to_owned(), is_enabled(&job)))
        .collect()
}

fn first_half(id: &str) -> Disconnect {
    Disconnect {
        targets: vec![Target {
            connection: id.to_owned(),
            version: None,
        }],
        reason: Reason::Cleanup,
        note: String::new(),
        ticket: None,
        if_unreachable: IfUnreachable::Destroy,
        uninstall: false,
        allow_wider: false,
        destroy_at_once: false,
        swap: true,
    }
}

/// Begins a swap; its first half.
fn begun(house: &House, id: &str) -> String {
    let (client, _notices) = house.client();
    let begun = house.block(client.ask_within(LONG, first_half(id)));
    begun.unwrap()[0].id.to_string()
}

/// A swap whose first half is over, of a connection in use.
fn left() -> (House, String, BTreeMap<String, bool>) {
    let (house, id) = in_use();
    let before = enabled(&house, &id);
    let run = begun(&house, &id);
    house.ended(&run);
    (house, id, before)
}

/// What `tagout status` and the connection say of the swap that is open.
fn needs_somebody(house: &House, id: &str) -> Value {
    let swap = house.connection(id)["swap"].clone();
    assert_eq!(house.json(&["status"])["swaps"], json!([swap]));
    let said = house.ok(&["status"]);
    assert!(said.contains("Needs you"), "{said}");
    assert!(said.contains(text(&swap, "text")), "{said}");
    swap
}

/// Nothing is waited for any more.
fn is_over(house: &House, id: &str) {
    assert!(house.connection(id).get("swap").is_none());
    assert_eq!(house.json(&["status"])["swaps"], json!([]));
}

fn last(house: &House, action: &str) -> Value {
    let of_action = |entry: &&Value| entry["action"] == action;
    let entries = house.audit();
    entries.iter().rev().find(of_action).unwrap().clone()
}

#[test]
fn killed_between_the_halves_it_is_taken_up_where_it_stands() {
    let (mut house, id) = in_use();
    let before = enabled(&house, &id);
    let swap = ["swap", &id, "--flow", "paste", "--yes", "--json"];
    let mut running = house.spawn(&swap);
    let (mut run, mut url) = (None, None);
    while url.is_none() {
        let line: Value = serde_json::from_str(&running.line().unwrap()).unwrap();
        match text(&line, "event") {
            "run" => run = Some(text(&line["run"], "id").to_owned()),
            "authorize" => url = Some(text(&line, "url").to_owned()),
            _ => {}
        }
    }
    // Nobody comes back from the browser, and everything that remembers in memory dies.
    house.kill();
    assert_ne!(running.end().code, 0);
    house.serve_alone();

    let open = needs_somebody(&house, &id);
    assert_eq!(open["run"], json!(run));
    assert_eq!(open["jobs"], json!(1));
    let taken_up = format!("connect the new one: tagout swap {id}");
    assert!(text(&open, "text").contains("the old account is out"));
    assert!(text(&open, "text").ends_with(&taken_up));
    // No yes is wanted, for nothing is disconnected.
    let connected = house.authorize(&["swap", &id], LEDGER, CAROL).unwrap();
    assert_eq!(connected["id"], json!(id));
    assert_eq!(connected["account"]["label"], CAROL);
    assert_eq!(enabled(&house, &id), before);
    is_over(&house, &id);
    let entry = last(&house, "connection.reconnected");
    assert_eq!(entry["detail"]["swap"], json!(run));
    let run = house.ended(&run.unwrap());
    assert_eq!(run["swap"]["ended"]["how"], "connected");
    assert_eq!(house.connection(&id)["enabled_before"], 0);
    house.verify();
}

/// A swap whose first half hangs at the vendor, which is given up on after ten seconds only.
fn hanging() -> (House, String, BTreeMap<String, bool>) {
    let mut house = House::empty();
    house.settings_file("vendor_timeout_seconds = 10");
    house.serve();
    house.register(LEDGER);
    house.tune(LEDGER, |it| it.items = Some(3));
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    house.sync(&id);
    let before = enabled(&house, &id);
    house.fault(LEDGER, Endpoint::Revoke, FaultMode::Hang);
    (house, id, before)
}

#[test]
fn killed_in_its_first_half_it_is_followed_to_its_end_before_the_second_begins() {
    let (mut house, id, before) = hanging();
    let seen = house.calls(LEDGER, Endpoint::Revoke).len();
    let run = begun(&house, &id);
    house.called(LEDGER, Endpoint::Revoke, seen);
    house.kill();
    // Whatever the next server asks about the tokens hangs as well.
    house.fault(LEDGER, Endpoint::Any, FaultMode::Hang);
    house.serve();
    let open = needs_somebody(&house, &id);
    assert_eq!(open["run"], json!(run));
    assert!(text(&open, "text").contains("is being disconnected"));
    let mut running = house.spawn(&["swap", &id, "--flow", "paste", "--json"]);
    let line = |running: &mut Running| -> Value {
        serde_json::from_str(&running.line().unwrap()).unwrap()
    };
    // It follows the run, which is under way.
    let first = line(&mut running);
    assert_eq!(
        (text(&first, "event"), text(&first, "run")),
        ("step", &*run)
    );
    assert_eq!(house.json(&["runs", &run])["state"], "running");
    house.vendors().clear_faults();
    let mut has_ended = false;
    let url = loop {
        let line = line(&mut running);
        match text(&line, "event") {
            "run" => has_ended = line["run"]["ended_at"].is_string(),
            "authorize" => break text(&line, "url").to_owned(),
            _ => {}
        }
    };
    assert!(has_ended, "the second half begins after the first");
    // Questions that hung were not answered, so that not everything is proven.
    assert_eq!(house.ended(&run)["state"], "completed_with_warnings");
    let back = house.allow(&url, CAROL);
    running.say(&format!("{back}\n"));
    assert_eq!(running.end().code, 0);
    assert_eq!(enabled(&house, &id), before);
    is_over(&house, &id);
    house.verify();
}

#[test]
fn given_up_in_its_first_half_it_connects_nothing() {
    let (house, id, _) = hanging();
    let seen = house.calls(LEDGER, Endpoint::Revoke).len();
    let running = house.spawn(&["swap", &id, "--flow", "paste", "--yes", "--json"]);
    house.called(LEDGER, Endpoint::Revoke, seen);
    house.ok(&["swap", &id, "--give-up", "--yes"]);
    house.vendors().clear_faults();
    let ran = running.end();
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert!(ran.err.contains("has ended meanwhile"), "{}", ran.err);
    assert_eq!(house.json(&["flows"]), json!([]));
    assert_eq!(house.connection(&id)["status"], "revoked");
    is_over(&house, &id);
}

#[test]
fn options_of_the_first_half_are_not_said_once_more() {
    let (house, id, _) = left();
    let run = house.connection(&id)["swap"]["run"].clone();
    let options: [&[&str]; 4] = [
        &["--reason", "cleanup"],
        &["--ticket", "T-1"],
        &["--if-unreachable", "destroy"],
        &["--wider"],
    ];
    for option in options {
        let refused = house.run(&[&["swap", &id], option].concat());
        assert_eq!(refused.code, 2, "{option:?}: {}", refused.err);
        assert!(refused.err.contains(option[0]), "{}", refused.err);
        assert!(refused.err.contains("first half"), "{}", refused.err);
    }
    for option in options
        .into_iter()
        .chain([&["--name", "n"][..], &["--strict"]])
    {
        let refused = house.run(&[&["swap", &id, "--give-up"], option].concat());
        assert_eq!(refused.code, 2, "{option:?}: {}", refused.err);
    }
    assert_eq!(needs_somebody(&house, &id)["run"], run);
}

/// Nobody is asked about what is not there, whoever may be at the terminal.
#[test]
fn nothing_is_given_up_where_nothing_is_open() {
    let (house, id) = in_use();
    let refused = house.run(&["swap", &id, "--give-up"]);
    assert_eq!(refused.code, 5, "{}", refused.err);
    assert!(
        refused.err.contains(&format!("no swap of ledger/{BOT}")),
        "{}",
        refused.err
    );
}

#[test]
fn what_cannot_be_connected_with_what_was_said_is_not_disconnected() {
    let (house, id) = in_use();
    let swap = ["swap", &id, "--api-key-file", "-", "--yes"];
    let refused = house.run_with(&swap, "a key");
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(refused.err.contains("by authorization"), "{}", refused.err);
    assert_eq!(house.connection(&id)["status"], "connected");
}

#[test]
fn a_plain_reconnect_ends_it_with_the_jobs_as_they_were() {
    let (house, id, before) = left();
    let reconnect = ["reconnect", &id, "--accept-other-account"];
    house.authorize(&reconnect, LEDGER, CAROL).unwrap();
    assert_eq!(enabled(&house, &id), before);
    is_over(&house, &id);
}

#[test]
fn what_was_off_when_it_was_swapped_stays_off() {
    let (house, id) = in_use();
    // These ran before an earlier disconnect, and nobody has enabled them since.
    house.disconnect(&id);
    house.authorize(&["reconnect", &id], LEDGER, BOT).unwrap();
    let before = enabled(&house, &id);
    assert!(before.values().all(|enabled| !enabled));
    let swap = ["swap", &id, "--yes", "--flow", "paste", "--json"];
    let mut running = house.spawn(&swap);
    let url = loop {
        let line: Value = serde_json::from_str(&running.line().unwrap()).unwrap();
        if line["event"] == "authorize" {
            break text(&line, "url").to_owned();
        }
    };
    let back = house.allow(&url, CAROL);
    running.say(&format!("{back}\n"));
    assert_eq!(running.end().code, 0);
    assert_eq!(enabled(&house, &id), before);
    assert_eq!(house.connection(&id)["enabled_before"], 1);
}

#[test]
fn it_is_given_up_with_an_entry_and_the_jobs_stay_off() {
    let (house, id, _) = left();
    let run = house.connection(&id)["swap"]["run"].clone();
    house.ok(&["swap", &id, "--give-up"]);
    is_over(&house, &id);
    let entry = last(&house, "swap.given_up");
    assert_eq!(entry["target"], json!(id));
    let about = json!({ "provider": "ledger", "connection": BOT, "run": run });
    assert_eq!(entry["about"], about);
    assert_eq!(entry["detail"]["jobs"], 1);
    let again = house.run(&["swap", &id, "--give-up"]);
    assert_eq!(again.code, 5, "{}", again.err);
    house.authorize(&["reconnect", &id], LEDGER, BOT).unwrap();
    assert!(enabled(&house, &id).values().all(|enabled| !enabled));
    assert_eq!(house.connection(&id)["enabled_before"], 1);
    house.verify();
}

#[test]
fn a_wipe_ends_it() {
    let (house, id, _) = left();
    let run = house.connection(&id)["swap"]["run"].clone();
    let workspace = text(&house.json(&["status"]), "workspace").to_owned();
    house.ok(&["purge", "ledger", "--confirm", &workspace, "--yes"]);
    is_over(&house, &id);
    assert_eq!(
        last(&house, "data.wipe_begun")["detail"]["swaps_ended"],
        json!([run])
    );
    let run = house.ended(run.as_str().unwrap());
    assert_eq!(run["swap"]["ended"]["how"], "wiped");
}

#[test]
fn no_job_is_enabled_before_the_new_account_is_there() {
    let (house, id, before) = left();
    assert!(enabled(&house, &id).values().all(|enabled| !enabled));
    house.authorize(&["swap", &id], LEDGER, CAROL).unwrap();
    assert_eq!(enabled(&house, &id), before);
}

/// Somebody's browser is open with the new account while somebody else gives the swap up.
#[test]
fn what_is_given_up_is_not_connected_by_an_authorization_that_was_open() {
    let (house, id, _) = left();
    let mut running = house.spawn(&["swap", &id, "--flow", "paste", "--json"]);
    let url = loop {
        let line: Value = serde_json::from_str(&running.line().unwrap()).unwrap();
        if line["event"] == "authorize" {
            break text(&line, "url").to_owned();
        }
    };
    house.ok(&["swap", &id, "--give-up", "--yes"]);
    let entry = last(&house, "swap.given_up");
    assert_eq!(entry["detail"]["flows_ended"].as_array().unwrap().len(), 1);
    let back = house.allow(&url, CAROL);
    // It may have ended by itself when it heard of that.
    running.say(&format!("{back}\n"));
    assert_ne!(running.end().code, 0);
    assert_eq!(house.connection(&id)["status"], "revoked");
}

#[test]
fn a_job_that_a_person_disabled_meanwhile_stays_off() {
    let (house, id, before) = left();
    let on = before.iter().find(|(_, enabled)| **enabled).unwrap().0;
    house.ok(&["jobs", "disable", on, "--yes"]);
    house.authorize(&["swap", &id], LEDGER, CAROL).unwrap();
    assert!(enabled(&house, &id).values().all(|enabled| !enabled));
}

#[test]
fn the_same_account_once_more_is_not_said_to_be_a_new_one() {
    let (house, id, _) = left();
    house.authorize(&["swap", &id], LEDGER, BOT).unwrap();
    let entry = last(&house, "connection.reconnected");
    let run = house.ended(entry["detail"]["swap"].as_str().unwrap());
    assert_eq!(run["swap"]["ended"]["how"], "same_account");
}

/// Others of the provider are out of service as well.
#[test]
fn a_providers_name_means_the_swap_that_was_left() {
    let (house, id, _) = left();
    let other = text(&house.connect(LEDGER, CAROL), "id").to_owned();
    house.disconnect(&other);
    let run = house.json(&["swap", "ledger", "--give-up", "--yes"]);
    assert_eq!(run["connection"], json!(id));
    is_over(&house, &id);
    let several = house.run(&["swap", "ledger", "--give-up", "--yes"]);
    assert_eq!(several.code, 2, "{}", several.err);
}

/// The provider's name means what is in use, and these are two by now.
#[test]
fn a_providers_name_does_not_swap_another_connection_while_one_is_open() {
    let (house, id, _) = left();
    let other = text(&house.connect(LEDGER, CAROL), "id").to_owned();
    assert_ne!(other, id);
    let refused = house.run(&["swap", "ledger", "--yes"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(refused.err.contains(&id), "{}", refused.err);
    assert_eq!(house.connection(&other)["status"], "connected");
}

/// Two people take one swap up at the same time.
#[test]
fn a_swap_that_has_ended_is_not_taken_up_once_more() {
    let (house, id, _) = left();
    let mut running = house.spawn(&["swap", &id, "--flow", "paste", "--json"]);
    let url = loop {
        let line: Value = serde_json::from_str(&running.line().unwrap()).unwrap();
        if line["event"] == "authorize" {
            break text(&line, "url").to_owned();
        }
    };
    house.authorize(&["swap", &id], LEDGER, CAROL).unwrap();
    let back = house.allow(&url, BOT);
    running.say(&format!("{back}\n"));
    let late = running.end();
    assert_ne!(late.code, 0);
    assert!(late.err.contains("has ended meanwhile"), "{}", late.err);
    assert_eq!(house.connection(&id)["account"]["label"], CAROL);
}
