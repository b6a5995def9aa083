//! Whatever is done to a log's file is found, and named.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test the panic is the report"
)]

mod bundles;
mod changes;
mod checkpoints;
mod extract;
mod format_2;
mod golden;

use serde_json::{Value, json};
use tagout::audit::{
    CheckpointError, CheckpointFault, EntryPart, Hash, LogFault, LogReport, Signer, Tree, Verifier,
    export, leaf_hash, verify,
};
use tagout::domain::audit::AuditEntry;

const ORIGIN: &str = "tagout.example/log";
/// The last entry of each commit.
const COMMITS: [u64; 4] = [0, 3, 4, 8];

fn signer(seed: u8) -> Signer {
    Signer::from_seed(&[seed; 32], ORIGIN).unwrap()
}

fn key() -> Verifier {
    Verifier::parse(&signer(1).public_key()).unwrap()
}

fn entry(seq: u64) -> AuditEntry {
    serde_json::from_value(json!({
        "seq": seq, "id": format!("aud_01jd7{:021}", seq), "at": format!("2026-03-01T10:00:0{seq}Z"), "actor": "ada",
        "role": "owner", "origin": {"address": "192.0.2.7", "via": "sshd"}, "action": "connection.disconnected",
        "target": "con_x", "outcome": "done", "evidence": {"status": 200, "body": "é\u{1}\u{7f}"},
        "detail": {"revoked": [{"kind": "access", "n": seq}], "note": null}
    }))
    .unwrap()
}

fn log_of(entries: impl IntoIterator<Item = AuditEntry>, signer: &Signer) -> String {
    let mut tree = Tree::default();
    let mut out = Vec::new();
    let lines = entries.into_iter().map(|entry| {
        tree.append(leaf_hash(&entry).unwrap());
        let checkpoint = COMMITS.contains(&entry.seq).then(|| signer.sign(&tree));
        (entry, checkpoint)
    });
    export(lines, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn log() -> String {
    log_of((0..9).map(entry), &signer(1))
}

/// The signed checkpoint after `size` entries.
fn checkpoint(size: u64, signer: &Signer) -> String {
    let mut tree = Tree::default();
    (0..size).for_each(|seq| tree.append(leaf_hash(&entry(seq)).unwrap()));
    signer.sign(&tree)
}

fn checked(log: &str) -> Result<LogReport, LogFault> {
    verify(log.as_bytes(), Some(&key()), None)
}

fn lines(log: &str) -> Vec<Value> {
    log.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn text(lines: &[Value]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// The log after `change` was made to the line of entry 5, whose leaf is then computed anew if asked for.
fn changed(change: impl FnOnce(&mut Value), with_leaf: bool) -> String {
    let mut lines = lines(&log());
    change(&mut lines[5]);
    if with_leaf {
        let entry = serde_json::from_value(lines[5].clone()).unwrap();
        lines[5]["leaf"] = json!(leaf_hash(&entry).unwrap());
    }
    text(&lines)
}

/// Of each byte one bit that leaves it a letter, and one that changes its case.
fn every_flipped_bit_is_found(honest: String) {
    checked(&honest).unwrap();
    let honest = honest.into_bytes();
    for place in 0..honest.len() {
        for bit in [0x01, 0x20] {
            let mut bytes = honest.clone();
            bytes[place] ^= bit;
            assert!(
                verify(bytes.as_slice(), Some(&key()), None).is_err(),
                "byte {place}, bit {bit:#x}"
            );
        }
    }
}
