//! What is set up of every connection of the world, and what can be mapped there.

use serde_json::{Value, json};
use tagout::domain::condition::Condition;
use tagout::domain::id::ConfigId;
use tagout::domain::job::ReferenceState;
use tagout::domain::routing::RuleStanding;
use tagout::domain::webhook::ConfigKind;
use tagout::wire::request::Request;
use tagout::wire::rpc;
use tagout::wire::view::{Channel, Config, MappingField, Page, Routing};

use super::world::ulid;

/// The subscription that rules lead to.
pub(crate) const SUBSCRIPTION: &str = "sub_00000000000000000000000001";

/// A rule: it says how it stands.
fn rule(n: u128, from: &str, condition: Condition, to: &str) -> Config {
    let is_there = to == SUBSCRIPTION;
    let standing = match is_there {
        true => RuleStanding::Active,
        false => RuleStanding::SubscriptionRemoved,
    };
    Config {
        condition: Some(condition),
        routing: Some(Routing {
            standing,
            why: standing.why().map(str::to_owned),
            url: is_there.then(|| "https://hooks.acme.example/bugs".to_owned()),
        }),
        ..config(n, ConfigKind::Routing, ["issue", from, to])
    }
}

fn config(n: u128, kind: ConfigKind, sides: [&str; 3]) -> Config {
    let [entity, from, to] = sides.map(str::to_owned);
    Config {
        id: ConfigId::new(ulid(n)),
        kind,
        entity,
        from,
        to,
        condition: None,
        routing: None,
        attached: None,
        is_joined: false,
    }
}

/// One of each.
pub(crate) fn configs() -> Vec<Config> {
    vec![
        config(1, ConfigKind::Channel, ["", "C0412", "#releases"]),
        rule(
            2,
            "/state",
            Condition::In(vec!["bug".to_owned()]),
            SUBSCRIPTION,
        ),
        config(3, ConfigKind::Mapping, ["issue", "/title", "subject"]),
    ]
}

pub(crate) fn listed(configs: &[Config], kind: ConfigKind) -> Value {
    let of = configs.iter().filter(|it| it.kind == kind);
    json!(of.collect::<Vec<_>>())
}

/// Does what is asked.
pub(crate) fn changed(configs: &mut Vec<Config>, request: &Request) -> Value {
    match request {
        Request::ConfigAdd(asked) => {
            let sides = [&asked.entity, &asked.from, &asked.to].map(String::as_str);
            let n = configs.len() as u128 + 1;
            let new = match asked.condition.clone() {
                Some(condition) => rule(n, &asked.from, condition, &asked.to),
                None => config(n, asked.kind, sides),
            };
            configs.push(new.clone());
            json!(new)
        }
        Request::ConfigEdit(asked) => {
            let item = configs.iter_mut().find(|it| it.id == asked.id).unwrap();
            item.from = asked.from.clone().unwrap_or_else(|| item.from.clone());
            item.to = asked.to.clone().unwrap_or_else(|| item.to.clone());
            item.condition = asked.condition.clone().or(item.condition.take());
            json!(item)
        }
        Request::ConfigRemove(asked) => {
            configs.retain(|it| it.id != asked.id);
            Value::Null
        }
        other => panic!("{other:?}"),
    }
}

/// What can be mapped: a few fields of each of two entities, and more than are seen at once of the other.
pub(crate) fn fields(asked: &rpc::MappingFields) -> Value {
    let field = |entity: &str, pointer: &str, name: Option<&str>, example: &str| MappingField {
        entity: entity.to_owned(),
        pointer: pointer.to_owned(),
        each: pointer
            .starts_with("/people/")
            .then(|| pointer.replace('0', "*")),
        name: name.map(str::to_owned),
        example: Some(example.to_owned()),
        mapped_to: Vec::from_iter((pointer == "/title").then(|| "subject".to_owned())),
    };
    let mut all = vec![
        field("comment", "/body", Some("Text"), "Looks good"),
        field("issue", "/state", Some("State"), "open"),
        field("issue", "/title", Some("Title"), "Rate limiter"),
    ];
    let seen = (1..=9).map(|n| field("issue", &format!("/custom/{n}"), None, "x"));
    all.extend(seen);
    all.push(field("issue", "/people/0/name", None, "Ada"));
    all.push(field("issue", "/quarters/0", None, "1"));
    let is_asked = |it: &MappingField| asked.entity.as_ref().is_none_or(|of| *of == it.entity);
    all.retain(is_asked);
    json!(all)
}

/// The vendor's channels: one that is watched, one that wants an invitation, and more than are seen at once.
pub(crate) fn channels() -> Value {
    let channel = |id: &str, name: &str, is_private| Channel {
        id: id.to_owned(),
        name: name.to_owned(),
        is_private,
        is_member: Some(!is_private),
        watched: (id == "C0412").then(|| ConfigId::new(ulid(1))),
        status: ReferenceState::Synced,
    };
    let mut rows = vec![
        channel("C0412", "releases", false),
        channel("C0413", "board", true),
    ];
    rows.extend((1..=9).map(|n| channel(&format!("C9{n}"), &format!("ops-{n}"), false)));
    json!(Page {
        keys: rows.iter().map(|it| it.id.clone()).collect(),
        total: rows.len() as u64,
        rows,
        more: false,
        partial: false,
        searched_to: None,
    })
}
