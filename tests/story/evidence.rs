//! The auditor's bundle: written by a verb, checked without a server, and no longer good once anything in it was changed.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tagout::sandbox::Vendor;

use crate::house::{BOT, House, text};

/// Copies the bundle, changes one of its files, and says what the check says.
fn changed(house: &House, bundle: &Path, file: &str, change: impl Fn(&str) -> String) -> String {
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(bundle).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
    }
    let path = copy.path().join(file);
    let before = fs::read_to_string(&path).unwrap();
    let after = change(&before);
    assert_ne!(before, after, "nothing was changed in {file}");
    fs::write(&path, after).unwrap();
    let ran = house.run(&["audit", "verify", copy.path().to_str().unwrap()]);
    assert_eq!(ran.code, 1, "{ran:?}");
    ran.err
}

#[test]
fn a_bundle_holds_what_an_auditor_needs_and_nothing_that_can_be_changed() {
    let mut house = House::with(&[Vendor::Ledger, Vendor::Postmark]);
    let ledger = house.connect(Vendor::Ledger, BOT);
    let postmark = house.connect(Vendor::Postmark, BOT);
    house.ok(&["token", text(&ledger, "id")]);
    let first = house.disconnect(text(&ledger, "id"));
    let second = house.disconnect(text(&postmark, "id"));
    let left = &second["follow_ups"][0];
    house.ok(&["follow-ups", "done", text(left, "id"), "--note", "by hand"]);
    let (first, second) = (text(&first, "id"), text(&second, "id"));

    let folder = house.path("bundle");
    let out = folder.to_str().unwrap();
    let told = house.json(&["evidence", first, second, "--out", out]);
    assert_eq!(told["runs"], json!([first, second]));
    let again = house.run(&["evidence", first, "--out", out]);
    assert_eq!(again.code, 5, "{again:?}");

    let key = house.json(&["audit", "checkpoint"]);
    let report = fs::read_to_string(folder.join("report.txt")).unwrap();
    for said in [
        "verified dead",
        "never expires",
        "1 ×, last",
        text(left, "text"),
        "by hand",
    ] {
        assert!(report.contains(said), "no {said:?} in:\n{report}");
    }
    let log = house.audit();
    let of_run = log.iter().filter(|it| it["about"]["run"] == *first);
    assert!(of_run.clone().count() > 5, "{log:#?}");
    for entry in of_run {
        let sentence = text(entry, "sentence");
        assert!(report.contains(sentence), "no {sentence:?} in:\n{report}");
    }
    // Nobody needs the server for what follows.
    house.kill();
    let checked = house.json(&[
        "audit",
        "verify",
        out,
        "--public-key",
        text(&key, "public_key"),
    ]);
    assert_eq!(checked["entries"], told["entries"]);
    assert_eq!(checked["key_from_bundle"], false);
    assert_eq!(checked["report_checked"], true);

    let entries = |what: &dyn Fn(&str) -> String| changed(&house, &folder, "entries.jsonl", what);
    let said = entries(&|text| text.replacen("verified_dead", "already_dead", 1));
    assert!(said.contains("was changed"), "{said}");
    let said = entries(&|text| swapped(text));
    assert!(said.contains("belongs before"), "{said}");
    let said = entries(&|text| without_summaries(text));
    assert!(said.contains("no entry that sums"), "{said}");
    let said = changed(&house, &folder, "report.txt", |text| {
        text.replace("never expires", "dead")
    });
    assert!(said.contains("report.txt does not say"), "{said}");
    let said = changed(&house, &folder, "checkpoint", |text| {
        text.replacen('\n', "\n1", 1)
    });
    assert!(said.contains("checkpoint"), "{said}");
}

#[test]
fn a_walkthrough_stands_for_its_runs() {
    let house = House::with(&[Vendor::Ledger, Vendor::Postmark]);
    house.connect(Vendor::Ledger, BOT);
    house.connect(Vendor::Postmark, BOT);
    let lines = house.lines(&["disconnect", "--all", "--reason", "unused", "--yes"]);
    let whole = text(&lines[0], "walkthrough");
    let folder = house.path("bundle");
    let out = folder.to_str().unwrap();
    let told = house.json(&["evidence", whole, "--out", out]);
    assert_eq!(told["runs"].as_array().unwrap().len(), 2, "{told:#}");
    house.ok(&["audit", "verify", out]);
    let nothing = house.run(&["evidence", "run_zz", "--out", "elsewhere"]);
    assert_eq!(nothing.code, 4, "{nothing:?}");
}

/// Two lines have changed places.
fn swapped(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.swap(0, 1);
    lines.join("\n") + "\n"
}

fn without_summaries(text: &str) -> String {
    let is_summary = |line: &&str| {
        let entry: Value = serde_json::from_str(line).unwrap();
        entry["action"] == "connection.disconnected"
    };
    let lines = text.lines().filter(|line| !is_summary(line));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The bundle without the details of its entries, which somebody else must not see.
fn without_details(bundle: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(bundle).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
    }
    let entries = copy.path().join("entries.jsonl");
    let shown = |line: &str| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        for name in ["detail", "evidence", "salt"] {
            line.as_object_mut().unwrap().remove(name).unwrap();
        }
        format!("{line}\n")
    };
    let text: String = fs::read_to_string(&entries)
        .unwrap()
        .lines()
        .map(shown)
        .collect();
    fs::write(entries, text).unwrap();
    copy
}

#[test]
fn entries_say_what_they_are_about_and_can_be_shown_without_their_detail() {
    let house = House::with(&[Vendor::Ledger, Vendor::Postmark]);
    let ledger = house.connect(Vendor::Ledger, BOT);
    house.connect(Vendor::Postmark, BOT);
    house.ok(&["configure", text(&ledger, "id"), "--name", "Book keeping"]);
    let run = house.disconnect(text(&ledger, "id"));
    for words in ["LEDGER", "book keeping"] {
        let found = house.json(&["audit", "--filter", words]);
        let destroyed = found
            .as_array()
            .unwrap()
            .iter()
            .find(|entry| entry["action"] == "credential.destroyed")
            .unwrap();
        let about = json!({ "provider": "ledger", "connection": "Book keeping", "run": run["id"] });
        assert_eq!(destroyed["about"], about);
    }
    let found = house.ok(&["audit", "--filter", "postmark"]);
    assert!(!found.contains("ledger"), "{found}");
    let said = house.ok(&["audit", "--filter", "disconnected ledger"]);
    assert!(
        said.contains("disconnected ledger · Book keeping"),
        "{said}"
    );

    let folder = house.path("bundle");
    house.ok(&[
        "evidence",
        text(&run, "id"),
        "--out",
        folder.to_str().unwrap(),
    ]);
    let copy = without_details(&folder);
    let checked = house.json(&["audit", "verify", copy.path().to_str().unwrap()]);
    assert_eq!(checked["withheld"], checked["entries"]);
    assert_eq!(checked["report_checked"], false);
    // What it names, and nobody signs, its headers have to say.
    let other = "run_01jd7000000000000000000009";
    let said = changed(&house, copy.path(), "bundle.json", |text| {
        text.replacen(self::text(&run, "id"), other, 1)
    });
    let missing = format!("no entry that sums {other} up");
    assert!(said.contains(&missing), "{said}");
    let said = changed(&house, copy.path(), "entries.jsonl", without_summaries);
    assert!(said.contains("no entry that sums"), "{said}");
    let whole = house.json(&["audit", "verify", folder.to_str().unwrap()]);
    assert_eq!(
        (&whole["withheld"], &whole["report_checked"]),
        (&json!(0), &json!(true))
    );
}
