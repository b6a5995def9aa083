//! What syncs brought is removed for good: whoever has the data folder afterwards finds nothing of it.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tagout::sandbox::Vendor;
use tagout::wire::rpc;

use crate::house::{BOT, House, text};

const LEDGER: Vendor = Vendor::Ledger;
const ITEMS: usize = 60;

/// A connection that has pulled twice what the vendor has, and is out of service.
fn pulled() -> (House, String) {
    let house = House::with(&[LEDGER]);
    house.tune(LEDGER, |it| it.items = Some(ITEMS));
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    house.sync(&id);
    house.disconnect(&id);
    (house, id)
}

fn workspace(house: &House) -> String {
    text(&house.json(&["status"]), "workspace").to_owned()
}

fn records(house: &House, id: &str) -> Vec<Value> {
    house.json(&["records", id]).as_array().unwrap().clone()
}

/// What some of the records say that nothing else does; looking for all of them takes minutes.
fn contents(records: &[Value]) -> Vec<String> {
    let said = |record: &Value| ["id", "label"].map(|field| text(record, field).to_owned());
    records.iter().step_by(20).flat_map(said).collect()
}

/// The files under a folder in which any of these stands.
fn files_with(folder: &Path, contents: &[String]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, contents));
        } else if path.is_file() {
            let text = std::fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&text);
            if contents.iter().any(|content| text.contains(content)) {
                found.push(path);
            }
        }
    }
    found
}

fn last(house: &House, action: &str) -> Value {
    let all = house.json(&["audit"]);
    let found = all
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["action"] == action);
    found
        .unwrap_or_else(|| panic!("no {action}: {all:#}"))
        .clone()
}

#[test]
fn after_a_wipe_no_file_holds_a_record() {
    let (mut house, id) = pulled();
    let before = records(&house, &id);
    assert_eq!(before.len(), 2 * ITEMS);
    let contents = contents(&before);
    assert!(!files_with(&house.data(), &contents).is_empty());
    let name = workspace(&house);

    let plan = house.json(&["purge", "ledger", "--dry-run"]);
    assert_eq!(plan["counts"]["records"], 2 * ITEMS as u64, "{plan:#}");
    assert_eq!(records(&house, &id).len(), 2 * ITEMS);
    // Without a person it wants --yes, and always the name.
    let unasked = house.run(&["purge", "ledger", "--confirm", &name]);
    assert_eq!(unasked.code, 2, "{}", unasked.err);
    let wrong = house.run(&["purge", "ledger", "--confirm", "another", "--yes"]);
    assert_eq!(wrong.code, 2, "{}", wrong.err);
    assert!(wrong.err.contains("is not called another"), "{}", wrong.err);
    assert_eq!(records(&house, &id).len(), 2 * ITEMS);

    let lines = house.lines(&["purge", "ledger", "--confirm", &name, "--yes"]);
    let wiped = lines.last().unwrap();
    assert_eq!(wiped["event"], "wiped");
    assert_eq!(wiped["wipe"]["counts"], plan["counts"]);
    assert_eq!(records(&house, &id), [] as [Value; 0]);
    assert_eq!(house.json(&["executions"]).as_array().unwrap().len(), 0);
    assert_eq!(house.jobs(&id).len(), 2, "configuration stays");
    assert_eq!(house.json(&["runs"]).as_array().unwrap().len(), 1);
    let evidence = last(&house, "data.wiped");
    assert_eq!(evidence["detail"]["removed"], plan["counts"]);
    assert_eq!(evidence["detail"]["records_left"], 0);
    assert_eq!(files_with(&house.data(), &contents), [] as [PathBuf; 0]);
    house.verify();
    house.stop();
    assert_eq!(files_with(&house.data(), &contents), [] as [PathBuf; 0]);
}

#[test]
fn what_is_connected_is_not_wiped() {
    let house = House::with(&[LEDGER]);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    let name = workspace(&house);
    for what in ["ledger", "--all"] {
        let refused = house.run(&["purge", what, "--confirm", &name, "--yes"]);
        assert_eq!(refused.code, 5, "{}", refused.err);
        assert!(
            refused.err.contains("disconnect them first"),
            "{}",
            refused.err
        );
    }
    house.disconnect(&id);
    house.ok(&["purge", "--all", "--confirm", &name, "--yes"]);
    // And connects as before.
    house.connect(LEDGER, BOT);
}

/// `kill -9` at many moments of it: it goes on at the next start, and ends.
#[test]
fn a_wipe_that_is_killed_goes_on() {
    let (mut house, id) = pulled();
    let contents = contents(&records(&house, &id));
    let name = workspace(&house);
    let plan = house.json(&["purge", "ledger", "--dry-run"]);
    let mut wiping = house.spawn(&["purge", "ledger", "--confirm", &name, "--yes", "--json"]);
    // It has begun when the first line is there; how far it is by then is the machine's choice.
    let _first = wiping.line();
    for _ in 0..6 {
        house.kill();
        house.serve_alone();
    }
    let ended = |entries: &Value| {
        let rows = entries["rows"].as_array().unwrap();
        rows.iter().any(|it| it["action"] == "data.wiped")
    };
    house.until(
        || rpc::Audit {
            window: tagout::wire::request::Window {
                limit: 50,
                ..Default::default()
            },
        },
        ended,
    );
    assert_eq!(records(&house, &id), [] as [Value; 0]);
    let evidence = last(&house, "data.wiped");
    assert_eq!(evidence["detail"]["removed"], plan["counts"]);
    assert_eq!(files_with(&house.data(), &contents), [] as [PathBuf; 0]);
    house.verify();
}

/// Here a backup, of which nobody asks for the rest, keeps the store from being compacted.
#[test]
fn a_purge_that_waits_says_why() {
    let (house, _id) = pulled();
    let (client, _notices) = house.client();
    let begun: u64 = house.block(client.ask(rpc::BackupBegin)).unwrap();
    let name = workspace(&house);
    let mut wiping = house.spawn(&["purge", "ledger", "--confirm", &name, "--yes", "--json"]);
    let waits = loop {
        let line: Value = serde_json::from_str(&wiping.line().unwrap()).unwrap();
        if line["event"] != "progress" {
            break line;
        }
    };
    assert_eq!(waits["event"], "waiting", "{waits:#}");
    assert!(text(&waits, "why").contains("being copied"), "{waits:#}");
    let status = house.json(&["status"]);
    assert_eq!(status["wipes"][0]["why"], waits["why"], "{status:#}");
    let warned = status["warnings"].to_string();
    assert!(warned.contains("tagout purge ledger"), "{warned}");
    loop {
        let next = rpc::BackupNext { number: begun };
        if house.block(client.ask(next)).unwrap().is_last {
            break;
        }
    }
    let ended = wiping.end();
    assert!(
        ended.code == 0 && ended.out.contains("wiped"),
        "{}",
        ended.err
    );
    assert_eq!(house.json(&["status"])["wipes"], serde_json::json!([]));
}

/// A server that is killed in the middle of compactions loses nothing.
#[test]
fn a_compaction_that_is_killed_loses_nothing() {
    let (mut house, id) = pulled();
    let before = records(&house, &id);
    for _ in 0..6 {
        let mut compacting = house.spawn(&["compact", "--json"]);
        let _first = compacting.line();
        house.kill();
        let _ended = compacting.end();
        house.serve_alone();
        assert_eq!(records(&house, &id), before);
    }
    let lines = house.lines(&["compact"]);
    let done = &lines.last().unwrap()["compaction"];
    assert_eq!(done["state"], "done", "{done:#}");
    assert_eq!(last(&house, "store.compacted")["outcome"], "done");
    assert_eq!(records(&house, &id), before);
    house.verify();
}
