//! What is removed for good, our apps at providers, and follow-ups that are taken back or given to somebody.

use insta::assert_snapshot;
use serde_json::{Value, json};
use tagout::console::event::Event;
use tagout::domain::connection::Status;
use tagout::domain::provider::AuthKind;
use tagout::domain::user::Role;
use tagout::wire::Topic;
use tagout::wire::request::Request;
use tagout::wire::{Code, Problem};

use super::desk::{Desk, Setting};
use super::world::World;

const SMALL: (u16, u16) = (80, 24);

fn at(world: World, keys: &str) -> Desk {
    let mut desk = Desk::new(world, SMALL.0, SMALL.1);
    desk.press(keys);
    desk
}

/// A world in which nothing is in service.
fn quiet() -> World {
    let mut world = World::acme();
    for connection in &mut world.connections {
        connection.status = Status::Revoked;
    }
    world
}

/// The changes that were asked for, in order.
fn sent(desk: &Desk) -> Vec<Value> {
    let changes = |it: &&Request| {
        matches!(
            it,
            Request::WipeBegin(_)
                | Request::ProviderRemove(_)
                | Request::ProviderConfigure(_)
                | Request::ProviderSecret(_)
                | Request::FollowUpUndo(_)
                | Request::FollowUpAssign(_)
        )
    };
    let changes = desk.world.asked.iter().filter(changes);
    changes.map(|it| json!(it)).collect()
}

#[test]
fn a_wipe_is_planned_confirmed_by_name_and_followed_to_its_end() {
    let mut desk = at(quiet(), ":wipe<Enter>");
    assert_snapshot!("wipe_asked_small", desk.screen());
    desk.press("<BackTab><Enter>");
    assert!(
        desk.screen().contains("Type Acme GmbH first."),
        "{}",
        desk.screen()
    );
    assert!(sent(&desk).is_empty());
    desk.press("Acme GmbH<Tab><Enter>");
    let begin = json!({ "wipe_begin": { "provider": null, "confirm": "Acme GmbH" } });
    assert_eq!(sent(&desk), [begin]);
    desk.world.talk.wiped = 2;
    desk.event(Event::Notice(vec![Topic::Upkeep]));
    assert_snapshot!("wipe_under_way_small", desk.screen());
    desk.world.talk.wiped = 6;
    desk.event(Event::Notice(vec![Topic::Upkeep]));
    let screen = desk.screen();
    assert!(screen.contains("It ended after 7"), "{screen}");
    desk.press("<Enter>");
    assert!(
        desk.screen()
            .contains("What every provider brought is wiped."),
        "{}",
        desk.screen()
    );
}

#[test]
fn a_wipe_that_was_left_goes_on_and_is_found_again() {
    let mut desk = at(quiet(), ":purge<Enter>");
    desk.press("A<Tab><Enter><Esc>");
    assert!(sent(&desk).is_empty());
    desk.press(":wipe<Enter><Tab>Acme GmbH<Tab><Enter><Esc>");
    assert!(
        desk.screen().contains("goes on without the dialog"),
        "{}",
        desk.screen()
    );
    desk.press(":wipe<Enter><Tab>Acme GmbH<Tab><Enter>");
    let screen = desk.screen();
    assert!(screen.contains("Remove records"), "{screen}");
}

#[test]
fn what_is_in_service_forbids_a_wipe() {
    let mut desk = at(World::acme(), "2jW");
    assert_snapshot!("wipe_refused_small", desk.screen());
    desk.press("Acme GmbH<Tab><Enter><Enter>");
    assert!(sent(&desk).is_empty());
}

#[test]
fn nobody_but_an_owner_wipes() {
    for keys in [":wipe<Enter>", "2W"] {
        let setting = Setting {
            role: Role::Admin,
            size: SMALL,
            ..Setting::default()
        };
        let mut desk = Desk::with(quiet(), setting);
        let screen = desk.press(keys).screen();
        assert!(screen.contains("only an Owner may"), "{keys}: {screen}");
    }
}

#[test]
fn an_added_provider_is_removed_by_its_id_and_no_other() {
    let mut world = World::acme();
    let screen = at(World::acme(), "2x").screen();
    assert!(screen.contains("it is built in"), "{screen}");
    world.providers[0].built_in = false;
    let id = world.providers[0].id.clone();
    let mut desk = at(world, "2x<Tab>");
    assert_snapshot!("provider_remove_small", desk.screen());
    desk.press(&id).press("<Tab><Enter>");
    assert_eq!(sent(&desk), [json!({ "provider_remove": { "id": id } })]);
}

#[test]
fn our_app_is_changed_while_a_connection_is_in_service() {
    let mut world = World::acme();
    world.talk.provider = |mut it| {
        it.client_id = Some("Iv1.8a61f9b3".to_owned());
        it.vars = [("host".to_owned(), "api.github.com".to_owned())].into();
        it
    };
    let mut desk = at(world, "2/github<Enter>a");
    assert_snapshot!("app_small", desk.screen());
    desk.press("<BackTab><BackTab><Enter>");
    assert!(
        desk.screen().contains("Nothing is changed."),
        "{}",
        desk.screen()
    );
    desk.press("<Tab><Tab><Tab>s3cret<Tab>Acme Sync<Tab><Tab><Right><Tab>.example<Tab><Enter>");
    let configure = &sent(&desk)[0]["provider_configure"];
    assert_eq!(configure["client_id"], Value::Null);
    assert_eq!(configure["redirect_uri"], Value::Null);
    assert_eq!(configure["app_name"], "Acme Sync");
    assert_eq!(configure["client_secret"], "s3cret");
    assert_eq!(configure["moves"], true);
    assert_eq!(
        configure["vars"],
        json!({ "host": "api.github.com.example" })
    );
}

#[test]
fn the_settings_of_what_takes_a_key_are_changed_without_an_app() {
    let mut world = World::acme();
    let id = world.providers[0].id.clone();
    world.providers[0].auth = AuthKind::ApiKey;
    world.talk.provider = |mut it| {
        it.app_name = Some("Acme".to_owned());
        it.vars = [("host".to_owned(), "api.example.com".to_owned())].into();
        it
    };
    let mut desk = at(world, "2a");
    assert_snapshot!("key_settings_small", desk.screen());
    desk.press("<BackTab><BackTab><Enter>");
    let screen = desk.screen();
    assert!(screen.contains("Nothing is changed."), "{screen}");
    desk.press("<Tab><Tab> Sync<Tab><Tab>.eu<Tab><Enter>");
    let asked = json!({ "id": id, "app_name": "Acme Sync", "vars": { "host": "api.example.com.eu" }, "moves": false,
        "client_id": null, "client_secret": null, "redirect_uri": null });
    assert_eq!(sent(&desk), [json!({ "provider_configure": asked })]);
}

#[test]
fn an_apps_signing_secret_is_kept_from_the_catalog() {
    let mut desk = at(World::acme(), "2/github<Enter>s");
    desk.press("t0ps3cret<Tab><Enter>");
    let asked = &sent(&desk)[0]["provider_secret"];
    assert_eq!(
        (&asked["id"], &asked["kind"]),
        (&json!("github"), &json!("signing"))
    );
    assert!(!desk.screen().contains("t0ps3cret"), "{}", desk.screen());
}

#[test]
fn a_wrong_tick_is_taken_back_with_a_reason() {
    let mut desk = at(World::acme(), "7u");
    assert!(desk.screen().contains("it is open"), "{}", desk.screen());
    desk.press("Gu<Tab><Enter>");
    assert!(
        desk.screen().contains("A reason is wanted."),
        "{}",
        desk.screen()
    );
    desk.press("<BackTab>the wrong one");
    assert_snapshot!("follow_up_undo_small", desk.screen());
    desk.press("<Tab><Enter>");
    assert_eq!(sent(&desk)[0]["follow_up_undo"]["note"], "the wrong one");
    assert!(
        desk.screen().contains("It is open again."),
        "{}",
        desk.screen()
    );
}

#[test]
fn a_follow_up_is_assigned_to_somebody_there_is() {
    let mut desk = at(World::acme(), "7abobb<Tab>");
    desk.world.talk.refusal = Some(Problem::new(
        Code::NotFound,
        "there is no user \"bobb\"",
        "`tagout users` lists them",
    ));
    let refused = desk.press("<Enter>").screen();
    assert!(refused.contains("there is no user"), "{refused}");
    desk.press("<Enter><BackTab><Backspace><Tab><Enter>");
    assert_eq!(sent(&desk)[1]["follow_up_assign"]["user"], "bob");
}
