use super::*;

#[test]
fn a_log_cut_within_a_commit_or_continued_without_the_key_is_found() {
    let honest = lines(&log());
    assert!(matches!(
        checked(&text(&honest[..7])),
        Err(LogFault::Uncovered { first: 5, count: 2 })
    ));
    let continued = log_of((0..11).map(entry_any), &signer(1));
    assert!(matches!(
        checked(&continued),
        Err(LogFault::Uncovered { first: 9, count: 2 })
    ));
}

fn entry_any(seq: u64) -> AuditEntry {
    AuditEntry {
        seq,
        ..entry(seq % 9)
    }
}

#[test]
fn a_log_cut_behind_a_commit_is_found_with_an_earlier_checkpoint_alone() {
    let cut = text(&lines(&log())[..5]);
    assert_eq!(checked(&cut).unwrap().entries, 5);
    for size in [6, 9] {
        let earlier = checkpoint(size, &signer(1));
        let found = verify(cut.as_bytes(), Some(&key()), Some(&earlier));
        assert!(matches!(found, Err(LogFault::Truncated { found: 5, earlier }) if earlier == size));
    }
    for size in [0, 1, 4, 5] {
        let earlier = checkpoint(size, &signer(1));
        assert!(
            verify(cut.as_bytes(), Some(&key()), Some(&earlier))
                .unwrap()
                .earlier_checked,
            "{size}"
        );
    }
}

#[test]
fn a_log_rolled_back_and_signed_anew_is_found_with_an_earlier_checkpoint() {
    let other = |seq| AuditEntry {
        actor: if seq < 5 { "ada" } else { "eve" }.to_owned(),
        ..entry(seq)
    };
    let rewritten = log_of((0..9).map(other), &signer(1));
    assert_eq!(
        checked(&rewritten).unwrap().entries,
        9,
        "who has the key can do that"
    );
    for size in 0..=9 {
        let earlier = checkpoint(size, &signer(1));
        let found = verify(rewritten.as_bytes(), Some(&key()), Some(&earlier));
        match found {
            Ok(_) => assert!(size <= 5, "{size}"),
            Err(LogFault::Rewritten { size: at, .. }) => assert!(size > 5 && at == size),
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn a_fork_signed_with_another_key_is_found() {
    let fork = log_of((0..9).map(entry), &signer(2));
    assert!(matches!(
        checked(&fork),
        Err(LogFault::Checkpoint {
            seq: 0,
            line: 1,
            fault: CheckpointFault::Note(CheckpointError::Unsigned(_))
        })
    ));
    assert!(
        !verify(fork.as_bytes(), None, None)
            .unwrap()
            .signatures_checked
    );
}

#[test]
fn a_checkpoint_that_was_moved_emptied_or_forged_is_found() {
    let note = |place: usize| lines(&log())[place]["checkpoint"].clone();
    let mut moved = lines(&log());
    moved[8]["checkpoint"] = note(4);
    assert!(matches!(
        checked(&text(&moved)),
        Err(LogFault::Checkpoint {
            line: 9,
            fault: CheckpointFault::Size {
                stated: 5,
                found: 9
            },
            ..
        })
    ));
    for (from, to) in [("\n9\n", "\n8\n"), ("tagout", "tagaut"), ("\n\n", "\n")] {
        let mut forged = lines(&log());
        forged[8]["checkpoint"] = json!(note(8).as_str().unwrap().replacen(from, to, 1));
        let found = checked(&text(&forged));
        assert!(
            matches!(
                found,
                Err(LogFault::Checkpoint {
                    line: 9,
                    fault: CheckpointFault::Note(_),
                    ..
                })
            ),
            "{from:?}"
        );
    }
    let mut emptied = lines(&log());
    emptied[8].as_object_mut().unwrap().remove("checkpoint");
    assert!(matches!(
        checked(&text(&emptied)),
        Err(LogFault::Uncovered { first: 5, count: 4 })
    ));
}

#[test]
fn an_earlier_checkpoint_of_another_key_is_not_believed() {
    let earlier = checkpoint(5, &signer(2));
    assert!(matches!(
        verify(log().as_bytes(), Some(&key()), Some(&earlier)),
        Err(LogFault::Earlier(CheckpointError::Unsigned(_)))
    ));
    assert!(matches!(
        verify(log().as_bytes(), None, Some("nothing")),
        Err(LogFault::Earlier(_))
    ));
}
