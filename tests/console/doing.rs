//! What was done stays in sight, `:log` has the rest, and `:` takes words and remembers them.

use insta::assert_snapshot;
use tagout::console::command::KeyPlace;
use tagout::console::event::{Event, Key};
use tagout::wire::Topic;
use tagout::wire::request::Request;
use tagout::wire::rpc;
use tagout::wire::view::FlowState;

use super::desk::Desk;
use super::talk::flow_id;
use super::world::World;

fn desk(keys: &str, width: u16) -> Desk {
    let mut desk = Desk::new(World::acme(), width, 24);
    desk.press(keys);
    desk
}

/// The line above the footer.
fn said(desk: &Desk) -> String {
    let screen = desk.screen();
    screen.lines().nth(22).unwrap_or_default().to_owned()
}

#[test]
fn what_was_done_stays_until_somebody_goes_elsewhere() {
    let mut desk = desk("3cy", 120);
    assert!(said(&desk).contains("is cancelled."), "{}", desk.screen());
    desk.press("jk");
    let line = said(&desk);
    assert!(line.contains("is cancelled."), "{line}");
    assert!(line.starts_with(" 23:41:"), "it says when: {line}");
    assert!(!said(desk.press("4")).contains("is cancelled."));
}

#[test]
fn what_was_done_is_not_said_of_the_next_place() {
    for keys in ["<Enter>", "["] {
        let mut desk = desk("1", 120);
        desk.press("3cyjk").press(keys);
        assert!(!said(&desk).contains("is cancelled."), "{keys}");
    }
}

#[test]
fn a_question_that_is_left_before_its_answer_claims_nothing() {
    for key in [Key::Esc, Key::Char('n')] {
        let mut desk = desk("3c", 120);
        desk.app.update(Event::Key(Key::Char('y')));
        desk.app.painted();
        desk.event(Event::Key(key));
        let line = said(&desk);
        assert!(
            line.contains("Closed before the server had answered"),
            "{line}"
        );
    }
}

#[test]
fn what_is_no_action_is_said_until_the_next_key() {
    let mut desk = desk("4/zzz<Esc>", 120);
    desk.press("1").event(Event::Paste("x".into()));
    assert!(said(&desk).contains("it was dropped"));
    assert!(!said(desk.press("j")).contains("dropped"));
}

#[test]
fn the_log_has_what_was_done_the_latest_first_small() {
    let mut desk = desk("3cy", 80);
    desk.press("7mgone since noon<Enter>:log<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Log);
    assert_snapshot!(desk.screen());
    assert_eq!(desk.press("<Esc>").app.place(), KeyPlace::FollowUps);
}

#[test]
fn what_was_connected_is_in_the_log() {
    let mut desk = desk("jjr<Enter>", 120);
    let connection = desk.world.connections[2].id.clone();
    desk.world.talk.flow = FlowState::Connected { connection };
    desk.event(Event::Notice(vec![Topic::Flow(flow_id())]));
    desk.app.painted();
    desk.press("<Enter>:log<Enter>");
    let screen = desk.screen();
    assert!(screen.contains("GitHub acme-bot is connected."), "{screen}");
}

#[test]
fn the_log_is_empty_at_first_and_says_so() {
    assert!(
        desk(":log<Enter>", 80)
            .screen()
            .contains("Nothing was done")
    );
}

#[test]
fn a_list_takes_words_after_its_name() {
    let mut desk = desk(":audit hubspot", 120);
    let screen = desk.screen();
    assert!(
        screen.contains("Only rows that contain \"hubspot\"."),
        "{screen}"
    );
    desk.press("<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Audit);
    let asked = desk.world.asked.iter().rev().find_map(|it| match it {
        Request::Audit(rpc::Audit { window, .. }) => Some(window.filter.clone()),
        _ => None,
    });
    assert_eq!(asked.as_deref(), Some("hubspot"));
}

#[test]
fn what_is_no_command_finds_connections() {
    let mut desk = desk("4:slack<Enter>", 120);
    assert_eq!(desk.app.place(), KeyPlace::Connections);
    let screen = desk.screen();
    assert!(screen.contains("acme.slack.com") && !screen.contains("HubSpot"));
    assert_eq!(desk.press("<Enter>").app.place(), KeyPlace::Connection);
}

#[test]
fn what_is_neither_command_nor_connection_is_said_and_opens_nothing() {
    let mut desk = desk("3<Enter>:disconect<Enter>", 120);
    assert_eq!(desk.app.place(), KeyPlace::Palette);
    assert!(desk.screen().contains("No command and no connection"));
    assert_eq!(desk.press("<Esc>").app.place(), KeyPlace::Job);
}

#[test]
fn the_case_of_a_list_with_words_is_nobodys_concern() {
    let desk = desk(":Audit hubspot<Enter>", 120);
    assert_eq!(desk.app.place(), KeyPlace::Audit);
}

#[test]
fn up_brings_back_what_was_typed_small() {
    let mut desk = desk(":audit hubspot<Enter>:runs<Enter>", 80);
    desk.press(":<Up><Up>");
    assert_snapshot!(desk.screen());
    desk.press("<Down>");
    assert_eq!(desk.press("<Enter>").app.place(), KeyPlace::Runs);
    desk.press("1:<Up><Up><Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Audit);
}

#[test]
fn a_running_step_says_what_it_waits_for_and_since_when() {
    let desk = desk("4<Enter>", 120);
    let screen = desk.screen();
    let step = screen.lines().find(|it| it.contains("Revoke tokens"));
    let step = step.unwrap_or_default();
    assert!(
        step.contains("running") && step.contains("asking GitHub since 23:31:06"),
        "{step}"
    );
}
