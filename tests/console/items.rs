//! The configuration of a connection: its screen, and the dialogs that add, change and remove.

use insta::assert_snapshot;
use serde_json::{Value, json};
use tagout::domain::condition::Condition;
use tagout::domain::routing::RuleStanding;
use tagout::domain::user::Role;
use tagout::wire::request::Request;
use tagout::wire::{Code, Problem};

use super::configs::SUBSCRIPTION;
use super::desk::{Desk, Setting};
use super::world::World;

const SMALL: (u16, u16) = (80, 24);
/// From the first screen to the configuration of GitHub.
const THERE: &str = "jj<Enter>o";

fn there() -> Desk {
    let mut desk = Desk::new(World::acme(), SMALL.0, SMALL.1);
    desk.press(THERE);
    desk
}

fn sent(desk: &Desk) -> Value {
    let changes = desk.world.asked.iter().filter(|it| {
        matches!(
            it,
            Request::ConfigAdd(_) | Request::ConfigEdit(_) | Request::ConfigRemove(_)
        )
    });
    json!(changes.collect::<Vec<_>>())
}

#[test]
fn configuration_small() {
    assert_snapshot!(there().screen());
}

#[test]
fn configuration_empty_ascii_small() {
    let mut desk = Desk::ascii(World::acme());
    desk.world.talk.configs.clear();
    let screen = desk.press(THERE).screen();
    assert!(screen.is_ascii(), "{screen}");
    assert_snapshot!(screen);
}

#[test]
fn a_mapping_is_picked_and_not_typed() {
    let mut desk = there();
    desk.press("Ga<Right><Tab><Down><Down>");
    assert_snapshot!("mapping_new_small", desk.screen());
    desk.press("<Tab>c1<Tab><Enter>");
    let id = desk.world.connections[2].id.clone();
    let add = json!({
        "connection": id, "kind": "mapping", "entity": "issue", "from": "/custom/1", "to": "c1",
    });
    assert_eq!(sent(&desk), json!([{ "config_add": add }]));
    assert!(desk.screen().contains("/custom/1"), "{}", desk.screen());
}

#[test]
fn what_is_refused_can_be_put_right() {
    let mut desk = there();
    let hint = "choose another name, or edit the mapping that there is";
    let problem = Problem::new(Code::Conflict, "/title is mapped to subject already", hint);
    desk.press("Ga<Right><Tab><Tab>subject<Tab>");
    desk.world.talk.refusal = Some(problem);
    let refused = desk.press("<Enter>").screen();
    assert!(
        refused.contains("is mapped to subject already"),
        "{refused}"
    );
    assert!(refused.contains("choose another name"), "{refused}");
    desk.press("<Enter><BackTab>2<Tab><Enter>");
    assert_eq!(sent(&desk)[1]["config_add"]["to"], "subject2");
    assert!(desk.screen().contains("subject2"), "{}", desk.screen());
}

#[test]
fn each_kind_is_changed_and_removed() {
    for (down, kind) in [
        ("", "channel"),
        ("j", "routing rule"),
        ("jj", "field mapping"),
    ] {
        let mut desk = there();
        desk.press(down).press("e");
        assert!(
            desk.screen().contains(&format!("Change the {kind}")),
            "{}",
            desk.screen()
        );
        // The focus begins at the vendor's side, of a channel at the search for it, and ours is below it.
        if kind == "channel" {
            desk.press("<Tab>");
        }
        if kind == "routing rule" {
            desk.press("<Tab><Tab>2<Tab><Tab><Enter>");
            let edit = &sent(&desk)[0]["config_edit"];
            assert_eq!(edit["condition"], json!({ "in": ["bug2"] }));
        } else {
            desk.press("<Tab>2<Tab><Enter>");
            let edit = &sent(&desk)[0]["config_edit"];
            assert!(edit["to"].as_str().unwrap().ends_with('2'), "{edit}");
        }
        desk.press("d");
        assert!(
            desk.screen().contains(&format!("Remove the {kind}?")),
            "{}",
            desk.screen()
        );
        desk.press("y");
        assert!(sent(&desk)[1]["config_remove"]["id"].is_string());
        // The cursor stays in its group.
        let here = desk.press("a").screen();
        assert!(here.contains(&format!("A new {kind}")), "{here}");
        assert_eq!(desk.world.talk.configs.len(), 2);
    }
}

#[test]
fn a_channel_is_picked() {
    let mut desk = there();
    desk.press("aops<Tab><Down>");
    assert_snapshot!("channel_new_small", desk.screen());
    desk.press("<Tab>second<Tab><Enter>");
    // One that is not among those that came is asked for by what was typed; it is called as the vendor calls it.
    desk.press("alobby<Tab><Tab><Tab><Enter>");
    let sent = sent(&desk);
    let sides = |n: usize| {
        let it = &sent[n]["config_add"];
        ["kind", "entity", "from", "to"].map(|name| it[name].as_str().unwrap().to_owned())
    };
    assert_eq!(sides(0), ["channel", "", "C92", "second"]);
    assert_eq!(sides(1), ["channel", "", "lobby", ""]);
}

#[test]
fn a_rule_is_picked_with_what_it_asks_and_where_it_leads() {
    let mut desk = there();
    desk.press("ja<Right><Tab><Down><Tab>");
    assert_snapshot!("rule_new_small", desk.screen());
    desk.press("<Tab>bug, urgent<Tab><Tab><Enter>");
    desk.press("a<Right><Tab><Down><Down><Tab><Right><Tab>ope<Tab><Tab><Enter>");
    desk.press("a<Right><Tab><Down><Down><Tab><Left><Tab><Tab><Enter>");
    desk.press("a<Tab><Tab><Tab><Enter>");
    let sent = sent(&desk);
    let of = |n: usize| {
        let it = &sent[n]["config_add"];
        assert_eq!(
            (&it["kind"], &it["to"]),
            (&json!("routing"), &json!(SUBSCRIPTION))
        );
        (
            it["entity"].clone(),
            it["from"].clone(),
            it["condition"].clone(),
        )
    };
    assert_eq!(
        of(0),
        (
            json!("issue"),
            json!("/state"),
            json!({ "in": ["bug", "urgent"] })
        )
    );
    assert_eq!(
        of(1),
        (
            json!("issue"),
            json!("/title"),
            json!({ "contains": "ope" })
        )
    );
    assert_eq!(of(2), (json!("issue"), json!("/title"), json!("present")));
    assert_eq!(of(3), (json!("comment"), json!(""), json!("every")));
}

#[test]
fn a_rule_that_leads_nowhere_says_so() {
    let mut desk = Desk::new(World::acme(), SMALL.0, SMALL.1);
    let rule = &mut desk.world.talk.configs[1];
    let why = RuleStanding::SubscriptionRemoved.why().map(str::to_owned);
    rule.routing.as_mut().unwrap().why = why;
    let screen = desk.press(THERE).screen();
    assert!(screen.contains("nothing is sent"), "{screen}");
}

#[test]
fn a_rule_whose_subscription_was_removed_goes_to_nobody_unless_one_is_chosen() {
    let mut desk = Desk::new(World::acme(), SMALL.0, SMALL.1);
    desk.world.talk.configs[1].to = "sub_00000000000000000000000009".to_owned();
    let routing = desk.world.talk.configs[1].routing.as_mut().unwrap();
    routing.standing = RuleStanding::SubscriptionRemoved;
    let screen = desk.press(THERE).press("je").screen();
    let words = "the subscription was removed: choose one";
    assert!(screen.contains(words), "{screen}");
    assert!(!screen.contains("hooks.acme.example"), "{screen}");
    // To Save, without choosing.
    let refused = desk.press("<Tab><Tab><Tab><Tab>").press("<Enter>").screen();
    assert!(refused.contains("A subscription is wanted"), "{refused}");
    assert_eq!(sent(&desk), json!([]));
    desk.press("<BackTab><Right>");
    assert!(
        desk.screen().contains("hooks.acme.example"),
        "{}",
        desk.screen()
    );
    desk.press("<Tab><Enter>");
    assert_eq!(sent(&desk)[0]["config_edit"]["to"], SUBSCRIPTION);
}

#[test]
fn what_the_list_does_not_know_is_shown_and_kept_as_it_is() {
    for (down, from, to_save) in [
        ("", "C777", "<Tab><Tab><Tab>"),
        ("j", "/gone", "<Tab><Tab><Tab><Tab>"),
        ("jj", "/gone", "<Tab><Tab>"),
    ] {
        let mut desk = Desk::new(World::acme(), SMALL.0, SMALL.1);
        let at = down.len();
        from.clone_into(&mut desk.world.talk.configs[at].from);
        let screen = desk.press(THERE).press(down).press("e").screen();
        let chosen = format!("* {from}");
        assert!(screen.contains(&chosen), "{screen}");
        desk.press(to_save).press("<Enter>");
        let edit = &sent(&desk)[0]["config_edit"];
        assert_eq!(edit["from"], from, "{}", desk.screen());
    }
}

#[test]
fn values_with_commas_and_spaces_are_kept_and_can_be_typed() {
    let mut desk = Desk::new(World::acme(), SMALL.0, SMALL.1);
    let values = vec!["a, b".to_owned(), " c".to_owned(), "d\"e".to_owned()];
    desk.world.talk.configs[1].condition = Some(Condition::In(values));
    let screen = desk.press(THERE).press("je").screen();
    assert!(screen.contains(r#""a, b", " c", d"e_"#), "{screen}");
    // Another one is typed behind them.
    desk.press("<Tab><Tab>, \"x,y\", z<Tab><Tab><Enter>");
    assert_eq!(
        sent(&desk)[0]["config_edit"]["condition"],
        json!({ "in": ["a, b", " c", "d\"e", "x,y", "z"] })
    );
    desk.press("e<Tab><Tab>, \"open<Tab><Tab><Enter>");
    let screen = desk.screen();
    assert!(screen.contains("A quote is not closed"), "{screen}");
}

#[test]
fn a_rule_looks_at_every_thing_of_a_list_and_at_no_other_zero() {
    let mut desk = there();
    desk.press("ja<Right><Tab>");
    let screen = desk.press(&"<Down>".repeat(20)).screen();
    assert!(screen.contains("/people/*/name"), "{screen}");
    assert!(screen.contains("/quarters/0"), "{screen}");
}

#[test]
fn why_nothing_is_sent_stands_in_full_under_the_cursor() {
    let mut desk = Desk::new(World::acme(), SMALL.0, SMALL.1);
    let why = RuleStanding::SubscriptionRemoved.why().map(str::to_owned);
    desk.world.talk.configs[1].routing.as_mut().unwrap().why = why;
    assert!(!desk.press(THERE).screen().contains("choose another"));
    let screen = desk.press("j").screen();
    assert!(screen.contains("choose another"), "{screen}");
}

#[test]
fn a_rule_is_removed_by_where_it_leads() {
    let screen = there().press("jd").screen();
    assert!(
        screen.contains("https://hooks.acme.example/bugs"),
        "{screen}"
    );
    assert!(!screen.contains("sub_"), "{screen}");
    let mut desk = Desk::new(World::acme(), SMALL.0, SMALL.1);
    let routing = desk.world.talk.configs[1].routing.as_mut().unwrap();
    (routing.standing, routing.url) = (RuleStanding::SubscriptionRemoved, None);
    let screen = desk.press(THERE).press("jd").screen();
    assert!(
        screen.contains("to a subscription that was removed."),
        "{screen}"
    );
}

#[test]
fn no_channel_is_offered_where_the_provider_has_none() {
    let mut desk = Desk::new(World::acme(), SMALL.0, SMALL.1);
    desk.world.talk.configs.clear();
    desk.world.connections[2].has_channels = false;
    let screen = desk.press(THERE).screen();
    assert!(
        screen.contains("None is named. GitHub has no channels to watch."),
        "{screen}"
    );
    let screen = desk.press("a").screen();
    assert!(!screen.contains("A new channel"), "{screen}");
    desk.press("ja");
    assert!(
        desk.screen().contains("A new routing rule"),
        "{}",
        desk.screen()
    );
}

#[test]
fn who_may_not_change_it_sees_no_such_keys() {
    let offered = |desk: &Desk| {
        let screen = desk.screen();
        let last = screen.lines().last().unwrap().to_owned();
        last.contains("a add") || last.contains("e edit") || last.contains("d remove")
    };
    assert!(offered(&there()));
    let setting = Setting {
        role: Role::Agent,
        size: SMALL,
        ..Setting::default()
    };
    let mut agent = Desk::with(World::acme(), setting);
    agent.press(THERE);
    assert!(!offered(&agent), "{}", agent.screen());
    let mut world = World::acme();
    for connection in &mut world.connections {
        connection.refused = Some("it is bob's".to_owned());
    }
    let mut others = Desk::new(world, SMALL.0, SMALL.1);
    others.press(THERE);
    assert!(!offered(&others), "{}", others.screen());
    others.press("aed");
    assert_eq!(sent(&others), json!([]));
}
