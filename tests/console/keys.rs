//! Events in, effects and state out.

use tagout::console::command::KeyPlace;
use tagout::console::effect::Effect;
use tagout::console::event::{Event, Key, Signal};
use tagout::console::keymap::{self, Keymap};
use tagout::domain::user::Role;
use tagout::wire::request::{Reply, Request};
use tagout::wire::rpc;
use tagout::wire::rpc::JobAction;
use tagout::wire::{Code, Problem, Topic};

use super::desk::{Desk, Setting, welcome};
use super::world::{World, at};

/// `TAGOUT_GENERATE=1 cargo test` writes the table anew.
#[test]
fn the_table_of_keys_is_the_keymap() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/generated/keys.md");
    let table = Keymap::load(keymap::DEFAULT).unwrap().markdown();
    if std::env::var_os("TAGOUT_GENERATE").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), table);
}

#[test]
fn a_stop_by_somebody_else_takes_the_terminal_again() {
    let mut desk = desk();
    desk.event(Event::Signal(Signal::Continue));
    assert!(matches!(desk.effects.last(), Some(Effect::Reclaim)));
}

fn desk() -> Desk {
    Desk::new(World::acme(), 120, 40)
}

fn quits(desk: &Desk) -> bool {
    desk.effects.iter().any(|e| matches!(e, Effect::Quit))
}

#[test]
fn escape_goes_back_and_never_quits_and_q_quits_at_the_root() {
    let mut desk = desk();
    desk.press("<Esc><Esc><Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Connection);
    desk.press("q");
    assert_eq!(desk.app.place(), KeyPlace::Connections);
    desk.press("<Esc><Esc>");
    assert!(!quits(&desk));
    assert!(quits(desk.press("q")));
}

#[test]
fn control_c_and_the_end_of_the_terminal_leave_from_anywhere() {
    assert!(quits(desk().press("3c<C-c>")));
    assert!(quits(desk().press(":").event(Event::Signal(Signal::End))));
}

#[test]
fn a_plain_yes_cancels_a_job_and_no_other_key_does() {
    let mut desk = desk();
    desk.press("3c<Enter>c<Enter>cc<Esc>");
    let acted = |desk: &Desk| {
        desk.world
            .asked
            .iter()
            .any(|r| matches!(r, Request::JobAct(_)))
    };
    assert!(
        !acted(&desk),
        "Enter takes the focused Cancel, and c does not confirm c"
    );
    desk.press("cy");
    assert!(matches!(
        desk.world
            .asked
            .iter()
            .rev()
            .find(|r| matches!(r, Request::JobAct(_))),
        Some(Request::JobAct(rpc::JobAct {
            act: JobAction::Cancel,
            ..
        }))
    ));
    assert_eq!(desk.app.place(), KeyPlace::Jobs);
    assert!(desk.screen().contains("is cancelled"));
}

#[test]
fn keys_typed_before_the_question_was_painted_do_not_answer_it() {
    let mut desk = desk();
    desk.press("3");
    for key in "cy".chars() {
        desk.event(Event::Key(tagout::console::event::Key::Char(key)));
    }
    assert_eq!(desk.app.place(), KeyPlace::Confirm);
    assert!(
        !desk
            .world
            .asked
            .iter()
            .any(|r| matches!(r, Request::JobAct(_)))
    );
}

#[test]
fn the_dialog_acts_on_what_it_showed_though_the_list_moved() {
    let mut desk = desk();
    desk.press("3c");
    let shown = desk.world.jobs.remove(0);
    desk.event(Event::Notice(vec![Topic::Jobs])).press("y");
    let asked = desk.world.asked.iter().rev().find_map(|r| match r {
        Request::JobAct(rpc::JobAct { job, .. }) => Some(job.clone()),
        _ => None,
    });
    assert_eq!(asked.as_deref(), Some(shown.id.as_str()));
}

#[test]
fn a_refused_dialog_says_why_and_stays() {
    let mut desk = desk();
    desk.press("3c");
    let yes = desk
        .app
        .update(Event::Key(tagout::console::event::Key::Char('y')));
    let Some(Effect::Ask(number, _)) = yes.into_iter().next() else {
        panic!("nothing was asked")
    };
    let problem = Problem::new(Code::Conflict, "the job has changed", "look again");
    desk.event(Event::Reply(number, Err(problem)));
    assert!(desk.screen().contains("the job has changed"));
    assert_eq!(desk.app.place(), KeyPlace::Confirm);
}

#[test]
fn a_stale_link_refuses_what_changes_and_says_since_when() {
    let mut desk = desk();
    desk.press("3")
        .event(Event::LinkLost(at("2026-11-20T23:11:40Z")))
        .press("c");
    assert_eq!(desk.app.place(), KeyPlace::Jobs);
    let screen = desk.screen();
    assert!(screen.contains("no answer since 23:11:40"), "{screen}");
    assert!(screen.contains("nothing is sent"), "{screen}");
    desk.event(Event::LinkBack(Box::new(welcome(Role::Owner, false))))
        .press("c");
    assert_eq!(desk.app.place(), KeyPlace::Confirm);
}

#[test]
fn agents_see_no_controls_and_read_only_refuses_them() {
    let agent = Setting {
        role: Role::Agent,
        ..Setting::default()
    };
    let mut desk = Desk::with(World::acme(), agent);
    assert!(!desk.screen().contains("disconnect  "));
    desk.press("d");
    assert_eq!(desk.app.place(), KeyPlace::Connections);
    let reader = Setting {
        read_only: true,
        ..Setting::default()
    };
    let mut desk = Desk::with(World::acme(), reader);
    desk.press("3c");
    assert_eq!(desk.app.place(), KeyPlace::Jobs);
    assert!(desk.screen().contains("read-only"));
}

#[test]
fn a_control_that_is_refused_says_why() {
    let mut world = World::acme();
    world.jobs[0].refused = Some("only an Admin may".into());
    let mut desk = Desk::new(world, 120, 40);
    desk.press("3c");
    assert!(desk.screen().contains("only an Admin may"));
}

#[test]
fn a_paste_outside_a_field_is_dropped() {
    let mut desk = desk();
    desk.event(Event::Paste("qqq\n".into()));
    assert!(!quits(&desk));
    assert!(desk.screen().contains("dropped"));
}

/// The request for connections that an event leads to, unanswered.
fn asked(desk: &mut Desk, event: Event) -> Option<(u64, Box<Request>)> {
    let effects = desk.app.update(event);
    let mut asked = effects.into_iter().filter_map(|effect| match effect {
        Effect::Ask(number, request) => Some((number, request)),
        _ => None,
    });
    asked.find(|(_, request)| matches!(**request, Request::Connections(_)))
}

/// A list without rows, as the reply to this.
fn empty(request: &Request) -> Reply {
    let empty = serde_json::json!({ "rows": [], "keys": [], "more": false, "total": 0 });
    request.reader()(empty).unwrap()
}

#[test]
fn replies_older_than_the_latest_request_are_dropped() {
    let mut desk = desk();
    desk.press("/");
    let (old, request) = asked(&mut desk, Event::Key(Key::Char('h'))).unwrap();
    let (new, _) = asked(&mut desk, Event::Key(Key::Char('u'))).unwrap();
    let before = desk.screen();
    desk.event(Event::Reply(old, Ok(empty(&request))));
    assert_eq!(desk.screen(), before);
    desk.event(Event::Reply(new, Ok(empty(&request))));
    assert_ne!(desk.screen(), before);
}

#[test]
fn a_notice_asks_again_once_what_is_asked_has_come() {
    let mut desk = desk();
    let notice = || Event::Notice(vec![Topic::Connections]);
    let (first, request) = asked(&mut desk, notice()).unwrap();
    assert!(asked(&mut desk, notice()).is_none());
    let reply = Event::Reply(first, Ok(empty(&request)));
    assert!(asked(&mut desk, reply).is_some());
}

#[test]
fn a_notice_asks_again_only_for_what_is_in_sight() {
    let mut desk = desk();
    desk.world.asked.clear();
    desk.event(Event::Notice(vec![Topic::Audit]));
    assert!(matches!(desk.world.asked.as_slice(), [Request::Status]));
    desk.world.connections[2].name = "renamed-bot".into();
    desk.event(Event::Notice(vec![Topic::Connections]));
    assert!(desk.screen().contains("renamed-bot"));
}

#[test]
fn the_selection_stays_on_its_row_when_the_list_moves() {
    let mut desk = desk();
    desk.press("jj");
    let line = |desk: &Desk| {
        desk.screen()
            .lines()
            .find(|l| l.starts_with('>'))
            .unwrap()
            .to_owned()
    };
    assert!(line(&desk).contains("acme-bot"));
    desk.world.connections.remove(0);
    desk.event(Event::Notice(vec![Topic::Connections]));
    assert!(line(&desk).contains("acme-bot"));
}

#[test]
fn what_was_looked_at_comes_back_in_the_next_console() {
    let mut desk = desk();
    desk.press("j<Space>4j/post<Enter>");
    let saved = desk.effects.iter().rev().find_map(|e| match e {
        Effect::SaveView(view) => Some(view.clone()),
        _ => None,
    });
    let mut world = World::acme();
    world.view = saved;
    let mut next = Desk::new(world, 120, 40);
    assert_eq!(next.app.place(), KeyPlace::Runs);
    // The footer names the way back as well, which the next console does not have.
    let body = |screen: String| {
        screen
            .lines()
            .take(39)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let there = body(desk.press("<C-l>").screen());
    assert_eq!(body(next.screen()), there);
    assert!(next.press("1").screen().contains("▪"), "the mark is there");
}

#[test]
fn what_was_opened_comes_back_too() {
    let mut desk = desk();
    desk.press("4j<Enter>");
    let saved = desk.effects.iter().rev().find_map(|e| match e {
        Effect::SaveView(view) => Some(view.clone()),
        _ => None,
    });
    let mut world = World::acme();
    world.view = saved;
    let mut next = Desk::new(world, 120, 40);
    assert_eq!(next.app.place(), KeyPlace::Run);
    assert!(next.screen().contains("release-bot"));
    assert_eq!(next.press("<Esc>").app.place(), KeyPlace::Runs);
}

#[test]
fn a_view_that_cannot_be_read_is_no_view() {
    let mut world = World::acme();
    world.view = Some("{\"tab\":\"moon\"}".into());
    assert_eq!(Desk::new(world, 80, 24).app.place(), KeyPlace::Connections);
}

#[test]
fn copying_shows_the_text_and_hands_it_to_the_terminal() {
    let mut desk = desk();
    desk.press("4y");
    assert!(
        desk.effects
            .iter()
            .any(|e| matches!(e, Effect::Copy(id) if id.starts_with("run_")))
    );
    assert!(desk.screen().contains("run_"));
}

#[test]
fn the_verb_for_the_auditors_bundle_is_offered_once_a_run_has_ended() {
    let copied = |desk: &Desk| {
        let mut effects = desk.effects.iter();
        effects
            .any(|it| matches!(it, Effect::Copy(text) if text.starts_with("tagout evidence run_")))
    };
    let mut under_way = desk();
    under_way.press("4<Enter>b");
    assert!(!copied(&under_way));
    assert!(under_way.screen().contains("the disconnect is under way"));
    let mut ended = desk();
    ended.press("4j<Enter>b");
    assert!(copied(&ended));
}

#[test]
fn the_page_of_a_record_at_its_vendor_is_copied() {
    let mut desk = Desk::new(World::acme(), 80, 24);
    desk.press("iy");
    let is_page = |it: &Effect| matches!(it, Effect::Copy(text) if text.starts_with("https://github.com/acme/api/issues/"));
    assert!(desk.effects.iter().any(is_page), "{:?}", desk.effects);
}

#[test]
fn a_follow_up_is_marked_with_a_note() {
    let mut desk = desk();
    desk.press("7mgone since noon<Enter>");
    let noted = desk
        .world
        .asked
        .iter()
        .any(|r| matches!(r, Request::FollowUpDone(rpc::FollowUpDone { note, .. }) if note == "gone since noon"));
    assert!(noted);
}

#[test]
fn the_filter_goes_to_the_server_as_it_is_typed() {
    let mut desk = desk();
    desk.press("/sla");
    let filters: Vec<String> = desk
        .world
        .asked
        .iter()
        .filter_map(|r| match r {
            Request::Connections(rpc::Connections(w)) if !w.filter.is_empty() => {
                Some(w.filter.clone())
            }
            _ => None,
        })
        .collect();
    assert_eq!(filters, ["s", "sl", "sla"]);
    assert!(!desk.screen().contains("HubSpot"));
    assert!(
        desk.press("<Esc>").screen().contains("HubSpot"),
        "Esc takes the filter back"
    );
}

#[test]
fn the_palette_runs_commands_by_name() {
    let mut desk = desk();
    desk.press(":runs<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Runs);
    desk.press(":stop<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Confirm);
    desk.press("y");
    assert!(
        desk.world
            .asked
            .iter()
            .any(|it| matches!(it, Request::Stop))
    );
}
