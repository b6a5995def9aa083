//! A list goes into a file: all of it, once, and nothing else.

use serde_json::Value;
use tagout::console::effect::Effect;
use tagout::console::event::{Event, Key};
use tagout::console::export::Writing;
use tagout::domain::audit::AuditOutcome;
use tagout::wire::request::{MAX_ROWS, Request};
use tagout::wire::{Code, Problem};

use super::desk::Desk;
use super::world::{World, at, entry};

fn desk(world: World) -> Desk {
    let mut desk = Desk::new(world, 120, 40);
    desk.app.set_now(at("2026-11-20T14:05:09Z"));
    desk
}

fn lines(desk: &Desk) -> Vec<&str> {
    assert!(desk.paper.is_whole);
    desk.paper.text.lines().collect()
}

#[test]
fn the_list_in_sight_goes_into_a_file_that_was_not_there() {
    let mut desk = desk(World::acme());
    desk.press("E<Enter>");
    assert_eq!(desk.paper.name, "connections-2026-11-20-140509.csv");
    let there = desk.world.connections.len();
    let lines = lines(&desk);
    assert_eq!(lines.len(), there + 1);
    assert_eq!(
        lines[0],
        r#""PROVIDER","CONNECTION","STATE","LAST WORDS","OWNER","REFERENCES""#
    );
    let github = r#""GitHub","acme-bot","Connected","synced 2026-"#;
    assert!(
        lines.iter().any(|line| line.starts_with(github)),
        "{lines:#?}"
    );
    let said = format!("{there} rows went to connections-2026-11-20-140509.csv.");
    assert!(desk.screen().contains(&said), "{}", desk.screen());
}

#[test]
fn every_list_screen_can_be_exported() {
    for (keys, title) in [
        ("", "CONNECTION"),
        ("2", "PROVIDER"),
        ("3", "STATE"),
        ("3<Enter>", "BEGAN"),
        ("4", "PROVEN"),
        ("5", "OUTCOME"),
        ("6", "MAY LIVE"),
        ("7", "WHAT TO DO"),
        ("i", "LABEL"),
        ("f", "LOCAL"),
    ] {
        let mut desk = desk(World::acme());
        desk.press(keys).press("E<Enter>");
        assert!(
            lines(&desk)[0].contains(title),
            "{keys}: {:?}",
            lines(&desk)
        );
    }
}

#[test]
fn only_what_fits_the_filter_and_is_shown_goes() {
    let mut filtered = desk(World::acme());
    filtered.press("/slack<Enter>E<Enter>");
    let rows = lines(&filtered);
    assert!(rows.len() > 1 && rows.iter().skip(1).all(|row| row.contains("Slack")));
    let mut exposed = desk(World::acme());
    exposed.press("6E<Enter>");
    assert!(lines(&exposed).len() <= exposed.world.runs.len());
}

#[test]
fn json_lines_are_the_rows_as_the_server_tells_them() {
    let mut desk = desk(World::acme());
    let rest = "<Backspace>".repeat("csv".len());
    desk.press(&format!("4E{rest}jsonl<Enter>"));
    let rows: Vec<Value> = lines(&desk)
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(rows.len(), desk.world.runs.len());
    assert_eq!(rows[0]["id"], desk.world.runs[0].id.as_str());
}

#[test]
fn an_entry_is_exported_with_its_sentence() {
    let mut desk = desk(World::acme());
    let rest = "<Backspace>".repeat("csv".len());
    desk.press(&format!("5E{rest}jsonl<Enter>"));
    for line in lines(&desk) {
        let row: Value = serde_json::from_str(line).unwrap();
        let seq = row["seq"].as_u64().unwrap();
        let entry = desk.world.audit.iter().find(|it| it.seq == seq).unwrap();
        assert_eq!(row["sentence"], entry.event().sentence());
    }
    assert!(!lines(&desk).is_empty());
}

fn many() -> World {
    let mut world = World::acme();
    let one = |seq| entry(seq, "token.read", AuditOutcome::Done, Value::Null);
    world.audit = (0..450).map(one).collect();
    world
}

#[test]
fn a_long_list_goes_page_by_page_and_each_row_once() {
    let mut desk = desk(many());
    desk.press("5");
    desk.world.asked.clear();
    desk.press("E<Enter>");
    let mut seqs: Vec<&str> = lines(&desk)
        .iter()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .collect();
    assert_eq!(seqs.len(), 450);
    seqs.sort_unstable();
    seqs.dedup();
    assert_eq!(seqs.len(), 450);
    let pages = desk.world.asked.iter().filter_map(|asked| match asked {
        Request::Audit(asked) => Some(asked.window.limit),
        _ => None,
    });
    assert_eq!(pages.collect::<Vec<_>>(), [MAX_ROWS; 3]);
}

#[test]
fn a_name_that_is_taken_or_has_no_form_is_said_and_nothing_is_asked_for() {
    let mut taken = desk(World::acme());
    taken.paper.refused = Some("there is a file of that name already".to_owned());
    taken.press("4");
    taken.world.asked.clear();
    taken.press("E<Enter>");
    assert!(
        taken
            .screen()
            .contains("there is a file of that name already")
    );
    assert!(taken.world.asked.is_empty());
    let mut formless = desk(World::acme());
    formless.press("Ex<Enter>");
    assert!(formless.screen().contains("ends in .csv or .jsonl"));
    assert!(formless.paper.name.is_empty());
}

#[test]
fn a_list_whose_screen_was_left_goes_on_and_escape_stops_it() {
    let mut desk = desk(many());
    desk.press("5E");
    let begun = desk.app.update(Event::Key(Key::Enter));
    assert!(matches!(begun[..], [Effect::Export(Writing::Begin(_))]));
    desk.app.update(Event::Written(Ok(())));
    let asked = desk.app.update(Event::Written(Ok(())));
    let [Effect::Ask(number, request)] = &asked[..] else {
        panic!("{asked:?}")
    };
    desk.press("1");
    let page = desk.world.reply(request);
    let written = desk.app.update(Event::Reply(*number, page));
    assert!(matches!(&written[..], [Effect::Export(Writing::Lines(lines))] if !lines.is_empty()));
    assert!(desk.screen().contains("200 rows so far"));
    let stopped = desk.app.update(Event::Key(Key::Esc));
    assert!(matches!(stopped[..], [Effect::Export(Writing::Abandon)]));
    assert!(desk.screen().contains("The export was stopped"));
}

#[test]
fn a_page_that_is_refused_leaves_no_file() {
    let mut desk = desk(many());
    desk.press("5E");
    desk.app.update(Event::Key(Key::Enter));
    desk.app.update(Event::Written(Ok(())));
    let asked = desk.app.update(Event::Written(Ok(())));
    let [Effect::Ask(number, _)] = &asked[..] else {
        panic!("{asked:?}")
    };
    let problem = Problem::new(Code::Forbidden, "only an Admin may", "ask one");
    let left = desk.app.update(Event::Reply(*number, Err(problem)));
    assert!(matches!(left[..], [Effect::Export(Writing::Abandon)]));
    assert!(desk.screen().contains("only an Admin may"));
}

#[test]
fn what_a_vendor_called_it_is_no_formula() {
    let mut world = World::acme();
    world.connections[0].name = "=cmd|'/c calc'!A1".to_owned();
    let mut desk = desk(world);
    desk.press("E<Enter>");
    assert!(desk.paper.text.contains(r#""'=cmd|'/c calc'!A1""#));
}

#[test]
fn a_shared_account_and_a_screen_without_a_list_export_nothing() {
    let mut shared = desk(World::acme());
    shared.app.keeps_files(false);
    assert!(
        shared
            .press("E")
            .screen()
            .contains("this SSH account is shared")
    );
    let mut alone = desk(World::acme());
    assert!(
        alone
            .press("?E")
            .screen()
            .contains("nothing is listed here")
    );
}
