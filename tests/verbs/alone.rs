//! What works, and what is refused, without a server.

use std::fs;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tagout::audit::{Signer, Tree, leaf_hash};
use tagout::wire::request::Request;
use tagout::wire::{Code, rpc};

use crate::facts::entry;
use crate::server::{Server, Then, ran, refuse, reply, tagout};

#[test]
fn status_and_stop_start_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("data");
    for verb in ["status", "stop"] {
        let ran = ran(tagout(&folder).arg(verb));
        assert_eq!(ran.code, 7);
        assert!(
            ran.err
                .starts_with(&format!("error: {verb} failed: no server")),
            "{}",
            ran.err
        );
        assert!(!folder.exists());
    }
}

/// A verb that only reads would make a workspace in whatever folder a slip of the finger named.
#[test]
fn reading_makes_no_workspace() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("data");
    let verbs = "connections|runs|jobs|executions|references|records|webhooks|subscriptions|follow-ups|flows|holds|\
                 users|audit|walkthroughs|plan github|token github|jobs run job_1|audit export|evidence run_1 --out x";
    for verb in verbs.split('|') {
        let ran = ran(tagout(&folder).args(verb.split(' ')));
        assert_eq!(ran.code, 7, "{verb}: {}", ran.err);
        let said = format!("no workspace in {}", folder.display());
        assert!(ran.err.contains(&said), "{verb}: {}", ran.err);
        assert!(ran.err.contains("tagout init"), "{verb}: {}", ran.err);
        assert!(!folder.exists(), "{verb}");
    }
}

#[test]
fn the_catalog_needs_no_workspace() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("data");
    let run = |arguments: &[&str]| ran(tagout(&folder).args(arguments));
    let all = run(&["providers", "--json"]).json();
    let ids: Vec<&str> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["id"].as_str().unwrap())
        .collect();
    assert!(
        ids.contains(&"github") && ids.contains(&"stripe"),
        "{ids:?}"
    );
    let one = run(&["providers", "stripe", "--json"]).json();
    assert_eq!(one["redirect_uri"], "http://127.0.0.1:8976/callback/stripe");
    assert_eq!(one["instance_status"], serde_json::Value::Null);
    let manual = one["manual"][0]["text"].as_str().unwrap();
    assert!(manual.contains("Tagout"), "{manual}");
    assert_eq!(run(&["providers", "nobody"]).code, 4);
    let mistyped = run(&["providers", "strip"]);
    assert_eq!(mistyped.code, 4);
    assert!(
        mistyped.err.contains("Did you mean stripe?"),
        "{}",
        mistyped.err
    );
    assert!(!folder.exists());
}

#[test]
fn a_configuration_that_is_named_has_to_be_there() {
    let temp = tempfile::tempdir().unwrap();
    let file = temp.path().join("missing.toml");
    let named = ran(tagout(temp.path())
        .arg("connections")
        .arg("--config")
        .arg(&file));
    assert_eq!(named.code, 2);
    assert!(named.err.contains("missing.toml"), "{}", named.err);
    assert_eq!(named.err.lines().count(), 1, "{}", named.err);
    // Nobody names the default: it may be absent.
    assert_eq!(ran(tagout(temp.path()).arg("providers")).code, 0);
}

#[test]
fn usage_is_exit_2_and_json_when_asked_for() {
    let temp = tempfile::tempdir().unwrap();
    let wrong = ran(tagout(temp.path()).args(["disconnect", "--json"]));
    assert_eq!(wrong.code, 2);
    let error: serde_json::Value = serde_json::from_str(&wrong.err).unwrap();
    assert_eq!(error["error"]["code"], "usage");
    assert_eq!(ran(tagout(temp.path()).arg("--help")).code, 0);
}

#[test]
fn a_wrong_configuration_is_named_with_its_line() {
    let temp = tempfile::tempdir().unwrap();
    let file = temp.path().join("config.toml");
    fs::write(&file, "callback_port = 70000\n").unwrap();
    let ran = ran(tagout(temp.path()).arg("status").arg("--config").arg(&file));
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("line 1") && ran.err.lines().count() == 1,
        "{}",
        ran.err
    );
}

#[test]
fn an_exported_log_verifies_until_it_is_touched() {
    let signer = Signer::from_seed(&[7; 32], "acme").unwrap();
    let mut tree = Tree::default();
    for seq in 0..3 {
        tree.append(leaf_hash(&entry(seq)).unwrap());
    }
    let (note, key) = (signer.sign(&tree), signer.public_key());
    let latest = json!({"checkpoint": note, "public_key": key, "size": 3});
    let server = Server::new(move |request| match request {
        Request::Checkpoint => reply(latest.clone()),
        // An entry that was written after the checkpoint is not covered by it.
        Request::AuditFrom(rpc::AuditFrom { seq: 0, .. }) => {
            reply((0..4).map(entry).collect::<Vec<_>>())
        }
        _ => Then::Vanish,
    });
    let exported = server.run(&["audit", "export"]);
    assert_eq!(
        (exported.code, exported.out.lines().count()),
        (0, 3),
        "{}",
        exported.err
    );

    let temp = tempfile::tempdir().unwrap();
    let log = temp.path().join("audit.log");
    fs::write(&log, &exported.out).unwrap();
    fs::write(temp.path().join("audit.pub"), &key).unwrap();
    let verify = || ran(tagout(temp.path()).args(["audit", "verify", "--json"]));
    let report = verify().json();
    assert_eq!(
        (&report["entries"], &report["signatures_checked"]),
        (&json!(3), &json!(true))
    );
    let typed = BASE64_STANDARD
        .decode(key.rsplit('+').next().unwrap())
        .unwrap();
    let fingerprint = hex::encode(Sha256::digest(&typed[1..]));
    assert_eq!(report["key_fingerprint"], fingerprint.as_str());
    let read = ran(tagout(temp.path()).args(["audit", "verify"]));
    assert!(read.out.contains(&fingerprint), "{}", read.out);

    fs::write(&log, exported.out.replace("\"seq\":1", "\"seq\":9")).unwrap();
    let touched = verify();
    assert_eq!(touched.code, 1);
    assert!(touched.err.contains("line 2"), "{}", touched.err);

    fs::remove_file(&log).unwrap();
    assert_eq!(verify().code, 4);
    // A log that was emptied agrees with itself, and is none.
    fs::write(temp.path().join("audit.log"), "").unwrap();
    let emptied = verify();
    assert_eq!(emptied.code, 1);
    assert!(emptied.err.contains("no entry"), "{}", emptied.err);
}

#[test]
fn provider_files_are_checked() {
    let temp = tempfile::tempdir().unwrap();
    let file = temp.path().join("acme.toml");
    let good = include_str!("../../assets/providers/github.toml");
    fs::write(&file, good).unwrap();
    let check = || {
        ran(tagout(temp.path())
            .args(["providers", "check", "--json"])
            .arg(&file))
    };
    assert_eq!(check().json()["id"], "github");

    fs::write(&file, format!("colour = 1\n{good}")).unwrap();
    let wrong = check();
    assert_eq!(wrong.code, 1);
    assert!(
        wrong.err.contains("acme.toml:1") && wrong.err.contains("colour"),
        "{}",
        wrong.err
    );
}

#[test]
fn a_server_that_cannot_be_started_is_exit_7_with_the_reason() {
    let temp = tempfile::tempdir().unwrap();
    // A link that leads nowhere is neither a folder nor something a folder can be made of.
    let folder = temp.path().join("data");
    std::os::unix::fs::symlink(temp.path().join("nowhere"), &folder).unwrap();
    let mut command = tagout(&folder);
    let ran = ran(command.env("HOME", temp.path()).arg("init"));
    assert_eq!(ran.code, 7);
    assert!(
        ran.err.contains("starting one failed: File exists"),
        "{}",
        ran.err
    );
}

#[test]
fn a_backup_that_the_server_cannot_make_is_an_error_and_leaves_nothing() {
    for is_gone in [false, true] {
        let server = Server::new(move |request| match request {
            Request::BackupBegin => reply(1),
            _ if is_gone => Then::Vanish,
            _ => refuse(Code::Failed, "the store is damaged: row 7", "see the log"),
        });
        let file = server.folder().join("acme.backup");
        let ran = server.run(&["backup", &file.display().to_string()]);
        let said = [
            "the store is damaged: row 7",
            "the server closed the connection",
        ][usize::from(is_gone)];
        assert!(ran.code != 0 && ran.err.contains(said), "{}", ran.err);
        let left = fs::read_dir(server.folder()).unwrap();
        let left = left.filter(|it| {
            let name = it.as_ref().unwrap().file_name();
            name.to_string_lossy().contains("backup")
        });
        assert_eq!(left.count(), 0);
    }
}
