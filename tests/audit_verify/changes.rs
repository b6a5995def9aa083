use super::*;

#[test]
fn an_honest_log_is_reported_as_it_is() {
    let report = checked(&log()).unwrap();
    assert_eq!((report.entries, report.size, report.checkpoints), (9, 9, 4));
    assert_eq!(report.last_at, Some(entry(8).at));
    assert_eq!(report.key_name.as_deref(), Some(ORIGIN));
    assert!(report.signatures_checked && !report.earlier_checked);
    assert!(checkpoint(9, &signer(1)).contains(&{
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(report.root.0)
    }));
    let nothing = checked("").unwrap();
    assert_eq!((nothing.entries, nothing.root), (0, Hash::of_nothing()));
    assert!(
        !nothing.signatures_checked,
        "there was no signature to check"
    );
}

#[test]
fn without_a_key_the_report_says_that_signatures_were_not_checked() {
    let report = verify(log().as_bytes(), None, None).unwrap();
    assert!(!report.signatures_checked);
    assert_eq!(report.checkpoints, 4);
}

#[test]
fn a_change_to_any_field_is_found_and_the_entry_is_named() {
    let honest = lines(&log())[5].clone();
    let names: Vec<_> = honest
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| *name != "leaf")
        .cloned()
        .collect();
    assert_eq!(names.len(), 11);
    for name in names {
        let log = changed(|line| line[name.as_str()] = json!("x"), false);
        let Err(LogFault::Altered {
            seq,
            id,
            line: 6,
            part: EntryPart::Entry,
        }) = checked(&log)
        else {
            panic!("{name}: {:?}", checked(&log))
        };
        assert!(name == "seq" || seq == "5");
        assert!(name == "id" || id == entry(5).id.as_str());
    }
    let found = |change: fn(&mut Value)| checked(&changed(change, false));
    assert!(matches!(
        found(|line| line["origin"]["via"] = json!("local")),
        Err(LogFault::Altered { line: 6, .. })
    ));
    assert!(matches!(
        found(|line| line["detail"]["revoked"][0]["n"] = json!(6)),
        Err(LogFault::Altered { line: 6, .. })
    ));
    assert!(matches!(
        found(|line| line["detail"]["note"] = json!(false)),
        Err(LogFault::Altered { line: 6, .. })
    ));
    assert!(matches!(
        found(|line| line["added"] = json!(1)),
        Err(LogFault::Altered { line: 6, .. })
    ));
    assert!(matches!(
        found(|line| line["leaf"] = json!("00")),
        Err(LogFault::Altered { line: 6, .. })
    ));
    assert!(matches!(
        found(|line| drop(line.as_object_mut().unwrap().remove("leaf"))),
        Err(LogFault::Altered { .. })
    ));
}

/// Also blanks, escapes, the letters' case and the base64 of a checkpoint.
#[test]
fn a_change_to_any_byte_is_found() {
    every_flipped_bit_is_found(log_of((0..1).map(entry), &signer(1)));
}

#[test]
fn a_change_with_its_leaf_fails_the_next_checkpoint() {
    let log = changed(|line| line["actor"] = json!("eve"), true);
    assert!(matches!(
        checked(&log),
        Err(LogFault::Checkpoint {
            seq: 8,
            line: 9,
            fault: CheckpointFault::Root { .. }
        })
    ));
}

#[test]
fn a_changed_entry_is_named_before_a_failing_checkpoint() {
    let log = changed(|line| line["actor"] = json!("eve"), true);
    let mut lines = lines(&log);
    lines[1]["actor"] = json!("eve");
    let first: AuditEntry = serde_json::from_value(lines[1].clone()).unwrap();
    lines[1]["leaf"] = json!(leaf_hash(&first).unwrap());
    assert!(matches!(
        checked(&text(&lines)),
        Err(LogFault::Checkpoint {
            seq: 3,
            line: 4,
            ..
        })
    ));
    lines[7]["actor"] = json!("eve");
    assert!(matches!(
        checked(&text(&lines)),
        Err(LogFault::Altered { line: 8, .. })
    ));
}

#[test]
fn a_removed_a_repeated_and_two_swapped_lines_are_named() {
    for place in 0..8 {
        let mut lines = lines(&log());
        lines.remove(place);
        let Err(LogFault::OutOfOrder {
            line,
            expected,
            found,
            ..
        }) = checked(&text(&lines))
        else {
            panic!("{place}")
        };
        assert_eq!(
            (line, expected, found),
            (place as u64 + 1, place as u64, place as u64 + 1)
        );
    }
    let mut repeated = lines(&log());
    repeated.insert(3, repeated[2].clone());
    assert!(matches!(
        checked(&text(&repeated)),
        Err(LogFault::OutOfOrder {
            line: 4,
            expected: 3,
            found: 2,
            ..
        })
    ));
    let mut swapped = lines(&log());
    swapped.swap(5, 6);
    assert!(matches!(
        checked(&text(&swapped)),
        Err(LogFault::OutOfOrder {
            line: 6,
            expected: 5,
            found: 6,
            ..
        })
    ));
}

/// Neither its leaf nor its length shows that a number is spelled otherwise.
#[test]
fn a_number_that_is_spelled_otherwise_is_found() {
    let mut entry = entry(0);
    entry.detail = json!({ "uid": 1000, "most": 1_u64 << 53 });
    let honest = log_of([entry], &signer(1));
    checked(&honest).unwrap();
    for (number, other) in [
        ("1000", "1e3 "),
        ("1000", "1E+3"),
        ("1000", "1000.0"),
        ("9007199254740992", "9007199254740993"),
    ] {
        let found = checked(&honest.replacen(number, other, 1));
        assert!(
            matches!(found, Err(LogFault::Unreadable { line: 1, .. })),
            "{other}: {found:?}"
        );
    }
}

#[test]
fn a_line_that_is_no_entry_is_named() {
    let log = log();
    let with = |line: &str| log.replacen('\n', &format!("\n{line}\n"), 1);
    for line in ["", "{", "[]", "null", "{} "] {
        assert!(
            matches!(
                checked(&with(line)),
                Err(LogFault::Unreadable { line: 2, .. })
            ),
            "{line:?}"
        );
    }
    assert!(matches!(
        checked(&with("{}")),
        Err(LogFault::Altered { line: 2, .. })
    ));
    let twice = log.replacen(
        "\"actor\":\"ada\"",
        "\"actor\":\"eve\",\"actor\":\"ada\"",
        1,
    );
    assert!(matches!(
        checked(&twice),
        Err(LogFault::Unreadable { line: 1, .. })
    ));
    let nested = log.replacen("\"status\":200", "\"status\":500,\"status\":200", 1);
    assert!(matches!(
        checked(&nested),
        Err(LogFault::Unreadable { line: 1, .. })
    ));
    let cut = &log[..log.len() - 1];
    assert!(matches!(
        checked(cut),
        Err(LogFault::Unreadable { line: 9, .. })
    ));
    let endless = "x".repeat(5 << 20);
    assert!(matches!(
        checked(&endless),
        Err(LogFault::Unreadable { line: 1, .. })
    ));
}

/// A log has control characters as they are, what is exported as escapes. A line is all of one kind: what the escapes of one
/// would be longer makes no room for a field twice.
#[test]
fn a_line_is_escaped_throughout_or_not_at_all() {
    let exported = log();
    assert!(exported.contains("\\u007f"));
    let raw = exported.replace("\\u007f", "\u{7f}");
    assert_eq!(
        checked(&raw).unwrap().entries,
        checked(&exported).unwrap().entries
    );
    let capital = exported.replace("\\u007f", "\\u007F");
    assert!(matches!(
        checked(&capital),
        Err(LogFault::Unreadable { line: 1, .. })
    ));
    // Five bytes are free where one is written raw.
    let padded = raw.replacen("\"role\":", "     \"role\":", 1);
    assert!(matches!(
        checked(&padded),
        Err(LogFault::Unreadable { line: 1, .. })
    ));
}
