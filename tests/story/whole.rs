//! Configure, connect, sync, disconnect, connect again: by verbs, for every vendor of the sandbox.

use serde_json::{Value, json};
use tagout::sandbox::{Endpoint, Vendor};

use crate::house::{BOT, CAROL, House, has, rows, text};

const CONNECTION: &str = "id provider instance instance_status name owner scope account status reason health \
     generation connected_at token_expires_at jobs credentials references webhooks features follow_ups";
const PLAN: &str = "connection jobs_enabled executions_running credentials references webhooks dependents \
     other_connections shares_grant_with kept follow_ups tokens";
const RUN: &str = "id connection provider actor origin reason ticket note state steps tokens counts follow_ups checkpoint";
const ENTRY: &str = "seq id at actor role origin action target outcome evidence detail";
const JOB: &str =
    "id connection entity mode is_enabled state schedule last_execution next_run_at last_error";
const EXECUTION: &str = "id status processed created updated skipped failed cursor completed_at";
const REFERENCE: &str = "id connection entity local_id external_id status remote_status label";
const WEBHOOK: &str = "id connection url status received verified ignored";

/// What each token of the run is said to be, beside what the vendor knows: kind, outcome, alive there.
pub(crate) fn told(house: &House, vendor: Vendor, run: &Value) -> Vec<(String, String, bool)> {
    let known = house.tokens(vendor);
    let mut told: Vec<_> = run["tokens"]
        .as_array()
        .unwrap()
        .iter()
        .map(|token| {
            let alive = match text(token, "fingerprint") {
                // A key with too little chance in it: the vendor has made only this one.
                "withheld" => known.values().any(|token| token.alive),
                shown => known.get(shown).is_some_and(|token| token.alive),
            };
            (
                text(token, "kind").to_owned(),
                text(token, "outcome").to_owned(),
                alive,
            )
        })
        .collect();
    told.sort();
    told
}

fn expected(vendor: Vendor) -> Value {
    match vendor {
        Vendor::Ledger => {
            json!([
                ["access", "verified_dead", false],
                ["refresh", "verified_dead", false]
            ])
        }
        Vendor::Github => json!([["access", "verified_dead", false]]),
        // Only the refresh token can be revoked; the access token goes on for its half hour, and that is said.
        Vendor::Hubspot => {
            json!([
                ["access", "unsupported", true],
                ["refresh", "verified_dead", false]
            ])
        }
        Vendor::Slack => {
            json!([
                ["access", "verified_dead", false],
                ["access", "verified_dead", false]
            ])
        }
        Vendor::Postmark => json!([["api_key", "unsupported", true]]),
        other => panic!("{other} has no story here"),
    }
}

/// How many items each entity of the vendor has; a workspace has only so many channels.
fn items(vendor: Vendor) -> u64 {
    if vendor == Vendor::Slack { 40 } else { 120 }
}

/// How many items syncs bring of so many entities. Of messages only those of watched channels are pulled, and none is watched.
fn synced_of(vendor: Vendor, entities: u64) -> u64 {
    match vendor {
        Vendor::Slack => items(vendor),
        Vendor::Postmark => items(vendor) + SENDERS,
        _ => items(vendor) * entities,
    }
}

/// As whom the sandbox's Postmark has sent its mails.
const SENDERS: u64 = 3;

fn story(vendor: Vendor) {
    let house = House::with(&[vendor]);
    let connected = house.connect(vendor, BOT);
    let id = text(&connected, "id").to_owned();
    in_service(&house, vendor, &connected);

    let jobs = house.sync(&id);
    let entities = jobs.len() as u64;
    for job in &jobs {
        has(job, JOB);
        has(&job["last_execution"], EXECUTION);
        assert_eq!(job["last_execution"]["status"], "succeeded", "{job:#}");
        // What the configuration file says of new jobs.
        assert_eq!(job["schedule"], "0 0 1 1 *");
        let expected = match job["entity"].as_str() {
            Some("message") if vendor == Vendor::Slack => 0,
            Some("sender") => SENDERS,
            _ => items(vendor),
        };
        assert_eq!(job["last_execution"]["processed"], expected);
    }
    let synced = house.connection(&id);
    assert_eq!(
        synced["references"],
        json!({ "synced": synced_of(vendor, entities), "stale": 0, "gone": 0 })
    );
    // People read accounts by name, and scripts by id.
    let name = format!("{vendor}/{}", text(&connected, "name"));
    for list in ["records", "references"] {
        let table = house.ok(&[list, &id, "--wide"]);
        assert!(table.contains(&name) && !table.contains(&id), "{table}");
        assert_eq!(house.json(&[list, &id])[0]["connection"], id);
    }
    // What depends on the provider has something to lose once there is something of it here.
    assert_eq!(connected["features"][0]["in_use"], false);
    assert_eq!(synced["features"][0]["in_use"], vendor != Vendor::Slack);

    let plan = house.json(&["plan", &id]);
    let plan = plan.as_array().map_or(&plan, |plans| &plans[0]);
    has(plan, PLAN);
    assert_eq!(plan["jobs_enabled"], entities);
    has(
        &plan["tokens"][0],
        "kind fingerprint expires_at can_revoke can_prove",
    );

    let run = disconnected(&house, vendor, &id, entities);
    let calls = house.sandbox.log().of(vendor).len();
    let ended = run["counts"].clone();
    assert_eq!(
        ended,
        json!({
            "jobs_disabled": entities, "executions_cancelled": 0, "credentials_sealed": 0,
            "credentials_destroyed": expected(vendor).as_array().unwrap().len(),
            "webhooks_disabled": 1, "references_marked": synced_of(vendor, entities),
        })
    );
    assert!(house.run(&["jobs", "run", text(&jobs[0], "id")]).code != 0);
    assert_eq!(
        house.sandbox.log().of(vendor).len(),
        calls,
        "nothing is asked any more"
    );
    summary(&house, &run);
    again(&house, vendor, &connected, entities);
    house.verify();
    house.no_blobs();
}

fn in_service(house: &House, vendor: Vendor, connected: &Value) {
    has(connected, CONNECTION);
    has(&connected["account"], "id label");
    has(&connected["jobs"], "total enabled running");
    has(&connected["references"], "synced stale");
    has(&connected["webhooks"], "enabled received ignored");
    has(&connected["features"][0], "name effect in_use available");
    assert_eq!(connected["status"], "connected");
    assert_eq!(connected["instance_status"], "connected");
    assert_eq!(connected["generation"], 1);
    assert_eq!(connected["jobs"]["enabled"], 0);
    let known = house.tokens(vendor);
    for credential in connected["credentials"].as_array().unwrap() {
        has(credential, "id kind fingerprint is_active is_deleted");
        let shown = text(credential, "fingerprint");
        if vendor == Vendor::Postmark {
            // A person typed it.
            assert_eq!(shown, "withheld");
        } else {
            assert!(known[shown].alive, "{credential:#}");
        }
    }
    let webhooks = house.json(&["webhooks"]);
    has(&webhooks[0], WEBHOOK);
    assert_eq!(webhooks[0]["status"], "enabled");
}

fn disconnected(house: &House, vendor: Vendor, id: &str, entities: u64) -> Value {
    let lines = house.lines(&[
        "disconnect",
        id,
        "--yes",
        "--reason",
        "compliance",
        "--ticket",
        "INC-7",
        "--note",
        "rotate",
    ]);
    let (last, steps) = lines.split_last().unwrap();
    for line in steps {
        has(line, "event run connection step state at detail");
        assert_eq!(line["event"], "step");
    }
    let run = last["run"].clone();
    has(&run, RUN);
    assert_eq!(
        json!(told(house, vendor, &run)),
        expected(vendor),
        "{run:#}"
    );
    for token in run["tokens"].as_array().unwrap() {
        has(token, "kind fingerprint outcome evidence residual_until");
        has(
            &token["evidence"],
            "endpoint method status probe_before probe_after at request_id",
        );
        let proven = ["verified_dead", "already_dead"].contains(&text(token, "outcome"));
        assert_eq!(proven, token["residual_until"].is_null(), "{token:#}");
        if vendor == Vendor::Postmark {
            assert_eq!(token["residual_until"], "never_expires");
        }
    }
    let clean = run["tokens"]
        .as_array()
        .unwrap()
        .iter()
        .all(|t| t["residual_until"].is_null());
    assert_eq!(
        run["state"],
        if clean {
            "completed"
        } else {
            "completed_with_warnings"
        }
    );
    evidence_is_the_vendors(house, vendor, &run);

    let now = house.connection(id);
    assert_eq!(now["status"], "revoked");
    assert_eq!(now["instance_status"], "revoked");
    assert_eq!(now["health"], "unknown");
    assert_eq!(
        now["jobs"],
        json!({ "total": entities, "enabled": 0, "running": 0 })
    );
    assert_eq!(
        now["references"],
        json!({ "synced": 0, "stale": synced_of(vendor, entities), "gone": 0 })
    );
    for credential in now["credentials"].as_array().unwrap() {
        assert_eq!(credential["is_active"], false);
        assert_eq!(credential["is_deleted"], true);
    }
    let references = house.json(&["references", id]);
    has(&references[0], REFERENCE);
    assert_eq!(references[0]["status"], "stale");
    assert!(references[0]["remote_status"].is_null());
    let label = format!("{} (disconnected)", vendor.title());
    assert_eq!(references[0]["label"], label);
    assert_eq!(
        house.json(&["records", id]).as_array().unwrap().len() as u64,
        synced_of(vendor, entities)
    );
    assert_eq!(house.json(&["webhooks"])[0]["status"], "disabled");
    run
}

/// The calls that the run names are in the vendor's own log, with its request id.
fn evidence_is_the_vendors(house: &House, vendor: Vendor, run: &Value) {
    let made = house.sandbox.log().of(vendor);
    for token in run["tokens"].as_array().unwrap() {
        let Some(id) = token["evidence"]["request_id"].as_str() else {
            continue;
        };
        let call = made.iter().find(|call| call.request_id == id).unwrap();
        assert_eq!(call.endpoint, Endpoint::Revoke);
        assert_eq!(json!(call.status), token["evidence"]["status"]);
        assert!(
            call.path.ends_with(
                url::Url::parse(text(&token["evidence"], "endpoint"))
                    .unwrap()
                    .path()
                    .split('/')
                    .next_back()
                    .unwrap()
            )
        );
    }
}

/// T8: who, which provider, whether each revocation succeeded, what was disabled and destroyed, when, from where.
fn summary(house: &House, run: &Value) {
    let entries = house.audit();
    let of_run = |entry: &&Value| {
        entry["action"] == "connection.disconnected" && entry["detail"]["run"] == run["id"]
    };
    let found: Vec<&Value> = entries.iter().filter(of_run).collect();
    let [entry] = found[..] else {
        panic!("{} summaries", found.len());
    };
    has(entry, ENTRY);
    has(&entry["origin"], "address via");
    has(
        &entry["detail"],
        "provider owner reason ticket revoked jobs_disabled credentials_destroyed",
    );
    assert_eq!(entry["actor"], run["actor"]);
    assert_eq!(entry["detail"]["provider"], run["provider"]);
    assert_eq!(entry["detail"]["reason"], "compliance");
    assert_eq!(entry["detail"]["ticket"], "INC-7");
    assert_eq!(
        entry["detail"]["jobs_disabled"],
        run["counts"]["jobs_disabled"]
    );
    assert_eq!(
        entry["detail"]["credentials_destroyed"],
        run["counts"]["credentials_destroyed"]
    );
    for token in run["tokens"].as_array().unwrap() {
        let same = |revoked: &&Value| revoked["fingerprint"] == token["fingerprint"];
        let revoked = entry["detail"]["revoked"].as_array().unwrap();
        let revoked = revoked.iter().find(same).unwrap();
        assert_eq!(revoked["outcome"], token["outcome"]);
        assert_eq!(revoked["kind"], token["kind"]);
    }
}

/// T10: the same instance and connection, the next generation, jobs by hand, references in step with the next sync.
fn again(house: &House, vendor: Vendor, first: &Value, entities: u64) {
    let id = text(first, "id");
    let back = house.connect(vendor, BOT);
    assert_eq!(back["id"], first["id"]);
    assert_eq!(back["instance"], first["instance"]);
    assert_eq!(back["instance_status"], "connected");
    assert_eq!(back["generation"], 2);
    assert_eq!(back["jobs"]["enabled"], 0);
    assert_eq!(back["references"]["stale"], synced_of(vendor, entities));
    let enabled = house.json(&["jobs", "enable", "--before", id]);
    assert_eq!(enabled.as_array().unwrap().len() as u64, entities);
    let second = |jobs: &Value| {
        rows(jobs).iter().all(|job| {
            job["last_runs"].as_array().unwrap().len() == 2
                && job["last_execution"]["status"] == "succeeded"
        })
    };
    house.until(|| crate::house::jobs_of(id), second);
    let synced = synced_of(vendor, entities);
    assert_eq!(house.connection(id)["references"]["synced"], synced);
    let endpoint = house.json(&["webhooks"])[0]["id"].clone();
    house.ok(&["webhooks", "enable", endpoint.as_str().unwrap()]);
    assert_eq!(house.json(&["webhooks"])[0]["status"], "enabled");
}

/// The browser comes back to a listener that is open for as long as somebody waits for it.
#[test]
fn by_browser() {
    for vendor in [Vendor::Ledger, Vendor::Hubspot] {
        let house = House::with(&[vendor]);
        let id = vendor.to_string();
        let mut running = house.spawn(&["connect", &id, "--no-browser", "--json"]);
        let line: Value = serde_json::from_str(&running.line().unwrap()).unwrap();
        has(&line, "event url redirect_uri");
        let back = house.allow(text(&line, "url"), BOT);
        assert!(back.starts_with(text(&line, "redirect_uri")), "{back}");
        let strange = back.replace("state=", "state=x");
        assert_eq!(house.browse(&strange).0, 404, "somebody else's answer");
        let (status, page) = house.browse(&back);
        assert_eq!(status, 200, "{page}");
        let ran = running.end();
        assert_eq!(ran.code, 0, "{}", ran.err);
        let line: Value = serde_json::from_str(ran.out.trim()).unwrap();
        assert_eq!(line["connection"]["status"], "connected");
    }
}

#[test]
fn ledger() {
    story(Vendor::Ledger);
}

#[test]
fn github() {
    story(Vendor::Github);
}

#[test]
fn hubspot() {
    story(Vendor::Hubspot);
}

#[test]
fn slack() {
    story(Vendor::Slack);
}

#[test]
fn postmark() {
    story(Vendor::Postmark);
}

#[test]
fn somebody_elses_connection_is_not_touched_until_it_is_the_last() {
    let house = House::with(&[Vendor::Ledger]);
    let ours = house.connect(Vendor::Ledger, BOT);
    let theirs = house.connect_with(Vendor::Ledger, CAROL, &["--scope", "personal"]);
    assert_ne!(ours["id"], theirs["id"]);
    assert_eq!(ours["instance"], theirs["instance"]);
    let (ours, theirs) = (text(&ours, "id"), text(&theirs, "id"));
    house.sync(ours);
    house.sync(theirs);
    let before = house.connection(theirs);
    let plan: Value = house.ask(tagout::wire::rpc::Plan {
        connections: vec![ours.to_owned()],
        terms: tagout::wire::rpc::PlanTerms::default(),
    });
    assert_eq!(plan[0]["other_connections"][0]["id"], theirs);
    assert_eq!(plan[0]["other_connections"][0]["affected"], false);

    house.disconnect(ours);
    let mut after = house.connection(theirs);
    assert_eq!(house.connection(ours)["status"], "revoked");
    assert_eq!(after["instance_status"], "connected");
    // What grows with time alone is not of interest.
    after["version"] = before["version"].clone();
    assert_eq!(after, before);
    for credential in after["credentials"].as_array().unwrap() {
        assert!(house.tokens(Vendor::Ledger)[text(credential, "fingerprint")].alive);
    }
    for job in house.jobs(theirs) {
        assert_eq!(job["is_enabled"], true);
    }
    let stale = |connection: &str| {
        let all = house.json(&["references", connection]);
        let all = all.as_array().unwrap().clone();
        all.iter().filter(|it| it["status"] == "stale").count()
    };
    assert_eq!((stale(ours), stale(theirs)), (240, 0));

    let run = house.disconnect(theirs);
    assert_eq!(run["state"], "completed");
    assert_eq!(house.connection(theirs)["instance_status"], "revoked");
    assert_eq!(house.connection(ours)["instance_status"], "revoked");
    house.verify();
}
