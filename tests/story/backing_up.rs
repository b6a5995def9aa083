//! A backup by verb: made while the server works, checked without one, whole or not there.

use std::process::{Command, Output};

use serde_json::Value;
use tagout::sandbox::Vendor;
use tagout::wire::rpc;

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
    // Half-way, where no file may be longer than 1 KiB (setrlimit(2)): the same.
    let file = house.path("short.backup");
    let limited = limited(&house, &["backup", &file.display().to_string()]);
    assert_eq!(limited.status.code(), Some(1));
    let said = String::from_utf8_lossy(&limited.stderr).into_owned();
    assert!(
        said.contains("cannot write") && said.contains("File too large") && !said.contains("full"),
        "{said}"
    );
    assert!(!file.exists() && !house.path("short.backup.part").exists());
    house.ok(&["compact"]);
}

#[test]
fn what_somebody_else_has_is_neither_cut_nor_overwritten() {
    let house = House::with(&[LEDGER]);
    for name in ["acme.backup", "acme.backup.part"] {
        let (file, taken) = (house.path("acme.backup"), house.path(name));
        std::fs::write(&taken, "somebody's").unwrap();
        let ran = house.run(&["backup", &file.display().to_string()]);
        assert_eq!(ran.code, 2, "{}", ran.err);
        let said = format!("{} is there already", taken.display());
        assert!(ran.err.contains(&said), "{}", ran.err);
        assert_eq!(std::fs::read_to_string(&taken).unwrap(), "somebody's");
        std::fs::remove_file(&taken).unwrap();
    }
    house.ok(&["backup", &house.path("acme.backup").display().to_string()]);
    assert!(!house.path("acme.backup.part").exists());
}

/// While one is being made no other copy is; once its session is over, at once.
#[test]
fn a_client_that_leaves_ends_its_backup() {
    let house = House::with(&[]);
    let (client, notices) = house.client();
    house.block(client.ask(rpc::BackupBegin)).unwrap();
    let file = house.path("second.backup").display().to_string();
    let ran = house.run(&["backup", &file]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("being copied already"), "{}", ran.err);
    assert!(!house.path("second.backup.part").exists());
    drop((client, notices));
    house.until(noted, |it| whys(it) == ["its client went away"]);
    house.ok(&["backup", &file]);
}

fn noted() -> rpc::AuditFrom {
    rpc::AuditFrom {
        seq: 0,
        since: None,
        limit: tagout::wire::request::MAX_ROWS,
    }
}

/// Why backups came to nothing.
fn whys(entries: &Value) -> Vec<&str> {
    let entries = entries.as_array().unwrap().iter();
    let backups = entries.filter(|it| it["action"] == "store.backed_up");
    backups
        .filter_map(|it| it["detail"]["why"].as_str())
        .collect()
}

/// A verb that may write no file longer than 1 KiB, and hears of it as an error (EFBIG).
fn limited(house: &House, arguments: &[&str]) -> Output {
    let tagout = house.command();
    let mut command = Command::new("sh");
    for (name, value) in tagout.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""])
        .arg(tagout.get_program())
        .args(arguments)
        .output()
        .unwrap()
}
