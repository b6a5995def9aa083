use std::path::Path;

use jiff::SignedDuration;

use super::*;
use crate::domain::job::{ExecutionStatus, sample};
use crate::store::disk_fault_tests::signer;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn now() -> Timestamp {
    "2026-11-30T00:00:00Z".parse().unwrap()
}

/// So many executions, each an hour after the one before; the last of them ends now.
fn executions(count: i64) -> Vec<SyncExecution> {
    let status = |n: i64| match n {
        3 => ExecutionStatus::Failed,
        5 => ExecutionStatus::Cancelled,
        7 => ExecutionStatus::Running,
        _ => ExecutionStatus::Succeeded,
    };
    let one = |n: i64| SyncExecution {
        id: format!("exe_01jd70000000000000{n:08}").parse().unwrap(),
        started_at: now() - HOUR * i32::try_from(count - n).unwrap(),
        ..sample::execution(status(n))
    };
    (0..count).map(one).collect()
}

fn with(data: &Path, executions: &[SyncExecution]) -> Store {
    let store = Store::open(data, signer()).unwrap();
    for some in executions.chunks(500) {
        let put = store.write(|tx| some.iter().try_for_each(|it| tx.put(it)));
        store.durable_blocking(put.unwrap().commit).unwrap();
    }
    store
}

fn kept(store: &Store) -> Vec<i64> {
    let rows = store.scan::<SyncExecution>("").unwrap();
    let number = |it: SyncExecution| it.id.as_str()[22..].parse().unwrap();
    rows.into_iter().map(number).collect()
}

#[tokio::test]
async fn those_of_ninety_days_are_kept_and_the_last_of_each_end() {
    let folder = tempfile::tempdir().unwrap();
    let all = executions(92 * 24);
    let job = all[0].job.clone();
    let store = with(&folder.path().join("data"), &all);
    // Those of two days, but for the last that failed, was cancelled or runs.
    assert_eq!(store.old_executions_go(&job, now()).await.unwrap(), 45);
    let expected: Vec<i64> = [3, 5, 7].into_iter().chain(48..92 * 24).collect();
    assert_eq!(kept(&store), expected);
    assert_eq!(store.old_executions_go(&job, now()).await.unwrap(), 0);
    // What stays for good is no reason to look.
    let later = now() + HOUR * 20;
    assert_eq!(store.old_executions_go(&job, later).await.unwrap(), 0);
}

#[tokio::test]
async fn the_latest_are_kept_however_old() {
    let folder = tempfile::tempdir().unwrap();
    let all = executions(1_200);
    let job = all[0].job.clone();
    let store = with(&folder.path().join("data"), &all);
    let later = now() + HOUR * (24 * 365);
    assert_eq!(store.old_executions_go(&job, later).await.unwrap(), 197);
    let expected: Vec<i64> = [3, 5, 7].into_iter().chain(200..1_200).collect();
    assert_eq!(kept(&store), expected);
    assert_eq!(store.old_executions_go(&job, later).await.unwrap(), 0);
}

/// A kill finds some of them gone, and what is to be kept there.
#[tokio::test]
async fn whoever_is_killed_meanwhile_goes_on_later() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let all = executions(1_200);
    let job = all[0].job.clone();
    let store = with(&data, &all);
    let later = now() + HOUR * (24 * 365);
    {
        let going = store.old_executions_go(&job, later);
        tokio::pin!(going);
        // Until its first commit is asked for.
        let first = futures::poll!(going.as_mut());
        assert!(first.is_pending());
    }
    drop(store);
    let store = Store::open(&data, signer()).unwrap();
    let left = kept(&store);
    assert!([1_200, 1_136].contains(&left.len()), "{}", left.len());
    assert!(left.ends_with(&[1_198, 1_199]));
    assert!([3, 5, 7, 200].iter().all(|it| left.contains(it)));
    store.old_executions_go(&job, later).await.unwrap();
    assert_eq!(kept(&store).len(), 1_003);
}
