//! `?`: what the row says comes first, nothing is cut, and everything can be filtered.

use insta::assert_snapshot;
use tagout::console::command::KeyPlace;
use tagout::domain::health::Cause;

use super::desk::Desk;
use super::world::World;

fn desk(keys: &str, width: u16) -> Desk {
    let mut desk = Desk::new(World::acme(), width, 24);
    desk.press(keys);
    desk
}

#[test]
fn a_badge_is_explained_before_the_keys_small() {
    assert_snapshot!(desk("?", 80).screen());
}

/// It is down, too, which would send its reader to the provider's status page.
#[test]
fn a_refused_grant_has_one_advice() {
    let advice = |cause: Cause| {
        let mut world = World::acme();
        world.connections[0].health_causes = vec![cause];
        let mut desk = Desk::new(world, 80, 40);
        desk.press("?").screen().contains("status page")
    };
    let why = "token refused at 23:29".to_owned();
    assert!(advice(Cause::Trouble { why: why.clone() }));
    assert!(!advice(Cause::Refused { why }));
}

#[test]
fn an_outcome_is_explained_before_the_keys_wide() {
    assert_snapshot!(desk("4j<Enter>j?", 160).screen());
}

#[test]
fn help_is_filtered_by_its_words_small() {
    let mut desk = desk("?/token end", 80);
    assert_snapshot!(desk.screen());
    desk.press("<Enter><Esc>");
    assert_eq!(desk.app.place(), KeyPlace::Help, "Esc takes the filter off");
    assert_eq!(desk.press("<Esc>").app.place(), KeyPlace::Connections);
}

#[test]
fn the_log_and_the_keys_lead_to_each_other() {
    assert_eq!(desk("?:log<Enter>", 80).app.place(), KeyPlace::Log);
    let mut log = desk(":log<Enter>", 80);
    assert_eq!(log.app.place(), KeyPlace::Log);
    assert_eq!(log.press("?").app.place(), KeyPlace::Help);
    assert_eq!(log.press("?<Esc>").app.place(), KeyPlace::Log);
}

#[test]
fn what_a_filter_does_not_find_is_said() {
    let desk = desk("?/xyzzy", 80);
    assert!(desk.screen().contains("No key and no word here"));
}

/// Whatever has a badge, an outcome or a state explains it, and the page ends where its last line is in sight.
#[test]
fn every_place_with_a_word_explains_it_first() {
    let places = [
        ("1?", "badge"),
        ("<Enter>?", "badge"),
        ("2?", "badge"),
        ("3?", "job"),
        ("3<Enter>?", "execution"),
        ("1f?", "reference"),
        ("4?", "run"),
        ("4j<Enter>?", "outcome"),
        ("6?", "token"),
    ];
    for (keys, kind) in places {
        let screen = desk(keys, 120).screen();
        let first = screen.lines().nth(3).unwrap_or_default();
        assert!(first.contains("What this says"), "{keys}: {screen}");
        let word = screen.lines().nth(4).unwrap_or_default();
        assert!(word.ends_with(kind), "{keys}: {word}");
    }
    let mut desk = desk("?G", 80);
    let end = desk.screen();
    assert_eq!(desk.press("jj").screen(), end);
    assert_ne!(
        desk.press("k").screen(),
        end,
        "one key leads up from the end"
    );
}

/// Keys that are wider than their column push the words on, and do not cut them.
#[test]
fn words_beside_wide_keys_are_whole() {
    let screen = desk("?/previous", 40).screen();
    let words: String = screen.split_whitespace().collect();
    assert!(words.contains("Totheprevioustab."), "{screen}");
}

#[test]
fn no_line_of_help_is_cut_at_any_width() {
    for width in [40, 60, 80, 120, 160] {
        let mut desk = desk("?", width);
        for _ in 0..40 {
            let screen = desk.screen();
            let mut body = screen.lines().skip(3).take(19);
            assert!(!body.any(|line| line.contains('…')), "{screen}");
            desk.press("<PgDn>");
        }
    }
}
