//! Lists as a person wants them: in another order, and with the columns that are wanted.

use insta::assert_snapshot;
use tagout::console::effect::Effect;
use tagout::console::event::Event;
use tagout::domain::filter::FilterField;
use tagout::domain::sorting::{SortBy, SortValue};
use tagout::wire::Topic;
use tagout::wire::request::{Request, Sort, Window};
use tagout::wire::rpc;

use super::desk::Desk;
use super::world::World;

const SMALL: (u16, u16) = (80, 24);

fn desk() -> Desk {
    Desk::new(World::acme(), 120, 40)
}

/// How the jobs were asked for last.
fn asked(desk: &Desk) -> Window {
    let jobs = desk.world.asked.iter().rev().find_map(|asked| match asked {
        Request::Jobs(rpc::Jobs { window, .. }) => Some(window.clone()),
        _ => None,
    });
    jobs.unwrap()
}

fn by(by: impl Into<SortBy>, descending: bool) -> Option<Sort> {
    Some(Sort {
        by: by.into(),
        descending,
    })
}

/// The line with the titles.
fn titles(desk: &Desk) -> String {
    desk.screen().lines().nth(3).unwrap().to_owned()
}

#[test]
fn columns_small() {
    let mut desk = Desk::new(World::acme(), SMALL.0, SMALL.1);
    assert_snapshot!(desk.press("3O<Enter>jj-j").screen());
}

#[test]
fn sorted_small() {
    let mut desk = Desk::new(World::acme(), SMALL.0, SMALL.1);
    assert_snapshot!(desk.press("Oj<Enter><Enter><Esc>").screen());
}

#[test]
fn a_column_sorts_and_again_the_other_way_and_again_as_it_was() {
    let mut desk = desk();
    desk.press("3O<Enter>");
    assert_eq!(asked(&desk).sort, by(FilterField::Provider, false));
    assert!(
        titles(desk.press("<Esc>")).contains("JOB ↑"),
        "{}",
        titles(&desk)
    );
    desk.press("O<Enter>");
    assert_eq!(asked(&desk).sort, by(FilterField::Provider, true));
    assert!(titles(desk.press("<Esc>")).contains("JOB ↓"));
    desk.press("Oj<Enter>");
    assert_eq!(asked(&desk).sort, by(FilterField::Connection, false));
    desk.press("<Enter><Enter><Esc>");
    assert_eq!(asked(&desk).sort, None);
    assert!(!titles(&desk).contains('↑'));
}

#[test]
fn what_cannot_be_sorted_by_says_so_and_asks_for_nothing() {
    let mut desk = desk();
    desk.press("3Ojjj");
    desk.world.asked.clear();
    assert!(
        desk.press("<Enter>")
            .screen()
            .contains("cannot be sorted by it")
    );
    assert!(desk.world.asked.is_empty());
}

#[test]
fn a_column_is_hidden_and_shown_again_and_what_names_the_row_stays() {
    let mut desk = desk();
    desk.press("3Ojj-<Esc>");
    assert!(!titles(&desk).contains("STATE"), "{}", titles(&desk));
    desk.press("E<Enter>");
    assert!(desk.paper.text.starts_with(r#""JOB","OF","PROGRESS""#));
    desk.press("Ojj+<Esc>");
    assert!(titles(&desk).contains("STATE"));
    assert!(desk.press("O-").screen().contains("and stays"));
    assert!(titles(desk.press("<Esc>")).contains("JOB"));
}

#[test]
fn the_first_screen_has_titles_while_it_is_sorted() {
    let mut desk = desk();
    assert!(!titles(&desk).contains("PROVIDER"));
    desk.press("O<Enter><Esc>");
    assert!(titles(&desk).contains("PROVIDER ↑"));
    let mut ascii = Desk::ascii(World::acme());
    ascii.press("O<Enter><Enter><Esc>");
    assert!(titles(&ascii).contains("PROVIDER v"));
}

#[test]
fn a_list_is_asked_for_again_once_it_was_answered_and_another_order_or_filter_at_once() {
    let mut desk = desk();
    desk.press("3");
    asked_again_once_answered(&mut desk);
    desk.press("O<Enter><Esc>");
    asked_again_once_answered(&mut desk);
    desk.press("O<Enter><Esc>");
    assert_eq!(asked(&desk).sort, by(FilterField::Provider, true));
    desk.press("/acme");
    assert_eq!(asked(&desk).filter, "acme");
}

/// A notice that comes while an answer is awaited starts nothing: what is under way would begin anew with each.
fn asked_again_once_answered(desk: &mut Desk) {
    let lists = |effects: Vec<Effect>| -> Vec<(u64, Box<Request>)> {
        let asked = effects.into_iter().filter_map(|effect| match effect {
            Effect::Ask(number, request) => Some((number, request)),
            _ => None,
        });
        asked
            .filter(|(_, request)| matches!(**request, Request::Jobs(_)))
            .collect()
    };
    let changed = || Event::Notice(vec![Topic::Jobs]);
    let first = lists(desk.app.update(changed()));
    let [(number, request)] = &first[..] else {
        panic!("{first:?}")
    };
    assert!(lists(desk.app.update(changed())).is_empty());
    let reply = desk.world.reply(request);
    let again = lists(desk.app.update(Event::Reply(*number, reply)));
    assert_eq!(again.len(), 1);
}

#[test]
fn the_order_goes_into_an_export() {
    let mut desk = desk();
    desk.press("3O<Enter><Esc>E<Enter>");
    assert_eq!(asked(&desk).sort, by(FilterField::Provider, false));
    assert!(desk.paper.is_whole);
}

#[test]
fn an_arrangement_is_kept_for_each_person_and_screen() {
    let mut desk = desk();
    desk.press("3O<Enter>jj-<Esc>1iO<Enter><Esc><Esc>");
    let saved = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::SaveView(view) => Some(view.clone()),
        _ => None,
    });
    let mut world = World::acme();
    world.view = saved;
    let mut next = Desk::new(world, 120, 40);
    next.press("3");
    assert!(titles(&next).contains("JOB ↑") && !titles(&next).contains("STATE"));
    next.press("1i");
    let records = next.world.asked.iter().rev().find_map(|asked| match asked {
        Request::Records(rpc::Records { window, .. }) => Some(window.sort),
        _ => None,
    });
    assert_eq!(records, Some(by(FilterField::Label, false)));
    assert!(!titles(next.press("<Esc>2")).contains('↑'));
}

/// What a screen asked for last of a windowed list, by its order.
fn sort_asked(desk: &Desk) -> Option<Sort> {
    let sorts = desk.world.asked.iter().rev().find_map(|asked| match asked {
        Request::Connections(rpc::Connections(window))
        | Request::Providers(rpc::Providers(window))
        | Request::Runs(rpc::Runs(window))
        | Request::Jobs(rpc::Jobs { window, .. })
        | Request::Audit(rpc::Audit { window })
        | Request::FollowUps(rpc::FollowUps { window, .. })
        | Request::Executions(rpc::Executions { window, .. }) => Some(window.sort),
        _ => None,
    });
    sorts.unwrap()
}

/// Numbers and times are sorted as such, by the server, which knows all of them.
#[test]
fn figures_and_times_are_sorted_by_their_value() {
    for (keys, by) in [
        ("1Ojjjjj", SortValue::References),
        ("2Ojj", SortValue::Connections),
        ("2Ojjjj", SortValue::Kind),
        ("3Ojjjj", SortValue::Items),
        ("3Ojjjjjjj", SortValue::Next),
        ("4O", SortValue::Time),
        ("4Ojjj", SortValue::Proven),
        ("5Oj", SortValue::Time),
        (":follow<Enter>Ojj", SortValue::Time),
        ("3<Enter>Oj", SortValue::Took),
    ] {
        let mut desk = desk();
        desk.press(keys);
        desk.press("<Enter>");
        assert_eq!(
            sort_asked(&desk).map(|it| (it.by, it.descending)),
            Some((by.into(), false)),
            "{keys}: {}",
            desk.screen()
        );
        assert!(desk.screen().contains("rising") || desk.screen().contains("A to Z"));
    }
}

/// A list that is here whole is sorted here, by any of its columns, in the list and in its export.
#[test]
fn a_whole_list_is_sorted_by_any_column() {
    let mut desk = desk();
    desk.press(":users<Enter>");
    let names = |desk: &mut Desk| -> Vec<String> {
        desk.press("E<Enter>");
        // The paper holds what was written before, too.
        let (_, last) = desk.paper.text.rsplit_once("\"NAME\"").unwrap();
        let lines = last.lines().skip(1);
        lines
            .map(|it| it.split(',').next().unwrap().to_owned())
            .collect()
    };
    let own = names(&mut desk);
    let mut sorted = own.clone();
    sorted.sort_by_key(|it| it.to_lowercase());
    desk.press("O<Enter><Esc>");
    assert_eq!(names(&mut desk), sorted);
    sorted.reverse();
    desk.press("O<Enter><Esc>");
    assert_eq!(names(&mut desk), sorted);
    assert!(desk.screen().contains("NAME ↓"), "{}", desk.screen());
    desk.press("O<Enter><Esc>");
    assert_eq!(names(&mut desk), own);
}

/// Each column of figures has its worth: sorted by it, every row that says something stands before those that do not.
#[test]
fn each_column_of_a_whole_list_sorts() {
    for list in ["webhooks", "subscriptions", "flows", "dependents", "users"] {
        let columns = {
            let mut desk = desk();
            let screen = desk.press(&format!(":{list}<Enter>O")).screen();
            assert!(!screen.contains("not sorted by"), "{list}");
            screen.matches("[x]").count()
        };
        for down in 0..columns {
            let mut desk = desk();
            desk.press(&format!(":{list}<Enter>O{}<Enter>", "j".repeat(down)));
            let screen = desk.screen();
            assert!(
                screen.contains("↑ A to Z") || screen.contains("↑ rising"),
                "{list} {down}: {screen}"
            );
        }
    }
}
