//! Verbs that go on.

use serde_json::{Value, json};
use tagout::domain::job::JobState;
use tagout::wire::Topic;
use tagout::wire::ask;
use tagout::wire::request::Request;

use crate::facts::{entry, job, page};
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
    assert_eq!(ran.code, 7, "{}", ran.err);
}

#[test]
fn a_followed_log_begins_with_the_last_ten_and_misses_nothing() {
    let mut asked = 0;
    let server = Server::new(move |request| match request {
        Request::Status => reply(status(15)),
        Request::AuditFrom(ask::AuditFrom { seq, .. }) => {
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
}

#[test]
fn the_whole_log_is_one_array_oldest_first() {
    let server = Server::new(|request| match request {
        Request::AuditFrom(ask::AuditFrom {
            seq: 0,
            since: Some(since),
            ..
        }) => {
            assert_eq!(since.to_string(), "2026-01-01T00:00:00Z");
            reply(vec![entry(0), entry(1)])
        }
        Request::AuditFrom(ask::AuditFrom { seq: 2, .. }) => reply(json!([])),
        other => panic!("{other:?}"),
    });
    let ran = server.run(&["audit", "--since", "2026-01-01", "--json"]);
    assert_eq!(ran.json()[1]["seq"], 1);
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
