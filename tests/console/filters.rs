//! Filters that are had again: the latest ones, and those with a name.

use tagout::console::effect::Effect;
use tagout::wire::request::Request;
use tagout::wire::rpc;

use super::desk::Desk;
use super::world::World;

fn desk() -> Desk {
    Desk::new(World::acme(), 120, 40)
}

/// By what the runs were filtered last.
fn filter(desk: &Desk) -> String {
    let runs = desk.world.asked.iter().rev().find_map(|asked| match asked {
        Request::Runs(rpc::Runs(window)) => Some(window.filter.clone()),
        _ => None,
    });
    runs.unwrap()
}

fn next(desk: &Desk) -> Desk {
    let mut world = World::acme();
    world.view = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::SaveView(view) => Some(view.clone()),
        _ => None,
    });
    Desk::new(world, 120, 40)
}

#[test]
fn up_brings_the_filters_of_this_screen_back_the_latest_first() {
    let mut desk = desk();
    desk.press("4/post<Enter><Esc>/git<Enter><Esc>1/hub<Enter><Esc>4");
    desk.press("/by:<Up>");
    assert_eq!(filter(&desk), "git");
    assert_eq!(filter(desk.press("<Up>")), "post");
    assert_eq!(
        filter(desk.press("<Up>")),
        "post",
        "there is none before it"
    );
    assert_eq!(filter(desk.press("<Down>")), "git");
    assert_eq!(filter(desk.press("<Down>")), "by:", "what had been typed");
    assert_eq!(filter(desk.press("<Up><Enter>")), "git");
    let mut next = next(&desk);
    assert_eq!(filter(next.press("4<Esc>/<Up>")), "git");
}

#[test]
fn what_was_taken_back_was_not_used() {
    let mut desk = desk();
    desk.press("4/post<Esc>/<Up>");
    assert_eq!(filter(&desk), "");
}

#[test]
fn a_filter_with_a_name_is_had_again_by_it() {
    let mut desk = desk();
    desk.press("4/post by:alice<Enter>Nmine<Enter>");
    assert!(desk.screen().contains("@mine"), "{}", desk.screen());
    let mut next = next(&desk);
    next.press("4<Esc>/@mi<Tab>");
    assert_eq!(filter(&next), "post by:alice");
    assert_eq!(filter(next.press(" not:x<Enter>")), "post by:alice not:x");
    let mut elsewhere = desk;
    elsewhere.press("4<Esc>1/@mine<Enter>");
    let asked = elsewhere
        .world
        .asked
        .iter()
        .rev()
        .find_map(|asked| match asked {
            Request::Connections(rpc::Connections(window)) => Some(window.filter.clone()),
            _ => None,
        });
    assert_eq!(asked.as_deref(), Some("@mine"), "names belong to a screen");
}

#[test]
fn a_name_is_changed_and_taken_away_where_it_was_given() {
    let mut desk = desk();
    desk.press("4/post<Enter>Nmine<Enter>N");
    assert!(desk.screen().contains("Name: mine"), "{}", desk.screen());
    desk.press(&"<Backspace>".repeat(4))
        .press("<Enter><Esc>/@mine<Enter>");
    assert_eq!(filter(&desk), "@mine");
    assert!(desk.press("<Esc>N").screen().contains("no filter to name"));
}

/// Where the filter leaves no row, a key that needs one says so.
#[test]
fn what_needs_a_row_says_so_where_there_is_none() {
    for tab in ["1", "2", "3", "4", "5", "6", "7"] {
        let mut desk = Desk::new(World::acme(), 120, 40);
        desk.press(tab);
        desk.press("/xyzzy<Enter>");
        for key in ["y", "<Enter>"] {
            let screen = desk.press(key).screen();
            assert!(screen.contains("selected."), "{tab} {key}: {screen}");
        }
    }
    let mut desk = Desk::new(World::acme(), 120, 40);
    desk.press("/xyzzy<Enter>");
    for key in ["i", "f", "o"] {
        let screen = desk.press(key).screen();
        assert!(
            screen.contains("no connection is selected."),
            "{key}: {screen}"
        );
    }
}
