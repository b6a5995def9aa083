//! Held tokens above what is exposed: each with its next try, given up with a reason and by name.

use insta::assert_snapshot;
use tagout::console::command::KeyPlace;
use tagout::domain::credential::TokenKind;
use tagout::domain::id::{HoldId, RunId};
use tagout::wire::request::Request;
use tagout::wire::rpc;
use tagout::wire::view::Hold;

use super::desk::Desk;
use super::world::{World, at, ulid};

fn world() -> World {
    let mut world = World::acme();
    let of = &world.connections[1];
    let hold = |n: u128, kind, tries| Hold {
        id: HoldId::new(ulid(n)),
        connection: of.id.clone(),
        connection_name: of.name.clone(),
        provider_name: of.provider_name.clone(),
        run: RunId::new(ulid(90)),
        kind,
        fingerprint: "9f2c41d07e5ab3639f2c41d07e5ab363".into(),
        retries: vec!["POST https://login.salesforce.com/services/oauth2/revoke".into()],
        opened_at: at("2026-11-20T22:10:00Z"),
        tries,
        next_try: Some(at("2026-11-20T23:55:12Z")),
        expires_at: None,
        last: "status 503".into(),
        narrowed: None,
        ended: None,
        refused: None,
    };
    world.holds = vec![
        hold(1, TokenKind::Refresh, 7),
        hold(2, TokenKind::Access, 6),
    ];
    world
}

fn given_up(desk: &Desk) -> Option<(&HoldId, &str)> {
    desk.world.asked.iter().find_map(|it| match it {
        Request::HoldDrop(rpc::HoldDrop { id, note }) => Some((id, note.as_str())),
        _ => None,
    })
}

#[test]
fn holds_small() {
    assert_snapshot!(Desk::new(world(), 80, 24).press("6").screen());
}

#[test]
fn holds_wide() {
    assert_snapshot!(Desk::new(world(), 160, 40).press("6j").screen());
}

#[test]
fn giving_up_wants_a_reason_and_the_name() {
    let mut desk = Desk::new(world(), 80, 24);
    let name = desk.world.connections[1].name.clone();
    desk.press("6jx<Enter>");
    assert_eq!(
        desk.app.place(),
        KeyPlace::Exposure,
        "no reason, no question"
    );
    desk.press("xthe account was closed<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Confirm);
    desk.press("<Tab><Tab><Enter>");
    assert_eq!(given_up(&desk), None, "the name is not typed");
    assert_snapshot!("giving_up_small", desk.screen());
    desk.press(&format!("{name}<Tab><Enter>"));
    let id = HoldId::new(ulid(2));
    assert_eq!(given_up(&desk), Some((&id, "the account was closed")));
}

#[test]
fn the_cursor_goes_from_the_holds_into_the_list_and_back() {
    let mut desk = Desk::new(world(), 120, 40);
    desk.press("6");
    let on = |desk: &Desk| {
        let screen = desk.screen();
        let line = screen.lines().find(|line| line.starts_with('>'));
        line.map(str::to_owned).unwrap()
    };
    assert!(on(&desk).contains("refresh"), "{}", on(&desk));
    desk.press("j");
    assert!(on(&desk).contains("access"), "{}", on(&desk));
    desk.press("j");
    assert!(!on(&desk).contains("9f2c41d0"), "{}", on(&desk));
    desk.press("k");
    assert!(on(&desk).contains("access"), "{}", on(&desk));
    desk.world.holds.clear();
    desk.press("46");
    assert!(!on(&desk).contains("9f2c41d0"), "{}", on(&desk));
}

#[test]
fn holds_that_are_not_in_sight_are_reached_by_the_cursor() {
    let mut world = world();
    let first = world.holds[0].clone();
    world.holds = (1..=9)
        .map(|n| Hold {
            id: HoldId::new(ulid(n)),
            tries: 100 + n as u32,
            ..first.clone()
        })
        .collect();
    let mut desk = Desk::new(world, 80, 24);
    let screen = desk.press("6").screen();
    assert!(screen.contains("3 more below"), "{screen}");
    assert!(
        screen.contains(" 106 ") && !screen.contains(" 107 "),
        "{screen}"
    );
    let screen = desk.press("jjjjjj").screen();
    assert!(screen.contains("1 more above, 2 below"), "{screen}");
    let screen = desk.press("jj").screen();
    assert!(screen.contains("3 more above"), "{screen}");
    assert!(
        screen.contains(" 109 ") && !screen.contains(" 103 "),
        "{screen}"
    );
    let name = desk.world.connections[1].name.clone();
    desk.press(&format!("xclosed<Enter>{name}<Tab><Enter>"));
    assert_eq!(given_up(&desk), Some((&HoldId::new(ulid(9)), "closed")));
    // Below the last is the list of runs.
    desk.press("j<Enter>");
    assert_eq!(desk.app.place(), KeyPlace::Run);
}
