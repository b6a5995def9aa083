//! Back and forth through the places that were visited.

use insta::assert_snapshot;
use serde_json::{Value, json};
use tagout::console::command::KeyPlace;
use tagout::console::event::{Event, Key};
use tagout::domain::audit::AuditOutcome;
use tagout::domain::id::RunId;
use tagout::wire::Topic;

use super::desk::Desk;
use super::world::{World, entry, ulid};

fn desk() -> Desk {
    Desk::new(World::acme(), 120, 40)
}

/// What is in sight between the header and what is said.
fn body(desk: &Desk) -> Vec<String> {
    let screen = desk.screen();
    let lines = screen.lines().skip(3).take(35);
    lines.map(str::to_owned).collect()
}

#[test]
fn back_and_forth_lead_through_tabs_and_screens_as_they_were_left() {
    let mut desk = desk();
    let mut visited = Vec::new();
    for keys in [
        "jj", "<Enter>", "ij", "4j", "<Enter>j", "5jj", "3j", "<Enter>",
    ] {
        visited.push(body(desk.press(keys)));
    }
    let last = visited.pop().unwrap();
    assert_eq!(body(&desk), last);
    for (at, there) in visited.iter().enumerate().rev() {
        desk.press("[");
        assert_eq!(&body(&desk), there, "place {at}");
    }
    desk.press("[");
    assert!(
        desk.screen()
            .contains("Cannot go back: nothing was visited before.")
    );
    for (at, there) in visited.iter().enumerate().skip(1) {
        desk.press("]");
        assert_eq!(&body(&desk), there, "place {at}");
    }
    desk.press("]");
    assert_eq!(body(&desk), last);
    desk.press("]");
    assert!(
        desk.screen()
            .contains("Cannot go forth: nothing was gone back from.")
    );
}

#[test]
fn a_new_move_drops_what_was_ahead() {
    let mut desk = desk();
    desk.press("345[[4]");
    assert_eq!(desk.app.place(), KeyPlace::Runs);
    assert!(desk.screen().contains("Cannot go forth"));
    assert_eq!(desk.press("[").app.place(), KeyPlace::Jobs);
}

#[test]
fn escape_closes_and_back_opens_it_again() {
    let mut desk = desk();
    desk.press("jj<Enter><Esc>");
    assert_eq!(desk.app.place(), KeyPlace::Connections);
    assert_eq!(desk.press("[").app.place(), KeyPlace::Connection);
    assert_eq!(desk.press("<Esc>").app.place(), KeyPlace::Connections);
}

#[test]
fn the_keys_are_no_place() {
    let mut desk = desk();
    assert_eq!(desk.press("4?").app.place(), KeyPlace::Help);
    assert_eq!(desk.press("[").app.place(), KeyPlace::Runs);
    assert_eq!(desk.press("[").app.place(), KeyPlace::Connections);
    assert_eq!(desk.press("]").app.place(), KeyPlace::Runs);
}

#[test]
fn a_walkthrough_that_is_not_saved_is_left_and_not_begun_again() {
    let mut desk = desk();
    assert_eq!(desk.press("4w").app.place(), KeyPlace::Walkthrough);
    assert_eq!(desk.press("[").app.place(), KeyPlace::Runs);
    assert_eq!(desk.press("]").app.place(), KeyPlace::Runs);
    assert!(desk.world.walks.saved.is_none());
}

#[test]
fn a_field_takes_the_brackets_as_they_are() {
    let mut desk = desk();
    desk.press("42/[]");
    assert_eq!(desk.app.place(), KeyPlace::Prompt);
    assert!(desk.screen().contains("[]"));
    desk.press("<Esc>:[");
    assert_eq!(desk.app.place(), KeyPlace::Palette);
    // The ticket of a walkthrough.
    let mut desk = Desk::new(World::acme(), 120, 40);
    desk.press("j<Space>w<Tab><Enter><Tab>[12]");
    assert_eq!(desk.app.place(), KeyPlace::Walkthrough);
    assert!(desk.screen().contains("[12]"), "{}", desk.screen());
}

#[test]
fn a_question_keeps_what_it_asks_about_in_sight() {
    let mut desk = desk();
    desk.press("43c[");
    assert_eq!(desk.app.place(), KeyPlace::Confirm);
}

#[test]
fn what_is_gone_is_skipped_and_named() {
    let mut desk = Desk::new(World::acme(), 80, 24);
    desk.press("jj<Enter>4j<Enter>5");
    desk.world.runs.remove(1);
    desk.event(Event::Notice(vec![Topic::Audit]));
    desk.press("[");
    assert_eq!(desk.app.place(), KeyPlace::Runs);
    assert_snapshot!("gone_small", desk.screen());
    assert_eq!(desk.press("]").app.place(), KeyPlace::Audit);
    assert_eq!(desk.press("[[").app.place(), KeyPlace::Connection);
}

#[test]
fn where_all_is_gone_one_stays() {
    let mut desk = desk();
    desk.press("j<Enter>");
    let mut world = World::acme();
    world.view = desk.world.view.clone();
    for effect in &desk.effects {
        if let tagout::console::effect::Effect::SaveView(view) = effect {
            world.view = Some(view.clone());
        }
    }
    let mut next = Desk::new(world, 120, 40);
    assert_eq!(next.press("4").app.place(), KeyPlace::Runs);
    next.world.connections.clear();
    assert_eq!(next.press("[").app.place(), KeyPlace::Runs);
    let screen = next.screen();
    assert!(
        screen.contains("Nothing else was visited before."),
        "{screen}"
    );
}

#[test]
fn brackets_that_are_faster_than_the_server_all_count() {
    let mut desk = desk();
    desk.press("jj<Enter>4j<Enter>5");
    let mut effects = Vec::new();
    for _ in 0..3 {
        effects.extend(desk.app.update(Event::Key(Key::Char('['))));
    }
    desk.perform(effects);
    assert_eq!(desk.app.place(), KeyPlace::Connection);
}

#[test]
fn marks_that_were_taken_away_do_not_come_back() {
    let mut desk = desk();
    desk.press("j<Space>4[u4");
    desk.press("[[[");
    assert_eq!(desk.app.place(), KeyPlace::Connections);
    assert!(!desk.screen().contains("marked"), "{}", desk.screen());
}

#[test]
fn a_filter_comes_back_with_its_rows() {
    let mut desk = desk();
    desk.press("/sla<Enter>");
    let there = body(&desk);
    desk.press("4[");
    assert_eq!(body(&desk), there);
    desk.press("4").press("1<Esc>3[");
    assert!(desk.screen().contains("HubSpot"));
    desk.press("[[");
    assert_eq!(body(&desk), there);
}

#[test]
fn a_row_far_down_is_found_again() {
    let mut world = World::acme();
    let run = world.runs[1].clone();
    world.runs = (0..400)
        .map(|n| {
            let mut run = run.clone();
            run.id = RunId::new(ulid(1_000 + n));
            run.name = format!("account {n}");
            run
        })
        .collect();
    let mut desk = Desk::new(world, 120, 40);
    desk.press("4");
    for _ in 0..6 {
        desk.press("<PgDn>");
    }
    let on = |desk: &Desk| {
        let screen = desk.screen();
        let line = screen.lines().find(|line| line.starts_with('>'));
        line.map(str::to_owned).unwrap()
    };
    let there = on(&desk);
    desk.press("<Enter><Esc>g5[");
    assert!(on(&desk).contains("account 0"), "{}", on(&desk));
    desk.press("[[");
    assert_eq!(on(&desk), there);
}

#[test]
fn the_footer_says_so_where_there_is_room() {
    let mut desk = desk();
    let footer = |desk: &Desk| desk.screen().lines().last().unwrap().to_owned();
    assert!(!footer(desk.press("")).contains("go back"));
    assert!(footer(desk.press("5")).contains("[ go back"));
    assert!(footer(desk.press("45[")).contains("[ go back   ] go forth"));
}

/// The record of a world in which one thing was done, with this target.
fn record(action: &str, target: &str, detail: Value) -> Desk {
    let mut world = World::acme();
    let mut row = entry(7, action, AuditOutcome::Done, Value::Null);
    row.target = target.to_owned();
    row.detail = detail;
    world.audit = vec![row];
    let mut desk = Desk::new(world, 120, 40);
    desk.press("5");
    desk
}

#[test]
fn an_entry_of_the_record_leads_to_its_run_its_connection_or_its_provider() {
    let world = World::acme();
    let connection = world.connections[2].id.as_str();
    let run = json!({ "run": world.runs[1].id, "name": "acme-bot" });
    let mut desk = record("references.stale", connection, run);
    assert_eq!(desk.press("<Enter>").app.place(), KeyPlace::Run);
    assert_eq!(desk.press("[").app.place(), KeyPlace::Audit);
    let mut desk = record("token.read", connection, Value::Null);
    assert_eq!(desk.press("<Enter>").app.place(), KeyPlace::Connection);
    assert!(desk.screen().contains("acme-bot"));
    let mut desk = record("provider.removed", "slack", json!({ "name": "Slack" }));
    assert_eq!(desk.press("<Enter>").app.place(), KeyPlace::Catalog);
    let screen = desk.screen();
    assert!(
        screen.contains("Slack") && !screen.contains("HubSpot"),
        "{screen}"
    );
    assert_eq!(desk.press("[").app.place(), KeyPlace::Audit);
}

#[test]
fn an_entry_that_leads_nowhere_says_why() {
    let mut desk = record("user.add", "bob", Value::Null);
    assert_eq!(desk.press("<Enter>").app.place(), KeyPlace::Audit);
    let why = "the entry names no run, no connection and no provider";
    assert!(desk.screen().contains(why), "{}", desk.screen());
    desk.press("p<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Audit);
    assert!(desk.screen().contains("the checkpoint is in sight"));
}

#[test]
fn a_reference_leads_to_its_connection_and_is_read_with_space() {
    let mut desk = desk();
    assert_eq!(desk.press("f<Space>").app.place(), KeyPlace::References);
    assert!(desk.screen().contains("At the provider"));
    assert_eq!(desk.press("<Enter>").app.place(), KeyPlace::Connection);
    assert_eq!(desk.press("[").app.place(), KeyPlace::References);
}

#[test]
fn what_is_left_and_what_is_exposed_lead_to_their_run() {
    for tab in ["6", "7"] {
        let mut desk = desk();
        desk.press(tab).press("<Enter>");
        assert_eq!(desk.app.place(), KeyPlace::Run, "{tab}");
        desk.press("[");
        assert_ne!(desk.app.place(), KeyPlace::Run, "{tab}");
    }
}
