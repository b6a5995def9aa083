//! Vendors that fail and lie while a connection is taken out of service. The run always ends, and what it claims of a
//! token is held against what the vendor itself knows of it.

use serde_json::Value;
use tagout::sandbox::FaultMode::{
    DropAfterActing, DropBeforeActing, HalfReply, Hang, Html, Huge, Lie200, RateLimited, Status503,
};
use tagout::sandbox::{Endpoint, Fault, FaultMode, KilledBy, Vendor, Victim};

use crate::house::{BOT, CAROL, House, text};

/// Where a fault stands in the way.
#[derive(Clone, Copy, Debug)]
enum At {
    /// The revoking call.
    Revoke,
    /// The question whether a token lives.
    Question,
    /// The question, before the call only.
    QuestionBefore,
    /// Everything.
    All,
}

/// One way to fail, and what may then be claimed of every token that the recipe revokes.
type Row = (At, FaultMode, &'static str);

const ROWS: &[Row] = &[
    (At::Revoke, Status503, "unreachable"),
    (At::Revoke, RateLimited, "unreachable"),
    (At::Revoke, Hang, "unreachable"),
    (At::Revoke, DropBeforeActing, "unreachable"),
    (At::Revoke, Lie200, "still_alive"),
    (At::Revoke, Huge, "unreachable"),
    // A page with 200 may come from a proxy in the way: nothing is known but that the token lives.
    (At::Revoke, Html, "unreachable"),
    // The vendor acted and its answer was lost: the token is asked again, and that is the proof.
    (At::Revoke, DropAfterActing, "verified_dead"),
    (At::Revoke, HalfReply, "verified_dead"),
    (At::Question, Status503, "accepted_unverified"),
    (At::Question, RateLimited, "accepted_unverified"),
    (At::Question, Hang, "accepted_unverified"),
    (At::Question, DropBeforeActing, "accepted_unverified"),
    (At::Question, DropAfterActing, "accepted_unverified"),
    (At::Question, Html, "accepted_unverified"),
    (At::Question, Huge, "accepted_unverified"),
    (At::Question, HalfReply, "accepted_unverified"),
    // A vendor that says `alive` of what it has ended is believed: the claim errs on the side of exposure.
    (At::Question, Lie200, "still_alive"),
    // It had passed when it was connected, so the lost question before takes nothing away.
    (At::QuestionBefore, Status503, "verified_dead"),
    (At::All, Status503, "unreachable"),
    (At::All, DropBeforeActing, "unreachable"),
    (At::All, Html, "unreachable"),
];

fn question(vendor: Vendor) -> Endpoint {
    if vendor == Vendor::Ledger {
        Endpoint::Introspect
    } else {
        Endpoint::Probe
    }
}

fn stand_in_the_way(house: &House, vendor: Vendor, (at, mode, _): Row, tokens: u32) {
    let endpoint = match at {
        At::Revoke => Endpoint::Revoke,
        At::Question | At::QuestionBefore => question(vendor),
        At::All => Endpoint::Any,
    };
    let mut fault = Fault::new(vendor, endpoint, mode);
    fault.retry_after = 3600;
    fault.times = matches!(at, At::QuestionBefore).then_some(tokens);
    house.vendors().inject(fault);
}

/// No claim of death about a token that lives, and no exposure without an end that is named.
pub(crate) fn truthful(house: &House, vendor: Vendor, run: &Value, row: &str) {
    let known = house.tokens(vendor);
    for token in run["tokens"].as_array().unwrap() {
        let outcome = text(token, "outcome");
        let proven = ["verified_dead", "already_dead"].contains(&outcome);
        assert_eq!(
            proven,
            token["residual_until"].is_null(),
            "{row}: {token:#}"
        );
        let Some(there) = known.get(text(token, "fingerprint")) else {
            continue;
        };
        assert!(
            !(proven && there.alive),
            "{row}: alive there, here {token:#}"
        );
        let ended = there.killed_by.is_some_and(|by| by != KilledBy::Expired);
        assert!(
            outcome != "unsupported" || !ended,
            "{row}: ended by a call, here {token:#}"
        );
    }
}

/// Most of the time is spent waiting for the vendor, so several houses wait side by side.
fn matrix(vendor: Vendor, tokens: u32) {
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let houses: Vec<_> = (0..4)
            .map(|first| scope.spawn(move || every_fourth(first, vendor, tokens)))
            .collect();
        houses
            .into_iter()
            .flat_map(|house| house.join().unwrap())
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn every_fourth(first: usize, vendor: Vendor, tokens: u32) -> Vec<String> {
    let house = House::with(&[vendor]);
    // Where no call is accepted, something that passes beside the tokens is what proves them dead.
    house.connect(vendor, CAROL);
    let mut wrong = Vec::new();
    for row in ROWS.iter().skip(first).step_by(4) {
        let name = format!("{vendor} {:?} {:?}", row.0, row.1);
        let connection = house.connect(vendor, BOT);
        let id = text(&connection, "id");
        stand_in_the_way(&house, vendor, *row, tokens);
        let run = house.disconnect(id);
        house.vendors().clear_faults();
        truthful(&house, vendor, &run, &name);
        over(&house, id, &run, &name);
        let outcomes: Vec<&str> = run["tokens"]
            .as_array()
            .unwrap()
            .iter()
            .map(|token| text(token, "outcome"))
            .collect();
        let expected = expected(*row, tokens);
        if outcomes != expected {
            wrong.push(format!("{name}: {outcomes:?} for {expected:?}"));
        }
    }
    house.verify();
    wrong
}

/// What is true of each token. Every question that it once passed has to say no, so that it does not matter whether another
/// one was asked in the place of the one that fails.
fn expected((_, _, claim): Row, tokens: u32) -> Vec<&'static str> {
    vec![claim; tokens as usize]
}

/// Whatever the vendor did: it is out of service here, without secrets.
fn over(house: &House, id: &str, run: &Value, row: &str) {
    let all_dead = run["tokens"]
        .as_array()
        .unwrap()
        .iter()
        .all(|token| token["residual_until"].is_null());
    let state = if all_dead {
        "completed"
    } else {
        "completed_with_warnings"
    };
    assert_eq!(run["state"], state, "{row}");
    let connection = house.connection(id);
    assert_eq!(connection["status"], "revoked", "{row}");
    for credential in connection["credentials"].as_array().unwrap() {
        assert_eq!(credential["is_deleted"], true, "{row}");
    }
}

#[test]
fn ledger_fails_in_every_way() {
    matrix(Vendor::Ledger, 2);
}

#[test]
fn github_fails_in_every_way() {
    matrix(Vendor::Github, 1);
}

#[test]
fn slack_fails_in_every_way() {
    matrix(Vendor::Slack, 2);
}

#[test]
fn a_vendor_that_asks_for_a_second_gets_it() {
    let house = House::with(&[Vendor::Ledger]);
    let id = text(&house.connect(Vendor::Ledger, BOT), "id").to_owned();
    let mut fault = Fault::new(Vendor::Ledger, Endpoint::Revoke, RateLimited).times(2);
    fault.retry_after = 1;
    house.vendors().inject(fault);
    let run = house.disconnect(&id);
    assert_eq!(run["state"], "completed");
    assert_eq!(house.calls(Vendor::Ledger, Endpoint::Revoke).len(), 4);
}

#[test]
fn what_a_person_ended_there_is_already_dead_here() {
    for vendor in [
        Vendor::Ledger,
        Vendor::Github,
        Vendor::Slack,
        Vendor::Hubspot,
    ] {
        let house = House::with(&[vendor]);
        let id = text(&house.connect(vendor, BOT), "id").to_owned();
        house.connect(vendor, CAROL);
        house
            .vendors()
            .kill(vendor, &Victim::Account(BOT.to_owned()));
        let run = house.disconnect(&id);
        truthful(&house, vendor, &run, "killed there");
        for token in run["tokens"].as_array().unwrap() {
            assert_eq!(token["outcome"], "already_dead", "{vendor}: {token:#}");
        }
        assert_eq!(run["state"], "completed", "{vendor}");
    }
}

#[test]
fn wrong_credentials_of_ours_end_nothing_and_block_nothing() {
    for vendor in [Vendor::Ledger, Vendor::Github, Vendor::Hubspot] {
        let house = House::with(&[vendor]);
        let id = text(&house.connect(vendor, BOT), "id").to_owned();
        house.register_with(vendor, "not the secret");
        let run = house.disconnect(&id);
        truthful(&house, vendor, &run, "wrong secret");
        assert_eq!(run["state"], "completed_with_warnings");
        let known = house.tokens(vendor);
        for token in run["tokens"].as_array().unwrap() {
            assert!(
                known[text(token, "fingerprint")].alive,
                "{vendor}: nothing was ended"
            );
            let outcome = text(token, "outcome");
            // HubSpot's access token has no call of its own.
            let expected = match (vendor, text(token, "kind")) {
                (Vendor::Hubspot, "access") => "unsupported",
                _ => "rejected",
            };
            assert_eq!(outcome, expected, "{vendor}: {token:#}");
        }
    }
}

#[test]
fn a_disconnect_that_is_not_proven_says_so_to_scripts() {
    let house = House::with(&[Vendor::Ledger]);
    let id = text(&house.connect(Vendor::Ledger, BOT), "id").to_owned();
    house.fault(Vendor::Ledger, Endpoint::Revoke, Lie200);
    let ran = house.run(&["disconnect", &id, "--yes", "--strict", "--json"]);
    assert_eq!(ran.code, 6, "{}", ran.err);
    assert!(ran.out.contains("\"still_alive\""));
    let follow_ups = house.json(&["follow-ups"]);
    assert!(
        text(&follow_ups[0], "text").contains("Connected apps → Tagout → Remove"),
        "{follow_ups:#}"
    );
}
