//! What a durable commit costs, against a bare `fdatasync` of the same disk in the same run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark stops at the first failure"
)]

mod measure;

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use measure::{median, report};
use serde::{Deserialize, Serialize};
use tagout::audit::Signer;
use tagout::domain::audit::{AuditOutcome, Event, NewEntry, Origin, Salt, Unknown, Via};
use tagout::store::{Store, StoredRow, Written};

const ROUNDS: u32 = 400;
const TOGETHER: u32 = 64;

#[derive(Serialize, Deserialize)]
struct Thing {
    id: String,
    text: String,
}

impl StoredRow for Thing {
    const KIND: &'static str = "thing";

    fn key(&self) -> String {
        self.id.clone()
    }
}

fn main() {
    let dir = tempfile::tempdir_in(".").unwrap();
    let bare = bare(&dir.path().join("bare"));
    let signer = Signer::from_seed(&[7; 32], "tagout.bench/log").unwrap();
    let store = Store::open(&dir.path().join("data"), signer).unwrap();
    let alone = median(ROUNDS, |n| one(&store, &format!("alone/{n}")));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // As in the server: tasks on a few threads, each waiting for its own commit.
    let together = median(ROUNDS / 4, |round| {
        let tasks = (0..TOGETHER).map(|n| {
            let store = store.clone();
            runtime.spawn(async move {
                let written = write(&store, &format!("together/{round}/{n}"));
                store.durable(written.commit).await.unwrap();
            })
        });
        let tasks: Vec<_> = tasks.collect();
        for task in tasks {
            runtime.block_on(task).unwrap();
        }
    });
    let syncs = store.work().syncs;
    let applied = median(ROUNDS, |n| {
        let _unwaited = write(&store, &format!("applied/{n}"));
    });
    println!("{syncs} syncs so far");
    report("one commit applied, not waited for", applied, bare);
    report("a bare fdatasync of 4 KiB", bare, bare);
    report("one durable commit alone", alone, bare);
    report("64 at once, all of them", together, bare);
    report("64 at once, each", together / TOGETHER, bare);
}

fn bare(path: &std::path::Path) -> Duration {
    let file = File::create(path).unwrap();
    median(ROUNDS, |n| {
        file.write_all_at(&[1; 4096], u64::from(n) * 4096).unwrap();
        file.sync_data().unwrap();
    })
}

fn one(store: &Store, id: &str) {
    store.durable_blocking(write(store, id).commit).unwrap();
}

fn write(store: &Store, id: &str) -> Written<()> {
    let row = Thing {
        id: id.to_owned(),
        text: "x".repeat(300),
    };
    let written = store.write(|tx| {
        tx.put(&row)?;
        tx.append(entry(id)).map(drop)
    });
    written.unwrap()
}

fn entry(target: &str) -> NewEntry {
    NewEntry {
        id: "aud_01jd7000000000000000000000".parse().unwrap(),
        at: "2026-03-01T10:00:00Z".parse().unwrap(),
        salt: Salt([5; 16]),
        actor: "bench".to_owned(),
        role: "owner".to_owned(),
        origin: Origin {
            address: None,
            via: Via::Local,
        },
        target: target.to_owned(),
        outcome: AuditOutcome::Done,
        event: Event::Unknown(Unknown {
            action: "thing.kept".to_owned(),
            detail: serde_json::Value::Null,
            evidence: serde_json::Value::Null,
        }),
    }
}
