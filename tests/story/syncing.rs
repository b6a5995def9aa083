//! Syncs that are cancelled, cut off, and fed with rubbish.

use serde_json::{Value, json};
use tagout::sandbox::FaultMode::{FoulNames, FoulText, HalfReply, Html, Huge, Status503};
use tagout::sandbox::{Endpoint, Fault, FaultMode, Vendor};

use crate::house::{BOT, House, jobs_of, rows, text, window};

const LEDGER: Vendor = Vendor::Ledger;

/// A connection with 500 items of each entity, in pages of 100 that take a while.
pub(crate) fn slow(delay: u64) -> (House, String) {
    let mut house = House::empty();
    // Ten megabytes take a busy machine more than a second.
    house.settings_file("vendor_timeout_seconds = 30");
    house.serve();
    house.register(LEDGER);
    house.tune(LEDGER, |it| {
        it.items = Some(500);
        it.page_delay_ms = Some(delay);
    });
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    (house, id)
}

fn records(house: &House, id: &str) -> usize {
    house.json(&["records", id]).as_array().unwrap().len()
}

/// Waits until the job has received something, and still runs.
pub(crate) fn under_way(house: &House, id: &str, job: &str) {
    house.until(
        || jobs_of(id),
        |jobs| {
            let job = rows(jobs).iter().find(|it| it["id"] == job).unwrap();
            job["last_execution"]["processed"].as_u64().unwrap_or(0) >= 100
                && job["state"] == "running"
        },
    );
}

#[test]
fn what_a_cancelled_sync_has_received_is_kept_and_not_pulled_again() {
    let (house, id) = slow(150);
    let job = text(&house.jobs(&id)[0], "id").to_owned();
    house.ok(&["jobs", "enable", &job]);
    under_way(&house, &id, &job);
    house.ok(&["jobs", "cancel", &job]);
    let cancelled = house.jobs(&id)[0]["last_execution"].clone();
    assert_eq!(cancelled["status"], "cancelled");
    assert!(!cancelled["completed_at"].is_null());
    let received = cancelled["processed"].as_u64().unwrap();
    assert!((100..500).contains(&received), "{cancelled:#}");
    assert_eq!(records(&house, &id) as u64, received);
    assert!(!cancelled["cursor"].is_null());
    let again = house.run(&["jobs", "cancel", &job]);
    assert_eq!(again.code, 5, "{}", again.err);

    house.tune(LEDGER, |it| it.page_delay_ms = Some(0));
    house.ok(&["jobs", "run", &job]);
    house.until(
        || jobs_of(&id),
        |jobs| rows(jobs)[0]["last_execution"]["status"] == "succeeded",
    );
    let rest = house.jobs(&id)[0]["last_execution"]["created"]
        .as_u64()
        .unwrap();
    assert_eq!(received + rest, 500, "from the cursor on");
    // What may have changed meanwhile is asked for again.
    let again = house.jobs(&id)[0]["last_execution"]["processed"]
        .as_u64()
        .unwrap()
        - rest;
    assert!(again < 20, "{again}");
    assert_eq!(records(&house, &id), 500);
}

#[test]
fn a_disconnect_stops_a_sync_and_keeps_what_it_has_received() {
    let (house, id) = slow(150);
    for job in house.jobs(&id) {
        house.ok(&["jobs", "enable", text(&job, "id")]);
    }
    for job in house.jobs(&id) {
        under_way(&house, &id, text(&job, "id"));
    }
    let run = house.disconnect(&id);
    assert_eq!(run["counts"]["executions_cancelled"], 2, "{run:#}");
    assert_eq!(run["counts"]["jobs_disabled"], 2);
    let mut received = 0;
    for job in house.jobs(&id) {
        assert_eq!(job["state"], "off");
        let last = &job["last_execution"];
        assert_eq!(last["status"], "cancelled");
        assert!(!last["completed_at"].is_null());
        received += last["processed"].as_u64().unwrap();
    }
    assert!((200..1000).contains(&received));
    assert_eq!(records(&house, &id) as u64, received);
    assert_eq!(
        house.connection(&id)["references"],
        json!({ "synced": 0, "stale": received, "gone": 0 })
    );
    // A page that was on its way when the gate shut is nobody's any more.
    assert_eq!(house.connection(&id)["jobs"]["running"], 0);
    house.verify();
}

/// What a sync still brings by the tokens of an older authorization may be another account's by now.
#[test]
fn a_sync_of_an_older_authorization_writes_nothing_more() {
    let (house, id) = slow(2500);
    let job = text(&house.jobs(&id)[0], "id").to_owned();
    house.ok(&["jobs", "enable", &job]);
    under_way(&house, &id, &job);
    let old = text(&house.jobs(&id)[0]["last_execution"], "id").to_owned();
    house.authorize(&["reconnect", &id], LEDGER, BOT).unwrap();
    let ask = || tagout::wire::rpc::Executions {
        job: Some(job.clone()),
        window: window(),
    };
    let ended = |it: &&Value| it["id"] == old.as_str() && !it["completed_at"].is_null();
    let found = house.until(ask, |page| rows(page).iter().any(|it| ended(&it)));
    let old = rows(&found).iter().find(ended).unwrap();
    assert_eq!(old["status"], "failed", "{old:#}");
    assert!(text(old, "error").contains("older"), "{old:#}");
    assert!(old["processed"].as_u64().unwrap() < 500, "{old:#}");
    house.tune(LEDGER, |it| it.page_delay_ms = Some(0));
}

/// A pass over what is there already is committed once a second, with what it has seen.
#[test]
fn a_killed_pass_in_which_nothing_has_changed_goes_on_where_it_was() {
    let (mut house, id) = slow(0);
    let job = text(&house.jobs(&id)[0], "id").to_owned();
    house.ok(&["jobs", "enable", &job]);
    let last_is = |status: &'static str| {
        move |jobs: &Value| rows(jobs)[0]["last_execution"]["status"] == status
    };
    house.until(|| jobs_of(&id), last_is("succeeded"));
    house.tune(LEDGER, |it| it.page_delay_ms = Some(700));
    house.ok(&["jobs", "run", &job, "--full"]);
    under_way(&house, &id, &job);
    let received = house.jobs(&id)[0]["last_execution"]["processed"].clone();
    let received = received.as_u64().unwrap();
    house.kill();
    house.tune(LEDGER, |it| it.page_delay_ms = Some(0));
    house.serve();
    house.until(|| jobs_of(&id), last_is("succeeded"));
    let last = house.jobs(&id)[0]["last_execution"].clone();
    assert_eq!((&last["created"], &last["updated"]), (&json!(0), &json!(0)));
    let rest = last["processed"].as_u64().unwrap();
    // What may have changed meanwhile is asked for again.
    assert!(received + rest >= 500 && rest < 500, "{last:#}");
    let all = json!({ "synced": 500, "stale": 0, "gone": 0 });
    assert_eq!(house.connection(&id)["references"], all);
}

fn failing(mode: FaultMode, words: &str) {
    let (house, id) = slow(150);
    let job = text(&house.jobs(&id)[0], "id").to_owned();
    house.ok(&["jobs", "edit", &job, "--max-retries", "1"]);
    house.ok(&["jobs", "enable", &job]);
    under_way(&house, &id, &job);
    house
        .vendors()
        .inject(Fault::new(LEDGER, Endpoint::List, mode));
    let jobs = house.until(
        || jobs_of(&id),
        |jobs| {
            rows(jobs)
                .iter()
                .any(|it| it["last_execution"]["status"] == "failed")
        },
    );
    let failed = rows(&jobs)
        .iter()
        .find(|it| it["id"] == job.as_str())
        .unwrap();
    let error = text(&failed["last_execution"], "error");
    assert!(error.contains(words), "{mode:?}: {error}");
    let received = failed["last_execution"]["processed"].as_u64().unwrap();
    assert_eq!(records(&house, &id) as u64, received, "{mode:?}");
    assert!(received >= 100, "{mode:?}: {failed:#}");
    house.vendors().clear_faults();
    house.tune(LEDGER, |it| it.page_delay_ms = Some(0));
    house.ok(&["jobs", "run", &job]);
    house.until(
        || jobs_of(&id),
        |jobs| {
            rows(jobs)
                .iter()
                .any(|it| it["last_execution"]["status"] == "succeeded")
        },
    );
    assert_eq!(records(&house, &id), 500, "{mode:?}");
    assert_eq!(house.connection(&id)["status"], "connected", "{mode:?}");
}

#[test]
fn a_web_page_instead_of_a_list() {
    failing(Html, "web page");
}

#[test]
fn a_list_without_an_end() {
    failing(Huge, "more than");
}

#[test]
fn half_a_list() {
    failing(HalfReply, "hung up");
}

#[test]
fn an_outage_in_the_middle() {
    failing(Status503, "503");
}

#[test]
fn names_that_attack_the_terminal_are_harmless() {
    let house = House::with(&[LEDGER]);
    house.tune(LEDGER, |it| it.items = Some(20));
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    house.fault(LEDGER, Endpoint::List, FoulText);
    for job in house.sync(&id) {
        assert_eq!(job["last_execution"]["status"], "succeeded", "{job:#}");
    }
    assert_eq!(records(&house, &id), 40);
    for verb in ["records", "references"] {
        harmless(&house.ok(&[verb, &id]));
        let rows = house.json(&[verb, &id]);
        for row in rows.as_array().unwrap() {
            if let Some(label) = row["label"].as_str() {
                assert!(!label.chars().any(is_foul), "{label:?}");
            }
        }
    }
    // Bytes that are no text at all are a failed sync, and nothing of it is printed raw.
    let house = House::with(&[LEDGER]);
    house.tune(LEDGER, |it| it.items = Some(20));
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    house.fault(LEDGER, Endpoint::List, FoulNames);
    house.sync(&id);
    for verb in [
        vec!["jobs"],
        vec!["executions"],
        vec!["audit"],
        vec!["records", &id],
    ] {
        harmless(&house.ok(&verb));
    }
    let said: Vec<String> = house.server.as_ref().unwrap().said();
    harmless(&said.join("\n"));
}

fn is_foul(c: char) -> bool {
    (c.is_control() && c != '\n')
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2066}'..='\u{2069}').contains(&c)
}

#[track_caller]
fn harmless(text: &str) {
    let foul: Vec<char> = text.chars().filter(|c| is_foul(*c)).collect();
    assert!(foul.is_empty(), "{foul:?} in {text:?}");
}

#[test]
fn a_full_pull_marks_what_is_gone() {
    let house = House::with(&[LEDGER]);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    let job = house.jobs(&id)[0].clone();
    let job = text(&job, "id");
    house.ok(&["jobs", "edit", job, "--mode", "full"]);
    house.ok(&["jobs", "enable", job]);
    house.until(
        || jobs_of(&id),
        |jobs| rows(jobs)[0]["last_execution"]["status"] == "succeeded",
    );
    house.tune(LEDGER, |it| it.items = Some(100));
    // Numbered pages shift when something vanishes: it takes two passes that agree, one right behind the other.
    for (runs, expected) in [(2, 20), (3, 20)] {
        house.ok(&["jobs", "run", job]);
        let over = |jobs: &Value| {
            let last = rows(jobs)[0]["last_runs"].as_array().unwrap();
            last.len() == runs && last.iter().all(|it| it == "succeeded")
        };
        house.until(|| jobs_of(&id), over);
        let references = house.json(&["references", &id]);
        let gone = references
            .as_array()
            .unwrap()
            .iter()
            .filter(|it| it["status"] == "gone")
            .count();
        assert_eq!(gone, expected, "{:#}", references[0]);
    }
}
