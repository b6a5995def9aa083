//! What is left of secrets in the server's memory: while a connection is idle, and after its end.

use std::time::{Duration, Instant};

use serde_json::Value;
use tagout::sandbox::{Endpoint, FaultMode, Vendor};

use crate::house::{BOT, House, text};
use crate::in_memory::Memory;

const LEDGER: Vendor = Vendor::Ledger;
const SLACK: Vendor = Vendor::Slack;
const POSTMARK: Vendor = Vendor::Postmark;
const SIGNING: &str = "c0ffee5eaf00d1234567890abcdef012";

/// What passes through the server in the life of three connections.
struct Secrets {
    code: String,
    state: String,
    key: String,
}

/// How often each kind stands in the server's memory; none where we may not look.
fn left(house: &House, secrets: &Secrets) -> Option<Vec<(&'static str, usize)>> {
    let memory = Memory::of(house.server.as_ref().unwrap().pid())?;
    // Tokens as the vendors spell them, whichever they are: `lat_` and `lrt_` with hex digits, Slack's `xoxb-` and `xoxp-`.
    let ledger = |start: &'static [u8]| {
        move |place: &[u8]| {
            let digits = place.get(4..20);
            place.starts_with(start)
                && digits.is_some_and(|it| it.iter().all(u8::is_ascii_hexdigit))
        }
    };
    let slack = |place: &[u8]| {
        let digit = place.get(5).is_some_and(u8::is_ascii_alphanumeric);
        place.starts_with(b"xox") && place.get(4) == Some(&b'-') && digit
    };
    let of = |secret: &str| memory.copies(secret.as_bytes());
    Some(vec![
        ("access token", memory.count(b'l', ledger(b"lat_"))),
        ("refresh token", memory.count(b'l', ledger(b"lrt_"))),
        ("tokens of several sets", memory.count(b'x', slack)),
        ("API key", of(&secrets.key)),
        ("authorization code", of(&secrets.code)),
        ("state", of(&secrets.state)),
        ("client secret", of("sandbox-ledger-secret")),
        ("signing secret", of(SIGNING)),
    ])
}

/// Nothing is left two seconds later; on a busy machine it may take longer until somebody has cleaned up.
fn until_nothing_is_left(house: &House, secrets: &Secrets) {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let Some(mut left) = left(house, secrets) else {
            return;
        };
        left.retain(|(_, copies)| *copies > 0);
        if left.is_empty() {
            return;
        }
        assert!(Instant::now() < until, "left in memory: {left:?}");
    }
}

/// Connects with what a person pastes; the connection, the code and the state.
fn pasted(house: &House) -> (Value, String, String) {
    let provider = LEDGER.to_string();
    let mut running = house.spawn(&["connect", &provider, "--flow", "paste", "--json"]);
    let line: Value = serde_json::from_str(&running.line().unwrap()).unwrap();
    let back = house.allow(text(&line, "url"), BOT);
    running.say(&format!("{back}\n"));
    let ran = running.end();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let last: Value = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    let url = url::Url::parse(&back).unwrap();
    let parameter = |name: &str| {
        let mut pairs = url.query_pairs();
        let (_, value) = pairs.find(|(key, _)| key == name).unwrap();
        value.into_owned()
    };
    (
        last["connection"].clone(),
        parameter("code"),
        parameter("state"),
    )
}

#[test]
fn nothing_of_a_secret_is_left_in_memory() {
    let house = House::with(&[LEDGER, SLACK, POSTMARK]);
    let slack = SLACK.to_string();
    let signing = [
        "providers",
        "configure",
        &slack,
        "--signing-secret-file",
        "-",
    ];
    let ran = house.run_with(&signing, SIGNING);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let (connection, code, state) = pasted(&house);
    let key = house.vendors().mint_api_key(POSTMARK, BOT).unwrap();
    let postmark = POSTMARK.to_string();
    let connect = ["connect", &postmark, "--api-key-file", "-", "--json"];
    let ran = house.run_with(&connect, &key);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let slack = house.connect(SLACK, BOT);
    let secrets = Secrets { code, state, key };
    let id = text(&connection, "id").to_owned();
    house.sync(&id);
    assert!(house.ok(&["token", &id]).starts_with("lat_"));
    until_nothing_is_left(&house, &secrets);
    for id in [id.as_str(), text(&slack, "id"), &postmark] {
        house.disconnect(id);
    }
    until_nothing_is_left(&house, &secrets);
}

/// A token that is kept to retry its revocation is in memory only while it is asked about.
#[test]
fn what_is_kept_sealed_is_not_in_memory() {
    let house = House::with(&[LEDGER]);
    let (connection, code, state) = pasted(&house);
    let key = "never-issued".to_owned();
    let secrets = Secrets { code, state, key };
    house.fault(LEDGER, Endpoint::Revoke, FaultMode::Status503);
    let id = text(&connection, "id");
    house.ok(&["disconnect", id, "--yes", "--if-unreachable", "hold"]);
    let holds = house.json(&["holds"]);
    assert!(!holds.as_array().unwrap().is_empty(), "{holds:#}");
    until_nothing_is_left(&house, &secrets);
}
