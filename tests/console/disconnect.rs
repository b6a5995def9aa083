//! The disconnect dialog: what it says, what it takes, and what it sends.

use insta::assert_snapshot;
use tagout::console::command::KeyPlace;
use tagout::console::event::{Event, Key};
use tagout::domain::disconnect::plan::{Dependent, Other};
use tagout::domain::disconnect::run::{IfUnreachable, Reason};
use tagout::domain::disconnect::texts;
use tagout::domain::id::ConnectionId;
use tagout::domain::user::Role;
use tagout::wire::request::Request;
use tagout::wire::rpc::Disconnect;
use tagout::wire::{Code, Problem, Topic};

use super::desk::{Desk, Setting, welcome};
use super::world::{World, at, ulid};

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);
/// From Cancel to the reason (the second of four), then the ticket, note, unreachable, uninstall, name.
const FILL: &str = "<Tab><Right><Right><Tab>INC-4411<Tab>leaves today<Tab><Tab><Right><Tab>";

/// GitHub is the third row, and has something in every field.
fn github((width, height): (u16, u16)) -> Desk {
    let mut desk = Desk::new(World::acme(), width, height);
    desk.press("jjd");
    desk
}

fn sent(desk: &Desk) -> Option<&Disconnect> {
    desk.world.asked.iter().rev().find_map(|r| match r {
        Request::Disconnect(asked) => Some(asked),
        _ => None,
    })
}

/// The words inside the frame, as one line.
fn unwrapped(desk: &Desk) -> String {
    let inside: Vec<String> = desk
        .screen()
        .lines()
        .filter_map(|line| {
            line.split_once('│')
                .and_then(|(_, rest)| rest.rsplit_once('│'))
        })
        .map(|(words, _)| words.trim().to_owned())
        .collect();
    inside
        .join(" ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
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
    asking_small: github(SMALL);
    asking_large: github(LARGE);
    filled_small: github(SMALL).press(FILL).press("acme-bot<Tab>");
    everything_small: github(SMALL).press("<PgDn><PgDn>");
    crm_small: Desk::new(World::acme(), 80, 24).press("d");
    crm_large: Desk::new(World::acme(), 120, 40).press("d");
    several_small: Desk::new(World::acme(), 80, 24).press("<Space><Space><Space>d");
    several_large: Desk::new(World::acme(), 120, 40).press("<Space><Space><Space>d");
    ascii_small: Desk::ascii(World::acme()).press("jjd");
    refused_small: refused(SMALL);
    refused_large: refused(LARGE);
    looking_small: unanswered(SMALL, "d").0;
    waiting_small: unanswered(SMALL, "d!").0;
}

fn refused(size: (u16, u16)) -> Desk {
    let mut desk = github(size);
    let hint = "look again: somebody changed it since";
    desk.world.talk.refusal = Some(Problem::new(Code::Conflict, "acme-bot has changed", hint));
    desk.press(FILL).press("acme-bot<Enter><Enter>");
    desk
}

/// A dialog whose last request has no answer yet: the plan, or (with `!`) the disconnect.
fn unanswered(size: (u16, u16), keys: &str) -> (Desk, Vec<tagout::console::effect::Effect>) {
    let mut desk = Desk::new(World::acme(), size.0, size.1);
    let waits = keys.ends_with('!');
    desk.press(if waits { "jjd" } else { "jj" });
    if waits {
        desk.press(FILL).press("acme-bot<Enter>");
    }
    let last = if waits { Key::Enter } else { Key::Char('d') };
    let effects = desk.app.update(Event::Key(last));
    desk.app.painted();
    (desk, effects)
}

/// What nobody waits for is not said to have been done.
#[test]
fn left_before_the_answer_it_may_have_begun() {
    let (mut desk, _) = unanswered(SMALL, "d!");
    let screen = desk.press("<Esc>").screen();
    assert!(
        screen.contains("Closed before the server had answered"),
        "{screen}"
    );
}

#[test]
fn the_words_are_those_of_the_commission_at_every_width() {
    for (width, height) in [
        (60, 40),
        (72, 30),
        (80, 24),
        (100, 24),
        (120, 40),
        (200, 60),
    ] {
        let mut desk = Desk::new(World::acme(), width, height);
        desk.press("jjd");
        let words = unwrapped(&desk);
        let screen = desk.screen();
        for text in [
            texts::body(),
            "2 active sync jobs will stop.",
            "Disconnecting may affect Release notes.",
        ] {
            assert!(
                words.contains(text),
                "{text}\nat {width}x{height}\n{screen}"
            );
        }
        assert!(screen.contains(&texts::title("GitHub")), "{screen}");
        assert!(words.contains("Type acme-bot to disconnect:"), "{screen}");

        desk.press("<Esc>ggd");
        let (words, screen) = (unwrapped(&desk), desk.screen());
        let warning = texts::crm_warning("Acme GmbH");
        for text in [texts::crm_label(), &warning, texts::body()] {
            assert!(
                words.contains(text),
                "{text}\nat {width}x{height}\n{screen}"
            );
        }
        if height > 24 || width > 72 {
            assert!(words.contains(texts::crm_permanent()), "{screen}");
        }
        assert!(words.find(&warning) < words.find(texts::body()));
    }
}

#[test]
fn what_was_shown_is_sent_with_its_version() {
    let mut desk = github(LARGE);
    desk.press(FILL).press("acme-bot<Enter>");
    assert!(
        sent(&desk).is_none(),
        "Enter in the last field goes to the button"
    );
    desk.press("<Enter>");
    let asked = sent(&desk).unwrap();
    assert_eq!(
        asked.targets[0].connection,
        desk.world.connections[2].id.as_str()
    );
    assert_eq!(asked.targets[0].version, Some(12));
    assert_eq!(asked.reason, Reason::Compliance);
    assert_eq!(asked.ticket.as_deref(), Some("INC-4411"));
    assert_eq!(asked.note, "leaves today");
    assert_eq!(asked.if_unreachable, IfUnreachable::Destroy);
    assert!(asked.uninstall);
    assert_eq!(desk.app.place(), KeyPlace::Run, "the run opens by itself");
}

#[test]
fn the_list_may_move_while_it_is_asked() {
    let mut desk = github(LARGE);
    let shown = desk.world.connections[2].clone();
    desk.world.connections.rotate_left(1);
    desk.event(Event::Notice(vec![Topic::Connections]));
    desk.press(FILL).press("acme-bot<Tab><Enter>");
    assert_eq!(
        sent(&desk).unwrap().targets[0].connection,
        shown.id.as_str()
    );
}

#[test]
fn neither_enter_nor_the_key_that_opened_it_confirms() {
    for keys in ["<Enter>", "d", "y", "dd<Enter>", "<Esc>"] {
        let mut desk = github(LARGE);
        desk.press(keys);
        assert!(sent(&desk).is_none(), "{keys}");
    }
    assert_eq!(
        github(LARGE).press("<Enter>").app.place(),
        KeyPlace::Connections
    );
}

#[test]
fn the_name_the_reason_and_its_note_are_wanted() {
    let mut desk = github(LARGE);
    desk.press("<BackTab><Enter>");
    assert!(desk.screen().contains("Choose a reason"));
    desk.press("<Left><BackTab><BackTab><Enter>");
    assert!(desk.screen().contains("wants a note"));
    desk.press("so it is<Tab><Tab><Tab>acme-bo<Tab><Enter>");
    assert!(desk.screen().contains("Type acme-bot first."));
    assert!(sent(&desk).is_none());
    desk.press("t<Tab><Enter>");
    assert_eq!(sent(&desk).unwrap().reason, Reason::Other);
}

#[test]
fn a_hold_says_that_the_token_is_kept() {
    let mut desk = github(LARGE);
    assert!(desk.screen().contains("< destroy now >"));
    desk.press("<Tab><Tab><Tab><Tab><Right>");
    let screen = desk.screen();
    assert!(
        screen.contains("< hold and retry until dead >") && screen.contains(texts::hold()),
        "{screen}"
    );
}

/// `d`, the reason, the name, and the button.
#[test]
fn a_name_that_is_typed_at_once_goes_into_its_field() {
    let mut desk = github(LARGE);
    desk.press("<Tab><Right>acme-bot<Enter><Enter>");
    let sent = sent(&desk).unwrap();
    assert_eq!(sent.reason, Reason::Unused);
    let mut desk = github(LARGE);
    desk.press("acme<Right>-bot<BackTab><Space>");
    assert!(
        desk.screen()
            .contains("Type acme-bot to disconnect: acme-bot_")
    );
}

#[test]
fn enter_on_cancel_keeps_a_name_that_is_typed() {
    let mut desk = github(LARGE);
    desk.press("acme-bot<Tab><Tab><Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Disconnect);
    assert!(
        desk.screen().contains("The name is typed"),
        "{}",
        desk.screen()
    );
    assert_ne!(desk.press("<Esc>").app.place(), KeyPlace::Disconnect);
}

#[test]
fn nothing_is_kept_where_that_is_chosen() {
    let mut desk = github(LARGE);
    desk.press("<Tab><Tab><Tab><Tab><Left>");
    let screen = desk.screen();
    assert!(screen.contains("< destroy all at once >"), "{screen}");
    assert!(screen.contains("Nothing is kept sealed"), "{screen}");
    desk.press("<BackTab><BackTab><BackTab><Right><BackTab><BackTab><BackTab>acme-bot<Tab><Enter>");
    let sent = sent(&desk).unwrap();
    assert!(sent.destroy_at_once && sent.if_unreachable == IfUnreachable::Destroy);
}

#[test]
fn uninstall_is_offered_only_where_it_can_be_done() {
    assert!(
        github(LARGE)
            .screen()
            .contains("Also uninstall the app at GitHub")
    );
    assert!(
        !Desk::new(World::acme(), 120, 40)
            .press("d")
            .screen()
            .contains("uninstall")
    );
}

#[test]
fn a_paste_goes_into_a_field_or_nowhere() {
    let mut desk = github(LARGE);
    desk.event(Event::Paste("acme-bot\n".into()));
    assert!(desk.screen().contains("dropped"));
    desk.press(FILL).event(Event::Paste("acme-bot\n".into()));
    assert!(
        sent(&desk).is_none(),
        "the line break of a paste is no Enter"
    );
    desk.press("<Tab><Enter>");
    assert!(sent(&desk).is_some());
}

#[test]
fn keys_and_pastes_from_before_it_was_painted_do_not_answer_it() {
    let mut desk = Desk::new(World::acme(), 120, 40);
    desk.press("jj");
    for key in [Key::Char('d'), Key::Enter, Key::Esc, Key::Tab] {
        desk.event(Event::Key(key));
    }
    assert_eq!(desk.app.place(), KeyPlace::Disconnect);
    let before = desk.screen();
    desk.event(Event::Paste("acme-bot".into()));
    desk.app.painted();
    assert!(
        before.contains("[ Cancel ]"),
        "nothing moved the focus:\n{before}"
    );
    desk.press("<Esc>");
    assert_eq!(desk.app.place(), KeyPlace::Connections);
}

#[test]
fn a_plan_that_comes_later_waits_for_its_own_paint() {
    let (mut desk, effects) = unanswered(LARGE, "d");
    let asked = effects.into_iter().find_map(|e| match e {
        tagout::console::effect::Effect::Ask(number, request) => Some((number, request)),
        _ => None,
    });
    let (number, request) = asked.unwrap();
    let plan = desk.world.reply(&request);
    desk.event(Event::Reply(number, plan));
    desk.event(Event::Key(Key::Enter));
    assert_eq!(
        desk.app.place(),
        KeyPlace::Disconnect,
        "this Enter was for the face before"
    );
    desk.app.painted();
    desk.press("<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Connections);
}

#[test]
fn a_conflict_is_said_and_looking_again_makes_a_new_plan() {
    let mut desk = refused(LARGE);
    let screen = desk.screen();
    assert!(
        screen.contains("acme-bot has changed") && screen.contains("look again"),
        "{screen}"
    );
    desk.world.connections[2].version = 13;
    desk.press("<Enter>");
    assert!(
        desk.screen().contains("[ Cancel ]"),
        "Cancel has the focus again"
    );
    desk.press("<BackTab><BackTab>acme-bot<Tab><Enter>");
    assert_eq!(sent(&desk).unwrap().targets[0].version, Some(13));
}

#[test]
fn several_are_asked_about_at_once_and_the_runs_are_shown() {
    let mut desk = Desk::new(World::acme(), 120, 40);
    desk.press("<Space><Space><Space>d");
    let screen = desk.screen();
    assert!(screen.contains(&texts::many(3)), "{screen}");
    assert!(
        screen.contains("In all: 3 connections, 6 jobs, 9 tokens, 43,081 references."),
        "{screen}"
    );
    desk.press("<Tab><Right><Tab><Tab><Tab><Tab><Tab>3 connections<Tab><Enter>");
    assert_eq!(sent(&desk).unwrap().targets.len(), 3);
    assert_eq!(desk.app.place(), KeyPlace::Runs);
    assert!(
        !desk.press("1").screen().contains('▪'),
        "the marks are gone"
    );
}

#[test]
fn who_dies_too_and_who_does_not_is_said_in_any_room() {
    let mut world = World::acme();
    world.talk.plan = |mut plan| {
        let other = |n, name: &str| Other {
            id: ConnectionId::new(ulid(n)),
            name: name.into(),
            owner: "carol".into(),
            affected: false,
        };
        plan.shares_grant_with = vec![other(91, "carol@acme.com")];
        plan.other_connections.push(other(91, "carol@acme.com"));
        plan.other_connections.push(other(92, "dave@acme.com"));
        plan
    };
    for (width, height) in [SMALL, LARGE] {
        let mut desk = Desk::new(
            World {
                talk: super::talk::Talk {
                    plan: world.talk.plan,
                    ..Default::default()
                },
                ..World::acme()
            },
            width,
            height,
        );
        desk.press("jjd");
        let words = unwrapped(&desk);
        let shares = "carol's connection carol@acme.com to GitHub shares the grant";
        let lives = format!("{shares} and lives on: calls that would end it are not made.");
        let dies = format!("{shares} and will die too.");
        assert_eq!(words.matches(&lives).count(), 1, "{words}");
        assert!(!words.contains(&dies), "{words}");
        assert!(!words.contains("carol@acme.com to GitHub is not affected"));
        assert!(words.contains("not affected."), "{words}");
        // The wider call is offered here as the verb offers it, and its price is said before it is confirmed.
        desk.press("<Tab><Tab><Tab><Tab><Tab><Tab><Right>");
        let words = unwrapped(&desk);
        assert_eq!(words.matches(&dies).count(), 1, "{words}");
        assert!(!words.contains(&lives), "{words}");
        desk.press("<BackTab><BackTab><BackTab><BackTab><BackTab><Right>");
        desk.press("<Tab><Tab><Tab><Tab><Tab><Tab>acme-bot<Tab><Enter>");
        assert!(sent(&desk).unwrap().allow_wider);
    }
}

#[test]
fn much_to_say_is_cut_above_the_fields_and_can_be_read() {
    let mut world = World::acme();
    world.talk.plan = |mut plan| {
        plan.is_crm = true;
        plan.dependents = (0..12)
            .map(|n| Dependent {
                feature: format!("Feature {n}"),
                effect: "stops".into(),
            })
            .collect();
        plan
    };
    let mut desk = Desk::new(world, 80, 24);
    desk.press("jjd");
    let screen = desk.screen();
    assert!(
        screen.contains("more below") && screen.contains("Type acme-bot to disconnect:"),
        "{screen}"
    );
    assert!(!screen.contains("Feature 11"));
    desk.press("<PgDn><PgDn><PgDn><PgDn><PgDn>");
    assert!(desk.screen().contains("Feature 11"), "{}", desk.screen());
}

#[test]
fn a_stale_link_sends_nothing() {
    let mut desk = github(LARGE);
    desk.press(FILL).press("acme-bot<Tab>");
    desk.event(Event::LinkLost(at("2026-11-20T23:11:40Z")))
        .press("<Enter>");
    assert!(sent(&desk).is_none());
    assert!(
        desk.screen()
            .contains("Not sent: the server does not answer"),
        "{}",
        desk.screen()
    );
    desk.event(Event::LinkBack(Box::new(welcome(Role::Owner, false))));
    desk.press("<BackTab><Enter>");
    assert!(sent(&desk).is_some());
}

#[test]
fn agents_and_read_only_consoles_get_no_dialog() {
    for (role, read_only, why) in [
        (Role::Agent, false, "Agent"),
        (Role::Owner, true, "read-only"),
    ] {
        let setting = Setting {
            role,
            read_only,
            ..Setting::default()
        };
        let mut desk = Desk::with(World::acme(), setting);
        desk.press("jjd");
        assert_eq!(desk.app.place(), KeyPlace::Connections);
        assert!(desk.screen().contains(why));
        assert!(
            !desk
                .world
                .asked
                .iter()
                .any(|r| matches!(r, Request::Plan(_)))
        );
    }
}

#[test]
fn a_swap_is_one_way_from_the_disconnect_to_the_other_account() {
    let mut desk = Desk::new(World::acme(), 120, 40);
    desk.press("jjs");
    assert!(
        desk.screen()
            .contains("then you sign in as another account")
    );
    assert!(desk.screen().contains("Swap GitHub to another account?"));
    assert!(desk.screen().contains("Type acme-bot to swap:"));
    assert!(desk.screen().contains("< permission clean-up >"));
    desk.press("<BackTab><BackTab>acme-bot<Tab><Enter>");
    let begun = sent(&desk).unwrap();
    assert_eq!((begun.reason, begun.swap), (Reason::Cleanup, true));
    assert_eq!(desk.app.place(), KeyPlace::Connect);
    assert!(desk.screen().contains("the new account"));
    assert!(
        desk.screen()
            .contains("as the other account, not as acme-bot"),
        "{}",
        desk.screen()
    );
    desk.press("<Enter>");
    let connects = desk.world.asked.iter().any(|r| {
        matches!(r, Request::Connect(asked) if asked.accept_other_account && asked.connection.is_some())
    });
    assert!(connects);
}

#[test]
fn an_ended_run_leads_to_connecting_again() {
    let mut desk = Desk::new(World::acme(), 120, 40);
    desk.press("4<Enter>c");
    assert_eq!(desk.app.place(), KeyPlace::Run, "it is under way");
    desk.press("<Esc>j<Enter>c");
    assert_eq!(desk.app.place(), KeyPlace::Connect, "{}", desk.screen());
}

#[test]
fn nothing_panics_at_any_size() {
    for keys in ["jjd", "d", "<Space><Space><Space>d", "jjd<PgDn><PgDn>"] {
        let mut desk = Desk::new(World::acme(), 120, 40);
        desk.press(keys);
        for (width, height) in (1..170)
            .step_by(13)
            .flat_map(|w| (1..44).step_by(5).map(move |h| (w, h)))
        {
            desk.size = (width, height);
            desk.event(Event::Resize(width, height));
            desk.screen();
        }
    }
}
