//! A bundle for an auditor, of this version or of another one.

use std::fs;

use serde_json::{Value, json};
use tagout::audit::{Leaves, ProvenLine, Tree, format_2_of, leaf_hash};
use tagout::domain::audit::{About, Salt};
use tagout::evidence::check::{Wrong, check};
use tempfile::TempDir;

use crate::{entry, signer};

const RUN: &str = "run_01kb5f00000000000000000001";

/// A bundle whose only entry sums a disconnect up, in words that this program does not know.
fn bundle(version: &str, report: u32) -> TempDir {
    let mut entry = entry(0);
    let about = About {
        run: Some(RUN.parse().unwrap()),
        ..About::default()
    };
    entry.format_2 = Some(format_2_of(&entry, about, Salt([1; 16])).unwrap());
    let leaf = leaf_hash(&entry).unwrap();
    let mut tree = Tree::default();
    tree.append(leaf);
    let line = ProvenLine {
        entry,
        leaf,
        proof: Leaves::new(vec![leaf]).proof(0).unwrap(),
    };
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    let about: Value = json!({ "version": version, "report": report, "runs": [RUN] });
    write("bundle.json", about.to_string());
    write("entries.jsonl", format!("{}\n", json!(line)));
    write("checkpoint", signer(1).sign(&tree));
    write("audit.pub", format!("{}\n", signer(1).public_key()));
    folder
}

#[test]
fn a_bundle_of_another_version_may_have_words_that_are_not_known_here() {
    let report = check(bundle("99.0.0", 2).path(), None).unwrap();
    assert_eq!((report.entries, report.report_checked), (1, false));
    let ours = env!("CARGO_PKG_VERSION");
    let before = check(bundle(ours, 1).path(), None).unwrap();
    assert!(!before.report_checked);
    let ours = check(bundle(ours, 2).path(), None);
    assert!(matches!(ours, Err(Wrong::Unclear(_))), "{ours:?}");
}
