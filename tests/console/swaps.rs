//! A swap that was left in the middle, on the first screen.

use tagout::console::command::KeyPlace;
use tagout::console::event::Event;
use tagout::domain::connection::Status;
use tagout::domain::disconnect::run::{Reason, RunState};
use tagout::domain::disconnect::swap::SwapHalf;
use tagout::domain::id::RunId;
use tagout::domain::tag::Tag;
use tagout::wire::Topic;
use tagout::wire::request::Request;
use tagout::wire::view::Run;

use super::desk::Desk;
use super::told::open_swap;
use super::world::{World, at, run, ulid};

/// The connection under the cursor, disconnected by a swap whose second half is open.
fn left() -> World {
    let mut world = World::acme();
    let connection = &mut world.connections[2];
    connection.status = Status::Revoked;
    connection.reason.clear();
    connection.swap = Some(open_swap(connection));
    world
}

fn left_in_the_middle() -> Desk {
    let mut desk = Desk::new(left(), 140, 40);
    desk.press("jj");
    desk
}

/// The page of the run that was its first half.
fn at_its_run() -> Desk {
    let mut world = left();
    let connection = world.connections[2].id.clone();
    world.runs.truncate(0);
    world.runs.push(Run {
        connection,
        swap: Some(SwapHalf::of(Vec::new())),
        ..run(3, "GitHub", "acme-bot", RunState::Completed)
    });
    let mut desk = Desk::new(world, 140, 40);
    desk.press("4<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Run);
    desk
}

fn tag() -> Tag {
    Tag {
        provider: "github".to_owned(),
        by: "carol".to_owned(),
        at: at("2026-11-30T10:00:00Z"),
        reason: Reason::Compliance,
        run: RunId::new(ulid(1)).to_string(),
    }
}

#[test]
fn a_swap_that_was_left_is_taken_up_by_enter() {
    let mut desk = left_in_the_middle();
    let screen = desk.screen();
    let (needs_you, row) = (
        screen.find("Needs you"),
        screen.find("swap: connect the new account"),
    );
    assert!(needs_you.is_some() && needs_you < row, "{screen}");
    assert!(
        screen.contains("swap of github/acme-bot: the old account is"),
        "{screen}"
    );
    desk.press("<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Connect);
    let screen = desk.screen();
    assert!(
        screen.contains("Swap GitHub acme-bot: the new account"),
        "{screen}"
    );
    assert!(
        screen.contains("that ran before are enabled again at once."),
        "{screen}"
    );
}

#[test]
fn a_swap_that_was_left_is_given_up_after_a_yes() {
    let mut desk = left_in_the_middle();
    desk.press("x");
    assert_eq!(desk.app.place(), KeyPlace::Confirm);
    assert!(
        desk.screen()
            .contains("Give up the swap of GitHub acme-bot?")
    );
    desk.press("y");
    let given_up = |it: &Request| matches!(it, Request::SwapGiveUp(asked) if asked.connection == desk.world.connections[2].id.as_str());
    assert!(desk.world.asked.iter().any(given_up));
    let mut desk = Desk::new(World::acme(), 140, 40);
    desk.press("jjx");
    assert!(
        desk.screen().contains("no swap was left in the middle"),
        "{}",
        desk.screen()
    );
}

#[test]
fn a_swap_whose_second_half_nobody_can_do_is_neither_begun_nor_taken_up() {
    for is_left in [true, false] {
        let mut world = left();
        if !is_left {
            world = World::acme();
        }
        world.connections[2].tag = Some(tag());
        let mut desk = Desk::new(world, 140, 40);
        desk.press("jjs");
        let screen = desk.screen();
        assert_eq!(desk.app.place(), KeyPlace::Connections, "{screen}");
        assert!(screen.contains("github was tagged by carol"), "{screen}");
        assert!(!screen.contains("s connects the new account"), "{screen}");
    }
}

#[test]
fn a_run_leads_to_its_second_half_by_the_connection_as_it_is_now() {
    let mut desk = at_its_run();
    let screen = desk.screen();
    assert!(screen.contains("c connects it here"), "{screen}");
    desk.world.connections[2].tag = Some(tag());
    desk.event(Event::Notice(vec![Topic::Connections]));
    let screen = desk.press("c").screen();
    assert_eq!(desk.app.place(), KeyPlace::Run, "{screen}");
    assert!(!screen.contains("c connects it here"), "{screen}");
    assert!(screen.contains("github was tagged by carol"), "{screen}");
    desk.world.connections[2].tag = None;
    desk.event(Event::Notice(vec![Topic::Connections]));
    desk.press("c");
    assert_eq!(desk.app.place(), KeyPlace::Connect, "{}", desk.screen());
}

#[test]
fn a_swap_that_was_given_up_meanwhile_is_not_connected_from_a_dialog_that_is_open() {
    let mut desk = left_in_the_middle();
    let screen = desk.press("s").screen();
    assert!(screen.contains("enabled again at once"), "{screen}");
    desk.world.connections[2].swap = None;
    let id = desk.world.connections[2].id.clone();
    desk.event(Event::Notice(vec![Topic::Connection(id)]));
    let screen = desk.screen();
    assert!(screen.contains("has ended meanwhile"), "{screen}");
    assert!(!screen.contains("enabled again at once"), "{screen}");
    desk.press("<Enter><Enter>");
    let connects = |it: &Request| matches!(it, Request::Connect(_));
    assert!(!desk.world.asked.iter().any(connects));
}
