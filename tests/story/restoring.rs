//! A backup becomes a data folder: nothing of before can be used, the log says what is lost, and whatever goes wrong leaves
//! nothing behind.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tagout::sandbox::{Endpoint, Vendor};

use crate::holds;
use crate::house::{BOT, House, text};
use crate::receiver::Receiver;
use crate::serving::Serving;

const LEDGER: Vendor = Vendor::Ledger;

/// A house whose backup lies in the file that is returned, with what was written since.
fn backed_up() -> (House, String, String) {
    let mut house = House::with(&[LEDGER]);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    house.sync(&id);
    let file = house.path("acme.backup").display().to_string();
    house.ok(&["backup", &file]);
    house.ok(&["configure", &id, "--name", "written since"]);
    house.stop();
    (house, file, id)
}

fn lose_the_folder(house: &House) {
    fs::rename(house.data(), house.path("lost")).unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().file_name());
    let mut names: Vec<_> = names.map(|it| it.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn what_is_restored_is_authorized_again_and_its_log_says_what_is_lost() {
    let (mut house, file, id) = backed_up();
    let key = fs::read_to_string(house.data().join("audit.pub")).unwrap();
    lose_the_folder(&house);
    let unasked = house.run(&["restore", &file]);
    assert_eq!(unasked.code, 2, "{}", unasked.err);
    let lines = house.lines(&["restore", &file, "--yes"]);
    let restored = lines.last().unwrap();
    assert_eq!(restored["event"], "restored");
    assert_eq!(restored["restore"]["log"], "tagout/audit/2");
    assert_eq!(restored["restore"]["reconnect"], 1);
    assert_eq!(lines[0]["event"], "progress");

    house.serve();
    let connection = house.connection(&id);
    assert_eq!(connection["status"], "reconnect_required");
    assert!(text(&connection, "reason").contains("restored from a backup"));
    assert_ne!(connection["name"], "written since");
    let token = house.run(&["token", &id]);
    assert!(token.code != 0 && token.out.is_empty(), "{token:?}");
    let provider = house.json(&["providers", "ledger"]);
    assert!(!provider.to_string().contains("sandbox-ledger-secret"));

    // What was there before is one log, what is written now is another.
    let first = &house.audit()[0];
    assert_eq!(
        (&first["seq"], &first["action"]),
        (&0.into(), &"log.begun".into())
    );
    assert_eq!(first["detail"]["cause"]["how"], "restored");
    let lost = &first["detail"]["lost"];
    assert!(
        lost["size"].as_u64() > first["detail"]["follows"]["size"].as_u64(),
        "{first:#}"
    );
    let verified = house.json(&["audit", "verify"]);
    let before = &verified["earlier"][0];
    assert_eq!(before["signed_over"], "checked", "{before:#}");
    assert_eq!(before["report"]["signatures_checked"], true);
    assert_eq!(before["report"]["key_name"], "tagout/audit");
    let said = house.ok(&["audit", "verify"]);
    assert!(
        said.contains("is lost") && said.contains("when it was last seen"),
        "{said}"
    );
    // The key that was known before is enough.
    house.ok(&["audit", "verify", "--public-key", key.trim()]);

    // It works again once it is authorized again, and what may live of before is listed by its disconnect.
    house.register(LEDGER);
    let again = house.authorize(&["reconnect", &id], LEDGER, BOT).unwrap();
    assert_eq!(again["status"], "connected");
    house.ok(&["token", &id]);
    let run = house.disconnect(&id);
    let outcomes: Vec<_> = run["tokens"].as_array().unwrap().iter().collect();
    assert!(outcomes.len() >= 4, "{run:#}");
    assert!(
        outcomes.iter().any(|it| it["outcome"] == "verified_dead"),
        "{run:#}"
    );
    house.stop();
    house.ok(&["audit", "verify"]);
    house.serve();
    house.verify();
}

/// The secrets of held tokens are not in the file: nothing is tried with them, and that they may live is not forgotten.
#[test]
fn what_was_held_ends_after_the_restore_and_stays_exposed() {
    let mut house = holds::house(3600);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    let run = holds::held(&house, &id);
    let exposed = house.connection(&id)["exposed"].clone();
    let file = house.path("acme.backup").display().to_string();
    house.ok(&["backup", &file]);
    house.stop();
    lose_the_folder(&house);
    house.ok(&["restore", &file, "--yes"]);
    let calls = house.calls(LEDGER, Endpoint::Revoke).len();
    house.serve();
    holds::until_holds(&house, <[_]>::is_empty);

    let entries = house.audit();
    let ended: Vec<_> = entries
        .iter()
        .filter(|it| it["action"] == "hold.ended")
        .collect();
    assert_eq!(ended.len(), 2);
    for entry in ended {
        assert_eq!(entry["detail"]["ended_by"], "not_in_backup", "{entry:#}");
        assert_eq!(entry["detail"]["outcome"], "unreachable", "{entry:#}");
    }
    assert!(house.ok(&["audit"]).contains("was not in the backup"));
    assert_eq!(exposed.as_array().unwrap().len(), 2);
    assert_eq!(house.connection(&id)["exposed"], exposed);
    assert_eq!(house.calls(LEDGER, Endpoint::Revoke).len(), calls);
    for token in house.ended(text(&run, "id"))["tokens"].as_array().unwrap() {
        assert_eq!(token["outcome"], "unreachable", "{token:#}");
    }
    // Nothing of them is looked for at the next start either.
    house.stop();
    house.serve();
    assert_eq!(house.connection(&id)["exposed"], exposed);
    house.verify();
}

/// What its messages are signed with is not in the file: it is told nothing until somebody has another secret for it.
#[test]
fn a_subscription_needs_a_new_secret_after_the_restore() {
    let mut house = House::with(&[LEDGER]);
    let mut receiver = house.block(Receiver::new());
    let added = ["subscriptions", "add", &receiver.url, "--event", "run.*"];
    let id = text(&house.json(&added), "id").to_owned();
    let rotate = ["subscriptions", "rotate", &id];
    house.json(&rotate);
    let file = house.path("acme.backup").display().to_string();
    house.ok(&["backup", &file]);
    house.stop();
    lose_the_folder(&house);
    house.ok(&["restore", &file, "--yes"]);
    house.serve();

    assert_eq!(house.json(&["subscriptions"])[0]["status"], "unsigned");
    let refused = house.run(&["subscriptions", "test", &id]);
    assert_eq!(refused.code, 5, "{refused:?}");
    let says = format!("tagout subscriptions rotate {id}");
    assert!(refused.err.contains(&says), "{}", refused.err);

    let secret = house.json(&rotate);
    assert_eq!(secret["status"], "enabled");
    house.ok(&["subscriptions", "test", &id]);
    let came = house.block(receiver.until(|came| !came.is_empty()));
    assert_eq!(came[0].signatures(), 1);
    assert!(came[0].is_signed_by(text(&secret, "secret")));
    // None of before is looked for in the slots at the next start.
    house.stop();
    house.serve();
    assert_eq!(house.json(&["status"])["warnings"], serde_json::json!([]));
    house.verify();
}

/// Where nothing of before is there but the file.
#[test]
fn without_the_keys_of_before_the_new_log_is_not_signed_over() {
    let (mut house, file, id) = backed_up();
    let key = fs::read_to_string(house.data().join("audit.pub")).unwrap();
    lose_the_folder(&house);
    let config = fs::read(house.keys().join("config.toml")).unwrap();
    fs::rename(house.keys(), house.path("lost keys")).unwrap();
    std::os::unix::fs::DirBuilderExt::mode(&mut fs::DirBuilder::new(), 0o700)
        .create(house.keys())
        .unwrap();
    fs::write(house.keys().join("config.toml"), config).unwrap();
    house.ok(&["restore", &file, "--yes"]);
    house.serve();
    assert_eq!(house.connection(&id)["status"], "reconnect_required");
    let verified = house.json(&["audit", "verify"]);
    assert_eq!(verified["earlier"][0]["signed_over"], "unsigned");
    assert!(verified["earlier"][0]["lost"].is_null());
    let said = house.ok(&["audit", "verify"]);
    assert!(said.contains("did NOT sign"), "{said}");
    // Anybody could have begun it over a log that was cut: who knows the key of before is not told that it is good.
    let refused = house.run(&["audit", "verify", "--public-key", key.trim()]);
    assert_eq!(refused.code, 1, "{refused:?}");

    // Nor is what came before left out by withholding that there was something.
    house.stop();
    let log = house.data().join("audit.log");
    let text = fs::read_to_string(&log).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    let mut first: Value = serde_json::from_str(first).unwrap();
    for name in ["detail", "evidence", "salt"] {
        first.as_object_mut().unwrap().remove(name);
    }
    fs::write(&log, format!("{first}\n{rest}")).unwrap();
    let refused = house.run(&["audit", "verify"]);
    assert!(
        refused.code == 1 && refused.err.contains("withheld"),
        "{refused:?}"
    );
}

#[test]
fn what_cannot_be_restored_is_named_and_changes_nothing() {
    let (mut house, file, _) = backed_up();
    // Not over a folder that holds something, and not under a server.
    let holds = house.run(&["restore", &file, "--yes"]);
    assert!(
        holds.err.contains("is not empty: it holds"),
        "{}",
        holds.err
    );
    house.serve();
    let runs = house.run(&["restore", &file, "--yes"]);
    assert!(runs.err.contains("already owned"), "{}", runs.err);
    house.stop();
    house.serve();
    house.stop();
    lose_the_folder(&house);
    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 4;
    let mut newer = whole.clone();
    newer[14] = b'3';
    let wrong = [
        (&whole[..whole.len() / 2], "is cut short"),
        (&flipped, "is damaged in frame"),
        (&newer, "version \"3\""),
        (b"something else", "is no backup"),
    ];
    for (bytes, why) in wrong {
        let bad = house.path("bad.backup");
        fs::write(&bad, bytes).unwrap();
        let ran = house.run(&["restore", &bad.display().to_string(), "--yes"]);
        assert_eq!(ran.code, 1, "{}", ran.err);
        assert!(ran.err.contains(why), "{}", ran.err);
        assert!(!house.data().exists());
    }
    let none = house.run(&["restore", "/nowhere", "--yes"]);
    assert!(none.err.contains("cannot read /nowhere"), "{}", none.err);
    house.ok(&["restore", &file, "--yes"]);
}

/// `kill -9` at whatever it is doing, again and again.
#[test]
fn one_that_is_killed_is_begun_anew_and_no_server_uses_its_half() {
    let (mut house, file, id) = backed_up();
    lose_the_folder(&house);
    let mut halves = 0;
    for lines in 0..8 {
        let mut running = house.spawn(&["restore", &file, "--yes", "--json"]);
        for _ in 0..lines % 4 {
            running.line();
        }
        running.kill();
        let data = house.data();
        if data.join("restoring").exists() {
            halves += 1;
            let (code, said) = match Serving::attempt(house.command()) {
                Ok(_) => panic!("half of a restore was used"),
                Err(ended) => ended,
            };
            assert_eq!(code, Some(1));
            let said = said.join("\n");
            assert!(
                said.contains("was cut short") && said.contains("tagout restore FILE"),
                "{said}"
            );
        } else if data.exists() && !names(&data).iter().all(|it| it == "lock") {
            // It had come to its end.
            fs::remove_dir_all(&data).unwrap();
        }
    }
    assert!(halves > 0, "no kill came in the middle");
    house.ok(&["restore", &file, "--yes"]);
    assert!(!names(&house.data()).contains(&"restoring".to_owned()));
    house.serve();
    assert_eq!(house.connection(&id)["status"], "reconnect_required");
    house.verify();
}

/// The files of earlier programs. Whoever runs this may be nobody in them, so it is looked at without a server.
#[test]
fn every_version_of_the_file_is_restored() {
    let backups = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/backups");
    let kept = [("1", 24, 1, 0), ("2", 19, 0, 1)];
    assert_eq!(names(&backups), kept.map(|(version, ..)| version));
    for (version, entries, reconnect, asked_first) in kept {
        let house = House::empty();
        let kept = backups.join(version);
        let file = |name| kept.join(name).display().to_string();
        let (backup, passphrase) = (file("acme.backup"), file("passphrase"));
        let mut arguments = vec!["restore", &backup, "--yes"];
        if asked_first > 0 {
            arguments.extend(["--passphrase-file", &passphrase]);
        }
        let lines = house.lines(&arguments);
        let restored = &lines.last().unwrap()["restore"];
        assert_eq!(restored["reconnect"], reconnect);
        assert_eq!(restored["asked_first"], asked_first);
        let before: Value = {
            fs::copy(kept.join("audit.pub"), house.data().join("audit-1.pub")).unwrap();
            house.json(&["audit", "verify"])["earlier"][0].clone()
        };
        assert_eq!(before["report"]["entries"], entries);
        assert_eq!(before["report"]["signatures_checked"], true);
        assert_eq!(before["signed_over"], "unsigned");
    }
}

#[test]
fn the_same_backup_twice_makes_two_logs_with_two_names() {
    let (house, file, _) = backed_up();
    lose_the_folder(&house);
    for log in ["tagout/audit/2", "tagout/audit/3"] {
        let lines = house.lines(&["restore", &file, "--yes"]);
        assert_eq!(lines.last().unwrap()["restore"]["log"], log);
        house.ok(&["audit", "verify"]);
        fs::remove_dir_all(house.data()).unwrap();
    }
}
