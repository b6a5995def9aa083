//! Damaged folders, foreign formats, wrong files: a named error, an exit code, and nothing lost.

use std::fs;
use std::path::{Path, PathBuf};

use tagout::sandbox::Vendor;

use crate::house::{BOT, House, text};
use crate::serving::Serving;

const LEDGER: Vendor = Vendor::Ledger;

/// A house with one connection, synced, whose server has stopped.
fn at_rest() -> (House, String) {
    let mut house = House::with(&[LEDGER]);
    house.tune(LEDGER, |it| it.items = Some(5));
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    house.sync(&id);
    house.stop();
    (house, id)
}

/// The server refuses to start and says what it is about; with the file as it was, everything is there again.
fn refused(
    house: &mut House,
    id: &str,
    file: &Path,
    damage: impl FnOnce(&mut Vec<u8>),
    words: &[&str],
) {
    let whole = fs::read(file).unwrap();
    let mut damaged = whole.clone();
    damage(&mut damaged);
    assert_ne!(damaged, whole);
    fs::write(file, &damaged).unwrap();
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let (code, said) = match Serving::attempt(house.command()) {
        Err(ended) => ended,
        Ok(_) => panic!("{name}: a server on damaged files"),
    };
    let said = said.join("\n");
    assert_eq!(code, Some(1), "{name}: {said}");
    assert!(said.contains("error: serve failed"), "{name}: {said}");
    assert!(!said.contains("panicked"), "{name}: {said}");
    for word in words {
        assert!(said.contains(word), "{name} does not say {word:?}: {said}");
    }
    // Whoever only wants to look is told the same.
    let ran = house.run(&["connections", "--json"]);
    assert_eq!(ran.code, 7, "{name}: {}", ran.err);
    for word in words {
        assert!(
            ran.err.contains(word),
            "{name} does not say {word:?}: {}",
            ran.err
        );
    }
    fs::write(file, whole).unwrap();
    house.serve();
    assert_eq!(house.connection(id)["status"], "connected", "{name}");
    assert_eq!(
        house.json(&["records", id]).as_array().unwrap().len(),
        10,
        "{name}"
    );
    house.verify();
    house.stop();
}

/// The database's own file.
fn database(house: &House) -> PathBuf {
    let all = crate::house::files_under(&house.data());
    all.into_iter()
        .find(|path| path.file_name().is_some_and(|name| name == "db"))
        .unwrap()
}

#[test]
fn damaged_files_are_named_and_nothing_is_lost() {
    let (mut house, id) = at_rest();
    let data = house.data();
    let flip = |from: usize| {
        move |bytes: &mut Vec<u8>| {
            bytes[from..from + 8]
                .iter_mut()
                .for_each(|byte| *byte ^= 0x55)
        }
    };
    refused(&mut house, &id, &data.join("head"), flip(8), &["head"]);
    refused(
        &mut house,
        &id,
        &data.join("slots"),
        |bytes| bytes[..512].fill(0),
        &["slots"],
    );
    let key = house.keys().join("master.key");
    refused(
        &mut house,
        &id,
        &key,
        |bytes| bytes.truncate(20),
        &["master.key"],
    );
    refused(
        &mut house,
        &id,
        &key,
        |bytes| *bytes = b"not a key\n".to_vec(),
        &["master.key"],
    );
    // Another key than the one that everything is sealed with is no key for this folder.
    let other = |bytes: &mut Vec<u8>| {
        let at = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
    };
    refused(&mut house, &id, &key, other, &["key"]);
    let audit = house.keys().join("audit.key");
    refused(
        &mut house,
        &id,
        &audit,
        |bytes| bytes.truncate(20),
        &["audit.key"],
    );
    let database = database(&house);
    refused(&mut house, &id, &database, |bytes| bytes.truncate(600), &[]);
}

/// Keys that are lost cannot be had back, and must not keep the rest in service.
#[test]
fn lost_keys_are_named_and_block_nothing() {
    let (mut house, id) = at_rest();
    let slots = house.data().join("slots");
    let mut bytes = fs::read(&slots).unwrap();
    bytes[512..].fill(0);
    fs::write(&slots, bytes).unwrap();
    house.serve();
    let warnings = house.json(&["status"])["warnings"].to_string();
    assert!(
        warnings.contains("slot") && warnings.contains("lost"),
        "{warnings}"
    );
    let run = house.disconnect(&id);
    assert_eq!(run["state"], "completed_with_warnings");
    for token in run["tokens"].as_array().unwrap() {
        assert!(!token["residual_until"].is_null(), "{token:#}");
        assert!(house.tokens(LEDGER)[text(token, "fingerprint")].alive);
    }
    assert_eq!(house.connection(&id)["status"], "revoked");
    // Registered again, everything works as before.
    house.register(LEDGER);
    let back = house.connect(LEDGER, BOT);
    assert_eq!(house.disconnect(text(&back, "id"))["state"], "completed");
    house.verify();
}

#[test]
fn a_folder_that_was_put_back_is_no_normal_start() {
    let (mut house, id) = at_rest();
    let database = database(&house);
    let old = fs::read(&database).unwrap();
    house.serve();
    house.ok(&["configure", &id, "--name", "later"]);
    house.stop();
    refused_with_old(&mut house, &id, &database, old);
}

fn refused_with_old(house: &mut House, id: &str, database: &Path, old: Vec<u8>) {
    refused(house, id, database, |bytes| *bytes = old, &["older"]);
    house.serve();
    assert_eq!(house.connection(id)["name"], "later");
}

#[test]
fn permissions_that_let_others_in_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let (mut house, id) = at_rest();
    for path in [house.keys().join("master.key"), house.data(), house.keys()] {
        let right = fs::metadata(&path).unwrap().permissions();
        let mode = right.mode();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode | 0o044)).unwrap();
        let (code, said) = Serving::attempt(house.command()).err().unwrap();
        let said = said.join("\n");
        assert_eq!(code, Some(1));
        assert!(said.contains("chmod"), "{said}");
        fs::set_permissions(&path, right).unwrap();
    }
    house.serve();
    assert_eq!(house.connection(&id)["status"], "connected");
}

#[test]
fn wrong_provider_files_are_refused_with_the_line() {
    let house = House::with(&[]);
    let good = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/assets/providers/ledger.toml"
    ))
    .unwrap();
    let before = house.json(&["providers"]).as_array().unwrap().len();
    for (change, to, words) in [
        (
            "category = \"payments\"",
            "category = \"paiments\"",
            vec!["category", "payments"],
        ),
        ("scopes = ", "scoops = ", vec!["scoops"]),
        ("[auth]", "[auth", vec!["wrong.toml:12", "unclosed"]),
        (
            "url = \"{base}/api/invoices\"",
            "url = \"http://example.com/x\"",
            vec!["https"],
        ),
    ] {
        let file = house.path("wrong.toml");
        let text = good
            .replace("id = \"ledger\"", "id = \"wrong\"")
            .replace(change, to);
        fs::write(&file, text).unwrap();
        for verb in ["check", "add"] {
            let ran = house.run(&["providers", verb, file.to_str().unwrap()]);
            assert!([1, 2].contains(&ran.code), "{verb} {to}: {}", ran.out);
            assert!(ran.err.starts_with("error: "), "{}", ran.err);
            for word in &words {
                assert!(
                    ran.err.contains(word),
                    "{verb} {to}: no {word:?} in {}",
                    ran.err
                );
            }
        }
    }
    assert_eq!(house.json(&["providers"]).as_array().unwrap().len(), before);
    let missing = house.run(&["providers", "check", "/no/such/file.toml"]);
    assert_ne!(missing.code, 0);
    assert!(
        missing.err.contains("/no/such/file.toml"),
        "{}",
        missing.err
    );
}

#[test]
fn a_wrong_configuration_is_a_usage_error_with_its_line() {
    let house = House::empty();
    fs::write(
        house.keys().join("config.toml"),
        "callback_port = \"many\"\n",
    )
    .unwrap();
    let ran = house.run(&["connections"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(
        ran.err.contains("config.toml") && ran.err.contains("callback_port"),
        "{}",
        ran.err
    );
    assert!(!house.data().exists(), "nothing was begun");
}
