//! Watched channels of a chat: picked from what the vendor has, pulled alone, and joined again after a reconnect.

use ring::hmac;
use serde_json::{Value, json};
use tagout::sandbox::{Endpoint, Fault, FaultMode, Vendor};
use tagout::wire::rpc;

use crate::house::{BOT, House, text};

const SLACK: Vendor = Vendor::Slack;
/// Joining is the one call of its kind that the sandbox's Slack knows.
const JOIN: Endpoint = Endpoint::Other;

/// Connected, with the list of channels pulled.
fn connected() -> (House, String) {
    let mut house = House::empty();
    house.settings_file("http = \"127.0.0.1:0\"");
    house.serve();
    house.register(SLACK);
    house.tune(SLACK, |it| it.items = Some(3));
    let id = text(&house.connect(SLACK, BOT), "id").to_owned();
    house.sync(&id);
    (house, id)
}

/// The next join ends so.
fn once(house: &House, mode: FaultMode) {
    house
        .vendors()
        .inject(Fault::new(SLACK, JOIN, mode).times(1));
}

fn watch(house: &House, id: &str, channel: &str) -> Value {
    house.json(&["channels", id, "add", "--from", channel])
}

/// Waits until it is settled what became of every watched channel in this generation: their names with the outcomes.
#[track_caller]
fn settled(house: &House, id: &str, generation: u64) -> Vec<(String, String)> {
    let of = |it: &Value| it["attached"]["generation"] == generation;
    let all = |connection: &Value| connection["channels"].as_array().unwrap().iter().all(of);
    let name = id.to_owned();
    let connection = house.until(|| rpc::Connection { name: name.clone() }, all);
    let channels = connection["channels"].as_array().unwrap();
    let outcome = |it: &Value| {
        let outcome = it["attached"]["outcome"].as_str().unwrap();
        (text(it, "from").to_owned(), outcome.to_owned())
    };
    let mut all: Vec<_> = channels.iter().map(outcome).collect();
    all.sort();
    all
}

fn outcomes(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter()
        .map(|(id, outcome)| ((*id).to_owned(), (*outcome).to_owned()))
        .collect()
}

/// Waits until messages of these channels are there, and of no other.
fn pulled(house: &House, id: &str, channels: &[&str]) {
    let count = channels.len() * 3;
    let name = id.to_owned();
    let all = |page: &Value| messages(page).len() == count;
    let page = house.until(
        || rpc::Records {
            connection: Some(name.clone()),
            window: crate::house::window(),
        },
        all,
    );
    let mut of: Vec<String> = messages(&page)
        .iter()
        .map(|it| text(it, "parent").to_owned())
        .collect();
    of.sort();
    of.dedup();
    assert_eq!(of, channels);
}

fn messages(page: &Value) -> Vec<Value> {
    let rows = crate::house::rows(page).iter();
    rows.filter(|it| it["entity"] == "message")
        .cloned()
        .collect()
}

#[test]
fn channels_are_picked_from_what_the_vendor_has() {
    let (house, id) = connected();
    let there = house.json(&["channels", &id, "available"]);
    let there = there.as_array().unwrap();
    assert_eq!(there.len(), 40);
    let general = there.iter().find(|it| it["id"] == "C00001").unwrap();
    assert_eq!(general["name"], "general");
    assert_eq!(
        (&general["private"], &general["watched"]),
        (&Value::Bool(false), &Value::Null)
    );
    let private = there.iter().find(|it| it["id"] == "C00005").unwrap();
    assert_eq!(private["private"], true);

    let added = watch(&house, &id, "general");
    assert_eq!(
        (text(&added, "from"), text(&added, "to")),
        ("C00001", "general")
    );
    let named = house.json(&[
        "channels",
        &id,
        "add",
        "--from",
        "C00002",
        "--to",
        "incidents",
    ]);
    assert_eq!(
        (text(&named, "from"), text(&named, "to")),
        ("C00002", "incidents")
    );
    let twice = house.run(&["channels", &id, "add", "--from", "C00001"]);
    assert_eq!(twice.code, 5, "{}", twice.err);
    assert!(twice.err.contains("watched already"), "{}", twice.err);
    let unknown = house.run(&["channels", &id, "add", "--from", "genral"]);
    assert_eq!(unknown.code, 4, "{}", unknown.err);
    assert!(unknown.err.contains("general (C00001)"), "{}", unknown.err);

    assert_eq!(
        settled(&house, &id, 1),
        outcomes(&[("C00001", "joined"), ("C00002", "joined")])
    );
    pulled(&house, &id, &["C00001", "C00002"]);
    let watched = house.json(&["channels", &id, "available"]);
    let watched = watched
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| !it["watched"].is_null());
    assert_eq!(watched.count(), 2);
}

/// What is asked of people about channels.
fn asked(house: &House) -> Vec<String> {
    let all = house.json(&["follow-ups"]);
    let open = all
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["done"].is_null());
    let texts = open.map(|it| text(it, "text").to_owned());
    texts.filter(|it| it.contains("invited")).collect()
}

#[test]
fn after_a_reconnect_channels_are_joined_again_and_private_ones_asked_for() {
    let (house, id) = connected();
    for channel in ["C00001", "C00002", "C00005"] {
        watch(&house, &id, channel);
    }
    let private = ("C00005", "invite_needed");
    let all = [("C00001", "joined"), ("C00002", "joined"), private];
    assert_eq!(settled(&house, &id, 1), outcomes(&all));
    assert_eq!(house.calls(SLACK, JOIN).len(), 2);
    assert_eq!(
        asked(&house),
        Vec::<String>::new(),
        "no disconnect took us out of it"
    );

    for generation in [2, 3] {
        // The app stays at Slack until it is removed there, and a revocation says nothing of it.
        let run = house.disconnect(&id);
        assert_eq!(run["app_left"], "unknown", "{run:#}");
        let back = house.connect(SLACK, BOT);
        assert_eq!(back["generation"], generation);
        assert_eq!(settled(&house, &id, generation), outcomes(&all));
        let asked = asked(&house);
        assert_eq!(asked.len(), 1, "{asked:?}");
        assert!(asked[0].contains("(C00005)"), "{asked:?}");
    }
    assert_eq!(
        house.calls(SLACK, JOIN).len(),
        6,
        "twice in each generation"
    );
    let entries = house.audit().into_iter();
    let attached = entries.filter(|it| it["action"] == "connection.channels_attached");
    let last = attached.max_by_key(|it| it["seq"].as_u64()).unwrap();
    assert_eq!(last["detail"]["generation"], 3);
    let each = last["detail"]["channels"].as_array().unwrap();
    assert_eq!(each.len(), 3, "{last:#}");
    house.verify();
}

/// Killed while the second of two is being joined: the next server joins that one, and says what became of both.
#[test]
fn a_kill_while_channels_are_joined_costs_nothing() {
    let (mut house, id) = connected();
    for channel in ["C00001", "C00002"] {
        watch(&house, &id, channel);
    }
    settled(&house, &id, 1);
    house.disconnect(&id);
    // The first one is answered as always: there are no names in the answer.
    once(&house, FaultMode::FoulNames);
    once(&house, FaultMode::Hang);
    let seen = house.calls(SLACK, JOIN).len();
    house.connect(SLACK, BOT);
    house.called(SLACK, JOIN, seen + 1);
    house.kill();
    house.serve();
    let all = [("C00001", "joined"), ("C00002", "joined")];
    assert_eq!(settled(&house, &id, 2), outcomes(&all));
    assert_eq!(
        house.calls(SLACK, JOIN).len() - seen,
        3,
        "what was kept is not joined again"
    );
    house.verify();
}

#[test]
fn the_vendors_limit_is_waited_for() {
    let (house, id) = connected();
    once(&house, FaultMode::RateLimited);
    watch(&house, &id, "general");
    assert_eq!(settled(&house, &id, 1), outcomes(&[("C00001", "joined")]));
    let calls = house.calls(SLACK, JOIN);
    let [limited, joined] = &calls[..] else {
        panic!("{calls:?}");
    };
    let waited = joined.at.duration_since(limited.at).as_millis();
    let retry_after = i128::from(Fault::new(SLACK, JOIN, FaultMode::RateLimited).retry_after);
    assert!(waited >= retry_after * 1000 - 100, "{waited} ms");
}

/// After a reconnect somebody is asked for an invitation, until the vendor's list shows that it came.
fn invited_after_a_disconnect(house: &House, id: &str) {
    house.disconnect(id);
    house.connect(SLACK, BOT);
    assert_eq!(
        settled(house, id, 2),
        outcomes(&[("C00005", "invite_needed")])
    );
    assert_eq!(asked(house).len(), 1);
    house.vendors().invite(SLACK, BOT, "C00005");
    house.ok(&["jobs", "enable", "--before", id]);
    let is_in = |it: &Value| it["channels"][0]["attached"]["outcome"] == "already_in";
    let name = id.to_owned();
    house.until(|| rpc::Connection { name: name.clone() }, is_in);
    assert_eq!(asked(house), Vec::<String>::new());
}

/// The vendor's list shows that we were let in: nobody has to tick that off.
#[test]
fn who_was_invited_is_asked_for_no_more() {
    let (house, id) = connected();
    watch(&house, &id, "C00005");
    settled(&house, &id, 1);
    invited_after_a_disconnect(&house, &id);
    pulled(&house, &id, &["C00005"]);
    house.verify();
}

/// The list says of a channel what it said before the disconnect, to the letter: its row is not written again.
#[test]
fn who_is_invited_again_is_asked_for_no_more() {
    let (house, id) = connected();
    house.vendors().invite(SLACK, BOT, "C00005");
    house.sync(&id);
    watch(&house, &id, "C00005");
    assert_eq!(
        settled(&house, &id, 1),
        outcomes(&[("C00005", "already_in")])
    );
    invited_after_a_disconnect(&house, &id);
    house.verify();
}

/// What is asked of a person goes with the reason for it, whatever the channel was called when it was asked.
#[test]
fn an_invitation_is_asked_for_once_and_while_the_channel_is_watched() {
    let (house, id) = connected();
    let item = watch(&house, &id, "C00005");
    settled(&house, &id, 1);
    house.disconnect(&id);
    house.connect(SLACK, BOT);
    settled(&house, &id, 2);
    assert_eq!(asked(&house).len(), 1);
    let item = text(&item, "id").to_owned();
    house.ok(&["channels", &id, "edit", &item, "--to", "board"]);
    house.disconnect(&id);
    house.connect(SLACK, BOT);
    settled(&house, &id, 3);
    assert_eq!(asked(&house).len(), 1, "under another name it is the same");
    house.ok(&["channels", &id, "remove", &item]);
    assert_eq!(asked(&house), Vec::<String>::new());
    house.verify();
}

/// After a removal of what was synced it is not known any more that the channel is private: the vendor is asked, and refuses.
#[test]
fn a_channel_that_cannot_be_joined_leaves_its_invitation_open() {
    let (house, id) = connected();
    watch(&house, &id, "C00005");
    settled(&house, &id, 1);
    house.disconnect(&id);
    house.connect(SLACK, BOT);
    settled(&house, &id, 2);
    let before = asked(&house);
    assert_eq!(before.len(), 1);
    house.disconnect(&id);
    let provider = SLACK.to_string();
    let workspace = text(&house.json(&["status"]), "workspace").to_owned();
    house.ok(&["purge", &provider, "--confirm", &workspace, "--yes"]);
    house.connect(SLACK, BOT);
    assert_eq!(settled(&house, &id, 3), outcomes(&[("C00005", "failed")]));
    assert_eq!(asked(&house), before);
    house.verify();
}

/// Events in a channel that nobody watches are counted, and go no further.
#[test]
fn what_happens_in_an_unwatched_channel_is_ignored() {
    let (house, id) = connected();
    watch(&house, &id, "general");
    settled(&house, &id, 1);
    let provider = SLACK.to_string();
    let signing = [
        "providers",
        "configure",
        &provider,
        "--signing-secret-file",
        "-",
    ];
    let ran = house.run_with(&signing, "hush");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let endpoint = house.json(&["webhooks"])[0].clone();
    for (channel, fate) in [("C00002", "unwatched"), ("C00001", "applied")] {
        let body = json!({
            "type": "event_callback", "team_id": "T01001", "event_id": format!("Ev{channel}"),
            "event": { "type": "message", "channel": channel, "ts": "1.0" },
        });
        deliver(&house, text(&endpoint, "url"), &body.to_string());
        let id = text(&endpoint, "id").to_owned();
        let all = house.ask(rpc::WebhookDeliveries {
            id: id.parse().unwrap(),
        });
        assert_eq!(all[0]["fate"], fate, "{all:#}");
    }
    let counted = house.json(&["webhooks"])[0].clone();
    assert_eq!(
        (&counted["received"], &counted["ignored"]),
        (&json!(2), &json!(1))
    );
}

/// Sends an event as Slack signs it.
fn deliver(house: &House, url: &str, body: &str) {
    let at = jiff::Timestamp::now().as_second().to_string();
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"hush");
    let tag = hmac::sign(&key, format!("v0:{at}:{body}").as_bytes());
    let signature = format!("v0={}", hex::encode(tag.as_ref()));
    let request = reqwest::Client::new()
        .post(url)
        .header("x-slack-request-timestamp", at)
        .header("x-slack-signature", signature)
        .header("content-type", "application/json")
        .body(body.to_owned());
    let answer = house.block(request.send()).unwrap();
    assert_eq!(answer.status(), 200);
}
