//! Verbs that go on.

use serde_json::{Value, json};
use tagout::domain::job::{ExecutionStatus, JobState};
use tagout::wire::Topic;
use tagout::wire::request::Request;
use tagout::wire::rpc;
use tagout::wire::view::{Execution, Job};

use crate::facts::{entry, execution, job, page};
use crate::server::{Server, Then, reply, reply_and_tell};

#[test]
fn followed_jobs_are_printed_when_they_changed() {
    let mut states = [JobState::Queued, JobState::Queued, JobState::Running].into_iter();
    let server = Server::new(move |request| match (request, states.next()) {
        (Request::Jobs(_), Some(state)) => reply_and_tell(
            page(vec![job(state)], "k", false),
            vec![Topic::Audit, Topic::Jobs],
        ),
        _ => Then::Vanish,
    });
    let ran = server.run(&["jobs", "--follow", "--json"]);
    let states: Vec<Value> = ran
        .json_lines()
        .iter()
        .map(|job| job["state"].clone())
        .collect();
    assert_eq!(states, ["queued", "running"]);
    assert!(ran.json_lines().iter().all(|job| job["when"].is_string()));
    assert_eq!(ran.code, 7, "{}", ran.err);
}

/// A server whose one job stands so, one after the other, and whose executions are all of `ended`, newest first.
fn standing(jobs: Vec<Job>, ended: Vec<Execution>) -> Server {
    let mut jobs = jobs.into_iter();
    Server::new(move |request| match request {
        Request::Jobs(_) => match jobs.next() {
            Some(job) => reply_and_tell(page(vec![job], "k", false), vec![Topic::Jobs]),
            None => Then::Vanish,
        },
        Request::Executions(_) => reply(page(ended.clone(), "k", false)),
        other => panic!("{other:?}"),
    })
}

fn idle_after(last: &Execution) -> Job {
    Job {
        last_execution: Some(last.clone()),
        claim: "synced; deletions checked 5 min ago".to_owned(),
        ..job(JobState::Idle)
    }
}

#[test]
fn no_end_is_missed_that_a_later_execution_has_followed() {
    let succeeded = |n| execution(n, ExecutionStatus::Succeeded);
    let failed = Execution {
        error: Some("the vendor answered 503".to_owned()),
        ..execution(2, ExecutionStatus::Failed)
    };
    let mut last = idle_after(&succeeded(4));
    last.last_runs = vec![
        ExecutionStatus::Succeeded,
        ExecutionStatus::Failed,
        ExecutionStatus::Succeeded,
        ExecutionStatus::Succeeded,
    ];
    let began = execution(1, ExecutionStatus::Running);
    let running = Job {
        last_execution: Some(began),
        ..job(JobState::Running)
    };
    let ended = vec![succeeded(4), succeeded(3), failed, succeeded(1)];
    let server = standing(vec![running, last], ended);
    let lines = server.run(&["jobs", "--follow", "--json"]).json_lines();
    let ends = |lines: &[Value]| -> Vec<Value> {
        let end = |job: &Value| {
            json!([
                job["state"],
                job["last_execution"]["status"],
                job["last_error"]
            ])
        };
        lines.iter().map(end).collect()
    };
    assert_eq!(
        ends(&lines),
        [
            json!(["running", "running", null]),
            json!(["idle", "succeeded", null]),
            json!(["failed", "failed", "the vendor answered 503"]),
            json!(["idle", "succeeded", null]),
            json!(["idle", "succeeded", null]),
        ]
    );
    for job in &lines[1..] {
        assert_eq!(job["when"], job["last_execution"]["completed_at"]);
    }
    assert_eq!(lines[2]["last_runs"], json!(["succeeded", "failed"]));
}

#[test]
fn what_only_grows_older_is_no_change_and_another_execution_is_one() {
    let first = execution(1, ExecutionStatus::Succeeded);
    let older = Job {
        claim: "synced; deletions checked 6 min ago".to_owned(),
        ..idle_after(&first)
    };
    let jobs = vec![
        idle_after(&first),
        older,
        idle_after(&execution(2, ExecutionStatus::Succeeded)),
    ];
    for arguments in [&["jobs", "--follow"][..], &["jobs", "--follow", "--json"]] {
        let server = standing(jobs.clone(), vec![]);
        let ran = server.run(arguments);
        assert_eq!(ran.out.lines().count(), 2, "{}", ran.out);
    }
}

#[test]
fn a_line_begins_with_its_time() {
    let ended = execution(1, ExecutionStatus::Succeeded);
    let running = Job {
        last_execution: Some(execution(1, ExecutionStatus::Running)),
        ..job(JobState::Running)
    };
    let server = standing(vec![running, idle_after(&ended)], vec![]);
    let ran = server.run(&["jobs", "--follow"]);
    let last = ran.out.lines().last().unwrap();
    let at = ended.completed_at.unwrap().to_string();
    let (day, time) = at.trim_end_matches('Z').split_once('T').unwrap();
    assert_eq!(
        last,
        format!("{day} {time} github acme-bot issue: idle 500 synced; deletions checked 5 min ago")
    );
}

#[test]
fn a_followed_log_begins_with_the_last_ten_and_misses_nothing() {
    let mut asked = 0;
    let server = Server::new(move |request| match request {
        Request::Status => reply(status(15)),
        Request::AuditFrom(rpc::AuditFrom { seq, .. }) => {
            asked += 1;
            match asked {
                1 => reply_and_tell(json!([]), vec![Topic::Audit]),
                2 => reply(vec![entry(seq), entry(seq + 1)]),
                3 => {
                    assert_eq!(seq, 7);
                    Then::Leave(json!([]))
                }
                _ => panic!("asked after leaving"),
            }
        }
        other => panic!("{other:?}"),
    });
    let ran = server.run(&["audit", "--follow", "--json"]);
    let seqs: Vec<Value> = ran
        .json_lines()
        .iter()
        .map(|entry| entry["seq"].clone())
        .collect();
    assert_eq!(seqs, [5, 6]);
    let sentence = entry(5).event().sentence();
    assert_eq!(ran.json_lines()[0]["sentence"], sentence);
}

#[test]
fn the_whole_log_is_one_array_oldest_first() {
    let server = Server::new(|request| match request {
        Request::AuditFrom(rpc::AuditFrom {
            seq: 0,
            since: Some(since),
            ..
        }) => {
            assert_eq!(since.to_string(), "2026-01-01T00:00:00Z");
            reply(vec![entry(0), entry(1)])
        }
        Request::AuditFrom(rpc::AuditFrom { seq: 2, .. }) => reply(json!([])),
        other => panic!("{other:?}"),
    });
    let ran = server.run(&["audit", "--since", "2026-01-01", "--json"]);
    assert_eq!(ran.json()[1]["seq"], 1);
    let sentence = entry(1).event().sentence();
    assert!(!sentence.is_empty());
    assert_eq!(ran.json()[1]["sentence"], sentence);
    assert_eq!(
        ran.json()[0]["origin"],
        json!({"address": null, "via": "local"})
    );
}

fn status(audit_entries: u64) -> Value {
    json!({
        "workspace": "Acme", "version": "0.1.0", "pid": 1, "started_at": "2026-01-01T00:00:00Z",
        "data_dir": "/d", "connections": {"connected": 2}, "providers": 31, "jobs_running": 0,
        "runs_open": 0, "exposed": 0, "follow_ups_open": 0, "audit_entries": audit_entries,
        "emergency": false, "warnings": [],
    })
}
