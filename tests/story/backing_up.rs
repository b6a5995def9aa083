//! A backup by verb: made while the server works, checked without one, whole or not there.

use serde_json::Value;
use tagout::sandbox::Vendor;

use crate::house::{BOT, House, text};

const LEDGER: Vendor = Vendor::Ledger;

#[test]
fn a_backup_is_written_read_back_and_checked_without_a_server() {
    let mut house = House::with(&[LEDGER]);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    house.sync(&id);
    let file = house.path("acme.backup").display().to_string();
    let lines = house.lines(&["backup", &file]);
    let made = &lines.last().unwrap()["backup"];
    assert_eq!(lines.last().unwrap()["event"], "backed_up");
    let bytes = std::fs::read(&file).unwrap();
    let said = String::from_utf8_lossy(&bytes);
    for secret in ["sandbox-ledger-secret", "sbx_"] {
        assert!(!said.contains(secret), "{secret}");
    }
    let entries = house.json(&["audit"]);
    let rows = entries.as_array().unwrap();
    let entry: &Value = rows
        .iter()
        .find(|it| it["action"] == "store.backed_up")
        .unwrap();
    assert_eq!(entry["detail"]["sha256"], made["sha256"]);

    let again = house.run(&["backup", &file]);
    assert_eq!(again.code, 2, "{}", again.err);
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
    house.stop();
    assert_eq!(&house.json(&["backup", "--verify", &file]), made);
    std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    let cut = house.run(&["backup", "--verify", &file]);
    assert_eq!(cut.code, 1);
    assert!(cut.err.contains("is cut short"), "{}", cut.err);
    assert!(house.try_client().is_err(), "checking starts no server");
}

/// A place that cannot be written to: it is named, and nothing is left there.
#[test]
fn a_backup_that_cannot_be_written_leaves_nothing() {
    let house = House::with(&[LEDGER]);
    let nowhere = house.path("nowhere/acme.backup").display().to_string();
    let ran = house.run(&["backup", &nowhere]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        ran.err.contains("cannot write") && ran.err.contains("Nothing was lost"),
        "{}",
        ran.err
    );
    // On a full disk (full(4)), the same.
    let full = house.path("full.backup");
    std::os::unix::fs::symlink("/dev/full", house.path("full.backup.part")).unwrap();
    let ran = house.run(&["backup", &full.display().to_string()]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("No space left"), "{}", ran.err);
    assert!(!full.exists() && !house.path("full.backup.part").exists());
    // The one that failed is over in the server within a minute; until then another is refused by name.
    let busy = house.run(&["compact"]);
    assert!(
        busy.code == 0 || busy.err.contains("being copied already"),
        "{}",
        busy.err
    );
}
