//! A backup with secrets: sealed to a passphrase, and nothing that comes out of it is used before its vendor takes it.

use std::fs;

use forensics::in_plain_sight;
use serde_json::Value;
use tagout::sandbox::{Endpoint, FaultMode, RefreshPolicy, Vendor};
use tagout::wire::rpc;

use crate::destroyed::no_token_in_plain_sight;
use crate::house::{BOT, CAROL, House, text};
use crate::sealed_values::recover;

const LEDGER: Vendor = Vendor::Ledger;
const PASSPHRASE: &str = "correct horse battery";

fn passphrase_file(house: &House, name: &str, passphrase: &str) -> String {
    let file = house.path(name);
    fs::write(&file, format!("{passphrase}\n")).unwrap();
    file.display().to_string()
}

/// Makes a backup with secrets, with a server that runs; what was printed of it last.
fn back_up(house: &House, file: &str) -> Value {
    let passphrase = passphrase_file(house, "passphrase", PASSPHRASE);
    let asked = [
        "backup",
        file,
        "--with-secrets",
        "--passphrase-file",
        &passphrase,
        "--yes",
    ];
    house.lines(&asked).pop().unwrap()["backup"].clone()
}

fn restore<'a>(file: &'a str, passphrase: &'a str) -> [&'a str; 5] {
    ["restore", file, "--passphrase-file", passphrase, "--yes"]
}

fn file(house: &House) -> String {
    house.path("acme.backup").display().to_string()
}

fn lose_the_folder(house: &House) {
    fs::rename(house.data(), house.path("lost")).unwrap();
}

fn asked(house: &House, id: &str, done: impl Fn(&Value) -> bool) -> Value {
    let name = id.to_owned();
    house.until(|| rpc::Connection { name: name.clone() }, done)
}

fn is(status: &'static str) -> impl Fn(&Value) -> bool {
    move |it| it["status"] == status
}

#[test]
fn what_lives_is_used_again_and_what_died_since_is_authorized_again() {
    let mut house = House::with(&[LEDGER]);
    let alive = text(&house.connect(LEDGER, BOT), "id").to_owned();
    let dead = text(&house.connect(LEDGER, CAROL), "id").to_owned();
    let token = house.ok(&["token", &alive]);
    let file = file(&house);
    let made = back_up(&house, &file);
    assert!(made["secrets"].as_u64() >= Some(5), "{made}");
    assert_eq!(made["secrets_open"], true);
    let entries = house.audit();
    let of_backups: Vec<&Value> = entries
        .iter()
        .filter(|it| it["action"] == "store.backed_up")
        .collect();
    assert_eq!(of_backups.len(), 2, "{of_backups:#?}");
    let has = |field: &str| of_backups.iter().find(|it| !it["detail"][field].is_null());
    assert_eq!(has("with_secrets").unwrap()["detail"]["with_secrets"], true);
    let done = has("secrets").unwrap();
    assert_eq!(done["detail"]["secrets"], made["secrets"]);
    assert_eq!(done["detail"]["bytes"], made["bytes"]);

    // Destroyed after the backup was made.
    house.disconnect(&dead);
    house.stop();
    lose_the_folder(&house);
    let passphrase = house.path("passphrase").display().to_string();
    let lines = house.lines(&restore(&file, &passphrase));
    let restored = &lines.last().unwrap()["restore"];
    assert_eq!(restored["secrets"], made["secrets"]);
    assert_eq!(
        (&restored["asked_first"], &restored["reconnect"]),
        (&2.into(), &0.into())
    );
    house.serve();
    asked(&house, &alive, is("connected"));
    let refused = asked(&house, &dead, |it| {
        text(it, "reason").contains("tagout reconnect")
    });
    assert_eq!(refused["status"], "reconnect_required");
    assert_eq!(house.ok(&["token", &alive]), token);
    let ran = house.run(&["token", &dead]);
    assert!(ran.code != 0 && ran.out.is_empty(), "{ran:?}");
    // The registration came back, too.
    house.sync(&alive);
    let log = house.audit();
    assert_eq!(log[0]["detail"]["cause"]["secrets"], made["secrets"]);
    let said = house.ok(&["audit", "verify"]);
    assert!(said.contains("destroyed since it was made"), "{said}");
    let of = |action: &str, id: &str| {
        let mut of = log
            .iter()
            .filter(|it| it["action"] == action && it["target"] == id);
        of.next_back().is_some()
    };
    assert!(of("connection.recovered", &alive) && of("connection.reconnect_required", &dead));
    let again = house
        .authorize(&["reconnect", &dead], LEDGER, CAROL)
        .unwrap();
    assert_eq!(again["status"], "connected");
    house.disconnect(&alive);
    house.stop();
    house.serve();
    assert_eq!(house.json(&["status"])["warnings"], serde_json::json!([]));
    house.verify();
}

/// A backup of a connection whose access token is over, and which lives on where it was made; the connection's id.
fn restored_with_an_expired_token(house: &mut House, vendor: Vendor) -> String {
    house.tune(vendor, |it| it.told_ttl = Some(1));
    let id = text(&house.connect(vendor, BOT), "id").to_owned();
    house.tune(vendor, |it| it.told_ttl = Some(3600));
    house.run_out(&id);
    let file = file(house);
    back_up(house, &file);
    house.stop();
    lose_the_folder(house);
    let passphrase = house.path("passphrase").display().to_string();
    house.lines(&restore(&file, &passphrase));
    house.serve();
    id
}

/// The refresh token is the original installation's, too, which goes on.
#[test]
fn a_refresh_token_that_is_replaced_is_not_traded_in_unasked() {
    let mut house = House::with(&[LEDGER]);
    let id = restored_with_an_expired_token(&mut house, LEDGER);
    let kept = asked(&house, &id, |it| {
        text(it, "reason").contains("tagout reconnect")
    });
    assert_eq!(kept["status"], "reconnect_required");
    assert!(
        text(&kept, "reason").contains("stop the installation that the backup is of"),
        "{kept:#}"
    );
    // The first call traded the code in.
    assert_eq!(house.calls(LEDGER, Endpoint::Token).len(), 1);
    assert!(house.tokens(LEDGER).values().all(|token| token.alive));
    house.verify();
}

#[test]
fn a_refresh_token_that_stays_is_asked_about_by_its_use() {
    let mut house = House::with(&[Vendor::Hubspot]);
    house.tune(Vendor::Hubspot, |it| {
        it.refresh = Some(RefreshPolicy::Static);
    });
    let id = restored_with_an_expired_token(&mut house, Vendor::Hubspot);
    asked(&house, &id, is("connected"));
    house.ok(&["token", &id]);
    let is_said = |it: &Value| it["action"] == "connection.recovered" && it["target"] == *id;
    assert!(house.audit().iter().any(is_said));
}

/// While nobody answers, nothing leaves; once somebody does, it is used.
#[test]
fn a_vendor_that_does_not_answer_is_asked_until_it_does() {
    let mut house = House::with(&[LEDGER]);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    let file = file(&house);
    back_up(&house, &file);
    house.stop();
    lose_the_folder(&house);
    let passphrase = house.path("passphrase").display().to_string();
    house.lines(&restore(&file, &passphrase));
    house.fault(LEDGER, Endpoint::Any, FaultMode::Status503);
    house.serve();
    let waits = asked(&house, &id, |it| {
        text(it, "reason").contains("before its provider takes")
    });
    assert_eq!(waits["status"], "reconnect_required");
    let ran = house.run(&["token", &id]);
    assert!(ran.code != 0 && ran.out.is_empty(), "{ran:?}");
    assert!(house.calls(LEDGER, Endpoint::List).is_empty());
    house.vendors().clear_faults();
    house.stop();
    house.serve();
    asked(&house, &id, is("connected"));
    house.ok(&["token", &id]);
    house.verify();
}

/// Nothing is asked with what is not there, and a disconnect ends what came back.
#[test]
fn its_secrets_can_be_left_in_it() {
    let mut house = House::with(&[LEDGER]);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    let file = file(&house);
    back_up(&house, &file);
    house.stop();
    lose_the_folder(&house);
    let lines = house.lines(&["restore", &file, "--without-secrets", "--yes"]);
    let restored = &lines.last().unwrap()["restore"];
    assert_eq!(
        (&restored["reconnect"], &restored["secrets"]),
        (&1.into(), &Value::Null)
    );
    house.serve();
    assert_eq!(house.connection(&id)["status"], "reconnect_required");
    let provider = house.json(&["providers", "ledger"]).to_string();
    assert!(!provider.contains("sandbox-ledger-secret"));
    house.verify();
}

#[test]
fn no_token_stands_in_the_file_nor_beside_it() {
    let mut house = House::with(&[LEDGER]);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    let destroyed = house.ok(&["token", &id]);
    house.disconnect(&id);
    house.authorize(&["reconnect", &id], LEDGER, BOT).unwrap();
    let token = house.ok(&["token", &id]);
    let file = file(&house);
    let master = house.master_key();
    back_up(&house, &file);
    let mut secrets = vec![token.trim(), destroyed.trim(), "sandbox-ledger-secret"];
    let alone = house.path("alone");
    fs::create_dir(&alone).unwrap();
    fs::copy(&file, alone.join("acme.backup")).unwrap();
    let nowhere = |folder: &std::path::Path, secrets: &[&str]| {
        let found = in_plain_sight(folder, secrets);
        assert!(found.is_empty(), "{found:?}");
    };
    secrets.push(PASSPHRASE);
    nowhere(&alone, &secrets);
    no_token_in_plain_sight(&alone);
    nowhere(&house.data(), &secrets);
    // Not with the master key either: it does not wrap what is in that file.
    let (sealed, app) = crate::destroyed::sealed_in(&house, "copy");
    let all: Vec<_> = sealed.into_iter().chain([app]).collect();
    assert_eq!(recover(&master, &alone, &all), Vec::<String>::new());
    house.stop();
    lose_the_folder(&house);
    let passphrase = house.path("passphrase").display().to_string();
    house.lines(&restore(&file, &passphrase));
    nowhere(&house.data(), &secrets);
    // What was destroyed before is not in it.
    let (back, app) = crate::destroyed::sealed_in(&house, "copy");
    let all: Vec<_> = back.into_iter().chain([app]).collect();
    let found = recover(&house.master_key(), &house.data(), &all);
    assert!(found.iter().any(|it| it == token.trim()), "{}", found.len());
    assert!(!found.iter().any(|it| it == destroyed.trim()));
}

#[test]
fn what_cannot_be_opened_is_named_and_changes_nothing() {
    let mut house = House::with(&[LEDGER]);
    house.connect(LEDGER, BOT);
    let file = file(&house);
    let unasked = house.run(&["backup", &file, "--with-secrets"]);
    assert_eq!(unasked.code, 2, "{}", unasked.err);
    let unasked = house.run(&["backup", &file, "--with-secrets", "--yes"]);
    assert!(unasked.err.contains("--passphrase-file"), "{}", unasked.err);
    assert!(!house.path("acme.backup").exists());
    let made = back_up(&house, &file);
    house.stop();
    let right = house.path("passphrase").display().to_string();
    let wrong = passphrase_file(&house, "wrong", "correct house battery");
    let verified = house.json(&["backup", "--verify", &file, "--passphrase-file", &right]);
    assert_eq!(verified, made);
    let unopened = house.json(&["backup", "--verify", &file]);
    assert_eq!(unopened["secrets_open"], false);
    let refused = house.run(&["backup", "--verify", &file, "--passphrase-file", &wrong]);
    assert!(
        refused.code == 1 && refused.err.contains("wrong passphrase"),
        "{}",
        refused.err
    );
    lose_the_folder(&house);
    let keys = |house: &House| crate::house::files_under(&house.keys());
    let before = keys(&house);
    let refused = house.run(&restore(&file, &wrong));
    assert!(
        refused.code == 1 && refused.err.contains("wrong passphrase"),
        "{}",
        refused.err
    );
    let unasked = house.run(&["restore", &file, "--yes"]);
    assert!(
        unasked.code == 2 && unasked.err.contains("--passphrase-file"),
        "{}",
        unasked.err
    );

    // Made to look whole by somebody who does not know the passphrase.
    let other = house.path("other.backup").display().to_string();
    fs::write(&other, changed(&fs::read(&file).unwrap())).unwrap();
    house.ok(&["backup", "--verify", &other]);
    let refused = house.run(&restore(&other, &right));
    assert!(
        refused.code == 1 && refused.err.contains("was changed by"),
        "{}",
        refused.err
    );
    assert!(!house.data().exists());
    assert_eq!(keys(&house), before);
    house.lines(&restore(&file, &right));
}

/// The same backup, of another time, with checks that fit.
fn changed(file: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let at = |part: &[u8]| file.windows(part.len()).position(|it| it == part).unwrap();
    let mut file = file.to_vec();
    let created = at(b"\"created_at\":\"20");
    file[created + 17] ^= 1;
    let length = |file: &[u8], at: usize| {
        u32::from_le_bytes(file[at + 1..at + 5].try_into().unwrap()) as usize
    };
    let (mut frame, header_end) = (16, 16 + 5 + length(&file, 16));
    let check = Sha256::digest(&file[16..header_end]);
    file[header_end..header_end + 4].copy_from_slice(&check[..4]);
    while file[frame] != b'E' {
        frame += 9 + length(&file, frame);
    }
    let digest = hex::encode(Sha256::digest(&file[..frame]));
    let said = file[frame..]
        .windows(10)
        .position(|it| it == b"\"sha256\":\"");
    let said = frame + said.unwrap() + 10;
    file[said..said + 64].copy_from_slice(digest.as_bytes());
    let end = frame + 5 + length(&file, frame);
    let check = Sha256::digest(&file[frame..end]);
    file[end..end + 4].copy_from_slice(&check[..4]);
    file
}

/// `kill -9` in the middle, again and again.
#[test]
fn one_that_is_killed_is_begun_anew() {
    let mut house = House::with(&[LEDGER]);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    house.sync(&id);
    let file = file(&house);
    back_up(&house, &file);
    house.stop();
    lose_the_folder(&house);
    let passphrase = house.path("passphrase").display().to_string();
    let mut halves = 0;
    for lines in 0..8 {
        let mut asked = restore(&file, &passphrase).to_vec();
        asked.push("--json");
        let mut running = house.spawn(&asked);
        for _ in 0..lines % 4 {
            running.line();
        }
        running.kill();
        let data = house.data();
        if data.join("restoring").exists() {
            halves += 1;
        } else if data.join("head").exists() {
            fs::remove_dir_all(&data).unwrap();
        }
    }
    assert!(halves > 0, "no kill came in the middle");
    house.lines(&restore(&file, &passphrase));
    house.serve();
    asked(&house, &id, is("connected"));
    house.verify();
}
