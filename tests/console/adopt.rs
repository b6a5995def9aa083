//! Taking over what another tool was given: whose it is comes before anything is kept, and no token is ever on screen.

use insta::assert_snapshot;
use tagout::console::command::KeyPlace;
use tagout::console::effect::Effect;
use tagout::console::event::{Event, Key};
use tagout::domain::connection::Account;
use tagout::wire::request::{FlowKind, Request};
use tagout::wire::rpc::Adopt;
use tagout::wire::view::FlowState;
use tagout::wire::{Code, Problem, Topic};

use super::desk::Desk;
use super::talk::flow_id;
use super::world::World;

const TOKEN: &str = "rt-3f9a-secret";

/// The dialog at GitHub, in front of its first field.
fn desk(width: u16) -> Desk {
    let mut desk = Desk::new(World::acme(), width, 24);
    desk.press("2/github<Enter>t");
    desk
}

fn confirm(is_rotating: bool) -> FlowState {
    FlowState::Confirm {
        account: Account {
            id: "48003".into(),
            label: "acme-bot".into(),
        },
        is_traded_in: false,
        is_rotating,
    }
}

/// The token is pasted and handed over; the vendor says whose it is.
fn confirming(width: u16) -> Desk {
    let mut desk = desk(width);
    desk.world.talk.flow = confirm(true);
    desk.event(Event::Paste(TOKEN.into()));
    desk.press("<Enter><Tab><Tab><Enter>");
    desk
}

fn adopted(desk: &Desk) -> Vec<&Adopt> {
    let asked = desk.world.asked.iter().filter_map(|it| match it {
        Request::Adopt(asked) => Some(asked),
        _ => None,
    });
    asked.collect()
}

fn confirms(desk: &Desk) -> usize {
    let asked = desk.world.asked.iter();
    asked
        .filter(|it| matches!(it, Request::FlowConfirm(_)))
        .count()
}

#[test]
fn filling_in_small() {
    let mut desk = desk(80);
    desk.event(Event::Paste(TOKEN.into()));
    desk.press("<Tab>at<Tab>acme");
    assert_snapshot!(desk.screen());
}

#[test]
fn a_token_that_was_refused_is_not_typed_again() {
    let mut desk = desk(120);
    let problem = Problem::new(Code::Failed, "the disk is full", "free some space");
    desk.world.talk.refusal = Some(problem);
    desk.event(Event::Paste(TOKEN.into()));
    let screen = desk.press("<Enter><Tab><Tab><Enter>").screen();
    assert!(screen.contains("the disk is full"), "{screen}");
    assert!(!screen.contains(TOKEN), "{screen}");
    desk.press("<Enter><Enter><Tab><Tab><Enter>");
    let tokens = adopted(&desk);
    let tokens: Vec<_> = tokens
        .iter()
        .map(|it| it.refresh_token.0.as_str())
        .collect();
    assert_eq!(tokens, [TOKEN; 2]);
}

#[test]
fn whose_it_is_small() {
    assert_snapshot!(confirming(80).screen());
}

#[test]
fn whose_it_is_wide() {
    assert_snapshot!(confirming(160).screen());
}

#[test]
fn giving_up_small() {
    assert_snapshot!(confirming(80).press("<Esc>").screen());
}

#[test]
fn the_request_is_the_verbs_and_nothing_is_kept_before_a_yes() {
    let mut desk = confirming(120);
    let asked = adopted(&desk);
    let [asked] = asked.as_slice() else {
        panic!("asked {} times", asked.len())
    };
    assert_eq!(asked.connect.flow, FlowKind::Adopt);
    assert_eq!(asked.refresh_token.0.as_str(), TOKEN);
    assert!(asked.access_token.is_none() && asked.account.is_none() && !asked.any_account);
    assert_eq!(confirms(&desk), 0);
    let screen = desk.screen();
    assert!(screen.contains("GitHub says that this is acme-bot (48003)."));
    assert!(screen.contains("Stop the tool that it came from"));
    // Enter on what has the focus is no yes.
    desk.press("<Enter>");
    assert_eq!(confirms(&desk), 0);
    desk.press("<Esc><Tab>");
    let connection = desk.world.connections[2].id.clone();
    desk.world.talk.flow = FlowState::Connected { connection };
    desk.press("<Enter>");
    assert_eq!(confirms(&desk), 1);
    assert_eq!(desk.app.place(), KeyPlace::Connection);
    assert!(desk.screen().contains("Taken over at GitHub."));
}

#[test]
fn no_token_is_ever_on_screen_or_kept() {
    let mut desk = desk(120);
    for c in TOKEN.chars() {
        desk.press(&c.to_string());
        assert!(desk.app.hides());
        assert!(!desk.screen().contains("rt-"));
    }
    desk.press("<Tab>");
    desk.event(Event::Paste("access-token".into()));
    assert!(!desk.screen().contains("access-token"));
    desk.world.talk.flow = FlowState::Failed {
        problem: Problem::new(Code::Failed, "GitHub refused: invalid_grant", "ask again"),
    };
    desk.press("<Tab><Tab><Enter>");
    assert!(desk.screen().contains("invalid_grant"));
    desk.press("<Enter>");
    let screen = desk.screen();
    assert!(!screen.contains("●●"), "what was typed is gone: {screen}");
    let views = desk.effects.iter().filter_map(|it| match it {
        Effect::SaveView(view) => Some(view.as_str()),
        _ => None,
    });
    assert!(views.into_iter().all(|view| !view.contains("rt-3f9a")));
    assert!(!format!("{:?}", adopted(&desk)).contains(TOKEN));
}

#[test]
fn a_named_account_is_kept_without_a_question_and_a_flow_that_ends_says_why() {
    let mut named = desk(120);
    let connection = named.world.connections[2].id.clone();
    named.world.talk.flow = FlowState::Connected { connection };
    named.event(Event::Paste(TOKEN.into()));
    named.press("<Tab><Tab>acme-bot<Enter><Enter>");
    assert_eq!(adopted(&named)[0].account.as_deref(), Some("acme-bot"));
    assert_eq!(named.app.place(), KeyPlace::Connection);

    let mut ended = confirming(120);
    ended.world.talk.flow = FlowState::Failed {
        problem: Problem::new(Code::Failed, "nobody confirmed it in time", "begin anew"),
    };
    ended.event(Event::Notice(vec![Topic::Flow(flow_id())]));
    assert!(ended.screen().contains("nobody confirmed it in time"));
}

#[test]
fn giving_up_tells_the_server() {
    let mut desk = confirming(120);
    desk.press("<Esc><Tab><Enter>");
    let cancelled = |it: &Request| matches!(it, Request::FlowCancel(_));
    assert!(desk.world.asked.iter().any(cancelled));
    assert_eq!(desk.app.place(), KeyPlace::Catalog);
}

/// It was kept before the server heard that it is given up: what became of it is said, and not the contrary.
#[test]
fn what_was_kept_before_it_was_given_up_is_opened() {
    let mut desk = confirming(120);
    desk.press("<Esc><Tab>");
    let connection = desk.world.connections[2].id.clone();
    desk.world.talk.flow = FlowState::Connected { connection };
    desk.world.talk.refusal = Some(Problem::new(
        Code::Conflict,
        "it does not wait for an answer any more",
        "look at how it ended",
    ));
    desk.press("<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Connection);
    let screen = desk.screen();
    assert!(screen.contains("Taken over at GitHub."), "{screen}");
    assert!(!screen.contains("nothing was kept"), "{screen}");
}

/// The dialog is left while its request is on its way: what it begins is ended as soon as it can be named.
#[test]
fn escape_in_flight_ends_what_was_asked_for() {
    let mut desk = desk(120);
    desk.world.talk.flow = confirm(true);
    desk.event(Event::Paste(TOKEN.into()));
    desk.press("<Enter><Tab><Tab>");
    let asked = desk.app.update(Event::Key(Key::Enter));
    desk.app.painted();
    desk.press("<Esc>");
    assert_eq!(desk.app.place(), KeyPlace::Adopt);
    assert!(desk.screen().contains("as soon as the server has answered"));
    desk.perform(asked);
    let cancelled = |it: &Request| matches!(it, Request::FlowCancel(_));
    assert!(desk.world.asked.iter().any(cancelled));
    assert_eq!(desk.app.place(), KeyPlace::Catalog);
    assert!(desk.screen().contains("nothing was kept"));
}

#[test]
fn without_a_token_or_an_app_nothing_is_sent() {
    let mut empty = desk(120);
    empty.press("<Tab><Tab><Tab><Enter>");
    assert!(adopted(&empty).is_empty());
    assert!(empty.screen().contains("The refresh token is missing."));
    let mut key = Desk::new(World::acme(), 120, 40);
    key.press("2/postmark<Enter>t");
    assert_eq!(key.app.place(), KeyPlace::Catalog);
    assert!(key.screen().contains("it takes a key"));
}
