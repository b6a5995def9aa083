use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::domain::connection::Connection;
use crate::domain::job::{ReferenceState, SyncJob, SyncMode, sample};
use crate::domain::provider::SyncKind;
use crate::domain::sync::{FinishedPass, LastPass, Moves, Position, Unchecked, WholePass};
use crate::store::disk_fault_tests::signer;
use crate::store::facts::{PassEnd, Scopes};

const PAGE: u64 = 100;

fn at() -> Timestamp {
    "2026-03-01T10:00:00Z".parse().unwrap()
}

/// A list that is pulled, and the store that keeps it.
struct House {
    folder: tempfile::TempDir,
    store: Store,
}

fn of() -> ListOf {
    ListOf {
        job: "job_01jd7000000000000000000001".parse().unwrap(),
        execution: "exe_01jd7000000000000000000001".parse().unwrap(),
        parent: None,
    }
}

/// A thing of the list that says this.
fn thing(n: u64, says: &str) -> Synced {
    Synced {
        id: format!("ref_01jd70000000000000000{n:05}").parse().unwrap(),
        local_id: format!("issue_{n}"),
        external_id: n.to_string(),
        digest: format!("{n} {says}"),
        ..sample::record()
    }
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("data"), signer()).unwrap();
        let of = of();
        let connection: Connection = serde_json::from_value(json!({
            "id": sample::record().connection, "instance": "ins_01jd7000000000000000000001",
            "provider": "ledger", "name": "acme", "owner": { "kind": "workspace" },
            "account": { "id": "1", "label": "acme" }, "status": "connected", "reason": "", "health": "healthy",
            "generation": 1, "version": 1, "connected_at": null, "synced_at": null,
        }))
        .unwrap();
        let execution: SyncExecution = serde_json::from_value(json!({
            "id": of.execution, "job": of.job, "connection": connection.id, "generation": 1, "status": "running",
            "started_at": at(), "completed_at": null, "processed": 0, "created": 0, "updated": 0, "skipped": 0,
            "failed": 0, "pages": 0, "total": null, "cursor": null, "error": null,
        }))
        .unwrap();
        let mut job = SyncJob::new(
            of.job,
            connection.id.clone(),
            "issue".to_owned(),
            SyncMode::Full,
        );
        job.is_enabled = true;
        let written = store.write(|tx| {
            tx.put(&connection)?;
            tx.put(&job)?;
            tx.put(&execution)
        });
        store.durable_blocking(written.unwrap().commit).unwrap();
        Self { folder, store }
    }

    /// As after kill -9: what was acknowledged is there, and nothing else.
    fn killed(&mut self) {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        copy(&self.folder.path().join("data"), &data);
        self.store = Store::open(&data, signer()).unwrap();
        self.folder = dir;
    }

    async fn begins(&self) -> Pass {
        self.begins_of(SyncKind::State).await
    }

    async fn begins_of(&self, kind: SyncKind) -> Pass {
        let (of, pass) = (of(), Pass::new(at(), None, 1));
        self.store.pass_begun(&of, pass, kind).await.unwrap()
    }

    /// Keeps a page, at once.
    async fn page(&self, pass: &mut Pass, things: impl Iterator<Item = Synced>) {
        pass.pages += 1;
        pass.position = Some(Position {
            cursor: pass.pages.to_string(),
            at: at(),
            before: None,
            before_ids: 0,
        });
        let (mut unchanged, mut items) = (Vec::new(), Vec::new());
        for thing in things {
            pass.rows += 1;
            let now = ReadThing::of(&thing);
            match self.store.unchanged(&thing.key(), &now).unwrap() {
                Some(number) => unchanged.push(number),
                None => items.push(thing),
            }
        }
        loop {
            let batch = SyncBatch {
                of: of(),
                deleted: Vec::new(),
                unchanged,
                items,
                failed: 0,
                pass: Some(pass.clone()),
                total: None,
                at: at(),
            };
            let left = self.store.batch(batch).await.unwrap();
            if left.is_empty() {
                return;
            }
            (unchanged, items) = (left.unchanged, left.items);
        }
    }

    /// What the end of the pass says of deletions.
    async fn ends(&self, pass: Pass) -> Option<Unchecked> {
        let end = PassEnd {
            of: of(),
            pass: FinishedPass {
                watermark: None,
                known: LastPass::default(),
                is_everything: true,
                filled: Vec::new(),
                told_until: None,
                full_every: None,
                at: at(),
            },
            whole: Some(WholePass {
                number: pass.number,
                moves: Moves::Onward,
                without_id: 0,
                rows: pass.rows,
                short: 0,
                is_absent: false,
                is_refused: false,
                began: pass.began,
                at: at(),
                accepted: None,
                full_every: None,
                again: Duration::from_secs(600),
            }),
            is_in_step: true,
            is_watched: false,
        };
        self.store.pass_ended(end).await.unwrap().0.unchecked
    }

    /// One whole pass over these things.
    async fn pass(&self, things: impl Iterator<Item = Synced>) -> Option<Unchecked> {
        let mut pass = self.begins().await;
        let things: Vec<Synced> = things.collect();
        for page in things.chunks(usize::try_from(PAGE).unwrap()) {
            self.page(&mut pass, page.iter().cloned()).await;
        }
        self.ends(pass).await
    }

    /// The rows of records as they lie in the store.
    fn rows(&self) -> BTreeMap<String, Vec<u8>> {
        let rows = self.store.scan::<Synced>("").unwrap().into_iter();
        rows.map(|row| (row.key(), row.encode().unwrap())).collect()
    }

    fn marks(&self) -> u64 {
        self.store
            .key_count::<crate::store::facts::marks::Part>("")
            .unwrap()
    }

    fn gone(&self) -> Vec<u64> {
        let mut scopes = Scopes::default();
        let rows = self.store.scan::<Synced>("").unwrap().into_iter();
        let gone = rows
            .filter(|row| scopes.state(&self.store, row, at()).unwrap() == ReferenceState::Gone);
        let mut gone: Vec<u64> = gone.map(|it| it.external_id.parse().unwrap()).collect();
        gone.sort_unstable();
        let scope = self.store.scan::<Scope>("").unwrap().remove(0);
        assert_eq!(scope.gone, gone.len() as u64, "counters are what rows say");
        gone
    }

    fn execution(&self) -> SyncExecution {
        let of = of();
        self.store
            .execution(&of.job, &of.execution)
            .unwrap()
            .unwrap()
    }
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().mode(0o700).create(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn things(ids: std::ops::Range<u64>) -> impl Iterator<Item = Synced> {
    ids.map(|n| thing(n, "so"))
}

#[tokio::test]
async fn a_pass_in_which_nothing_has_changed_writes_no_row() {
    let house = House::new();
    assert_eq!(house.pass(things(0..1000)).await, None);
    let before = house.rows();
    assert_eq!((before.len(), house.marks()), (1000, 0));
    for _ in 0..3 {
        let mut pass = house.begins().await;
        for page in 0..10 {
            let of = page * PAGE..(page + 1) * PAGE;
            house.page(&mut pass, things(of)).await;
            assert!(house.marks() > 0);
        }
        assert_eq!(house.ends(pass).await, None);
        assert!(house.rows() == before, "rows were written");
        assert_eq!((house.marks(), house.gone()), (0, vec![]));
    }
    let execution = house.execution();
    assert_eq!((execution.created, execution.skipped), (1000, 3000));
    assert_eq!((execution.processed, execution.pages), (4000, 40));
}

#[tokio::test]
async fn what_was_seen_before_a_kill_is_not_gone_after() {
    let mut house = House::new();
    house.pass(things(0..1000)).await;
    let before = house.rows();
    let mut pass = house.begins().await;
    house.page(&mut pass, things(0..PAGE)).await;
    house.page(&mut pass, things(PAGE..2 * PAGE)).await;
    house.killed();
    // Its marks lie with its position.
    let job = house.store.job(&of().job).unwrap();
    assert_eq!(job.list.pass.as_ref(), Some(&pass));
    let execution = house.execution();
    assert_eq!((execution.skipped, execution.pages), (200, 12));
    for page in 2..10 {
        let seen = page * PAGE..(page + 1) * PAGE;
        // One is no longer listed.
        let seen = things(seen).filter(|it| it.external_id != "777");
        house.page(&mut pass, seen).await;
    }
    assert_eq!(house.ends(pass).await, None);
    assert_eq!(house.gone(), [777]);
    assert!(house.rows() == before, "rows were written");

    // A pass that was given up at a kill has seen nothing for the one after it.
    let mut pass = house.begins().await;
    house.page(&mut pass, things(0..PAGE)).await;
    house.killed();
    assert_eq!(house.pass(things(5..1000)).await, None);
    assert_eq!(house.gone(), [0, 1, 2, 3, 4]);
    assert!(house.rows() == before, "rows were written");
}

#[tokio::test]
async fn what_is_no_longer_listed_is_found_in_any_order() {
    let house = House::new();
    // More than the numbers of two parts of marks.
    let all = 20_000;
    house.pass(things(0..all)).await;
    let before = house.rows();
    let scattered = |left_out: u64| {
        let ids = (0..all).map(move |n| n * 7_919 % all);
        let ids = ids.filter(move |n| n % 1000 >= left_out);
        ids.map(|n| thing(n, "so"))
    };
    assert_eq!(house.pass(scattered(3)).await, None);
    assert_eq!(house.gone().len(), 60);
    assert_eq!(house.pass(scattered(1)).await, None);
    assert_eq!(house.gone().len(), 20);
    assert!(house.rows() == before, "rows were written");
    let too_many = house.pass(scattered(900)).await;
    let said = Some(Unchecked::TooMany {
        gone: 17_980,
        of: 19_980,
    });
    assert_eq!((too_many, house.gone().len()), (said, 20));
    assert_eq!(house.pass(scattered(0)).await, None);
    assert_eq!((house.gone().len(), house.marks()), (0, 0));
    let emptied = house.pass(things(0..0)).await;
    assert_eq!(emptied, Some(Unchecked::Emptied { of: all }));
    assert_eq!(house.gone().len(), 0);
    assert!(house.rows() == before, "rows were written");
}

/// Each part of the marks is written once, and not for every few things again.
#[tokio::test]
async fn marks_in_any_order_take_few_batches() {
    let house = House::new();
    house.pass(things(0..1)).await;
    let mut pass = house.begins().await;
    // As of a scope whose numbers fill 100 parts of marks.
    let all = 100 * 8192;
    let written = house.store.write(|tx| {
        let mut scope = tx.scan::<Scope>("")?.remove(0);
        (scope.total, scope.numbers, scope.marked_below) = (all, all, all);
        tx.put(&scope)
    });
    house.store.durable(written.unwrap().commit).await.unwrap();
    pass.pages = 1;
    let mut unchanged: Vec<u64> = (0..10_000).map(|n| n * 7_919 * 64 % all).collect();
    let mut batches = 0;
    while !unchanged.is_empty() {
        let batch = SyncBatch {
            of: of(),
            deleted: Vec::new(),
            unchanged,
            items: Vec::new(),
            failed: 0,
            pass: Some(pass.clone()),
            total: None,
            at: at(),
        };
        unchanged = house.store.batch(batch).await.unwrap().unchanged;
        batches += 1;
    }
    assert_eq!(house.marks(), 100);
    assert!(batches < 50, "{batches}");
}

/// What the provider file calls a thing is kept as the file says it now, and is no change of the thing.
#[tokio::test]
async fn a_thing_that_is_called_otherwise_is_kept_so() {
    let house = House::new();
    house.pass(things(0..3)).await;
    let renamed = |thing: Synced| Synced {
        label: format!("Issue {}", thing.external_id),
        updated: Some("2026-03-01".to_owned()),
        ..thing
    };
    house.pass(things(0..3).map(renamed)).await;
    let rows = house.store.scan::<Synced>("").unwrap();
    let labels: Vec<_> = rows.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(labels, ["Issue 0", "Issue 1", "Issue 2"]);
    let execution = house.execution();
    assert_eq!((execution.updated, execution.skipped), (0, 3));
}

/// What happened is not gone when it is no longer listed: nothing is marked for that, and what a pass of before marked goes.
#[tokio::test]
async fn a_list_of_events_marks_nothing() {
    let house = House::new();
    house.pass(things(0..300)).await;
    let mut pass = house.begins().await;
    house.page(&mut pass, things(0..PAGE)).await;
    assert!(house.marks() > 0);
    let mut pass = house.begins_of(SyncKind::Events).await;
    assert_eq!(house.marks(), 0);
    house.page(&mut pass, things(0..301)).await;
    assert_eq!((house.marks(), house.gone()), (0, vec![]));
    let execution = house.execution();
    assert_eq!((execution.created, execution.skipped), (301, 400));
}

/// A row of before format 9 says which pass saw it last; it gets a number when it is seen.
#[tokio::test]
async fn rows_of_before_go_on() {
    let house = House::new();
    house.pass(things(0..300)).await;
    // As a program of format 8 leaves them, in the middle of its second pass: 100 were seen, and 5 were gone before.
    let last = |n: u64| match n {
        0..100 => 2,
        100..295 => 1,
        _ => 0,
    };
    let written = house.store.write(|tx| {
        for n in 0..300 {
            let seen = Seen::Pass(last(n));
            tx.put(&Synced {
                seen,
                ..thing(n, "so")
            })?;
        }
        let mut scope = tx.scan::<Scope>("")?.remove(0);
        (scope.numbers, scope.marked_below) = (0, 0);
        (scope.pull, scope.last_whole, scope.last_full) = (2, 1, 1);
        (scope.distinct, scope.missed, scope.gone) = (100, 5, 5);
        tx.put(&scope)
    });
    house.store.durable(written.unwrap().commit).await.unwrap();
    assert_eq!(house.gone(), [295, 296, 297, 298, 299]);
    let mut pass = Pass::new(at(), None, 1);
    pass.number = 2;
    house.page(&mut pass, things(10..296)).await;
    assert_eq!(house.ends(pass).await, None);
    assert_eq!(house.gone(), [296, 297, 298, 299]);
    let before = house.rows();
    assert_eq!(house.pass(things(12..296)).await, None);
    assert_eq!(house.gone().len(), 16);
    assert!(house.rows() == before, "rows were written");
    assert_eq!(house.pass(things(0..300)).await, None);
    assert_eq!((house.gone(), house.marks()), (vec![], 0));
    let before = house.rows();
    assert_eq!(house.pass(things(0..300)).await, None);
    assert!(house.rows() == before, "rows were written");
    let execution = house.execution();
    assert_eq!((execution.created, execution.updated), (300, 0));
}
