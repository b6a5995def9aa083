use super::*;
use crate::domain::audit::walkthroughs::WalkthroughMoved;
use crate::domain::audit::{AuditOutcome, Event};
use crate::server::caller::server_entry;
use crate::server::resume_tests::{ask, options, start};
use crate::wire::request::Sort;
use crate::wire::rpc;

/// Entries that are written here, in transactions of a hundred.
const WRITTEN: u64 = 500;

async fn house(folder: &tempfile::TempDir) -> Arc<Server> {
    let server = start(&options(folder.path())).await;
    for first in (0..WRITTEN).step_by(100) {
        let written = server.store.write(|tx| {
            (first..first + 100).try_for_each(|n| {
                let event = Event::WalkthroughFinished(WalkthroughMoved {});
                let target = format!("target-{n:03}");
                tx.append(server_entry(event, &target, AuditOutcome::Done))
                    .map(drop)
            })
        });
        server.store.durable(written.unwrap().commit).await.unwrap();
    }
    server
}

/// The targets that are found, and how many rows that took.
async fn found(server: &Arc<Server>, filter: &str, reverse: bool) -> (Vec<String>, u64) {
    let before = server.store.work().rows_read;
    let window = Window {
        limit: 20,
        filter: filter.to_owned(),
        reverse,
        ..Window::default()
    };
    let page = ask(server, rpc::Audit { window }).await;
    assert!(!page.partial);
    let targets = page.rows.into_iter().map(|entry| entry.target);
    (targets.collect(), server.store.work().rows_read - before)
}

#[tokio::test]
async fn what_a_block_cannot_contain_is_not_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = house(&folder).await;
    for reverse in [false, true] {
        server.log_signatures.forget();
        let (none, read) = found(&server, "nobody-is-called-so", reverse).await;
        assert!(none.is_empty() && read >= WRITTEN, "{read}");
        let (none, again) = found(&server, "nobody-is-called-so", reverse).await;
        // The last block is not whole.
        assert!(
            none.is_empty() && again < BLOCK + 20,
            "{again} after {read}"
        );
        let (one, some) = found(&server, "target-200", reverse).await;
        assert_eq!(one, ["target-200"]);
        assert!(some < 2 * BLOCK + 20, "{some} after {read}");
        let (many, _) = found(&server, "TARGET-2", reverse).await;
        let numbers: Vec<u64> = match reverse {
            false => (280..300).rev().collect(),
            true => (200..220).collect(),
        };
        let expected: Vec<String> = numbers.iter().map(|n| format!("target-{n}")).collect();
        assert_eq!(many, expected);
        let (by_field, _) = found(&server, "to:target-42 not:target-423", reverse).await;
        assert_eq!(by_field.len(), 9);
    }
}

/// A full disk takes entries back that were applied and not durable, and others get their numbers.
#[tokio::test]
async fn what_was_known_of_blocks_is_forgotten_when_a_full_disk_may_have_taken_entries_back() {
    let folder = tempfile::tempdir().unwrap();
    let server = house(&folder).await;
    found(&server, "nobody-is-called-so", false).await;
    let (_, again) = found(&server, "nobody-is-called-so", false).await;
    assert!(again < BLOCK + 20, "{again}");
    server.store.fill_disk_at_commit();
    let event = Event::WalkthroughFinished(WalkthroughMoved {});
    let entry = server_entry(event, "caught", AuditOutcome::Done);
    let written = server.store.write(|tx| tx.append(entry).map(drop));
    drop(server.store.durable(written.unwrap().commit).await);
    let (_, read) = found(&server, "nobody-is-called-so", false).await;
    assert!(read >= WRITTEN, "{read}");
    let (_, again) = found(&server, "nobody-is-called-so", false).await;
    assert!(again < BLOCK + 20, "{again}");
}

/// Only a search for words begins the time after which they go.
#[tokio::test]
async fn a_filter_without_words_keeps_nothing_of_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let server = house(&folder).await;
    let (none, read) = found(&server, "outcome:failed", false).await;
    assert!(none.is_empty() && read >= WRITTEN, "{read}");
    assert_eq!(server.log_signatures.blocks(), 0);
    found(&server, "nobody-is-called-so", false).await;
    assert!(server.log_signatures.blocks() > 0);
}

/// What is written after a search is found by the next one.
#[tokio::test]
async fn a_new_entry_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let server = house(&folder).await;
    for n in 0..BLOCK {
        let target = format!("later-{n}");
        let event = Event::WalkthroughFinished(WalkthroughMoved {});
        let entry = server_entry(event, &target, AuditOutcome::Done);
        let written = server.store.write(|tx| tx.append(entry).map(drop));
        server.store.durable(written.unwrap().commit).await.unwrap();
        let (found, _) = found(&server, &target, false).await;
        assert_eq!(found, [target]);
    }
}

/// The record is in the order of time: by time no more of it is read than is shown, from either end.
#[tokio::test]
async fn by_time_it_is_read_from_one_end() {
    let folder = tempfile::tempdir().unwrap();
    let server = house(&folder).await;
    for descending in [false, true] {
        for reverse in [false, true] {
            let before = server.store.work().rows_read;
            let mut window = Window {
                limit: 20,
                reverse,
                sort: Some(Sort {
                    by: SortValue::Time.into(),
                    descending,
                }),
                ..Window::default()
            };
            let mut seqs = Vec::new();
            for _ in 0..2 {
                let asked = rpc::Audit {
                    window: window.clone(),
                };
                let page = ask(&server, asked).await;
                window.after = page.keys.last().cloned();
                seqs.extend(page.rows.into_iter().map(|entry| entry.seq));
            }
            let read = server.store.work().rows_read - before;
            assert!(read < 100, "{read}");
            let first = match descending == reverse {
                true => 0,
                false => server.store.tree().size() - 1,
            };
            let expected: Vec<u64> = match first {
                0 => (0..40).collect(),
                last => (last - 39..=last).rev().collect(),
            };
            assert_eq!(seqs, expected, "{descending} {reverse}");
        }
    }
}
