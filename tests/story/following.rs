//! `jobs --follow` beside a server that works.

use serde_json::Value;
use tagout::sandbox::{Endpoint, FaultMode, Vendor};

use crate::house::{BOT, House, Running, jobs_of, rows, text};

const LEDGER: Vendor = Vendor::Ledger;

/// The lines up to the end of this execution.
fn up_to_the_end(following: &mut Running, execution: &str) -> Vec<Value> {
    let mut lines = Vec::new();
    while let Some(line) = following.line() {
        let line: Value = serde_json::from_str(&line).unwrap();
        let last = &line["last_execution"];
        let is_it = last["id"] == execution && !last["completed_at"].is_null();
        lines.push(line);
        if is_it {
            return lines;
        }
    }
    panic!("{execution} did not end in {lines:#?}");
}

/// Runs the job and waits for the end; the execution.
fn ran(house: &House, connection: &str, job: &str) -> String {
    let before = house.jobs(connection)[0]["last_execution"]["id"].clone();
    house.ok(&["jobs", "run", job]);
    let jobs = house.until(
        || jobs_of(connection),
        |jobs| {
            let last = &rows(jobs)[0]["last_execution"];
            last["id"] != before && !last["completed_at"].is_null()
        },
    );
    text(&rows(&jobs)[0]["last_execution"], "id").to_owned()
}

#[test]
fn every_end_is_told_once_and_no_error_outlives_its_execution() {
    let house = House::with(&[LEDGER]);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    let count = house.jobs(&id).len();
    let job = text(&house.jobs(&id)[0], "id").to_owned();
    house.ok(&["jobs", "edit", &job, "--max-retries", "1"]);
    let mut following = house.spawn(&["jobs", "--follow", "--json"]);
    for _ in 0..count {
        let line: Value = serde_json::from_str(&following.line().unwrap()).unwrap();
        assert!(line["when"].is_string() && line["last_execution"].is_null());
    }
    house.fault(LEDGER, Endpoint::List, FaultMode::Status503);
    house.ok(&["jobs", "enable", &job]);
    let jobs = house.until(
        || jobs_of(&id),
        |jobs| rows(jobs)[0]["last_execution"]["status"] == "failed",
    );
    let first = text(&rows(&jobs)[0]["last_execution"], "id").to_owned();
    house.vendors().clear_faults();
    let mut ended = vec![first];
    for _ in 0..3 {
        ended.push(ran(&house, &id, &job));
    }
    let lines = up_to_the_end(&mut following, ended.last().unwrap());
    following.kill();

    let is_end = |line: &&Value| !line["last_execution"]["completed_at"].is_null();
    let ends: Vec<&str> = lines
        .iter()
        .filter(is_end)
        .map(|line| text(&line["last_execution"], "id"))
        .collect();
    let mut once = ends;
    once.dedup();
    assert_eq!(once, ended, "{lines:#?}");
    for line in &lines {
        let has_failed = line["last_execution"]["status"] == "failed";
        assert_eq!(line["last_error"].is_string(), has_failed, "{line:#}");
    }
}
