//! Access tokens run out: they are renewed once, or it is said why not.

use serde_json::Value;
use tagout::sandbox::FaultMode::{DropAfterActing, Status503};
use tagout::sandbox::{Endpoint, KilledBy, RefreshPolicy, Vendor, Victim};
use tagout::wire::rpc;

use crate::house::{BOT, CAROL, House, rows, text};
use crate::liars::truthful;

const LEDGER: Vendor = Vendor::Ledger;

/// A connection whose access token is about to run out, while the next one will last.
fn about_to_expire() -> (House, String) {
    let house = House::with(&[LEDGER]);
    house.tune(LEDGER, |it| it.told_ttl = Some(1));
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    house.tune(LEDGER, |it| it.told_ttl = Some(3600));
    house.run_out(&id);
    (house, id)
}

fn refreshes(house: &House) -> usize {
    // The first call traded the code in.
    house.calls(LEDGER, Endpoint::Token).len() - 1
}

/// Every job has failed, and one of them says this. The others may say that the connection is out of service by now.
fn failed_with(jobs: &[Value], why: &str) {
    let errors: Vec<&str> = jobs.iter().map(|job| text(job, "last_error")).collect();
    assert!(errors.iter().any(|error| error.contains(why)), "{errors:?}");
}

#[test]
fn two_jobs_at_once_refresh_once() {
    let (house, id) = about_to_expire();
    let jobs = house.sync(&id);
    assert_eq!(jobs.len(), 2);
    for job in &jobs {
        assert_eq!(job["last_execution"]["status"], "succeeded", "{job:#}");
    }
    assert_eq!(refreshes(&house), 1);
    let run = house.disconnect(&id);
    truthful(&house, LEDGER, &run, "after a refresh");
    // The replaced access token lived on at the vendor, so it stands in the run with the others.
    let superseded = |token: &&Value| token["superseded"] == true;
    let tokens = run["tokens"].as_array().unwrap();
    assert_eq!(tokens.iter().filter(superseded).count(), 1, "{tokens:#?}");
    assert_eq!(run["state"], "completed");
    assert!(house.tokens(LEDGER).values().all(|token| !token.alive));
    house.verify();
}

#[test]
fn a_static_refresh_token_stays_one_token() {
    let house = House::with(&[Vendor::Hubspot]);
    house.tune(Vendor::Hubspot, |it| {
        it.told_ttl = Some(1);
        it.refresh = Some(RefreshPolicy::Static);
    });
    let id = text(&house.connect(Vendor::Hubspot, BOT), "id").to_owned();
    house.tune(Vendor::Hubspot, |it| it.told_ttl = Some(3600));
    house.run_out(&id);
    house.sync(&id);
    let connection = house.connection(&id);
    let refresh = |credential: &&Value| credential["kind"] == "refresh";
    let kept = connection["credentials"]
        .as_array()
        .unwrap()
        .iter()
        .filter(refresh)
        .count();
    assert_eq!(kept, 1, "{connection:#}");
}

#[test]
fn a_refused_refresh_turns_the_badge_by_itself() {
    let (house, id) = about_to_expire();
    house
        .vendors()
        .kill(LEDGER, &Victim::Account(BOT.to_owned()));
    for job in house.jobs(&id) {
        house.ok(&["jobs", "enable", text(&job, "id")]);
    }
    let connection = house.until(
        || rpc::Connection { name: id.clone() },
        |connection| {
            connection["status"] == "reconnect_required" && connection["jobs"]["running"] == 0
        },
    );
    failed_with(&house.jobs(&id), "refuses the grant");
    assert!(
        text(&connection, "reason").contains("invalid_grant"),
        "{connection:#}"
    );
    assert_eq!(house.jobs(&id)[0]["state"], "blocked");
    // The same authorization again: same connection, next generation, and the sync goes on by itself.
    let back = house
        .authorize(&["reconnect", &id], LEDGER, BOT)
        .unwrap_or_else(|ran| panic!("{}", ran.err));
    assert_eq!(
        (&back["status"], &back["generation"]),
        (&"connected".into(), &2.into())
    );
    let jobs = house.synced(&id, |status| status == "succeeded");
    assert_eq!(jobs.len(), 2);
}

#[test]
fn an_outage_is_an_error_with_its_reason_and_ends_with_the_outage() {
    let (house, id) = about_to_expire();
    house.fault(LEDGER, Endpoint::Token, Status503);
    let jobs = house.sync(&id);
    failed_with(&jobs, "not available");
    let connection = house.connection(&id);
    assert_eq!(
        (&connection["status"], &connection["health"]),
        (&"error".into(), &"down".into())
    );
    assert!(
        text(&connection, "reason").contains("503"),
        "{connection:#}"
    );
    house.vendors().clear_faults();
    for job in &jobs {
        house.ok(&["jobs", "run", text(job, "id")]);
    }
    house.synced(&id, |status| status == "succeeded");
    let connection = house.connection(&id);
    assert_eq!(
        (&connection["status"], &connection["reason"]),
        (&"connected".into(), &"".into())
    );
    assert_eq!(
        refreshes(&house),
        1 + house
            .calls(LEDGER, Endpoint::Token)
            .iter()
            .filter(|c| c.fault.is_some())
            .count()
    );
}

#[test]
fn a_refused_token_is_renewed_and_goes_on() {
    let house = House::with(&[LEDGER]);
    let connection = house.connect(LEDGER, BOT);
    let id = text(&connection, "id");
    let access = |credential: &&Value| credential["kind"] == "access";
    let access = connection["credentials"]
        .as_array()
        .unwrap()
        .iter()
        .find(access)
        .unwrap();
    let print = text(access, "fingerprint").to_owned();
    house
        .vendors()
        .kill(LEDGER, &Victim::Fingerprint(print.clone()));
    for job in house.sync(id) {
        assert_eq!(job["last_execution"]["status"], "succeeded", "{job:#}");
    }
    assert_eq!(refreshes(&house), 1, "for both jobs together");
    // What passes beside it shows that the old token is refused, and not everybody.
    house.connect(LEDGER, CAROL);
    let run = house.disconnect(id);
    truthful(&house, LEDGER, &run, "refused and renewed");
    let tokens = run["tokens"].as_array().unwrap();
    let old = tokens
        .iter()
        .find(|token| token["fingerprint"] == print.as_str())
        .unwrap();
    assert_eq!(old["outcome"], "already_dead");
}

#[test]
fn a_refusal_that_survives_a_refresh_wants_a_person() {
    let house = House::with(&[Vendor::Github]);
    let id = text(&house.connect(Vendor::Github, BOT), "id").to_owned();
    house
        .vendors()
        .kill(Vendor::Github, &Victim::Account(BOT.to_owned()));
    let jobs = house.sync(&id);
    assert_eq!(jobs[0]["last_execution"]["status"], "failed");
    let connection = house.connection(&id);
    assert_eq!(connection["status"], "reconnect_required", "{connection:#}");
    assert_ne!(connection["reason"], "");
}

#[test]
fn a_lost_refresh_leaves_a_token_that_nobody_holds() {
    let (house, id) = about_to_expire();
    house.fault(LEDGER, Endpoint::Token, DropAfterActing);
    let job = house.jobs(&id)[0].clone();
    house.ok(&["jobs", "enable", text(&job, "id")]);
    let request = || crate::house::jobs_of(&id);
    house.until(request, |jobs| {
        rows(jobs)
            .iter()
            .any(|job| job["last_execution"]["status"] == "failed")
    });
    house.vendors().clear_faults();
    let connection = house.connection(&id);
    assert_eq!(connection["status"], "error");
    let plan: Value = house.ask(rpc::Plan {
        connections: vec![id.clone()],
        terms: tagout::wire::rpc::PlanTerms::default(),
    });
    let planned = plan[0]["tokens"].as_array().unwrap();
    let unknown = |token: &&Value| token["fingerprint"] == "unknown";
    let found: Vec<&Value> = planned.iter().filter(unknown).collect();
    // It was asked once more with the old token, and that answer was lost too.
    assert_eq!(found.len(), 2, "{planned:#?}");
    assert_eq!(
        (&found[0]["kind"], &found[0]["can_prove"]),
        (&"unknown".into(), &false.into())
    );

    let run = house.disconnect(&id);
    truthful(&house, LEDGER, &run, "lost refresh");
    let tokens = run["tokens"].as_array().unwrap();
    let lost = tokens.iter().find(unknown).unwrap();
    assert_eq!(lost["residual_until"], "unknown", "{lost:#}");
    assert_ne!(lost["outcome"], "verified_dead");
    assert_eq!(run["state"], "completed_with_warnings");
    // A new authorization begins without that burden.
    let back = house.connect(LEDGER, BOT);
    let run = house.disconnect(text(&back, "id"));
    assert!(
        run["tokens"]
            .as_array()
            .unwrap()
            .iter()
            .all(|token| !unknown(&token))
    );
    assert!(
        house
            .tokens(LEDGER)
            .values()
            .any(|token| token.killed_by == Some(KilledBy::Rotated))
    );
}

/// What a reconnect replaces is ended before it says so, and the line for a person names what is left.
#[test]
fn a_reconnect_says_what_became_of_what_it_replaced() {
    let house = House::with(&[LEDGER]);
    let id = text(&house.connect(LEDGER, BOT), "id").to_owned();
    let other = [
        "reconnect",
        &id,
        "--accept-other-account",
        "--flow",
        "paste",
    ];
    let mut running = house.spawn(&[&other[..], &["--json"]].concat());
    let line: Value = serde_json::from_str(&running.line().unwrap()).unwrap();
    let back = house.allow(text(&line, "url"), CAROL);
    running.say(&format!("{back}\n"));
    let ran = running.end();
    let said: Vec<Value> = ran
        .out
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    let events: Vec<&str> = said.iter().map(|it| text(it, "event")).collect();
    assert_eq!(events, ["replaced", "connected"], "{ran:?}");
    for token in said[0]["run"]["tokens"].as_array().unwrap() {
        assert_eq!(token["outcome"], "verified_dead", "{token:#}");
    }
    // The same account again: a call would end the newer grant.
    let mut running = house.spawn(&["reconnect", &id, "--flow", "paste"]);
    let url = std::iter::from_fn(|| running.line()).find(|it| it.starts_with("http"));
    let back = house.allow(&url.unwrap(), CAROL);
    running.say(&format!("{back}\n"));
    let ran = running.end();
    let line = ran
        .out
        .lines()
        .find(|it| it.starts_with("Of the authorization before"));
    let line = line.unwrap_or_else(|| panic!("{ran:?}"));
    assert!(
        line.contains("2 tokens: 0 proven dead; refresh token works"),
        "{line}"
    );
}
