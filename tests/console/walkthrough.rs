//! The walkthrough, page by page: what it shows, what it saves, and that nothing begins before its name was typed.

use insta::assert_snapshot;
use tagout::console::command::KeyPlace;
use tagout::console::effect::Effect;
use tagout::console::event::{Event, Key};
use tagout::domain::disconnect::run::{IfUnreachable, Reason};
use tagout::domain::user::Role;
use tagout::domain::walkthrough::{TargetChoice, WalkPage};
use tagout::wire::request::Request;
use tagout::wire::rpc;
use tagout::wire::walkthrough::WalkthroughDraft;
use tagout::wire::{Code, Problem, Topic};

use super::desk::{Desk, Setting};
use super::world::World;

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);
/// Everything, the second connection left out.
const CHOOSE: &str = "w<Right><Tab>j<Space>";
/// Compliance, a ticket, a note full of letters that are commands elsewhere, and on to the plan.
const WHY: &str = "<Enter><Right><Right><Tab>INC-4411<Tab>quit: Dd ?:/w<Enter>";
const BEGIN: &str = "<Enter><Tab>4 connections<Tab><Enter>";

fn desk((width, height): (u16, u16)) -> Desk {
    Desk::new(World::acme(), width, height)
}

fn drafts(desk: &Desk) -> Vec<&WalkthroughDraft> {
    let asked = desk.world.asked.iter().filter_map(|it| match it {
        Request::WalkthroughSave(rpc::WalkthroughSave(draft)) => Some(draft),
        _ => None,
    });
    asked.collect()
}

fn begun(desk: &Desk) -> Option<Option<u64>> {
    desk.world.asked.iter().find_map(|it| match it {
        Request::WalkthroughBegin(rpc::WalkthroughBegin { version, .. }) => Some(*version),
        _ => None,
    })
}

#[test]
fn it_is_planned_for_a_time_and_taken_back() {
    let mut desk = desk(LARGE);
    desk.press(CHOOSE)
        .press("<Enter><Right><Right><Tab>INC-4411<BackTab><BackTab>");
    desk.press("yesterday<Enter>");
    // What was typed is no time: nothing is asked, and it says why.
    assert!(
        desk.press("<Enter>")
            .screen()
            .contains("yesterday is no time")
    );
    desk.press("<Esc>").press(&"<Backspace>".repeat(9));
    desk.press("2026-12-24 23:59<Enter>").press(BEGIN);
    let planned = |desk: &Desk| {
        let asked = desk.world.asked.iter();
        let plans = asked.filter_map(|it| match it {
            Request::WalkthroughPlan(plan) => plan.at.map(|at| at.to_string()),
            _ => None,
        });
        plans.collect::<Vec<_>>()
    };
    assert_eq!(planned(&desk), ["2026-12-24T23:59:00Z"]);
    assert_eq!(begun(&desk), None);
    assert_snapshot!("walkthrough_planned_large", desk.screen());
    desk.press("D<Tab><Enter>");
    let cancelled =
        |it: &Request| matches!(it, Request::WalkthroughPlan(plan) if plan.at.is_none());
    assert!(desk.world.asked.iter().any(cancelled));
}

macro_rules! pictures {
    ($($name:ident: $desk:expr;)*) => {$(
        #[test]
        fn $name() {
            assert_snapshot!($desk.screen());
        }
    )*};
}

pictures! {
    walkthrough_new_small: desk(SMALL).press("w");
    walkthrough_choose_small: desk(SMALL).press(CHOOSE);
    walkthrough_choose_large: desk(LARGE).press(CHOOSE);
    walkthrough_owner_small: desk(SMALL).press("w<Right><Right><Tab><Right><Right>");
    walkthrough_why_small: desk(SMALL).press(CHOOSE).press("<Enter><Left><Tab>INC-4411<Tab><Tab><Right>");
    walkthrough_plan_small: desk(SMALL).press(CHOOSE).press(WHY);
    walkthrough_plan_large: desk(LARGE).press(CHOOSE).press(WHY);
    walkthrough_question_small: desk(SMALL).press(CHOOSE).press(WHY).press("<Enter><Tab>4 con");
    walkthrough_run_small: desk(SMALL).press(CHOOSE).press(WHY).press(BEGIN);
    walkthrough_run_large: desk(LARGE).press(CHOOSE).press(WHY).press(BEGIN);
    walkthrough_rest_small: desk(SMALL).press(CHOOSE).press(WHY).press(BEGIN).press("<Tab>j");
    walkthrough_rest_large: desk(LARGE).press(CHOOSE).press(WHY).press(BEGIN).press("<Tab>j");
    walkthrough_ascii_small: Desk::ascii(World::acme()).press(CHOOSE).press(WHY).press(BEGIN);
    walkthrough_under_runs_small: desk(SMALL).press(CHOOSE).press("<Esc>4");
    walkthrough_under_runs_large: desk(LARGE).press(CHOOSE).press("<Esc>4");
}

#[test]
fn every_step_is_saved_and_nothing_begins_before_the_name_was_typed() {
    let mut desk = desk(LARGE);
    desk.press(CHOOSE);
    let first = drafts(&desk)[0];
    assert_eq!((&first.choice, &first.id), (&TargetChoice::All, &None));
    let left_out = desk.world.walks.targets[1].connection.clone();
    assert_eq!(drafts(&desk).last().unwrap().left_out, [left_out]);
    desk.press(WHY);
    let last = *drafts(&desk).last().unwrap();
    assert_eq!(last.page, WalkPage::Plan);
    assert_eq!(last.terms.reason, Reason::Compliance);
    assert_eq!(last.terms.ticket.as_deref(), Some("INC-4411"));
    assert_eq!(last.terms.note, "quit: Dd ?:/w");
    assert_eq!(last.terms.if_unreachable, IfUnreachable::Destroy);
    desk.press("<Enter><Tab>4 connection<Tab><Enter>");
    assert_eq!(begun(&desk), None, "the name is not whole");
    desk.press("<Tab>");
    desk.press("<BackTab><Tab>");
    assert_eq!(desk.app.place(), KeyPlace::Confirm);
    desk.press("<Esc>");
    desk.press(BEGIN);
    let version = desk.world.walks.saved.as_ref().map(|it| it.version - 1);
    assert_eq!(
        begun(&desk),
        Some(version),
        "what was looked at is what begins"
    );
}

/// The draft was asked for by a notice, and is answered behind a save and before the save is: of the same version, without what was
/// chosen since.
#[test]
fn an_answer_from_beside_a_save_takes_nothing_away() {
    let mut desk = desk(SMALL);
    desk.press(CHOOSE);
    let asked = |effects: Vec<Effect>| {
        let asks = effects.into_iter().filter_map(|it| match it {
            Effect::Ask(number, request) => Some((number, *request)),
            _ => None,
        });
        asks.collect::<Vec<_>>()
    };
    let looks = asked(desk.app.update(Event::Notice(vec![Topic::Walkthroughs])));
    desk.app.painted();
    let saves = asked(desk.app.update(Event::Key(Key::Enter)));
    desk.app.painted();
    let saved = saves
        .into_iter()
        .map(|(number, it)| (number, desk.world.reply(&it)));
    let saved: Vec<_> = saved.collect();
    desk.app.update(Event::Key(Key::Right));
    desk.app.painted();
    for (number, it) in looks {
        let came = desk.world.reply(&it);
        desk.event(Event::Reply(number, came));
    }
    for (number, came) in saved {
        desk.event(Event::Reply(number, came));
    }
    let screen = desk.screen();
    assert!(!screen.contains("< choose >"), "{screen}");
}

/// Two fields are left while the server has not answered the first save yet.
#[test]
fn what_waits_to_be_saved_is_saved_when_brackets_or_another_tab_close_it() {
    for leaves in ['[', '4'] {
        let mut desk = desk(LARGE);
        desk.press(CHOOSE).press("<Enter><Left><Tab>");
        let typed = "INC-7".chars().map(Key::Char);
        let note = [Key::Tab, Key::Char('n'), Key::Tab, Key::Char(leaves)];
        let keys = typed.chain(note);
        let effects: Vec<_> = keys
            .flat_map(|key| desk.app.update(Event::Key(key)))
            .collect();
        desk.perform(effects);
        assert_ne!(desk.app.place(), KeyPlace::Walkthrough);
        assert_eq!(drafts(&desk).last().unwrap().terms.note, "n", "{leaves}");
    }
}

#[test]
fn marked_rows_are_what_is_named() {
    let mut desk = desk(LARGE);
    desk.press("<Space><Space>w");
    let draft = drafts(&desk)[0];
    assert_eq!(draft.choice, TargetChoice::Named);
    let named: Vec<&str> = draft
        .targets
        .iter()
        .flatten()
        .map(|it| it.connection.as_str())
        .collect();
    let marked: Vec<&str> = desk
        .world
        .connections
        .iter()
        .take(2)
        .map(|c| c.id.as_str())
        .collect();
    assert_eq!(named, marked);
}

#[test]
fn without_a_reason_or_with_something_changed_it_does_not_go_on() {
    let mut desk = desk(LARGE);
    desk.press(CHOOSE).press("<Enter><Enter>");
    assert!(
        desk.screen().contains("choose a reason first"),
        "{}",
        desk.screen()
    );
    desk.world.walks.changed = true;
    desk.press("<Right><Enter><Enter>");
    assert!(
        desk.screen().contains("1 connection changed since"),
        "{}",
        desk.screen()
    );
    assert_eq!(begun(&desk), None);
    desk.world.walks.changed = false;
    desk.press("L");
    assert!(drafts(&desk).last().unwrap().look_again);
    desk.press("<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Confirm);
}

#[test]
fn a_draft_is_taken_up_where_it_was_left() {
    let mut desk = desk(LARGE);
    desk.press(CHOOSE)
        .press("<Enter><Right><Right><Tab>INC-4411<Tab>");
    desk.press("<Esc>");
    desk.press("<Esc>4<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Walkthrough);
    let screen = desk.screen();
    assert!(
        screen.contains("1 of 5") && screen.contains("left out"),
        "{screen}"
    );
    desk.press("<Enter>");
    let screen = desk.screen();
    assert!(
        screen.contains("compliance event") && screen.contains("INC-4411"),
        "{screen}"
    );
}

#[test]
fn what_somebody_else_did_to_it_is_taken_over() {
    let mut desk = desk(LARGE);
    desk.press(CHOOSE);
    let saved = desk.world.walks.saved.as_mut().unwrap();
    saved.version += 1;
    saved.left_out.clear();
    saved.terms.note = "theirs".into();
    let id = saved.id.clone();
    desk.event(Event::Notice(vec![Topic::Walkthrough(id)]));
    desk.press("<Enter>");
    let last = *drafts(&desk).last().unwrap();
    assert_eq!(last.terms.note, "theirs");
    assert!(last.left_out.is_empty());
}

/// A word is in the middle of being typed when the draft is changed elsewhere, or when a save of it is refused for that.
#[test]
fn what_is_being_typed_stays_when_somebody_else_changes_the_draft() {
    for is_refused in [false, true] {
        let mut desk = desk(LARGE);
        desk.press(CHOOSE)
            .press("<Enter><Right><Right><Tab>INC-4411<Tab>half a no");
        let saved = desk.world.walks.saved.as_mut().unwrap();
        saved.version += 1;
        saved.terms.note = "theirs".into();
        saved.terms.ticket = Some("INC-5522".into());
        saved.page = WalkPage::Plan;
        let id = saved.id.clone();
        if is_refused {
            let problem = Problem::new(Code::Conflict, "the draft is another one by now", "look");
            desk.world.talk.refusal = Some(problem);
            desk.press("<Tab><BackTab>");
        } else {
            desk.event(Event::Notice(vec![Topic::Walkthrough(id)]));
        }
        let screen = desk.screen();
        assert!(screen.contains("half a no"), "{is_refused}: {screen}");
        assert!(screen.contains("INC-5522"), "{is_refused}: {screen}");
        desk.press("te<Tab>");
        let last = *drafts(&desk).last().unwrap();
        assert_eq!(last.terms.note, "half a note", "{is_refused}");
        assert_eq!(last.terms.ticket.as_deref(), Some("INC-5522"));
        assert_eq!(last.page, WalkPage::Why);
    }
}

#[test]
fn an_answer_that_a_save_has_overtaken_changes_nothing() {
    let mut desk = desk(LARGE);
    desk.press(CHOOSE)
        .press("<Enter><Right><Right><Tab>INC-4411<Tab>");
    let saved = desk.world.walks.saved.as_mut().unwrap();
    saved.version -= 1;
    saved.terms.ticket = None;
    let id = saved.id.clone();
    desk.event(Event::Notice(vec![Topic::Walkthrough(id)]));
    assert!(desk.screen().contains("INC-4411"), "{}", desk.screen());
}

#[test]
fn a_choice_with_nothing_in_it_says_so_and_goes_nowhere() {
    let mut desk = desk(LARGE);
    desk.press("w<Right><Right><Tab>");
    desk.world.talk.refusal = Some(Problem::new(
        Code::NotFound,
        "nothing in service was chosen",
        "look at the list",
    ));
    desk.press("<Right><Enter>");
    let screen = desk.screen();
    assert!(screen.contains("nothing in service was chosen"), "{screen}");
    assert!(screen.contains("1 of 5"), "{screen}");
}

#[test]
fn stopping_asks_for_a_plain_yes_and_a_stopped_one_can_be_closed() {
    let mut desk = desk(LARGE);
    desk.press(CHOOSE).press(WHY).press(BEGIN).press("S");
    assert_eq!(desk.app.place(), KeyPlace::Confirm);
    desk.press("y");
    let stopped = |it: &Request| matches!(it, Request::WalkthroughStop(_));
    assert!(desk.world.asked.iter().any(stopped));
    let id = desk.world.walks.saved.as_ref().unwrap().id.clone();
    desk.event(Event::Notice(vec![Topic::Walkthrough(id)]));
    assert!(
        desk.screen().contains("stopped by alice"),
        "{}",
        desk.screen()
    );
    desk.press("D");
    assert!(
        desk.screen().contains("Close it for good?"),
        "{}",
        desk.screen()
    );
}

#[test]
fn whoever_only_looks_saves_nothing() {
    let setting = Setting {
        role: Role::Agent,
        ..Setting::default()
    };
    let mut desk = Desk::with(World::acme(), setting);
    desk.press("w<Right>");
    assert!(drafts(&desk).is_empty());
}
