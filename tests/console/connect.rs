//! The connect and configure dialogs: registering, authorizing, pasting, ending.

use insta::assert_snapshot;
use tagout::console::command::KeyPlace;
use tagout::console::effect::Effect;
use tagout::console::event::{Event, Key};
use tagout::domain::connection::{Account, Status};
use tagout::domain::provider::AuthKind;
use tagout::domain::square_code::{QUIET, SquareCode};
use tagout::domain::user::Role;
use tagout::wire::request::{FlowKind, Request};
use tagout::wire::rpc;
use tagout::wire::rpc::{Connect, JobAction};
use tagout::wire::view::{FlowState, MissingScope};
use tagout::wire::{Code, Problem, Topic};

use super::desk::{Desk, Setting, welcome};
use super::talk::flow_id;
use super::world::{World, at};

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

/// GitHub's connection is the third row; `r` authorizes it again.
fn reconnect((width, height): (u16, u16)) -> Desk {
    let mut desk = Desk::new(World::acme(), width, height);
    desk.app.over_ssh("10.0.0.2".into());
    desk.press("jjr");
    desk
}

/// The authorization under way.
fn under(size: (u16, u16)) -> Desk {
    let mut desk = reconnect(size);
    desk.press("<Enter>");
    desk
}

/// The flow has moved on, and a notice says so.
fn moved(desk: &mut Desk, state: FlowState) {
    desk.world.talk.flow = state;
    desk.event(Event::Notice(vec![Topic::Flow(flow_id())]));
    desk.app.painted();
}

fn connected(desk: &mut Desk) {
    let connection = desk.world.connections[2].id.clone();
    moved(desk, FlowState::Connected { connection });
}

fn failed(desk: &mut Desk, code: Code, message: &str, hint: &str) {
    let problem = Problem::new(code, message, hint);
    moved(desk, FlowState::Failed { problem });
}

fn other_account(size: (u16, u16)) -> Desk {
    let mut desk = under(size);
    let message = "acme-bot was authorized as acme-bot, and now as eve. What is attributed to acme-bot would be shown under eve from then on";
    let hint = "sign in with the same account, or repeat with --accept-other-account; the new tokens were handed in for revocation, and the audit log has the answers";
    let account = |label: &str, id: &str| Account {
        label: label.to_owned(),
        id: id.to_owned(),
    };
    let (before, now) = (account("acme-bot", "48001"), account("eve", "48002"));
    let problem = Problem::new(Code::Conflict, message, hint).with_accounts(before, now);
    moved(&mut desk, FlowState::Failed { problem });
    desk
}

fn unregistered(size: (u16, u16)) -> Desk {
    let mut world = World::acme();
    world.talk.provider = |mut provider| {
        provider.client_id = None;
        provider
    };
    let mut desk = Desk::new(world, size.0, size.1);
    desk.press("2jje");
    desk
}

fn with(mut desk: Desk, act: impl FnOnce(&mut Desk)) -> Desk {
    act(&mut desk);
    desk
}

fn sent(desk: &Desk) -> Vec<&Connect> {
    let asked = desk.world.asked.iter().filter_map(|r| match r {
        Request::Connect(asked) => Some(asked),
        _ => None,
    });
    asked.collect()
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
    ready_small: reconnect(SMALL);
    ready_large: reconnect(LARGE);
    again_small: with(Desk::new(World::acme(), 80, 24), |d| { d.press("Gr"); });
    key_small: with(Desk::new(World::acme(), 80, 24), |d| { d.press("2jjjjjjjjcpm-key"); });
    register_small: unregistered(SMALL);
    register_large: unregistered(LARGE);
    authorize_small: under(SMALL);
    authorize_large: under(LARGE);
    waiting_small: with(reconnect(SMALL), |d| { d.world.talk.flow = FlowState::Waiting; d.press("<Enter>"); });
    exchanging_small: with(under(SMALL), |d| moved(d, FlowState::Exchanging));
    giving_up_small: with(under(SMALL), |d| { d.press("<Esc>"); });
    other_account_small: other_account(SMALL);
    other_account_large: other_account(LARGE);
    failed_small: with(under(SMALL), |d| failed(d, Code::Failed, "GitHub refused: access_denied", "Start again, and say yes there"));
    connected_small: with(under(SMALL), |d| { d.world.connections[2].enabled_before = 2; connected(d); });
    connected_large: with(under(LARGE), |d| { d.world.connections[2].enabled_before = 2; connected(d); });
    configure_small: with(Desk::new(World::acme(), 80, 24), |d| { d.press("jje<Tab><Space>"); });
    configure_large: with(Desk::new(World::acme(), 120, 40), |d| { d.press("jje"); });
}

#[test]
fn whom_to_sign_in_as_is_said_before_anything_is_sent() {
    let mut desk = reconnect(SMALL);
    assert!(desk.screen().contains("Sign in at GitHub as acme-bot."));
    assert!(desk.screen().contains("repo, read:org"));
    assert!(sent(&desk).is_empty());
    desk.press("<Enter>");
    assert_eq!(
        sent(&desk)[0].connection.as_deref(),
        Some(desk.world.connections[2].id.as_str())
    );
    assert_eq!(
        sent(&desk)[0].flow,
        FlowKind::Remote,
        "over SSH a code is typed elsewhere, as by the verb"
    );
    assert!(!sent(&desk)[0].accept_other_account);
}

#[test]
fn without_ssh_a_browser_is_the_default_and_paste_can_be_chosen() {
    let mut desk = reconnect(SMALL);
    let mut here = welcome(Role::Owner, false);
    here.address = None;
    desk.press("<Esc>")
        .event(Event::LinkBack(Box::new(here)))
        .press("r<Enter>");
    assert_eq!(sent(&desk)[0].flow, FlowKind::Browser);
    desk.press("<Esc><Tab><Enter>r<Tab><Tab><Right><BackTab><BackTab><Enter>");
    assert_eq!(sent(&desk)[1].flow, FlowKind::Paste);
}

#[test]
fn the_address_is_shown_whole_and_copied_whole() {
    let mut desk = under(SMALL);
    let FlowState::Authorize { url, .. } = super::talk::authorize() else {
        panic!("no address")
    };
    let shown: String = desk
        .screen()
        .lines()
        .filter_map(|l| l.strip_prefix("│ ").and_then(|l| l.strip_suffix('│')))
        .map(str::trim)
        .collect();
    assert!(shown.contains(&url), "{shown}");
    assert!(
        desk.screen()
            .contains("ssh -L 8976:127.0.0.1:8976 10.0.0.2")
    );
    assert!(desk.screen().contains("23:51:00"));
    desk.press("y");
    assert!(
        desk.effects
            .iter()
            .any(|e| matches!(e, Effect::Copy(text) if *text == url))
    );
}

#[test]
fn a_paste_goes_into_the_field_and_enter_hands_it_over() {
    let mut desk = under(SMALL);
    let back = "http://127.0.0.1:8976/callback/github?code=c0de&state=S";
    desk.event(Event::Paste(format!("{back}\n")));
    let pasted = |desk: &Desk| {
        desk.world.asked.iter().find_map(|r| match r {
            Request::FlowPaste(rpc::FlowPaste { text, .. }) => Some(text.0.to_string()),
            _ => None,
        })
    };
    assert_eq!(pasted(&desk), None, "the line break of a paste is no Enter");
    desk.press("<Enter>");
    assert_eq!(pasted(&desk).as_deref(), Some(back));
    moved(&mut desk, FlowState::Exchanging);
    assert!(desk.screen().contains("tokens are being fetched"));
    connected(&mut desk);
    assert!(desk.screen().contains("GitHub acme-bot is connected."));
    desk.press("<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Connection);
}

#[test]
fn jobs_that_ran_before_are_enabled_with_one_key() {
    let mut desk = under(SMALL);
    desk.world.connections[2].enabled_before = 2;
    connected(&mut desk);
    assert!(desk.screen().contains("2 jobs ran before: J enables them."));
    desk.press("J");
    assert!(
        desk.world
            .asked
            .iter()
            .any(|r| matches!(r, Request::EnableBefore(_)))
    );
    assert_eq!(desk.app.place(), KeyPlace::Connection);
}

#[test]
fn another_account_is_accepted_only_on_purpose() {
    let mut desk = other_account(SMALL);
    desk.press("<Enter>");
    assert_eq!(sent(&desk).len(), 1, "Close has the focus");
    let mut desk = other_account(SMALL);
    desk.press("<Tab><Tab><Enter>");
    assert!(sent(&desk)[1].accept_other_account);
}

#[test]
fn escape_asks_before_it_gives_an_authorization_up() {
    let mut desk = under(SMALL);
    let given_up = |desk: &Desk| {
        desk.world
            .asked
            .iter()
            .any(|r| matches!(r, Request::FlowCancel(_)))
    };
    desk.press("<Esc><Enter>");
    assert!(
        desk.screen().contains("Open this to authorize"),
        "to go on has the focus"
    );
    desk.press("<Esc><Esc>");
    assert!(!given_up(&desk));
    desk.press("<Esc><Tab><Enter>");
    assert!(given_up(&desk));
    assert_eq!(desk.app.place(), KeyPlace::Connections);
}

#[test]
fn what_was_connected_before_it_was_given_up_is_shown() {
    let mut desk = under(SMALL);
    desk.press("<Esc><Tab>");
    let connection = desk.world.connections[2].id.clone();
    desk.world.talk.flow = FlowState::Connected { connection };
    let hint = "look at how it ended";
    desk.world.talk.refusal = Some(Problem::new(Code::Conflict, "it waits no more", hint));
    desk.press("<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Connect);
    assert!(!desk.screen().contains("given up"), "{}", desk.screen());
    desk.press("<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Connection);
}

#[test]
fn escape_in_flight_ends_the_authorization_that_begins() {
    let mut desk = reconnect(SMALL);
    let asked = desk.app.update(Event::Key(Key::Enter));
    desk.app.painted();
    desk.press("<Esc>");
    assert_eq!(desk.app.place(), KeyPlace::Connect);
    desk.perform(asked);
    let given_up = |it: &Request| matches!(it, Request::FlowCancel(_));
    assert!(desk.world.asked.iter().any(given_up));
    assert_eq!(desk.app.place(), KeyPlace::Connections);
}

#[test]
fn a_notice_that_was_missed_is_made_up_for_when_the_link_is_back() {
    let mut desk = under(SMALL);
    desk.event(Event::LinkLost(at("2026-11-20T23:42:00Z")));
    desk.world.talk.flow = FlowState::Exchanging;
    desk.event(Event::LinkBack(Box::new(welcome(Role::Owner, false))));
    assert!(desk.screen().contains("tokens are being fetched"));
}

#[test]
fn an_app_is_registered_first_and_its_secret_is_not_shown() {
    let mut desk = unregistered(LARGE);
    desk.press("Iv1.new<Tab>s3cret-of-ours<Tab>Acme Sync");
    assert!(desk.screen().contains("Iv1.new") && !desk.screen().contains("s3cret"));
    desk.press("<Enter>");
    let configured = desk.world.asked.iter().find_map(|r| match r {
        Request::ProviderConfigure(rpc::ProviderConfigure {
            client_id,
            client_secret,
            app_name,
            ..
        }) => Some((client_id.clone(), client_secret.clone(), app_name.clone())),
        _ => None,
    });
    let (id, secret, name) = configured.unwrap();
    assert_eq!(name.as_deref(), Some("Acme Sync"));
    assert_eq!(id.as_deref(), Some("Iv1.new"));
    assert_eq!(secret.unwrap().0.as_str(), "s3cret-of-ours");
}

#[test]
fn a_registration_that_was_refused_is_not_typed_again() {
    let mut desk = unregistered(LARGE);
    let problem = Problem::new(Code::Failed, "the disk is full", "free some space");
    desk.world.talk.refusal = Some(problem);
    desk.press("Iv1.new<Tab>s3cret-of-ours<Tab>Acme Sync<Enter>");
    assert!(
        desk.screen().contains("the disk is full"),
        "{}",
        desk.screen()
    );
    desk.press("<Enter>");
    let screen = desk.screen();
    assert!(
        screen.contains("Iv1.new") && screen.contains("Acme Sync"),
        "{screen}"
    );
    desk.press("<Tab><Tab><Enter>");
    let secrets = desk.world.asked.iter().filter_map(|it| match it {
        Request::ProviderConfigure(asked) => asked.client_secret.as_ref().map(|it| it.0.as_str()),
        _ => None,
    });
    assert_eq!(secrets.collect::<Vec<_>>(), ["s3cret-of-ours"; 2]);
}

/// The flow is heard of before the answer to whoever ended it: its end is told once, by that answer.
#[test]
fn an_authorization_that_is_given_up_is_not_said_to_have_failed() {
    let mut desk = Desk::new(World::acme(), 120, 40);
    desk.press("jjr<Enter><Esc><Tab>");
    let asked = |effects: Vec<Effect>| {
        let asks = effects.into_iter().filter_map(|it| match it {
            Effect::Ask(number, request) => Some((number, *request)),
            _ => None,
        });
        asks.collect::<Vec<_>>()
    };
    let cancels = asked(desk.app.update(Event::Key(Key::Enter)));
    assert!(
        matches!(cancels[..], [(_, Request::FlowCancel(_))]),
        "{}",
        desk.screen()
    );
    desk.world.talk.flow = FlowState::Failed {
        problem: Problem::new(Code::Conflict, "it was ended by alice", "begin again"),
    };
    desk.event(Event::Notice(vec![Topic::Flow(flow_id())]));
    assert!(
        !desk.screen().contains("ended by alice"),
        "{}",
        desk.screen()
    );
    for (number, it) in cancels {
        let came = desk.world.reply(&it);
        desk.event(Event::Reply(number, came));
    }
    assert!(desk.screen().contains("was given up"), "{}", desk.screen());
}

#[test]
fn a_key_is_masked_and_sent() {
    let mut desk = Desk::new(World::acme(), 120, 40);
    desk.press("2jjjjjjjjcpm-key-1");
    assert!(!desk.screen().contains("pm-key-1"));
    desk.press("<Enter>");
    assert_eq!(
        sent(&desk)[0].api_key.as_ref().unwrap().0.as_str(),
        "pm-key-1"
    );
}

#[test]
fn events_missed_are_asked_for_only_after_a_disconnect() {
    assert!(!reconnect(SMALL).screen().contains("Events missed"));
    let mut desk = Desk::new(World::acme(), 80, 24);
    desk.press("Gr");
    assert!(desk.screen().contains("Events missed"));
    desk.press("<Tab><Tab><Tab><Right>");
    assert!(desk.screen().contains("are pulled, too"));
    desk.press("<Tab><Tab><Enter>");
    assert!(sent(&desk)[0].fill_gap);
}

#[test]
fn nothing_is_sent_on_a_stale_link_and_agents_get_no_dialog() {
    let mut desk = reconnect(SMALL);
    desk.event(Event::LinkLost(at("2026-11-20T23:42:00Z")))
        .press("<Enter>");
    assert!(sent(&desk).is_empty());
    assert!(desk.screen().contains("Not sent"), "{}", desk.screen());
    let setting = Setting {
        role: Role::Agent,
        ..Setting::default()
    };
    let mut desk = Desk::with(World::acme(), setting);
    desk.press("jjr");
    assert_eq!(desk.app.place(), KeyPlace::Connections);
    desk.press("e");
    assert_eq!(desk.app.place(), KeyPlace::Connections);
}

#[test]
fn configuring_sends_what_was_changed_and_only_that() {
    let mut desk = Desk::new(World::acme(), 120, 40);
    let changes = |desk: &Desk| -> Vec<String> {
        let asked = desk.world.asked.iter().filter_map(|r| match r {
            Request::JobAct(rpc::JobAct {
                act: JobAction::Disable,
                ..
            }) => Some("off".to_owned()),
            Request::JobAct(rpc::JobAct { act, .. }) => Some(format!("{act:?}")),
            Request::Configure(rpc::Configure { new_name, .. }) => new_name.clone(),
            _ => None,
        });
        asked.collect()
    };
    desk.press("jje<BackTab><BackTab><Enter>");
    assert!(changes(&desk).is_empty(), "nothing was changed");
    desk.press("e-2<Tab><Space>");
    assert!(
        desk.screen()
            .contains("1 job is turned off; what runs is cancelled."),
        "{}",
        desk.screen()
    );
    desk.press("<Esc>");
    assert!(changes(&desk).is_empty(), "cancelled");
    desk.press("e-2<Tab><Space><BackTab><BackTab><BackTab><Enter>");
    assert_eq!(changes(&desk), ["off", "acme-bot-2"]);
    assert_eq!(desk.app.place(), KeyPlace::Connections);
}

#[test]
fn a_disconnected_connection_is_connected_again_from_its_row() {
    let mut desk = Desk::new(World::acme(), 120, 40);
    desk.press("Gr<Enter>");
    let last = desk.world.connections.last().unwrap();
    assert_eq!(last.status, Status::Revoked);
    assert_eq!(sent(&desk)[0].connection.as_deref(), Some(last.id.as_str()));
}

#[test]
fn nothing_panics_at_any_size() {
    for mut desk in [
        reconnect(LARGE),
        under(LARGE),
        other_account(LARGE),
        unregistered(LARGE),
    ] {
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

#[test]
fn a_code_is_typed_elsewhere_where_the_vendor_has_that() {
    let mut desk = reconnect(SMALL);
    desk.world.talk.flow = FlowState::Device {
        verification_uri: "https://github.com/login/device".into(),
        verification_uri_complete: None,
        user_code: "WDJB-MJHT".into(),
        expires_at: at("2026-11-20T23:51:00Z"),
    };
    assert!(
        desk.screen().contains("a code is typed there"),
        "{}",
        desk.screen()
    );
    desk.press("<Enter>");
    assert_eq!(sent(&desk)[0].flow, FlowKind::Remote);
    assert_snapshot!("device_small", desk.screen());
    desk.press("y");
    let copied = desk
        .effects
        .iter()
        .any(|it| matches!(it, Effect::Copy(text) if text == "https://github.com/login/device"));
    assert!(copied, "the link goes to the clipboard");
}

#[test]
fn no_code_is_offered_where_the_vendor_has_none() {
    let mut world = World::acme();
    world.talk.provider = |mut provider| {
        provider.device = false;
        provider
    };
    let mut desk = Desk::new(world, 80, 24);
    desk.press("jjr<Tab>");
    for _ in 0..3 {
        assert!(
            !desk.screen().contains("a code is typed"),
            "{}",
            desk.screen()
        );
        desk.press("<Right>");
    }
}

/// In the catalog, on its row and by `r`.
#[test]
fn what_was_disconnected_is_taken_up_again_the_same_way_from_everywhere() {
    for keys in ["2jjjjjjjc", "2jjjjjjjr", "Gr", "Gc"] {
        let mut desk = Desk::new(World::acme(), 120, 40);
        desk.press(keys);
        let screen = desk.screen();
        for said in [
            "Connect Linear acme again",
            "Sign in at Linear as acme.",
            "Another account is refused unless you accept it",
            "The same connection is taken up again: jobs, references and settings are there.",
            "Events since 18 Nov 10:04 (comments) are left out",
        ] {
            assert!(screen.contains(said), "{keys}: {said}\n{screen}");
        }
        desk.press("<Enter>");
        let last = desk.world.connections.last().unwrap();
        assert_eq!(sent(&desk)[0].connection.as_deref(), Some(last.id.as_str()));
    }
}

#[test]
fn a_new_connection_can_be_chosen_instead() {
    let mut desk = Desk::new(World::acme(), 120, 40);
    desk.press("2jjjjjjjc<Tab>");
    assert!(
        desk.screen().contains("> Connection     < acme >"),
        "{}",
        desk.screen()
    );
    desk.press("<Right>");
    let screen = desk.screen();
    assert!(
        screen.contains("a new one") && screen.contains("A new connection."),
        "{screen}"
    );
    assert!(!screen.contains("Sign in at Linear as"), "{screen}");
    desk.press("<BackTab><Enter>");
    assert_eq!(sent(&desk)[0].connection, None);
    desk.press("<Esc><Tab><Enter>c<Tab><Right><Right><BackTab><Enter>");
    assert!(sent(&desk)[1].connection.is_some());
}

#[test]
fn another_account_can_be_meant_before_the_browser_opens() {
    let mut desk = reconnect(LARGE);
    desk.press("<Tab><Right>");
    let screen = desk.screen();
    assert!(
        screen.contains("as acme-bot, or as any other account."),
        "{screen}"
    );
    assert!(screen.contains("is shown under the other"), "{screen}");
    desk.press("<BackTab><Enter>");
    assert!(sent(&desk)[0].accept_other_account);
}

/// Row N11.
#[test]
fn what_was_not_granted_is_named_with_its_role_and_another_account_can_be_tried() {
    let missing = |desk: &mut Desk| {
        desk.world.connections[2].scopes = vec!["repo".into()];
        desk.world.connections[2].scopes_missing = vec![MissingScope {
            scope: "read:org".into(),
            role: Some("an organisation owner".into()),
        }];
    };
    let mut desk = under(LARGE);
    missing(&mut desk);
    connected(&mut desk);
    let named = "read:org (usually granted by: an organisation owner)";
    assert!(desk.screen().contains(named), "{}", desk.screen());
    desk.press("<Tab><Enter>");
    assert!(
        desk.screen().contains("or as any other account."),
        "{}",
        desk.screen()
    );
    assert!(desk.screen().contains(named), "{}", desk.screen());
    desk.press("<Enter>");
    assert!(sent(&desk)[1].accept_other_account);

    let mut desk = Desk::new(World::acme(), 120, 40);
    missing(&mut desk);
    desk.press("jjr<Enter>");
    failed(
        &mut desk,
        Code::Failed,
        "connecting GitHub failed: it was refused",
        "start again",
    );
    assert!(desk.screen().contains(named), "{}", desk.screen());
    desk.press("<Tab><Enter><Enter>");
    assert!(sent(&desk)[1].accept_other_account);
}

#[test]
fn a_role_is_named_before_the_first_authorization_and_where_it_fails() {
    let mut desk = Desk::new(World::acme(), 120, 40);
    desk.press("2jjjjc");
    let role = "read:org (usually granted by: an organisation owner)";
    let before = desk.screen();
    assert!(before.contains("Takes a role"), "{before}");
    assert!(before.contains(role), "{before}");
    desk.press("<Enter>");
    failed(
        &mut desk,
        Code::Failed,
        "connecting Microsoft 365 failed: access_denied",
        "start again",
    );
    let screen = desk.screen();
    assert!(screen.contains("Takes a role"), "{screen}");
    assert!(!screen.contains("Try another account"), "{screen}");
}

#[test]
fn that_it_is_another_account_now_is_said_afterwards() {
    let mut desk = under(LARGE);
    desk.world.connections[2].account = Account {
        id: "9".into(),
        label: "eve".into(),
    };
    connected(&mut desk);
    let screen = desk.screen();
    assert!(screen.contains("It was acme-bot until now."), "{screen}");
}

#[test]
fn what_was_connected_is_no_failure_when_it_cannot_be_looked_at() {
    let mut desk = under(SMALL);
    // Somebody removed it at once.
    let connection = desk.world.connections.remove(2).id;
    moved(&mut desk, FlowState::Connected { connection });
    let screen = desk.screen();
    assert!(!screen.contains("Try again"), "{screen}");
    assert!(screen.contains("It is connected"), "{screen}");
}

#[test]
fn nothing_is_said_or_sent_of_a_connection_that_is_being_looked_up() {
    let mut desk = Desk::new(World::acme(), 120, 40);
    desk.press("2jjjjjjjc<Tab><Right>");
    assert!(desk.screen().contains("a new one"), "{}", desk.screen());
    // Turned back, and the server takes its time.
    let asked = desk.app.update(Event::Key(Key::Right));
    let screen = desk.screen();
    assert!(screen.contains("< acme >"), "{screen}");
    assert!(!screen.contains("A new connection."), "{screen}");
    desk.press("<BackTab><Enter>");
    assert!(sent(&desk).is_empty());
    assert!(desk.screen().contains("looked up"), "{}", desk.screen());
    desk.perform(asked);
    assert!(
        desk.screen().contains("Sign in at Linear as acme."),
        "{}",
        desk.screen()
    );
    desk.press("<Enter>");
    assert_eq!(sent(&desk).len(), 1);
}

#[test]
fn a_new_connection_stays_a_new_one_when_it_is_tried_again() {
    let mut desk = Desk::new(World::acme(), 120, 40);
    desk.press("2jjjjjjjc<Tab><Right><BackTab><Enter>");
    let hint = "Start again";
    failed(&mut desk, Code::Failed, "Linear refused", hint);
    desk.press("<Enter>");
    assert!(desk.screen().contains("a new one"), "{}", desk.screen());
    desk.press("<Enter>");
    assert_eq!(sent(&desk)[1].connection, None);
}

#[test]
fn another_account_of_what_was_just_connected_is_of_that_connection() {
    let mut desk = Desk::new(World::acme(), 120, 40);
    desk.press("2jjjjjjjc<Tab><Right><BackTab><Enter>");
    desk.world.connections[2].scopes_missing = vec![MissingScope {
        scope: "repo".to_owned(),
        role: None,
    }];
    connected(&mut desk);
    desk.press("<Tab><Enter>");
    let screen = desk.screen();
    assert!(!screen.contains("a new one"), "{screen}");
    desk.press("<Enter>");
    let last = sent(&desk)[1];
    let id = desk.world.connections[2].id.as_str();
    assert_eq!(last.connection.as_deref(), Some(id));
    assert!(last.accept_other_account);
}

#[test]
fn whose_key_is_to_be_given_is_what_is_meant() {
    let kinds = [
        (AuthKind::ApiKey, "key"),
        (AuthKind::AppInstall, "installation"),
    ];
    for (auth, what) in kinds {
        let mut world = World::acme();
        world.talk.provider = match auth {
            AuthKind::ApiKey => |mut provider| {
                provider.card.auth = AuthKind::ApiKey;
                provider
            },
            _ => |mut provider| {
                provider.card.auth = AuthKind::AppInstall;
                provider
            },
        };
        let mut desk = Desk::new(world, 120, 40);
        let screen = desk.press("jjr").screen();
        let said = format!("{what} of acme-bot.");
        assert!(screen.contains(&said), "{said}\n{screen}");
        let screen = desk.press("<Tab><Right>").screen();
        let said = format!("{what} of acme-bot, or of any other account.");
        assert!(screen.contains(&said), "{said}\n{screen}");
    }
}

/// The column at which the code of a link stands whole on the screen, with its quiet zone.
fn code_of(desk: &Desk, link: &str) -> Option<usize> {
    let code = SquareCode::of(link).unwrap();
    let screen = desk.screen();
    // The picture of a frame ends its lines with what is drawn last.
    let whole = |line: &str| format!("{line:<160}").chars().collect();
    let lines: Vec<Vec<char>> = screen.lines().map(whole).collect();
    QUIET.into_iter().find_map(|quiet| {
        let rows: Vec<Vec<char>> = code
            .rows(quiet)
            .iter()
            .map(|it| it.chars().collect())
            .collect();
        let is_at = |top: usize, left: usize| {
            rows.iter().enumerate().all(|(y, row)| {
                let line = lines.get(top + y);
                let seen = line.and_then(|line| line.get(left..left + row.len()));
                seen == Some(row.as_slice())
            })
        };
        let places = (0..lines.len()).flat_map(|top| (0..120).map(move |left| (top, left)));
        let mut places = places.filter(|(top, left)| is_at(*top, *left));
        places.next().map(|(_, left)| left)
    })
}

fn with_a_link(mut desk: Desk, complete: Option<&str>) -> Desk {
    desk.world.talk.flow = FlowState::Device {
        verification_uri: "https://github.com/login/device".into(),
        verification_uri_complete: complete.map(Into::into),
        user_code: "WDJB-MJHT".into(),
        expires_at: at("2026-11-20T23:51:00Z"),
    };
    desk.press("<Enter>");
    desk
}

#[test]
fn a_device_link_is_shown_to_a_camera_where_there_is_room() {
    let complete = "https://github.com/login/device?user_code=WDJB-MJHT";
    for size in [SMALL, (120, 40), (160, 50)] {
        let short = with_a_link(reconnect(size), None);
        let left = code_of(&short, "https://github.com/login/device");
        assert!(left > Some(36), "{size:?} {}", short.screen());
        assert!(short.screen().contains("W D J B - M J H T"));
        let long = with_a_link(reconnect(size), Some(complete));
        assert!(
            code_of(&long, complete).is_some(),
            "{size:?} {}",
            long.screen()
        );
        assert!(long.screen().contains("23:51:00"), "the words are whole");
    }
    let tiny = with_a_link(reconnect((80, 16)), Some(complete));
    assert_eq!(code_of(&tiny, complete), None);
    assert!(tiny.screen().contains("https://github.com/login/device"));
}

/// What is left to do at a vendor is done in a browser, which may be a phone's.
#[test]
fn a_follow_up_link_is_shown_to_a_camera_where_there_is_room() {
    let mut desk = Desk::new(World::acme(), 120, 40);
    let screen = desk.press("7").screen();
    let link = screen
        .split_whitespace()
        .find(|it| it.starts_with("https://"));
    let link = link.unwrap().to_owned();
    assert!(code_of(&desk, &link).is_some(), "{screen}");
    let mut ascii = Desk::ascii(World::acme());
    assert!(!ascii.press("7").screen().contains(['▀', '▄', '█']));
}
