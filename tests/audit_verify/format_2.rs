//! A log that begins in format 1 and goes on in format 2.

use super::*;
use tagout::audit::{Leaves, ProvenLine, format_2_of, verify_extract};
use tagout::domain::audit::{About, Salt};

/// A change to a line.
type Change = fn(&mut Value);

/// The first entry of format 2.
const FROM: u64 = 4;

fn mixed_entry(seq: u64) -> AuditEntry {
    let entry = entry(seq);
    if seq < FROM {
        return entry;
    }
    in_format_2(entry)
}

fn in_format_2(mut entry: AuditEntry) -> AuditEntry {
    let about = About {
        provider: Some("slack".to_owned()),
        connection: Some("acme".to_owned()),
        run: None,
    };
    let salt = Salt([u8::try_from(entry.seq).unwrap(); 16]);
    entry.format_2 = Some(format_2_of(&entry, about, salt).unwrap());
    entry
}

fn mixed() -> String {
    log_of((0..9).map(mixed_entry), &signer(1))
}

/// The log after `change` was made to the line of entry 5, whose leaf stays.
fn after(change: impl FnOnce(&mut Value)) -> Result<LogReport, LogFault> {
    let mut lines = lines(&mixed());
    change(&mut lines[5]);
    checked(&text(&lines))
}

fn withhold(line: &mut Value) {
    for name in ["detail", "evidence", "salt"] {
        line.as_object_mut().unwrap().remove(name);
    }
}

#[track_caller]
fn is_altered(found: Result<LogReport, LogFault>, what: EntryPart) {
    let is_it = matches!(&found, Err(LogFault::Altered { line: 6, part, .. }) if *part == what);
    assert!(is_it, "{what:?}: {found:?}");
}

#[test]
fn a_log_goes_on_in_format_2() {
    let report = checked(&mixed()).unwrap();
    assert_eq!((report.entries, report.checkpoints), (9, 4));
    assert_eq!((report.format_2_from, report.withheld), (Some(FROM), 0));
    let old = checked(&log()).unwrap();
    assert_eq!((old.format_2_from, old.withheld), (None, 0));
}

#[test]
fn a_withheld_detail_is_said_and_everything_else_is_verified() {
    let mut lines = lines(&mixed());
    for seq in [5, 7] {
        withhold(&mut lines[seq]);
    }
    assert_eq!(checked(&text(&lines)).unwrap().withheld, 2);
    let entry: AuditEntry = serde_json::from_value(lines[5].clone()).unwrap();
    assert!(entry.is_withheld());
    assert_eq!(
        leaf_hash(&entry).unwrap(),
        leaf_hash(&mixed_entry(5)).unwrap()
    );
    // Written again it is still without them.
    let again = serde_json::to_value(&entry).unwrap();
    assert!(again.get("detail").is_none() && again.get("salt").is_none());
    lines[5]["actor"] = json!("eve");
    is_altered(checked(&text(&lines)), EntryPart::Entry);
}

#[test]
fn a_change_to_any_part_is_found_and_named() {
    let named: [(EntryPart, Change); 9] = [
        (EntryPart::Detail, |line| {
            line["detail"]["note"] = json!(false)
        }),
        (EntryPart::Detail, |line| {
            line["detail"]["revoked"][0]["n"] = json!(6)
        }),
        (EntryPart::Detail, |line| {
            line["evidence"]["status"] = json!(201)
        }),
        (EntryPart::Detail, |line| {
            line["salt"] = json!("06".repeat(16))
        }),
        (EntryPart::Detail, |line| line["salt"] = json!("05")),
        (EntryPart::DetailHash, |line| {
            line["detail_hash"] = json!("00".repeat(32))
        }),
        (EntryPart::Entry, |line| {
            line["about"]["provider"] = json!("stripe")
        }),
        (EntryPart::Entry, |line| {
            drop(line.as_object_mut().unwrap().remove("about"))
        }),
        (EntryPart::Entry, |line| line["leaf"] = json!("00")),
    ];
    for (part, change) in named {
        is_altered(after(change), part);
    }
    for name in [
        "seq", "id", "at", "actor", "role", "origin", "action", "target", "outcome",
    ] {
        is_altered(after(|line| line[name] = json!("x")), EntryPart::Entry);
    }
}

#[test]
fn a_changed_format_is_found_and_named() {
    for format in [json!(1), json!(3), json!("2"), json!(null)] {
        let found = after(|line| line["format"] = format.clone());
        assert!(
            matches!(found, Err(LogFault::UnknownFormat { line: 6, .. })),
            "{found:?}"
        );
    }
    // Without it every field counts, as in format 1.
    is_altered(
        after(|line| drop(line.as_object_mut().unwrap().remove("format"))),
        EntryPart::Entry,
    );
    // A header alone has its leaf as an entry of format 1 would: it is none.
    let found = after(|line| {
        withhold(line);
        line.as_object_mut().unwrap().remove("format");
    });
    assert!(
        matches!(found, Err(LogFault::Unreadable { line: 6, .. })),
        "{found:?}"
    );
}

#[test]
fn what_does_not_belong_into_format_2_is_found() {
    is_altered(after(|line| line["added"] = json!(1)), EntryPart::Entry);
    for name in ["detail", "evidence", "salt"] {
        let half = after(|line| drop(line.as_object_mut().unwrap().remove(name)));
        assert!(
            matches!(half, Err(LogFault::Unreadable { line: 6, .. })),
            "{half:?}"
        );
    }
}

#[test]
fn a_change_to_any_byte_is_found() {
    let honest = log_of(
        [mixed_entry(FROM)].map(|entry| AuditEntry { seq: 0, ..entry }),
        &signer(1),
    );
    every_flipped_bit_is_found(honest);
}

#[test]
fn a_log_does_not_go_back_to_format_1() {
    let back = log_of(
        (0..9).map(|seq| {
            if seq == 6 {
                entry(seq)
            } else {
                mixed_entry(seq)
            }
        }),
        &signer(1),
    );
    let found = checked(&back);
    assert!(
        matches!(
            found,
            Err(LogFault::OlderFormat {
                seq: 6,
                line: 7,
                ..
            })
        ),
        "{found:?}"
    );
}

/// The first entry of format 2 names the entry that begins it; here it is the one with this `seq`.
fn upgraded(from: u64) -> String {
    log_of(
        (0..9).map(|seq| {
            let mut entry = entry(seq);
            if seq != FROM {
                return mixed_entry(seq);
            }
            entry.action = "folder.upgraded".to_owned();
            entry.detail = json!({ "from": 1, "to": 2, "log": { "format": 2, "from": from } });
            entry.evidence = Value::Null;
            in_format_2(entry)
        }),
        &signer(1),
    )
}

#[test]
fn where_format_2_begins_is_where_its_first_entry_says() {
    assert_eq!(checked(&upgraded(FROM)).unwrap().format_2_from, Some(FROM));
    let other = upgraded(FROM + 1);
    let found = checked(&other);
    assert!(
        matches!(
            found,
            Err(LogFault::OtherBeginning {
                seq: FROM,
                line: 5,
                stated: 5,
                ..
            })
        ),
        "{found:?}"
    );
    // Without its detail it says nothing.
    let mut lines = lines(&other);
    withhold(&mut lines[4]);
    assert_eq!(checked(&text(&lines)).unwrap().format_2_from, Some(FROM));
}

#[test]
fn an_extract_may_have_entries_of_both_formats_and_withhold_details() {
    let entries: Vec<AuditEntry> = (0..9).map(mixed_entry).collect();
    let leaves = Leaves::new(entries.iter().map(|it| leaf_hash(it).unwrap()).collect());
    let mut tree = Tree::default();
    entries
        .iter()
        .for_each(|it| tree.append(leaf_hash(it).unwrap()));
    let line = |seq: usize| {
        let line = ProvenLine {
            entry: entries[seq].clone(),
            leaf: leaf_hash(&entries[seq]).unwrap(),
            proof: leaves.proof(seq).unwrap(),
        };
        serde_json::to_value(line).unwrap()
    };
    let mut lines = [line(2), line(5), line(8)];
    withhold(&mut lines[1]);
    let note = signer(1).sign(&tree);
    let extract = verify_extract(text(&lines).as_bytes(), &note, &key()).unwrap();
    assert!(extract.entries[1].is_withheld() && !extract.entries[2].is_withheld());
    lines[2]["detail"]["note"] = json!("another");
    let found = verify_extract(text(&lines).as_bytes(), &note, &key()).unwrap_err();
    assert!(
        matches!(
            found,
            LogFault::Altered {
                line: 3,
                part: EntryPart::Detail,
                ..
            }
        ),
        "{found}"
    );
}
