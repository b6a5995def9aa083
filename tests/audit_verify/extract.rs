//! Some entries of a log, each with its proof.

use serde_json::{Value, json};
use tagout::audit::{Extract, Leaves, LogFault, ProvenLine, Verifier, leaf_hash, verify_extract};

use crate::{checkpoint, entry, key, lines, signer, text};

const SIZE: u64 = 9;

/// Entries 2, 5 and 8 of nine.
fn extract() -> String {
    let leaves = Leaves::new((0..SIZE).map(|n| leaf_hash(&entry(n)).unwrap()).collect());
    let line = |seq: u64| ProvenLine {
        entry: entry(seq),
        leaf: leaf_hash(&entry(seq)).unwrap(),
        proof: leaves.proof(seq as usize).unwrap(),
    };
    let lines = [2, 5, 8].map(|seq| serde_json::to_string(&line(seq)).unwrap());
    lines.join("\n") + "\n"
}

fn checked(text: &str) -> Result<Extract, LogFault> {
    verify_extract(text.as_bytes(), &checkpoint(SIZE, &signer(1)), &key())
}

/// The extract after `change` was made to its lines.
fn changed(change: impl FnOnce(&mut Vec<Value>)) -> LogFault {
    let mut lines = lines(&extract());
    change(&mut lines);
    checked(&text(&lines)).unwrap_err()
}

#[test]
fn what_is_in_the_log_is_proven() {
    let extract = checked(&extract()).unwrap();
    let found: Vec<u64> = extract.entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(found, [2, 5, 8]);
    assert_eq!(extract.checkpoint.size, SIZE);
}

#[test]
fn an_entry_that_was_changed_is_named() {
    let found = changed(|lines| lines[1]["actor"] = json!("eve"));
    assert!(
        matches!(found, LogFault::Altered { line: 2, .. }),
        "{found}"
    );
}

#[test]
fn a_leaf_that_was_made_to_fit_is_not_in_the_log() {
    let found = changed(|lines| {
        lines[1]["actor"] = json!("eve");
        let entry = serde_json::from_value(lines[1].clone()).unwrap();
        lines[1]["leaf"] = json!(leaf_hash(&entry).unwrap());
    });
    assert!(
        matches!(
            found,
            LogFault::NotIncluded {
                seq: 5,
                line: 2,
                ..
            }
        ),
        "{found}"
    );
}

#[test]
fn a_proof_of_another_entry_proves_nothing() {
    let found = changed(|lines| lines[0]["proof"] = lines[1]["proof"].clone());
    assert!(
        matches!(found, LogFault::NotIncluded { seq: 2, .. }),
        "{found}"
    );
}

#[test]
fn entries_stand_once_and_in_their_order() {
    let twice = changed(|lines| lines[1] = lines[0].clone());
    let moved = changed(|lines| lines.swap(0, 1));
    for found in [twice, moved] {
        assert!(
            matches!(found, LogFault::NotInOrder { line: 2, .. }),
            "{found}"
        );
    }
}

#[test]
fn the_checkpoint_is_the_keys() {
    let other = Verifier::parse(&signer(2).public_key()).unwrap();
    let note = checkpoint(SIZE, &signer(1));
    let found = verify_extract(extract().as_bytes(), &note, &other).unwrap_err();
    assert!(matches!(found, LogFault::Unsigned(_)), "{found}");
    // One of a shorter log does not cover the last entry.
    let note = checkpoint(5, &signer(1));
    let found = verify_extract(extract().as_bytes(), &note, &key()).unwrap_err();
    assert!(matches!(found, LogFault::NotIncluded { .. }), "{found}");
}
