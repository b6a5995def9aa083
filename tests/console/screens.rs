//! Pictures of the screens, each small enough to read.

use insta::assert_snapshot;
use tagout::console::event::Event;

use super::desk::{Desk, Setting};
use super::world::{World, at};
use tagout::domain::user::Role;
use tagout::wire::request::Request;
use tagout::wire::rpc;
use tagout::wire::view::{About, AskedBy, ForYou};

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

fn picture(keys: &str, (width, height): (u16, u16)) -> String {
    Desk::new(World::acme(), width, height).press(keys).screen()
}

macro_rules! pictures {
    ($($name:ident: $keys:literal, $size:expr;)*) => {$(
        #[test]
        fn $name() {
            assert_snapshot!(picture($keys, $size));
        }
    )*};
}

pictures! {
    connections_small: "", SMALL;
    connections_large: "j<Space>", LARGE;
    connections_wide: "jj", (160, 40);
    catalog_small: "2", SMALL;
    catalog_large: "2", LARGE;
    catalog_wide: "2", (160, 40);
    connection_small: "jj<Enter>", SMALL;
    connection_large: "jj<Enter>", LARGE;
    connection_gone: "G<Enter>", LARGE;
    jobs_small: "3", SMALL;
    jobs_large: "3", LARGE;
    jobs_wide: "3", (160, 40);
    job_cancel: "3c", SMALL;
    runs_small: "4", SMALL;
    runs_large: "4", LARGE;
    run_under_way_small: "4<Enter>", SMALL;
    run_ended_large: "4j<Enter>je", LARGE;
    audit_small: "5", SMALL;
    audit_entry_small: "5<Space>", SMALL;
    audit_wide: "5", (160, 40);
    checkpoint_large: "5p", LARGE;
    exposure_small: "6", SMALL;
    exposure_wide: "6", (160, 40);
    follow_ups_small: "7", SMALL;
    follow_ups_wide: "7", (160, 40);
    help_small: "?", SMALL;
    palette_small: ":dis", SMALL;
    filter_small: "/sla", SMALL;
}

#[test]
fn ascii_when_the_locale_is_not_utf8() {
    let mut desk = Desk::ascii(World::acme());
    assert_snapshot!("ascii_connections", desk.screen());
    let run = desk.press("4j<Enter>").screen();
    assert_snapshot!("ascii_run", run);
    let own: Vec<char> = run.chars().filter(|c| !c.is_ascii()).collect();
    assert!(own.is_empty(), "no sign of ours is outside ASCII");
}

#[test]
fn job_small() {
    assert_snapshot!(picture("3jjj<Enter>", SMALL));
}

#[test]
fn job_running_wide() {
    assert_snapshot!(picture("3<Enter>j", (160, 40)));
}

#[test]
fn records_small() {
    assert_snapshot!(picture("jjjj<Enter>i", SMALL));
}

#[test]
fn a_record_in_full_small() {
    assert_snapshot!(picture("i<Enter>", SMALL));
}

#[test]
fn references_wide() {
    assert_snapshot!(picture("fj", (160, 40)));
}

#[test]
fn nothing_is_connected() {
    assert_snapshot!(Desk::new(World::empty(), 80, 24).screen());
}

/// Of the first screen alone, and of none where nothing is connected.
#[test]
fn nobody_asks_while_no_server_runs() {
    let world = || World {
        asked_by: AskedBy::WhileItRuns,
        ..World::acme()
    };
    let mut desk = Desk::new(world(), 80, 24);
    assert_snapshot!(desk.screen());
    let caution = "Nobody asks whether connections work while no server runs; tagout serve stays.";
    assert!(desk.screen().contains(caution));
    assert!(!desk.press("3").screen().contains("Nobody asks"));
    let empty = World {
        asked_by: AskedBy::WhileItRuns,
        ..World::empty()
    };
    assert!(!Desk::new(empty, 80, 24).screen().contains("Nobody asks"));
    assert!(Desk::new(world(), 160, 50).screen().contains(caution));
}

/// What concerns whoever looks stands on top, and Enter leads to it.
#[test]
fn for_you() {
    let told = |what, id: &str, day: &str, text: &str| ForYou {
        what,
        id: id.to_owned(),
        at: at(day),
        text: text.to_owned(),
    };
    let mut world = World::acme();
    let run = world.runs[0].id.to_string();
    world.for_you = vec![
        told(
            About::Fallen,
            "wlk_00000000000000000000000001",
            "2026-11-20T01:00:00Z",
            "did not begin (carol is no user of this workspace any more): everything of Carol; nothing was disconnected",
        ),
        told(
            About::TakenAway,
            &run,
            "2026-11-19T10:00:00Z",
            "bob disconnected your Slack · acme (unused)",
        ),
        told(
            About::Planned,
            "wlk_00000000000000000000000002",
            "2026-11-21T18:00:00Z",
            "everything of Bob is planned by alice: 3 connections to be disconnected",
        ),
    ];
    let mut desk = Desk::new(world, 120, 40);
    assert_snapshot!(desk.screen());
    // What was done is seen by whoever opens it; what went wrong stays until it is closed.
    let seen = |desk: &Desk| {
        let asked = desk.world.asked.iter();
        let seen = asked.filter(|it| matches!(it, Request::ForYouSeen(_)));
        seen.count()
    };
    assert_eq!(seen(desk.press("<Enter><Esc>")), 0);
    let desk = desk.press("j<Enter>");
    assert_eq!(seen(desk), 1);
    let is_run = |it: &Request| matches!(it, Request::Run(rpc::Run { id }) if *id == run);
    assert!(desk.world.asked.iter().any(is_run));
}

#[test]
fn agents_see_no_controls_and_stale_links_say_so() {
    let setting = Setting {
        role: Role::Agent,
        size: SMALL,
        ..Setting::default()
    };
    let mut desk = Desk::with(World::acme(), setting);
    desk.event(Event::LinkLost(at("2026-11-20T02:11:40Z")));
    assert_snapshot!(desk.screen());
}

#[test]
fn tiny_terminals_say_so_and_nothing_panics_at_any_size() {
    let mut desk = Desk::new(World::acme(), 20, 5);
    assert!(desk.screen().starts_with("too small"));
    for keys in [
        "1",
        "<Enter>",
        "2",
        "3",
        "3c<Esc>",
        "<Enter>",
        "Z<Esc>",
        "1i",
        "<Enter>",
        "<Esc><Esc>f",
        "4",
        "<Enter>",
        "5",
        "<Space>",
        "<Enter>",
        "6",
        "7",
        "?",
        ":",
        "<Esc>/",
    ] {
        desk.press(keys);
        for width in (1..170).step_by(13) {
            for height in (1..44).step_by(5) {
                desk.size = (width, height);
                desk.event(Event::Resize(width, height));
                desk.screen();
            }
        }
    }
}
