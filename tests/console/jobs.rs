//! What can be done with a job: when it runs, what is missing, what is gone.

use insta::assert_snapshot;
use serde_json::{Value, json};
use tagout::console::event::Event;
use tagout::domain::sync::Gap;
use tagout::wire::Topic;
use tagout::wire::request::Request;

use super::desk::Desk;
use super::world::{World, at};

/// The page of the idle job, whose row is changed first.
fn page(change: fn(&mut tagout::wire::view::Job)) -> Desk {
    let mut world = World::acme();
    change(&mut world.jobs[5]);
    let mut desk = Desk::new(world, 80, 24);
    desk.press("3jjjjj<Enter>");
    desk
}

/// The changes that were asked for, in order.
fn sent(desk: &Desk) -> Vec<Value> {
    let changes = |it: &&Request| matches!(it, Request::JobAct(_) | Request::JobEdit(_));
    let changes = desk.world.asked.iter().filter(changes);
    changes.map(|it| json!(it)).collect()
}

#[test]
fn when_a_job_runs_is_changed_on_its_page() {
    let mut desk = page(|_| {});
    desk.press("C");
    assert_snapshot!("job_settings_small", desk.screen());
    desk.press("<BackTab><BackTab><Enter>");
    assert!(
        desk.screen().contains("Nothing is changed."),
        "{}",
        desk.screen()
    );
    desk.press("<Tab><Tab><C-u>0 6 * * 1<Tab><Right><Tab>x<Tab><Tab><Enter>");
    let screen = desk.screen();
    assert!(screen.contains("a number from 1 to 10"), "{screen}");
    assert!(sent(&desk).is_empty());
    desk.press("<BackTab><BackTab><C-u>7<Tab><Tab><Enter>");
    let edit = &sent(&desk)[0]["job_edit"]["spec"];
    assert_eq!(edit["schedule"], "0 6 * * 1");
    assert_eq!(edit["mode"], "full");
    assert_eq!(edit["max_retries"], 7);
    assert_eq!(edit["timeout_minutes"], Value::Null);
}

#[test]
fn what_the_vendor_no_longer_lists_is_gone_when_a_person_says_so() {
    let mut desk = page(|_| {});
    desk.press("A");
    assert!(desk.screen().contains("nothing waits to be called gone"));
    let mut desk = page(|job| job.unaccepted_gone = Some(40));
    desk.press("A");
    let screen = desk.screen();
    assert!(screen.contains("Are 40 things"), "{screen}");
    desk.press("<Esc>");
    assert!(sent(&desk).is_empty());
    desk.press("Ay");
    let run = &sent(&desk)[0]["job_act"]["act"]["run_with"];
    assert_eq!(run["accept_gone"], true);
    assert_eq!(run["fill_gap"], false);
}

#[test]
fn a_gap_is_filled_where_there_is_one() {
    let mut desk = page(|_| {});
    desk.press("B");
    assert!(desk.screen().contains("no events are missing"));
    let mut desk = page(|job| {
        job.gap = Some(Gap {
            from: at("2026-11-18T10:00:00Z"),
            to: at("2026-11-19T10:00:00Z"),
        });
    });
    desk.press("B");
    assert_eq!(
        sent(&desk)[0]["job_act"]["act"]["run_with"]["fill_gap"],
        true
    );
}

#[test]
fn an_execution_is_watched_page_by_page() {
    let mut desk = Desk::new(World::acme(), 80, 24);
    desk.press("3<Enter><Enter>");
    assert_snapshot!("execution_small", desk.screen());
    let asked = desk.world.asked.len();
    desk.event(Event::Notice(vec![Topic::Jobs]));
    let again = desk.world.asked[asked..].iter();
    assert!(
        again
            .clone()
            .any(|it| matches!(it, Request::ExecutionPages(_)))
    );
    desk.press("<Esc>");
    assert!(desk.screen().contains("BEGAN"), "{}", desk.screen());
}

#[test]
fn where_an_unfinished_pass_goes_on_and_what_is_missing_are_whole() {
    let desk = page(|job| {
        job.claim = "the vendor lists 0 of 41,877: `tagout jobs run job_06 --full --accept-gone` says that they are gone".into();
        job.position = Some(format!("eyJhZnRlciI6{}", "x".repeat(400)));
        job.gap = Some(Gap {
            from: at("2026-11-20T20:00:00Z"),
            to: at("2026-11-20T21:00:00Z"),
        });
    });
    let screen = desk.screen();
    assert!(screen.contains("--accept-gone"), "{screen}");
    assert!(screen.contains("events not pulled"), "{screen}");
    assert_snapshot!("job_unfinished_small", screen);
}
