//! Held tokens (B4) across `kill -9` of the real process, and against a thief with every byte of the folder.

use serde_json::{Value, json};
use tagout::domain::hold::Hold;
use tagout::domain::sealed::Sealed;
use tagout::sandbox::{CallRecord, Endpoint, Fault, FaultMode, Vendor, fingerprint};
use tagout::wire::request::FlowKind;
use tagout::wire::rpc;
use tagout::wire::rpc::Connect;

use crate::destroyed::{copied, no_orphans, no_token_in_plain_sight, nowhere, prints, sealed_in};
use crate::house::{BOT, House, free_port, rows, text, window, within};
use crate::liars::truthful;
use crate::pace_in_file::QUICK;
use crate::sealed_values::recover;
use crate::serving::LONG;

const LEDGER: Vendor = Vendor::Ledger;
const APP: &str = "sandbox-ledger-secret";

/// A server that waits so long for the first retry, and for a vendor longer than any test.
pub(crate) fn house(retry_seconds: u16) -> House {
    paced(retry_seconds, QUICK)
}

fn paced(retry_seconds: u16, proof: &str) -> House {
    let mut house = House::empty();
    let text = format!(
        "callback_port = {}\nvendor_timeout_seconds = 120\nhold_retry_seconds = {retry_seconds}\n{proof}",
        free_port()
    );
    std::fs::write(house.keys().join("config.toml"), text).unwrap();
    house.serve();
    house.register(LEDGER);
    house
}

/// Disconnects while Ledger answers nothing; the run.
pub(crate) fn held(house: &House, id: &str) -> Value {
    house.fault(LEDGER, Endpoint::Any, FaultMode::Status503);
    let lines = house.lines(&["disconnect", id, "--if-unreachable", "hold", "--yes"]);
    let run = lines.last().unwrap()["run"].clone();
    assert_eq!(run["state"], "completed_with_warnings");
    for token in run["tokens"].as_array().unwrap() {
        assert_eq!(token["outcome"], "unreachable", "{token:#}");
    }
    assert_eq!(holds(house).len(), 2);
    run
}

fn every_hold() -> rpc::Holds {
    rpc::Holds {
        connection: None,
        window: window(),
    }
}

fn holds(house: &House) -> Vec<Value> {
    rows(&house.ask(every_hold())).to_vec()
}

pub(crate) fn until_holds(house: &House, done: impl Fn(&[Value]) -> bool) {
    house.until(every_hold, |page| done(rows(page)));
}

/// When the server is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Between two tries.
    Waiting,
    /// The revoking call is at the vendor, which has done nothing yet.
    Asked,
    /// The vendor has revoked, and its answer is still with it.
    Acted,
    /// The vendor has answered that it revoked, and is being asked whether that is true.
    Answered,
}

impl At {
    /// The call at which it happens.
    fn stop(self) -> Option<(Endpoint, FaultMode)> {
        match self {
            Self::Waiting => None,
            Self::Asked => Some((Endpoint::Revoke, FaultMode::Hang)),
            Self::Acted => Some((Endpoint::Revoke, FaultMode::HangAfterActing)),
            // An access token that introspection calls dead is also tried where it is used.
            Self::Answered => Some((Endpoint::Probe, FaultMode::Hang)),
        }
    }
}

/// Kills the server there; the call that it was waiting for. The outage ends while no server runs, so that the first call
/// that gets through is the one that is stopped.
fn killed(house: &mut House, at: At) -> Option<CallRecord> {
    until_holds(house, |holds| {
        holds.iter().all(|hold| hold["tries"].as_u64() >= Some(1))
    });
    house.kill();
    house.vendors().clear_faults();
    let (endpoint, mode) = at.stop()?;
    let fault = Fault::new(LEDGER, endpoint, mode).times(1);
    let log = house.sandbox.log();
    if at == At::Answered {
        // Whichever of the two is tried first: the question that hangs comes after a call that was answered.
        house.serve();
        let answered =
            log.wait_for(|call| call.endpoint == Endpoint::Revoke && call.fault.is_none());
        house.block(within(LONG, answered));
        house.vendors().inject(fault);
    } else {
        house.vendors().inject(fault);
        house.serve();
    }
    let waiting = log.wait_for(|call| call.fault == Some(mode));
    let call = house.block(within(LONG, waiting));
    house.kill();
    Some(call)
}

fn ends_once(at: At) {
    let mut house = house(1);
    let connection = house.connect(LEDGER, BOT);
    let run = held(&house, text(&connection, "id"));
    let before = house.sandbox.log().all().len();
    let hung = killed(&mut house, at);
    house.serve();
    until_holds(&house, <[_]>::is_empty);

    let run = house.ended(text(&run, "id"));
    truthful(&house, LEDGER, &run, "after a kill");
    assert!(house.tokens(LEDGER).values().all(|token| !token.alive));
    let tokens = run["tokens"].as_array().unwrap();
    let outcome = |print: &str| {
        let token = tokens.iter().find(|it| it["fingerprint"] == print);
        text(token.unwrap(), "outcome").to_owned()
    };
    for token in tokens {
        let outcome = text(token, "outcome");
        assert!(
            ["verified_dead", "already_dead"].contains(&outcome),
            "{at:?} {token:#}"
        );
    }
    let log = house.sandbox.log().all();
    let revoked = |print: &str| {
        let is = |call: &&CallRecord| {
            call.endpoint == Endpoint::Revoke
                && call.fault != Some(FaultMode::Status503)
                && call.token.as_deref() == Some(print)
        };
        log[before..].iter().filter(is).count()
    };
    for token in tokens {
        assert!(revoked(text(token, "fingerprint")) <= 2, "{at:?}: {log:#?}");
    }
    if at == At::Answered {
        let answered = |call: &CallRecord| call.endpoint == Endpoint::Revoke && call.acted;
        let hung = hung.as_ref().unwrap().seq;
        assert!(log.iter().any(|call| answered(call) && call.seq < hung));
    }
    if let Some(print) = hung.filter(|call| call.endpoint == Endpoint::Revoke) {
        let print = print.token.unwrap();
        // That it lived was written down before the call that ended it, so its death is proven to be ours. It is called
        // for again all the same: one answer after a silence is no proof.
        assert_eq!(outcome(&print), "verified_dead", "{at:?}");
        assert_eq!(revoked(&print), 2, "{at:?}");
    }
    once(&house, &run);
    house.stop();
    no_orphans(&house);
    no_token_in_plain_sight(&house.data());
    let store = copied(&house, &house.path("ended"));
    let rows = store.scan::<Hold>("").unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|hold| hold.sealed.is_emptied()));
}

/// Each fact of each hold stands in the log once, and the log is whole.
fn once(house: &House, run: &Value) {
    let entries = house.audit();
    for action in ["hold.opened", "hold.ending", "hold.ended"] {
        let mut of: Vec<&Value> = entries
            .iter()
            .filter(|entry| entry["action"] == action && entry["detail"]["run"] == run["id"])
            .map(|entry| &entry["detail"]["hold"])
            .collect();
        assert_eq!(of.len(), 2, "{action}: {of:?}");
        of.dedup();
        assert_eq!(of.len(), 2, "{action}: {of:?}");
    }
    for entry in entries
        .iter()
        .filter(|entry| entry["action"] == "hold.ended")
    {
        assert_eq!(entry["detail"]["ended_by"], "dead", "{entry:#}");
    }
    let status: Value = house.ask(rpc::Status);
    assert_eq!(
        (&status["holds"], &status["exposed"]),
        (&json!(0), &json!(0))
    );
    house.verify();
}

/// A vendor that answers no revocation, and a server that would wait for each call far longer than the calls of a run may take.
#[test]
fn a_vendor_that_never_answers_does_not_keep_a_run() {
    let house = house(3600);
    let connection = house.connect(LEDGER, BOT);
    house.fault(LEDGER, Endpoint::Revoke, FaultMode::Hang);
    let lines = house.lines(&[
        "disconnect",
        text(&connection, "id"),
        "--if-unreachable",
        "hold",
        "--yes",
    ]);
    let run = &lines.last().unwrap()["run"];
    let reason = |token: &Value| text(&token["evidence"], "reason").to_owned();
    let tokens = run["tokens"].as_array().unwrap();
    let mut reasons: Vec<String> = tokens.iter().map(reason).collect();
    reasons.sort();
    assert_eq!(
        reasons,
        [
            "no answer within the 20 s that a run's calls may take",
            "not called: earlier calls of this run have taken its 20 s",
        ]
    );
    for token in tokens {
        assert_eq!(token["outcome"], "unreachable", "{token:#}");
    }
    assert_eq!(holds(&house).len(), 2, "both are tried again");
}

/// What is sealed for its proof alone is in use: a start after a crash goes on with it.
#[test]
fn a_proof_goes_on_after_a_kill() {
    let mut house = paced(3600, "[proof]\nspan = \"3s\"\n");
    let connection = house.connect(LEDGER, BOT);
    let run = house.disconnect(text(&connection, "id"));
    let all_are = |run: &Value, state: &str| {
        let mut tokens = run["tokens"].as_array().unwrap().iter();
        tokens.all(|token| token["proof"]["state"] == state)
    };
    assert!(all_are(&run, "under_way"), "{run:#}");
    house.kill();
    house.serve();
    let id = text(&run, "id").to_owned();
    let request = || rpc::Run { id: id.clone() };
    let run = house.until(request, |run| all_are(run, "settled"));
    for token in run["tokens"].as_array().unwrap() {
        assert_eq!(token["outcome"], "verified_dead", "{token:#}");
    }
    let overwritten = house.audit();
    assert!(
        overwritten
            .iter()
            .all(|entry| entry["action"] != "vault.orphans_overwritten")
    );
}

#[test]
fn a_kill_while_a_hold_waits() {
    ends_once(At::Waiting);
}

#[test]
fn a_kill_while_the_vendor_has_the_call() {
    ends_once(At::Asked);
}

#[test]
fn a_kill_after_the_vendor_acted_and_before_it_answered() {
    ends_once(At::Acted);
}

#[test]
fn a_kill_just_after_the_vendor_answered() {
    ends_once(At::Answered);
}

/// What is sealed for the revocation worker, as a thief reads it in a copy of the folder.
fn sealed_holds(house: &House) -> Vec<Sealed> {
    let to = house.path("held");
    let store = copied(house, &to);
    let holds = store.scan::<Hold>("").unwrap();
    drop(store);
    std::fs::remove_dir_all(to).unwrap();
    holds.into_iter().map(|hold| hold.sealed).collect()
}

#[test]
fn a_held_token_lies_in_its_own_slot_alone_and_never_comes_back_after_its_end() {
    let mut house = house(3600);
    house.tune(LEDGER, |it| it.items = Some(3));
    let connection = house.connect(LEDGER, BOT);
    let (mut old, app) = sealed_in(&house, "before");
    assert_eq!(old.len(), 2);
    let run = held(&house, text(&connection, "id"));
    let mut held = sealed_holds(&house);
    assert_eq!(held.len(), 2);
    let master = house.master_key();
    // The slots that the connection had are gone: what can be had is what the holds have.
    old.push(app.clone());
    assert_eq!(recover(&master, &house.data(), &old), [APP]);
    held.push(app);
    let had = recover(&master, &house.data(), &held);
    let live = house.tokens(LEDGER).into_values().filter(|it| it.alive);
    let live = live
        .map(|token| token.fingerprint)
        .chain([fingerprint(APP)]);
    assert_eq!(prints(&had), live.collect());
    let secrets: Vec<String> = had.into_iter().filter(|it| it != APP).collect();
    assert_eq!(secrets.len(), 2);
    nowhere(&house, &secrets);
    // A restart writes and copies what it likes.
    house.kill();
    house.serve();
    nowhere(&house, &secrets);

    house.vendors().clear_faults();
    // Beginning a reconnect tries at once what is held.
    let flow: Value = house.ask(Connect {
        connection: Some(text(&connection, "id").to_owned()),
        ..Connect::new("ledger", FlowKind::Paste)
    });
    assert_eq!(flow["holds"], json!([]));
    assert!(holds(&house).is_empty());
    for token in house.ended(text(&run, "id"))["tokens"].as_array().unwrap() {
        assert!(["verified_dead", "already_dead"].contains(&text(token, "outcome")));
    }
    held.extend(old);
    assert_eq!(recover(&master, &house.data(), &held), [APP]);
    nowhere(&house, &secrets);
    house.no_blobs();
    house.stop();
    nowhere(&house, &secrets);
    no_orphans(&house);
}
