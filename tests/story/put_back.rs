//! Data folders that are not what was last seen: an older copy that is put back, one the configuration folder does not know,
//! one of a format before ids.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;
use tagout::audit::Signer;
use tagout::domain::audit::{AuditOutcome, Event, NewEntry, Origin, Salt, Unknown, Via};
use tagout::sandbox::Vendor;
use tagout::store::Store;
use tagout::vault::AuditSeed;
use tagout::wire::rpc;

use crate::destroyed::copy_folder;
use crate::house::{BOT, CAROL, House, text};
use crate::serving::Serving;

const LEDGER: Vendor = Vendor::Ledger;

/// How a start was refused: the last line it wrote.
#[track_caller]
fn refused(house: &House, flags: &[&str]) -> String {
    match Serving::attempt_with(house.command(), flags) {
        Ok(_) => panic!("it was used"),
        Err((code, said)) => {
            assert_eq!(code, Some(1), "{said:?}");
            said.last().unwrap().clone()
        }
    }
}

#[track_caller]
fn has(text: &str, part: &str) {
    assert!(text.contains(part), "{part:?} is not in: {text}");
}

/// The one file that is kept of the data folder.
fn seen(house: &House) -> PathBuf {
    let all = fs::read_dir(house.keys().join("seen")).unwrap();
    // One that is being written when its writer is killed is left behind, and is none.
    let is_draft = |path: &PathBuf| path.extension().is_some_and(|it| it == "new");
    let mut found = all.map(|it| it.unwrap().path()).filter(|it| !is_draft(it));
    let path = found.next().unwrap();
    assert!(found.next().is_none());
    path
}

fn actions(house: &House) -> Vec<String> {
    let entries = house.audit().into_iter();
    entries.map(|it| text(&it, "action").to_owned()).collect()
}

#[test]
fn a_copy_that_is_put_back_is_refused_by_name_and_hands_out_nothing() {
    let mut house = House::with(&[LEDGER]);
    let connection = house.connect(LEDGER, BOT);
    let id = text(&connection, "id");
    let token = house.ok(&["token", id]);
    house.stop();
    let (copy, newer) = (house.path("copy"), house.path("newer"));
    copy_folder(&house.data(), &copy);

    house.serve();
    let run = house.disconnect(id);
    let tokens = run["tokens"].as_array().unwrap();
    assert!(tokens.iter().all(|it| it["outcome"] == "verified_dead"));
    // Not even a kill right after the run loses what was seen of it.
    house.kill();
    fs::rename(house.data(), &newer).unwrap();
    fs::rename(&copy, house.data()).unwrap();

    for flags in [&[][..], &["--accept-moved"]] {
        let said = refused(&house, flags);
        has(&said, "is older than what was last seen of it");
        has(&said, "Put the newer data folder back");
        has(&said, "tagout serve --accept-older");
    }
    // A client that starts a server in the background says the same.
    let ran = house.run(&["token", id]);
    assert_eq!((ran.code, ran.out.as_str()), (7, ""));
    has(&ran.err, "is older than what was last seen of it");
    has(&ran.err, "Put the newer data folder back");
    assert!(!ran.err.contains(token.trim()));

    fs::remove_dir_all(house.data()).unwrap();
    fs::rename(&newer, house.data()).unwrap();
    house.serve();
    assert_eq!(house.connection(id)["status"], "revoked");
    house.verify();
}

/// A connection whose tokens are dead in a folder that is lost, and the copy of before in its place.
fn put_back() -> (House, String) {
    let mut house = House::with(&[LEDGER]);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    house.ok(&["token", &id]);
    house.stop();
    copy_folder(&house.data(), &house.path("copy"));
    house.serve();
    house.disconnect(&id);
    house.kill();
    fs::rename(house.data(), house.path("newer")).unwrap();
    fs::rename(house.path("copy"), house.data()).unwrap();
    (house, id)
}

/// As a snapshot of a whole machine has it: nothing on the disk tells that there was anything later.
#[test]
fn both_folders_put_back_together_hand_out_nothing_that_died_meanwhile() {
    let mut house = House::with(&[LEDGER]);
    let dead = text(&house.connect(LEDGER, BOT), "id").to_owned();
    let alive = text(&house.connect(LEDGER, CAROL), "id").to_owned();
    let token = house.ok(&["token", &alive]);
    house.stop();
    copy_folder(&house.data(), &house.path("copy"));
    copy_folder(&house.keys(), &house.path("keys-copy"));
    house.serve();
    house.disconnect(&dead);
    house.kill();
    for (copy, folder) in [("copy", house.data()), ("keys-copy", house.keys())] {
        fs::remove_dir_all(&folder).unwrap();
        fs::rename(house.path(copy), &folder).unwrap();
    }
    house.serve();
    assert_eq!(house.connection(&dead)["status"], "connected");
    let refused = house.run(&["token", &dead]);
    assert_eq!((refused.code, refused.out.as_str()), (1, ""), "{refused:?}");
    assert_eq!(house.connection(&dead)["status"], "reconnect_required");
    assert_eq!(house.ok(&["token", &alive]), token);
}

fn accept(house: &mut House) {
    let serving = Serving::attempt_with(house.command(), &["--accept-older"]);
    house.server = Some(serving.unwrap_or_else(|(_, said)| panic!("{said:?}")));
}

#[test]
fn an_older_copy_that_an_owner_accepts_begins_a_new_log_and_hands_out_nothing() {
    let (mut house, id) = put_back();
    let lost: Value = serde_json::from_slice(&fs::read(seen(&house)).unwrap()).unwrap();
    accept(&mut house);
    let connection = house.connection(&id);
    assert_eq!(connection["status"], "reconnect_required");
    has(text(&connection, "reason"), "an older copy");
    let token = house.run(&["token", &id]);
    assert!(token.code != 0 && token.out.is_empty(), "{token:?}");

    let first = house.audit().remove(0);
    assert_eq!(first["action"], "log.begun");
    assert_eq!(first["role"], "owner");
    let detail = &first["detail"];
    assert_eq!(detail["cause"]["how"], "older_accepted");
    assert_eq!(detail["origin"], "tagout/audit/2");
    for field in ["origin", "size", "root"] {
        assert_eq!(detail["lost"][field], lost[field], "{first:#}");
    }
    let verified = house.json(&["audit", "verify"]);
    assert_eq!(verified["earlier"][0]["signed_over"], "checked");
    let said = house.ok(&["audit", "verify"]);
    has(&said, "was accepted");
    has(&said, "when it was last seen");
    has(&said, "is lost");

    // What the copy has sealed is ended, and the account can be authorized again.
    let entries = house.until(
        || rpc::AuditFrom {
            seq: 0,
            since: None,
            limit: tagout::wire::request::MAX_ROWS,
        },
        |it| count(it, "connection.disconnected") == 1,
    );
    assert_eq!(count(&entries, "log.begun"), 1);
    let again = house.authorize(&["reconnect", &id], LEDGER, BOT).unwrap();
    assert_eq!(again["status"], "connected");
    house.ok(&["token", &id]);
    // From here on it is a folder like any other, also when it is killed.
    house.kill();
    house.serve();
    assert_eq!(house.connection(&id)["status"], "connected");
    house.stop();
    house.verify();
    // A file of the log that came before is written anew, should somebody lose it.
    fs::remove_file(house.data().join("audit-1.log")).unwrap();
    let missing = house.run(&["audit", "verify"]);
    has(&missing.err, "audit-1.log, and is not there");
    // And so is the public half of its key, should another one lie there.
    let public = house.data().join("audit-1.pub");
    let ours = fs::read_to_string(&public).unwrap();
    fs::copy(house.data().join("audit.pub"), &public).unwrap();
    house.serve();
    house.stop();
    house.verify();
    assert_eq!(fs::read_to_string(&public).unwrap(), ours);
}

fn count(entries: &Value, action: &str) -> usize {
    let entries = entries.as_array().unwrap().iter();
    entries.filter(|it| it["action"] == action).count()
}

/// Whoever restores files with a tool writes over what is there: files that the copy does not have stay.
fn put_over(house: &House, copy: &str) {
    for entry in fs::read_dir(house.path(copy)).unwrap() {
        let entry = entry.unwrap();
        let there = house.data().join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::remove_dir_all(&there).unwrap();
            copy_folder(&entry.path(), &there);
        } else {
            fs::copy(entry.path(), there).unwrap();
        }
    }
}

#[test]
fn a_copy_that_is_put_over_a_folder_in_a_later_log_is_taken_on_and_opens_again() {
    let (mut house, id) = put_back();
    copy_folder(&house.data(), &house.path("first"));
    accept(&mut house);
    house.stop();
    assert!(house.data().join("audit-1.log").exists());
    put_over(&house, "first");
    has(&refused(&house, &[]), "tagout serve --accept-older");
    accept(&mut house);
    for _ in 0..2 {
        assert_eq!(house.connection(&id)["status"], "reconnect_required");
        house.stop();
        house.verify();
        house.serve();
    }
    assert_eq!(house.audit()[0]["detail"]["origin"], "tagout/audit/3");
}

#[test]
fn a_folder_whose_logs_key_is_lost_goes_on_in_a_further_log_where_an_owner_says_so() {
    let (mut house, id) = put_back();
    accept(&mut house);
    house.authorize(&["reconnect", &id], LEDGER, BOT).unwrap();
    house.stop();
    let key = house.keys().join("audit-2.key");
    fs::rename(&key, house.path("kept.key")).unwrap();
    for flags in [&[][..], &["--accept-moved"]] {
        let said = refused(&house, flags);
        has(&said, &key.display().to_string());
        has(&said, "tagout/audit/2");
        has(&said, "Put that file back");
        has(&said, "tagout serve --accept-older");
    }
    // What it refuses it leaves as it is.
    fs::rename(house.path("kept.key"), &key).unwrap();
    house.serve();
    assert_eq!(house.connection(&id)["status"], "connected");
    house.stop();
    house.verify();

    fs::remove_file(&key).unwrap();
    accept(&mut house);
    let first = house.audit().remove(0);
    assert_eq!(first["detail"]["origin"], "tagout/audit/3");
    assert_eq!(first["detail"]["cause"]["how"], "key_lost");
    assert!(first["detail"]["signed_over"].is_null(), "{first:#}");
    assert_eq!(house.connection(&id)["status"], "reconnect_required");
    let token = house.run(&["token", &id]);
    assert!(token.code != 0 && token.out.is_empty(), "{token:?}");
    house.authorize(&["reconnect", &id], LEDGER, BOT).unwrap();
    house.disconnect(&id);
    house.stop();
    has(
        &house.ok(&["audit", "verify"]),
        "the key of tagout/audit/2 is lost",
    );
    house.serve();
    assert_eq!(house.connection(&id)["status"], "revoked");
}

/// `kill -9` while it is being taken on: the next start needs no flag once the new log has begun, and begins no second one.
#[test]
fn an_older_copy_that_is_killed_while_it_is_accepted_is_taken_on_once() {
    let (mut house, id) = put_back();
    for lines in 0..6 {
        let mut child = house
            .command()
            .args(["serve", "--accept-older"])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let err = BufReader::new(child.stderr.take().unwrap());
        // At once, or when it is ready.
        let said = err.lines().take(lines % 2).count();
        child.kill().unwrap();
        child.wait().unwrap();
        println!("killed after {said} lines");
    }
    accept(&mut house);
    assert_eq!(house.connection(&id)["status"], "reconnect_required");
    let token = house.run(&["token", &id]);
    assert!(token.code != 0 && token.out.is_empty(), "{token:?}");
    let first = house.audit().remove(0);
    assert_eq!(first["action"], "log.begun");
    let verified = house.json(&["audit", "verify"]);
    assert_eq!(verified["earlier"].as_array().unwrap().len(), 1);
    house.stop();
    house.serve();
    house.verify();
}

#[test]
fn an_unknown_folder_and_another_machines_need_an_owners_word() {
    let mut house = House::with(&[]);
    house.stop();
    let kept = seen(&house);
    fs::remove_file(&kept).unwrap();
    let said = refused(&house, &[]);
    has(&said, "the configuration folder does not know it");
    has(&said, "tagout serve --accept-moved");
    let accept = |house: &mut House| {
        let serving = Serving::attempt_with(house.command(), &["--accept-moved"]);
        house.server = Some(serving.unwrap_or_else(|(_, said)| panic!("{said:?}")));
        assert!(actions(house).contains(&"folder.move_accepted".to_owned()));
        house.stop();
        house.serve();
        house.stop();
    };
    accept(&mut house);
    assert_eq!(seen(&house), kept);

    let mut there: Value = serde_json::from_slice(&fs::read(&kept).unwrap()).unwrap();
    // Where this machine has no id, none is told apart.
    let is_known = there["machine"].is_string();
    there["machine"] = "another".into();
    fs::write(&kept, there.to_string()).unwrap();
    if is_known {
        has(&refused(&house, &[]), "last used on another machine");
    }
    house.settings_file("seen_machine = false");
    house.serve();
    house.stop();
    let there: Value = serde_json::from_slice(&fs::read(&kept).unwrap()).unwrap();
    assert!(there["machine"].is_null());
}

#[test]
fn a_folder_of_the_format_before_is_upgraded_once() {
    let mut house = House::empty();
    let seed = AuditSeed::load_or_create(&house.keys().join("audit.key")).unwrap();
    let store = Store::open(
        &house.data(),
        Signer::from_seed(seed.bytes(), "tagout/audit").unwrap(),
    )
    .unwrap();
    let written = store.write(|tx| tx.append(kept())).unwrap();
    store.durable_blocking(written.commit).unwrap();
    drop(store);
    for _ in 0..2 {
        house.serve();
        let upgraded = actions(&house).into_iter();
        let upgraded = upgraded.filter(|it| it == "folder.upgraded").count();
        assert_eq!(upgraded, 1);
        house.stop();
    }
    fs::remove_file(seen(&house)).unwrap();
    has(&refused(&house, &[]), "does not know it");
}

fn kept() -> NewEntry {
    NewEntry {
        id: "aud_01jd7000000000000000000000".parse().unwrap(),
        at: "2026-03-01T10:00:00Z".parse().unwrap(),
        salt: Salt([5; 16]),
        actor: "server".to_owned(),
        role: "server".to_owned(),
        origin: Origin {
            address: None,
            via: Via::Server,
        },
        target: "thing".to_owned(),
        outcome: AuditOutcome::Done,
        event: Event::Unknown(Unknown {
            action: "thing.kept".to_owned(),
            detail: Value::Null,
            evidence: Value::Null,
        }),
    }
}
