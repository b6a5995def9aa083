//! kill -9, at every record of a disconnect and at random moments of everything.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};
use tagout::domain::disconnect::run::{IfUnreachable, Reason};
use tagout::sandbox::{Endpoint, Vendor};
use tagout::wire::Topic;
use tagout::wire::request::Target;
use tagout::wire::rpc;
use tagout::wire::rpc::Disconnect;

use crate::house::{BOT, House, jobs_of, rows, text, within};
use crate::liars::truthful;
use crate::serving::LONG;

const LEDGER: Vendor = Vendor::Ledger;

fn disconnect(id: &str) -> rpc::Disconnect {
    Disconnect {
        targets: vec![Target {
            connection: id.to_owned(),
            version: None,
        }],
        reason: Reason::Unused,
        note: String::new(),
        ticket: None,
        if_unreachable: IfUnreachable::Destroy,
        uninstall: false,
        allow_wider: false,
        destroy_at_once: false,
        swap: false,
    }
}

fn records(house: &House, run: &str) -> Vec<Value> {
    let records = house.ask(rpc::RunRecords {
        id: run.parse().unwrap(),
        from: 0,
    });
    records.as_array().unwrap().clone()
}

/// What every run has to have come to, however often it was interrupted: each effect once.
fn once(house: &House, id: &str, run: &Value, before: &Calls) {
    assert_eq!(
        run["counts"],
        json!({
            "jobs_disabled": 2, "executions_cancelled": 0, "credentials_destroyed": 2,
            "webhooks_disabled": 1, "references_marked": 10, "credentials_sealed": 0,
        }),
        "{run:#}"
    );
    assert_eq!(run["state"], "completed", "{run:#}");
    truthful(house, LEDGER, run, "after a crash");
    for token in run["tokens"].as_array().unwrap() {
        assert_eq!(token["outcome"], "verified_dead", "{token:#}");
    }
    // D3 is written once; a call whose answer was not written is repeated, and no other.
    let calls = Calls::of(house).since(before);
    assert!((2..=3).contains(&calls.revoke), "{calls:?}");
    let connection = house.connection(id);
    assert_eq!(connection["status"], "revoked");
    assert_eq!(
        connection["references"],
        json!({ "synced": 0, "stale": 10, "gone": 0 })
    );
    let entries = house.audit();
    let count = |action: &str| {
        let of_run =
            |entry: &&Value| entry["action"] == action && entry["detail"]["run"] == run["id"];
        entries.iter().filter(of_run).count()
    };
    for (action, times) in [
        ("connection.disconnect_begun", 1),
        ("connection.jobs_disabled", 1),
        ("connection.revoking", 1),
        ("token.revoked", 2),
        ("credential.destroying", 2),
        ("credential.destroyed", 2),
        ("connection.revoked", 1),
        ("references.stale", 1),
        ("connection.disconnected", 1),
    ] {
        assert_eq!(count(action), times, "{action}");
    }
    ended_once(&records(house, text(run, "id")));
}

/// No step ends twice, and none begins after it has ended.
fn ended_once(records: &[Value]) {
    let mut ended = BTreeSet::new();
    for record in records
        .iter()
        .filter(|record| record["what"]["kind"] == "step")
    {
        let step = text(&record["what"], "step").to_owned();
        assert!(
            !ended.contains(&step),
            "{step} goes on after its end: {records:#?}"
        );
        if ["done", "warning", "skipped"].contains(&text(&record["what"], "state")) {
            ended.insert(step);
        }
    }
    assert_eq!(ended.len(), 7);
}

#[derive(Clone, Copy, Debug)]
struct Calls {
    revoke: usize,
}

impl Calls {
    fn of(house: &House) -> Self {
        Self {
            revoke: house.calls(LEDGER, Endpoint::Revoke).len(),
        }
    }

    fn since(self, before: &Self) -> Self {
        Self {
            revoke: self.revoke - before.revoke,
        }
    }
}

/// Connected, and every job synced and on.
fn in_use(house: &House) -> String {
    let id = text(&house.connect_with(LEDGER, BOT, &["--enable-jobs"]), "id").to_owned();
    let endpoints: Value = house.ask(rpc::Webhooks {
        connection: Some(id.clone()),
    });
    let _endpoint: Value = house.ask(rpc::WebhookSet {
        id: text(&endpoints[0], "id").parse().unwrap(),
        enabled: true,
    });
    let fresh = |jobs: &Value| {
        rows(jobs).iter().all(|job| {
            job["is_enabled"] == true
                && job["state"] == "idle"
                && job["last_execution"]["status"] == "succeeded"
        })
    };
    house.until(|| jobs_of(&id), fresh);
    let synced = |connection: &Value| connection["references"]["synced"] == 10;
    house.until(|| rpc::Connection { name: id.clone() }, synced);
    id
}

/// When the server is killed.
#[derive(Clone, Copy, Debug)]
enum When {
    /// As soon as it has told of so many changes of the run.
    Told(usize),
    /// As soon as the vendor has had so many calls of the run. The last one's answer may be lost.
    Called(usize),
}

/// Kills the server during a disconnect and lets another one end it. Returns at how many records the run stood, by the
/// times of the records, and whether it was over by then.
fn killed(house: &mut House, when: When) -> (usize, bool) {
    let id = in_use(house);
    let before = Calls::of(house);
    let called = house.sandbox.log().of(LEDGER).len() as u64;
    let (client, mut notices) = house.client();
    let begun = house
        .block(client.ask_within(LONG, disconnect(&id)))
        .unwrap();
    let run = begun[0].id.clone();
    let topic = Topic::Run(run.clone());
    let log = house.sandbox.log();
    house.block(within(LONG, async {
        match when {
            When::Called(more) => drop(log.wait_for(|call| call.seq >= called + more as u64).await),
            When::Told(mut left) => {
                while left > 0 {
                    let topics = notices.next().await.unwrap();
                    left -= usize::from(topics.contains(&topic));
                    // The last change of a run.
                    if topics.contains(&Topic::FollowUps) {
                        break;
                    }
                }
            }
        }
    }));
    house.kill();
    let at = Timestamp::now();
    house.serve();
    let ended = house.ended(run.as_str());
    once(house, &id, &ended, &before);
    let log = records(house, run.as_str());
    let written = |record: &&Value| text(record, "at").parse::<Timestamp>().unwrap() <= at;
    let stood = log.iter().filter(written).count();
    (stood, stood == log.len())
}

#[test]
fn a_run_that_is_stopped_at_any_record_goes_on_to_the_same_end() {
    let mut house = House::with(&[LEDGER]);
    house.tune(LEDGER, |it| it.items = Some(5));
    let mut stopped = BTreeMap::<usize, Vec<When>>::new();
    let whens = (0..19).map(When::Told).chain((1..=6).map(When::Called));
    for when in whens {
        let (stood, over) = killed(&mut house, when);
        if !over {
            stopped.entry(stood).or_default().push(when);
        }
    }
    house.verify();
    println!("stopped at records {stopped:#?}");
    // Where exactly the signal falls is up to the machine; that it falls in many different places is not.
    assert!(stopped.len() >= 5, "{stopped:#?}");
}
