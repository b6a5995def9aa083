//! The fields of every reply: what crosses the socket stays as it is, however the code behind it is arranged. `replies.txt`
//! has each field of each reply with the types of its values, as a server answers that has something of everything;
//! `replies_by_hand.txt` has replies that it does not give. `TAGOUT_GENERATE=1 cargo test --test gate replies` adds new fields:
//! none is ever taken out or renamed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;
use tagout::client::Client;
use tagout::domain::user::Role;
use tagout::wire::Problem;
use tagout::wire::request::Request;
use tagout::wire::rpc;

use crate::examples::example;
use crate::house::{House, me};
use crate::table::table;

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gate/replies.txt");
/// Replies to requests whose examples cannot be done here, and the request whose reply they are like.
const ALIKE: [(&str, &str); 13] = [
    ("adopt", "flow"),
    ("connect", "flow"),
    ("flow_confirm", "flow"),
    ("flow_paste", "flow"),
    ("provider_add", "provider"),
    ("provider_untag", "provider"),
    ("subscription_resend", "subscription_test"),
    ("swap_give_up", "run"),
    ("walkthrough_begin", "walkthrough"),
    ("walkthrough_plan", "walkthrough"),
    ("walkthrough_save", "walkthrough"),
    ("walkthrough_stop", "walkthrough"),
    ("wipe_begin", "wipe"),
];
/// What these say depends on how fast a compaction is.
const RACES: [&str; 2] = ["backup_begin", "compaction"];

/// The types of what stands at each place of a reply.
type Fields = BTreeMap<String, BTreeSet<&'static str>>;

/// Everything that the server answers to the examples of the table, by kind.
async fn answered() -> BTreeMap<String, Vec<Value>> {
    let mut house = House::with(me(Role::Owner)).await;
    let (client, _notices) = house.attach(None, false).await.unwrap();
    let mut replies: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for row in table().1 {
        let answer = answer(&client, example(&row)).await;
        if let Some(reply) = answer.ok().filter(|_| !RACES.contains(&&*row.request)) {
            replies.entry(row.request).or_default().push(reply);
        }
    }
    house.end().await;
    replies
}

async fn answer(client: &Client, request: Request) -> Result<Value, Problem> {
    let json = match request {
        Request::Token(rpc::Token {
            connection,
            min_valid,
        }) => serde_json::to_value(client.token(connection, min_valid).await?),
        request => serde_json::to_value(client.ask_any(Duration::from_secs(30), request).await?),
    };
    Ok(json.unwrap())
}

/// The replies that are written by hand.
fn by_hand() -> impl Iterator<Item = (&'static str, Value)> {
    let lines = include_str!("replies_by_hand.txt").lines();
    lines.filter(|line| !line.starts_with('#')).map(|line| {
        let (kind, json) = line.split_once(' ').unwrap();
        (kind, serde_json::from_str(json).unwrap())
    })
}

/// The JSON is read as a reply of this kind, and written as it was.
#[track_caller]
fn is_a_reply(kind: &str, json: &Value) {
    let row = table().1.into_iter().find(|row| row.request == kind);
    let read = example(&row.unwrap()).reader();
    let reply = read(json.clone()).unwrap_or_else(|error| panic!("{kind}: {error}"));
    assert_eq!(serde_json::to_value(reply).unwrap(), *json, "{kind}");
}

#[test]
fn a_reply_that_is_written_by_hand_is_read_and_written_as_it_always_was() {
    for (kind, json) in by_hand() {
        is_a_reply(kind, &json);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reply_has_the_fields_that_it_always_had() {
    let replies = answered().await;
    let hand: BTreeMap<&str, Value> = by_hand().collect();
    for (kind, like) in ALIKE {
        let answered = replies.get(like).and_then(|all| all.first());
        is_a_reply(kind, answered.or_else(|| hand.get(like)).unwrap());
    }
    for kind in Request::KINDS {
        let is_alike = ALIKE.iter().any(|(it, _)| it == kind);
        // An empty list says nothing of what stands in it.
        let says_something = |reply: &Value| reply.as_array().is_none_or(|all| !all.is_empty());
        let is_answered = replies
            .get(*kind)
            .is_some_and(|all| all.iter().any(says_something));
        let is_kept = is_answered || is_alike || hand.contains_key(kind);
        assert!(is_kept, "no test has a reply to {kind}");
    }
    let mut text = String::new();
    for (kind, replies) in &replies {
        let mut fields = Fields::new();
        replies.iter().for_each(|it| look(it, "", &mut fields));
        for (place, types) in fields {
            let types: Vec<&str> = types.into_iter().collect();
            writeln!(text, "{kind}{place} {}", types.join("|")).unwrap();
        }
    }
    if std::env::var_os("TAGOUT_GENERATE").is_some() {
        std::fs::write(KEPT, &text).unwrap();
    }
    let kept = std::fs::read_to_string(KEPT).unwrap();
    let (kept, text): (BTreeSet<&str>, BTreeSet<&str>) =
        (kept.lines().collect(), text.lines().collect());
    let gone: Vec<_> = kept.difference(&text).collect();
    let new: Vec<_> = text.difference(&kept).collect();
    assert!(
        gone.is_empty() && new.is_empty(),
        "gone: {gone:#?}\nnew, which TAGOUT_GENERATE=1 adds: {new:#?}"
    );
}

fn look(value: &Value, place: &str, fields: &mut Fields) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(each) => {
            let inner = format!("{place}[]");
            each.iter().for_each(|it| look(it, &inner, fields));
            "list"
        }
        Value::Object(each) => {
            each.iter()
                .for_each(|(key, it)| look(it, &format!("{place}.{key}"), fields));
            "object"
        }
    };
    fields.entry(place.to_owned()).or_default().insert(kind);
}
