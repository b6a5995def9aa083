//! A swap that was left in the middle, on the first screen.

use tagout::console::command::KeyPlace;
use tagout::domain::connection::Status;
use tagout::domain::disconnect::run::RunState;
use tagout::domain::id::RunId;
use tagout::wire::request::Request;
use tagout::wire::view::OpenSwap;

use super::desk::Desk;
use super::world::{World, ulid};

/// The connection under the cursor, disconnected by a swap whose second half is open.
fn left_in_the_middle() -> Desk {
    let mut world = World::acme();
    let connection = &mut world.connections[2];
    connection.status = Status::Revoked;
    connection.reason.clear();
    connection.swap = Some(OpenSwap {
        run: RunId::new(ulid(1)),
        state: RunState::Completed,
        connection: connection.id.clone(),
        provider: connection.provider.clone(),
        name: connection.name.clone(),
        by: "alice".to_owned(),
        at: "2026-11-30T10:00:00Z".parse().unwrap(),
        jobs: 2,
        text: "swap of github/acme-bot: the old account is out; connect the new one: tagout swap github/acme-bot".to_owned(),
    });
    let mut desk = Desk::new(world, 140, 40);
    desk.press("jj");
    desk
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
