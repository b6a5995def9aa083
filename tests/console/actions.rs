//! `.`: what can be done with what is selected, and why the rest cannot.

use insta::assert_snapshot;
use tagout::console::command::KeyPlace;
use tagout::console::event::Event;
use tagout::domain::connection::Status;
use tagout::domain::user::Role;
use tagout::wire::Topic;

use super::desk::{Desk, Setting};
use super::world::World;

fn desk(keys: &str, width: u16) -> Desk {
    let mut desk = Desk::new(World::acme(), width, 24);
    desk.press(keys);
    desk
}

#[test]
fn actions_of_a_connection_small() {
    assert_snapshot!(desk("G.", 80).screen());
}

#[test]
fn actions_of_a_job_wide() {
    assert_snapshot!(desk("3.", 160).screen());
}

#[test]
fn a_key_does_its_action_and_enter_the_one_under_the_cursor() {
    let mut desk = desk(".", 120);
    assert_eq!(desk.app.place(), KeyPlace::Actions);
    assert_eq!(desk.press("d").app.place(), KeyPlace::Disconnect);
    desk.press("<Esc>.<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Connection, "the first is open");
    assert_eq!(desk.press(".i").app.place(), KeyPlace::Records);
}

#[test]
fn what_is_refused_stays_and_says_why() {
    let mut desk = desk("G.d", 120);
    assert_eq!(desk.app.place(), KeyPlace::Actions);
    assert!(desk.screen().contains("not now: it is disconnected"));
    assert_eq!(desk.press("<Enter>").app.place(), KeyPlace::Actions);
    assert_eq!(desk.press(".").app.place(), KeyPlace::Connections);
}

#[test]
fn agents_are_offered_what_looks_and_nothing_else() {
    let agent = Setting {
        role: Role::Agent,
        ..Setting::default()
    };
    let mut desk = Desk::with(World::acme(), agent);
    let screen = desk.press(".").screen();
    assert_eq!(desk.app.place(), KeyPlace::Actions, "{screen}");
    assert!(!screen.contains("Stops the jobs"), "{screen}");
}

#[test]
fn where_nothing_can_be_done_that_is_said() {
    let desk = desk("?.", 80);
    assert_eq!(desk.app.place(), KeyPlace::Help);
    assert!(desk.screen().contains("nothing can be done here"));
}

/// The row that the actions were asked for leaves the list, and another has the cursor: nothing is done with that one.
#[test]
fn actions_go_when_what_they_are_about_has_gone() {
    let mut desk = desk("jj.", 120);
    let row = desk.world.connections.remove(2);
    let title = format!("{} · {}", row.provider_name, row.name);
    assert!(desk.screen().contains(&title), "{title}: {}", desk.screen());
    desk.event(Event::Notice(vec![Topic::Connections]));
    assert_eq!(desk.app.place(), KeyPlace::Connections);
    assert!(desk.screen().contains("It is not there any more."));
}

#[test]
fn actions_follow_what_becomes_of_their_row() {
    let mut desk = desk("jj.", 120);
    assert!(!desk.screen().contains("not now: it is disconnected"));
    desk.world.connections[2].status = Status::Revoked;
    desk.event(Event::Notice(vec![Topic::Connections]));
    assert_eq!(desk.app.place(), KeyPlace::Actions);
    assert!(desk.screen().contains("not now: it is disconnected"));
}

#[test]
fn what_is_marked_is_named() {
    assert!(desk("jj  .", 120).screen().contains("2 marked; "));
}

/// At the narrowest width that is drawn for, each screen of a connection has its key in the footer.
#[test]
fn the_footer_of_a_connection_leads_to_each_of_its_screens() {
    for keys in ["jj<Enter>", "G<Enter>"] {
        let screen = desk(keys, 80).screen();
        let footer = screen.lines().last().unwrap_or_default();
        for hint in [
            "i records",
            "f refs",
            "o configuration",
            ". actions",
            "? help",
        ] {
            assert!(footer.contains(hint), "{footer}");
        }
    }
    let footer = desk("jj<Enter>", 80).screen();
    assert!(
        footer
            .lines()
            .last()
            .is_some_and(|it| it.contains("d disconnect"))
    );
}
